"""`oneplan import`: the jobs of an existing site become job folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from oneplan.authoring import scalars
from oneplan.authoring.additions import Project
from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.kudu import Carried, carry
from oneplan.authoring.programs import JOB_SCHEMA
from oneplan.authoring.schemas import schema_path
from oneplan.authoring.sites import SiteJob, site_jobs
from oneplan.authoring.tidy import schema_line
from oneplan.authoring.writer import Writer, editing
from oneplan.cli.authoring_new import errors_of, manifest_text
from oneplan.cli.exits import ExitCode
from oneplan.cli.problems import show_problems
from oneplan.cli.project import find_root
from oneplan.cli.screen import complain, done, out, warn
from oneplan.errors import Problem


def import_jobs(path: Path, *, app: str | None) -> int:
    """Writes a folder for each job, says what is different, and returns the exit code.

    Raises:
        AuthoringError: nothing was imported; a folder is taken, or the site's files are not safe to take.
    """
    root = find_root()
    with editing(root):
        project = Project.read(manifest_text(root), root)
        beside = project.require_app(app)
        found = site_jobs(path)
        jobs, refused = _carried(found, is_windows=project.is_windows)
        home = project.jobs_folder
        _require_free(root, [f"{home}/{job.folder}" for job in jobs])
        writer = Writer()
        try:
            for job in jobs:
                _write(writer, root, f"{home}/{job.folder}", job, None if beside == project.default_app else beside)
        except BaseException:
            writer.undo()
            raise
        problems = errors_of(root)
    return _tell(root, home, jobs, refused, problems)


def _carried(found: Sequence[SiteJob], *, is_windows: bool) -> tuple[list[Carried], list[str]]:
    jobs: list[Carried] = []
    refused: list[str] = []
    taken: dict[str, str] = {}
    for job in found:
        result = carry(job, is_windows=is_windows)
        if isinstance(result, str):
            refused.append(f"{job.label}: {result}")
        elif (other := taken.setdefault(result.name, result.label)) != result.label:
            refused.append(
                f'{job.label}: would be called "{result.name}", as {other} is; rename one of the two folders'
            )
        else:
            jobs.append(result)
    return jobs, refused


def _require_free(root: Path, folders: Sequence[str]) -> None:
    taken = [folder for folder in folders if os.path.lexists(root / folder)]
    if taken:
        raise AuthoringError(
            f"{', '.join(taken)}: there already; nothing is overwritten, move it away or rename it first"
        )


def _write(writer: Writer, root: Path, folder: str, job: Carried, app: str | None) -> None:
    """The originals as they are, and `job.yaml` last: without it the folder is no job."""
    for name, file in job.files.items():
        writer.create(root / folder / name, file.content(), 0o755 if file.executable else 0o644)
    fields = {**({"app": app} if app else {}), **job.fields}
    text = f"{schema_line(f'{folder}/job.yaml', schema_path(root, JOB_SCHEMA))}\n{scalars.block(fields)}"
    writer.create(root / folder / "job.yaml", text.encode())


def _tell(root: Path, home: str, jobs: Sequence[Carried], refused: Sequence[str], problems: Sequence[Problem]) -> int:
    for job in jobs:
        trigger = scalars.inline(job.fields["trigger"])
        out().print(f"{job.label} → {home}/{job.folder}  {trigger}", markup=False)
        for note in job.notes:
            warn(f"{job.label}: {note}")
    for reason in refused:
        complain(reason)
    if problems:
        show_problems(problems, root)
        return ExitCode.MANIFEST
    if refused:
        complain(f"{len(refused)} of {len(jobs) + len(refused)} jobs were not imported")
        return ExitCode.FAILED
    done(f"{len(jobs)} jobs are here; settings.job became job.yaml, everything else was copied as it was")
    return ExitCode.OK
