"""Schedules of one job and of several."""

import pytest

LATE = "alert: {late: 400h}\n"


def told(project, code: str) -> list[str]:
    return [str(one) for one in project.found() if one.code == code]


def test_two_zones_are_refused_beside_one_app_only(project):
    project.job(f'trigger: {{cron: "0 6 * * *", time_zone: Asia/Tokyo}}\ncommand: x\n{LATE}', "tokyo")
    project.job(f'trigger: {{cron: "0 6 * * *"}}\ncommand: x\napp: api\n{LATE}', "zurich")

    assert told(project, "WJ036") == []


def test_an_interval_does_not_mind_the_zone(project):
    project.job(f'trigger: {{cron: "0 6 * * *", time_zone: Asia/Tokyo}}\ncommand: x\n{LATE}', "tokyo")

    assert told(project, "WJ036") == []
    assert project.load().jobs["stock-sync"].trigger.text == "every 15m"


def test_a_zone_that_is_written_counts_for_an_interval_too(project):
    project.job(f'trigger: {{cron: "0 6 * * *"}}\ncommand: x\n{LATE}', "zurich")
    project.job(f"trigger: {{every: 1h, time_zone: Asia/Tokyo}}\ncommand: x\n{LATE}", "tokyo")

    assert told(project, "WJ036") == [
        (
            'jobs/tokyo/job.yaml:1:33: WJ036 tokyo wants Asia/Tokyo but zurich on app "worker" uses Europe/Zurich; '
            "one app has one zone, use one zone, another app, or zone_guard: true"
        )
    ]


def test_a_job_that_is_off_counts_for_the_zone(project):
    project.job(f'trigger: {{cron: "0 6 * * *"}}\ncommand: x\n{LATE}', "zurich")
    project.job(f'trigger: {{cron: "0 6 * * *", time_zone: Asia/Tokyo}}\ncommand: x\nenabled: false\n{LATE}', "tokyo")

    assert len(told(project, "WJ036")) == 1


def test_the_apps_own_zone_decides(project):
    project.replace("worker: {kind: worker,", "worker: {kind: worker, time_zone: Asia/Tokyo,")
    project.job(f'trigger: {{cron: "0 6 * * *"}}\ncommand: x\n{LATE}', "tokyo")
    project.job(f'trigger: {{cron: "0 6 * * *", time_zone: Europe/Zurich}}\ncommand: x\n{LATE}', "zurich")

    assert told(project, "WJ036") == [
        (
            'jobs/zurich/job.yaml:1:41: WJ036 zurich wants Europe/Zurich but app "worker" is set to Asia/Tokyo; one '
            "app has one zone, use one zone, another app, or zone_guard: true"
        )
    ]


@pytest.mark.parametrize("section", ["job", "app"])
def test_a_zone_must_exist_wherever_it_is_written(project, section: str):
    if section == "app":
        project.replace("worker: {kind: worker,", "worker: {kind: worker, time_zone: Mars/Base,")
    else:
        project.job(f'trigger: {{cron: "0 6 * * *", time_zone: Mars/Base}}\ncommand: x\n{LATE}')

    assert len(told(project, "WJ037")) == 1


def test_no_zone_is_told_once_and_only_for_a_fixed_hour(project):
    project.replace("time_zone: Europe/Zurich\n", "\n")
    assert told(project, "WJ042") == []

    project.job(f'trigger: {{cron: "30 6 * * *"}}\ncommand: x\n{LATE}', "one")
    project.job(f'trigger: {{cron: "30 7 * * *"}}\ncommand: x\n{LATE}', "two")

    assert told(project, "WJ042") == [
        (
            "jobs/one/job.yaml:1:17: WJ042 time zone not set: 06:30 means UTC; write time_zone in oneplan.yaml to say "
            "so on purpose"
        )
    ]


@pytest.mark.parametrize(
    ("cron", "zone", "count"),
    [
        ("30 2 * * *", "Europe/Zurich", 1),
        ("30 1 * * *", "America/New_York", 1),
        ("30 3 * * *", "Europe/Zurich", 0),
        ("30 2 * * *", "Etc/UTC", 0),
        ("30 2 1 1 *", "Europe/Zurich", 0),
        ("*/5 * * * *", "Europe/Zurich", 0),
    ],
)
def test_a_change_of_clocks_matters_to_a_fixed_hour_in_it(project, cron: str, zone: str, count: int):
    project.replace("time_zone: Europe/Zurich", f"time_zone: {zone}")
    project.job(f'trigger: {{cron: "{cron}"}}\ncommand: x\n{LATE}')

    assert len(told(project, "WJ038")) == count


def test_a_timeout_as_long_as_the_interval_is_fine(project):
    project.replace("timeout: 10m", "timeout: 15m", "jobs/stock_sync/job.yaml")

    assert told(project, "WJ040") == []


def test_jobs_crowd_only_beyond_the_plans_cores_and_when_they_are_on(project):
    for name in ("one", "two", "three"):
        project.job(f'trigger: {{cron: "5 6 * * *"}}\ncommand: x\n{LATE}', name)
    project.replace("sku: S1, instances: 1", "sku: S3, instances: 1")
    assert told(project, "WJ041") == []

    project.replace("sku: S3, instances: 1", "sku: S2, instances: 1")
    assert told(project, "WJ041") == [
        (
            "jobs/one/job.yaml:1:17: WJ041 3 jobs start in the same minute (06:05) on a plan with 2 cores: one, three, "
            "two; shift some by a few minutes"
        )
    ]

    project.overrides("jobs: {three: {enabled: false}}")
    assert told(project, "WJ041") == []


def test_jobs_in_two_zones_do_not_crowd(project):
    project.job(f'trigger: {{cron: "7 6 * * *"}}\ncommand: x\napp: api\n{LATE}', "one")
    project.job(f'trigger: {{cron: "7 6 * * *", time_zone: Asia/Tokyo}}\ncommand: x\n{LATE}', "two")

    assert told(project, "WJ041") == []


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 6 * * Fri-Mon", "weekday Fri-Mon is read as Monday to Friday"),
        ("*/7 * * * *", "minute */7 is not even"),
        ("0/1 * * * *", "minute 0/1 means 0 alone on Windows App Service"),
    ],
)
def test_what_is_legal_and_rarely_meant_is_told(project, cron: str, words: str):
    project.job(f'trigger: {{cron: "{cron}"}}\ncommand: x\n{LATE}')

    assert words in told(project, "WJ113")[0]


@pytest.mark.parametrize("cron", ["0 6 * * Mon-Fri", "*/15 * * * *", "0 0,12 * * *"])
def test_an_ordinary_schedule_is_not(project, cron: str):
    project.job(f'trigger: {{cron: "{cron}"}}\ncommand: x\n{LATE}')

    assert told(project, "WJ113") == []
