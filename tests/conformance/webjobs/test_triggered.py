"""Triggered jobs: webjobs-semantics section 7."""

import asyncio
import json
from datetime import timedelta

import pytest

from emulator.webjobs import JobConflict, JobNotFound
from emulator.webjobs.testing import settle


async def test_run_is_logged_in_kudus_words(world):
    """7.3: a typical output_log.txt."""
    world.job("triggered/once")
    engine = await world.start()

    run = await engine.run("once", "", "External - curl")
    await settle()
    world.launcher.last.print("hello")
    world.launcher.last.print("oops", is_error=True)
    await world.finish(0)

    assert world.run_log("once", run) == [
        "SYS INFO] Status changed to Initializing",
        "SYS INFO] Run script 'run.sh' with script host - 'BashScriptHost'",
        "SYS INFO] Status changed to Running",
        "INFO] hello",
        "ERR ] oops",
        "SYS INFO] Status changed to Success",
    ]


async def test_failure_is_reported_before_its_reason(world):
    """7.3: Status changed to Failed comes first, then the exit code."""
    world.job("triggered/once")
    engine = await world.start()

    run = await engine.run("once")
    await settle()
    await world.finish(3)

    assert world.run_log("once", run)[-2:] == [
        "SYS INFO] Status changed to Failed",
        "SYS ERR ] Job failed due to exit code 3",
    ]
    assert engine.run_info("once", run).status == "Failed"


async def test_run_id_is_utc_time_to_a_tenth_of_a_millisecond(world):
    """7.2: yyyyMMddHHmmssffff, 18 digits, the folder's name."""
    world.job("triggered/once")
    engine = await world.start()
    await world.clock.advance(0.1234)

    run = await engine.run("once")

    assert run == "202601010000051234"
    assert (world.data / "triggered/once" / run / "status").is_file()


async def test_run_ids_increase_even_when_the_clock_stands_still(world):
    """7.2: ordering is by name, so a later run needs a greater name."""
    world.job("triggered/once")
    engine = await world.start()

    ids = []
    for _ in range(3):
        ids.append(await engine.run("once"))
        await settle()
        await world.finish(0)

    assert ids == sorted(set(ids))
    assert [run.id for run in engine.history("once")] == ids[::-1]


async def test_status_file_has_kudus_keys(world):
    """1.4: Trigger, Status, StartTime, EndTime; nulls omitted, so no EndTime while running."""
    world.job("triggered/once")
    engine = await world.start()
    run = await engine.run("once", "", "External - curl")
    await settle()
    path = world.data / "triggered/once" / run / "status"

    running = json.loads(path.read_text())
    await world.clock.advance(1.5)
    await world.finish(0)

    assert running == {
        "Trigger": "External - curl",
        "Status": "Running",
        "StartTime": "2026-01-01T00:00:05Z",
    }
    assert json.loads(path.read_text()) == {
        "Trigger": "External - curl",
        "Status": "Success",
        "StartTime": "2026-01-01T00:00:05Z",
        "EndTime": "2026-01-01T00:00:06.5Z",
    }


async def test_unknown_job_is_not_found(world):
    """7.1: first check."""
    engine = await world.start()

    with pytest.raises(JobNotFound):
        await engine.run("nothing")


async def test_second_run_conflicts_while_the_first_is_running(world):
    """7.1: one run a job, no queue."""
    world.job("triggered/once")
    engine = await world.start()
    await engine.run("once")

    with pytest.raises(JobConflict) as refused:
        await engine.run("once")

    assert str(refused.value) == "Cannot start a new run since job is already running."


async def test_one_run_a_job_across_all_instances(world):
    """7.1: the lock file is on the shared volume."""
    world.job("triggered/once")
    first, second = world.make_engine(instance="aaaaaa"), world.make_engine(instance="bbbbbb")
    await first.run("once")

    with pytest.raises(JobConflict):
        await second.run("once")


async def test_leftover_lock_file_without_a_holder_is_free(world):
    """13."""
    world.job("triggered/once")
    lock = world.data / "triggered/once/triggeredJob.lock"
    lock.parent.mkdir(parents=True)
    lock.write_text("{}")
    engine = await world.start()

    await engine.run("once")

    assert "OperationName" in json.loads(lock.read_text())


async def test_stopped_jobs_refuse_runs_without_a_restart(world):
    """F05: WEBJOBS_STOPPED=1 set through /api/settings answers 409 at once."""
    world.job("triggered/once")
    engine = await world.start()

    engine.change_settings({"WEBJOBS_STOPPED": "1"})
    with pytest.raises(JobConflict) as refused:
        await engine.run("once")
    engine.change_settings({"WEBJOBS_STOPPED": "0"})
    await engine.run("once")

    assert str(refused.value) == 'WebJobs are currently in "stopped" state.'


