"""The next runs of jobs and of texts."""

import dataclasses
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ncrontab import ScheduleError
from ncrontab.zones import ZoneError
from oneplan.timeline import of_jobs, of_text, told

NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


def test_jobs_come_with_their_next_runs_the_soonest_first(manifest_of):
    manifest = manifest_of({"mail": "0 0 6 * * *", "sync": "0 */15 * * * *", "thumbs": None, "reindex": "manual"})

    found = of_jobs(manifest, manifest.jobs.values(), NOW, 2)

    assert [(each.name, each.words, [run.at.isoformat() for run in each.runs]) for each in found] == [
        ("sync", "every 15 minutes", ["2026-11-24T20:15:00+01:00", "2026-11-24T20:30:00+01:00"]),
        ("mail", "at 06:00 every day", ["2026-11-25T06:00:00+01:00", "2026-11-26T06:00:00+01:00"]),
    ]


def test_a_guarded_job_is_told_in_its_own_zone(manifest_of):
    manifest = manifest_of({"mail": "0 0 6 * * *"})
    trigger = dataclasses.replace(manifest.jobs["mail"].trigger, time_zone="Asia/Tokyo", zone_guard=True)
    job = dataclasses.replace(manifest.jobs["mail"], trigger=trigger)

    (found,) = of_jobs(dataclasses.replace(manifest, jobs={"mail": job}), [job], NOW, 1)

    assert (found.zone, found.runs[0].at.isoformat()) == ("Asia/Tokyo", "2026-11-25T06:00:00+09:00")


def test_a_text_is_read_in_every_form_with_its_remarks():
    assert [of_text(text, "UTC", NOW, 1).schedule for text in ("15m", "*/15 * * * *", "0 */15 * * * *")] == [
        "0 */15 * * * *"
    ] * 3
    assert of_text("0 0 0 30 2 *", "UTC", NOW, 1).runs == ()
    assert of_text("*/90 * * * *", "UTC", NOW, 1).remarks == (
        "minute */90: the step goes past the end, only 0 is left",
    )


def test_changes_of_clocks_are_told_in_sentences():
    assert [told(effect, ZURICH) for effect in of_text("30 2 * * *", "Europe/Zurich", NOW, 1).changes] == [
        "Sun 28 Mar 2027, clocks go from 02:00 to 03:00: no 02:30 on that day; runs at 03:30",
        "Sun 31 Oct 2027, clocks go from 03:00 back to 02:00: 02:30 comes twice; only the second time counts",
    ]
    assert [told(effect, ZURICH) for effect in of_text("15m", "Europe/Zurich", NOW, 1).changes] == [
        "Sun 28 Mar 2027, clocks go from 02:00 to 03:00: no 02:00 and 3 more on that day; runs at 03:00",
        "Sun 31 Oct 2027, clocks go from 03:00 back to 02:00: 02:00 and 3 more come twice; only the second time counts",
    ]


def test_what_is_no_schedule_or_no_zone_is_refused():
    with pytest.raises(ScheduleError):
        of_text("@daily", "UTC", NOW, 1)
    with pytest.raises(ZoneError):
        of_text("15m", "Zurich", NOW, 1)
