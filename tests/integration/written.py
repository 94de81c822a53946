"""Commands of other programs that the documents, templates and messages tell people to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PLACES = ("README.md", "CONTRIBUTING.md", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "docs", "examples", "apps", "jobs")
_SOURCES = ("components", "emulator", "jobhost", "oneplan", "policy", "tools")
_TEXTS = {".md", ".yml", ".yaml", ".tmpl"}
_CODE = {".py", ".html", ".js"}
_FOREIGN = {"node_modules", "bin", "axe"}
_STANDS_FOR = {"{system}": "linux"}


@dataclass(frozen=True)
class Written:
    """One command as it is written."""

    where: str
    """File and line."""
    arguments: tuple[str, ...]
    """What follows the program's name."""
    whole: bool
    """Whether it is to be typed as it stands, rather than named: it has options, or a block of code has it."""


def commands(program: str) -> list[Written]:
    """Every command of `program` in what the project gives to people, in the order of the files."""
    return [each for file in _files() for each in _of_file(program, file)]


def of_text(program: str, text: str, where: str, *, is_code: bool = False) -> list[Written]:
    """The commands of `program` in `text`: in backticks, or alone on a line as in a document's block of code."""
    found = list(_in_ticks(program, text, where))
    return found if is_code else found + list(_on_lines(program, text, where))


def _files() -> Iterator[Path]:
    for place in (*_PLACES, *_SOURCES):
        top = ROOT / place
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            parts = file.relative_to(ROOT).parts
            foreign = any(part in _FOREIGN or part.startswith(".") for part in parts)
            if file.is_file() and file.suffix in _TEXTS | _CODE and not foreign:
                yield file


def _of_file(program: str, file: Path) -> list[Written]:
    text, where = file.read_text(encoding="utf-8"), str(file.relative_to(ROOT))
    return of_text(program, text, where, is_code=file.suffix in _CODE)


def _in_ticks(program: str, text: str, where: str) -> Iterator[Written]:
    for found in re.finditer(rf"`{program} ([a-z][^`]*)`", text):
        arguments = _arguments(found[1])
        if arguments:
            named = not any(each.startswith("-") for each in arguments)
            yield Written(_place(text, found.start(), where), arguments, whole=not named and "…" not in found[1])


def _on_lines(program: str, text: str, where: str) -> Iterator[Written]:
    for found in re.finditer(rf"(?m)^[ \t]*(?:\$ |run: )?{program} ([a-z](?:.|\\\n)*?)(?<!\\)$", text):
        arguments = _arguments(found[1])
        if arguments:
            yield Written(_place(text, found.start(), where), arguments, whole=True)


def _arguments(text: str) -> tuple[str, ...]:
    """The words of a shell's line up to where the command ends; a name's placeholder is a word like others."""
    for written, meant in _STANDS_FOR.items():
        text = text.replace(written, meant)
    words = shlex.split(text.replace("\\\n", " ").partition("…")[0].partition("...")[0], comments=True)
    ends = (at for at, word in enumerate(words) if word in {"|", "||", "&&", ";", ">"})
    return tuple(words[: next(ends, len(words))])


def _place(text: str, at: int, where: str) -> str:
    return f"{where}:{text.count(chr(10), 0, at) + 1}"
