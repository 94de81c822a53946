"""A schedule's runs as instants, and the changes of clocks among them."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncrontab import ClockChange, Run, clock_changes, effects, next_run, occurrences, parse, runs
from ncrontab.instants import Effect
from tests.unit.ncrontab.texts import TEXTS

PACIFIC = ZoneInfo("America/Los_Angeles")
ZURICH = ZoneInfo("Europe/Zurich")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
PHOENIX = ZoneInfo("America/Phoenix")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "text", "expected"),
    [
        (PACIFIC, "2026-03-08T08:30", "0 0,30 1-3 * * *", ["01:00 -0800", "01:30 -0800", "03:00 -0700", "03:30 -0700"]),
        (PACIFIC, "2026-11-01T07:30", "0 30 0-2 * * *", ["01:30 -0800", "02:30 -0800"]),
        (ZURICH, "2026-03-29T00:30", "0 30 * * * *", ["03:30 +0200", "04:30 +0200"]),
        (ZURICH, "2026-10-24T23:30", "0 30 * * * *", ["02:30 +0100", "03:30 +0100"]),
        (LORD_HOWE, "2026-10-03T15:00", "0 */15 * * * *", ["01:45 +1030", "02:30 +1100", "02:45 +1100"]),
        (LORD_HOWE, "2026-04-04T14:15", "0 */15 * * * *", ["01:30 +1030", "01:45 +1030"]),
        (PHOENIX, "2026-03-08T08:45", "0 30 * * * *", ["02:30 -0700", "03:30 -0700"]),
        (PHOENIX, "2026-11-01T07:45", "0 30 * * * *", ["01:30 -0700", "02:30 -0700"]),
    ],
)
def test_runs_around_a_change_of_clocks(zone: ZoneInfo, start: str, text: str, expected: list[str]):
    found = occurrences(parse(text), zone, at(start), len(expected))

    assert [f"{time:%H:%M %z}" for time in found] == expected


def test_a_run_knows_the_change_that_moves_it():
    spring = ClockChange(at("2026-03-29T01:00"), timedelta(hours=1), timedelta(hours=2))

    found = next(iter(runs(parse("0 30 2 * * *"), ZURICH, at("2026-03-28T12:00"))))

    assert found == Run(datetime(2026, 3, 29, 3, 30, tzinfo=ZURICH), datetime(2026, 3, 29, 2, 30), spring)
    assert found.remark == "02:30 does not exist on that day; runs at 03:30"


def test_a_run_at_a_time_that_happens_twice_says_so():
    found = next(iter(runs(parse("0 30 2 * * *"), ZURICH, at("2026-10-24T12:00"))))

    assert (found.at.astimezone(UTC), found.remark) == (
        at("2026-10-25T01:30"),
        "02:30 happens twice on that day; runs at the second",
    )


def test_an_ordinary_run_has_no_remark():
    found = islice(runs(parse("0 0 6 * * *"), ZURICH, at("2026-10-24T12:00")), 2)

    assert [run.remark for run in found] == ["", ""]


def test_a_schedule_may_end():
    assert occurrences(parse("0 0 0 30 2 *"), UTC, at("2026-01-01"), 3) == ()
    assert occurrences(parse("0 0 0 31 12 *"), UTC, at("9998-12-31"), 3) == (at("9999-12-31"),)


def test_the_last_hours_of_time_are_no_fault():
    assert len(occurrences(parse("0 0 * * * *"), PACIFIC, at("9999-12-31T05:00"), 100)) < 30


def test_the_changes_of_a_year_are_found_to_the_second():
    assert clock_changes(ZURICH, at("2026-01-01"), at("2027-01-01")) == (
        ClockChange(at("2026-03-29T01:00"), timedelta(hours=1), timedelta(hours=2)),
        ClockChange(at("2026-10-25T01:00"), timedelta(hours=2), timedelta(hours=1)),
    )
    assert clock_changes(LORD_HOWE, at("2026-01-01"), at("2027-01-01")) == (
        ClockChange(at("2026-04-04T15:00"), timedelta(hours=11), timedelta(hours=10.5)),
        ClockChange(at("2026-10-03T15:30"), timedelta(hours=10.5), timedelta(hours=11)),
    )
    assert clock_changes(PHOENIX, at("2026-01-01"), at("2027-01-01")) == ()


def test_a_change_says_which_times_it_skips_or_repeats():
    spring, autumn = clock_changes(LORD_HOWE, at("2026-07-01"), at("2027-07-01"))

    assert (spring.is_forward, spring.affected) == (True, (datetime(2026, 10, 4, 2), datetime(2026, 10, 4, 2, 30)))
    assert (autumn.is_forward, autumn.affected) == (False, (datetime(2027, 4, 4, 1, 30), datetime(2027, 4, 4, 2)))


def test_the_effects_of_a_years_changes_on_a_schedule():
    spring, autumn = clock_changes(ZURICH, at("2026-01-01"), at("2027-01-01"))

    def of(text: str) -> tuple[Effect, ...]:
        return effects(parse(text), ZURICH, at("2026-01-01"), at("2027-01-01"))

    assert of("0 0 6 * * *") == ()
    assert of("0 */15 * * * *") == (
        Effect(spring, datetime(2026, 3, 29, 2), 4),
        Effect(autumn, datetime(2026, 10, 25, 2), 4),
    )
    assert of("0 30 2 * 10 *") == (Effect(autumn, datetime(2026, 10, 25, 2, 30), 1),)


ZONES = st.sampled_from(
    ["America/Los_Angeles", "Europe/Zurich", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
)


@settings(max_examples=60)
@given(TEXTS, ZONES.map(ZoneInfo), st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)))
def test_runs_are_kudus_decisions_one_after_the_other(text: str, zone: ZoneInfo, start: datetime):
    schedule, begin = parse(text), start.replace(tzinfo=UTC)

    found = occurrences(schedule, zone, begin, 5)

    assert all(before < after for before, after in pairwise((begin, *(time.astimezone(UTC) for time in found))))
    last = begin
    for time in found:
        decided = next_run(schedule, zone, last, last)
        assert (decided.at, decided.due, decided.missed) == (time.astimezone(UTC), False, 0)
        last = decided.at
