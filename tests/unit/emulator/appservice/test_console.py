"""A site's log files."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.appservice import console
from emulator.appservice.console import LogFile

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def test_lines_carry_their_time_and_wait_for_their_end(tmp_path: Path) -> None:
    log = LogFile(tmp_path, "ab", "default_docker", clock=lambda: NOON)

    log.feed(b"one\r\ntw")
    log.feed(b"o\nrest")
    assert list(log.tail) == ["one", "two"]
    log.flush()

    time = "2026-01-02T12:00:00.000000Z"
    assert (tmp_path / "2026_01_02_ab_default_docker.log").read_text() == f"{time} one\n{time} two\n{time} rest\n"


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    log = LogFile(tmp_path, "ab", "docker", clock=lambda: NOON)

    log.feed(b"x" * (console.LINE_LIMIT_BYTES + 1))

    assert [len(line) for line in log.tail] == [console.LINE_LIMIT_BYTES + 1]


def test_full_files_are_set_aside_and_the_oldest_dropped(
    tmp_path: Path, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "ROLL_BYTES", 10)
    monkeypatch.setattr(console, "KEPT_FILES", 3)
    log, other = LogFile(tmp_path, "ab", "default_docker", clock=clock), LogFile(tmp_path, "ab", "docker", clock=clock)

    other.say("something long enough to roll")
    for number in range(8):
        log.say(f"line {number}")

    assert len(list(tmp_path.glob("*default_docker*"))) == 3
    assert len(list(tmp_path.glob("*_ab_docker*"))) == 1


def test_a_disk_that_cannot_be_written_does_not_stop_the_app(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    log = LogFile(tmp_path / "logs", "ab", "docker", clock=lambda: NOON)

    log.feed(b"hello\n")

    first, second = log.tail
    assert first == "hello"
    assert "not written" in second
