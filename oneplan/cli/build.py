"""`oneplan build`: runs the build commands of jobs that need it; `oneplan up` does the same first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oneplan.cli.exits import UsageError
from oneplan.cli.project import load_manifest
from oneplan.cli.screen import done, err

if TYPE_CHECKING:
    from oneplan.manifest import Manifest
    from oneplan.packaging import Build


def build(stack: str, jobs: Sequence[str], *, force: bool) -> None:
    """Builds these jobs, or all that have a build command; those that are fresh only when forced."""
    from oneplan.packaging import builds_of

    manifest = load_manifest(stack)
    known = {each.job: each for each in builds_of(manifest)}
    for name in jobs:
        if name not in known:
            raise UsageError(f"job {name}: has no build command; jobs with one: {', '.join(known) or 'none'}")
    chosen = [known[name] for name in jobs or known]
    ran = _run(chosen, force=force)
    if not chosen:
        done("no job has a build command")
    elif not ran:
        done("every build is fresh")


def build_stale(manifest: Manifest) -> None:
    """Runs the builds that are missing or older than their sources."""
    if any(job.build for job in manifest.jobs.values()):  # packaging is imported only where it is needed
        from oneplan.packaging import builds_of

        _run(builds_of(manifest), force=False)


def _run(builds: Sequence[Build], *, force: bool) -> int:
    from oneplan.packaging import launch

    ran = 0
    for each in builds:
        if force or each.trouble():
            err().print(f"Building {each.job}: {each.command} …", markup=False)
            each.run(launch)
            ran += 1
            done(f"{each.job} is built")
    return ran
