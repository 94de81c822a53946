"""Job logs: webjobs-semantics section 1.5."""

from datetime import UTC, datetime

import pytest

from emulator.webjobs.logs import ContinuousLog, JobLog, Level
from emulator.webjobs.testing import ManualClock

CLOCK = ManualClock(datetime(2026, 3, 9, 14, 5, 6, tzinfo=UTC))


@pytest.fixture
def log(tmp_path):
    return JobLog(tmp_path / "log.txt", instance="543efe", clock=CLOCK)


def test_records_have_kudus_form_and_end_with_crlf(log):
    """UTC, invariant, 24 hours; the level is left-aligned in four columns."""
    log.system("one")
    log.system("two", Level.WARN)
    log.system("three", Level.ERR)
    log.output(["four", ""], is_error=False)
    log.output(["five"], is_error=True)

    assert log.path.read_bytes() == (
        b"[03/09/2026 14:05:06 > 543efe: SYS INFO] one\r\n"
        b"[03/09/2026 14:05:06 > 543efe: SYS WARN] two\r\n"
        b"[03/09/2026 14:05:06 > 543efe: SYS ERR ] three\r\n"
        b"[03/09/2026 14:05:06 > 543efe: INFO] four\r\n"
        b"[03/09/2026 14:05:06 > 543efe: INFO] \r\n"
        b"[03/09/2026 14:05:06 > 543efe: ERR ] five\r\n"
    )


def test_continuous_log_rolls_above_one_mebibyte_at_the_next_write(tmp_path):
    """Only one previous generation is kept."""
    log = ContinuousLog(tmp_path, instance="543efe", clock=CLOCK)
    current, previous = tmp_path / "job_log.txt", tmp_path / "job_prev_log.txt"

    current.write_bytes(b"x" * 1048576)
    log.system("not yet")
    grown = current.stat().st_size
    log.system("rolled")

    assert previous.stat().st_size == grown > 1048576
    assert current.read_bytes().endswith(b"] rolled\r\n")
    assert current.read_bytes().count(b"\r\n") == 1


def test_run_log_never_rolls(log):
    """output_log.txt has no cap."""
    log.path.write_bytes(b"x" * 2_000_000)

    log.system("more")

    assert log.path.stat().st_size > 2_000_000


def test_log_that_cannot_be_written_does_not_end_the_job(tmp_path):
    """Kudu gives up silently."""
    (tmp_path / "file").touch()

    JobLog(tmp_path / "file" / "log.txt", instance="543efe", clock=CLOCK).system("lost")

    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("file", b"")]


async def test_always_on_warning_comes_once_a_log_file(world):
    """U2.3: three checks make one line; a rolled log gets it again."""
    folder = world.job("continuous/loop")
    engine = await world.start(WEBSITE_SCM_ALWAYS_ON_ENABLED="0")

    async def warnings():
        (folder / "run.sh").touch()
        await engine.rescan()
        return sum("Always On" in line for line in world.continuous_log("loop"))

    world.launcher._behaviour = _end
    world.launcher.last.exit(0)
    first = await warnings()
    second = await warnings()
    (world.data / "continuous/loop/job_log.txt").write_bytes(b"x" * 1048577)
    third = await warnings()

    assert (first, second, third) == (1, 1, 1)


async def _end(process):
    process.exit(0)
