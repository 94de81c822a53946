"""Where jobs are and which file is run: webjobs-semantics sections 1 and 2."""

import pytest

from emulator.webjobs import JobNotFound, JobType
from emulator.webjobs.testing import settle

ORDER = [
    "run.cmd",
    "run.bat",
    "run.exe",
    "run.ps1",
    "run.sh",
    "run.py",
    "run.php",
    "run.js",
    "go.cmd",
    "do.bat",
    "console.exe",
    "execute.ps1",
    "invoke.sh",
    "x.py",
    "x.php",
    "execute.js",
]


async def test_scripts_are_chosen_in_kudus_order(world):
    """F15: delete the chosen file, and the next in order is chosen."""
    folder = world.job("triggered/order", **{name.replace(".", "_"): "x" for name in ORDER})
    engine = world.make_engine()

    chosen = []
    for _ in ORDER:
        chosen.append(engine.triggered("order").run_command)
        (folder / chosen[-1]).unlink()

    assert chosen == ORDER


async def test_project_json_beats_other_names_but_no_earlier_run_file(world):
    """2.1: it loses to every earlier run.* and wins over run.fsx and fallbacks."""
    folder = world.job("triggered/dnx", project_json="{}", run_fsx="x", go_cmd="x")
    engine = world.make_engine()

    first = engine.triggered("dnx").run_command
    (folder / "run.js").touch()

    assert (first, engine.triggered("dnx").run_command) == ("project.json", "run.js")


async def test_names_compare_without_case(world):
    """1.1, 2.1: job names and file endings."""
    folder = world.job("triggered/MyJob")
    (folder / "run.sh").rename(folder / "RUN.SH")
    engine = world.make_engine()

    assert engine.triggered("myjob").name == "MyJob"
    assert engine.triggered("MYJOB").run_command == "RUN.SH"


async def test_folder_without_runnable_file_is_no_job(world):
    """2.1: hidden from lists; GET answers 404."""
    world.job("triggered/empty", readme_txt="x", library_dll="x", app_war="x")
    engine = world.make_engine()

    assert engine.jobs() == []
    with pytest.raises(JobNotFound):
        engine.triggered("empty")


async def test_single_folder_inside_is_descended(world):
    """1.3: a zip with one top folder works, and run_command carries the folder."""
    world.job("triggered/zipped/inner/deeper")
    engine = world.make_engine()

    assert engine.triggered("zipped").run_command == "inner/deeper/run.sh"


async def test_second_entry_ends_the_descent(world):
    """1.3: one top folder plus a root settings.job makes the job invisible."""
    world.job("triggered/zipped/inner")
    (world.primary / "triggered/zipped/settings.job").write_text("{}")
    engine = world.make_engine()

    assert engine.jobs() == []


async def test_stopping_a_nested_job_keeps_the_descent(world):
    """1.3: disable.job is written into the inner folder."""
    world.job("continuous/zipped/inner")
    engine = await world.start()

    await engine.stop_job("zipped")

    assert (world.primary / "continuous/zipped/inner/disable.job").exists()
    assert engine.continuous("zipped").run_command == "inner/run.sh"


async def test_listings_are_primary_then_secondary(world):
    """1.2."""
    world.job("triggered/b")
    world.job("triggered/a", root=world.secondary)
    world.job("triggered/C")

    world.make_engine()

    assert world.names(JobType.TRIGGERED) == ["b", "C", "a"]


async def test_name_in_primary_at_start_hides_the_secondary_one(world):
    """1.2: hidden from listings; a lookup goes to primary, and answers 404 when nothing there can run."""
    world.job("triggered/both", readme_txt="x")
    world.job("triggered/both", root=world.secondary)
    engine = world.make_engine()

    assert engine.jobs() == []
    with pytest.raises(JobNotFound):
        engine.triggered("both")


async def test_mounted_package_moves_writes_to_the_secondary_root(world):
    """1.2: a continuous job in the package runs, but start, stop and settings answer 404; DELETE is a no-op."""
    folder = world.job("continuous/packed")
    engine = await world.start(WEBSITE_RUN_FROM_PACKAGE="1")

    for refused in (
        engine.stop_job("packed"),
        engine.start_job("packed"),
        engine.put_settings("packed", JobType.CONTINUOUS, {}),
    ):
        with pytest.raises(JobNotFound):
            await refused
    await engine.delete("packed", JobType.CONTINUOUS)
    assert engine.continuous("packed").status == "Running"
    assert "Status changed to Stopping" not in "".join(world.continuous_log("packed"))
    assert folder.exists()


