"""The state of the local stacks, as Pulumi's file backend lays it out."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oneplan.errors import OperateError
from oneplan.operate.daemon import State, is_alive

WRITTEN_SECONDS = 1.0
"""What it takes at most to write a lock file."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True)
class FileBackend:
    """The local stacks' state, as Pulumi's file backend lays it out (`pkg/backend/diy` in pulumi/pulumi)."""

    folder: Path
    project: str = "oneplan"
    """The Pulumi project's name."""

    @classmethod
    def of(cls, root: Path) -> FileBackend:
        """The backend of a project's local stacks; raises OperateError when its Pulumi.yaml has no name."""
        return cls(State.of(root).folder / "pulumi", project_name(root))

    def has(self, stack: str) -> bool:
        """Whether the stack was made."""
        return self._stack(stack).is_file()

    def resources(self, stack: str) -> int:
        """How many resources the stack has, providers and the stack itself left out."""
        return sum(not item["type"].startswith("pulumi:") for item in _resources(self._stack(stack)))

    def outputs(self, stack: str) -> dict[str, Any]:
        """What the stack's program exported at its last end, secrets left out; nothing before that."""
        found = [item for item in _resources(self._stack(stack)) if item["type"] == "pulumi:pulumi:Stack"]
        outputs: dict[str, Any] = (found[0].get("outputs") or {}) if found else {}
        return {name: value for name, value in outputs.items() if not _is_wrapped(value)}

    def require_readable(self, stack: str) -> None:
        """Raises OperateError when the stack's state is there and damaged."""
        path = self._stack(stack)
        try:
            json.loads(path.read_bytes())
        except FileNotFoundError:
            return
        except ValueError as error:
            backup = path.with_name(f"{path.name}.bak")
            cure = f"put {backup.name} beside it in its place, or " if backup.is_file() else ""
            raise OperateError(
                f"{path}: damaged, not readable as JSON; {cure}run `oneplan local reset` to start afresh"
            ) from error

    def azure_resources(self) -> int:
        """How many resources of Azure all local stacks together believe to have."""
        folder = self.folder / ".pulumi" / "stacks" / self.project
        return sum(
            item["type"].startswith("azure-native:") for path in folder.glob("*.json") for item in _resources(path)
        )

    def interrupted(self, stack: str) -> int:
        """How many operations a killed Pulumi left unfinished."""
        return len(_latest(self._stack(stack)).get("pending_operations") or ())

    def damaged_locks(self, stack: str) -> list[Path]:
        """Lock files that were not written to their end, as a full disk leaves them; Pulumi stumbles over each.

        One that is a moment old may be another pulumi's, at work on it.
        """
        before = time.time() - WRITTEN_SECONDS
        return [path for path in self._locks(stack) if path.stat().st_mtime < before and _lock_holder(path) is None]

    def lock_left_behind(self, stack: str) -> int | None:
        """The process id in a lock whose holder is dead, or None when there is no such lock."""
        for path in self._locks(stack):
            pid = _lock_holder(path)
            if pid is not None and not is_alive(pid):
                return pid
        return None

    def _locks(self, stack: str) -> list[Path]:
        folder = self.folder / ".pulumi" / "locks" / "organization" / self.project / stack
        # Beside each file the store keeps another one, `.attrs`, with its checksum; Pulumi does not see it.
        return [path for path in sorted(folder.glob("*")) if path.is_file() and path.suffix != ".attrs"]

    def _stack(self, stack: str) -> Path:
        return self.folder / ".pulumi" / "stacks" / self.project / f"{stack}.json"


def project_name(root: Path) -> str:
    """The Pulumi project's name; raises OperateError when Pulumi.yaml cannot be read or has none."""
    import yaml

    try:
        name = yaml.load((root / "Pulumi.yaml").read_bytes(), yaml.CSafeLoader)["name"]
    except (OSError, yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, RecursionError) as error:
        raise OperateError(
            "Pulumi.yaml: cannot be read, or has no name; compare it with one that `oneplan init` makes"
        ) from error
    return str(name)


def _resources(path: Path) -> Sequence[dict[str, Any]]:
    """What a stack's file lists; nothing when there is no such file."""
    return _latest(path).get("resources") or ()


def _is_wrapped(value: object) -> bool:
    """Whether it is a secret or another value that Pulumi keeps in an envelope."""
    return isinstance(value, dict) and _SIGNATURE in value


def _latest(path: Path) -> dict[str, Any]:
    """The last snapshot in a stack's file; empty when there is none."""
    try:
        return json.loads(path.read_bytes())["checkpoint"].get("latest") or {}
    except (OSError, ValueError, KeyError):
        return {}


def _lock_holder(path: Path) -> int | None:
    """The process that made the lock; None when the file does not say."""
    try:
        return int(json.loads(path.read_bytes())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
