"""The state of the local stacks, as Pulumi's file backend lays it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from oneplan.operate.daemon import is_alive

PROJECT = "oneplan"


@dataclass(frozen=True)
class FileBackend:
    """The local stacks' state, as Pulumi's file backend lays it out (`pkg/backend/diy` in pulumi/pulumi)."""

    folder: Path

    def has(self, stack: str) -> bool:
        """Whether the stack was made."""
        return self._stack(stack).is_file()

    def resources(self, stack: str) -> int:
        """How many resources the stack has, providers and the stack itself left out."""
        try:
            checkpoint = json.loads(self._stack(stack).read_text())["checkpoint"]
        except (OSError, ValueError, KeyError):
            return 0
        found = (checkpoint.get("latest") or {}).get("resources") or []
        return sum(not item["type"].startswith("pulumi:") for item in found)

    def lock_left_behind(self, stack: str) -> int | None:
        """The process id in a lock whose holder is dead, or None when there is no such lock."""
        for path in self.folder.glob(f".pulumi/locks/organization/{PROJECT}/{stack}/*.json"):
            try:
                pid = int(json.loads(path.read_text())["pid"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if not is_alive(pid):
                return pid
        return None

    def _stack(self, stack: str) -> Path:
        return self.folder / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"
