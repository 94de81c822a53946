"""A day of runs on one axis."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from oneplan.dashboard import timeline
from oneplan.dashboard.snapshot import Collector
from oneplan.dashboard.timeline import Mark
from oneplan.operate.testing import FakeAzure, FakeRun, continuous, triggered
from tests.unit.dashboard.conftest import NOW

ZONE = ZoneInfo("Europe/Zurich")
SPAN = timeline.around(NOW, 4)


def run(id: str, start: str, end: str, status: str = "Success") -> FakeRun:
    return FakeRun(id, status, f"2026-11-24T{start}:00.0Z", f"2026-11-24T{end}:00.0Z")


def lanes(plane, azure: FakeAzure, *jobs):
    azure.add_site("worker", "w", jobs)
    return timeline.lanes(Collector(plane, lambda: NOW).take().jobs, SPAN, NOW, ZONE)


def test_three_quarters_of_the_span_are_past():
    assert (NOW - SPAN.start, SPAN.end - NOW) == (timedelta(hours=3), timedelta(hours=1))
    assert [SPAN.place(at) for at in (SPAN.start, NOW, SPAN.end)] == [0.0, 75.0, 100.0]


def test_runs_are_where_they_were_and_as_long_as_they_took(plane, azure: FakeAzure):
    runs = [run("3", "05:00", "05:05", "Running"), run("2", "04:10", "04:34", "Failed"), run("1", "01:00", "02:34")]
    ((lane),) = lanes(plane, azure, triggered("t", runs=runs))

    assert [(mark.kind, mark.left, mark.width, mark.run) for mark in lane.marks] == [
        ("open", 70.833, 4.167, "3"),
        ("bad", 50.0, 10.0, "2"),
        ("good", 0.0, 10.0, "1"),
    ]


def test_a_short_run_can_be_seen(plane, azure: FakeAzure):
    (lane,) = lanes(plane, azure, triggered("t", runs=[run("1", "04:10", "04:10")]))

    assert lane.marks[0].width == 0.25


def test_due_times_and_missed_ones_are_marked(plane, azure: FakeAzure):
    runs = [run("2", "05:00", "05:01"), run("1", "03:00", "03:01")]
    (lane,) = lanes(plane, azure, triggered("t", schedule="0 0 * * * *", runs=runs))

    assert [(mark.kind, f"{mark.at.astimezone(ZONE):%H:%M}") for mark in lane.marks[2:]] == [
        ("due", "07:00"),
        ("missed", "05:00"),
    ]


def test_what_is_due_all_the_time_is_one_band(plane, azure: FakeAzure):
    (lane,) = lanes(plane, azure, triggered("t", schedule="*/20 * * * * *"))

    assert lane.marks == (Mark("band", 75.139, 24.861, NOW + timedelta(seconds=20)),)


def test_jobs_that_neither_ran_nor_will_have_no_lane(plane, azure: FakeAzure):
    old = run("1", "00:00", "00:30")

    assert lanes(plane, azure, continuous("c"), triggered("hand"), triggered("old", runs=[old])) == ()


def test_a_schedule_that_app_service_refuses_has_no_due_times(plane, azure: FakeAzure):
    assert lanes(plane, azure, triggered("t", schedule="nonsense")) == ()


AXES = [(1, "05:30", 11), (6, "02:00", 12), (24, "14:00", 12), (72, "06:00", 12), (168, "Fri 20", 7)]


@pytest.mark.parametrize(("span", "first", "count"), AXES)
def test_the_axis_has_about_a_dozen_words_on_it(span: int, first: str, count: int):
    axis = timeline.axis(timeline.around(NOW, span), ZONE)

    assert (axis[0][1], len(axis)) == (first, count)


def test_midnight_is_told_by_its_day():
    axis = timeline.axis(timeline.around(NOW, 24), ZONE)

    assert [text for _, text in axis[3:8]] == ["20:00", "22:00", "Tue 24", "02:00", "04:00"]


def test_a_moving_span_stands_still_for_a_seven_hundred_and_twentieth_of_it():
    spans = {timeline.around(NOW + timedelta(seconds=second), 24) for second in range(240)}

    assert len(spans) == 2


def test_the_next_runs_are_in_the_owners_zone(plane, azure: FakeAzure):
    azure.add_site("worker", "w", [triggered("t", schedule="0 0 6 * * *"), triggered("bad", schedule="nonsense")])
    bad, good = Collector(plane, lambda: NOW).take().jobs

    assert timeline.following(bad, NOW, ZONE) == ()
    assert [at.isoformat() for at in timeline.following(good, NOW, ZONE, 2)] == [
        "2026-11-25T06:00:00+01:00",
        "2026-11-26T06:00:00+01:00",
    ]
