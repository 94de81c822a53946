"""What the installed azure-native SDK knows of its types, read from a cached extract.

The extract is made once for each SDK version, in a process of its own (``emulator.provider.extract``), while the daemon
already listens; the first request that needs it waits.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from emulator.errors import EmulatorError

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_DISTRIBUTION = "pulumi_azure_native"
_MAKE = 3
"""Counts up when the extract holds more; one of an earlier make is not read."""


@dataclass(frozen=True)
class ObjectFacts:
    """Properties of an object: wire name to type (notation in ``emulator.provider.extract``)."""

    properties: Mapping[str, str]
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceFacts:
    """One resource type: its inputs, the names of its outputs and the API version it speaks."""

    inputs: ObjectFacts
    outputs: tuple[str, ...]
    api_version: str


@dataclass(frozen=True)
class Facts:
    """The extract."""

    version: str
    resources: Mapping[str, Any]
    objects: Mapping[str, Any]
    enums: Mapping[str, tuple[Any, ...]]

    def resource(self, token: str) -> ResourceFacts | None:
        """Returns what is known of a resource type, or None."""
        raw = self.resources.get(token)
        if raw is None:
            return None
        return ResourceFacts(ObjectFacts(raw["inputs"], tuple(raw["required"])), tuple(raw["outputs"]), raw["api"])

    def object(self, name: str) -> ObjectFacts:
        """Returns what is known of a nested object type."""
        raw = self.objects[name]
        return ObjectFacts(raw["properties"], tuple(raw["required"]))

    @staticmethod
    def parse(text: str) -> Facts:
        """Reads an extract's text."""
        raw = json.loads(text)
        return Facts(raw["version"], raw["resources"], raw["objects"], raw["enums"])


def sdk_version() -> str:
    """Returns the installed SDK's version, or raises EmulatorError."""
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError as error:
        raise EmulatorError(f"azure-native: the package {_DISTRIBUTION} is not installed; run `make setup`") from error


def extract_name() -> str:
    """Returns the file name of the installed SDK's extract."""
    return f"azure-native-{sdk_version()}-{_MAKE}.json"


class FactsSource:
    """Gives the facts, extracting them first where no extract of this SDK version is cached."""

    def __init__(self, cache: Path) -> None:
        """``cache`` is the folder of extracts."""
        self._cache = cache
        self._pending: asyncio.Task[Facts] | None = None

    async def get(self) -> Facts:
        """Returns the facts; a failed extraction is tried again at the next call."""
        if self._pending is None or (self._pending.done() and self._pending.exception()):
            self._pending = asyncio.create_task(self._load())
        return await asyncio.shield(self._pending)

    async def _load(self) -> Facts:
        file = self._cache / extract_name()
        try:
            return Facts.parse(file.read_text("utf-8"))
        except (FileNotFoundError, ValueError, KeyError):  # none yet, or of another make: extracted anew
            await _extract(file)
        return Facts.parse(file.read_text("utf-8"))


async def _extract(file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "emulator.provider.extract",
        str(file),
        cwd=_PACKAGE_ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    if process.returncode:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise EmulatorError(f"azure-native SDK: its types could not be read ({last}); run `make setup`")
