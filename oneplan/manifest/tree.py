"""YAML as a tree in which every value and every key knows where it was written.

Nothing changes a node once it is made. The classes are not frozen all the same: that would make each four times as
slow to build, a large project has a hundred thousand of them, and most are never asked for their place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Path = tuple[str | int, ...]
"""Steps from the root: keys of maps and indexes of lists."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


class ParserMark(Protocol):
    """A place as PyYAML gives it; line and column count from 0."""

    @property
    def name(self) -> str:
        """The file."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column."""


Place = Mark | ParserMark


def mark_of(place: Place) -> Mark:
    """Returns a place as a mark."""
    return place if isinstance(place, Mark) else Mark(place.name, place.line + 1, place.column + 1)


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value."""

    place: Place
    value: str | int | float | bool | None
    text: str
    """As it was written."""
    is_plain: bool = True
    """Written without quotes."""

    @property
    def mark(self) -> Mark:
        """Where it stands."""
        return mark_of(self.place)


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    place: Place
    items: tuple["Node", ...]

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return mark_of(self.place)


@dataclass(slots=True, eq=False)
class Entry:
    """A key of a map, where it stands, and its value."""

    place: Place
    node: "Node"

    @property
    def key(self) -> Mark:
        """Where the key stands."""
        return mark_of(self.place)


@dataclass(slots=True, eq=False)
class Map:
    """A map in the order of its file."""

    place: Place
    entries: Mapping[str, Entry]

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return mark_of(self.place)

    def get(self, key: str) -> "Node | None":
        """Returns the value of a key, if it is there."""
        entry = self.entries.get(key)
        return entry.node if entry else None

    def section(self, key: str) -> "Map":
        """Returns the map under a key; an empty one when there is none."""
        node = self.get(key)
        return node if isinstance(node, Map) else Map(self.place, {})

    def without(self, *keys: str) -> "Map":
        """Returns the map with some keys left out."""
        return Map(self.place, {key: entry for key, entry in self.entries.items() if key not in keys})

    def put(self, key: str, entry: Entry) -> "Map":
        """Returns the map with a key set; a new key comes last."""
        return Map(self.place, {**self.entries, key: entry})


Node = Scalar | Sequence | Map

EMPTY = Map(Mark("", 1, 1), {})
"""Where a layer says nothing."""


def is_null(node: object) -> bool:
    """Whether a node is a null: it takes away what a lower layer says."""
    return isinstance(node, Scalar) and node.value is None


def plain(node: Node) -> Any:
    """Returns the bare values: dicts, tuples and scalars."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return tuple([plain(item) for item in node.items])
    found = {}
    for key, entry in node.entries.items():
        inner = entry.node
        found[key] = inner.value if isinstance(inner, Scalar) else plain(inner)
    return found


def find(root: Node, path: Path) -> Node | None:
    """Returns the value at a path, if there is one."""
    node: Node | None = root
    for step in path:
        match node:
            case Map() if isinstance(step, str):
                node = node.get(step)
            case Sequence() if isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            case _:
                return None
    return node


def value_mark(root: Node, path: Path) -> Mark:
    """Returns where the value at a path stands, or the nearest key above it."""
    found = find(root, path)
    return found.mark if found else key_mark(root, path)


def key_mark(root: Node, path: Path) -> Mark:
    """Returns where the key at a path stands, or the nearest thing above it."""
    if not path:
        return root.mark
    parent, last = find(root, path[:-1]), path[-1]
    if isinstance(parent, Map) and isinstance(last, str) and last in parent.entries:
        return parent.entries[last].key
    if isinstance(parent, Sequence) and isinstance(last, int) and last < len(parent.items):
        return parent.items[last].mark
    return key_mark(root, path[:-1])
