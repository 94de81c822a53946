"""What the plan and App Service allow.

Limits: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits.
"""

import re
from functools import cache

from oneplan.manifest.draft import Draft
from oneplan.manifest.models import Project
from oneplan.manifest.problems import Problems, near

_MOST_INSTANCES = (
    ("[FD]1", 1),
    ("B[0-9]", 3),
    ("S[0-9]", 10),
    ("P.*", 30),
    ("I.*", 100),
)


def check(draft: Draft, problems: Problems) -> None:
    """Adds what the plan, the zone or a runtime cannot be."""
    if draft.project is None:
        return
    _plan(draft, draft.project, problems)
    _zone(draft, draft.project.time_zone, problems)
    if draft.project.plan.os == "windows":
        for name, app in draft.apps.items():
            if app.runtime.startswith("python:"):
                message = f'runtime "{app.runtime}" is not offered on windows; set plan.os to linux'
                problems.add(draft.at("apps", name, "runtime"), "WJ056", message)


def _plan(draft: Draft, project: Project, problems: Problems) -> None:
    sku, size = project.plan.sku, project.plan.sku.upper()
    if size in ("F1", "D1") and draft.declared("jobs"):
        message = f"plan {sku} has no Always On; schedules and continuous jobs need Basic or higher, such as B1"
        problems.add(draft.at("plan", "sku"), "WJ057", message)
    if size == "D1" and project.plan.os == "linux":
        problems.add(draft.at("plan", "sku"), "WJ056", f"plan {sku} is not offered on linux; use B1")
    most = next(most for pattern, most in _MOST_INSTANCES if re.fullmatch(pattern, size))
    if project.plan.instances > most:
        message = f"plan.instances: {project.plan.instances} is outside 1 to {most} for {sku}"
        problems.add(draft.at("plan", "instances"), "WJ014", message)


def _zone(draft: Draft, zone: str, problems: Problems) -> None:
    """App Service reads an unknown zone as UTC without a word, so a wrong name must not get there."""
    if zone not in _zones():
        message = f'time_zone: "{zone}" is not an IANA time zone; {_near_zone(zone)}'
        problems.add(draft.at("time_zone"), "WJ037", message)


def _near_zone(zone: str) -> str:
    by_lower = {known.lower(): known for known in _zones()}
    by_city = {known.rpartition("/")[2].lower(): known for known in _zones()}
    exact = by_lower.get(zone.lower()) or by_city.get(zone.rpartition("/")[2].lower())
    if exact:
        return f'did you mean "{exact}"?'
    hint = near(zone, by_lower)
    if hint.startswith("known"):
        return "write one such as Europe/Zurich"
    return re.sub('"(.*)"', lambda match: f'"{by_lower[match.group(1)]}"', hint)


@cache
def _zones() -> frozenset[str]:
    from importlib.resources import files

    return frozenset((files("tzdata") / "zones").read_text().split())
