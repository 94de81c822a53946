"""Folders of jobs, their commands and libraries."""

from pathlib import Path

import pytest

JOB = "trigger: {manual: true}\n"


def told(project, code: str) -> list[str]:
    return [str(one) for one in project.found() if one.code == code]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python -m work", ["work.py"]),
        ("python -m work.daily", ["work/daily.py"]),
        ("python -m http.server", []),
        ("python -m celery", ["requirements.txt"]),
        ("python work.py", ["work.py"]),
        ("python ./work.py", ["work.py"]),
        ("python inner/work.py", []),
        ("./work", []),
        ("sh -c 'python -m nothing'", []),
    ],
)
def test_a_command_finds_what_it_names(project, command: str, files: list[str]):
    project.job(f"{JOB}command: {command}\n")
    for file in files:
        project.write(f"jobs/extra/{file}", "")

    assert told(project, "WJ054") == []


def test_a_module_may_come_from_the_apps_libraries(project):
    project.job(f"{JOB}command: python -m celery\napp: api\n").write("apps/api/requirements.txt", "celery==5.5\n")

    assert told(project, "WJ054") == []


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python -m celery", 'the module "celery" in `command` is not in extra; known here: none'),
        ("python wrk.py", 'the file "wrk.py" in `command` is not in extra; did you mean "work.py"?'),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(project, command: str, expected: str):
    project.job(f"{JOB}command: {command}\n")
    if "wrk" in command:
        project.write("jobs/extra/work.py", "")

    assert [one.partition("WJ054 ")[2] for one in told(project, "WJ054")] == [expected]


def test_large_files_that_are_not_packed_do_not_count(project):
    project.job(f"{JOB}command: x\n")
    for folder in ("venv", "node_modules", "__pycache__"):
        path = project.root / f"jobs/extra/{folder}/large.bin"
        path.parent.mkdir()
        with path.open("wb") as stream:
            stream.truncate(40 * 1024 * 1024)

    assert told(project, "WJ058") == []


def test_a_circle_of_links_is_not_walked(project):
    project.job(f"{JOB}command: x\n")
    (project.root / "jobs/extra/self").symlink_to(project.root / "jobs/extra")

    assert told(project, "WJ058") == []


def test_one_version_of_a_library_is_fine_in_any_spelling(project):
    project.job(f"{JOB}command: x\n", "one").write("jobs/one/requirements.txt", "Typing_Extensions[x] == 4.12 ; a\n")
    project.job(f"{JOB}command: x\n", "two").write(
        "jobs/two/requirements.txt", "typing-extensions==4.12 \\\n  --hash=x"
    )
    project.write("jobs/stock_sync/requirements.txt", "typing-extensions>=4\n# typing-extensions==1\n-r other.txt\n")

    assert told(project, "WJ061") == []


def test_a_job_and_its_app_share_their_libraries(project):
    project.job(f"{JOB}command: x\napp: api\n").write("jobs/extra/requirements.txt", "flask==3.0.0\n")
    project.write("apps/api/requirements.txt", b"\xff\xfe\nflask==3.1.0\n")

    assert told(project, "WJ061") == [
        (
            'jobs/extra/job.yaml:1:1: WJ061 requirements differ: this job needs flask 3.0.0, app "api" has 3.1.0, and '
            'they share one runtime on app "api"; use one version, or another app'
        )
    ]


def test_apps_do_not_share_libraries(project):
    project.job(f"{JOB}command: x\napp: api\n").write("jobs/extra/requirements.txt", "flask==3.0.0\n")
    project.write("jobs/stock_sync/requirements.txt", "flask==3.1.0\n")

    assert told(project, "WJ061") == []


@pytest.mark.parametrize(("script", "count"), [("work.py", 0), ("work.sh", 0), ("work.js", 1), ("work.ps1", 1)])
def test_a_script_runs_in_its_apps_language(project, script: str, count: int):
    project.job(f"{JOB}script: {script}\n").write(f"jobs/extra/{script}", "")

    assert len(told(project, "WJ104")) == count


def test_an_image_brings_any_language(project):
    project.replace("worker: {kind: worker, runtime: python:3.13}", "worker: {kind: worker, runtime: 'image:a/b:1'}")
    project.job(f"{JOB}script: work.js\n").write("jobs/extra/work.js", "")
    project.job(f"{JOB}command: node x.js\n", "other").write("jobs/other/x.js", "")

    assert [*told(project, "WJ104"), *told(project, "WJ112")] == []


def test_a_folder_that_went_away_is_told(project, tmp_path: Path):
    project.job(f"{JOB}command: x\n")
    (project.root / "jobs/extra/job.yaml").unlink()
    (project.root / "jobs/extra/job.yaml").symlink_to(tmp_path / "nowhere")

    assert any("WJ001" in one for one in project.problems())


def test_capitals_tell_files_apart(project):
    project.job(f"{JOB}command: python work.py\n").write("jobs/extra/Work.py", "")
    assert len(told(project, "WJ054")) == 1

    project.write("jobs/extra/work.py", "")
    assert told(project, "WJ054") == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["run.cmd"], ["run.cmd runs on Windows only, and the plan is linux; write it for sh, or as `command`"]),
        (["run.js"], ['run.js needs node, but app "worker" is python; on Linux a job has its app\'s language']),
        (["run.cmd", "run.sh"], []),
        (["run.cmd", "run.js", "run.py"], []),
    ],
)
def test_a_run_file_that_is_found_should_run_on_the_plan(project, files: list[str], expected: list[str]):
    for file in files:
        project.write(f"jobs/extra/{file}", "")
    project.job("trigger: {manual: true}\n")

    assert [one.partition("WJ112 ")[2] for one in project.warnings() if "WJ112" in one] == expected
