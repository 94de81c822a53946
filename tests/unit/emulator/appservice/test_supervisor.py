"""One site's process: started, probed, started again, blocked."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.appservice.console import LogFile
from emulator.appservice.lifecycle import Machine, SiteState, StartPlan, Timings
from emulator.appservice.supervisor import Supervisor, shell_line

FAST = Timings(probe_seconds=0.001, backoff_seconds=(0.001,), failures_to_block=3, block_seconds=0.02)


class Bench:
    """A supervisor with everything around it faked."""

    def __init__(
        self, folder: Path, launcher: Any, clock: Callable[[], datetime], plan: StartPlan, timings: Timings
    ) -> None:
        self.answer: int | None = 404
        self.probed: list[tuple[int, str]] = []
        self.launcher = launcher
        self.platform = LogFile(folder, "ab", "docker", clock=clock)
        self.console = LogFile(folder, "ab", "default_docker", clock=clock)
        machine = Machine(launcher, probe=self.probe, timings=timings, clock=clock, free_port=lambda: 4711)
        self.supervisor = Supervisor(
            "shop", plan=lambda: plan, machine=machine, console=self.console, platform_log=self.platform
        )

    async def probe(self, port: int, path: str) -> int | None:
        self.probed.append((port, path))
        return self.answer

    async def until(self, state: SiteState) -> None:
        async with asyncio.timeout(60):
            while self.supervisor.condition.state is not state:
                await asyncio.sleep(0.001)


Make = Callable[..., Bench]


@pytest.fixture
def make(tmp_path: Path, launcher: Any, clock: Callable[[], datetime]) -> Make:
    def bench(*script: int | None, plan: dict[str, Any] | None = None, timings: Timings = FAST) -> Bench:
        values = {"command": "serve", "folder": tmp_path, "environment": {"A": "b"}, **(plan or {})}
        return Bench(tmp_path, launcher(*script), clock, StartPlan(**values), timings)

    return bench


async def test_a_site_runs_once_its_app_answers_the_probe(make: Make) -> None:
    bench = make()

    await bench.supervisor.start()
    state = await bench.supervisor.wait_settled(60)

    [process] = bench.launcher.started
    assert (state, bench.supervisor.port, bench.supervisor.condition.pid) == (SiteState.RUNNING, 4711, 100)
    assert bench.probed == [(4711, "/robots933456.txt")]
    assert process.launch.arguments == ("/bin/sh", "-c", "exec serve")
    assert process.launch.environment == {"A": "b", "PORT": "4711"}
    await bench.supervisor.stop()
    assert (bench.supervisor.condition.state, process.graces) == (SiteState.STOPPED, [5.0])
    assert list(bench.platform.tail) == [
        "Container for shop starting: serve (PORT=4711)",
        "Site shop: Running",
        "Site shop: Stopping",
        "Site shop: Stopped",
    ]


async def test_without_a_command_the_default_page_answers_and_nothing_is_started(make: Make) -> None:
    bench = make(plan={"command": None})

    await bench.supervisor.start()
    await bench.supervisor.wait_settled(60)

    assert (bench.supervisor.condition.default_page, bench.supervisor.port, bench.launcher.started) == (True, None, [])
    await bench.supervisor.stop()


async def test_an_app_that_ends_is_started_again(make: Make) -> None:
    bench = make()
    await bench.supervisor.start()
    await bench.until(SiteState.RUNNING)

    bench.launcher.started[0].end(1)
    await bench.until(SiteState.STARTING)
    error = bench.supervisor.condition.last_error
    await bench.until(SiteState.RUNNING)

    assert error == "the app exited with code 1 after it had answered"
    assert (len(bench.launcher.started), bench.supervisor.condition.restarts) == (2, 1)
    assert bench.supervisor.condition.last_error is None
    await bench.supervisor.stop()


async def test_three_failed_starts_in_a_row_block_the_site_for_a_while(make: Make) -> None:
    bench = make(3, 3, 3, None)
    bench.answer = None

    await bench.supervisor.start()
    state = await bench.supervisor.wait_settled(60)

    assert state is SiteState.BLOCKED
    assert bench.supervisor.condition.last_error == "the app exited with code 3 before it answered"
    assert list(bench.console.tail) == ["last words"] * 3
    bench.answer = 200
    await bench.until(SiteState.RUNNING)
    assert len(bench.launcher.started) == 4
    await bench.supervisor.stop()


async def test_a_restart_ends_the_block(make: Make) -> None:
    bench = make(3, 3, 3, None, timings=Timings(0.001, (0.001,), 3, 60))
    bench.answer = None
    await bench.supervisor.start()
    await bench.until(SiteState.BLOCKED)

    bench.answer = 200
    await bench.supervisor.restart()

    assert await bench.supervisor.wait_settled(60) is SiteState.RUNNING
    await bench.supervisor.stop()


async def test_an_app_that_never_answers_is_ended_after_its_start_limit(make: Make) -> None:
    bench = make(plan={"start_limit_seconds": 0.01})
    bench.answer = None

    await bench.supervisor.start()
    await bench.until(SiteState.BLOCKED)

    assert bench.supervisor.condition.last_error == (
        "the app did not answer GET /robots933456.txt on PORT within 0.01 s; "
        "it must listen on $PORT, or WEBSITES_CONTAINER_START_TIME_LIMIT must be longer"
    )
    assert [process.graces for process in bench.launcher.started] == [[5.0]] * 3
    await bench.supervisor.stop()


async def test_only_wanted_statuses_count_as_an_answer(make: Make) -> None:
    bench = make(plan={"warmup_path": "/warm", "warmup_statuses": frozenset({200})})
    await bench.supervisor.start()
    assert await bench.supervisor.wait_settled(0.02) is SiteState.STARTING

    bench.answer = 200

    assert await bench.supervisor.wait_settled(60) is SiteState.RUNNING
    assert set(bench.probed) == {(4711, "/warm")}
    await bench.supervisor.stop()


async def test_a_command_the_system_refuses_is_a_failed_start(make: Make) -> None:
    bench = make()
    bench.launcher.error = OSError(13, "Permission denied")

    await bench.supervisor.start()
    await bench.until(SiteState.BLOCKED)

    assert bench.supervisor.condition.last_error == "serve: cannot be started: Permission denied"
    await bench.supervisor.stop()


async def test_stopping_and_starting_twice_does_nothing_more(make: Make) -> None:
    bench = make()
    await bench.supervisor.stop()
    await bench.supervisor.start()
    await bench.supervisor.start()
    await bench.until(SiteState.RUNNING)

    await bench.supervisor.stop()
    await bench.supervisor.stop()

    assert len(bench.launcher.started) == 1


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("gunicorn --bind=127.0.0.1:$PORT x:y", "exec gunicorn --bind=127.0.0.1:$PORT x:y"),
        ("cd app && python x.py", "cd app && python x.py"),
        ("A=1 python x.py", "A=1 python x.py"),
        ("export A=1; python x.py", "export A=1; python x.py"),
    ],
)
def test_a_plain_program_replaces_the_shell(command: str, line: str) -> None:
    assert shell_line(command) == line


async def test_two_restarts_at_once_both_end_and_leave_one_process(make: Make) -> None:
    bench = make()
    await bench.supervisor.start()
    await bench.until(SiteState.RUNNING)

    async with asyncio.timeout(60):
        await asyncio.gather(bench.supervisor.restart(), bench.supervisor.restart())
    await bench.until(SiteState.RUNNING)

    *ended, running = bench.launcher.started
    assert (all(process.ended.done() for process in ended), running.ended.done()) == (True, False)
    await bench.supervisor.stop()


async def test_a_stop_amid_a_restart_is_the_last_word(make: Make) -> None:
    bench = make()
    await bench.supervisor.start()
    await bench.until(SiteState.RUNNING)

    async with asyncio.timeout(60):
        await asyncio.gather(bench.supervisor.restart(), bench.supervisor.stop(), bench.supervisor.restart())

    assert all(process.ended.done() for process in bench.launcher.started)
    assert bench.supervisor.condition.state is SiteState.STOPPED


async def test_a_stop_that_nobody_waits_for_is_completed_by_the_next(make: Make) -> None:
    bench = make()
    await bench.supervisor.start()
    await bench.until(SiteState.RUNNING)
    given_up = asyncio.create_task(bench.supervisor.stop())
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait({given_up})

    await bench.supervisor.stop()

    assert bench.launcher.started[0].graces == [5.0]
    assert bench.supervisor.condition.state is SiteState.STOPPED
