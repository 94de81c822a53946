"""Where jobs crowd, and where runs may overlap."""

from datetime import date

from oneplan.timeline import Crowd, Overlap, crowds, day_of, overlaps, running, starts_a_minute, taken

TODAY = date(2026, 11, 24)


def test_jobs_crowd_where_more_start_than_there_are_cores(manifest_of):
    jobs = {"a": "0 */30 * * * *", "b": "0 0 */12 * * *", "c": "0 0 12 * * *", "d": "0 5 12 * * *"}

    assert crowds(day_of(manifest_of(jobs), TODAY, 1)) == (Crowd((720,), ("a", "b", "c")), Crowd((0,), ("a", "b")))
    assert crowds(day_of(manifest_of(jobs), TODAY, 2)) == (Crowd((720,), ("a", "b", "c")),)
    assert crowds(day_of(manifest_of(jobs), TODAY, 3)) == ()


def test_each_minute_has_its_starts(manifest_of):
    counts = starts_a_minute(day_of(manifest_of({"a": "0 0 6 * * *", "b": "0 0 6,7 * * *"}), TODAY, 1))

    assert {minute: count for minute, count in enumerate(counts) if count} == {360: 2, 420: 1}


def test_a_job_that_may_still_be_busy_skips_a_start(manifest_of):
    day = day_of(manifest_of({"a": "0 */15 6 * * *", "b": "0 */15 6 * * *", "c": "0 0 6 * * *"}, a=20, b=15), TODAY, 1)

    assert overlaps(day) == (Overlap("a", 20, 15, 2),)
    assert taken(day.rows[0]) == (360, 390)


def test_what_runs_at_once_follows_the_lengths_and_ends_with_the_day(manifest_of):
    day = day_of(manifest_of({"a": "0 0 6 * * *", "b": "0 1 6 * * *", "c": "0 55 23 * * *"}, a=3, b=3, c=60), TODAY, 1)

    assert running(day)[359:365] == (0, 1, 2, 2, 1, 0)
    assert running(day)[1434:] == (0, 1, 1, 1, 1, 1)


def test_jobs_of_no_known_length_never_overlap(manifest_of):
    assert overlaps(day_of(manifest_of({"a": "0 * * * * *"}), TODAY, 1)) == ()
