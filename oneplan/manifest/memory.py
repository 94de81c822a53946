"""What was worked out for one stack and holds for the next, because it follows from the same nodes of the same files.

Nodes are compared by identity, which is quick and exact: a layer that says nothing about a thing leaves the very node
of the layer below. Whatever a key was made from is kept beside its value, so that no identity is used again.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class Memory:
    """Values by what they were made from."""

    def __init__(self) -> None:
        self._known: dict[tuple[Hashable, ...], tuple[Any, tuple[object, ...]]] = {}
        self._equals: dict[Hashable, Hashable] = {}

    def one_of(self, value: H) -> H:
        """Returns the first value that equals this one, so that equal values are the same object."""
        first: H = self._equals.setdefault(value, value)  # type: ignore[assignment]  # a key's equal is of its type
        return first

    def get(self, what: tuple[Hashable, ...], made_from: tuple[object, ...], make: Callable[[], T]) -> T:
        """Returns what `make` returned for the same question about the very same objects."""
        key = (*what, *map(id, made_from))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (make(), made_from)
        found: T = known[0]
        return found
