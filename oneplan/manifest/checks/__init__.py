"""What must hold in and across the parts of one stack, after merging."""

from oneplan.manifest.checks import (
    alerts,
    environment,
    folders,
    jobs,
    naming,
    platform,
    queues,
    references,
    schedules,
    sites,
    stacks,
)
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.draft import Draft
from oneplan.manifest.problems import Problems

OF_A_JOB = (
    references.check_job,
    environment.check_job,
    jobs.check_job,
    schedules.check_job,
    folders.check_job,
    stacks.check_job,
    alerts.check_job,
)
"""Each looks at one job and at what the project declares, never at another job."""

ACROSS = (
    naming.check,
    platform.check,
    sites.check,
    references.check,
    environment.check,
    schedules.check,
    queues.check,
    folders.check,
    stacks.check,
    alerts.check,
)
"""Each looks at everything."""


def check(draft: Draft, problems: Problems) -> None:
    """Runs every check."""
    scope = Scope(draft)
    for one in ACROSS:
        one(scope, problems)
    for name, job in draft.jobs.items():
        for check_job in OF_A_JOB:
            check_job(scope, name, job, problems)
