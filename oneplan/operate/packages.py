"""Which package each app should run: the one that its files, as they are now, would become."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from oneplan.errors import PackagingError
from oneplan.manifest import Manifest

PERIOD_SECONDS = 15.0
_SHARE = 100
"""The pause is at least so many times as long as a look took."""


def wanted(manifest: Manifest, apps: Iterable[str] | None = None) -> dict[str, str]:
    """Returns the deploy key of each app's package; without those of which it cannot be told.

    An app is left out when its files cannot be packaged, which `oneplan preview` explains, or when its dependencies
    were never installed here, as where another machine deploys.

    Args:
        manifest: What was declared.
        apps: The only ones to look at, such as those of which the deployed package is known; names that are not
            declared are passed over.
    """
    only = manifest.apps.keys() if apps is None else frozenset(apps)
    looked_at = [app for app in manifest.apps if app in only]
    if not looked_at:
        return {}
    from oneplan.packaging import current_name, deploy_key

    found: dict[str, str] = {}
    for app in looked_at:
        try:
            name = current_name(manifest, app)
        except PackagingError:
            continue
        if name is not None:
            found[app] = deploy_key(name)
    return found


class Wanted:
    """The same for a program that stays open: looks at the files now and then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = float("-inf")
        self._manifest: Manifest | None = None
        self._newest: Mapping[str, str] = {}

    def read(self, manifest: Manifest) -> Mapping[str, str]:
        """Returns what was seen last, or looks again. Blocks for a moment now and then."""
        began = self._clock()
        if began < self._next and manifest is self._manifest:
            return self._newest
        self._newest, self._manifest = wanted(manifest), manifest
        ended = self._clock()
        self._next = ended + max(PERIOD_SECONDS, (ended - began) * _SHARE)
        return self._newest
