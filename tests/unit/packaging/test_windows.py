"""The scripts of a job on Windows, as far as their text shows: there is no PowerShell and no cmd on other systems."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ncrontab import parse
from oneplan.manifest.values import Argument, Job, Trigger
from oneplan.packaging.environment import Setting
from oneplan.packaging.guard import Guard
from oneplan.packaging.windows import quoted, run_command, run_twin

TIDY = Job("tidy", Path("/jobs/tidy"), "shop", Trigger("manual"), summary="Tidy 100 % & more\nnow")


def twin(job: Job = TIDY, command: str = "tidy.exe", guard: Guard | None = None, **variables) -> str:
    content = run_twin(job, command, variables, origin="jobs/tidy/job.yaml", guard=guard)
    assert content.startswith(b"\xef\xbb\xbf")
    return content.decode("utf-8-sig")


def settings(text: str) -> list[str]:
    """The lines of the script's table of settings."""
    inside = text.partition("$settings = @{\r\n")[2].partition("\r\n}\r\n")[0]
    return [line.strip() for line in inside.split("\r\n")]


def test_command_file_hands_over_to_powershell_and_passes_on_its_exit_code():
    assert run_command(TIDY, "jobs/tidy/job.yaml").decode() == (
        "@echo off\r\n"
        "rem tidy: Tidy 100 ? ? more now\r\n"
        "rem Written by oneplan from jobs/tidy/job.yaml; edit that file instead.\r\n"
        "set ONEPLAN_ARGUMENTS=%*\r\n"
        'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0_oneplan.ps1"\r\n'
        "exit /b %ERRORLEVEL%\r\n"
    )


def test_settings_carry_what_the_manifest_says():
    job = replace(
        TIDY,
        timeout=timedelta(minutes=10),
        retries=2,
        priority="low",
        arguments=(Argument("brand", default="all 'x'"), Argument("dry-run", "bool", "true"), Argument("since")),
    )

    assert settings(twin(job, 'call "a b.cmd"')) == [
        "App = 'shop'; Trigger = 'manual'",
        "Command = 'call \"a b.cmd\"'",
        "Limit = 600; Grace = 30 # seconds",
        "Retries = 2; Pause = 5",
        "Low = $true",
        "Defaults = @(@('brand', '--brand=all ''x'''), @('dry-run', '--dry-run'))",
        "Zone = ''",
    ]


def test_long_limits_are_written_out():
    job = replace(TIDY, timeout=timedelta(days=30), stop_grace=timedelta(seconds=2.5))

    assert "Limit = 2592000; Grace = 2.5 # seconds" in settings(twin(job))


def test_arguments_are_read_as_they_stand_and_hidden_from_the_job():
    text = twin()

    assert '\r\n$given = "$env:ONEPLAN_ARGUMENTS".Trim()\r\n$env:ONEPLAN_ARGUMENTS = $null\r\n' in text
    assert "$args" not in text


def test_only_default_stays_a_list_of_one():
    job = replace(TIDY, arguments=(Argument("limit", default="5"),))

    assert "Defaults = @(,@('limit', '--limit=5'))" in settings(twin(job))


def test_guard_knows_the_zone_by_its_windows_name():
    guard = Guard("x", "Asia/Tokyo", parse("0 0 6,7 1 * 1-5"))

    assert settings(twin(guard=guard))[-3:] == [
        "Zone = 'Tokyo Standard Time'",
        "Hours = @(6, 7); Days = @(1)",
        "Months = @(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12); Weekdays = @(1, 2, 3, 4, 5)",
    ]


def test_variables_are_texts_and_settings_of_the_app():
    text = twin(A=("it's $x",), B=(), C=(Setting("APP_API_URL"), "/v1"))

    assert "\r\n$env:A = 'it''s $x'\r\n" in text
    assert "\r\n$env:B = ''\r\n" in text
    assert (
        "\r\n$env:C = $(if ($env:APP_API_URL) { $env:APP_API_URL } "
        "else { throw 'APP_API_URL: is not among the settings of this app' }) + '/v1'\r\n"
    ) in text


def test_every_line_ends_as_windows_wants_it():
    assert not re.search(r"(?<!\r)\n", twin())


def test_brackets_of_the_script_are_balanced_outside_its_texts():
    bare = re.sub(r"'(?:[^'\r\n]|'')*'|\"(?:[^\"\r\n`]|`.)*\"|(?<=\s)#[^\r\n]*", "", twin())

    for opening, closing in ("{}", "()", "[]"):
        assert bare.count(opening) == bare.count(closing)


def test_quotes_are_doubled():
    assert quoted("it's") == "'it''s'"
