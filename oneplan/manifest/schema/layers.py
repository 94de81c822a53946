"""The schema of `Pulumi.<stack>.yaml`: what differs in one stack, as parts of what the other files say."""

from typing import Any

from oneplan.manifest.assemble import OVERRIDABLE
from oneplan.manifest.files import TARGETS
from oneplan.manifest.schema.mistakes import forbidding
from oneplan.manifest.schema.plain import Schema

_WHOLE = ("Trigger", "Argument")
"""These replace what is below them, so they are whole or not there."""


def stack(project: Schema, job: Schema) -> Schema:
    """Returns the schema of a stack's file from those of the project and of a job.

    Nothing is required, for the other layers may say it; and null is a value, for it takes a value away.
    """
    definitions = {**project["$defs"], **job["$defs"], "Job": {k: v for k, v in job.items() if k != "$defs"}}
    parts = {name: part if name in _WHOLE else _partial(part) for name, part in definitions.items()}
    sections = {key: _nullable(project["properties"][key]) for key in OVERRIDABLE if key != "jobs"}
    jobs = _entry("What differs in single jobs, by name.", type="object", additionalProperties={"$ref": "#/$defs/Job"})
    overrides = _entry(
        "What differs from `oneplan.yaml` and the `job.yaml` files in this stack; null takes a value away.",
        type="object",
        additionalProperties=False,
        properties={**sections, "jobs": jobs},
    )
    whole = {
        "description": "The configuration of one stack.",
        "type": "object",
        "properties": {**_PULUMI, "config": _config(overrides)},
        "additionalProperties": False,
        "$defs": parts,
    }
    return forbidding(whole, _MISPLACED)


def _config(overrides: Schema) -> Schema:
    target = _entry("Where the stack runs: in Azure, or on this machine.", enum=list(TARGETS), default="azure")
    whole = _entry(
        "The stack's configuration; `pulumi config set` writes it too.",
        type="object",
        properties={"oneplan:target": target, "oneplan:overrides": overrides},
    )
    return forbidding(whole, {"overrides": "Write oneplan:overrides", "target": "Write oneplan:target"})


def _entry(text: str, **schema: Any) -> Schema:
    return {"description": text.replace("`", ""), "markdownDescription": text, **schema}


_PULUMI = {
    "secretsprovider": _entry("How Pulumi encrypts the stack's secrets; Pulumi writes it.", type="string"),
    "encryptedkey": _entry("The stack's key, encrypted; Pulumi writes it.", type="string"),
    "encryptionsalt": _entry("The salt of the stack's passphrase; Pulumi writes it.", type="string"),
    "environment": _entry("Pulumi environments that are imported.", type=["array", "object"]),
}
_MISPLACED = {key: f"Write it under config, in oneplan:overrides: {key}" for key in ("plan", "apps", "jobs", "queues")}


def _partial(part: Schema) -> Schema:
    """Without what must be there, each property nullable; the rules between keys hold after merging only."""
    kept = {key: value for key, value in part.items() if key != "required"}
    if "allOf" in part:
        kept["allOf"] = [rule for rule in part["allOf"] if "if" not in rule]
    return {**kept, "properties": {name: _nullable(entry) for name, entry in part["properties"].items()}}


def _nullable(entry: Schema) -> Schema:
    if "enum" in entry:
        return {**_without(entry, "type"), "enum": [*entry["enum"], None]}
    if "const" in entry:
        return {**_without(entry, "type", "const"), "enum": [entry["const"], None]}
    if "additionalProperties" in entry and isinstance(entry["additionalProperties"], dict):
        entry = {**entry, "additionalProperties": _nullable(entry["additionalProperties"])}
    known = entry.get("type")
    if known is None:
        return entry
    return {**entry, "type": [*(known if isinstance(known, list) else [known]), "null"]}


def _without(entry: Schema, *keys: str) -> Schema:
    return {key: value for key, value in entry.items() if key not in keys}
