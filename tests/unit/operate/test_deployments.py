"""Whether a package was deployed by hand, over ours."""

from datetime import UTC, datetime, timedelta

import pytest

from oneplan.operate.deployments import Given, by_hand, given

AT = datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC)
TOLD = {
    "provisioningState": "Succeeded",
    "timestamp": "2026-11-24T05:00:00.1234567Z",
    "duration": "PT1M2.5S",
    "outputs": {"deployKey": {"type": "String", "value": "abc"}},
}


def test_a_deployment_of_ours_tells_its_key_and_when_it_was_over():
    assert given(TOLD) == Given("abc", AT + timedelta(minutes=1, seconds=2.5))


@pytest.mark.parametrize(
    ("duration", "length"),
    [("PT0.5S", 0.5), ("PT3M", 180.0), ("PT1H0M1S", 3601.0), ("PT42S", 42.0)],
)
def test_durations_are_iso_8601s(duration: str, length: float):
    found = given(TOLD | {"duration": duration})

    assert found == Given("abc", AT + timedelta(seconds=length))


@pytest.mark.parametrize("told", [{"timestamp": None}, {"timestamp": "now"}, {"duration": None}, {"duration": "1 min"}])
def test_what_is_not_told_is_not_guessed(told: dict[str, str | None]):
    assert given(TOLD | told) == Given("abc", None)


@pytest.mark.parametrize(
    "told", [{"outputs": None}, {"outputs": {}}, {"provisioningState": "Failed"}, {"provisioningState": "Running"}]
)
def test_another_deployment_is_none_of_ours(told: dict[str, object]):
    assert given(TOLD | told) is None


@pytest.mark.parametrize(
    ("seconds", "is_by_hand"), [(-60.0, False), (0.0, False), (62.5, False), (62.6, True), (86_400.0, True)]
)
def test_only_what_came_after_ours_was_over_is_somebody_elses(seconds: float, is_by_hand: bool):
    newest = AT + timedelta(seconds=seconds)

    assert by_hand(given(TOLD), newest) == (newest if is_by_hand else None)


@pytest.mark.parametrize(("ours", "newest"), [(None, AT), (Given("abc", None), AT), (given(TOLD), None)])
def test_without_both_sides_nothing_is_said(ours: Given | None, newest: datetime | None):
    assert by_hand(ours, newest) is None
