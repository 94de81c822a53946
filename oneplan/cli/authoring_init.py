"""`oneplan init`: a project that runs at once, in a folder that is empty."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.starter import NewProject, TemplateName, name_for, project_files
from oneplan.authoring.writer import Writer, editing
from oneplan.cli.project import MANIFEST
from oneplan.cli.screen import done, err, out
from oneplan.manifest import stacks, validate
from oneplan.manifest.problems import listing

_MAY_BE_THERE = (".git", ".oneplan", "venv", ".venv")
_MAY_BEGIN_WITH = ("README", "LICENSE")


def init(folder: Path, *, name: str | None, location: str, time_zone: str | None, template: TemplateName) -> None:
    """Writes the project and says how to go on.

    Raises:
        AuthoringError: the folder holds something, or is no folder; the name, the region or the zone cannot be.
    """
    root = folder.resolve()
    there = _what_is_there(root, folder)
    chosen = NewProject(name or name_for(root.name), location, time_zone or _zone_here(), template)
    files = {path: text.encode() for path, text in project_files(chosen).items()} | _schemas()
    kept = [path for path in files if path.partition("/")[0] in there]
    _require_sound(files)
    root.mkdir(parents=True, exist_ok=True)
    with editing(root):
        _what_is_there(root, folder)  # another `init` may have been quicker
        writer = Writer()
        try:
            for path, content in files.items():
                if path not in kept:
                    writer.create(root / path, content)
        except BaseException:
            writer.undo()
            raise
    _tell(folder, chosen, [path for path in files if path not in kept], kept)


def _what_is_there(root: Path, shown: Path) -> frozenset[str]:
    """The names in the folder that a project may begin beside; raises AuthoringError when there are others."""
    if not root.exists():
        return frozenset()
    if not root.is_dir():
        raise AuthoringError(f"{shown}: is a file; name a folder that is empty, or one to make")
    names = sorted(os.listdir(root))  # noqa: PTH208  names are all that is wanted
    foreign = [name for name in names if name not in _MAY_BE_THERE and not name.startswith(_MAY_BEGIN_WITH)]
    if MANIFEST in foreign:
        raise AuthoringError(f"{shown}: is a project already; add to it with `oneplan new`, or name another folder")
    if foreign:
        raise AuthoringError(
            f"{shown}: is not empty, it holds {listing(foreign)}; name an empty folder, or one to make"
        )
    return frozenset(names)


def _require_sound(files: dict[str, bytes]) -> None:
    """Checks the project elsewhere before anything of it is written."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        writer = Writer()
        for path, content in files.items():
            writer.create(root / path, content)
        report = validate(root, stacks(root))
    if errors := [problem for problem in report.problems if problem.severity == "error"]:
        told = "; ".join(dict.fromkeys(problem.message for problem in errors))
        raise AuthoringError(f"init: {told}. Choose with --name, --location and --time-zone")


def _schemas() -> dict[str, bytes]:
    """The schemas that editors read, by path in the project."""
    from oneplan.manifest.schema.kinds import KINDS, path, text

    return {path(kind): text(kind).encode() for kind in KINDS}


def _zone_here() -> str:
    """This machine's zone, or UTC where it has none of a name."""
    import tzlocal

    zone = tzlocal.get_localzone_name()
    return zone if zone and "/" in zone else "Etc/UTC"


def _tell(folder: Path, project: NewProject, written: list[str], kept: list[str]) -> None:
    for path in sorted(written):
        out().print(path, markup=False)
    for path in kept:
        err().print(f"{path} was there and stays as it is", style="dim", markup=False)
    done(f"{project.name} is there, in {project.location}, its schedules in {project.time_zone}")
    there = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    up = "oneplan up" if shutil.which("oneplan") else f"{sys.argv[0]} up"
    err().print(f"  next: {there}{up}", markup=False, highlight=False)
