"""The three schemas, and where each is kept."""

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from oneplan.manifest.models import JobModel, Project
from oneplan.manifest.schema import layers, plain, snippets
from oneplan.manifest.schema.mistakes import with_mistakes
from oneplan.manifest.schema.plain import Schema
from oneplan.manifest.schema.rules import with_rules

Kind = Literal["oneplan", "job", "stack"]
Draft = Literal["2020-12", "draft-07"]

KINDS: tuple[Kind, ...] = ("oneplan", "job", "stack")
DRAFTS: Mapping[Draft, str] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-07": "http://json-schema.org/draft-07/schema#",
}
"""Each draft and the address of its metaschema."""


def schema(kind: Kind, draft: Draft = "2020-12") -> Schema:
    """Returns the JSON Schema of a kind of file; in draft-07 without references, for editors that lag behind."""
    match kind:
        case "oneplan":
            found = _of(Project)
        case "job":
            found = _of(JobModel)
        case "stack":
            found = layers.stack(_of(Project), _of(JobModel))
    found = {**found, "defaultSnippets": list(snippets.SNIPPETS[kind])}
    if draft == "draft-07":
        found = plain.resolved(found)
    return {"$schema": DRAFTS[draft], **found}


def path(kind: Kind, draft: Draft = "2020-12") -> str:
    """Returns where a schema is kept, below the project's folder."""
    folder = "schemas" if draft == "2020-12" else f"schemas/{draft}"
    return f"{folder}/{kind}.schema.json"


def text(kind: Kind, draft: Draft = "2020-12") -> str:
    """Returns a schema as the file that is kept."""
    return json.dumps(schema(kind, draft), indent=2, ensure_ascii=False) + "\n"


def _of(model: type[BaseModel]) -> Schema:
    whole = plain.of_model(model)
    parts = {name: _finished(name, part) for name, part in whole.pop("$defs").items()}
    return {**_finished(model.__name__, whole), "$defs": parts}


def _finished(name: str, part: Schema) -> Schema:
    whole = with_mistakes(name, with_rules(name, part))
    return {**whole, "defaultSnippets": list(snippets.TRIGGERS)} if name == "Trigger" else whole
