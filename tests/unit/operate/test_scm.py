"""What Kudu's answers say, as the operator's client reads them."""

from datetime import UTC, datetime

import pytest

from oneplan.operate.scm import run_from_json

AT = datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24T05:00:00.1234567Z", AT),
        ("2026-11-24T05:00:00.1234567", AT),
        ("2026-11-24T06:00:00.1234567+01:00", AT),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_the_end_of_a_run_is_a_time_or_none(text: str | None, at: datetime | None):
    assert run_from_json({"id": "1", "status": "Success", "start_time": "", "end_time": text}).end == at
