"""`oneplan new`: adds one thing to the project, or changes nothing and says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from oneplan.authoring import additions
from oneplan.authoring.additions import STORED, Addition, Project
from oneplan.authoring.programs import Language, parse_trigger, without_hashes
from oneplan.authoring.writer import Writer, editing
from oneplan.cli.exits import ExitCode, UsageError
from oneplan.cli.problems import show_problems
from oneplan.cli.project import MANIFEST, find_root
from oneplan.cli.screen import complain, done, out
from oneplan.errors import ManifestError, Problem
from oneplan.manifest import stacks, validate
from oneplan.manifest.problems import Problems
from oneplan.manifest.source import read_text


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line of `oneplan new`."""

    kind: str
    name: str
    trigger: str | None = None
    app: str | None = None
    command: str | None = None
    app_kind: str | None = None
    language: Language | None = None


def new(asked: Asked) -> int:
    """Adds what is asked for and returns the exit code; raises OneplanError when it cannot be added."""
    _refuse_idle_options(asked)
    root = find_root()
    with editing(root):
        known = errors_of(root)
        before = (root / MANIFEST).read_bytes()
        addition = _addition(asked, Project.read(manifest_text(root), root))
        writer = Writer()
        try:
            _write(writer, root, before, addition)
            added = [problem for problem in errors_of(root) if _key(problem) not in {_key(each) for each in known}]
            if added:
                show_problems(added, root)  # while the lines are there to be shown
        except BaseException:
            writer.undo()
            raise
        if added:
            writer.undo()
            complain(f"{asked.kind}: nothing was changed; it would bring the problems above")
            return ExitCode.MANIFEST
    _tell(asked, addition, before != addition.project.encode())
    return ExitCode.OK


def errors_of(root: Path) -> tuple[Problem, ...]:
    """Returns the errors of all stacks; a project without a stack is looked at as `dev`."""
    report = validate(root, stacks(root) or ("dev",))
    return tuple(problem for problem in report.problems if problem.severity == "error")


def _key(problem: Problem) -> tuple[str, str, str]:
    """What makes two problems the same, although lines have moved."""
    return problem.file, problem.code, problem.message


def manifest_text(root: Path) -> str:
    """Returns the text of `oneplan.yaml`; raises ManifestError when it cannot be read."""
    problems = Problems()
    text = read_text(root / MANIFEST, MANIFEST, problems)
    problems.raise_any()
    if text is None:
        raise ManifestError(())
    return text


def _refuse_idle_options(asked: Asked) -> None:
    """An option that does nothing is a misunderstanding."""
    given = {
        "--trigger": (asked.trigger, ("job",)),
        "--app": (asked.app, ("job",)),
        "--command": (asked.command, ("job", "app")),
        "--kind": (asked.app_kind, ("app",)),
        "--language": (asked.language, ("job", "app")),
    }
    for option, (value, kinds) in given.items():
        if value is not None and asked.kind not in kinds:
            raise UsageError(f"oneplan new {asked.kind}: {option} belongs to {' and '.join(kinds)}; leave it out")
    if asked.kind == "job" and asked.trigger is None:
        raise UsageError(
            "oneplan new job: what starts it? Write --trigger 'every 15m', 'cron 0 6 * * *', 'queue NAME', always"
            " or manual"
        )


def _addition(asked: Asked, project: Project) -> Addition:
    if asked.kind in STORED:
        return additions.add_stored(project, asked.kind, asked.name)
    if asked.kind == "app":
        kind, language = asked.app_kind or "web", asked.language or "python"
        return additions.add_app(project, asked.name, kind=kind, language=language, command=asked.command)
    trigger = parse_trigger(asked.trigger or "")
    return additions.add_job(
        project, asked.name, trigger, app=asked.app, language=asked.language, command=asked.command
    )


def _write(writer: Writer, root: Path, before: bytes, addition: Addition) -> None:
    hashed = _uses_hashes(root)
    for file, text in addition.files.items():
        is_list = file.endswith("requirements.txt")
        writer.create(root / file, (without_hashes(text) if is_list and not hashed else text).encode())
    after = addition.project.encode()
    if after != before:
        writer.replace(root / MANIFEST, before, after)


def _uses_hashes(root: Path) -> bool:
    """Whether the project pins its packages with hashes; one without packages so far may."""
    lists = sorted({*root.glob("apps/*/requirements.txt"), *root.glob("jobs/*/requirements.txt")})
    texts = [path.read_text(errors="replace") for path in lists if path.is_file()]
    return not texts or any("--hash=" in text for text in texts)


def _tell(asked: Asked, addition: Addition, is_edited: bool) -> None:
    for file in ([MANIFEST] if is_edited else []) + list(addition.files):
        out().print(file, markup=False)
    done(f"{asked.kind} {asked.name} is declared; `oneplan up` brings it up")
