"""Running a program on this terminal."""

import os
from pathlib import Path

import pytest

from oneplan.cli.foreground import run_in_foreground
from oneplan.errors import OperateError


def test_ctrl_c_is_the_engines_to_handle_and_then_ends_the_command(tmp_path: Path):
    """Pulumi cancels in its own time and exits with 1; that it failed is then the interrupt's doing."""
    with pytest.raises(KeyboardInterrupt):
        run_in_foreground(["sh", "-c", "kill -INT $PPID; exit 1"], cwd=tmp_path, env=os.environ)


def test_an_engine_that_finished_in_spite_of_ctrl_c_has_finished(tmp_path: Path):
    assert run_in_foreground(["sh", "-c", "kill -INT $PPID"], cwd=tmp_path, env=os.environ) == 0


def test_the_exit_code_is_the_programs(tmp_path: Path):
    assert run_in_foreground(["sh", "-c", "exit 3"], cwd=tmp_path, env=os.environ) == 3


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path):
    with pytest.raises(OperateError) as refused:
        run_in_foreground([str(tmp_path / "none")], cwd=tmp_path, env=os.environ)

    assert str(refused.value) == f"{tmp_path}/none: cannot be started (No such file or directory)"
