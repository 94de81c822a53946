"""What differs between Linux and Windows, and between NCrontab's releases: webjobs-semantics 1, 2, 4, 8 and 13."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from emulator.webjobs import EngineOptions
from emulator.webjobs.exe_config import patch_all
from emulator.webjobs.hosts import choose, command
from emulator.webjobs.profile import Profile
from emulator.webjobs.testing import settle

WINDOWS = EngineOptions(profile=Profile.WINDOWS, generation=Profile.WINDOWS.generation)
CONFIG = '<configuration><!-- mine --><appSettings><add key="test" value="old" /></appSettings></configuration>'


async def start(world, options, **env):
    engine = world.make_engine(options=options, **env)
    await engine.start()
    await world.clock.advance(5)
    return engine


@pytest.mark.parametrize(
    ("profile", "name", "noon"),
    [
        (Profile.WINDOWS, "W. Europe Standard Time", 11),
        (Profile.WINDOWS, "Europe/Zurich", 12),
        (Profile.LINUX, "Europe/Zurich", 11),
        (Profile.LINUX, "W. Europe Standard Time", 12),
    ],
)
async def test_each_platform_knows_its_own_zone_names(world, profile, name, noon):
    """4, 13: the other's names silently mean UTC."""
    world.job("triggered/noon", settings={"schedule": "0 0 12 * * *"})

    engine = await start(world, EngineOptions(profile=profile), WEBSITE_TIME_ZONE=name)

    assert engine.triggered("noon").next_run == datetime(2026, 1, 1, noon, tzinfo=UTC)


@pytest.mark.parametrize(("generation", "minute", "normal"), [("2.0.0", 60, "0 0"), ("3.3.3", 1, "0 *")])
async def test_number_with_step_one_depends_on_the_release(world, generation, minute, normal):
    """8.1: `0 0/1 * * * *` is hourly under 2.0, every minute under 3.x."""
    world.job("triggered/tick", settings={"schedule": "0 0/1 * * * *"})

    engine = await start(world, replace(EngineOptions(), generation=generation))

    assert engine.triggered("tick").next_run == datetime(2026, 1, 1, minute // 60, minute % 60, tzinfo=UTC)
    assert f"Scheduling WebJob with {normal} " in world.scheduler_log("tick")[0]


async def test_paths_are_shown_with_the_platforms_separator(world):
    """1.3, U1.2: `inner\\run.sh`, and the message about a changed file."""
    folder = world.job("triggered/once/inner")
    engine = await start(world, WINDOWS)
    await engine.run("once")
    await settle()
    await world.finish(0)
    (folder / "run.sh").write_text("echo changed\n")

    run = await engine.run("once")
    await settle()

    assert engine.triggered("once").run_command == "inner\\run.sh"
    assert "Job file 'inner\\run.sh' timestamp differs" in world.run_log("once", run)[1]


def test_exe_config_gets_the_settings_and_keeps_its_time(tmp_path):
    """U1.10, 2.3: only beside its .exe; comments and times stay."""
    for name in ("job.exe.config", "alone.exe.config"):
        (tmp_path / name).write_text(CONFIG)
    (tmp_path / "job.exe").touch()
    before = (tmp_path / "job.exe.config").stat().st_mtime_ns

    patch_all(tmp_path, {"APPSETTING_test": "test", "APPSETTING_new": "1", "SQLCONNSTR_Db": "Server=x", "other": "no"})

    root = ElementTree.parse(tmp_path / "job.exe.config").getroot()
    assert {entry.get("key"): entry.get("value") for entry in root.find("appSettings")} == {"test": "test", "new": "1"}
    assert root.find("connectionStrings/add").attrib == {
        "name": "Db",
        "connectionString": "Server=x",
        "providerName": "System.Data.SqlClient",
    }
    assert "<!-- mine -->" in (tmp_path / "job.exe.config").read_text()
    assert (tmp_path / "job.exe.config").stat().st_mtime_ns == before
    assert (tmp_path / "alone.exe.config").read_text() == CONFIG


@pytest.mark.parametrize(("profile", "patched"), [(Profile.WINDOWS, True), (Profile.LINUX, False)])
async def test_only_a_working_copy_on_windows_is_given_settings(world, profile, patched):
    """2.3: not in place, and not on Linux, where there is no such program."""
    folder = world.job("triggered/net", run_sh="x", job_exe="x")
    (folder / "job.exe.config").write_text(CONFIG)
    engine = await start(world, EngineOptions(profile=profile), APPSETTING_test="new")

    await engine.run("net")
    await settle()

    copy = world.launcher.last.cwd / "job.exe.config"
    assert ('value="new"' in copy.read_text()) is patched
    assert (folder / "job.exe.config").read_text() == CONFIG


def test_config_that_is_no_xml_is_left_alone(tmp_path):
    (tmp_path / "job.exe.config").write_text("<")
    (tmp_path / "job.exe").touch()

    patch_all(tmp_path, {"APPSETTING_a": "b"})

    assert (tmp_path / "job.exe.config").read_text() == "<"


@pytest.mark.parametrize(
    ("files", "chosen", "arguments"),
    [
        (["app.jar", "lib.txt"], "app.jar", ("-jar", "app.jar")),
        (["app.jar", "run.sh"], "run.sh", ("run.sh",)),
        (["app.dll", "app.runtimeconfig.json", "lib.dll"], "app.dll", ("app.dll",)),
        (["app.exe", "app.dll", "app.runtimeconfig.json"], "app.exe", ("app.dll",)),
    ],
)
def test_java_and_dotnet_programs_run_where_there_is_a_runtime(tmp_path, files, chosen, arguments):
    """2.1: not in Kudu's source, so after everything that is; Learn lists .jar."""
    for name in (*files, "java", "dotnet", "bash"):
        (tmp_path / name).touch(mode=0o755)

    script, host = choose(files)
    line = command(host, script, "", path=str(tmp_path), folder=tmp_path)

    assert (script, line.arguments) == (chosen, arguments)


def test_library_alone_is_no_job():
    """2.1."""
    assert choose(["lib.dll", "app.war", "x.csx", "y.vbs"]) is None
