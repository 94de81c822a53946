"""Schedules: webjobs-semantics section 8 and schedules section 5."""

from datetime import UTC, datetime, timedelta

import pytest

from emulator.webjobs import JobType
from emulator.webjobs.testing import ManualClock, settle

EVERY_10_SECONDS = {"schedule": "*/10 * * * * *"}


async def succeed(process):
    """A job that ends at once."""
    process.exit(0)


async def test_schedule_starts_the_job_with_its_normal_form_as_trigger(world):
    """F06, 7.2: trigger is `Schedule - <normalised cron>`; log lines of 8.3."""
    world.launcher._behaviour = succeed
    world.job("triggered/tick", settings=EVERY_10_SECONDS)
    engine = await world.start()

    await world.clock.advance(16)

    assert [(run.id, run.trigger) for run in engine.history("tick")] == [
        ("202601010000200000", "Schedule - 0,10,20,30,40,50 * * * * *"),
        ("202601010000100000", "Schedule - 0,10,20,30,40,50 * * * * *"),
    ]
    assert world.scheduler_log("tick") == [
        "SYS INFO] Scheduling WebJob with 0,10,20,30,40,50 * * * * * next schedule expected in 00:00:05",
        "SYS INFO] WebJob invoked",
        "SYS INFO] Next schedule expected in 00:00:10",
        "SYS INFO] WebJob invoked",
        "SYS INFO] Next schedule expected in 00:00:10",
    ]


async def test_scheduled_runs_have_no_arguments(world):
    """7.5."""
    world.job("triggered/tick", settings=EVERY_10_SECONDS)
    await world.start()

    await world.clock.advance(5)

    assert world.launcher.last.environment["WEBJOBS_COMMAND_ARGUMENTS"] == ""


async def test_overlap_skips_the_occurrence_in_silence(world):
    """8.3: the lock conflict is swallowed and the next occurrence is scheduled from now."""
    world.job("triggered/tick", settings=EVERY_10_SECONDS)
    engine = await world.start()

    await world.clock.advance(36)
    await world.finish(0)
    await world.clock.advance(10)

    assert [run.id for run in engine.history("tick")] == ["202601010000500000", "202601010000100000"]
    assert world.scheduler_log("tick").count("SYS INFO] WebJob invoked") == 2


async def test_newest_run_of_whatever_trigger_counts_as_last_run(world):
    """8.3: "last run" is the StartTime of the newest run folder; that folder is the only persistence."""
    world.launcher._behaviour = succeed
    world.job("triggered/hourly", settings={"schedule": "0 0 * * * *"})
    engine = await world.start()
    await engine.run("hourly")
    await settle()
    await engine.stop()

    await world.clock.advance(3600 + 300)
    again = await world.start()

    assert [run.trigger for run in again.history("hourly")] == ["Schedule - 0 0 * * * *", "External"]


async def test_run_missed_by_more_than_ten_minutes_is_not_made_up(world):
    """8.3: a warning with the number missed, then the next occurrence after now."""
    world.launcher._behaviour = succeed
    world.job("triggered/hourly", settings={"schedule": "0 0 * * * *"})
    engine = await world.start()
    await engine.run("hourly")
    await settle()
    await engine.stop()

    await world.clock.advance(3 * 3600 + 1200)
    again = await world.start()

    assert len(again.history("hourly")) == 1
    assert world.scheduler_log("hourly")[-2:] == [
        "SYS WARN] Missed 3 schedules, most recent at 01/01/2026 03:00:00",
        "SYS INFO] Scheduling WebJob with 0 0 * * * * next schedule expected in 00:39:50",
    ]


async def test_disable_schedule_keeps_manual_runs(world):
    """4: WEBJOBS_DISABLE_SCHEDULE."""
    world.job("triggered/tick", settings=EVERY_10_SECONDS)
    engine = await world.start(WEBJOBS_DISABLE_SCHEDULE="true")

    await world.clock.advance(60)
    before = len(world.launcher.processes)
    await engine.run("tick")
    await settle()

    assert (before, len(world.launcher.processes)) == (0, 1)
    assert world.scheduler_log("tick") == []


async def test_stopped_jobs_are_not_started_by_schedules(world):
    """8.3: the same silence for WEBJOBS_STOPPED."""
    world.job("triggered/tick", settings=EVERY_10_SECONDS)
    await world.start(WEBJOBS_STOPPED="1")

    await world.clock.advance(60)

    assert world.launcher.processes == []
    assert "SYS INFO] WebJob invoked" not in world.scheduler_log("tick")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "*/5 * * * *",
            (
                "'*/5 * * * *' is an invalid crontab expression. It must contain 6 components of a schedule "
                "in the sequence of seconds, minutes, hours, days, months, and days of week."
            ),
        ),
        (
            "0 60 * * * *",
            (
                "60 is higher than the maximum allowable value for the [Minute] field. "
                "Value must be between 0 and 59 (all inclusive)."
            ),
        ),
        ("0 0 0 L * *", "'L' is not a valid [Day] crontab field expression."),
    ],
)
async def test_bad_schedule_is_logged_and_the_job_stays(world, expression, message):
    """8.2: SYS ERR in job_scheduler.log; the job stays listed and can be run by hand."""
    world.job("triggered/bad", settings={"schedule": expression})
    engine = await world.start()

    await engine.run("bad")

    assert world.names(JobType.TRIGGERED) == ["bad"]
    assert world.scheduler_log("bad") == [f'SYS ERR ] Failed to parse schedule "{expression}". Error: {message}']


