"""From YAML text to a tree with positions.

Built on PyYAML's events rather than its nodes: events need no recursion in C, so depth, aliases and size are bounded
before anything grows. What YAML allows and this product does not (several documents, tags, duplicate keys) ends in
a located problem.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml

from oneplan.manifest import scalars
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Entry, Map, Mark, Node, Place, Scalar, Sequence, mark_of

DEEPEST = 40
MOST_NODES = 100_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_USUAL_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!", "tag:yaml.org,2002:str")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_QUOTE_HINT = 'if this is a cron text, put it in quotes: "*/5 * * * *"'


class _UnreadableError(Exception):
    """Ends the reading of one file."""

    def __init__(self, place: Place, message: str, code: str = "WJ001") -> None:
        super().__init__(message)
        self.mark, self.message, self.code = mark_of(place), message, code


class _Stream:
    """A text that carries the name of its file into every mark."""

    def __init__(self, text: str, name: str) -> None:
        self._rest, self.name = text, name

    def read(self, _: int = -1) -> str:
        text, self._rest = self._rest, ""
        return text


def read(text: str, file: str, problems: Problems) -> Map | None:
    """Returns the map in a file, or None after adding the problem that prevents it."""
    try:
        return _Reader(text, file, problems).document()
    except _UnreadableError as error:
        problems.add(error.mark, error.code, error.message)
    except yaml.MarkedYAMLError as error:
        problems.add(*_syntax_problem(error, text, file))
    except yaml.YAMLError as error:
        problems.add(Mark(file, 1, 1), "WJ001", f"not valid YAML: {error}".replace("\n", " "))
    return None


class _Reader:
    """Walks the events of one file."""

    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._next: Callable[[], Any] = _Loader(_Stream(text, file)).get_event  # the stubs know no kinds of events
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._first_anchor: Place | None = None
        self._nodes = 0

    def document(self) -> Map:
        self._next()
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            raise _UnreadableError(Mark(self._file, 1, 1), "this file is empty; give it content", "WJ004")
        root = self._node(self._next(), 0)
        self._next()
        following = self._next()
        if not isinstance(following, yaml.StreamEndEvent):
            raise _UnreadableError(following.start_mark, "a second document begins here; keep one a file")
        if isinstance(root, Scalar) and root.value is None:
            raise _UnreadableError(root.place, "this file is empty; give it content", "WJ004")
        if not isinstance(root, Map):
            raise _UnreadableError(root.place, "expected keys and values at the top of the file", "WJ012")
        if self._first_anchor is not None:
            message = "anchors and aliases work, but `oneplan explain` shows only the expanded value"
            self._problems.add(mark_of(self._first_anchor), "WJ009", message)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self._alias(event)
        if depth > DEEPEST:
            raise _UnreadableError(event.start_mark, f"nested deeper than {DEEPEST} levels; flatten it")
        self._count(event, 1)
        before = self._nodes
        if event.tag is not None and event.tag not in _USUAL_TAGS:
            raise _UnreadableError(event.start_mark, f'tag "{event.tag}" is not understood; remove it')
        if kind is yaml.ScalarEvent:
            node: Node = _scalar(event)
        else:
            read_inside = self._map if kind is yaml.MappingStartEvent else self._sequence
            node = read_inside(event.start_mark, depth + 1)
        if event.anchor:
            self._first_anchor = self._first_anchor or event.start_mark
            self._anchors[event.anchor] = (node, self._nodes - before + 1)
        return node

    def _sequence(self, start: Place, depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            items.append(self._node(event, depth))
        return Sequence(start, tuple(items))

    def _map(self, start: Place, depth: int) -> Map:
        entries: dict[str, Entry] = {}
        next_event, node_of = self._next, self._node
        while type(event := next_event()) is not yaml.MappingEndEvent:
            place: Place = event.start_mark
            if isinstance(event, yaml.ScalarEvent) and event.tag is None and event.anchor is None:
                name: str = event.value
                self._count(event, 1)
                if not event.implicit[0]:
                    _refuse_no_text(name, place)
            else:
                name = self._odd_key(event, depth)
            if not name:
                raise _UnreadableError(place, "a key must be a word; write key: value")
            node = node_of(next_event(), depth)
            if name in entries:
                message = f'key "{name}" is written twice; the first is on line {entries[name].key.line}'
                self._problems.add(mark_of(place), "WJ002", message)
            elif type(node) is not Scalar or node.text or not self._is_cut_text(name, place, node):
                entries[name] = Entry(place, node)
        return Map(start, entries)

    def _odd_key(self, event: Any, depth: int) -> str:
        """A key that has a tag or an anchor, or is none: an alias, a list, a map."""
        key = self._node(event, depth)
        return key.text if isinstance(key, Scalar) else ""

    def _is_cut_text(self, key: str, place: Place, node: Scalar) -> bool:
        """An empty value is most often a mistake, and with blanks in its key the rest of an unquoted text.

        Whoever means nothing writes null or {}.
        """
        if not node.is_plain:
            return False
        is_cut = " " in key
        message = f'"{key}" has no value; delete the line, or give it a value ({{}} for an empty map)'
        if is_cut:
            message = f'"{key}" is read as a key of its own, for a comma ends a value here; use quotes'
        self._problems.add(mark_of(place), "WJ003", message)
        return is_cut

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            message = f'alias "*{event.anchor}" points to nothing before it, or into itself; {_QUOTE_HINT}'
            raise _UnreadableError(event.start_mark, message)
        node, size = self._anchors[event.anchor]
        self._count(event, size)
        return node

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            message = f"more than {MOST_NODES} values, aliases expanded; make the file smaller"
            raise _UnreadableError(event.start_mark, message)


def _scalar(event: Any) -> Scalar:
    text: str = event.value
    if event.implicit[0]:  # without quotes and without a tag
        return Scalar(event.start_mark, scalars.resolve(text), text)
    _refuse_no_text(text, event.start_mark)
    return Scalar(event.start_mark, text, text, is_plain=False)


def _refuse_no_text(text: str, place: Place) -> None:
    if stray := _NO_TEXT.search(text):
        raise _UnreadableError(place, f"U+{ord(stray.group()):04X} is no character of a text; remove it")


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> tuple[Mark, str, str]:
    where = error.problem_mark or error.context_mark
    if where is None:
        return Mark(file, 1, 1), "WJ001", f"not valid YAML: {error.problem}"
    mark = Mark(file, where.line + 1, where.column + 1)
    lines = text.splitlines()
    line = lines[where.line] if where.line < len(lines) else ""
    if "\t" in line[: where.column + 1] and not line[: where.column].strip():
        return mark, "WJ007", f"tabs cannot indent YAML (column {mark.column}); use spaces"
    words = " ".join(part for part in (error.context, error.problem) if part)
    hint = _QUOTE_HINT if "cron" in line else "check quotes, colons and indentation on this line"
    return mark, "WJ001", f"not valid YAML: {words}; {hint}"
