"""JSON as Newtonsoft.Json reads it."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.webjobs.lenient_json import decode, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 2]))
def test_strict_json_reads_the_same(value, indent):
    text = json.dumps(value, indent=indent)

    assert loads(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("// head\n{}", {}),
        ("{/* a */'b': 1 // c\n}", {"b": 1}),
        ("{a: 'it\\'s', b_1: \"x\",}", {"a": "it's", "b_1": "x"}),
        ("[1, 2,]", [1, 2]),
        ("\ufeff{}", {}),
        ("{a: 1, a: 2}", {"a": 2}),
        ("{'a': 'http://x'}", {"a": "http://x"}),
        ("'\\u00e9\\n'", "é\n"),
        ("undefined", None),
        ("[1,,2]", [1, None, 2]),
        ("[0x1F, -0x10, 010, -.5, .25, 0, 0.5]", [31, -16, 8, -0.5, 0.25, 0, 0.5]),
        ("[NaN, Infinity, -Infinity, 1e999]", ["NaN", "Infinity", "-Infinity", "Infinity"]),
    ],
)
def test_leniencies(text, value):
    assert loads(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "}",
        "{a}",
        "{a:}",
        "[1 2]",
        "{} {}",
        "'open",
        "nonsense",
        "'\\u00g0'",
        "[" * 5000,
        "{a:1 b:2}",
        "{,}",
        "+1",
        "0x",
        "089",
        "1.2.3",
    ],
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError):
        loads(text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(ValueError):
        loads(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marks_say_how_a_file_is_encoded(encoding):
    assert decode('{"a": "é"}'.encode(encoding)) == '{"a": "é"}'


def test_bytes_that_are_no_text_are_replaced():
    assert decode(b"// caf\xe9\n{}") == "// caf\ufffd\n{}"
