"""`oneplan validate`: everything that is wrong or doubtful in all stacks, for people and for code hosts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from oneplan.cli.exits import ExitCode, UsageError
from oneplan.cli.formats.found import Found
from oneplan.cli.formats.names import Format
from oneplan.cli.problems import sources
from oneplan.cli.project import DEFAULT_STACK, find_root
from oneplan.cli.screen import Stopwatch
from oneplan.cli.styled import emit, fold, show, width_of

if TYPE_CHECKING:
    from oneplan.cli.formats.found import NextRuns
    from oneplan.manifest import Manifest


PAGES = "docs/checks.md"
"""The pages of the checks, in the project's folder."""
_WITH_RUNS = (Format.TEXT, Format.JSON)


def validate(stacks: Sequence[str], *, form: Format, quiet: bool, strict: bool) -> int:
    """Checks the stacks, all of them without a name, prints the outcome and returns the exit code."""
    from oneplan.manifest import validate as check

    watch = Stopwatch()
    root = find_root()
    wanted = chosen(root, stacks)
    now = datetime.now(UTC)
    report = check(root, wanted, today=now.date())
    is_sound = all(problem.severity == "warning" for problem in report.problems)
    runs = () if not is_sound or quiet or form not in _WITH_RUNS else _next_runs(report.manifests, now)
    found = Found(wanted, report.problems, runs, _counts(report.manifests) if is_sound else {})
    if form is Format.TEXT:
        _print_text(found, root, now, watch.seconds)
    else:
        emit(_render(found, form, root, watch.seconds), sys.stdout)
    return ExitCode.MANIFEST if found.errors or (strict and found.problems) else ExitCode.OK


def chosen(root: Path, stacks: Sequence[str]) -> tuple[str, ...]:
    """Returns the stacks to look at, each once: those named, or all that have a file; raises UsageError."""
    from oneplan.manifest import stacks as all_stacks

    known = all_stacks(root)
    names = [name.rpartition("/")[2] for name in stacks]
    for name in names:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise UsageError(f"stack {name}: there is no Pulumi.{name}.yaml; stacks here: {there_are}")
    return tuple(dict.fromkeys(names)) or known or (DEFAULT_STACK,)


def _next_runs(manifests: Mapping[str, Manifest], now: datetime) -> tuple[NextRuns, ...]:
    from oneplan.cli.formats.upcoming import next_runs

    return next_runs(manifests, now)


def _counts(manifests: Mapping[str, Manifest]) -> dict[str, int]:
    """How many apps, jobs and queues the stacks have together, each name once."""
    each = manifests.values()
    return {
        "apps": len({name for manifest in each for name in manifest.apps}),
        "jobs": len({name for manifest in each for name in manifest.jobs}),
        "queues": len({name for manifest in each for name in manifest.queues}),
    }


def _print_text(found: Found, root: Path, now: datetime, seconds: float) -> None:
    from oneplan.cli.formats.text import problem_lines, summary
    from oneplan.cli.formats.upcoming import table

    width = width_of(sys.stdout)
    parts = (
        list(problem_lines(found.problems, sources(root), width)),
        list(table(found.next_runs, now, width)),
        list(fold(summary(found, seconds), width, indent=2)),
    )
    shown = [part for part in parts if part]
    for number, part in enumerate(shown):
        show([*([()] if number else []), *part], sys.stdout)


def _render(found: Found, form: Format, root: Path, seconds: float) -> str:
    from oneplan.cli.formats import annotations, document, sarif

    prefix = in_repository(root)
    match form:
        case Format.SARIF:
            from importlib.metadata import version

            from oneplan.manifest.catalogue import CHECKS

            lines, pages = sources(root), pages_address(root, prefix, os.environ)
            return sarif.sarif(found.problems, CHECKS, lines, version=version("oneplan"), prefix=prefix, pages=pages)
        case Format.GITHUB:
            return annotations.github(found.problems, prefix)
        case Format.AZURE:
            return annotations.azure(found.problems, prefix)
        case _:
            return document.document(found, seconds)


def in_repository(root: Path) -> str:
    """Returns the project's folder as a path from the root of its git repository, with a slash; empty at the root."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            inner = root.relative_to(folder).as_posix()
            return "" if inner == "." else f"{inner}/"
    return ""


def pages_address(root: Path, prefix: str, variables: Mapping[str, str]) -> str:
    """Returns where the pages of the checks can be read: on the code host whose workflow runs this, else here."""
    if not (root / PAGES).is_file():
        return ""
    host, repository, commit = (variables.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    if host and repository and commit:
        return f"{host}/{repository}/blob/{commit}/{quote(prefix)}{PAGES}"
    return (root / PAGES).as_uri()