async def test_history_is_trimmed_before_a_run(world):
    """F05: with WEBJOBS_HISTORY_SIZE=5 the counts are 1, 2, 3, 4, 5, 5, 5."""
    world.job("triggered/once")
    engine = await world.start(WEBJOBS_HISTORY_SIZE="5")

    counts = []
    for _ in range(7):
        await world.clock.advance(1)
        await engine.run("once")
        await settle()
        await world.finish(0)
        counts.append(len(engine.history("once")))

    assert counts == [1, 2, 3, 4, 5, 5, 5]


async def test_every_sub_folder_counts_and_a_bogus_one_becomes_the_latest_run(world):
    """5, gotcha: a job's own folder in WEBJOBS_DATA_PATH sorts last and makes latest_run null."""
    world.job("triggered/once")
    engine = await world.start()
    await engine.run("once")
    await settle()
    await world.finish(0)

    (world.data / "triggered/once/state").mkdir()

    assert engine.triggered("once").latest_run is None
    assert len(engine.history("once")) == 1


async def test_stale_running_reads_aborted_when_nobody_holds_the_lock(world):
    """7.3: computed on read, never stored."""
    world.job("triggered/once")
    engine = await world.start()
    run = await engine.run("once")
    await settle()
    alive = engine.run_info("once", run).status

    await engine.stop(shutdown=False)

    status = world.data / "triggered/once" / run / "status"
    assert (alive, engine.run_info("once", run).status) == ("Running", "Aborted")
    assert json.loads(status.read_text())["Status"] == "Running"


async def test_stale_running_of_an_older_run_reads_aborted_while_another_runs(world):
    """7.3 (a): Running but not the newest."""
    world.job("triggered/once")
    engine = await world.start()
    old = world.data / "triggered/once/202501010000000000/status"
    old.parent.mkdir(parents=True)
    old.write_text('{"Trigger":"x","Status":"Running","StartTime":"2025-01-01T00:00:00Z"}')

    await engine.run("once")
    await settle()

    assert [run.status for run in engine.history("once")] == ["Running", "Aborted"]


async def test_stale_initializing_is_not_converted(world):
    """7.3."""
    world.job("triggered/once")
    engine = await world.start()
    old = world.data / "triggered/once/202501010000000000/status"
    old.parent.mkdir(parents=True)
    old.write_text('{"Trigger":"x","Status":"Initializing","StartTime":"2025-01-01T00:00:00Z"}')

    assert [run.status for run in engine.history("once")] == ["Initializing"]


async def test_corrupt_or_empty_status_counts_as_absent(world):
    """13."""
    world.job("triggered/once")
    engine = await world.start()
    for name, text in (("202501010000000000", ""), ("202501010000000001", "{"), ("202501010000000002", "[]")):
        (world.data / "triggered/once" / name).mkdir(parents=True)
        (world.data / "triggered/once" / name / "status").write_text(text)

    assert engine.history("once") == []


async def test_arguments_reach_the_command_line_and_the_environment(world):
    """7.5: appended to the command line and exported raw; two quoted arguments arrive as two (F05)."""
    world.job("triggered/once")
    engine = await world.start()

    await engine.run("once", '"first arg" "second arg"')
    await settle()

    process = world.launcher.last
    assert process.command.program == "/bin/bash"
    assert process.command.arguments == ("run.sh", "first arg", "second arg")
    assert process.environment["WEBJOBS_COMMAND_ARGUMENTS"] == '"first arg" "second arg"'


async def test_idle_run_is_killed_after_about_twice_the_timeout(world):
    """7.4: the first sample of processor time always counts as a change, so a silent job lives for 2 x T."""
    world.job("triggered/once")
    engine = await world.start()
    run = await engine.run("once", "a-rather-long-argument")
    await settle()

    await world.clock.advance(240)
    before = world.launcher.last.is_alive
    await world.clock.advance(3)

    assert (before, world.launcher.last.is_killed) == (True, True)
    text = (
        "Command 'bash run.sh a-rather ...' was aborted due to no output nor CPU activity for 121 seconds. "
        "You can increase the SCM_COMMAND_IDLE_TIMEOUT app setting (or WEBJOBS_IDLE_TIMEOUT if this is a "
        "WebJob) if needed."
    )
    assert world.run_log("once", run)[3:] == [
        f"ERR ] {text}",
        "ERR ] /bin/bash run.sh a-rather-long-argument",
        "SYS INFO] Status changed to Failed",
        (
            "SYS ERR ] System.AggregateException: One or more errors occurred. ---> "
            f"Kudu.Core.Infrastructure.CommandLineException: {text}"
        ),
    ]
    assert engine.run_info("once", run).status == "Failed"


