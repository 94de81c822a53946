"""Real processes: webjobs-semantics sections 2.3, 6.4, 7.4 and 7.5. Each takes well under a second."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from emulator.webjobs import Engine, EngineOptions, JobType, SystemLauncher, leftovers
from emulator.webjobs.errors import JobStartError
from emulator.webjobs.hosts import Command

QUICK = EngineOptions(
    scan_interval=timedelta(seconds=0.02),
    debounce=timedelta(seconds=0.02),
    root_retry=timedelta(seconds=0.02),
    idle_poll=timedelta(seconds=0.05),
    drain=timedelta(seconds=0.2),
)


class Real:
    """One HOME with a real engine."""

    def __init__(self, folder: Path) -> None:
        self.home, self.temp = folder / "home", folder / "temp"
        self.data = self.home / "data/jobs"
        self.engine = Engine(
            self.home,
            self.temp,
            environment={"PATH": os.environ["PATH"]},
            instance_id=f"i{os.getpid()}",
            options=QUICK,
        )

    def job(self, path: str, script: str, name: str = "run.sh", settings: str = "{}") -> Path:
        folder = self.home / "site/wwwroot/App_Data/jobs" / path
        folder.mkdir(parents=True)
        (folder / name).write_text(script)
        (folder / "settings.job").write_text(settings)
        return folder

    async def run(self, script: str, arguments: str = "", **options) -> tuple[str, list[str]]:
        """Run a triggered job to its end: status, and log lines after `Status changed to Running`."""
        self.job("triggered/once", script, **options)
        run = await self.engine.run("once", arguments)
        await self.until(lambda: self.engine.run_info("once", run).end is not None)
        text = (self.data / "triggered/once" / run / "output_log.txt").read_bytes().decode()
        lines = [line.partition(": ")[2] for line in text.split("\r\n") if line]
        return self.engine.run_info("once", run).status, lines[3:]

    @staticmethod
    async def until(holds, limit: float = 60.0) -> None:
        deadline = time.monotonic() + limit
        while not holds():
            assert time.monotonic() < deadline, "waited too long"
            await asyncio.sleep(0.01)

    def processes(self) -> set[int]:
        return leftovers.marked(f"i{os.getpid()}", str(self.data))


@pytest.fixture
async def real(tmp_path):
    made = Real(tmp_path)
    await made.engine.start()
    yield made
    await made.engine.stop(shutdown=False)
    assert made.processes() == set()


async def test_job_that_exits_3_fails(real):
    """7.3."""
    assert await real.run("echo out; echo err >&2; exit 3\n") == (
        "Failed",
        [
            "INFO] out",
            "ERR ] err",
            "SYS INFO] Status changed to Failed",
            "SYS ERR ] Job failed due to exit code 3",
        ],
    )


async def test_crlf_script_fails_as_bash_does(real):
    """1.7: nothing normalises line endings."""
    status, lines = await real.run("exit 0\r\n")

    assert status == "Failed"
    assert "numeric argument required" in "".join(lines)


async def test_neither_shebang_nor_execute_bit_is_needed(real):
    """1.7: a .sh is run as bash and the script's name; cwd is the script's folder."""
    status, lines = await real.run('echo "$0 $PWD"\n')

    assert status == "Success"
    assert lines[0].startswith(f"INFO] run.sh {real.temp}/jobs/triggered/once/")


async def test_python_job_runs(real):
    """2.1: PythonScriptHost."""
    status, lines = await real.run("import sys; print(sys.argv)", 'a "b c"', name="run.py")

    assert (status, lines[0]) == ("Success", "INFO] ['run.py', 'a', 'b c']")


async def test_two_quoted_arguments_arrive_as_two(real):
    """F05, 7.5: and the raw string is in the environment."""
    script = 'echo "$#:$1,$2"; echo "$WEBJOBS_COMMAND_ARGUMENTS"\n'

    status, lines = await real.run(script, '"first arg" "second arg"')

    assert (status, lines[:2]) == (
        "Success",
        ["INFO] 2:first arg,second arg", 'INFO] "first arg" "second arg"'],
    )


async def test_arguments_are_quoted_by_double_quotes_alone(real):
    """7.5: raw on the command line; no shell reads them."""
    status, lines = await real.run('for word in "$@"; do echo "[$word]"; done\n', r"""it's $HOME * a\b "c d" \"e\"""")

    assert (status, lines[:6]) == (
        "Success",
        ["INFO] [it's]", "INFO] [$HOME]", "INFO] [*]", r"INFO] [a\b]", "INFO] [c d]", 'INFO] ["e"]'],
    )


async def test_last_line_without_an_end_is_logged(real):
    """1.5."""
    status, lines = await real.run("printf 'one\\ntwo'\n")

    assert (status, lines[:2]) == ("Success", ["INFO] one", "INFO] two"])


async def test_binary_output_is_survived(real):
    """1.5: what is no UTF-8 is replaced."""
    status, lines = await real.run(r"printf 'a\xff\xfe\x00b\nc\r\nd\re'" + "\n")

    assert (status, lines[:4]) == ("Success", ["INFO] a\ufffd\ufffd\0b", "INFO] c", "INFO] d", "INFO] e"])


async def test_characters_across_reads_stay_whole(real):
    """1.5: Kudu garbles them; here they do not break."""
    status, lines = await real.run("printf '\\xc3'; sleep 0.1; printf '\\xa9\\n'\n")

    assert (status, lines[0]) == ("Success", "INFO] é")


