"""The job's arguments, as somebody who starts it by hand gives them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalogue_reindex.index import ALL_BRANDS, Selection

TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


@dataclass(frozen=True)
class Options:
    """What one run is to do."""

    selection: Selection
    dry_run: bool


def parse(arguments: Sequence[str]) -> Options:
    """The options in `arguments`; ends the program with a usage line when they are wrong.

    `--dry-run`, `--no-dry-run`, `--dry-run false` and `--dry-run=false` are all understood.
    """
    parser = argparse.ArgumentParser(prog="catalogue_reindex", description="Rebuild the catalogue's search index.")
    parser.add_argument("--brand", default=ALL_BRANDS, help="one brand, or all")
    parser.add_argument("--since", type=_day, default=None, help="only watches changed on or after this day")
    parser.add_argument(
        "--dry-run", type=_truth, nargs="?", const=True, default=True, help="show what the index would hold (default)"
    )
    parser.add_argument("--no-dry-run", dest="dry_run", action="store_false", help="write the index")
    given = parser.parse_args(arguments)
    return Options(Selection(given.brand, given.since), given.dry_run)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; expected for example 2026-08-01") from None


def _truth(text: str) -> bool:
    word = text.casefold()
    if word not in TRUE | FALSE:
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return word in TRUE
