"""The schema check: inputs against the SDK's types, every problem with its path and a suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from emulator.provider.facts import Facts, ObjectFacts
from emulator.resources.handler import Problem
from emulator.resources.values import Archive, Asset, Eventual, Secret, Unknown

_WORDS = {"s": "string", "b": "boolean", "i": "integer", "n": "number", "A": "asset or archive"}
_ENUM_WORDS_SHOWN = 12


def check_inputs(facts: Facts, known: ObjectFacts, inputs: Mapping[str, Any]) -> list[Problem]:
    """Returns everything in ``inputs`` that azure-native would refuse; a secret's value is never in the reason."""
    return list(_Checker(facts).object(known, inputs, ""))


class _Checker:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._by_kind: dict[str, Callable[[str, Any, str], Iterator[Problem]]] = {
            "[": self._list,
            "{": self._map,
            "#": self._nested,
            "!": self._enum,
            "*": lambda *_: iter(()),
        }

    def object(self, known: ObjectFacts, value: Mapping[str, Any], path: str) -> Iterator[Problem]:
        for name, item in value.items():
            if name.startswith("__"):
                continue
            if name not in known.properties:
                yield Problem(_join(path, name), _unknown(name, known.properties))
            else:
                yield from self.value(known.properties[name], item, _join(path, name))
        for name in known.required:
            if value.get(name) is None:
                yield Problem(_join(path, name), "missing required property")

    def value(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        if value is None or isinstance(value, Unknown):
            return
        if isinstance(value, Secret | Eventual):
            for problem in self.value(type_, value.value, path):
                hidden = isinstance(value, Secret) or value.secret
                yield Problem(problem.property, "a secret that does not fit here") if hidden else problem
            return
        alternatives = split(type_)
        problems = [list(self._one(alternative, value, path)) for alternative in alternatives]
        if all(problems):
            # Of several forms none of which fits, the one that fits best speaks.
            yield from min(problems, key=len)

    def _one(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        check = self._by_kind.get(type_[0], self._scalar)
        yield from check(type_, value, path)

    def _scalar(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        if not _is(type_, value):
            yield Problem(path, f"expected {_WORDS[type_]}, got {_describe(value)}")

    def _list(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(path, f"expected list, got {_describe(value)}")
            return
        for index, item in enumerate(value):
            yield from self.value(type_[1:], item, f"{path}[{index}]")

    def _map(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, f"expected map, got {_describe(value)}")
            return
        for key, item in value.items():
            yield from self.value(type_[1:], item, _join(path, key))

    def _nested(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, f"expected object, got {_describe(value)}")
            return
        yield from self.object(self._facts.object(type_[1:]), value, path)

    def _enum(self, type_: str, value: Any, path: str) -> Iterator[Problem]:
        words = self._facts.enums[type_[1:]]
        if value not in words:
            yield Problem(path, f"{value!r} is not one of {_listed(words)}{_suggest(str(value), map(str, words))}")


@lru_cache(maxsize=4096)
def split(type_: str) -> tuple[str, ...]:
    """Returns the alternatives of a type, parentheses around groups taken off."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(type_):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append(type_[start:index])
            start = index + 1
    parts.append(type_[start:])
    if len(parts) == 1 and type_.startswith("("):
        return split(type_[1:-1])
    return tuple(parts)


def _is(type_: str, value: Any) -> bool:
    match type_:
        case "s":
            return isinstance(value, str)
        case "b":
            return isinstance(value, bool)
        case "i":
            return isinstance(value, int) and not isinstance(value, bool)
        case "n":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return isinstance(value, Asset | Archive)


def _describe(value: Any) -> str:
    match value:
        case bool():
            return f"boolean {str(value).lower()}"
        case int() | float():
            return f"number {value}"
        case str():
            return f"string {value!r}"
        case list():
            return "list"
        case dict():
            return "object"
        case _:
            return type(value).__name__.lower()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unknown(name: str, known: Iterable[str]) -> str:
    return f"unknown property{_suggest(name, known)}"


def _suggest(word: str, known: Iterable[str]) -> str:
    by_lower = {item.lower(): item for item in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def _listed(words: Iterable[Any]) -> str:
    texts = [repr(word) for word in words]
    more = f", … ({len(texts)} in all)" if len(texts) > _ENUM_WORDS_SHOWN else ""
    return ", ".join(texts[:_ENUM_WORDS_SHOWN]) + more
