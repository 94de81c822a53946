"""Payloads by annotation: what is read, what is refused, and the path that the refusal names."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NotRequired, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from jobhost import Context, InvalidPayload, JobHost, Message, Outcome, PayloadTooLarge, StartError
from jobhost.encoding import decoded, encoded
from jobhost.sending import content_of


class Colour(Enum):
    RED = "red"


@dataclass
class Line:
    sku: str
    count: int
    price: Decimal = Decimal(0)


@dataclass
class Order:
    id: str
    lines: list[Line]
    placed: datetime
    colour: Colour = Colour.RED
    kind: Literal["new", "used"] = "new"
    note: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    parent: Order | None = None


class Parcel(TypedDict):
    order: Order
    weight: float
    note: NotRequired[str]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    blob: str
    at: datetime


GOOD = {"id": "7", "lines": [{"sku": "a", "count": 2, "price": "9.50"}], "placed": "2026-11-24T12:00:00Z"}


def received(annotation: object, body: str, **options: object) -> tuple[list[Any], list[Outcome], list[str]]:
    """What a handler with this annotation got, the outcomes and their reasons."""
    host, got = JobHost(), []

    def handle(payload: Any) -> None:
        got.append(payload)

    handle.__annotations__["payload"] = annotation
    host.queue("orders", **options)(handle)
    with host.testing() as bench:
        bench.queue("orders").send(body)
        bench.run_until_idle()
        return got, bench.outcomes, [execution.reason for execution in bench.ledger.executions]


def test_typed_dict_is_read_with_what_it_holds_and_without_what_nobody_names():
    got, _, _ = received(Parcel, json.dumps({"order": GOOD, "weight": 2, "$AzureWebJobsParentId": "1"}))

    (parcel,) = got
    assert (type(parcel), list(parcel), parcel["weight"]) == (dict, ["order", "weight"], 2)
    assert parcel["order"].lines == [Line("a", 2, Decimal("9.50"))]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"order": GOOD}, "weight: is missing; expected as Parcel says"),
        ({"order": GOOD, "weight": "2"}, "weight: is text; expected a number"),
        ({"order": GOOD, "weight": 2, "note": None}, "note: is null; expected text"),
        ([], "body: is a list; expected an object"),
    ],
)
def test_typed_dict_that_does_not_fit_is_poison_with_the_path(body: object, reason: str):
    got, outcomes, reasons = received(Parcel, json.dumps(body))

    assert (got, outcomes, reasons) == ([], [Outcome.POISONED], [reason])


def test_typed_dict_with_a_key_that_no_json_fills_is_refused_at_the_start():
    class Odd(TypedDict):
        lock: bytearray

    with pytest.raises(StartError) as caught:
        received(Odd, "{}")

    assert str(caught.value) == (
        "queue 'orders', field lock: bytearray cannot be read from JSON; expected dict, list, a dataclass, "
        "a pydantic model, or fields of plain types"
    )


def test_dataclass_is_read_with_what_it_holds():
    got, _, _ = received(Order, json.dumps({**GOOD, "parent": GOOD, "unknown": 1}))

    inner = Order("7", [Line("a", 2, Decimal("9.50"))], datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert got == [Order("7", inner.lines, inner.placed, parent=inner)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lines": [{"sku": "a"}]}, "lines[0].count: is missing; expected as Line says"),
        ({"lines": [{"sku": "a", "count": "2"}]}, "lines[0].count: is text; expected a whole number"),
        ({"lines": [{"sku": "a", "count": True}]}, "lines[0].count: is true or false; expected a whole number"),
        ({"lines": {}}, "lines: is an object; expected a list"),
        ({"placed": "noon"}, "placed: cannot be read; expected a date and time such as 2026-11-24T12:00:00Z"),
        ({"colour": "blue"}, "colour: is none of 'red'"),
        ({"kind": "old"}, "kind: is none of 'new', 'used'"),
        ({"note": 7}, "note: is a number; expected text"),
        ({"parent": {**GOOD, "id": None}}, "parent.id: is null; expected text"),
    ],
)
def test_invalid_field_is_poison_at_once_and_named_by_its_path(change: dict[str, object], reason: str):
    """C32."""
    got, outcomes, reasons = received(Order, json.dumps({**GOOD, **change}))

    assert (got, outcomes, reasons) == ([], [Outcome.POISONED], [reason])


def test_field_that_dotnet_adds_is_ignored():
    """C33."""
    body = json.dumps({"sku": "a", "count": 1, "$AzureWebJobsParentId": "x"})

    assert received(Line, body)[0] == [Line("a", 1)]


def test_pydantic_model_is_read_strictly_and_without_the_field_that_dotnet_adds():
    body = json.dumps({"blob": "a", "at": "2026-11-24T12:00:00Z", "$AzureWebJobsParentId": "x"})

    assert received(Strict, body)[0] == [Strict(blob="a", at=datetime(2026, 11, 24, 12, tzinfo=UTC))]


def test_pydantic_model_names_the_field_but_not_the_value():
    _, outcomes, reasons = received(Strict, json.dumps({"blob": 5, "at": "2026-11-24T12:00:00Z"}))

    assert (outcomes, reasons) == ([Outcome.POISONED], ["blob: Input should be a valid string"])


@pytest.mark.parametrize("body", ['{"a": 1}', base64.b64encode(b'{"a": 1}').decode()])
def test_json_is_read_as_text_and_as_base64(body: str):
    """C30."""
    assert received(dict, body)[0] == [{"a": 1}]
    assert [message.json() for message in received(Message, body)[0]] == [{"a": 1}]


@pytest.mark.parametrize("body", ["{", "[1,", "plain", base64.b64encode(b"\xff").decode(), "", "NaN?"])
def test_body_that_is_no_json_is_poison(body: str):
    assert received(dict, body)[1] == [Outcome.POISONED]


def test_list_where_an_object_is_expected_is_poison():
    assert received(dict, "[1]")[2] == ["body: is a list; expected an object"]


def test_text_and_bytes_are_base64_unless_asked_otherwise():
    body = base64.b64encode("grüezi".encode()).decode()

    assert received(str, body)[0] == ["grüezi"]
    assert received(bytes, body)[0] == ["grüezi".encode()]
    assert received(str, "abcd!", encoding="text")[0] == ["abcd!"]
    assert received(str, "abcd!")[1] == [Outcome.POISONED]
    assert received(str, base64.b64encode(b"\xff").decode())[1] == [Outcome.POISONED]


def test_invalid_payload_is_tried_again_where_asked():
    _, outcomes, _ = received(dict, "[]", on_invalid="retry", max_attempts=2)

    assert outcomes == [Outcome.FAILED, Outcome.POISONED]


def test_one_bad_message_of_a_page_leaves_the_others_alone():
    """C31: fifteen handled, one poisoned without a call."""
    host, got = JobHost(), []
    host.queue("orders", encoding="base64")(lambda message: got.append(message.text))
    with host.testing() as bench:
        for number in range(15):
            bench.send("orders", str(number))
        bench.queue("orders").send("not base64!")
        bench.run_until_idle()

        assert len(got) == 15
        assert bench.outcomes.count(Outcome.POISONED) == 1
        assert bench.poison("orders").bodies() == ("not base64!",)


def test_auto_is_refused_where_it_would_be_a_guess():
    with pytest.raises(StartError, match="encoding='auto' with str cannot tell 'abcd' from Base64"):
        received(str, "", encoding="auto")


@pytest.mark.parametrize("annotation", [int, float, complex, list[complex], Context])
def test_annotation_that_no_message_can_be_is_refused_at_the_start(annotation: object):
    with pytest.raises(StartError, match="queue 'orders': "):
        received(annotation, "")


def test_parameter_that_can_only_be_given_by_name_is_refused_at_the_start():
    def handle(payload: dict, *, context: Context) -> None:
        """Do nothing."""

    with pytest.raises(StartError) as caught:
        JobHost().queue("work")(handle)

    assert str(caught.value) == "queue 'work': its parameter 'context' comes after a `*`; expected it before"


def test_handler_without_a_parameter_is_refused():
    with pytest.raises(StartError, match="takes no parameter; expected one for the payload"):
        JobHost().queue("orders")(lambda: None)


def test_name_in_an_annotation_that_is_not_there_is_named():
    def handle(order: Missing) -> None: ...  # noqa: F821

    with pytest.raises(StartError, match="its annotation names 'Missing'"):
        JobHost().queue("orders")(handle)


def test_body_over_the_limit_is_refused_before_any_request():
    """C34."""
    host = JobHost()
    host.queue("orders")(lambda message: None)
    with host.testing() as bench:
        host.send("orders", "x" * 49_152)
        with pytest.raises(PayloadTooLarge, match=r"payload: has 49153 bytes; expected at most 49152 as Base64"):
            host.send("orders", "x" * 49_153)

        assert bench.queue("orders").calls["send"] == 1


@settings(deadline=None, max_examples=50)
@given(content=st.binary(max_size=200))
def test_base64_comes_back_as_it_was(content: bytes):
    assert decoded(encoded(content, "base64"), "base64") == content


@settings(deadline=None, max_examples=50)
@given(value=st.dictionaries(st.text(max_size=9), st.none() | st.integers() | st.text(max_size=20), max_size=5))
def test_json_comes_back_in_either_form(value: dict[str, object]):
    content = content_of(value)

    assert json.loads(decoded(encoded(content, "text"), "auto")) == value
    assert json.loads(decoded(encoded(content, "base64"), "auto")) == value


@settings(deadline=None, max_examples=50)
@given(body=st.text(max_size=200))
def test_no_body_does_more_than_be_refused(body: str):
    for form in ("auto", "base64", "text"):
        try:
            decoded(body, form)
        except InvalidPayload as error:
            said = str(error)
        else:
            said = "is not Base64"
        assert "is not Base64" in said
