"""`oneplan fmt`: tidies the manifest's files."""

from __future__ import annotations

from pathlib import Path

from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.schemas import schema_path
from oneplan.authoring.tidy import tidy
from oneplan.authoring.writer import Writer, editing
from oneplan.cli.exits import ExitCode
from oneplan.cli.problems import show_problems
from oneplan.cli.project import MANIFEST, find_root
from oneplan.cli.screen import complain, done, out
from oneplan.manifest import discovery, reader, stacks
from oneplan.manifest.problems import Problems
from oneplan.manifest.source import read_text

_SCHEMAS = {MANIFEST: "oneplan.schema.json", discovery.JOB_FILE: "job.schema.json"}
_OF_STACKS = "stack.schema.json"


def fmt(*, check: bool) -> int:
    """Tidies every file that can be read, names those it changed, and returns the exit code."""
    root = find_root()
    problems, refusals, changed = Problems(), [], []
    with editing(root):
        files = _files(root)
        for file in files:
            try:
                if _tidied(root, file, problems, check=check):
                    changed.append(file)
            except AuthoringError as error:
                refusals.append(str(error))
    for file in changed:
        out().print(file, markup=False)
    for refusal in refusals:
        complain(refusal)
    if len(problems):
        show_problems(problems.sorted(), root)
        return ExitCode.MANIFEST
    if refusals:
        return ExitCode.FAILED
    word = "would be changed" if check else "changed"
    done(f"{len(changed)} of {len(files)} files {word}" if changed else f"{len(files)} files are tidy")
    return ExitCode.FAILED if check and changed else ExitCode.OK


def _files(root: Path) -> list[str]:
    """The manifest's files by their path from the project's folder."""
    unheard = Problems()
    text = read_text(root / MANIFEST, MANIFEST, unheard)
    project = reader.read(text, MANIFEST, unheard) if text else None
    folders = discovery.folders(str(root), discovery.patterns(project, unheard))
    jobs = [f"{folder}/{discovery.JOB_FILE}" for folder in folders]
    return [MANIFEST, *jobs, *(f"Pulumi.{stack}.yaml" for stack in stacks(root))]


def _tidied(root: Path, file: str, problems: Problems, *, check: bool) -> bool:
    """Whether the file was not tidy; it is afterwards, unless this is a check."""
    text = read_text(root / file, file, problems)
    if text is None or (file.startswith("Pulumi.") and _is_blank(text)):
        return False
    before = (root / file).read_bytes()
    try:
        schema = schema_path(root, _SCHEMAS.get(file.rpartition("/")[2], _OF_STACKS))
        after = tidy(text, file, schema).encode()
    except AuthoringError:
        if reader.read(text, file, problems) is None:
            return False  # the problems say why
        raise
    if after != before and not check:
        Writer().replace(root / file, before, after)
    return after != before


def _is_blank(text: str) -> bool:
    """Whether a text holds comments at most, as Pulumi writes a stack's file that has nothing to say."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())
