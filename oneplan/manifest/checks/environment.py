"""Environment variables and secrets."""

import re
from functools import cache

from oneplan.manifest import names, references, secretive
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.models import AppModel, JobModel
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Map, Path

RESERVED_PREFIXES = ("WEBJOBS_", "WEBSITE_", "QUEUE_", "CONTAINER_", "TABLE_")
RESERVED = frozenset(
    {
        "AZURE_CLIENT_ID",
        "ENABLE_ORYX_BUILD",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "JOB_NAME",
        "PYTHONPATH",
        "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "STACK",
        "WEBSITES_ENABLE_APP_SERVICE_STORAGE",
    }
)
"""Set by App Service or by this product; a second value would be lost or would break something."""

_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(r"vault:[A-Za-z][A-Za-z0-9-]{0,126}|stack:[A-Za-z][A-Za-z0-9_.-]*")


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds what is wrong with one job's variables and secrets."""
    _part(scope, ("jobs", name), job, problems)
    app = scope.draft.apps.get(scope.app_of(job) or "")
    for variable in job.env if app else ():
        if app and (variable in app.env or variable in app.secrets):
            message = (
                f"{variable} is set in the app and in the job; the job's value wins inside the job, "
                "remove one if they mean the same"
            )
            problems.add(scope.draft.key("jobs", name, "env", variable), "WJ074", message)
    if job.command is not None and (why := secretive.reason(job.command)):
        message = f"`command` holds what looks like a secret ({why}); put it under secrets and read the variable"
        problems.add(scope.draft.at("jobs", name, "command"), "WJ069", message)


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is wrong with the variables of apps, and with secrets that meet in one app."""
    for name, app in scope.draft.apps.items():
        _part(scope, ("apps", name), app, problems)
        for slot, model in app.slots.items():
            for variable, value in model.env.items():
                _variable(scope, ("apps", name, "slots", slot, "env", variable), value, problems)
    for carrier, jobs in scope.jobs_of.items():
        _shared(scope, carrier, jobs, problems)


def _part(scope: Scope, path: Path, part: AppModel | JobModel, problems: Problems) -> None:
    for variable, value in part.env.items():
        _variable(scope, (*path, "env", variable), value, problems)
    for variable, value in part.secrets.items():
        here = (*path, "secrets", variable)
        _name(scope, here, problems)
        _secret(scope, here, value, problems)
        if variable in part.env:
            message = f'"{variable}" is under env and under secrets; keep one'
            problems.add(scope.draft.key(*here), "WJ089", message)


def _variable(scope: Scope, path: Path, value: str, problems: Problems) -> None:
    _name(scope, path, problems)
    variable = str(path[-1])
    why = secretive.reason(value)
    if why is None and value and "${" not in value and secretive.is_secret_name(variable):
        why = "its name"
    if why:
        suggestion = variable.lower().replace("_", "-").strip("-")
        message = f'"{variable}" looks like a secret ({why}); put it under secrets as vault:{suggestion}'
        problems.add(scope.draft.at(*path), "WJ069", message)


def _name(scope: Scope, path: Path, problems: Problems) -> None:
    variable = str(path[-1])
    if not _VARIABLE.fullmatch(variable):
        message = (
            f'variable name "{variable}" may use letters, digits and underscores only, and must not start with '
            "a digit (App Service rule)"
        )
        problems.add(scope.draft.key(*path), "WJ029", message)
        return
    upper = variable.upper()
    prefix = next((one for one in RESERVED_PREFIXES if upper.startswith(one)), None)
    if prefix:
        message = f'variable "{variable}" uses the reserved prefix {prefix}; choose another name'
        problems.add(scope.draft.key(*path), "WJ028", message)
    elif upper in RESERVED or (upper.startswith("APP_") and upper in _carriers(scope.apps)):
        message = f'variable "{variable}" is set by App Service or by oneplan; choose another name'
        problems.add(scope.draft.key(*path), "WJ028", message)


@cache
def _carriers(apps: tuple[str, ...]) -> frozenset[str]:
    """Settings that carry `${apps...}` to the run scripts of jobs."""
    attributes = references.ATTRIBUTES["apps"]
    return frozenset(f"APP_{names.setting_part(app)}_{one.upper()}" for app in apps for one in attributes)


def _secret(scope: Scope, path: Path, value: str, problems: Problems) -> None:
    """A vault's content is not ours to look at; a stack's secret must be in the stack's file, encrypted."""
    draft = scope.draft
    if not _SECRET.fullmatch(value):
        message = f'secret "{path[-1]}" must be vault:<name> or stack:<key>, not a value'
        problems.add(draft.at(*path), "WJ070", message)
        return
    kind, _, key = value.partition(":")
    if kind == "vault":
        return
    name, command = f"oneplan:{key}", f"pulumi config set --secret {key} --stack {draft.stack}"
    entry = draft.config.entries.get(name)
    if entry is None:
        message = f'stack secret "{key}" is not set in stack {draft.stack}; run {command}'
        problems.add(draft.at(*path), "WJ072", message)
    elif not (isinstance(entry.node, Map) and "secure" in entry.node.entries):
        message = f'"{key}" is stored as plain text in Pulumi.{draft.stack}.yaml; run {command}'
        problems.add(entry.key, "WJ073", message)


def _shared(scope: Scope, app: str, jobs: list[str], problems: Problems) -> None:
    """The secrets of an app's jobs are settings of the app, so one name has one value."""
    draft = scope.draft
    model = draft.apps.get(app)
    owners = {variable: (value, f'app "{app}"') for variable, value in (model.secrets if model else {}).items()}
    for name in jobs:
        for variable, value in draft.jobs[name].secrets.items():
            first, owner = owners.setdefault(variable, (value, name))
            mark = draft.at("jobs", name, "secrets", variable)
            if first != value and _SECRET.fullmatch(first) and _SECRET.fullmatch(value):
                message = (
                    f'secret {variable} is {value} in {name} and {first} in {owner}, but both run on app "{app}", '
                    f"which has one {variable}; use one value or two names"
                )
                problems.add(mark, "WJ071", message)
            elif model and variable in model.env:
                message = f'secret {variable} of {name} is also under env of app "{app}", which has one; keep one'
                problems.add(mark, "WJ071", message)
