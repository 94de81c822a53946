"""The manifest as the files say it now: a dashboard stays open while they are edited and deployed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from oneplan.errors import ManifestError
from oneplan.manifest import Manifest, load

PERIOD_SECONDS = 2.0
_SHARE = 200
"""The pause is at least so many times as long as a look at the files took: those of a thousand jobs take a while."""


class Declared:
    """Reads the manifest again when a file of it changed."""

    def __init__(self, manifest: Manifest, clock: Callable[[], float] = time.monotonic) -> None:
        self._manifest = manifest
        self._clock = clock
        self._signature = _signature(manifest)
        self._next = clock() + PERIOD_SECONDS
        self.problem = ""
        """Why the manifest is an older one than the files; empty when it is not."""

    def current(self) -> Manifest:
        """Returns the newest manifest without errors."""
        began = self._clock()
        if began < self._next:
            return self._manifest
        signature = _signature(self._manifest)
        ended = self._clock()
        self._next = ended + max(PERIOD_SECONDS, _SHARE * (ended - began))
        if signature == self._signature:
            return self._manifest
        self._signature = signature
        try:
            self._manifest, self.problem = load(self._manifest.root, self._manifest.stack), ""
        except ManifestError as error:
            first = next((str(one) for one in error.problems if one.severity == "error"), "they cannot be read")
            self.problem = f"the manifest has problems, what is compared is the one before: {first}"
        return self._manifest


def _signature(manifest: Manifest) -> tuple[tuple[str, int, int], ...]:
    files = [
        manifest.root / "oneplan.yaml",
        manifest.root / f"Pulumi.{manifest.stack}.yaml",
        *sorted((manifest.root / "jobs").glob("*/job.yaml")),
    ]
    return tuple(found for file in files if (found := _stamp(file)))


def _stamp(file: Path) -> tuple[str, int, int] | None:
    try:
        seen = file.stat()
    except OSError:  # deleted, or being replaced: that is a change too
        return None
    return str(file), seen.st_mtime_ns, seen.st_size
