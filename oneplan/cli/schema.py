"""`oneplan schema`: what editors check the YAML files with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from oneplan.cli.exits import UsageError
from oneplan.cli.formats.text import counted
from oneplan.cli.styled import Span, emit, line, show, visible

if TYPE_CHECKING:
    from oneplan.manifest.schema import Draft, Kind

T = TypeVar("T")

_KINDS: dict[str, Kind] = {"project": "oneplan", "job": "job", "stack": "stack"}
_DRAFTS: dict[str, Draft] = {"2020-12": "2020-12", "7": "draft-07"}


def schema(kind: str, *, draft: str, folder: Path | None) -> None:
    """Prints the schema of a kind of file, or writes those asked for into a folder: without a kind all of them."""
    from oneplan.manifest.schema import text

    kinds = [_chosen("schema", kind, _KINDS)] if kind else list(_KINDS.values())
    drafts = [_chosen("schema --draft", draft, _DRAFTS)] if draft else list(_DRAFTS.values())
    if folder is None:
        emit(text(kinds[0], drafts[0]), sys.stdout)
    else:
        _write(kinds, drafts, folder)


def _chosen(what: str, word: str, known: dict[str, T]) -> T:
    if word not in known:
        raise UsageError(f"{what}: {visible(word)!r} is not one of {', '.join(known)}")
    return known[word]


def _write(kinds: list[Kind], drafts: list[Draft], folder: Path) -> None:
    from oneplan.manifest.schema import path, text

    for draft in drafts:
        for kind in kinds:
            target = folder / Path(path(kind, draft)).relative_to("schemas")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text(kind, draft), encoding="utf-8")
    many = counted(len(kinds) * len(drafts), "schema")
    show([line(Span("✓ ", "green"), f"{many} in {visible(str(folder))}")], sys.stderr)
