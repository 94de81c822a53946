"""A manifest as text and back."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from oneplan.manifest import load, stacks
from oneplan.manifest.plain import NotPlainError, from_text, to_text

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("folder", ["everything", "private-network", "slots", "two-queues", "windows-dotnet"])
def test_every_example_comes_back_as_it_was(folder: str):
    manifest = load(EXAMPLES / folder, stacks(EXAMPLES / folder)[0], thorough=False)

    assert from_text(to_text(manifest)) == manifest


def test_a_users_names_are_never_taken_for_kinds(project):
    project.replace('env: {API_URL: "${apps.api.url}"}', 'env: {Job: "1", tuple: "2", map: "3"}')
    manifest = project.load()

    found = from_text(to_text(manifest))

    assert found.apps["storefront"].env == {"Job": "1", "tuple": "2", "map": "3"}
    assert found == manifest


def test_maps_that_come_back_are_frozen(project):
    found = from_text(to_text(project.load()))

    assert type(found.jobs) is type(found.apps["api"].uses) is MappingProxyType


OTHERS = (
    "", "{", "{}", "null", "[]", "\x00", "[" * 100_000, '{"a":1,"b":2}', '{"os":[]}', '{"span":[1]}', '{"map":["a"]}',
    '{"tuple":[]}', '{"tuple":1}', '{"Manifest":["root"]}', '{"Manifest":[]}', '{"Job":["name","x","folder",1]}',
)  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_any_other_text_is_refused(text: str):
    with pytest.raises(NotPlainError, match="kept manifest: "):
        from_text(text)


def test_a_text_that_was_cut_is_refused_wherever(project):
    text = to_text(project.load())

    for end in range(0, len(text), 37):
        with pytest.raises(NotPlainError):
            from_text(text[:end])


def test_a_value_of_another_kind_has_no_text(project):
    manifest = replace(project.load(), tags=MappingProxyType({"x": {1, 2}}))

    with pytest.raises(NotPlainError, match="kept manifest: set has no text"):
        to_text(manifest)
