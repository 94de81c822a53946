"""Continuous jobs: webjobs-semantics section 6."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from emulator.webjobs import EngineOptions, JobNotFound
from emulator.webjobs.continuous import ALWAYS_ON_TEXT
from emulator.webjobs.testing import settle

STARTED = [
    "SYS INFO] Status changed to Starting",
    "SYS INFO] WebJob singleton setting is False",
    "SYS INFO] Run script 'run.sh' with script host - 'BashScriptHost'",
    "SYS INFO] Status changed to Running",
]


async def test_first_start_comes_after_the_debounce(world):
    """6.1: the debounce timer fires 5 s after the last event, so the first start happens about then."""
    world.job("continuous/loop")
    engine = world.make_engine()

    await engine.start()
    await world.clock.advance(4.9)
    before = len(world.launcher.processes)
    await world.clock.advance(0.1)

    assert (before, len(world.launcher.processes)) == (0, 1)


async def test_changes_that_go_on_put_the_start_off(world):
    """6.1: each event starts the debounce anew."""
    folder = world.job("continuous/loop")
    await world.make_engine().start()

    for number in range(4):
        await world.clock.advance(3)
        (folder / f"{number}.txt").write_text("x")
    before = len(world.launcher.processes)
    await world.clock.advance(7)

    assert (before, len(world.launcher.processes)) == (0, 1)


async def test_start_is_logged_in_kudus_words(world):
    """6.2."""
    world.job("continuous/loop")

    await world.start()

    assert world.continuous_log("loop") == STARTED
    assert world.status("loop") == "Running"


async def test_status_file_is_one_per_instance(world):
    """1.4: status_INST holds {"Status": ...}; INST is the first six characters of the instance id."""
    world.job("continuous/loop")

    await world.start()

    assert json.loads((world.data / "continuous/loop/status_543efe").read_text()) == {"Status": "Running"}


async def test_exit_zero_is_success_then_a_restart_after_60_seconds(world):
    """6.2: after less than two minutes of life the wait is WEBJOBS_RESTART_TIME, by default 60 s."""
    world.job("continuous/loop")
    await world.start()

    await world.finish(0)
    after_exit = world.continuous_log("loop")[len(STARTED) :], world.status("loop")
    await world.clock.advance(59.9)
    before = len(world.launcher.processes)
    await world.clock.advance(0.2)

    assert after_exit == (
        [
            "SYS INFO] Status changed to Success",
            "SYS INFO] Process went down, waiting for 60 seconds",
            "SYS INFO] Status changed to PendingRestart",
        ],
        "PendingRestart",
    )
    assert (before, len(world.launcher.processes)) == (1, 2)
    assert world.continuous_log("loop")[-2:] == STARTED[-2:], "there is no second Starting"


async def test_failure_is_an_error_line_and_never_a_status(world):
    """6.2: exit code N logs an error; the status stays Running until PendingRestart; Failed is never used."""
    world.job("continuous/loop")
    await world.start()

    await world.finish(3)

    assert world.continuous_log("loop")[len(STARTED) :] == [
        "SYS ERR ] Job failed due to exit code 3",
        "SYS INFO] Process went down, waiting for 60 seconds",
        "SYS INFO] Status changed to PendingRestart",
    ]


async def test_restart_time_is_a_setting(world):
    """4: WEBJOBS_RESTART_TIME."""
    world.job("continuous/loop")
    await world.start(WEBJOBS_RESTART_TIME="5")

    await world.finish(1)
    await world.clock.advance(5)

    assert "SYS INFO] Process went down, waiting for 5 seconds" in world.continuous_log("loop")
    assert len(world.launcher.processes) == 2


async def test_a_process_that_lived_two_minutes_restarts_at_once(world):
    """6.2: wait 0 from two minutes on, and it is still reported."""
    world.job("continuous/loop")
    await world.start()

    await world.clock.advance(120)
    await world.finish(1)
    await world.clock.advance(0)

    assert "SYS INFO] Process went down, waiting for 0 seconds" in world.continuous_log("loop")
    assert len(world.launcher.processes) == 2


async def test_disabled_job_reads_stopped_and_does_not_run(world):
    """6.2: disable.job present at start."""
    (world.job("continuous/loop") / "disable.job").touch()

    await world.start()

    assert world.status("loop") == "Stopped"
    assert world.launcher.processes == []


async def test_webjobs_stopped_keeps_continuous_jobs_from_starting(world):
    """4: WEBJOBS_STOPPED."""
    world.job("continuous/loop")

    await world.start(WEBJOBS_STOPPED="1")

    assert world.status("loop") == "Stopped"
    assert world.launcher.processes == []


async def test_misspelt_webjob_stopped_does_nothing(world):
    """11.1: mind the S."""
    world.job("continuous/loop")

    await world.start(WEBJOB_STOPPED="1")

    assert world.status("loop") == "Running"


async def test_stop_writes_disable_job_and_takes_effect_after_the_debounce(world):
    """6.4: POST stop creates disable.job, sets Disabling and returns; the watcher stops the job 5 s later."""
    folder = world.job("continuous/loop")
    engine = await world.start()

    await engine.stop_job("loop")
    at_once = world.status("loop"), (folder / "disable.job").read_bytes(), world.launcher.last.is_alive
    await world.clock.advance(6)
    shutdown_file = world.launcher.last.environment["WEBJOBS_SHUTDOWN_FILE"]
    asked = world.status("loop"), Path(shutdown_file).read_text() != ""
    await world.finish(0)

    assert at_once == ("Disabling", b"", True)
    assert asked == ("Stopping", True)
    assert world.status("loop") == "Stopped"
    assert world.continuous_log("loop")[len(STARTED) :] == [
        "SYS INFO] Status changed to Disabling",
        "SYS INFO] Detected WebJob file/s were updated, refreshing WebJob",
        "SYS INFO] Status changed to Stopping",
        "SYS INFO] Status changed to Success",
        "SYS INFO] Status changed to Stopped",
    ]


async def test_stopped_job_starts_again(world):
    """6.4: POST start deletes disable.job."""
    folder = world.job("continuous/loop")
    engine = await world.start()
    await engine.stop_job("loop")
    await world.clock.advance(11)

    await engine.start_job("loop")
    await world.clock.advance(6)

    assert not (folder / "disable.job").exists()
    assert (world.status("loop"), len(world.launcher.alive)) == ("Running", 1)


async def test_job_that_ignores_the_shutdown_file_is_killed_after_five_seconds(world):
    """6.4: grace is stopping_wait_time, by default 5 s; an abort is logged as Kudu's thread abort."""
    world.job("continuous/loop")
    engine = await world.start()
    await engine.stop_job("loop")
    await world.clock.advance(6)

    await world.clock.advance(4)
    before = world.launcher.last.is_alive
    await world.clock.advance(2)

    assert (before, world.launcher.last.is_killed) == (True, True)
    assert world.continuous_log("loop")[-4:] == [
        "SYS INFO] Status changed to Stopping",
        "ERR ] Thread was being aborted.",
        "SYS INFO] WebJob process was aborted",
        "SYS INFO] Status changed to Stopped",
    ]


