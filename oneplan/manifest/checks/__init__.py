"""What must hold in and across the parts of one stack, after merging."""

from collections.abc import Callable
from functools import partial

from oneplan.manifest.checks import (
    alerts,
    doors,
    environment,
    folders,
    jobs,
    naming,
    network,
    platform,
    queues,
    references,
    schedules,
    sites,
    stacks,
)
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.draft import Draft
from oneplan.manifest.memory import Memory
from oneplan.manifest.models import JobModel
from oneplan.manifest.problems import Problems

JobCheck = Callable[[Scope, str, JobModel, Problems], None]

OF_A_JOB: tuple[JobCheck, ...] = (
    references.check_job,
    environment.check_job,
    jobs.check_job,
    schedules.check_job,
    folders.check_job,
    stacks.check_job,
    alerts.check_job,
)
"""Each looks at one job, its app, and what `Scope.surroundings` and `Scope.of_this_stack` say; at nothing else."""

ACROSS = (
    naming.check,
    platform.check,
    sites.check,
    network.check,
    doors.check,
    references.check,
    environment.check,
    schedules.check,
    queues.check,
    folders.check,
    stacks.check,
    alerts.check,
)
"""Each looks at everything."""


BESIDE: frozenset[Callable[..., None]] = frozenset(
    {
        folders.check,
        folders.check_job,
        environment.check_job,
        schedules.check_job,
        alerts.check_job,
    }
)
"""Those that no value of the manifest depends on, and that take the most time: what is in folders, how variables are
named, which schedules and alerts are doubtful."""


def check(draft: Draft, problems: Problems, memory: Memory | None = None, *, thorough: bool = True) -> None:
    """Runs every check; a job that looks the same in a stack before, in the same surroundings, is not checked again.

    Args:
        draft: What is checked.
        problems: Where faults are added.
        memory: What is known of the stacks before; they must have been checked as thoroughly.
        thorough: False leaves out those of `BESIDE`.
    """
    scope, memory = Scope(draft), memory or Memory()
    left_out = frozenset() if thorough else BESIDE
    for one in ACROSS:
        if one not in left_out:
            one(scope, problems)
    of_a_job = tuple(one for one in OF_A_JOB if one not in left_out)
    surroundings = memory.one_of(scope.surroundings)
    for name, job in draft.jobs.items():
        app = draft.apps.get(scope.app_of(job) or "")
        found = memory.get(
            ("checks", name, scope.of_this_stack(job)),
            (job, app, surroundings),
            partial(_of_a_job, of_a_job, scope, name, job),
        )
        problems.include(found)


def _of_a_job(checks: tuple[JobCheck, ...], scope: Scope, name: str, job: JobModel) -> Problems:
    problems = Problems()
    for check_job in checks:
        check_job(scope, name, job, problems)
    return problems
