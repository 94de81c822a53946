"""When jobs run next."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from oneplan.cli.formats.found import NextRuns
from oneplan.cli.formats.upcoming import next_runs, table
from oneplan.cli.styled import paint
from oneplan.manifest import App, Job, Manifest, Plan, Runtime, Trigger

NOW = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


def manifest(*jobs: Job, stack: str = "dev", zone: str = "Europe/Zurich") -> Manifest:
    return Manifest(
        root=Path("/p"),
        stack=stack,
        target="local",
        name="tempus",
        location="switzerlandnorth",
        time_zone=zone,
        plan=Plan("linux", "B2"),
        apps={"worker": App("worker", "worker", Runtime("python", "3.13"))},
        jobs={job.name: job for job in jobs},
    )


def job(name: str, schedule: str | None, text: str = "", *, enabled: bool = True) -> Job:
    trigger = Trigger("schedule", schedule=schedule, text=text) if schedule else Trigger("manual", text="manual")
    return Job(name, Path("/p/jobs"), "worker", trigger, enabled=enabled)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZURICH)


def test_the_next_three_runs_of_each_schedule_soonest_first():
    mail, sync = job("mail", "0 0 6 * * *", "cron 0 6 * * *"), job("sync", "0 */15 * * * *", "every 15m")
    found = next_runs({"dev": manifest(mail, sync, job("index", None))}, NOW)

    assert found == (
        NextRuns(
            "sync", (), "0 */15 * * * *", "every 15m", "every 15 minutes", "Europe/Zurich",
            (at(24, 20, 15), at(24, 20, 30), at(24, 20, 45)),
        ),
        NextRuns(
            "mail", (), "0 0 6 * * *", "cron 0 6 * * *", "at 06:00 every day", "Europe/Zurich",
            (at(25, 6), at(26, 6), at(27, 6)),
        ),
    )  # fmt: skip


def test_a_job_with_a_zone_of_its_own_runs_by_that():
    trigger = Trigger("schedule", "0 0 6 * * *", time_zone="Asia/Tokyo", zone_guard=True)

    (found,) = next_runs({"dev": manifest(Job("mail", Path("/p/jobs"), "worker", trigger))}, NOW)

    assert (found.zone, found.runs[0]) == ("Asia/Tokyo", datetime(2026, 11, 25, 6, tzinfo=ZoneInfo("Asia/Tokyo")))


def test_a_job_that_is_off_does_not_run():
    assert next_runs({"dev": manifest(job("mail", "0 0 6 * * *", enabled=False))}, NOW) == ()


def test_stacks_are_named_where_a_job_runs_otherwise():
    dev = manifest(job("mail", "0 0 6 * * *"), job("sync", "0 0 * * * *"))
    prod = manifest(job("mail", "0 0 7 * * *"), job("sync", "0 0 * * * *"), stack="prod")

    found = next_runs({"dev": dev, "prod": prod}, NOW)

    assert [(each.job, each.stacks, each.runs[0]) for each in found] == [
        ("sync", (), at(24, 21)),
        ("mail", ("dev",), at(25, 6)),
        ("mail", ("prod",), at(25, 7)),
    ]


def test_the_table_names_the_zone_once():
    found = next_runs({"dev": manifest(job("sync", "0 */15 * * * *"), job("mail", "0 0 6 * * 1-5"))}, NOW)

    assert paint(table(found, NOW, None), colour=False).splitlines() == [
        "JOB   SCHEDULE                        NEXT RUNS (Europe/Zurich)",
        "sync  every 15 minutes                20:15:00        20:30:00          20:45:00",
        "mail  at 06:00 from Monday to Friday  tomorrow 06:00  Thu 26 Nov 06:00  Fri 27 Nov 06:00",
    ]


def test_on_a_narrow_terminal_the_words_are_left_out():
    found = next_runs({"dev": manifest(job("mail", "0 0 6 * * *"))}, NOW)

    assert paint(table(found, NOW, 70), colour=False).splitlines() == [
        "JOB   NEXT RUNS (Europe/Zurich)",
        "mail  tomorrow 06:00  Thu 26 Nov 06:00  Fri 27 Nov 06:00",
    ]


def test_with_two_zones_each_row_says_its_own():
    manifests = {
        "dev": manifest(job("mail", "0 0 6 * * *")),
        "prod": manifest(job("mail", "0 0 6 * * *"), stack="prod", zone="Asia/Tokyo"),
    }

    assert paint(table(next_runs(manifests, NOW), NOW, None), colour=False).splitlines() == [
        "JOB                SCHEDULE            NEXT RUNS",
        "mail (stack prod)  at 06:00 every day  06:00:00        tomorrow 06:00    Fri 27 Nov 06:00  Asia/Tokyo",
        "mail (stack dev)   at 06:00 every day  tomorrow 06:00  Thu 26 Nov 06:00  Fri 27 Nov 06:00  Europe/Zurich",
    ]


def test_many_jobs_are_cut_and_the_command_for_all_is_named():
    many = manifest(*(job(f"job-{number:02}", "0 0 6 * * *") for number in range(25)))

    lines = paint(table(next_runs({"dev": many}, NOW), NOW, None), colour=False).splitlines()

    assert (len(lines), lines[-1]) == (22, "… and 5 more; `oneplan next` shows all")


def test_without_schedules_there_is_no_table():
    assert list(table((), NOW, 80)) == []