async def test_settings_without_schedule_leave_no_scheduler_log(world):
    """1.4: job_scheduler.log exists only once a schedule was seen."""
    world.job("triggered/manual")
    engine = await world.start()

    assert not engine.triggered("manual").has_scheduler_log
    assert engine.triggered("manual").next_run is None


async def test_schedule_written_later_is_taken_up_after_the_debounce(world):
    """8.3: re-read on any file change below the job folder."""
    folder = world.job("triggered/tick")
    engine = await world.start()

    (folder / "settings.job").write_text('{"schedule": "0 0 12 * * *"}')
    await world.clock.advance(6)

    assert engine.triggered("tick").next_run == datetime(2026, 1, 1, 12, tzinfo=UTC)


async def test_removed_schedule_is_logged(world):
    """8.3: Removing current schedule from WebJob."""
    folder = world.job("triggered/tick", settings=EVERY_10_SECONDS)
    engine = await world.start()

    (folder / "settings.job").unlink()
    await engine.rescan()
    await world.clock.advance(60)

    assert world.scheduler_log("tick")[-1] == "SYS INFO] Removing current schedule from WebJob"
    assert world.launcher.processes == []


async def test_schedule_is_read_in_the_sites_zone(world):
    """4, schedules 5: WEBSITE_TIME_ZONE moves the wall clock."""
    world.job("triggered/noon", settings={"schedule": "0 0 12 * * *"})

    engine = await world.start(WEBSITE_TIME_ZONE="Europe/Zurich")

    assert engine.triggered("noon").next_run == datetime(2026, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Europe Standard Time", "Nowhere/City", "../etc/passwd", ""])
async def test_wrong_zone_name_means_utc(world, name):
    """4: a wrong name is silently UTC (kudu issue 1988)."""
    world.job("triggered/noon", settings={"schedule": "0 0 12 * * *"})

    engine = await world.start(WEBSITE_TIME_ZONE=name)

    assert engine.triggered("noon").next_run == datetime(2026, 1, 1, 12, tzinfo=UTC)


async def test_repeated_hour_of_autumn_runs_in_its_second_pass(world):
    """schedules 5: daily 01:30 on 2018-11-04 in Pacific time runs once, at the second 01:30 (PST)."""
    world.clock = ManualClock(datetime(2018, 11, 4, 7, tzinfo=UTC))
    world.job("triggered/night", settings={"schedule": "0 30 1 * * *"})

    engine = await world.start(WEBSITE_TIME_ZONE="America/Los_Angeles")

    assert engine.triggered("night").next_run == datetime(2018, 11, 4, 9, 30, tzinfo=UTC)


async def test_impossible_date_is_said_to_never_come(world):
    """8.2: 3.x re-evaluates for ever without a run; here the log says so."""
    world.job("triggered/never", settings={"schedule": "0 0 0 30 2 *"})

    await world.start()

    assert world.scheduler_log("never") == [
        "SYS INFO] Scheduling WebJob with 0 0 0 30 2 * next schedule expected in 40.00:00:00",
        "SYS WARN] Schedule 0 0 0 30 2 * never comes: there is no such date",
    ]


async def test_two_instances_run_an_occurrence_once(world):
    """8.3: the second instance sees the other's run folder when its timer fires."""
    world.launcher._behaviour = succeed
    world.job("triggered/tick", settings=EVERY_10_SECONDS)
    first, second = world.make_engine(instance="aaaaaa"), world.make_engine(instance="bbbbbb")
    await first.start()
    await second.start()

    await world.clock.advance(61)

    assert len(first.history("tick")) == 6


async def test_wall_clock_set_back_does_not_start_a_job_early(world):
    """The timer looks at the wall clock, not at how long it slept."""
    world.job("triggered/tick", settings={"schedule": "0 1 * * * *"})
    await world.start()
    await world.clock.advance(20)

    world.clock._now -= timedelta(seconds=20)
    await world.clock.advance(40)

    assert world.launcher.processes == []


async def test_clock_set_back_an_hour_runs_no_occurrence_twice(world):
    """8.3: the newest run counts, also when it lies ahead; runs by hand still sort after it."""
    world.launcher._behaviour = succeed
    world.job("triggered/quarter", settings={"schedule": "0 */15 * * * *"})
    engine = await world.start()
    await world.clock.advance(3600)
    before = [run.id for run in engine.history("quarter")]

    world.clock._now -= timedelta(hours=1)
    await world.clock.advance(3500)
    during = [run.id for run in engine.history("quarter")]
    by_hand = await engine.run("quarter")
    await settle()

    assert (len(before), during) == (4, before)
    assert by_hand > before[0]
