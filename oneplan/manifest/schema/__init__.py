"""JSON Schemas of the three kinds of files, made from the models: what editors check, complete and show."""

from oneplan.manifest.schema.kinds import DRAFTS, KINDS, Draft, Kind, path, schema, text

__all__ = ["DRAFTS", "KINDS", "Draft", "Kind", "path", "schema", "text"]
