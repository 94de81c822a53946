"""What packaging adds to a job's folder."""

import json
from datetime import timedelta

import pytest

from oneplan.errors import PackagingError
from oneplan.manifest.values import Runtime, Trigger
from oneplan.packaging.jobs import JobLayout, lay_out_job
from oneplan.packaging.values import PackagedJob

EVERY_QUARTER = Trigger("schedule", "0 */15 * * * *", text="every 15m")


def laid_out(project, job) -> JobLayout:
    return lay_out_job(project.manifest(), job)


def settings(layout: JobLayout) -> dict:
    return json.loads(layout.generated["settings.job"].content)


def script(layout: JobLayout) -> str:
    return layout.generated["run.sh"].content.decode()


def started(layout: JobLayout) -> str:
    """The words that the run script starts."""
    return next(line for line in script(layout).splitlines() if line.startswith("set -- "))[7:-5]


def refusal(project, job) -> str:
    with pytest.raises(PackagingError) as error:
        laid_out(project, job)
    return str(error.value)


def test_scheduled_job_has_its_schedule_and_a_run_script(project):
    job = project.job("stock-sync", trigger=EVERY_QUARTER, command="python -m stock_sync")

    layout = laid_out(project, job)

    assert layout.packaged == PackagedJob("stock-sync", "triggered", "run.sh", "0 */15 * * * *", None)
    assert settings(layout) == {"schedule": "0 */15 * * * *", "stopping_wait_time": 30}
    assert sorted(layout.generated) == ["run.sh", "settings.job"]
    assert layout.generated["run.sh"].mode == 0o755


@pytest.mark.parametrize(("instances", "singleton"), [("one", True), ("all", False)])
def test_continuous_job_says_whether_it_is_a_singleton(instances, singleton, project):
    job = project.job(trigger=Trigger("always"), command="a", instances=instances, stop_grace=timedelta(minutes=1))

    layout = laid_out(project, job)

    assert layout.packaged == PackagedJob("tidy", "continuous", "run.sh", None, singleton)
    assert layout.generated["settings.job"].content == (
        f'{{\n  "is_singleton": {json.dumps(singleton)},\n  "stopping_wait_time": 60\n}}\n'.encode()
    )


def test_disabled_scheduled_job_has_no_schedule(project):
    layout = laid_out(project, project.job(trigger=EVERY_QUARTER, command="a", enabled=False))

    assert (layout.packaged.schedule, settings(layout)) == (None, {"stopping_wait_time": 30})
    assert "disable.job" not in layout.generated


def test_disabled_continuous_job_has_kudus_marker(project):
    layout = laid_out(project, project.job(trigger=Trigger("always"), command="a", enabled=False))

    assert layout.generated["disable.job"].content == b""


def test_own_run_file_is_started_by_the_generated_script(project):
    job = project.job()
    project.write("jobs/tidy/run.py")
    project.write("jobs/tidy/helper.sh")

    layout = laid_out(project, job)

    assert (layout.packaged.entry, started(layout), layout.renames) == ("run.sh", "python3 'run.py'", ())


def test_only_script_of_a_folder_is_its_entry(project):
    job = project.job()
    project.write("jobs/tidy/clean.py")

    assert started(laid_out(project, job)) == "python3 'clean.py'"


def test_several_scripts_without_a_run_file_are_ambiguous(project):
    job = project.job()
    project.write("jobs/tidy/b.py")
    project.write("jobs/tidy/a.sh")

    assert refusal(project, job) == (
        "jobs/tidy: has several files App Service could start (a.sh, b.py); "
        "write `command` or `script` in job.yaml, or name one file run.sh"
    )


def test_folder_with_nothing_to_start_is_refused(project):
    assert refusal(project, project.job()) == (
        "jobs/tidy: has nothing to start; write `command` or `script` in job.yaml, or name one file run.sh"
    )


def test_two_run_files_are_ambiguous(project):
    job = project.job()
    project.write("jobs/tidy/run.py")
    project.write("jobs/tidy/run.js")

    assert refusal(project, job).startswith(
        "jobs/tidy: has several files App Service could start (run.js, run.py); write"
    )


def test_own_run_script_makes_room_for_the_generated_one(project):
    job = project.job(env={"A": "1"})
    project.write("jobs/tidy/run.sh")

    layout = laid_out(project, job)

    assert layout.renames == (("run.sh", "_run.sh"),)
    assert started(layout) == "bash '_run.sh'"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clean up.sh", "bash 'clean up.sh'"),
        ("clean up.py", "python3 'clean up.py'"),
        ("clean.js", "node 'clean.js'"),
        ("clean.php", "php 'clean.php'"),
        ("clean.jar", "java -jar 'clean.jar'"),
        ("Clean.dll", "dotnet 'Clean.dll'"),
        ("clean", "./'clean'"),
    ],
)
def test_script_is_started_by_its_interpreter(name, words, project):
    project.write(f"jobs/tidy/{name}")

    assert started(laid_out(project, project.job(script=name))) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clean up.cmd", 'call "clean up.cmd"'),
        ("clean.bat", 'call "clean.bat"'),
        ("Clean.exe", '"Clean.exe"'),
        ("clean.ps1", 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "clean.ps1"'),
        ("clean.sh", 'bash.exe "clean.sh"'),
        ("clean.py", 'python.exe "clean.py"'),
        ("clean.js", 'node.exe "clean.js"'),
        ("clean.php", 'php.exe "clean.php"'),
        ("clean.jar", 'java.exe -jar "clean.jar"'),
        ("Clean.dll", 'dotnet.exe "Clean.dll"'),
        ("clean.fsx", 'fsi.exe "clean.fsx"'),
    ],
)
def test_windows_starts_every_kind_of_file(name, words, project):
    project.system = "windows"
    project.write(f"jobs/tidy/{name}")

    layout = laid_out(project, project.job(script=name))

    assert layout.packaged.entry == "run.cmd"
    assert f"    Command = '{words}'\r\n" in layout.generated["_oneplan.ps1"].content.decode("utf-8-sig")


