"""`oneplan build` with real build commands."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

FILES = {
    "oneplan.yaml": """\
version: 1
name: shop
location: westeurope
time_zone: Etc/UTC
plan: {os: linux, sku: B1}
apps: {worker: {kind: worker, runtime: node:22}}
""",
    "Pulumi.yaml": "name: shop\nruntime: python\n",
    "Pulumi.dev.yaml": "config: {oneplan:target: local}\n",
    "jobs/tidy/job.yaml": """\
trigger: {manual: true}
build: mkdir -p out && cp tidy.ts out/tidy.js && echo building
script: out/tidy.js
""",
    "jobs/tidy/tidy.ts": "console.log(1)\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def oneplan(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "oneplan", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_build_runs_once_and_again_after_a_change(project: Path):
    first = oneplan(project, "build")
    second = oneplan(project, "build")
    (project / "jobs/tidy/tidy.ts").write_text("console.log(2)\n")
    third = oneplan(project, "build", "tidy")

    assert [first.returncode, second.returncode, third.returncode] == [0, 0, 0]
    assert first.stderr.splitlines()[-2:] == ["building", "✓ tidy is built"]
    assert second.stderr == "✓ every build is fresh\n"
    assert (project / "jobs/tidy/out/tidy.js").read_text() == "console.log(2)\n"


def test_failed_build_fails_the_command(project: Path):
    (project / "jobs/tidy/job.yaml").write_text("trigger: {manual: true}\nbuild: exit 3\ncommand: node out/tidy.js\n")

    done = oneplan(project, "build")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "error jobs/tidy/job.yaml: build `exit 3` failed with exit code 3; its messages are above"
    )


def test_job_without_a_build_command_is_named(project: Path):
    done = oneplan(project, "build", "tydi")

    assert (done.returncode, done.stderr) == (2, "error job tydi: has no build command; jobs with one: tidy\n")
