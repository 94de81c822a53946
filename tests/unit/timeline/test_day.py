"""The shared plan's day."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

from oneplan.timeline import Day, Row, day_of

TODAY = date(2026, 11, 24)


def test_a_day_has_every_job_that_starts_by_itself(manifest_of):
    manifest = manifest_of({"mail": "0 0 6,18 * * *", "thumbs": None, "reindex": "manual"}, mail=5)

    assert day_of(manifest, TODAY, 2) == Day(
        TODAY,
        "Europe/Zurich",
        datetime(2026, 11, 23, 23, tzinfo=UTC),
        1440,
        2,
        (
            Row("mail", "worker", "cron 0 0 6,18 * * *", "0 0 6,18 * * *", (360, 1080), 5, "timeout"),
            Row("thumbs", "worker", "queue photos", None),
        ),
    )


def test_an_estimate_comes_before_the_timeout_and_is_rounded_up(manifest_of):
    manifest = manifest_of({"mail": "0 0 6 * * *", "feed": "0 0 7 * * *", "sync": "0 0 8 * * *"}, mail=5, feed=5)

    rows = day_of(manifest, TODAY, 2, {"mail": timedelta(seconds=61), "sync": timedelta(0)}).rows

    assert [(row.job, row.minutes, row.source) for row in rows] == [
        ("mail", 2, "estimate"),
        ("feed", 5, "timeout"),
        ("sync", 1, "estimate"),
    ]


def test_a_job_that_is_switched_off_is_left_out(manifest_of):
    manifest = manifest_of({"mail": "0 0 6 * * *"})
    off = dataclasses.replace(manifest.jobs["mail"], enabled=False)

    assert day_of(dataclasses.replace(manifest, jobs={"mail": off}), TODAY, 2).rows == ()


def test_a_schedule_is_read_in_its_own_zone(manifest_of):
    manifest = manifest_of({"mail": "0 0 6 * * *"})
    there = dataclasses.replace(manifest.apps["worker"], time_zone="America/New_York")

    (row,) = day_of(dataclasses.replace(manifest, apps={"worker": there}), TODAY, 2).rows

    assert row.starts == (12 * 60,)


def test_the_day_when_clocks_go_forward_has_23_hours(manifest_of):
    day = day_of(manifest_of({"mail": "0 30 2 * * *"}), date(2026, 3, 29), 2)

    assert (day.length, [day.clock(start) for start in day.rows[0].starts]) == (23 * 60, ["03:30"])


def test_the_day_when_clocks_go_back_has_25_hours(manifest_of):
    day = day_of(manifest_of({"sync": "0 0 * * * *"}), date(2026, 10, 25), 2)

    assert (day.length, len(day.rows[0].starts), day.rows[0].starts[:4]) == (25 * 60, 24, (0, 60, 180, 240))


def test_a_day_that_a_country_left_out_is_empty(manifest_of):
    """Samoa went from the 29th to the 31st."""
    day = day_of(manifest_of({"mail": "0 0 6 * * *"}, zone="Pacific/Apia"), date(2011, 12, 30), 2)

    assert (day.length, day.rows[0].starts) == (0, ())


def test_a_day_of_no_whole_minutes_holds_its_last_one(manifest_of):
    """Liberia's clocks went forward by 44 minutes and 30 seconds."""
    day = day_of(manifest_of({"mail": "0 59 23 * * *"}, zone="Africa/Monrovia"), date(1972, 1, 7), 2)

    assert (day.length, day.rows[0].starts) == (1396, (1394,))


def test_many_starts_in_a_minute_count_once(manifest_of):
    (row,) = day_of(manifest_of({"sync": "*/10 0 6 * * *"}), TODAY, 2).rows

    assert row.starts == (360,)


def test_a_schedule_without_a_start_today_has_a_row_still(manifest_of):
    (row,) = day_of(manifest_of({"mail": "0 0 6 1 * *"}), TODAY, 2).rows

    assert row.starts == ()


def test_a_thousand_jobs_share_what_is_the_same(manifest_of):
    manifest = manifest_of({f"job-{number}": f"0 {number % 60} * * * *" for number in range(1000)})

    rows = day_of(manifest, TODAY, 2).rows

    assert len({id(row.starts) for row in rows}) == 60