async def test_stopping_wait_time_lengthens_the_grace(world):
    """3: stopping_wait_time."""
    world.job("continuous/loop", settings={"stopping_wait_time": 60})
    engine = await world.start()
    await engine.stop_job("loop")

    await world.clock.advance(60)
    before = world.launcher.last.is_alive
    await world.clock.advance(7)

    assert (before, world.launcher.last.is_alive) == (True, False)


async def test_changed_file_restarts_the_job(world):
    """6.1: refresh = stop, take new settings, start."""
    folder = world.job("continuous/loop")
    await world.start()

    (folder / "run.sh").write_text("echo changed\n")
    await world.clock.advance(6)
    await world.finish(0)

    assert len(world.launcher.processes) == 2
    assert world.continuous_log("loop")[len(STARTED) :] == [
        "SYS INFO] Detected WebJob file/s were updated, refreshing WebJob",
        "SYS INFO] Status changed to Stopping",
        "SYS INFO] Status changed to Success",
        "SYS INFO] Status changed to Stopped",
        "SYS INFO] Status changed to Starting",
        (
            "SYS INFO] Job directory change detected: Job file 'run.sh' timestamp differs between source and "
            "working directories."
        ),
        *STARTED[2:],
    ]


async def test_deleted_script_stops_the_job_and_hides_it(world):
    """F02: a folder without runnable file is not listed, and its process ends."""
    folder = world.job("continuous/loop")
    engine = await world.start()

    (folder / "run.sh").unlink()
    await world.clock.advance(12)

    assert engine.jobs() == []
    assert world.launcher.alive == []


async def test_start_and_stop_of_an_unknown_job_are_refused(world):
    """9.2: 404 for an unknown job, or one whose runner was not created yet."""
    engine = world.make_engine()
    await engine.start()
    world.job("continuous/loop")

    with pytest.raises(JobNotFound):
        await engine.stop_job("loop")
    with pytest.raises(JobNotFound):
        await engine.start_job("other")