@pytest.mark.parametrize(("system", "words"), [("linux", "dotnet 'Nightly.dll'"), ("windows", '"Nightly.exe"')])
def test_published_folder_has_one_program_among_its_libraries(system, words, project):
    project.system = system
    for name in ("Nightly.dll", "Azure.Core.dll", "Nightly.deps.json", "Nightly.runtimeconfig.json", "Nightly.pdb"):
        project.write(f"jobs/tidy/{name}")
    if system == "windows":
        project.write("jobs/tidy/Nightly.exe")

    layout = laid_out(project, project.job())

    text = b"".join(file.content for file in layout.generated.values()).decode()
    assert words in text


def test_script_of_a_publish_folder_stands_for_the_folder(project):
    project.write("jobs/tidy/bin/publish/Nightly.dll")

    layout = laid_out(project, project.job(script="bin/publish/Nightly.dll"))

    assert (layout.folder, started(layout)) == (project.root / "jobs/tidy/bin/publish", "dotnet 'Nightly.dll'")


def test_interpreted_script_of_a_folder_leaves_the_folder_alone(project):
    project.write("jobs/tidy/src/main.py")

    layout = laid_out(project, project.job(script="src/main.py"))

    assert (layout.folder, started(layout)) == (project.root / "jobs/tidy", "python3 'src/main.py'")


def test_missing_script_is_named(project):
    assert refusal(project, project.job(script="gone.py")) == (
        "jobs/tidy/gone.py: does not exist; `script` in job.yaml names a file of this folder"
    )


def test_windows_script_on_a_linux_plan_is_refused(project):
    project.write("jobs/tidy/clean.ps1")

    assert refusal(project, project.job(script="clean.ps1")) == (
        "jobs/tidy/clean.ps1: cannot run on Linux; use one of .sh, .py, .php, .js, .jar, .dll, or a command"
    )


def test_run_file_that_would_win_over_the_generated_one_is_refused(project):
    project.write("jobs/tidy/run.cmd")

    assert refusal(project, project.job(command="a")) == (
        "jobs/tidy/run.cmd: App Service would start this file instead of run.sh, and cannot on Linux; "
        "rename or delete it"
    )


def test_command_beside_an_own_run_script_is_refused(project):
    project.write("jobs/tidy/run.sh")

    assert refusal(project, project.job(command="a")) == (
        "jobs/tidy/run.sh: oneplan writes this file for a job with a command; "
        "delete it, or remove `command` from job.yaml"
    )


@pytest.mark.parametrize("name", ["settings.job", "Settings.JOB", "disable.job"])
def test_file_that_oneplan_writes_is_refused_in_the_source(name, project):
    project.write(f"jobs/tidy/{name}")

    assert refusal(project, project.job(command="a")) == (
        f"jobs/tidy/{name}: oneplan writes this file; delete it and use `trigger`, `instances`, "
        "`stop_grace` and `enabled` in job.yaml"
    )


def test_own_run_command_makes_room_on_windows(project):
    project.system = "windows"
    project.write("jobs/tidy/Run.cmd")

    layout = laid_out(project, project.job())

    assert layout.renames == (("Run.cmd", "_run.cmd"),)
    assert "Command = 'call \"_run.cmd\"'" in layout.generated["_oneplan.ps1"].content.decode("utf-8-sig")


def test_guarded_job_is_scheduled_at_every_hour_that_may_be_right(project):
    trigger = Trigger("schedule", "0 0 6 * * 1-5", time_zone="Asia/Tokyo", zone_guard=True)

    layout = laid_out(project, project.job(trigger=trigger, command="a"))

    assert settings(layout)["schedule"] == layout.packaged.schedule == "0 0 22,23 * * *"
    assert "case $(TZ='JST-9' date +%H) in 06)" in script(layout)


def test_python_paths_are_set_on_python_sites_only(project):
    job = project.job(command="node a.js")
    with_python = script(laid_out(project, job))
    project.runtime = Runtime("node", "22")

    assert "PYTHONPATH" in with_python
    assert "PYTHONPATH" not in script(laid_out(project, job))


def test_missing_folder_is_named(project):
    job = project.job(command="a")
    (job.folder / "job.yaml").unlink()
    job.folder.rmdir()

    assert "cannot be read (No such file or directory)" in refusal(project, job)
