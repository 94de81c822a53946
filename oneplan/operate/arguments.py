"""A job's typed arguments: what the user wrote, checked against job.yaml, as the string App Service takes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from oneplan.errors import OperateError

if TYPE_CHECKING:
    from oneplan.manifest import Argument


class ArgumentsError(OperateError):
    """Raised when what was given is not what the job takes."""


def command_line(job: str, declared: Sequence[Argument], given: Sequence[str]) -> str:
    """The arguments as one text; raises ArgumentsError for the first one that is wrong.

    On either system App Service hands the text to .NET, which knows double quotes alone.

    A job that declares arguments gets `--name value` only; one that declares none gets what was given.
    """
    words = list(_checked(job, declared, given)) if declared else list(given)
    needed = next((one for one in declared if one.required and not _is_given(one, words)), None)
    if needed is not None:
        raise ArgumentsError(f"job {job}: --{needed.name}: is needed; {_expected(needed)} is expected")
    return subprocess.list2cmdline(words)


def from_fields(declared: Sequence[Argument], fields: Mapping[str, str]) -> list[str]:
    """Returns what was given in a form, as words; a field that was left empty is an argument that was not given."""
    given = ((argument.name, fields.get(argument.name, "")) for argument in declared)
    return [f"--{name}={value}" for name, value in given if value]


def _is_given(argument: Argument, words: Sequence[str]) -> bool:
    return not {f"--{argument.name}", f"--no-{argument.name}"}.isdisjoint(words)


def _checked(job: str, declared: Sequence[Argument], given: Sequence[str]) -> Iterator[str]:
    rest = list(given)
    while rest:
        name, has_value, value = rest.pop(0).partition("=")
        argument, word = _find(job, declared, name)
        if argument.type == "bool":
            yield _flag(job, argument, word, value if has_value else "true")
            continue
        if not has_value:
            if not rest or (rest[0].startswith("--") and len(rest[0]) > 2):
                raise ArgumentsError(f"job {job}: --{argument.name}: has no value; {_expected(argument)} is expected")
            value = rest.pop(0)
        _check(job, argument, value)
        yield from (f"--{argument.name}", value)


def _find(job: str, declared: Sequence[Argument], name: str) -> tuple[Argument, str]:
    """The argument of that name, and the word as written; `--no-x` finds the flag `x`."""
    by_word = {f"--{argument.name}": argument for argument in declared}
    by_word |= {f"--no-{argument.name}": argument for argument in declared if argument.type == "bool"}
    if name in by_word:
        return by_word[name], name
    close = get_close_matches(name, by_word, n=1)
    hint = f"did you mean {close[0]}?" if close else f"it takes {', '.join(f'--{a.name}' for a in declared)}"
    raise ArgumentsError(f"job {job}: {name!r} is not an argument of it; {hint}")


def _flag(job: str, argument: Argument, word: str, value: str) -> str:
    if value not in {"true", "false"}:
        raise ArgumentsError(f"job {job}: {word}: {value!r} is not true or false; write {word} or --no-{argument.name}")
    is_on = (value == "true") != word.startswith("--no-") if word != f"--{argument.name}" else value == "true"
    return f"--{argument.name}" if is_on else f"--no-{argument.name}"


def _check(job: str, argument: Argument, value: str) -> None:
    try:
        _PARSE[argument.type](value)
    except ValueError:
        raise ArgumentsError(
            f"job {job}: --{argument.name}: {value!r} is wrong; {_expected(argument)} is expected"
        ) from None
    if argument.choices and value not in argument.choices:
        raise ArgumentsError(f"job {job}: --{argument.name}: {value!r} is wrong; {_expected(argument)} is expected")


def _expected(argument: Argument) -> str:
    if argument.choices:
        return f"one of {', '.join(argument.choices)}"
    return _WORDS[argument.type]


_PARSE: dict[str, Callable[[str], object]] = {
    "string": str,
    "int": int,
    "number": float,
    "date": date.fromisoformat,
}
_WORDS = {
    "string": "a text",
    "int": "a whole number",
    "number": "a number",
    "date": "a date such as 2026-08-01",
}