async def test_singleton_runs_on_one_instance(world):
    """6.5: the other instance reads InactiveInstance and tries again every 5 s."""
    world.job("continuous/loop", settings={"is_singleton": True})
    first, second = world.make_engine(instance="aaaaaa1"), world.make_engine(instance="bbbbbb2")
    await first.start()
    await world.clock.advance(5)
    await second.start()
    await world.clock.advance(5)

    view = first.continuous("loop")
    assert len(world.launcher.alive) == 1
    assert view.status == "Running"
    assert view.detailed_status == "aaaaaa - Running\r\nbbbbbb - InactiveInstance\r\n"
    assert world.continuous_log("loop")[1:3] == [
        "SYS INFO] WebJob singleton setting is True",
        "SYS INFO] WebJob singleton lock is acquired",
    ]


async def test_singleton_moves_when_its_holder_goes(world):
    """6.5: the lock is released after the run and taken by whoever tries next."""
    world.job("continuous/loop", settings={"is_singleton": True})
    first, second = world.make_engine(instance="aaaaaa1"), world.make_engine(instance="bbbbbb2")
    await first.start()
    await world.clock.advance(5)
    await second.start()
    await world.clock.advance(5)

    await first.stop(shutdown=False)
    await world.clock.advance(5)

    assert [process.environment["WEBSITE_INSTANCE_ID"] for process in world.launcher.alive] == ["bbbbbb2"]
    assert second.continuous("loop").detailed_status == "bbbbbb - Running\r\n", "the stale file is gone"


async def test_singleton_lock_is_held_through_the_restart_wait(world):
    """6.5."""
    world.job("continuous/loop", settings={"is_singleton": True})
    await world.start()

    await world.finish(0)
    waiting = world.continuous_log("loop")[-1]
    await world.clock.advance(61)

    assert waiting == "SYS INFO] Status changed to PendingRestart"
    assert world.continuous_log("loop")[-4:] == [
        "SYS INFO] WebJob singleton lock is released",
        "SYS INFO] WebJob singleton lock is acquired",
        *STARTED[2:],
    ]


async def test_changed_singleton_setting_is_logged(world):
    """6.5."""
    folder = world.job("continuous/loop")
    await world.start()

    (folder / "settings.job").write_text('{"is_singleton": true}')
    await world.clock.advance(12)

    assert "SYS INFO] WebJob singleton setting changed from False to True" in world.continuous_log("loop")


async def test_reported_status_prefers_what_is_active(world):
    """6.6: the last status that is not InactiveInstance; with no files Initializing, without a line break."""
    world.job("continuous/loop")
    engine = world.make_engine()

    view = engine.continuous("loop")

    assert (view.status, view.detailed_status) == ("Initializing", "543efe - Initializing")


async def test_long_running_job_says_that_it_lives(world):
    """6.2: after 1 h and then every 12 h."""
    world.job("continuous/loop")
    engine = world.make_engine(options=EngineOptions(scan_interval=timedelta(hours=1)))
    await engine.start()
    await engine.rescan()
    await settle()

    counts = []
    for hours in (0.9, 0.2, 11.8, 0.3):
        await world.clock.advance(hours * 3600)
        counts.append(world.continuous_log("loop").count("SYS INFO] WebJob is still running"))

    assert counts == [0, 1, 1, 2]


async def test_console_output_is_capped_at_200_lines_a_run(world):
    """1.5: line 201 becomes one warning; system lines are never capped; the counter resets at a restart."""
    world.job("continuous/loop")
    await world.start(WEBJOBS_RESTART_TIME="0")

    world.launcher.last.print(*map(str, range(150)))
    world.launcher.last.print(*map(str, range(150, 300)))
    world.launcher.last.print("more")
    capped = world.continuous_log("loop")[len(STARTED) :]
    await world.finish(0)
    await world.clock.advance(1)
    world.launcher.last.print("again")

    assert capped == [
        *(f"INFO] {number}" for number in range(200)),
        (
            "WARN] Reached maximum allowed output lines for this run, to see all of the job's logs you can "
            "enable App Service Logs option in the Portal."
        ),
    ]
    assert world.continuous_log("loop")[-1] == "INFO] again"


