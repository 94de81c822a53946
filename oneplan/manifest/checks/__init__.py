"""What must hold across the parts of one stack, after merging."""

from oneplan.manifest.checks import environment, folders, jobs, naming, platform, queues, references
from oneplan.manifest.draft import Draft
from oneplan.manifest.problems import Problems

ALL = (
    naming.check,
    platform.check,
    references.check,
    environment.check,
    jobs.check,
    queues.check,
    folders.check,
)


def check(draft: Draft, problems: Problems) -> None:
    """Runs every cross check."""
    for one in ALL:
        one(draft, problems)
