"""`schemas/` holds what the models say today."""

from pathlib import Path

import jsonschema
import pytest

from oneplan.manifest import schema
from oneplan.manifest.schema.document import markdown

ROOT = Path(__file__).resolve().parents[3]
CASES = [(kind, draft) for kind in schema.KINDS for draft in schema.DRAFTS]
JUDGES = {"2020-12": jsonschema.Draft202012Validator, "draft-07": jsonschema.Draft7Validator}


@pytest.mark.parametrize(("kind", "draft"), CASES)
def test_the_committed_schema_is_what_the_models_say(kind, draft):
    """`make fmt` writes them anew."""
    assert (ROOT / schema.path(kind, draft)).read_text(encoding="utf-8") == schema.text(kind, draft)


@pytest.mark.parametrize(("kind", "draft"), CASES)
def test_a_schema_is_valid_in_its_draft(kind, draft):
    JUDGES[draft].check_schema(schema.schema(kind, draft))


@pytest.mark.parametrize("kind", schema.KINDS)
def test_the_flattened_form_has_no_references(kind):
    assert "$ref" not in schema.text(kind, "draft-07")


@pytest.mark.parametrize(("kind", "draft"), CASES)
def test_nothing_internal_is_shown(kind, draft):
    text = schema.text(kind, draft)

    for word in ('"title"', '"discriminator"', '"anyOf"', "PydanticCustomError", "timedelta"):
        assert word not in text


def test_the_document_of_all_keys_is_what_the_models_say():
    assert (ROOT / "docs/manifest.md").read_text(encoding="utf-8") == markdown(), "run `make fmt`"