async def test_job_that_closes_its_output_runs_on(real):
    """2.3: the end of the pipes is not the end of the process."""
    status, lines = await real.run("exec >&- 2>&-; sleep 0.2; exit 4\n")

    assert (status, lines[-1]) == ("Failed", "SYS ERR ] Job failed due to exit code 4")


async def test_job_killed_by_a_signal_reports_128_and_the_signal(real):
    """2.3: .NET's exit code on Linux."""
    status, lines = await real.run("kill -9 $$\n")

    assert (status, lines[-1]) == ("Failed", "SYS ERR ] Job failed due to exit code 137")


async def test_standard_input_is_an_open_silent_pipe(real):
    """2.3: a job that reads it blocks."""
    status, lines = await real.run('read -t 0.2 line; echo "$?"\n')

    assert status == "Success"
    assert int(lines[0].removeprefix("INFO] ")) > 128, "a timeout, not the end of the input"


async def test_child_that_holds_the_pipes_is_read_until_it_is_silent(real):
    """2.3, X1.1: while it writes the run goes on; after 5 s of silence (0.2 s here) the pipes are closed."""
    began = time.monotonic()

    status, lines = await real.run("(sleep 0.1; echo late; sleep 60) & echo early\n")

    assert (status, lines[:2]) == ("Success", ["INFO] early", "INFO] late"])
    assert time.monotonic() - began < 3


async def test_idle_run_is_killed_with_its_whole_tree(tmp_path):
    """7.4: children in groups of their own included."""
    real = Real(tmp_path)
    real.engine.change_settings({"WEBJOBS_IDLE_TIMEOUT": "0"})
    await real.engine.start()

    status, lines = await real.run("trap '' TERM\nsetsid sleep 60 &\nsleep 60 &\nwait\n")

    assert status == "Failed"
    assert "was aborted due to no output nor CPU activity" in lines[0]
    await real.until(lambda: real.processes() == set())
    await real.engine.stop()


async def test_busy_run_is_not_idle(tmp_path):
    """7.4: processor time of a child counts."""
    real = Real(tmp_path)
    real.engine.change_settings({"WEBJOBS_IDLE_TIMEOUT": "0"})
    await real.engine.start()

    status, _ = await real.run("(end=$((SECONDS+1)); while [ $SECONDS -lt $end ]; do :; done)\n")

    assert status == "Success"
    await real.engine.stop()


async def test_shutdown_file_ends_a_job_cleanly(real):
    """6.4."""
    real.job("continuous/loop", 'while [ ! -s "$WEBJOBS_SHUTDOWN_FILE" ]; do sleep 0.02; done; echo bye\n')
    await real.until(lambda: _status(real) == "Running")

    await real.engine.stop_job("loop")
    await real.until(lambda: _status(real) == "Stopped")

    log = (real.data / "continuous/loop/job_log.txt").read_text()
    assert "INFO] bye\n" in log
    assert "aborted" not in log


async def test_job_that_ignores_sigterm_is_killed_after_its_grace(real):
    """6.4: no signal is sent before the kill; it cannot be ignored."""
    real.job(
        "continuous/loop",
        "trap '' TERM INT HUP\nwhile :; do sleep 0.05; done\n",
        settings='{"stopping_wait_time": 0}',
    )
    await real.until(lambda: _status(real) == "Running")

    await real.engine.stop_job("loop")
    await real.until(lambda: _status(real) == "Stopped")

    assert real.processes() == set()


async def test_job_that_forks_and_exits_leaves_nothing_behind_after_a_stop(real):
    """6.4: finally every process that carries the job's mark is killed."""
    real.job("continuous/loop", "setsid sleep 60 >/dev/null 2>&1 &\nexit 0\n")
    await real.until(lambda: _status(real) == "PendingRestart")
    before = len(real.processes())

    await real.engine.stop_job("loop")
    await real.until(lambda: _status(real) == "Stopped")
    await real.until(lambda: real.processes() == set())

    assert before == 1


async def test_passthrough_port_is_free_and_new(real):
    """5: WEBJOBS_PORT."""
    real.job("continuous/loop", 'echo "$WEBJOBS_PORT"; sleep 60\n', settings='{"stopping_wait_time": 0}')
    await real.until(lambda: _status(real) == "Running")

    port = real.engine.passthrough_port("loop")

    assert port is not None
    await real.until(lambda: f"INFO] {port}\n" in (real.data / "continuous/loop/job_log.txt").read_text())


async def test_what_the_system_refuses_to_start_is_an_error_with_the_reason(tmp_path):
    launcher = SystemLauncher()
    descriptors = len(os.listdir("/proc/self/fd"))

    with pytest.raises(JobStartError, match="cannot be started in"):
        await launcher.start(Command("/nowhere/bash", (), ""), cwd=tmp_path, environment={}, on_output=_ignore)

    assert len(os.listdir("/proc/self/fd")) == descriptors


async def test_runs_leak_no_descriptors(real):
    real.job("triggered/once", "echo x\n")
    counts = []
    for _ in range(3):
        run = await real.engine.run("once")
        await real.until(lambda run=run: real.engine.run_info("once", run).end is not None)
        await asyncio.sleep(0.02)
        counts.append(len(os.listdir("/proc/self/fd")))

    assert counts[1] == counts[2]


async def test_deleted_job_ends(real):
    """F14."""
    real.job("continuous/loop", "sleep 60\n", settings='{"stopping_wait_time": 0}')
    await real.until(lambda: _status(real) == "Running")

    await real.engine.delete("loop", JobType.CONTINUOUS)

    assert real.engine.jobs() == []
    assert real.processes() == set()


def _ignore(lines, *, is_error):
    pass


def _status(real):
    jobs = real.engine.continuous_jobs()
    return jobs[0].status if jobs else None
