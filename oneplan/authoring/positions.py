"""Where the parts of a YAML text stand, as offsets into it."""

from typing import Any

import yaml

from oneplan.authoring.errors import AuthoringError
from oneplan.manifest import reader
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import plain

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def meaning(text: str, file: str) -> dict[str, Any]:
    """Returns what a text says, as bare values; raises AuthoringError when it cannot be read."""
    tree = reader.read(text, file, Problems())
    if tree is None:
        raise AuthoringError(f"{file}: cannot be read; run `oneplan validate` and mend what it shows")
    return dict(plain(tree))


def compose(text: str, file: str) -> yaml.MappingNode:
    """Returns the node of a text's top map, whose marks count characters; raises AuthoringError where there is none."""
    meaning(text, file)  # bounds depth and size, which PyYAML's own nodes do not
    root = yaml.compose(text, Loader=_Loader)
    assert isinstance(root, yaml.MappingNode)  # the reader accepts nothing else
    return root


def end(node: yaml.Node) -> int:
    """Returns the offset behind a node's last character.

    A block collection's own mark is no help: it stands where the next thing begins, after comments and blank lines.
    """
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        if not isinstance(last, tuple):
            return end(last)
        key, value = last
        # An alias leads to where its anchor stands, which is before its key.
        return max(end(key), end(value))
    return int(node.end_mark.index)


def line_end(text: str, offset: int) -> int:
    """Returns the offset behind the line end that follows `offset`, or the text's length.

    A block scalar's end stands at the beginning of a line already.
    """
    if offset and text[offset - 1] == "\n":
        return offset
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1


def line_start(text: str, offset: int) -> int:
    """Returns the offset where the line of `offset` begins."""
    return text.rfind("\n", 0, offset) + 1
