"""Folders of apps and jobs: that they exist, that what should run is in them, and that they are small."""

import os
import sys
from pathlib import Path

from oneplan.manifest import commands
from oneplan.manifest.checks import requirements
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.draft import Draft
from oneplan.manifest.models import AppModel, JobModel
from oneplan.manifest.problems import Problems, near, quoted

RUN_EXTENSIONS = (".cmd", ".bat", ".exe", ".ps1", ".sh", ".py", ".php", ".js", ".fsx", ".jar", ".dll")
"""In App Service's order, https://github.com/projectkudu/kudu/blob/master/Kudu.Core/Jobs/JobsManagerBase.cs; the
last two are started by the generated run script."""

WINDOWS_ONLY = (".cmd", ".bat", ".exe", ".ps1", ".fsx")
"""What the agent on Linux has no program for."""

LANGUAGES = {".py": "python", ".js": "node", ".php": "php", ".jar": "java", ".dll": "dotnet"}
"""What a script needs its app's runtime to be."""

_RUN_FILES = tuple(f"run{extension}" for extension in RUN_EXTENSIONS)

LARGE_BYTES = 25 * 1024 * 1024
IGNORE_FILE = ".oneplanignore"
_NOT_PACKED = frozenset({"__pycache__", "node_modules", "venv", ".venv", ".git"})
_DEEPEST = 12

_Entries = dict[str, "os.DirEntry[str]"]
"""What is in a folder, by its name in small letters."""


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds what is missing in one job's folder, or is in the way."""
    draft, folder = scope.draft, scope.draft.folders[name]
    try:
        entries = {entry.name.lower(): entry for entry in os.scandir(folder)}
    except OSError as error:
        message = f"the job folder cannot be listed ({error.strerror}); make it readable"
        problems.add(draft.key("jobs", name), "WJ053", message)
        return
    own_runs = [entries[one].name for one in _RUN_FILES if one in entries]
    if job.command is not None and job.script is not None:
        message = "`command` and `script` are both given; keep one"
        problems.add(draft.key("jobs", name, "script"), "WJ087", message)
    elif job.script is not None:
        _script(scope, name, job, folder, problems)
    elif job.command is not None:
        _command(scope, name, job, entries, problems)
    elif not own_runs and job.build is None and not draft.has("jobs", name, "command"):
        message = "nothing to run: there is no `command`, no `script` and no run.* file; add one"
        problems.add(draft.key("jobs", name), "WJ087", message)
    else:
        _found_script(scope, name, job, own_runs, problems)
    in_the_way = own_runs if job.command is not None else []
    for file in [*in_the_way, *([entries["settings.job"].name] if "settings.job" in entries else [])]:
        message = f"the job folder contains its own {file}; oneplan writes it, delete it or rename it"
        problems.add(draft.key("jobs", name), "WJ055", message)
    if IGNORE_FILE not in entries:
        _size(draft, name, list(entries.values()), problems)


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is missing in the folders of apps, and libraries that cannot live together."""
    for name, app in scope.draft.apps.items():
        _source(scope.draft, name, app, problems)
    requirements.check(scope, problems)


def _source(draft: Draft, name: str, app: AppModel, problems: Problems) -> None:
    if app.source is None:
        has_site = app.kind != "worker" and draft.written("apps", name, "kind") == app.kind
        is_needed = has_site and not app.runtime.startswith("image:")
        if is_needed and not draft.has("apps", name, "source"):
            message = f'missing key "source" in apps.{name}; add the folder of its code, or make it a worker'
            problems.add(draft.key("apps", name), "WJ011", message)
        return
    mark = draft.at("apps", name, "source")
    if app.kind == "worker":
        problems.add(mark, "WJ088", "a worker has no site code, it carries jobs; remove source or change kind")
        return
    folder = below(draft.root, app.source)
    if folder is None:
        message = f'source folder "{app.source}" is not inside the project; write a path such as apps/{name}'
        problems.add(mark, "WJ053", message)
    elif not folder.is_dir():
        message = f'source folder "{app.source}" does not exist; it is looked for beside oneplan.yaml'
        problems.add(mark, "WJ053", message)


def _script(scope: Scope, name: str, job: JobModel, folder: Path, problems: Problems) -> None:
    draft, script = scope.draft, job.script or ""
    mark = draft.at("jobs", name, "script")
    path = below(folder.resolve(), script)
    if path is None or not (path.is_file() or job.build):  # what a build makes need not be there yet
        problems.add(mark, "WJ053", f'script "{script}" is not in {folder.name}; write the name of a file there')
        return
    if path.suffix.lower() not in RUN_EXTENSIONS:
        known = " ".join(RUN_EXTENSIONS)
        problems.add(mark, "WJ015", f'script "{script}" cannot be run by App Service; it knows {known}')
        return
    if said := _cannot_run(scope, job, path.suffix.lower()):
        problems.add(mark, "WJ104", f'script "{script}" {said}')


def _cannot_run(scope: Scope, job: JobModel, extension: str) -> str | None:
    """Why Linux App Service cannot run a file beside the job's app; Windows has a program for each."""
    app = scope.app_of(job) or ""
    runtime, needed = scope.runtime_of(app), LANGUAGES.get(extension)
    if not scope.is_linux:
        return None
    if extension in WINDOWS_ONLY:
        return "runs on Windows only, and the plan is linux; write it for sh, or as `command`"
    if needed and runtime not in (needed, "image", None):
        return f'needs {needed}, but app "{app}" is {runtime}; on Linux a job has its app\'s language'
    return None


