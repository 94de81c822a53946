"""What `webjobs serve` is told."""

import argparse
import os
from datetime import timedelta
from pathlib import Path

import pytest

from emulator.errors import StartError
from emulator.serve import ServeOptions, add_arguments
from emulator.serve.surroundings import environment, given_id, instance_id, only_one
from emulator.webjobs import EngineOptions
from emulator.webjobs.profile import Profile


def options(*arguments: str, **variables: str) -> ServeOptions:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    return ServeOptions.of(parser.parse_args(arguments), variables)


def test_left_out_options_are_app_services(tmp_path):
    made = options(str(tmp_path))

    assert (made.home, made.port, made.settings, made.engine) == (tmp_path, 0, {}, EngineOptions())


def test_waits_have_an_option_each(tmp_path):
    made = options(
        *(str(tmp_path), "--watch-debounce=0.5", "--singleton-retry=0.2", "--restart-time=3", "--idle-limit=1"),
        *("--profile=windows", "--port=8080", "--instance=second"),
    )

    assert made.settings == {"WEBJOBS_RESTART_TIME": "3", "WEBJOBS_IDLE_TIMEOUT": "1"}
    assert made.engine == EngineOptions(
        profile=Profile.WINDOWS,
        generation="2.0.0",
        debounce=timedelta(seconds=0.5),
        scan_interval=timedelta(seconds=0.5),
        root_retry=timedelta(seconds=3),
        singleton_retry=timedelta(seconds=0.2),
        idle_poll=timedelta(seconds=0.25),
    )
    assert (made.port, made.instance) == (8080, "second")


def test_setting_by_its_name_alone_takes_the_value_from_here(tmp_path):
    made = options(str(tmp_path), "--env=A=b=c", "--env=SECRET", "--env=EMPTY=", SECRET="s")

    assert made.settings == {"A": "b=c", "SECRET": "s", "EMPTY": ""}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=x", "--env: '=x' has no name; expected NAME=VALUE, or NAME to take this program's own"),
        ("A", "--env: 'A' has no value and no variable of that name exists; expected A=VALUE"),
    ],
)
def test_setting_without_name_or_value_is_refused(tmp_path, text, message):
    with pytest.raises(StartError) as refused:
        options(str(tmp_path), f"--env={text}")

    assert str(refused.value) == message


def test_home_must_be_a_folder(tmp_path):
    with pytest.raises(StartError) as refused:
        options(str(tmp_path / "nowhere"))

    assert str(refused.value) == f"{tmp_path}/nowhere: is no folder; expected one that holds site/wwwroot"


@pytest.mark.parametrize(
    "wait", ["--watch-debounce=-1", "--watch-debounce=x", "--restart-time=0.5", "--idle-limit=1e9"]
)
def test_waits_are_numbers_of_seconds(tmp_path, wait):
    with pytest.raises(argparse.ArgumentError):
        options(str(tmp_path), wait)


def test_jobs_see_settings_twice_and_nothing_private():
    made = environment(
        {"PATH": "/bin", "LC_ALL": "C", "AWS_SECRET": "x", "HTTPS_PROXY": "http://p"},
        {"A": "b", "PATH": "/mine"},
        home=Path("/home"),
        temp=Path("/t"),
        instance_id="ab",
        host="127.0.0.1:1",
    )

    assert made == {
        "PATH": "/mine",
        "LC_ALL": "C",
        "HTTPS_PROXY": "http://p",
        "HOME": "/home",
        "TMPDIR": "/t",
        "TEMP": "/t",
        "TMP": "/t",
        "WEBSITE_SITE_NAME": "home",
        "WEBSITE_HOSTNAME": "127.0.0.1:1",
        "WEBSITE_INSTANCE_ID": "ab",
        "WEBSITE_SCM_ALWAYS_ON_ENABLED": "1",
        "HTTP_HOST": "127.0.0.1:1",
        "APPSETTING_A": "b",
        "A": "b",
        "APPSETTING_PATH": "/mine",
    }


def test_instances_of_one_home_differ():
    first, second = (instance_id(Path("/home"), name) for name in (None, "second"))

    assert (len(first), first == second, first == instance_id(Path("/home"), None)) == (64, False, True)


def test_the_first_instance_may_be_given_its_id():
    setting = {"WEBSITE_INSTANCE_ID": "abcdef0123"}

    with pytest.raises(StartError) as refused:
        given_id({"WEBSITE_INSTANCE_ID": "../x"}, None)

    assert [given_id(setting, None), given_id(setting, "second"), given_id({}, None)] == ["abcdef0123", None, None]
    assert str(refused.value) == "WEBSITE_INSTANCE_ID: '../x' cannot name files; expected letters and digits"


def test_one_instance_is_served_once(tmp_path):
    lock = only_one(tmp_path / "work", tmp_path)

    with pytest.raises(StartError) as refused:
        only_one(tmp_path / "work", tmp_path)
    os.close(lock)
    os.close(only_one(tmp_path / "work", tmp_path))

    assert str(refused.value) == (
        f"{tmp_path}: is being served already; stop that one, or be a second instance with --instance NAME"
    )
