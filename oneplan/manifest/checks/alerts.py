"""Alerts and money: runs that would be missed unseen, alerts that never rest, and the plan's price."""

from datetime import datetime, timedelta
from functools import lru_cache

from ncrontab import Schedule
from oneplan.manifest import intervals, prices
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.models import JobModel, Project
from oneplan.manifest.problems import Problems

_A_THURSDAY = datetime(2026, 1, 1)  # noqa: DTZ001 - schedules live in naive wall-clock time; a weekend follows soon
_LOOKED_AT = 64
LONGEST_LATE = timedelta(days=366)
"""What `alert.late` may be at most."""


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds what is wrong with one job's `late` alert."""
    draft, schedule = scope.draft, scope.schedules.get(name)
    if job.alert.late is None:
        late = _suggestion(schedule) if schedule is not None else None
        if late is not None:
            message = (
                f"{name} is scheduled but has no `late` alert; a missed run would go unseen, add alert: {{late: "
                f"{intervals.words(late)}}}"
            )
            problems.add(draft.key("jobs", name, "trigger"), "WJ082", message)
        return
    mark = draft.at("jobs", name, "alert", "late")
    if job.trigger.every is None and job.trigger.cron is None:
        if draft.trigger_is_known(name):
            problems.add(mark, "WJ081", "alert.late needs a schedule (every or cron); remove it")
    elif schedule is not None and (gap := longest_gap(schedule)) and job.alert.late <= gap:
        text = f"alert.late {intervals.words(job.alert.late)} is not longer than the interval {intervals.words(gap)}"
        problems.add(mark, "WJ081", f"{text}; it would fire all day, make it longer")


def check(scope: Scope, problems: Problems) -> None:
    """Adds a plan that costs more than the budget."""
    project = scope.draft.project
    if project and project.budget and scope.size:
        _budget(scope, project, problems)


@lru_cache(maxsize=4096)
def longest_gap(schedule: Schedule) -> timedelta | None:
    """Returns the longest time between two of the next runs; None when there are not two."""
    longest, before = None, schedule.next_after(_A_THURSDAY)
    for _ in range(_LOOKED_AT):
        following = schedule.next_after(before) if before else None
        if before is None or following is None:
            break
        longest = max(longest or following - before, following - before)
        before = following
    return longest


def _suggestion(schedule: Schedule) -> timedelta | None:
    """Twice the interval for a frequent job, an hour of patience for a rare one; None when it is too rare to watch."""
    gap = longest_gap(schedule)
    if gap is None:
        return None
    late = max(gap * 2, timedelta(minutes=1)) if gap < timedelta(hours=2) else gap + timedelta(hours=1)
    return late if late <= LONGEST_LATE else None


def _budget(scope: Scope, project: Project, problems: Problems) -> None:
    budget, plan = project.budget, project.plan
    if budget is None:
        return
    mark = scope.draft.at("budget", "monthly")
    price = prices.monthly(plan.sku, plan.os)
    limit = f"{budget.monthly:g} {budget.currency}"
    if price is None or budget.currency != prices.CURRENCY:
        why = f"no list price of {plan.sku} on {plan.os}" if price is None else f"no price in {budget.currency}"
        message = f"oneplan knows {why}, so nothing is compared with budget {limit}; see Azure's pricing calculator"
        problems.add(mark, "WJ084", message)
        return
    total = price.amount * scope.most_instances
    if total > budget.monthly:
        message = (
            f"monthly estimate {total:.0f} {prices.CURRENCY} is above budget {limit} (plan {plan.sku} x "
            f"{scope.most_instances}; list price of {price.date} in {price.region}); use a smaller plan or raise it"
        )
        problems.add(mark, "WJ084", message)