async def test_output_keeps_a_run_alive(world):
    """X1.2: any output resets."""
    world.job("triggered/once")
    engine = await world.start(WEBJOBS_IDLE_TIMEOUT="10")
    await engine.run("once")
    await settle()

    for _ in range(20):
        await world.clock.advance(9)
        world.launcher.last.print("still here")

    assert world.launcher.last.is_alive


async def test_processor_time_keeps_a_run_alive(world):
    """X1.3: no output, but total CPU time grows."""
    world.job("triggered/once")
    engine = await world.start(WEBJOBS_IDLE_TIMEOUT="10")
    await engine.run("once")
    await settle()

    for ticks in range(20):
        world.launcher.last.ticks = ticks
        await world.clock.advance(9)

    assert world.launcher.last.is_alive


async def test_changed_files_leave_a_run_alone_and_the_next_one_recopies(world):
    """7.6."""
    folder = world.job("triggered/once")
    engine = await world.start()
    await engine.run("once")
    await settle()

    (folder / "run.sh").write_text("echo changed\n")
    await world.clock.advance(10)
    still = world.launcher.last.is_alive
    await world.finish(0)
    second = await engine.run("once")
    await settle()

    assert still
    assert "has been deleted" not in "".join(world.run_log("once", second))
    assert world.run_log("once", second)[1] == (
        "SYS INFO] Job directory change detected: Job file 'run.sh' timestamp differs between source and "
        "working directories."
    )


async def test_shutdown_waits_for_all_runs_together_up_to_the_longest_grace(world):
    """7.6: up to the largest stopping_wait_time among the current runs; then they die and read Aborted."""
    world.job("triggered/quick", settings={"stopping_wait_time": 2})
    world.job("triggered/slow", settings={"stopping_wait_time": 12})
    engine = await world.start()
    await engine.run("quick")
    run = await engine.run("slow")
    await settle()

    stopping = asyncio.ensure_future(engine.stop())
    await world.clock.advance(11.9)
    before = stopping.done()
    with pytest.raises(JobConflict):
        await engine.run("quick")
    await world.clock.advance(0.2)
    await stopping

    assert not before
    assert world.launcher.alive == []
    assert engine.run_info("slow", run).status == "Aborted"


async def test_triggered_jobs_get_no_shutdown_file(world):
    """7.6."""
    world.job("triggered/once")
    engine = await world.start(WEBJOBS_SHUTDOWN_FILE="inherited", WEBJOBS_PORT="1")

    await engine.run("once")
    await settle()

    assert {"WEBJOBS_SHUTDOWN_FILE", "WEBJOBS_PORT"}.isdisjoint(world.launcher.last.environment)


async def test_disable_job_is_not_consulted(world):
    """7.6."""
    (world.job("triggered/once") / "disable.job").touch()
    engine = await world.start()

    await engine.run("once")
    await settle()

    assert len(world.launcher.alive) == 1


async def test_setup_error_fails_the_run(world):
    """7.3: WebJob run failed due to."""
    world.job("triggered/once")
    world.launcher.refusal = "/bin/bash: cannot be started: out of memory"
    engine = await world.start()

    run = await engine.run("once")
    await settle()

    assert world.run_log("once", run)[-2:] == [
        "SYS INFO] Status changed to Failed",
        "SYS ERR ] WebJob run failed due to: /bin/bash: cannot be started: out of memory",
    ]
    await engine.run("once")


async def test_what_this_machine_cannot_run_fails_with_the_reason(world):
    """2.1: the file is chosen in Kudu's order on every platform; a Windows script cannot run here."""
    world.job("triggered/once", run_ps1="x", run_cmd="x")
    engine = await world.start()

    run = await engine.run("once")
    await settle()

    assert engine.triggered("once").run_command == "run.cmd"
    assert world.run_log("once", run)[-1] == (
        "SYS ERR ] WebJob run failed due to: run.cmd: WindowsScriptHost exists only on Windows; "
        "ship a run.sh that starts it"
    )


async def test_duration_grows_while_running(world):
    """9.4."""
    world.job("triggered/once")
    engine = await world.start()
    run = await engine.run("once")
    await world.clock.advance(61.5)

    started = engine.run_info("once", run)

    assert started.end is None
    assert engine.now - started.start == timedelta(seconds=61.5)
