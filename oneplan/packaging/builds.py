"""A job's own `build` command: when it has to run, and running it. Packaging alone never does, so a preview stays safe.

A build is fresh while every file of the job's folder, sources and products alike, is what the last build left behind.
"""

import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.manifest.values import Job, Manifest
from oneplan.packaging import trees
from oneplan.packaging.ignore import DEFAULT_PATTERNS, JOB_PATTERNS, parse
from oneplan.packaging.store import STATE_FOLDER, locked
from oneplan.packaging.tree import FoundFile, Source, Stamp, walk
from oneplan.packaging.trees import BuiltPackage, TreeRecord

Launch = Callable[[str, Path], int]
"""Runs a command line in a folder and returns its exit code."""

_RULES = parse([*DEFAULT_PATTERNS, *JOB_PATTERNS])
_STDERR = 2


@dataclass(frozen=True, slots=True)
class Build:
    """The build of one job."""

    job: str
    folder: Path
    where: str
    """The job's folder from the project's root."""
    command: str
    record: Path

    def trouble(self) -> str | None:
        """Returns why the build has to run, such as `has not run`; None when it is fresh."""
        known = trees.load(self.record)
        if not known.inputs:
            return "has not run"
        if known.inputs != _digest(self.command):
            return "was made by another command"
        found = self._files()
        if known.is_of(known.inputs, found):
            return None
        now = trees.digests(found, known).files
        changed = sorted(
            name for name in {*now, *known.files} if now.get(name, ("", ""))[1] != known.files.get(name, ("", ""))[1]
        )
        if changed:
            return f"is older than {self.where}/{changed[0]}"
        self._save(now)
        return None

    def run(self, launch: Launch) -> None:
        """Runs the command, whatever the state of the build.

        Raises:
            PackagingError: if it fails.
        """
        with locked(self.record.with_suffix(".lock")):
            self.record.unlink(missing_ok=True)
            if code := launch(self.command, self.folder):
                raise PackagingError(
                    f"{self.where}/job.yaml: build `{self.command}` failed with exit code {code}; "
                    "its messages are above"
                )
            self._save(trees.digests(self._files(), TreeRecord()).files)

    def _files(self) -> list[FoundFile]:
        return walk(Source(self.folder, "", _RULES))

    def _save(self, files: Mapping[str, tuple[Stamp, str]]) -> None:
        trees.save(self.record, TreeRecord(_digest(self.command), False, files), BuiltPackage("", 0, len(files)))


def builds_of(manifest: Manifest, jobs: Iterable[Job] | None = None) -> tuple[Build, ...]:
    """Returns the builds of these jobs, or of all, in the manifest's order."""
    root = manifest.root.resolve()
    return tuple(
        Build(
            job.name,
            job.folder,
            _shown(job.folder, root),
            job.build,
            root / STATE_FOLDER / "cache" / "builds" / f"{job.name}.json",
        )
        for job in (manifest.jobs.values() if jobs is None else jobs)
        if job.build
    )


def check_builds(manifest: Manifest, jobs: Iterable[Job]) -> None:
    """Raises a PackagingError for the first job whose build has to run, and names the command."""
    for build in builds_of(manifest, jobs):
        if trouble := build.trouble():
            raise PackagingError(
                f"{build.where}/job.yaml: the build {trouble}; run `oneplan build {build.job}`, which runs "
                f"`{build.command}` there"
            )


def launch(command: str, folder: Path) -> int:
    """Runs a command line by the shell, its output on standard error, and returns its exit code."""
    shell = ["/bin/sh", "-c", command]
    return subprocess.run(shell, cwd=folder, stdin=subprocess.DEVNULL, stdout=_STDERR, check=False).returncode


def _shown(folder: Path, root: Path) -> str:
    folder = folder.resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()


def _digest(command: str) -> str:
    return sha256(command.encode()).hexdigest()
