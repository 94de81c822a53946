"""The environment of a job's process: webjobs-semantics section 5."""

from emulator.webjobs.testing import settle


async def test_continuous_job_variables(world):
    """5: the table's left column; WEBJOBS_PATH is the job root, not the inner script folder."""
    world.job("continuous/loop/inner")
    await world.start()

    process = world.launcher.last
    got = {name: value for name, value in process.environment.items() if name.startswith("WEBJOBS_")}
    shutdown, port = got.pop("WEBJOBS_SHUTDOWN_FILE"), got.pop("WEBJOBS_PORT")
    assert got == {
        "WEBJOBS_PATH": str(process.cwd.parent),
        "WEBJOBS_NAME": "loop",
        "WEBJOBS_TYPE": "continuous",
        "WEBJOBS_DATA_PATH": str(world.data / "continuous/loop"),
        "WEBJOBS_RUN_ID": "",
        "WEBJOBS_COMMAND_ARGUMENTS": "",
    }
    assert shutdown.startswith(f"{world.temp}/JobsShutdown/continuous/loop/")
    assert 1024 <= int(port) <= 65535
    assert process.environment["WEBSITE_ALWAYS_ON_JOB_RUNNING_loop"] == "true"


async def test_triggered_job_variables(world):
    """5: the table's right column."""
    world.job("triggered/once")
    engine = await world.start()

    run = await engine.run("once", "a b")
    await settle()

    process = world.launcher.last
    assert {name: value for name, value in process.environment.items() if name.startswith("WEBJOBS_")} == {
        "WEBJOBS_PATH": str(process.cwd),
        "WEBJOBS_NAME": "once",
        "WEBJOBS_TYPE": "triggered",
        "WEBJOBS_DATA_PATH": str(world.data / "triggered/once"),
        "WEBJOBS_RUN_ID": run,
        "WEBJOBS_COMMAND_ARGUMENTS": "a b",
    }
    assert process.environment["WEBSITE_TRIGGERED_JOB_RUNNING_once"] == "true"


async def test_job_variables_are_set_last(world):
    """5: layers, later wins: Kudu's defaults, then the site, then HOME and the job's own."""
    world.job("triggered/once")
    engine = await world.start(
        WEBJOBS_NAME="wrong", HOME="wrong", SCM_BUILD_ARGS="mine", WEBROOT_PATH="mine", SETTING="value"
    )

    await engine.run("once")
    await settle()

    environment = world.launcher.last.environment
    names = (
        "WEBJOBS_NAME",
        "HOME",
        "SCM_BUILD_ARGS",
        "WEBROOT_PATH",
        "SETTING",
        "deployment_branch",
        "TMPDIR",
    )
    assert [environment[name] for name in names] == [
        "once",
        str(world.home),
        "mine",
        "mine",
        "value",
        "master",
        str(world.temp),
    ]


async def test_per_site_settings_are_plain_variables_at_once(world):
    """4, 5: what `POST /api/settings` stores beats app settings and defaults, without a restart."""
    world.job("triggered/once")
    engine = await world.start(SETTING="app", APPSETTING_SETTING="app")

    engine.change_settings({"SETTING": "site", "SCM_BUILD_ARGS": "-v"})
    await engine.run("once")
    await settle()

    environment = world.launcher.last.environment
    names = ("SETTING", "APPSETTING_SETTING", "SCM_BUILD_ARGS")
    assert [environment[name] for name in names] == ["site", "app", "-v"]


async def test_wwwroot_is_exported(world):
    """5: WEBROOT_PATH, unless a setting of that name exists."""
    world.job("triggered/once")
    engine = await world.start()

    await engine.run("once")
    await settle()

    assert world.launcher.last.environment["WEBROOT_PATH"] == str(world.home / "site/wwwroot")


async def test_new_environment_restarts_the_jobs(world):
    """4: app-setting changes restart the site and hence every job."""
    world.job("continuous/loop")
    engine = await world.start(SETTING="old")
    world.launcher.last.exit(0)

    await engine.reconfigure({"PATH": str(world.bin), "SETTING": "new"})
    await world.clock.advance(5)

    assert [process.environment["SETTING"] for process in world.launcher.processes] == ["old", "new"]