def _found_script(scope: Scope, name: str, job: JobModel, runs: list[str], problems: Problems) -> None:
    """Of several run.* files a system takes the first it has a program for. A warning: imported jobs begin so."""
    said = {file: _cannot_run(scope, job, Path(file).suffix.lower()) for file in runs}
    if runs and all(said.values()):
        problems.add(scope.draft.key("jobs", name), "WJ112", f"{runs[0]} {said[runs[0]]}")


def _command(scope: Scope, name: str, job: JobModel, entries: _Entries, problems: Problems) -> None:
    draft, command = scope.draft, job.command or ""
    app = scope.app_of(job) or ""
    language, runtime = commands.language_of(command), scope.runtime_of(app)
    if scope.is_linux and language and runtime not in (language, "image", None):
        message = (
            f'command starts {language}, but app "{app}" is {runtime}; on Linux a job runs in its app\'s container, '
            f"which may have no {language}, put the job beside a {language} app"
        )
        problems.add(draft.at("jobs", name, "command"), "WJ112", message)
    missing = None if job.build else _missing(command, entries)
    if missing and not (missing[0] == "module" and scope.has_libraries(app, entries)):
        kind, wanted, known = missing
        message = (
            f"the {kind} {quoted(wanted)} in `command` is not in {draft.folders[name].name}; {near(wanted, known)}"
        )
        problems.add(draft.at("jobs", name, "command"), "WJ054", message)


def _missing(command: str, entries: _Entries) -> tuple[str, str, list[str]] | None:
    """What a command names and the folder lacks: its kind, its name, and what could be meant."""
    if module := commands.module_of(command):
        top = module.partition(".")[0]
        if _is_there(f"{top}.py", entries) or _is_there(top, entries) or top in sys.stdlib_module_names:
            return None
        names = [one.name for one in entries.values()]
        scripts = [one.removesuffix(".py") for one in names if one.endswith(".py")]
        return "module", top, scripts + [one.name for one in entries.values() if one.is_dir()]
    if (file := commands.file_of(command)) and "/" not in (plain := file.removeprefix("./")):
        named = [one.name for one in entries.values() if "." in one.name]
        return None if _is_there(plain, entries) else ("file", plain, named)
    return None


def _is_there(name: str, entries: _Entries) -> bool:
    """Whether a folder has an entry of just this name; Linux tells capitals apart."""
    entry = entries.get(name.lower())
    if entry is None or entry.name == name:
        return entry is not None
    return Path(entry.path).with_name(name).exists()  # both Work.py and work.py may be there


def _size(draft: Draft, name: str, entries: list["os.DirEntry[str]"], problems: Problems) -> None:
    total = _bytes(entries, 0)
    if total > LARGE_BYTES:
        message = (
            f"the job's folder holds {total // (1024 * 1024)} MB; jobs are copied before each start, leave tests and "
            f"data out with {IGNORE_FILE}"
        )
        problems.add(draft.key("jobs", name), "WJ058", message)


def _bytes(entries: list["os.DirEntry[str]"], depth: int) -> int:
    """The size of files, links not followed; the count ends when it is clearly too large."""
    total = 0
    for entry in entries:
        if entry.name in _NOT_PACKED:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                total += _bytes(list(os.scandir(entry)), depth + 1) if depth < _DEEPEST else 0
            elif entry.is_file(follow_symlinks=False):
                total += entry.stat(follow_symlinks=False).st_size
        except OSError:  # gone meanwhile, or not ours to read: packaging tells
            continue
    return total


def below(root: Path, written: str) -> Path | None:
    """The path a user wrote, when it stays below a folder; None too for what cannot be a path at all."""
    try:
        path = (root / written).resolve()
        path.exists()
    except (OSError, RuntimeError, ValueError):  # too long, a circle of links, a NUL
        return None
    return path if path.is_relative_to(root) and path != root else None
