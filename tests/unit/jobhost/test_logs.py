"""One line of JSON an event, whatever the values are."""

from __future__ import annotations

import io
import json
import math
from datetime import timedelta

import pytest

from jobhost import CancelReason, Context, QueueError
from jobhost.logs import StreamLog
from jobhost.testing import ManualClock


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('a "quoted"\nline — ü \u2028', 'a "quoted"\nline — ü \u2028'),
        (3, 3),
        (0.25, 0.25),
        (True, True),
        (None, None),
        (CancelReason.TIMEOUT, "timeout"),
        (timedelta(seconds=90), "0:01:30"),
        (QueueError("work: 503"), "work: 503"),
        ({"functions": {"a": 1}, "list": [1, "b"]}, {"functions": {"a": 1}, "list": [1, "b"]}),
        (math.inf, math.inf),
    ],
)
def test_value_comes_back_as_it_was_or_as_its_text(value: object, expected: object):
    out = io.StringIO()

    StreamLog(out).info("handled", value=value)

    assert out.getvalue().count("\n") == 1
    line = json.loads(out.getvalue())
    assert (line["level"], line["event"], line["value"]) == ("info", "handled", expected)


def test_handlers_lines_name_their_call_and_exceptions_leave_a_trace():
    out, err = io.StringIO(), io.StringIO()
    context = Context("make", "m-1", 1, 5, clock=ManualClock(), log=StreamLog(out, err))

    context.log.debug("not %s", "kept")
    context.log.info("page %d of %d", 3, 7)
    try:
        raise OSError("disk")
    except OSError:
        context.log.exception("could not save")

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["level"], line["function"], line["message"], line["text"]) for line in lines] == [
        ("info", "make", "m-1", "page 3 of 7"),
        ("error", "make", "m-1", "could not save"),
    ]
    assert err.getvalue().endswith("OSError: disk\n")
