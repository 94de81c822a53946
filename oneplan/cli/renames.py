"""What looks like a rename: Azure has none, and the old one is deleted with what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oneplan.manifest import Manifest

_LOST = {
    "app": "its host name and its jobs' history go",
    "queue": "the messages in it go",
}


def renames(outputs: Mapping[str, Any], manifest: Manifest) -> list[str]:
    """A warning for each kind of which something is gone and something is new since the last `up`; pure.

    `outputs` are those of the stack, as `components.declare` makes them; without any nothing was up before.
    """
    return [
        *_renamed("app", outputs.get("apps"), manifest.apps),
        *_renamed("queue", outputs.get("queues"), manifest.queues),
    ]


def _renamed(kind: str, before: object, now: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(before, Mapping):
        return
    gone, new = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    if gone and new:
        yield (
            f"{kind} {', '.join(gone)}: not in the manifest any more, while {', '.join(new)} is new; Azure renames"
            f" nothing: the new is made, then the old is deleted, and {_LOST[kind]}; to change over in two steps,"
            " declare both, run `oneplan up`, and remove the old one later"
        )
