"""`oneplan cost`: the monthly estimate of a stack, beside its budget."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from oneplan.cli.project import load_manifest
from oneplan.cli.screen import done, out, table, warn

if TYPE_CHECKING:
    from oneplan.cost import Estimate
    from oneplan.manifest import Manifest


def cost(stack: str, *, as_json: bool) -> None:
    """Prints the estimate, as a table or as JSON."""
    from oneplan.cost import estimate

    manifest = load_manifest(stack)
    found = estimate(manifest)
    if as_json:
        print(json.dumps({**asdict(found), "least": found.least, "most": found.most}, indent=2))
        return
    drawn = table("WHAT", f">{found.currency} A MONTH", "RECKONED FROM")
    for line in found.lines:
        drawn.add_row(line.what, _range(line.least, line.most), line.basis)
    drawn.add_row("total", _range(found.least, found.most), "" if found.is_whole else "without what has no price")
    out().print(drawn)
    out().print(
        f"List prices of {', '.join(found.dates)} for {', '.join(found.regions)}, without tax: an estimate, no offer.",
        style="dim",
    )
    _beside_budget(manifest, found)


def summary(manifest: Manifest) -> str:
    """One line for `up`: about how much a month."""
    from oneplan.cost import estimate

    found = estimate(manifest)
    whole = "" if found.is_whole else " and what has no list price"
    return f"about {_range(found.least, found.most)} {found.currency} a month{whole}; `oneplan cost` shows of what"


def _beside_budget(manifest: Manifest, found: Estimate) -> None:
    budget = manifest.budget
    if budget is None:
        return
    if budget.currency != found.currency:
        warn(f"the budget is in {budget.currency} and the list in {found.currency}: they are not compared")
    elif found.most > budget.monthly:
        warn(f"the budget is {budget.monthly:g} {budget.currency}, less than the estimate of {found.most:.0f}")
    else:
        done(f"within the budget of {budget.monthly:g} {budget.currency}")


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return "unknown"
    return f"{least:.2f}" if least == most else f"{least:.2f} to {most:.2f}"
