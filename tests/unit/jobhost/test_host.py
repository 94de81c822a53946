"""The host as a job runs it: threads, stop, exit codes. Real time, in hundredths of a second."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jobhost import JobHost, Message, QueueError, StartError
from jobhost.clock import SystemClock
from jobhost.logs import StreamLog
from jobhost.testing import MemoryBlobs, MemoryQueue

Started = tuple[JobHost, threading.Thread, list[int]]


class Queues:
    """Storage of a few queues in memory, without blobs."""

    def __init__(self, queues: dict[str, MemoryQueue]) -> None:
        self.queue = queues.__getitem__

    def blobs(self) -> MemoryBlobs:
        raise AssertionError


ENVIRONMENT = {"QUEUE_WORK_URL": "work", "QUEUE_WORK_POISON_URL": "work-poison"}


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> dict[str, MemoryQueue]:
    monkeypatch.setattr("jobhost.server.STOP_CHECK_SECONDS", 0.01)
    return {name: MemoryQueue(name, SystemClock()) for name in ("work", "work-poison")}


@pytest.fixture
def started(
    queues: dict[str, MemoryQueue], log
) -> Iterator[Callable[..., tuple[JobHost, threading.Thread, list[int]]]]:
    """Runs a host in a thread; its exit code is appended to the list."""
    hosts: list[tuple[JobHost, threading.Thread]] = []

    def start(handler: Callable[[Message], object], environment: dict[str, str] | None = None, **options: object):
        host = JobHost(
            environment={**ENVIRONMENT, **(environment or {})},
            storage=Queues(queues),
            log=log,
            max_poll=timedelta(seconds=0.02),
            grace=options.pop("grace", timedelta(seconds=5)),
        )
        host.queue("work", **options)(handler)
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(host.run()))
        thread.start()
        hosts.append((host, thread))
        return host, thread, codes

    yield start
    for host, thread in hosts:
        host.stop()
        thread.join(30)


def test_messages_are_handled_and_the_host_stops_clean(queues, started, log):
    handled = threading.Semaphore(0)
    host, thread, codes = started(lambda message: handled.release())
    for number in range(5):
        queues["work"].send(str(number))

    for _ in range(5):
        assert handled.acquire(timeout=30)
    host.stop()
    thread.join(30)

    assert codes == [0]
    assert len(queues["work"]) == 0
    assert log.named("stopping")[0]["reason"] == "stop()"


def test_one_at_a_time_unless_asked_otherwise(queues, started):
    """C29."""
    running, most, all_done = [0], [0], threading.Semaphore(0)

    def work(message: Message) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        threading.Event().wait(0.005)
        running[0] -= 1
        all_done.release()

    for number in range(6):
        queues["work"].send(str(number))
    started(work)

    for _ in range(6):
        assert all_done.acquire(timeout=30)
    assert most == [1]


def test_no_more_is_received_than_there_are_free_threads(queues, started):
    """C28, I10."""
    gate, entered = threading.Event(), threading.Semaphore(0)

    def work(message: Message) -> None:
        entered.release()
        gate.wait(30)

    for number in range(10):
        queues["work"].send(str(number))
    started(work, concurrency=3)
    for _ in range(3):
        assert entered.acquire(timeout=30)

    visible = len(queues["work"].receive(32, timedelta(seconds=0)))
    gate.set()

    assert visible == 7


def test_full_host_does_not_poll(queues, started):
    """C53."""
    gate, entered = threading.Event(), threading.Event()

    def work(message: Message) -> None:
        entered.set()
        gate.wait(30)

    queues["work"].send("x")
    started(work)
    assert entered.wait(30)
    before = queues["work"].calls["receive"]

    threading.Event().wait(0.05)
    after = queues["work"].calls["receive"]
    gate.set()

    assert before == after


def test_stop_lets_the_running_handler_finish(queues, started):
    """C35."""
    entered, gate = threading.Event(), threading.Event()

    def work(message: Message) -> None:
        entered.set()
        gate.wait(30)

    queues["work"].send("x")
    host, thread, codes = started(work)
    assert entered.wait(30)
    host.stop()
    gate.set()
    thread.join(30)

    assert codes == [0]
    assert len(queues["work"]) == 0


def test_handler_that_outlives_the_grace_gives_its_message_back(queues, started, log):
    """C36: visible at once for the next host, exit code 3."""
    entered, gate = threading.Event(), threading.Event()

    def work(message: Message) -> None:
        entered.set()
        gate.wait(30)

    queues["work"].send("x")
    host, thread, codes = started(work, grace=timedelta(seconds=0.05))
    assert entered.wait(30)
    host.stop()
    thread.join(30)
    again = queues["work"].receive(1, timedelta(seconds=30))
    gate.set()

    assert codes == [3]
    assert [message.body for message in again] == ["x"]
    assert log.named("stopped")[0]["given_back"] == 1


def test_shutdown_file_stops_the_host(queues, started, log, tmp_path: Path):
    """C40."""
    goodbye = tmp_path / "shutdown"
    _, thread, codes = started(lambda message: None, environment={"WEBJOBS_SHUTDOWN_FILE": str(goodbye)})

    goodbye.write_text("2026-11-24T12:00:00Z")
    thread.join(30)

    assert codes == [0]
    assert log.named("stopping")[0]["reason"] == "shutdown file"


def test_shutdown_file_that_is_there_already_means_nothing_is_received(queues, started, tmp_path: Path):
    """C39."""
    goodbye = tmp_path / "shutdown"
    goodbye.write_text("")
    queues["work"].send("x")

    _, thread, codes = started(lambda message: None, environment={"WEBJOBS_SHUTDOWN_FILE": str(goodbye)})
    thread.join(30)

    assert codes == [0]
    assert queues["work"].calls["receive"] == 0


def test_sigterm_stops_the_host(queues, log):
    host = JobHost(environment=ENVIRONMENT, storage=Queues(queues), log=log, max_poll=timedelta(seconds=0.02))
    host.queue("work")(lambda message: os.kill(os.getpid(), signal.SIGTERM))
    queues["work"].send("x")

    code = host.run()

    assert code == 0
    assert log.named("stopping")[0]["reason"] == "SIGTERM"
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_storage_that_refuses_does_not_end_the_host(queues, started):
    """I11."""
    handled = threading.Event()
    queues["work"].fail("receive", QueueError("403"), times=3)
    queues["work"].send("x")

    started(lambda message: handled.set())

    assert handled.wait(30)


def test_missing_setting_ends_the_start_with_one_line(capsys: pytest.CaptureFixture[str]):
    host = JobHost(environment={})
    host.queue("work")(lambda message: None)

    code = host.run()

    assert code == 1
    assert capsys.readouterr().err == (
        "QUEUE_WORK_URL: is not set; it is when the job's job.yaml says `trigger: {queue: work}`, "
        "and outside of a plan AzureWebJobsStorage takes its place\n"
    )


def test_host_without_functions_does_not_start(capsys: pytest.CaptureFixture[str]):
    assert JobHost(environment={}).run() == 1
    assert capsys.readouterr().err == "run(): the host has no functions; register one with @host.queue(name)\n"


def test_second_run_is_refused(started, capsys: pytest.CaptureFixture[str]):
    """C41."""
    host, thread, _ = started(lambda message: None)
    host.stop()
    thread.join(30)

    assert host.run() == 1
    assert capsys.readouterr().err == "run(): the host has run already; make a new JobHost\n"


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"batch_size": 0}, {"batch_size": 33}])
def test_option_out_of_range_is_refused(options: dict[str, int]):
    with pytest.raises(StartError, match=r"queue 'work': .* is out of range; expected a whole number from 1 to"):
        JobHost().queue("work", **options)


def test_queue_takes_one_function():
    host = JobHost()
    host.queue("work")(print)

    with pytest.raises(StartError, match="has a function already"):
        host.queue("work")


def test_log_is_one_line_an_event_without_the_body():
    """I12."""
    out = io.StringIO()

    StreamLog(out).info("handled", queue="work", seconds=0.5, reason='two words and "quotes"\nand a line')

    line = json.loads(out.getvalue())
    assert out.getvalue().count("\n") == 1
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "event": "handled",
        "queue": "work",
        "seconds": 0.5,
        "reason": 'two words and "quotes"\nand a line',
    }


def test_telemetry_that_cannot_be_reached_by_its_setting_keeps_no_job_from_its_work(queues, started, log):
    handled = threading.Event()
    queues["work"].send("x")

    started(lambda message: handled.set(), environment={"APPLICATIONINSIGHTS_CONNECTION_STRING": "nonsense"})

    assert handled.wait(30)
    assert len(log.named("insights-off")) == 1


def test_effective_settings_are_said_at_the_start_and_the_health_on_request(queues, started, log):
    handled = threading.Semaphore(0)
    host, thread, codes = started(lambda message: handled.release(), function="work", concurrency=3)
    queues["work"].send("x")
    assert handled.acquire(timeout=30)
    host.stop()
    thread.join(30)

    assert log.named("listening")[0] | {"poison": "work-poison", "concurrency": 3} == log.named("listening")[0]
    work = host.health()["functions"]["work"]
    assert (work["handled"], work["in_flight"], work["fault"], codes) == (1, 0, "", [0])


def test_host_that_is_paused_before_its_start_receives_nothing_until_it_is_resumed(queues, log):
    host, seen = JobHost(environment=ENVIRONMENT, storage=Queues(queues), log=log), []

    @host.queue("work")
    def work(message: Message) -> None:
        seen.append("handled")
        host.stop()

    def resume() -> None:
        seen.append(queues["work"].calls["receive"])
        host.resume()

    @host.on_start
    def later() -> None:
        threading.Timer(0.1, resume).start()

    host.pause()
    queues["work"].send("x")
    code = host.run()

    assert (code, seen, host.paused) == (0, [0, "handled"], set())
    with pytest.raises(StartError, match=r"^pause: there is no function for the queue 'wrok'; expected one of work$"):
        host.pause("wrok")


def test_start_hook_may_be_a_coroutine(queues, log):
    host, seen = JobHost(environment=ENVIRONMENT, storage=Queues(queues), log=log), []
    host.queue("work")(lambda message: None)

    @host.on_start
    async def connect() -> None:
        seen.append("connected")
        host.stop()

    assert (host.run(), seen) == (0, ["connected"])


def test_start_hook_that_fails_ends_the_start(queues, log, capsys: pytest.CaptureFixture[str]):
    host = JobHost(environment=ENVIRONMENT, storage=Queues(queues), log=log)
    host.queue("work")(lambda message: None)

    @host.on_start
    def connect() -> None:
        raise OSError("no database")

    assert host.run() == 1
    assert capsys.readouterr().err == "on_start: connect raised OSError\n"
    assert [str(error) for error in log.traces] == ["no database"]
