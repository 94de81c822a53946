"""`${...}` in values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplan.manifest.references import Reference, ReferenceSyntaxError, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("${apps.api.url}", (Reference(("apps", "api", "url")),)),
        (
            "${apps.api.url}/v1?s=${stack}",
            (Reference(("apps", "api", "url")), "/v1?s=", Reference(("stack",))),
        ),
        ("$${apps.api.url}", ("${apps.api.url}",)),
        ("a $${ b ${name}$${", ("a ${ b ", Reference(("name",)), "${")),
        ("$PORT and $5 and $$", ("$PORT and $5 and $$",)),
    ],
)
def test_a_value_is_split_into_text_and_references(text: str, parts: tuple[str | Reference, ...]):
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x ${apps.api.url", '"${apps.api.url" has no closing brace'),
        ("${}", '"${}" is not a reference'),
        ("${ stack }", '"${ stack }" is not a reference'),
        ("${apps..url}", '"${apps..url}" is not a reference'),
        ("${HOME:-x}", '"${HOME:-x}" is not a reference'),
    ],
)
def test_a_malformed_reference_is_refused(text: str, message: str):
    with pytest.raises(ReferenceSyntaxError) as caught:
        parse(text)

    assert str(caught.value) == message


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str):
    escaped = text.replace("${", "$${")

    assert "".join(map(str, parse(escaped))) == text