@pytest.mark.parametrize("value", ["my/jobs", "/my/jobs/", "\\my/jobs", "%PART%/jobs"])
async def test_root_path_setting_is_trimmed_and_taken_below_wwwroot(world, value):
    """1.1: a Unix absolute path loses its leading slash; environment references are expanded."""
    world.job("triggered/moved", root=world.home / "site/wwwroot/my/jobs")
    world.job("triggered/usual")

    world.make_engine(WEBJOBS_ROOT_PATH=value, PART="my")

    assert world.names(JobType.TRIGGERED) == ["moved"]


async def test_jobs_of_both_types_may_share_a_name(world):
    """F14."""
    world.job("triggered/job1")
    world.job("continuous/job1")

    engine = world.make_engine()

    assert [(job.type, job.name) for job in engine.jobs()] == [("triggered", "job1"), ("continuous", "job1")]


async def test_data_of_jobs_that_are_gone_is_deleted_at_start(world):
    """1.6: history included."""
    world.job("triggered/here")
    for name in ("here", "gone"):
        (world.data / "triggered" / name / "202501010000000000").mkdir(parents=True)

    await world.start()

    assert [path.name for path in (world.data / "triggered").iterdir()] == ["here"]


async def test_missing_root_is_looked_for_again_after_30_seconds(world):
    """6.1."""
    await world.start()
    world.job("continuous/late")

    await world.clock.advance(24)
    before = len(world.launcher.processes)
    await world.clock.advance(7)

    assert (before, len(world.launcher.processes)) == (0, 1)


async def test_rescan_acts_at_once(world):
    """Ours: after a deployment nobody has to wait for the debounce, nor for a missing root."""
    engine = await world.start()
    world.job("continuous/late")

    await engine.rescan()
    await world.clock.advance(0)

    assert len(world.launcher.processes) == 1


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "../triggered/x", "nul\0"])
async def test_names_that_lead_elsewhere_are_no_jobs(world, name):
    """Ours: Kudu validates nothing; a name here never leaves its folder."""
    world.job("triggered/x")
    engine = world.make_engine()

    with pytest.raises(JobNotFound):
        engine.triggered(name)


async def test_sdk_marker_sets_using_sdk(world):
    """U4."""
    world.job("triggered/sdk")
    world.job("triggered/plain")
    (world.data / "triggered/sdk").mkdir(parents=True)
    (world.data / "triggered/sdk/webjobssdk.marker").touch()
    engine = world.make_engine()

    assert [(job.name, job.using_sdk) for job in engine.jobs()] == [("plain", False), ("sdk", True)]


@pytest.mark.parametrize("type", list(JobType))
async def test_job_spelled_otherwise_begins_anew_under_its_new_name(world, type):
    """1.1: a job's data is where its folder's name says, whose case counts on Linux."""
    world.job(f"{type}/JOB", settings={"schedule": "* * * * * *"})
    engine = await world.start()
    await world.clock.advance(1)
    (world.primary / type / "JOB").rename(world.primary / type / "job")
    world.launcher.last.exit(0)
    await world.clock.advance(20)

    views = engine.triggered_jobs() if type == JobType.TRIGGERED else engine.continuous_jobs()
    files = {path.name for path in (world.data / type / "job").iterdir()}

    assert [view.name for view in views] == ["job"]
    if type == JobType.TRIGGERED:
        assert "job_scheduler.log" in files
        assert views[0].latest_run.job_name == engine.history("JOB")[0].job_name == "job"
    else:
        assert views[0].status == "Running"
        assert "job_log.txt" in files


async def test_question_about_a_job_to_come_does_not_spell_it(world):
    """1.1."""
    engine = await world.start()
    with pytest.raises(JobNotFound):
        engine.history("LATER")
    world.job("triggered/later")

    await engine.run("Later")
    await settle()

    assert [run.job_name for run in engine.history("LATER")] == ["later"]
    assert [path.name for path in (world.data / "triggered").iterdir()] == ["later"]


async def test_link_that_leads_round_in_a_circle_hides_nothing_else(world):
    world.job("triggered/good")
    (world.primary / "triggered/round").symlink_to("round")
    (world.job("triggered/other") / "run.py").symlink_to("run.py")
    (world.primary / "triggered/deep").mkdir()
    (world.primary / "triggered/deep/deep").symlink_to(".")
    engine = await world.start()

    assert [(job.name, job.run_command) for job in engine.triggered_jobs()] == [("good", "run.sh"), ("other", "run.sh")]
