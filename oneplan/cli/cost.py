"""`oneplan cost`: the monthly estimate of a stack, beside its budget."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from oneplan.cli.grid import Grid
from oneplan.cli.project import load_manifest
from oneplan.cli.screen import done, out, warn

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
    drawn = Grid("WHAT", f">{found.currency} A MONTH", "RECKONED FROM")
    for line in found.lines:
        drawn.add_row(line.what, _range(line.least, line.most), line.basis)
    drawn.add_row("total", _range(found.least, found.most), "" if found.is_whole else "without what has no price")
    drawn.print()
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


def over_budget(manifest: Manifest, found: Estimate | None = None) -> str | None:
    """What `up` warns of when the estimate, with the most machines, is above the budget of the same currency."""
    from oneplan.cost import estimate

    found, budget = found or estimate(manifest), manifest.budget
    if budget is None or budget.currency != found.currency or found.most <= budget.monthly:
        return None
    return f"the budget is {budget.monthly:g} {budget.currency}, less than the estimate of {found.most:.0f}"


def _beside_budget(manifest: Manifest, found: Estimate) -> None:
    budget = manifest.budget
    if budget is None:
        return
    if budget.currency != found.currency:
        warn(f"the budget is in {budget.currency} and the list in {found.currency}: they are not compared")
    elif above := over_budget(manifest, found):
        warn(above)
    elif not found.is_whole:
        warn(f"what has a price is within the budget of {budget.monthly:g} {budget.currency}; the whole is not known")
    else:
        done(f"within the budget of {budget.monthly:g} {budget.currency}")


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return "unknown"
    return f"{least:.2f}" if least == most else f"{least:.2f} to {most:.2f}"
