"""What can be asked of one resource beyond reading it: `POST …/stop`, `POST …/listKeys`, `GET …/config/web`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.arm.path import ArmPath
from emulator.arm.sites import Sites
from emulator.resources.handler import Scope
from emulator.store import Record


@dataclass(frozen=True)
class Call:
    """One request about one resource."""

    record: Record
    """The resource."""
    rest: tuple[str, ...]
    """The path after the resource, as it was sent."""
    sites: Sites
    scope: Scope
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.record.id.rpartition("/")[2]

    def part(self, path: str, properties: Any, **more: Any) -> dict[str, Any]:
        """An envelope for what is at `path` below the resource."""
        words = path.split("/")
        head = self.record.id.rpartition("/providers/")[2].split("/")
        kind = "/".join((head[0], *head[1::2], *words[::2]))
        return {
            "id": f"{self.record.id}/{path}",
            "name": words[-1],
            "type": kind,
            "location": self.record.outputs.get("location"),
            "properties": properties,
        } | more


@dataclass(frozen=True)
class Reply:
    """An answer that is no JSON object, or none with status 200."""

    status: int = 200
    body: Any = None
    """JSON, or None for an empty answer."""
    text: str | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Operation = Callable[[Call], Awaitable[Reply | dict[str, Any]]]


@dataclass(frozen=True)
class Operations:
    """The operations on resources of one type."""

    type: str
    """ARM's type in lower case."""
    table: Mapping[tuple[str, str], Operation]
    """Method and path below the resource, in lower case; `*` stands for one name."""

    def find(self, method: str, path: ArmPath) -> tuple[tuple[str, ...], Operation] | None:
        """The rest of the path and the operation it names, if it is one of these."""
        if not path.type.startswith(self.type) or path.up_to(self.type).type != self.type:
            return None
        rest = path.segments[2 * self.type.count("/") :]
        for (verb, pattern), operation in self.table.items():
            words = pattern.split("/")
            fits = len(words) == len(rest) and all(
                word in ("*", given.lower()) for word, given in zip(words, rest, strict=True)
            )
            if verb == method and fits:
                return rest, operation
        return None
