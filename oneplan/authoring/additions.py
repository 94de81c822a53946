"""What `oneplan new` writes: the text of `oneplan.yaml` with one entry more, and the files that belong to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oneplan.authoring import positions, programs
from oneplan.authoring.edit import add_entry
from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.programs import Language, NewJob, Trigger
from oneplan.authoring.schemas import FOLDER, schema_path
from oneplan.manifest import discovery
from oneplan.manifest.checks.naming import is_word, word_rule
from oneplan.manifest.problems import listing, near

PROJECT_FILE = "oneplan.yaml"
APP_KINDS = ("web", "api", "mobile", "worker")
STORED = {"queue": "queues", "container": "containers", "table": "tables"}


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be written."""

    project: str
    """The text of `oneplan.yaml`."""
    files: Mapping[str, str]
    """New files by their path from the project's folder."""


@dataclass(frozen=True, slots=True)
class Project:
    """`oneplan.yaml` as it is written, before layers and checks."""

    text: str
    said: Mapping[str, Any]
    job_schema: str = f"{FOLDER}/{programs.JOB_SCHEMA}"
    """The path of the schema of a `job.yaml`, from the project's folder."""

    @classmethod
    def read(cls, text: str, root: Path) -> Project:
        """Returns the project of the text in `root`; raises AuthoringError when it cannot be read."""
        return cls(text, positions.meaning(text, PROJECT_FILE), schema_path(root, programs.JOB_SCHEMA))

    @property
    def apps(self) -> Mapping[str, Mapping[str, Any]]:
        """The declared apps; what is no map counts as empty."""
        return {name: app if isinstance(app, Mapping) else {} for name, app in self._map("apps").items()}

    @property
    def is_windows(self) -> bool:
        """Whether the plan runs Windows."""
        return self._map("plan").get("os") == "windows"

    @property
    def jobs_folder(self) -> str:
        """The folder that new job folders go to: where the first pattern under `jobs` finds any; `jobs` without one."""
        written = self.said.get("jobs")
        patterns = [str(each) for each in written] if isinstance(written, Sequence) else list(discovery.DEFAULT)
        for pattern in patterns:
            folder, _, last = pattern.rstrip("/").rpartition("/")
            if folder and last in ("*", "**") and not set(folder) & set("*?["):
                return folder
        raise AuthoringError(f"{PROJECT_FILE}: jobs: no pattern there takes a new folder; add one such as jobs/*")

    @property
    def default_app(self) -> str | None:
        """The app of a job that names none: the one in `defaults`, or the only one there is."""
        job = self._map("defaults").get("job")
        named = job.get("app") if isinstance(job, Mapping) else None
        return str(named) if named else next(iter(self.apps)) if len(self.apps) == 1 else None

    def require_app(self, app: str | None) -> str:
        """Returns the app a job shall run beside; raises AuthoringError when that is not one."""
        chosen = app or self.default_app
        if chosen is None:
            there_are = f"there are {len(self.apps)} apps" if self.apps else "there is no app yet"
            cure = f"say which with --app: {listing(self.apps)}" if self.apps else "run `oneplan new app NAME` first"
            raise AuthoringError(f"job: {there_are}; {cure}")
        if chosen not in self.apps:
            raise AuthoringError(f'app "{chosen}": does not exist; {near(chosen, self.apps)}')
        return chosen

    def language(self, app: str) -> Language:
        """Returns the language that an app's image has for jobs: its own, else the shell's."""
        named = str(self.apps[app].get("runtime", "")).partition(":")[0]
        return next((language for language in programs.LANGUAGES if language == named), "bash")

    def runtime(self, language: Language) -> str:
        """Returns the runtime that an app of this language has already, or the newest one known."""
        here = (str(app.get("runtime", "")) for app in self.apps.values())
        return next((each for each in here if each.startswith(f"{language}:")), programs.RUNTIMES[language])

    def _map(self, key: str) -> Mapping[str, Any]:
        value = self.said.get(key)
        return value if isinstance(value, Mapping) else {}


def add_stored(project: Project, kind: str, name: str) -> Addition:
    """Returns the project with a queue, container or table more; raises AuthoringError when it cannot be added."""
    return Addition(add_entry(project.text, STORED[kind], name, {}), {})


def add_app(
    project: Project, name: str, *, kind: str = "web", language: Language = "python", command: str | None = None
) -> Addition:
    """Returns the project with an app more, and a site that works; raises AuthoringError when it cannot be added."""
    _require_word("app", name)
    if kind not in APP_KINDS:
        own = "oneplan begins no Functions project; make it with Azure's own tools and declare it by hand"
        cure = own if kind == "functions" else f"write one of {listing(APP_KINDS)}"
        raise AuthoringError(f"--kind {kind}: {cure}")
    if kind == "worker":
        worker_language: Language = "python" if language == "bash" else language
        fields = programs.app_fields(name, kind, worker_language, project.runtime(worker_language), None)
        return Addition(add_entry(project.text, "apps", name, fields), {})
    files = programs.app_files(name, language)
    fields = programs.app_fields(name, kind, language, project.runtime(language), command)
    text = add_entry(project.text, "apps", name, fields)
    return Addition(text, {f"apps/{name}/{file}": content for file, content in files.items()})


def add_job(
    project: Project,
    name: str,
    trigger: Trigger,
    *,
    app: str | None = None,
    language: Language | None = None,
    command: str | None = None,
) -> Addition:
    """Returns the files of a job more; `oneplan.yaml` stays as it is.

    Raises:
        AuthoringError: it has no app to run beside, a name that cannot be, or a program nobody has written.
    """
    _require_word("job", name)
    beside = project.require_app(app)
    job = NewJob(
        name,
        trigger,
        language or project.language(beside),
        None if beside == project.default_app else beside,
        command,
        own_run_file=project.is_windows,
    )
    folder = f"{project.jobs_folder}/{name.replace('-', '_')}"
    files = programs.job_files(job, folder, project.job_schema)
    return Addition(project.text, {f"{folder}/{file}": content for file, content in files.items()})


def _require_word(kind: str, name: str) -> None:
    """A name becomes a folder's, so it is looked at before anything is written."""
    if not is_word(name):
        shown = name if name.isprintable() else ascii(name)[1:-1]
        raise AuthoringError(f"{kind}: {word_rule(shown)}")
