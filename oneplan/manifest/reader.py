"""From YAML text to a tree with positions.

Built on PyYAML's events rather than its nodes: events need no recursion, so depth, aliases and size are bounded
before anything grows. What YAML allows and this product does not (several documents, tags, duplicate keys) ends in
a located problem.
"""

import re
from collections.abc import Iterator

import yaml

from oneplan.manifest import scalars
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Entry, Map, Mark, Node, Scalar, Sequence

DEEPEST = 40
MOST_NODES = 20_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")
_USUAL_TAGS = (None, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", *_TEXT_TAGS)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_QUOTE_HINT = 'If this is a cron text, put it in quotes: "*/5 * * * *"'


class _UnreadableError(Exception):
    """Ends the reading of one file."""

    def __init__(self, mark: Mark, message: str, code: str = "WJ001") -> None:
        super().__init__(message)
        self.mark, self.message, self.code = mark, message, code


def read(text: str, file: str, problems: Problems) -> Map | None:
    """Returns the map in a file, or None after adding the problem that prevents it."""
    reader = _Reader(text, file, problems)
    try:
        return reader.document()
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
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_Loader))
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0

    def document(self) -> Map:
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _UnreadableError(Mark(self._file, 1, 1), "this file is empty; give it content", "WJ004")
        root = self._node(next(self._events), 0)
        next(self._events)
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise _UnreadableError(self._mark(following), "a second document begins here; keep one a file")
        if isinstance(root, Scalar) and root.value is None:
            raise _UnreadableError(root.mark, "this file is empty; give it content", "WJ004")
        if not isinstance(root, Map):
            raise _UnreadableError(root.mark, "expected keys and values at the top of the file", "WJ012")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth > DEEPEST:
            raise _UnreadableError(self._mark(event), f"nested deeper than {DEEPEST} levels; flatten it")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise _UnreadableError(self._mark(event), "a value is missing here")
        self._count(event, 1)
        before = self._nodes
        if event.tag not in _USUAL_TAGS:
            raise _UnreadableError(self._mark(event), f'tag "{event.tag}" is not understood; remove it')
        node = self._content(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = (node, self._nodes - before + 1)
        return node

    def _content(self, event: yaml.Event, depth: int) -> Node:
        match event:
            case yaml.ScalarEvent():
                return self._scalar(event)
            case yaml.SequenceStartEvent():
                return self._sequence(event, depth)
            case _:
                return self._map(event, depth)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if stray := _NO_TEXT.search(event.value):
            code = f"U+{ord(stray.group()):04X}"
            raise _UnreadableError(self._mark(event), f"{code} is no character of a text; remove it")
        is_plain = event.implicit[0] and event.tag not in _TEXT_TAGS
        value = scalars.resolve(event.value) if is_plain else event.value
        return Scalar(self._mark(event), value, event.value, is_plain=is_plain)

    def _sequence(self, start: yaml.Event, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(self._mark(start), tuple(items))

    def _map(self, start: yaml.Event, depth: int) -> Map:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar) or not key.text:
                raise _UnreadableError(key.mark, "a key must be a word; write key: value")
            node = self._node(next(self._events), depth + 1)
            if key.text in entries:
                first = entries[key.text].key.line
                message = f'key "{key.text}" is written twice; the first is on line {first}'
                self._problems.add(key.mark, "WJ002", message)
                continue
            if not self._is_cut_text(key, node):
                entries[key.text] = Entry(key.mark, node)
        return Map(self._mark(start), entries)

    def _is_cut_text(self, key: Scalar, node: Node) -> bool:
        """An empty value is most often a mistake, and with blanks in its key the rest of an unquoted text.

        Whoever means nothing writes null or {}.
        """
        if not isinstance(node, Scalar) or not node.is_plain or node.text:
            return False
        is_cut = " " in key.text
        message = f'"{key.text}" has no value; delete the line, or give it a value ({{}} for an empty map)'
        if is_cut:
            message = f'"{key.text}" is read as a key of its own, for a comma ends a value here; use quotes'
        self._problems.add(key.mark, "WJ003", message)
        return is_cut

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            message = f'alias "*{event.anchor}" points to nothing before it, or into itself. {_QUOTE_HINT}'
            raise _UnreadableError(self._mark(event), message)
        node, size = self._anchors[event.anchor]
        self._count(event, size)
        return node

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            message = f"more than {MOST_NODES} values, aliases expanded; make the file smaller"
            raise _UnreadableError(self._mark(event), message)

    def _mark(self, event: yaml.Event) -> Mark:
        start = event.start_mark
        return Mark(self._file, start.line + 1, start.column + 1) if start else Mark(self._file, 1, 1)


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
