"""Template expressions: text in brackets to a tree.

The language: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.template.errors import TemplateError

_TOKEN = re.compile(r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[()\[\],.]))")
_MAX_DEPTH = 100


@dataclass(frozen=True)
class Literal:
    """A string or an integer."""

    value: str | int


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Member:
    """A property or an element: ``target.key`` and ``target[key]``."""

    target: Node
    key: Node


Node = Literal | Call | Member


def is_expression(text: str) -> bool:
    """Tells whether a string of a template is an expression: ``[…]``, but not ``[[…``."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def literal_text(text: str) -> str:
    """Returns what a string that is no expression stands for: ``[[`` at the start is one bracket."""
    return text[1:] if text.startswith("[[") else text


def parse(text: str) -> Node:
    """Returns the tree of an expression given with its brackets.

    Raises:
        TemplateError: the text is not an expression; the column is in the message.
    """
    parser = _Parser(text[1:-1])
    node = parser.node(0)
    parser.expect_end()
    return node


def write(node: Node) -> str:
    """Returns an expression's text, without brackets; ``parse`` of it gives the same tree."""
    match node:
        case Literal(str() as value):
            return "'" + value.replace("'", "''") + "'"
        case Literal(value):
            return str(value)
        case Call(name, arguments):
            return f"{name}({', '.join(map(write, arguments))})"
        case Member(target, key):
            return f"{write(target)}[{write(key)}]"


class _Parser:
    """Recursive descent; the language has no operators."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._kind, self._value = "", ""
        self._advance()

    def node(self, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise TemplateError(f"the expression is nested more than {_MAX_DEPTH} deep")
        node = self._primary(depth)
        while self._value in {".", "["} and self._kind == "mark":
            node = self._member(node, depth)
        return node

    def expect_end(self) -> None:
        if self._kind != "end":
            raise self._unexpected("the end of the expression")

    def _primary(self, depth: int) -> Node:
        kind, value = self._kind, self._value
        match kind:
            case "string":
                self._advance()
                return Literal(value[1:-1].replace("''", "'"))
            case "number":
                self._advance()
                return Literal(int(value))
            case "name":
                self._advance()
                return Call(value, self._arguments(depth))
            case _:
                raise self._unexpected("a function, a string or a number")

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        self._take("(")
        arguments: list[Node] = []
        while self._value != ")" or self._kind != "mark":
            if arguments:
                self._take(",")
            arguments.append(self.node(depth + 1))
        self._advance()
        return tuple(arguments)

    def _member(self, target: Node, depth: int) -> Node:
        if self._value == "[":
            self._advance()
            key = self.node(depth + 1)
            self._take("]")
            return Member(target, key)
        self._advance()
        if self._kind != "name":
            raise self._unexpected("a property's name")
        key = Literal(self._value)
        self._advance()
        return Member(target, key)

    def _take(self, mark: str) -> None:
        if (self._kind, self._value) != ("mark", mark):
            raise self._unexpected(f"'{mark}'")
        self._advance()

    def _advance(self) -> None:
        rest = self._text[self._position :]
        if not rest.strip():
            self._kind, self._value, self._position = "end", "", len(self._text)
            return
        found = _TOKEN.match(self._text, self._position)
        if found is None:
            column = self._position + len(rest) - len(rest.lstrip()) + 2
            raise TemplateError(f"column {column}: {rest.lstrip()[0]!r} cannot stand here")
        self._position = found.end()
        self._kind = str(found.lastgroup)
        self._value = found.group(self._kind)

    def _unexpected(self, wanted: str) -> TemplateError:
        if self._kind == "end":
            return TemplateError(f"the expression ends where {wanted} should follow")
        column = self._position - len(self._value) + 2
        return TemplateError(f"column {column}: found {self._value!r} where {wanted} should stand")
