"""The small working programs that new apps and jobs begin with."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from oneplan.authoring import scalars, templates
from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.scalars import Value
from oneplan.authoring.schemas import FOLDER
from oneplan.authoring.tidy import schema_line

Language = Literal["python", "node", "bash"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TriggerKind = Literal["every", "cron", "queue", "always", "manual"]

RUNTIMES = {"python": "python:3.13", "node": "node:22-lts"}
JOB_SCHEMA = "job.schema.json"
_SCHEMA_PATH = f"{FOLDER}/{JOB_SCHEMA}"

_SUFFIX = {"python": "py", "node": "js", "bash": "sh"}
_TAKEN = frozenset({"azure", "jobhost", "ncrontab"})
_MODULE = re.compile(r"python3? -m ([A-Za-z_]\w*)(?: .*)?")
_FILE = re.compile(r"(?:python3?|node|bash|sh) ([A-Za-z_][\w-]*)\.(py|js|sh)(?: .*)?")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a new job, as the manifest writes it: `{every: 15m}`, `{always: true}`."""

    kind: TriggerKind
    value: str | bool

    @property
    def fields(self) -> Mapping[str, Value]:
        """The map below `trigger`."""
        return {self.kind: self.value}


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is asked of a new job."""

    name: str
    trigger: Trigger
    language: Language = "bash"
    app: str | None = None
    command: str | None = None
    own_run_file: bool = False
    """Windows plans start a `run.*` file of the job's own, and nothing else."""
    more: Mapping[str, Value] = field(default_factory=dict)
    """What `job.yaml` says besides."""


def parse_trigger(text: str) -> Trigger:
    """Returns the trigger that `every 15m`, `cron 0 6 * * *`, `queue NAME`, `always` or `manual` asks for.

    Raises:
        AuthoringError: the text is none of these.
    """
    kind, _, rest = text.strip().partition(" ")
    match kind, rest.strip():
        case ("always" | "manual") as alone, "":
            return Trigger(alone, True)
        case ("every" | "cron" | "queue") as timed, value if value:
            return Trigger(timed, value)
        case _:
            raise AuthoringError(
                f'--trigger: "{text}" starts nothing; write every 15m, cron 0 6 * * *, queue NAME, always or manual'
            )


def job_files(job: NewJob, folder: str = "jobs/x", schema: str = _SCHEMA_PATH) -> dict[str, str]:
    """Returns the files of a new job by name: `job.yaml`, a program that works, and what that needs.

    `folder` is where they will be, `schema` that of `job.yaml`, both from the project's folder.

    Raises:
        AuthoringError: there is no such program in that language.
    """
    module = module_name(job.name)
    shape = job.trigger.kind if job.trigger.kind in ("queue", "always") else "timer"
    program, command, language = _program(job, module)
    if shape == "queue" and program and language != "python":
        raise AuthoringError(
            f"job {job.name}: oneplan's library for queues is Python's; add --language python, or --command with a"
            " program of your own"
        )
    summary = f"Say here what {job.name} does"
    fields: dict[str, Value] = {"summary": summary, "app": job.app or "", "trigger": job.trigger.fields}
    fields |= {"command": command or "", **job.more}
    given = {key: value for key, value in fields.items() if value}
    files = {"job.yaml": f"{schema_line(f'{folder}/job.yaml', schema)}\n{scalars.block(given)}"}
    if program:
        values = {"name": job.name, "summary": summary, "queue": str(job.trigger.value)}
        files[program] = templates.program(f"{shape}.{_SUFFIX[language]}", values)
        if shape == "queue":
            files["requirements.txt"] = templates.program("queue.requirements.txt", {})
    return files


def module_name(job: str) -> str:
    """Returns the Python module of a job; it must not stand in the way of one that its program imports."""
    name = job.replace("-", "_")
    return f"{name}_job" if name in sys.stdlib_module_names or name in _TAKEN else name


def _program(job: NewJob, module: str) -> tuple[str | None, str | None, Language]:
    """The file to write, the command that starts it, and its language; a command of the user's own names both."""
    if job.own_run_file:
        return f"run.{_SUFFIX[job.language]}", job.command, job.language
    if job.command is None:
        match job.language:
            case "python":
                return f"{module}.py", f"python -m {module}", "python"
            case "node":
                return f"{module}.js", f"node {module}.js", "node"
            case _:
                return f"{module}.sh", f"bash {module}.sh", "bash"
    if found := _MODULE.fullmatch(job.command):
        return f"{found[1]}.py", job.command, "python"
    if found := _FILE.fullmatch(job.command):
        language = next(each for each in LANGUAGES if _SUFFIX[each] == found[2])
        return f"{found[1]}.{found[2]}", job.command, language
    return None, job.command, job.language


def without_hashes(requirements: str) -> str:
    """Returns a requirements file's pins alone.

    pip wants hashes for all packages of a site or for none; a project that has none gets none.
    """
    lines = (line.removesuffix(" \\") for line in requirements.splitlines() if "--hash=" not in line)
    return "".join(f"{line}\n" for line in lines)


def app_files(name: str, language: Language) -> dict[str, str]:
    """Returns the files of a new site by name; raises AuthoringError for a language without one."""
    values = {"name": name}
    if language == "python":
        program, needs = "app.py", templates.program("app.requirements.txt", values)
        return {program: templates.program(program, values), "requirements.txt": needs}
    if language == "node":
        return {file: templates.program(file, values) for file in ("server.js", "package.json")}
    raise AuthoringError(f"app {name}: there is no site in {language} to begin with; use --language python or node")


def app_fields(name: str, kind: str, language: Language, runtime: str, command: str | None) -> dict[str, Value]:
    """Returns what `oneplan.yaml` says about a new app; a worker has no site."""
    if kind == "worker":
        return {"kind": kind, "runtime": runtime}
    starts = {"python": "gunicorn --bind=0.0.0.0:$PORT app:app", "node": "node server.js"}
    return {
        "kind": kind,
        "source": f"apps/{name}",
        "runtime": runtime,
        "command": command or starts[language],
        "health": "/healthz",
    }
