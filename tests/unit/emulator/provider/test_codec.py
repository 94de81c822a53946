"""Wire values to Python values and back."""

from __future__ import annotations

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from emulator.provider.codec import dump, load
from emulator.resources.signed import (
    ARCHIVE,
    ASSET,
    EVENTUAL,
    REFERENCE,
    SECRET,
    SIGNATURE,
    UNKNOWNS,
    SignatureError,
)
from emulator.resources.values import (
    Archive,
    Asset,
    Eventual,
    Reference,
    Secret,
    Unknown,
    has_secret,
    has_unknown,
    keep_secret,
    reveal,
    without_contents,
)

TEXTS = st.text(max_size=8).filter(lambda text: text != SIGNATURE)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**50), 2**50), st.floats(-1e9, 1e9), TEXTS)
LEAVES = st.one_of(
    SCALARS,
    st.sampled_from([Unknown(kind) for kind in UNKNOWNS]),
    st.builds(Asset, hash=TEXTS, text=st.none() | TEXTS),
    st.builds(Reference, urn=TEXTS, id=st.just("id")),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(TEXTS, inner, max_size=3),
        st.builds(Secret, inner),
        st.builds(lambda name, item: Archive("h", assets=((name, item),)), TEXTS, st.builds(Asset, hash=TEXTS)),
    ),
    max_leaves=10,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_every_value_survives_the_wire(values):
    assert load(struct_pb2.Struct.FromString(dump(values).SerializeToString())) == values


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ({SIGNATURE: SECRET, "value": None}, Secret(None)),
        ({SIGNATURE: SECRET, "value": {"a": [1]}}, Secret({"a": [1]})),
        ({SIGNATURE: ASSET, "hash": "h"}, Asset("h")),
        ({SIGNATURE: ASSET, "hash": "h", "path": "a.zip"}, Asset("h", path="a.zip")),
        ({SIGNATURE: ARCHIVE, "hash": "h", "uri": "u"}, Archive("h", uri="u")),
        ({SIGNATURE: REFERENCE, "urn": "u", "id": "i", "packageVersion": "3"}, Reference("u", "i", "3")),
        (
            {SIGNATURE: REFERENCE, "urn": "u", "id": UNKNOWNS["string"]},
            Reference("u", Unknown()),
        ),
        (
            {SIGNATURE: EVENTUAL, "value": "x", "dependencies": ["d"], "secret": True},
            Eventual("x", ("d",), secret=True),
        ),
        ({SIGNATURE: EVENTUAL}, Eventual(Unknown())),
        (UNKNOWNS["array"], Unknown("array")),
        (7.0, 7),
        (7.5, 7.5),
        ([], []),
        ({}, {}),
    ],
)
def test_signed_objects_and_sentinels(wire, value):
    struct = json_format.ParseDict({"x": wire}, struct_pb2.Struct())

    loaded = load(struct)["x"]

    assert loaded == value
    assert type(loaded) is type(value)
    assert json_format.MessageToDict(dump({"x": value})) == json_format.MessageToDict(struct)


def test_an_unknown_signature_is_an_error():
    struct = json_format.ParseDict({"x": {SIGNATURE: "from the future"}}, struct_pb2.Struct())

    with pytest.raises(SignatureError, match="'from the future'"):
        load(struct)


def test_a_secret_never_shows_itself():
    assert repr([Secret("hidden")]) == "[Secret(…)]"


def test_wrappers_come_off_at_every_depth():
    value = {"a": [Secret({"b": Eventual(Secret(1))})], "c": Unknown()}

    assert reveal(value) == {"a": [{"b": 1}], "c": Unknown()}
    assert (has_secret(value), has_unknown(value)) == (True, True)
    assert (has_secret(reveal(value)), has_unknown({"a": 1})) == (False, False)


@pytest.mark.parametrize(
    ("outputs", "inputs", "marked"),
    [
        ({"a": 1}, {"a": Secret(1)}, {"a": Secret(1)}),
        ({"a": 2, "b": 3}, {"a": Secret(1)}, {"a": Secret(2), "b": 3}),
        ({"a": {"b": 2, "c": 3}}, {"a": {"b": Secret(1), "c": 3}}, {"a": {"b": Secret(2), "c": 3}}),
        ({"l": [1, 2]}, {"l": [Secret(1), 2]}, {"l": [Secret(1), 2]}),
        ({"l": [2, 1]}, {"l": [Secret(1), 2]}, {"l": Secret([2, 1])}),
        ({"a": 1}, {}, {"a": 1}),
    ],
)
def test_outputs_are_secret_where_inputs_were(outputs, inputs, marked):
    assert keep_secret(outputs, inputs) == marked


def test_old_values_keep_the_hash_alone():
    value = {"a": [Asset("h", text="content")], "b": Archive("i", assets=(("x", Asset("j")),))}

    assert without_contents(value) == {"a": [Asset("h")], "b": Archive("i")}