@pytest.mark.parametrize(("value", "warned"), [(None, 0), ("", 0), ("1", 0), ("0", 1)])
async def test_always_on_warning_only_for_exactly_zero(world, value, warned):
    """U2.1, U2.2, U2.4: unset and empty count as enabled."""
    world.job("continuous/loop")

    await world.start(**({} if value is None else {"WEBSITE_SCM_ALWAYS_ON_ENABLED": value}))

    assert world.continuous_log("loop").count(f"SYS WARN] {ALWAYS_ON_TEXT}") == warned


async def test_shutdown_says_why_and_waits_for_jobs_one_after_another(world):
    """6.4: extra line, and grace times add up."""
    for name in ("one", "two"):
        world.job(f"continuous/{name}")
    engine = await world.start()
    started = world.clock.monotonic()

    stopping = asyncio.ensure_future(engine.stop())
    await world.clock.advance(9.9)
    before = stopping.done()
    await world.clock.advance(0.2)
    await stopping

    assert (before, world.clock.monotonic() - started) == (False, pytest.approx(10.1))
    assert "SYS INFO] WebJob is stopping due to website shutting down" in world.continuous_log("one")


async def test_shutdown_is_limited_whatever_jobs_ask_for(world):
    """6.4: platform restarts allow at most about 30 s in total."""
    world.job("continuous/loop", settings={"stopping_wait_time": 600})
    engine = await world.start()

    stopping = asyncio.ensure_future(engine.stop())
    await world.clock.advance(30)
    await stopping

    assert world.launcher.last.is_killed


async def test_a_job_that_cannot_start_says_why_and_is_tried_again_after_60_seconds(world):
    """6.2: an exception in the loop means another try 60 s later; Kudu is silent about it, we are not."""
    folder = world.job("continuous/loop", run_cmd="echo hello")
    engine = await world.start()

    first = world.continuous_log("loop")[2:]
    await world.clock.advance(60)

    assert first == [
        "SYS INFO] Run script 'run.cmd' with script host - 'WindowsScriptHost'",
        (
            "SYS ERR ] WebJob cannot be started: run.cmd: WindowsScriptHost exists only on Windows; "
            "ship a run.sh that starts it"
        ),
    ]
    assert len(world.continuous_log("loop")) == 6
    assert (world.status("loop"), engine.continuous("loop").error) == (
        "Starting",
        "run.cmd: WindowsScriptHost exists only on Windows; ship a run.sh that starts it",
    )

    (folder / "disable.job").touch()
    await world.clock.advance(120)

    assert (world.status("loop"), engine.continuous("loop").error) == ("Stopped", None)

    (folder / "disable.job").unlink()
    (folder / "run.cmd").rename(folder / "run.sh")
    await world.clock.advance(120)

    assert (world.status("loop"), engine.continuous("loop").error) == ("Running", None)


async def test_shutdown_in_the_middle_of_a_refresh_leaves_nothing_running(world):
    """Ours: the site goes down while a changed job is still in its grace."""
    folder = world.job("continuous/loop", settings={"stopping_wait_time": 3600})
    engine = await world.start()
    (folder / "run.sh").write_text("echo changed\n")
    await world.clock.advance(7)
    stopping = world.status("loop")

    ending = asyncio.ensure_future(engine.stop())
    await world.clock.advance(30)
    await asyncio.wait_for(ending, 60)

    assert stopping == "Stopping"
    assert world.launcher.alive == []
    assert len(world.launcher.processes) == 1


async def test_engine_starts_again_after_a_stop(world):
    world.job("continuous/loop")
    world.job("triggered/once")
    engine = await world.start()
    world.launcher.last.exit(0)
    await engine.stop()

    await engine.start()
    await world.clock.advance(5)
    await engine.run("once")
    await settle()

    assert len(world.launcher.alive) == 2


async def test_status_that_cannot_be_written_does_not_keep_the_job_from_running(world):
    """1.5: status writes are given up silently."""
    world.job("continuous/loop")
    (world.data / "continuous/loop/status_543efe").mkdir(parents=True)

    await world.start()

    assert len(world.launcher.alive) == 1


async def test_job_that_went_and_came_back_runs_once(world):
    """6.1: runner dropped and made anew."""
    folder = world.job("continuous/loop")
    engine = await world.start()
    (folder / "run.sh").unlink()
    gone = asyncio.ensure_future(engine.rescan())
    await settle()
    (folder / "run.sh").write_text("echo back\n")
    back = asyncio.ensure_future(engine.rescan())

    await world.clock.advance(6)
    await asyncio.gather(gone, back)
    await world.clock.advance(1)

    assert (len(world.launcher.alive), world.status("loop")) == (1, "Running")
