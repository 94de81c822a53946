"""Adds an entry to a section of `oneplan.yaml` and leaves every other line as it is, byte for byte."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import yaml

from oneplan.authoring import positions, scalars
from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.scalars import Value
from oneplan.manifest import reader
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import plain

Fields = Mapping[str, Value]


def add_entry(text: str, section: str, name: str, fields: Fields, *, file: str = "oneplan.yaml") -> str:
    """Returns the text with `name` added to a top-level section, which is made when there is none.

    Args:
        text: a file that can be read.
        section: a key at its top, such as `queues`.
        name: the entry's key.
        fields: what the entry says.
        file: the file's name for messages.

    Raises:
        AuthoringError: the entry is there already, or the file is written in a way that cannot be edited safely.
    """
    root = positions.compose(text, file)
    node = _value(root, section)
    if node is None:
        edited = _add_section(text, root, section, name, fields)
    elif isinstance(node, yaml.MappingNode):
        _refuse_second(node, section, name, file)
        edited = _add(text, node, name, fields)
    elif isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null" and node.value:
        entry = scalars.inline({name: fields})
        edited = text[: node.start_mark.index] + entry + text[node.end_mark.index :]
    else:
        raise AuthoringError(f"{file}:{node.start_mark.line + 1}: {section} is not a map; write names below it")
    _require(text, edited, section, name, fields, file)
    return edited


def _value(root: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in root.value if name.value == key), None)


def _refuse_second(node: yaml.MappingNode, section: str, name: str, file: str) -> None:
    for key, _ in node.value:
        if key.value == name:
            raise AuthoringError(
                f'{file}:{key.start_mark.line + 1}: "{name}" is in {section} already; choose another name'
            )


def _add_section(text: str, root: yaml.MappingNode, section: str, name: str, fields: Fields) -> str:
    if root.flow_style:
        return _add_in_flow(text, root, scalars.inline({section: {name: fields}})[1:-1])
    at, newline = positions.line_end(text, positions.end(root)), _newline(text)
    lead = "" if text[:at].endswith("\n") else newline
    body = f"{newline}{section}:{newline}" + _entry(name, fields, "  ", newline)
    return text[:at] + lead + body + text[at:]


def _add(text: str, node: yaml.MappingNode, name: str, fields: Fields) -> str:
    if node.flow_style:
        return _add_in_flow(text, node, scalars.inline({name: fields})[1:-1])
    first, newline = node.value[0][0], _newline(text)
    indent = text[positions.line_start(text, first.start_mark.index) : first.start_mark.index]
    at = positions.line_end(text, positions.end(node))
    lead = "" if text[:at].endswith("\n") else newline
    gap = newline if _is_spaced(text, node) else ""
    return text[:at] + lead + gap + _entry(name, fields, indent, newline) + text[at:]


def _add_in_flow(text: str, node: yaml.MappingNode, entry: str) -> str:
    """The entry behind the last one, on its line; a last one that is an alias has no place of its own to go by."""
    start = node.start_mark.index + 1
    if not node.value:
        return text[:start] + entry + text[start:]
    key, value = node.value[-1]
    at = value.end_mark.index
    if at <= key.end_mark.index:
        return f"{text[:start]}{entry}, {text[start:]}"
    return f"{text[:at]}, {entry}{text[at:]}"


def _entry(name: str, fields: Fields, indent: str, newline: str) -> str:
    """Short entries stay on one line, as in `{kind: worker}`; long ones get a line a field."""
    if len(fields) <= 2:
        return f"{indent}{scalars.text(name)}: {scalars.inline(fields)}{newline}"
    body = scalars.block(fields, indent + "  ").replace("\n", newline)
    return f"{indent}{scalars.text(name)}:{newline}{body}"


def _is_spaced(text: str, node: yaml.MappingNode) -> bool:
    """Whether the entries so far are set apart by blank lines."""
    gaps = [text[positions.end(before[1]) : after[0].start_mark.index] for before, after in pairwise(node.value)]
    return bool(gaps) and any(not line.strip() for line in gaps[-1].split("\n")[1:-1])


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _require(before: str, after: str, section: str, name: str, fields: Fields, file: str) -> None:
    """Reads the result and demands that it says what it said, and the entry."""
    wanted = positions.meaning(before, file)
    there = wanted.get(section) or {}
    wanted = wanted | {section: {**there, name: _bare(fields)}}
    tree = reader.read(after, file, Problems())
    if tree is None or plain(tree) != wanted:
        entry = scalars.inline({name: fields})[1:-1]
        raise AuthoringError(
            f"{file}: is written in a way that cannot be edited safely; add by hand, under {section}: {entry}"
        )


def _bare(value: Value) -> Any:
    match value:
        case Mapping():
            return {key: _bare(item) for key, item in value.items()}
        case str() | int():
            return value
        case _:
            return tuple(_bare(item) for item in value)
