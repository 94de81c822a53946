"""Script hosts: choice and command lines."""

import pytest

from emulator.webjobs.errors import JobStartError
from emulator.webjobs.hosts import Command, choose, command


def test_first_program_on_the_path_is_taken(tmp_path):
    (tmp_path / "python3").touch(mode=0o755)
    chosen = choose(["run.py"])

    line = command(chosen[1], chosen[0], "a b", path=str(tmp_path))

    assert line == Command(str(tmp_path / "python3"), ("run.py", "a", "b"), "run.py a b")


def test_powershell_gets_its_options(tmp_path):
    (tmp_path / "pwsh").touch(mode=0o755)
    chosen = choose(["run.ps1"])

    line = command(chosen[1], chosen[0], "", path=str(tmp_path))

    assert line.arguments == ("-ExecutionPolicy", "RemoteSigned", "-File", "run.ps1")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("run.exe", "run.exe: WindowsScriptHost exists only on Windows; ship a run.sh that starts it"),
        (
            "run.php",
            ("run.php: PhpScriptHost needs php, and there is none on PATH (/nowhere); ship a run.sh that starts it"),
        ),
    ],
)
def test_what_cannot_run_says_why(script, reason):
    chosen = choose([script])

    with pytest.raises(JobStartError) as refused:
        command(chosen[1], chosen[0], "", path="/nowhere")

    assert str(refused.value) == reason
