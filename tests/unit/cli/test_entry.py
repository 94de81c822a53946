"""Every ending is one message and an exit code."""

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oneplan.cli.entry import _crashed, _refused_by_system
from oneplan.cli.times import moment

ROOT = Path(__file__).parents[3]


def test_an_unknown_option_is_a_usage_error(shell):
    result = shell("status", "--jsn")

    assert result.code == 2
    assert result.err.startswith("error oneplan status: no such option: --jsn")
    assert result.err.endswith("see `oneplan status --help`\n")


def test_outside_a_project_it_says_so(shell, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)

    result = shell("status")

    assert (result.code, result.err) == (
        2,
        f"error oneplan.yaml: not found in {elsewhere} or a folder above; run oneplan inside a project\n",
    )


def test_a_folder_below_the_project_is_inside_it(shell, azure, monkeypatch):
    monkeypatch.chdir(shell.root / "jobs")

    assert shell("status").code == 0


def test_a_fault_of_its_own_is_one_line_and_a_file(shell, capsys):
    code = _crashed(KeyError("x"))

    (report,) = (shell.root / ".oneplan").glob("crash-*.log")
    assert code == 1
    assert report.read_text() == "KeyError: 'x'\n"


def test_help_needs_neither_manifest_nor_rich(tmp_path: Path):
    """Help comes at once because nothing heavy is imported for it."""
    heavy = ("rich.table", "oneplan.manifest", "pydantic")
    program = (
        "import sys; from oneplan.cli import main; main(['--help']);"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("away", "told"),
    [
        (timedelta(minutes=5), "10:05:00"),
        (timedelta(days=1), "tomorrow 10:00"),
        (timedelta(days=-1), "yesterday 10:00"),
        (timedelta(days=3), "Fri 27 Nov 10:00"),
        (timedelta(days=60), "Sat 23 Jan 2027 10:00"),
    ],
)
def test_a_moment_is_told_as_shortly_as_it_can(away: timedelta, told: str):
    now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    assert moment(now + away, now) == told


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "no space left on device; make room on the disk and run the command again"),
        (errno.EROFS, "read-only file system; make it writable, or work in a folder that is"),
        (errno.EACCES, "permission denied; give yourself the right to it, or work in another folder"),
        (errno.EISDIR, "is a directory"),
    ],
)
def test_what_the_system_refuses_is_told_with_what_to_do(capsys, number: int, cure: str):
    code = _refused_by_system(OSError(number, os.strerror(number), "/p/.oneplan"))

    assert (code, capsys.readouterr().err) == (1, f"error /p/.oneplan: {cure}\n")


@pytest.mark.parametrize("group", ["jobs", "queues", "apps", "local", "webjobs"])
def test_the_help_of_a_group_cuts_no_line(shell, monkeypatch, group: str):
    monkeypatch.setenv("COLUMNS", "80")

    commands = shell(group, "--help").out.partition("Commands:")[2]

    assert commands
    assert "..." not in commands


def test_help_cuts_no_line_and_begins_with_what_is_used_daily(shell, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    shown = shell("--help").out

    commands = shown.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert "..." not in shown.partition("Commands:")[2]
    assert [line.split()[0] for line in commands[:5]] == ["up", "preview", "status", "validate", "next"]
    assert max(len(line) for line in commands) < 80
