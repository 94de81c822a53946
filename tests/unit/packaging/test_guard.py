"""Schedules that cover every hour that may be the wanted one in another zone."""

import pytest

from oneplan.errors import PackagingError
from oneplan.manifest.values import Trigger
from oneplan.packaging.guard import guard_of


def guarded(project, schedule: str, zone: str):
    job = project.job(trigger=Trigger("schedule", schedule, time_zone=zone, zone_guard=True), command="a")
    return guard_of(project.manifest(), job, "jobs/tidy")


@pytest.mark.parametrize(
    ("schedule", "zone", "spread"),
    [
        ("0 0 6 * * *", "Asia/Tokyo", "0 0 22,23 * * *"),
        ("0 30 9 1 * *", "America/New_York", "0 30 14,15 * * *"),
        ("0 0,45 6 * * *", "Asia/Kolkata", "0 15,30 1,2,3 * * *"),
        ("*/10 0 0 * * *", "Etc/UTC", "0,10,20,30,40,50 0 1,2 * * *"),
        ("0 */15 * * * *", "Asia/Tokyo", "0 0,15,30,45 * * * *"),
    ],
)
def test_schedule_names_each_hour_of_the_sites_clock(project, schedule: str, zone: str, spread: str):
    guard = guarded(project, schedule, zone)

    assert guard is not None
    assert guard.schedule == spread


def test_zone_of_the_site_needs_no_guard(project):
    assert guarded(project, "0 0 6 * * *", "Europe/Zurich") is None


def test_clocks_apart_by_a_changing_part_of_an_hour_are_refused(project):
    with pytest.raises(PackagingError) as error:
        guarded(project, "0 0 6 * * *", "Australia/Lord_Howe")

    assert str(error.value) == (
        "jobs/tidy/job.yaml: zone_guard cannot follow Australia/Lord_Howe from Europe/Zurich, whose clocks are apart "
        "by a changing part of an hour; put the job beside an app of its zone"
    )
