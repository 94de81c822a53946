"""Every key of the manifest as one Markdown document, `docs/manifest.md`."""

import json
from typing import Any

from oneplan.manifest.models import JobModel, Project
from oneplan.manifest.schema import plain
from oneplan.manifest.schema.plain import Schema

_HEAD = """\
# The manifest

Every key of `oneplan.yaml` and of `jobs/*/job.yaml`. Keys in bold are needed, all others may be left out. A stack lays
what is different for it over both, in `Pulumi.<stack>.yaml` under `config`, `oneplan:overrides`: there `jobs` holds
jobs by name. Maps merge key by key, lists and single values replace, a trigger replaces whole, and a null takes away
what the layer below says. `oneplan explain job NAME --stack S` shows which file each value comes from.

Durations are a whole number and `s`, `m`, `h` or `d`. In `env` and `domains`, `${apps.<name>.url}`,
`${queues.<name>.name}`, `${queues.<name>.url}`, `${stack}` and `${name}` are filled in; `$${` is a literal `${`.

Written from `oneplan/manifest/models` by `make fmt`. What is checked beyond single keys is in `docs/checks.md`.
"""

_PROJECT = {
    "Plan": "plan", "Autoscale": "plan.autoscale", "Defaults": "defaults", "App": "apps.<name>",
    "Slot": "apps.<name>.slots.<slot>", "Queue": "queues.<name>", "QueueAlert": "queues.<name>.alert",
    "Container": "containers.<name>", "Network": "network", "Notify": "notify.<group>", "Budget": "budget",
}  # fmt: skip
_JOB = {"Trigger": "trigger", "Alert": "alert", "Argument": "arguments"}
_FILES = (
    ("oneplan.yaml", Project, _PROJECT, "The plan, the apps on it, and what they use."),
    ("job.yaml", JobModel, _JOB, "One job; the file is beside the job's code, and what its folder holds goes with it."),
)

_DURATION, _SIZE = "^[0-9]{1,7}[smhd]$", "^[1-9][0-9]{0,5}(MB|GB)$"
_PATTERNS = {_DURATION: "duration", "^[0-9]{1,7}d$": "days, such as 30d", _SIZE: "size, such as 512MB"}
_KINDS = {"string": "text", "boolean": "true or false", "number": "number", "object": "map"}


def markdown() -> str:
    """Returns the whole document: a table of keys for each kind of map."""
    parts = [_HEAD]
    for file, model, names, about in _FILES:
        schema = plain.of_model(model)
        parts.append(_table(f"## `{file}`", {**schema, "description": about}))
        parts += [_table(f"### `{title}`", schema["$defs"][name]) for name, title in names.items()]
    return "\n".join(parts)


def _table(title: str, section: Schema) -> str:
    needed = section.get("required", ())
    rows = [
        f"| {f'**`{key}`**' if key in needed else f'`{key}`'} | {_kind(entry)} | {_default(entry)} "
        f"| {_cell(entry['description']).replace('<', '&lt;')}{_example(entry)} |\n"
        for key, entry in section["properties"].items()
    ]
    head = "| key | value | default | |\n| --- | --- | --- | --- |\n"
    return f"{title}\n\n{section['description']}\n\n{head}{''.join(rows)}"


def _kind(entry: Schema) -> str:
    """A value's form in a few words."""
    if "$ref" in entry:
        return "map, see below"
    if "const" in entry:
        return f"`{_written(entry['const'])}`"
    if "enum" in entry:
        return " ".join(f"`{_written(value)}`" for value in entry["enum"])
    match entry.get("type"):
        case "array":
            return f"list of {_kind(entry['items'])}" if "$ref" not in entry["items"] else "list of maps, see below"
        case "integer" | "number":
            return f"{entry['minimum']} to {entry['maximum']}"
        case "object" if isinstance(entry.get("additionalProperties"), dict):
            return f"map of {_kind(entry['additionalProperties']).removesuffix(', see below')}"
        case list():
            return "text, number, true or false"
        case kind:
            return _PATTERNS.get(entry.get("pattern", ""), _KINDS.get(str(kind), "text or a list"))


def _default(entry: Schema) -> str:
    return f"`{_written(entry['default'])}`" if "default" in entry else ""


def _example(entry: Schema) -> str:
    if "examples" not in entry or entry.get("const") in entry["examples"]:
        return ""
    return f" For example `{_cell(_written(entry['examples'][0]))}`."


def _written(value: Any) -> str:
    """A value in YAML's flow form, quotes only where they are needed."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_written(one)}" for key, one in value.items()) + "}"
        case list():
            return f"[{', '.join(_written(one) for one in value)}]"
        case str() if "*" in value:
            return f'"{value}"'
        case str():
            return value
        case _:
            return json.dumps(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
