"""What a command is, and what it starts."""

import pytest

from oneplan.manifest import commands


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python -m report", None),
        ("echo $HOME ${HOME} 'a && b' \"c | d\" $(date)", None),
        ("sh -c 'a && b'", None),
        ("a && b", "contains \"&&\"; write one command, or wrap it: sh -c '...'"),
        ("a | b", "contains \"|\"; write one command, or wrap it: sh -c '...'"),
        ("a # b", "contains \"#\"; write one command, or wrap it: sh -c '...'"),
        ("a\nb", "contains several lines; write one command, or wrap it: sh -c '...'"),
        ("  ", "contains nothing; write one command, or wrap it: sh -c '...'"),
        ("echo 'a", "has an open quote; close it"),
        ("A=b echo", "sets a variable; write it under env"),
    ],
)
def test_a_command_is_one_command(command: str, expected: str | None):
    assert commands.trouble(command) == expected


@pytest.mark.parametrize(
    ("command", "module", "file", "language"),
    [
        ("python -m report.daily --all", "report", None, "python"),
        ("python3 -u -m report", "report", None, "python"),
        ("python report.py", None, "report.py", "python"),
        ("node ./index.js now", None, "./index.js", "node"),
        ("bash work.sh", None, "work.sh", None),
        ("python /opt/report.py", None, None, "python"),
        ("./report", None, None, None),
        ("dotnet Report.dll", None, None, "dotnet"),
        ("", None, None, None),
    ],
)
def test_a_command_names_what_it_starts(command: str, module: str | None, file: str | None, language: str | None):
    found = commands.module_of(command)

    assert (found.partition(".")[0] if found else None) == module
    assert commands.file_of(command) == file
    assert commands.language_of(command) == language
