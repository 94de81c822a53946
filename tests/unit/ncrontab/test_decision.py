"""Kudu's decision: when to run next, across clock changes and missed runs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ncrontab import LONGEST_WAIT, NextRun, next_run, parse, resolve

PACIFIC = ZoneInfo("America/Los_Angeles")
PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def occurrences(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> list[str]:
    """What a scheduler that never sleeps runs, as local times with their zone's name."""
    found, last = [], start
    while (run := next_run(parse(text), zone, last, last)).at and run.at < end:
        found.append(run.at.astimezone(zone).strftime("%H:%M %Z"))
        last = run.at
    return found


def test_a_job_that_never_ran_waits_for_its_first_time():
    found = next_run(parse("0 */15 * * * *"), UTC, None, at("2026-11-24T10:07:30"))

    assert found == NextRun(at("2026-11-24T10:15"), False, 0, None, timedelta(minutes=7, seconds=30))


def test_the_next_time_counts_from_the_last_run():
    found = next_run(parse("0 */15 * * * *"), UTC, at("2026-11-24T10:00:02"), at("2026-11-24T10:07"))

    assert found == NextRun(at("2026-11-24T10:15"), False, 0, None, timedelta(minutes=8))


@pytest.mark.parametrize("now", ["2026-11-24T10:15", "2026-11-24T10:15:01", "2026-11-24T10:25"])
def test_a_time_up_to_ten_minutes_ago_is_made_up_for(now: str):
    found = next_run(parse("0 15 * * * *"), UTC, at("2026-11-24T10:00"), at(now))

    assert found == NextRun(at("2026-11-24T10:15"), True, 0, None, timedelta(0))


def test_older_times_are_missed_and_the_next_regular_one_is_waited_for():
    found = next_run(parse("0 */15 * * * *"), UTC, at("2026-11-24T10:00"), at("2026-11-24T11:20"))

    assert found == NextRun(at("2026-11-24T11:30"), False, 5, at("2026-11-24T11:15"), timedelta(minutes=10))


def test_when_the_timer_fires_an_old_time_is_still_due():
    found = next_run(parse("0 */15 * * * *"), UTC, at("2026-11-24T10:00"), at("2026-11-24T11:20"), ignore_missed=True)

    assert found == NextRun(at("2026-11-24T10:15"), True, 0, None, timedelta(0))


def test_years_of_missed_seconds_are_counted_at_once():
    """Counted, not visited: visiting 315 million of them would take minutes."""
    found = next_run(parse("* * * * * *"), UTC, at("2016-11-24T10:00"), at("2026-11-24T10:00"))

    assert found.missed == int(timedelta(days=3652).total_seconds()) - 1
    assert found.most_recent_missed == at("2026-11-24T09:59:59")


def test_a_schedule_that_never_fires_is_asked_again_after_forty_days():
    found = next_run(parse("0 0 0 30 2 *"), UTC, None, at("2026-11-24T10:00"))

    assert found == NextRun(None, False, 0, None, LONGEST_WAIT)


def test_a_wait_is_never_longer_than_forty_days():
    found = next_run(parse("0 0 0 1 6 *"), UTC, None, at("2026-11-24T10:00"))

    assert (found.at, found.wait) == (at("2027-06-01T00:00"), LONGEST_WAIT)


def test_a_last_run_in_the_future_is_no_reason_to_run():
    found = next_run(parse("0 */15 * * * *"), UTC, at("2026-11-24T12:00"), at("2026-11-24T10:00"))

    assert (found.at, found.due) == (at("2026-11-24T12:15"), False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 30 1 * * *", ["01:30 PST"]),
        ("0 30 2 * * *", ["03:30 PDT"]),
        ("0 30 0-4 * * *", ["00:30 PST", "01:30 PST", "03:30 PDT", "04:30 PDT"]),
        ("0 0 2,3 * * *", ["03:00 PDT"]),
    ],
)
def test_in_spring_a_skipped_time_lands_after_the_gap(text: str, expected: list[str]):
    assert occurrences(text, PACIFIC, at("2018-03-11T08:00"), at("2018-03-11T12:00")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 30 1 * * *", ["01:30 PST"]),
        ("0 30 0-3 * * *", ["00:30 PDT", "01:30 PST", "02:30 PST", "03:30 PST"]),
    ],
)
def test_in_autumn_only_the_second_pass_counts(text: str, expected: list[str]):
    assert occurrences(text, PACIFIC, at("2018-11-04T07:00"), at("2018-11-04T12:00")) == expected


def test_at_the_very_instant_after_the_gap_a_skipped_time_is_due():
    """The wall clock says an hour late, the instants are equal, and Kudu compares instants first."""
    found = next_run(parse("0 30 2 * * *"), PACIFIC, at("2018-03-10T10:30"), at("2018-03-11T10:30"))

    assert found == NextRun(at("2018-03-11T10:30"), True, 0, None, timedelta(0))


def test_nothing_runs_in_the_first_pass_of_the_repeated_hour():
    """WebJobs SDK issue 880: nothing between 00:00 and 01:00 UTC on 2023-10-29."""
    found = next_run(parse("0 */5 * * * *"), PARIS, None, at("2023-10-28T23:58"))

    assert found.at == at("2023-10-29T00:00") + timedelta(hours=1)


def test_an_ordinary_time_has_one_instant():
    assert resolve(datetime(2026, 7, 1, 12), PARIS) == at("2026-07-01T10:00")
