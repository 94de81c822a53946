"""Environment variables and secrets."""

import re

from oneplan.manifest import names, references
from oneplan.manifest.draft import Draft
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Map, Path

RESERVED_PREFIXES = ("WEBJOBS_", "WEBSITE_", "QUEUE_", "CONTAINER_", "TABLE_")
RESERVED = (
    "AZURE_CLIENT_ID",
    "ENABLE_ORYX_BUILD",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "JOB_NAME",
    "PYTHONPATH",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "STACK",
    "WEBSITES_ENABLE_APP_SERVICE_STORAGE",
)
"""Set by App Service or by this product; a second value would be lost or would break something."""

_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(r"vault:[A-Za-z][A-Za-z0-9-]{0,126}|stack:[A-Za-z][A-Za-z0-9_.-]*")
_LOOKS_SECRET = {
    "a storage key": re.compile(r"AccountKey=|SharedAccessKey=", re.IGNORECASE),
    "a signed address": re.compile(r"[?&]sig=", re.IGNORECASE),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def check(draft: Draft, problems: Problems) -> None:
    """Adds what is wrong with variables and secrets."""
    for path, part in draft.carriers():
        for variable, value in part.env.items():
            _name(draft, (*path, "env", variable), problems)
            _not_a_secret(draft, (*path, "env", variable), value, problems)
    for app, model in draft.apps.items():
        for variable, value in model.secrets.items():
            path = ("apps", app, "secrets", variable)
            _name(draft, path, problems)
            _secret(draft, path, value, problems)
            if variable in model.env:
                message = f'"{variable}" is under env and under secrets; keep one'
                problems.add(draft.key(*path), "WJ089", message)


def _name(draft: Draft, path: Path, problems: Problems) -> None:
    variable = str(path[-1])
    if not _VARIABLE.fullmatch(variable):
        message = (
            f'variable name "{variable}" may use letters, digits and underscores only, and must not start with '
            "a digit (App Service rule)"
        )
        problems.add(draft.key(*path), "WJ029", message)
    prefix = next((one for one in RESERVED_PREFIXES if variable.upper().startswith(one)), None)
    if prefix:
        message = f'variable "{variable}" uses the reserved prefix {prefix}; choose another name'
        problems.add(draft.key(*path), "WJ028", message)
    elif variable.upper() in RESERVED or variable.upper() in _carriers(draft):
        message = f'variable "{variable}" is set by App Service or by oneplan; choose another name'
        problems.add(draft.key(*path), "WJ028", message)


def _carriers(draft: Draft) -> set[str]:
    """Settings that carry `${apps...}` to the run scripts of jobs."""
    attributes = references.ATTRIBUTES["apps"]
    parts = [names.setting_part(app) for app in draft.declared("apps")]
    return {f"APP_{part}_{attribute.upper()}" for part in parts for attribute in attributes}


def _secret(draft: Draft, path: Path, value: str, problems: Problems) -> None:
    """A vault's content is not ours to look at; a stack's secret must be in the stack's file, encrypted."""
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


def _not_a_secret(draft: Draft, path: Path, value: str, problems: Problems) -> None:
    for reason, pattern in _LOOKS_SECRET.items():
        if pattern.search(value):
            suggestion = str(path[-1]).lower().replace("_", "-")
            message = f'"{path[-1]}" looks like a secret ({reason}); put it under secrets as vault:{suggestion}'
            problems.add(draft.at(*path), "WJ069", message)
