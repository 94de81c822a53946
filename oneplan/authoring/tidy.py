"""Normalises what is safe in a manifest's file: schema line, trailing blanks, line ends, the end of the file.

Keys keep their order, comments their place. Lines inside a text of several lines are content and stay as they are.
"""

import re
from posixpath import relpath

import yaml

from oneplan.authoring import positions
from oneplan.authoring.errors import AuthoringError

_MARK = "# yaml-language-server: $schema="
_SCHEMA = re.compile(r"#\s*yaml-language-server:\s*\$schema=(\S*)\s*")
_TAB_LINE = re.compile(r"^ *\t[ \t]*(?=\r?$)", re.MULTILINE)


def tidy(text: str, file: str, schema: str) -> str:
    """Returns the text as `oneplan fmt` writes it; what was tidied once stays the same.

    Args:
        text: a file that can be read.
        file: its path from the project's folder, with slashes.
        schema: the path of its JSON Schema from the project's folder.

    Raises:
        AuthoringError: the text cannot be read, or would say something else afterwards.
    """
    source = _readable(text.removeprefix("\ufeff"), file)
    said = positions.meaning(source, file)
    plain_ends = re.sub("\r\n?", "\n", source)
    kept = _content_lines(plain_ends, positions.compose(plain_ends, file))
    lines = plain_ends.split("\n")
    lines = [line if number in kept else line.rstrip(" \t") for number, line in enumerate(lines)]
    while len(lines) > 1 and not lines[-1] and not lines[-2] and len(lines) - 2 not in kept:
        lines.pop()
    if lines[-1] and len(lines) - 1 not in kept:
        lines.append("")
    tidied = "\n".join(_with_schema(lines, _address(file, schema)))
    if positions.meaning(tidied, file) != said:
        raise AuthoringError(f"{file}: cannot be formatted without changing what it says; tidy it by hand")
    return tidied


def schema_line(file: str, schema: str) -> str:
    """Returns the comment by which editors find a file's schema."""
    return _MARK + _address(file, schema)


def _address(file: str, schema: str) -> str:
    path = relpath(schema, file.rpartition("/")[0] or ".")
    return path if path.startswith(".") else f"./{path}"


def _with_schema(lines: list[str], address: str) -> list[str]:
    """The lines with the schema line on top. One that names another schema is its author's choice and stays."""
    for number, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            break
        found = _SCHEMA.fullmatch(line)
        if found and not _is_ours(found[1], address):
            return lines
        if found:
            return [_MARK + address, *lines[:number], *lines[number + 1 :]]
    return [_MARK + address, *lines]


def _is_ours(written: str, address: str) -> bool:
    """Whether an address leads to the same schema, perhaps from where the file was before."""
    is_path = "://" not in written
    return is_path and written.rpartition("/")[2] == address.rpartition("/")[2]


def _readable(text: str, file: str) -> str:
    """The text; where a tab alone on a line keeps YAML from reading it, without such tabs."""
    try:
        positions.meaning(text, file)
    except AuthoringError:
        return _TAB_LINE.sub("", text)
    return text


def _content_lines(text: str, root: yaml.Node) -> frozenset[int]:
    """The lines, from 0, whose blanks or line ends may belong to a text.

    The last line of a text in quotes goes on after it; that of a block scalar is followed by one of its own or by the
    end of the file, where a line end would count.
    """
    found: set[int] = set()
    waiting: list[yaml.Node] = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.ScalarNode):
            start, end = node.start_mark.index, node.end_mark.index
            is_block = node.style in ("|", ">")
            first = text.count("\n", 0, start) + is_block
            last = text.count("\n", 0, end) + (1 if is_block and not text[:end].endswith("\n") else 0)
            found.update(range(first, last))
    return frozenset(found)
