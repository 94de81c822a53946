"""Folders of apps and jobs: that they exist, and that what should run is in them."""

from pathlib import Path

from oneplan.manifest.draft import Draft
from oneplan.manifest.models import AppModel, JobModel
from oneplan.manifest.problems import Problems

RUN_EXTENSIONS = (".cmd", ".bat", ".exe", ".ps1", ".sh", ".py", ".php", ".js", ".fsx")
"""In App Service's order: https://github.com/projectkudu/kudu/blob/master/Kudu.Core/Jobs/JobsManagerBase.cs."""


def check(draft: Draft, problems: Problems) -> None:
    """Adds what is missing on disk, or is in the way."""
    for name, app in draft.apps.items():
        _source(draft, name, app, problems)
    for name, job in draft.jobs.items():
        _job(draft, name, job, draft.folders[name], problems)


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
    folder = _below(draft.root, app.source)
    if folder is None:
        message = f'source folder "{app.source}" is not inside the project; write a path such as apps/{name}'
        problems.add(mark, "WJ053", message)
    elif not folder.is_dir():
        message = f'source folder "{app.source}" does not exist; it is looked for beside oneplan.yaml'
        problems.add(mark, "WJ053", message)


def _job(draft: Draft, name: str, job: JobModel, folder: Path, problems: Problems) -> None:
    try:
        files = {path.name.lower(): path.name for path in folder.iterdir() if path.is_file()}
    except OSError as error:
        message = f"the job folder cannot be listed ({error.strerror}); make it readable"
        problems.add(draft.key("jobs", name), "WJ053", message)
        return
    own_runs = [files[f"run{extension}"] for extension in RUN_EXTENSIONS if f"run{extension}" in files]
    if job.command is not None and job.script is not None:
        message = "`command` and `script` are both given; keep one"
        problems.add(draft.key("jobs", name, "script"), "WJ087", message)
    elif job.script is not None:
        _script(draft, name, job.script, folder, problems)
    elif job.command is None and not own_runs and not draft.has("jobs", name, "command"):
        message = "nothing to run: there is no `command`, no `script` and no run.* file; add one"
        problems.add(draft.key("jobs", name), "WJ087", message)
    in_the_way = own_runs if job.command is not None else []
    for file in [*in_the_way, *([files["settings.job"]] if "settings.job" in files else [])]:
        message = f"the job folder contains its own {file}; oneplan writes it, delete it or rename it"
        problems.add(draft.key("jobs", name), "WJ055", message)


def _script(draft: Draft, name: str, script: str, folder: Path, problems: Problems) -> None:
    mark = draft.at("jobs", name, "script")
    path = _below(folder.resolve(), script)
    if path is None or not path.is_file():
        problems.add(mark, "WJ053", f'script "{script}" is not in {folder.name}; write the name of a file there')
    elif path.suffix.lower() not in RUN_EXTENSIONS:
        known = " ".join(RUN_EXTENSIONS)
        problems.add(mark, "WJ015", f'script "{script}" cannot be run by App Service; it knows {known}')


def _below(root: Path, written: str) -> Path | None:
    """The path a user wrote, when it stays below a folder; None too for what cannot be a path at all."""
    try:
        path = (root / written).resolve()
        path.exists()
    except (OSError, RuntimeError, ValueError):  # too long, a circle of links, a NUL
        return None
    return path if path.is_relative_to(root) and path != root else None
