"""settings.job and the settings of the site: webjobs-semantics sections 3 and 4."""

from datetime import timedelta

import pytest

from emulator.webjobs import JobNotFound, JobType
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import SiteSettings
from emulator.webjobs.testing import settle


@pytest.mark.parametrize("value", ["true", 1, "1", 1.0, None, [True]])
def test_value_of_another_type_counts_as_absent(value):
    """3: "true" and 1 are no booleans."""
    settings = JobSettings({"is_singleton": value, "is_in_place": value})

    assert (settings.is_singleton, settings.is_in_place(default=True)) == (False, True)


@pytest.mark.parametrize("value", ["60", 60.0, True, None, 2**63])
def test_stopping_wait_time_must_be_an_integer(value):
    """3."""
    assert JobSettings({"stopping_wait_time": value}).stopping_wait(default=5) == timedelta(seconds=5)


def test_keys_are_case_sensitive():
    """3."""
    assert JobSettings({"Schedule": "* * * * * *", "IS_SINGLETON": True}) != JobSettings()
    assert JobSettings({"Schedule": "* * * * * *"}).schedule is None
    assert not JobSettings({"IS_SINGLETON": True}).is_singleton


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "null", '{"schedule": }', "\x00"])
async def test_broken_file_means_empty_settings(world, text):
    """3: the job still runs, with defaults."""
    world.job("triggered/broken", settings=text)
    engine = await world.start()

    await engine.run("broken")
    await settle()

    assert engine.settings("broken", JobType.TRIGGERED) == {}
    assert len(world.launcher.alive) == 1


async def test_comments_and_other_leniencies_are_accepted(world):
    """3: the documentation's own example has comments."""
    text = "// daily\n{schedule: '0 0 12 * * *', /* twelve */ \"is_singleton\": true,}"
    world.job("triggered/lenient", settings=text)
    engine = world.make_engine()

    assert engine.settings("lenient", JobType.TRIGGERED) == {"schedule": "0 0 12 * * *", "is_singleton": True}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
async def test_encoding_of_the_file_is_seen(world, encoding):
    """3: as .NET's reader does; PowerShell writes UTF-16, and one odd letter in a comment must not end a schedule."""
    folder = world.job("triggered/encoded")
    (folder / "settings.job").write_bytes('{"schedule": "0 0 12 * * *"} // um zw\u00f6lf'.encode(encoding))
    engine = world.make_engine()

    assert engine.settings("encoded", JobType.TRIGGERED) == {"schedule": "0 0 12 * * *"}


@pytest.mark.parametrize("type", list(JobType))
async def test_unknown_keys_round_trip_and_put_replaces(world, type):
    """F10: mysetting comes back; PUT does not merge and writes compact JSON."""
    folder = world.job(f"{type}/job", settings={"old": 1})
    engine = world.make_engine()

    await engine.put_settings("job", type, {"mysetting": "myvalue", "é": [1, None]})

    assert engine.settings("job", type) == {"mysetting": "myvalue", "é": [1, None]}
    assert (folder / "settings.job").read_text() == '{"mysetting":"myvalue","é":[1,null]}'


async def test_null_settings_read_back_as_empty(world):
    """3: a null body writes null."""
    folder = world.job("triggered/job", settings={"old": 1})
    engine = world.make_engine()

    await engine.put_settings("job", JobType.TRIGGERED, None)

    assert (folder / "settings.job").read_text() == "null"
    assert engine.settings("job", JobType.TRIGGERED) == {}


async def test_settings_of_an_unknown_job_are_empty_but_cannot_be_put(world):
    """9.2."""
    engine = world.make_engine()

    assert engine.settings("nothing", JobType.TRIGGERED) == {}
    with pytest.raises(JobNotFound):
        await engine.put_settings("nothing", JobType.TRIGGERED, {})


async def test_in_place_job_runs_from_its_own_folder_from_the_next_run_on(world):
    """F11: triggered runs read settings.job again on every invocation."""
    folder = world.job("triggered/joba")
    engine = await world.start()

    places = []
    for settings in ({}, {"is_in_place": True}, {"is_in_place": False}):
        await engine.put_settings("joba", JobType.TRIGGERED, settings)
        await engine.run("joba")
        await settle()
        places.append(world.launcher.last.cwd)
        await world.finish(0)

    copies = world.temp / "jobs/triggered/joba"
    assert (places[0].parent, places[1], places[2].parent) == (copies, folder, copies)


async def test_node_jobs_run_in_place_by_default(world):
    """3: true when the script host is Node."""
    folder = world.job("triggered/node", run_js="x")
    engine = await world.start()

    await engine.run("node")
    await settle()

    assert world.launcher.last.cwd == folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("-0", 0), ("4", 4), ("-4", 0), ("", 60), ("a", 60), (" ", 60), (None, 60)],
)
def test_seconds_settings(text, expected):
    """X5."""
    settings = SiteSettings({} if text is None else {"S": text})

    assert settings.seconds("S", 60) == timedelta(seconds=expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("1", "true", "TRUE")),
        *((text, False) for text in ("", "2", "12", "true-NOT!", "false", "enabled", "yes", "on")),
    ],
)
def test_truthy_settings(text, expected):
    """X5."""
    assert SiteSettings({"S": text}).is_true("S") is expected


@pytest.mark.parametrize(("text", "expected"), [("5", 5), ("1", 1), ("0", 50), ("-1", 50), ("x", 50), ("", 50)])
def test_history_size(text, expected):
    """4: values below one or unparsable mean 50."""
    assert SiteSettings({"WEBJOBS_HISTORY_SIZE": text}).history_size == expected


def test_live_settings_beat_app_settings_and_empty_values_are_skipped():
    """4: settings.xml, then app settings (APPSETTING_ too)."""
    environment = {"A": "plain", "APPSETTING_B": "app", "C": "plain"}

    settings = SiteSettings(environment, {"A": "", "C": "live"})

    assert [settings.text(name) for name in "ABCD"] == ["plain", "app", "live", None]
