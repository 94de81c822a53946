"""`oneplan webjobs serve` becomes the emulator's program."""

from pathlib import Path

from oneplan.cli.webjobs import command_line


def test_options_are_handed_on_and_those_without_a_value_left_out():
    options = {"--port": 0, "--profile": "linux", "--generation": None, "--watch-debounce": 0.5}

    made = command_line(Path("-home"), options, ["A=b c", "SECRET"])

    assert made == [
        *("-m", "emulator", "webjobs", "serve"),
        *("--port=0", "--profile=linux", "--watch-debounce=0.5", "--env=A=b c", "--env=SECRET"),
        *("--", "-home"),
    ]
