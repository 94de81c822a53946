"""What the plan and App Service allow: sizes, instances, zones, runtimes.

Limits: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits.
"""

from ncrontab import zones
from oneplan.manifest.checks import runtimes
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.checks.sizes import Size
from oneplan.manifest.models import PlanModel, Project
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Path

_GIGABYTE = 1024


def check(scope: Scope, problems: Problems) -> None:
    """Adds what the plan, a zone or a runtime cannot be."""
    project = scope.draft.project
    if project is None:
        return
    if scope.size is not None:
        _plan(scope, project.plan, scope.size, problems)
        _apps(scope, scope.size, problems)
        _memory(scope, scope.size, problems)
    _zones(scope, project, problems)
    for name, app in scope.draft.apps.items():
        if scope.draft.has("apps", name, "runtime"):
            _runtime(scope, name, app.runtime, problems)


def _plan(scope: Scope, plan: PlanModel, size: Size, problems: Problems) -> None:
    draft = scope.draft
    if not size.has_always_on and draft.declared("jobs"):
        message = f"plan {plan.sku} has no Always On; schedules and continuous jobs need Basic or higher, such as B1"
        problems.add(draft.at("plan", "sku"), "WJ057", message)
    if size.tier == "Shared" and plan.os == "linux":
        problems.add(draft.at("plan", "sku"), "WJ056", f"plan {plan.sku} is not offered on linux; use B1")
    for key, count in (("instances", plan.instances), ("autoscale", plan.autoscale.max if plan.autoscale else 1)):
        if count > size.most_instances:
            path: Path = ("plan", key) if key == "instances" else ("plan", key, "max")
            where = ".".join(str(step) for step in path)
            message = f"{where}: {count} is outside 1 to {size.most_instances} for {plan.sku}"
            problems.add(draft.at(*path), "WJ014", message)
    _scaling(scope, plan, size, problems)


def _scaling(scope: Scope, plan: PlanModel, size: Size, problems: Problems) -> None:
    draft = scope.draft
    if plan.autoscale and not size.has_autoscale:
        message = f"plan {plan.sku} cannot scale by itself; autoscale needs Standard or higher, such as S1 or P0v3"
        problems.add(draft.key("plan", "autoscale"), "WJ101", message)
    elif (
        plan.autoscale
        and draft.has("plan", "instances")
        and not (plan.autoscale.min <= plan.instances <= plan.autoscale.max)
    ):
        message = (
            f"instances {plan.instances} is outside autoscale's {plan.autoscale.min} to {plan.autoscale.max}; "
            "remove instances, autoscale sets it"
        )
        problems.add(draft.at("plan", "instances"), "WJ101", message)
    if not plan.zone_redundant:
        return
    fewest = plan.autoscale.min if plan.autoscale else plan.instances
    if not size.has_zones:
        message = f"plan {plan.sku} cannot be zone redundant; that needs Premium or Isolated, such as P1v3"
        problems.add(draft.key("plan", "zone_redundant"), "WJ102", message)
    elif fewest < 2:
        message = f"zone_redundant with {fewest} machine; spread over zones needs 2 or more, raise plan.instances"
        problems.add(draft.key("plan", "zone_redundant"), "WJ102", message)


def _apps(scope: Scope, size: Size, problems: Problems) -> None:
    """An active slot counts as an app: https://learn.microsoft.com/azure/app-service/overview-hosting-plans."""
    count = len(scope.apps) + sum(len(app.slots) for app in scope.draft.apps.values())
    if size.most_apps is not None and count > size.most_apps:
        message = f"{count} apps on a plan {size.sku}; {size.tier} takes {size.most_apps} at most, use B1 or larger"
        problems.add(scope.draft.key("apps"), "WJ111", message)
    elif size.advised_apps is not None and count > size.advised_apps:
        message = (
            f"{count} apps and slots on a plan {size.sku}; Azure advises {size.advised_apps} at most, more slow each "
            "other down, use a larger size"
        )
        problems.add(scope.draft.key("apps"), "WJ106", message)


def _memory(scope: Scope, size: Size, problems: Problems) -> None:
    hints = {name: app.memory for name, app in scope.draft.apps.items() if app.memory}
    jobs = {name: job.memory for name, job in scope.draft.jobs.items() if job.memory and job.enabled}
    total = (sum(hints.values()) + sum(jobs.values())) / _GIGABYTE
    if total > size.memory:
        message = (
            f"memory hints add up to {total:.3g} GB (apps: {len(hints)}, jobs: {len(jobs)}); {size.sku} has "
            f"{size.memory:g} GB, use a larger size or run less at once"
        )
        problems.add(scope.draft.at("plan", "sku"), "WJ060", message)


def _runtime(scope: Scope, name: str, runtime: str, problems: Problems) -> None:
    mark = scope.draft.at("apps", name, "runtime")
    system = "linux" if scope.is_linux else "windows"
    if found := runtimes.verdict(runtime, system):
        problems.add(mark, *found)
    if scope.is_linux and name in scope.jobs_of and (why := runtimes.is_alpine(runtime)):
        message = f"{why}; WebJobs do not run there, use an image based on Debian or a newer runtime, or another app"
        problems.add(mark, "WJ059", message)
    size = scope.size
    if size and system == "windows" and runtime.startswith("image:") and not size.has_windows_containers:
        message = f"containers on Windows need Premium v3, such as P1v3; the plan is {size.sku}"
        problems.add(mark, "WJ109", message)


def _zones(scope: Scope, project: Project, problems: Problems) -> None:
    """App Service reads an unknown zone as UTC without a word, so a wrong name must not get there."""
    _zone(scope, ("time_zone",), project.time_zone, problems)
    for name, app in scope.draft.apps.items():
        if app.time_zone:
            _zone(scope, ("apps", name, "time_zone"), app.time_zone, problems)
    for name, job in scope.draft.jobs.items():
        if job.trigger.time_zone:
            _zone(scope, ("jobs", name, "trigger", "time_zone"), job.trigger.time_zone, problems)


def _zone(scope: Scope, path: Path, zone: str, problems: Problems) -> None:
    try:
        zones.zone(zone)
    except zones.ZoneError as error:
        problems.add(scope.draft.at(*path), "WJ037", f"time_zone: {error}")
