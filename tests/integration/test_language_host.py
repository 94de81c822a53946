"""The engine runs Python programs and policy packs through this project's own language host."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.integration

PROJECT = """\
name: hosted
runtime: {name: python, options: {virtualenv: VENV}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT.replace("VENV", str(ROOT / "venv")))
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {hosted:who: world}\n")
    return tmp_path


def pulumi(project: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def up(project, pulumi_environment):
    """Writes the program, brings the stack up and returns what the command printed."""
    pulumi(project, pulumi_environment, "stack", "init", "dev")

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (project / "__main__.py").write_text(program)
        command = arguments or ("up", "--yes", "--skip-preview")
        return pulumi(project, pulumi_environment, *command, "--stack", "dev")

    yield run
    pulumi(project, pulumi_environment, "stack", "rm", "--yes", "--force", "dev")


def test_a_program_gets_its_config_and_its_output_is_shown(up):
    done = up(
        "import pulumi, sys\nprint('to stdout')\nprint('to stderr', file=sys.stderr)\n"
        "pulumi.export('hello', pulumi.Config().require('who'))\n"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "to stdout" in done.stdout
    assert "to stderr" in done.stdout
    assert 'hello: "world"' in done.stdout
    assert done.stderr == ""


def test_a_failing_program_shows_the_users_own_traceback_only(up):
    done = up("def f():\n    raise ValueError('boom')\nf()\n")

    assert done.returncode != 0
    assert "ValueError: boom" in done.stdout
    assert "runpy" not in done.stdout


def test_an_exit_code_is_reported(up):
    done = up("import sys\nsys.exit(3)\n", "preview")

    assert "Program exited with non-zero exit code: 3" in done.stdout
    assert done.returncode != 0


def test_a_virtual_environment_that_is_not_there_is_named(up, project):
    (project / "Pulumi.yaml").write_text(PROJECT.replace("VENV", "nowhere"))

    done = up("", "preview")

    assert "Pulumi.yaml: runtime/options/virtualenv: 'nowhere' has no Python at" in done.stderr


def test_a_policy_pack_runs_and_its_violation_stops_the_preview(up, project):
    pack = project / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text(PROJECT.replace("name: hosted\n", "").replace("VENV", str(ROOT / "venv")))
    (pack / "__main__.py").write_text(
        "from pulumi_policy import *\n"
        "def no(args, report):\n    report('stacks are not allowed')\n"
        "PolicyPack('p', [StackValidationPolicy('none', 'd', no)], enforcement_level=EnforcementLevel.MANDATORY)\n"
    )

    done = up("import pulumi\npulumi.export('a', 1)\n", "preview", "--policy-pack", str(pack))

    assert "stacks are not allowed" in done.stdout
    assert done.returncode != 0


HOST = """\
import asyncio, sys
from pathlib import Path
import language_host as module

folder = Path(sys.argv[1])
module.EXECUTOR = folder / "waiting.py"
module.EXECUTOR.write_text("import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)")
host = module.LanguageHost()
request = module.pb.RunRequest(pwd=str(folder))
request.info.root_directory = request.info.program_directory = str(folder)

async def main():
    STEPS

asyncio.run(main())
"""


def run_host(folder: Path, *steps: str) -> subprocess.CompletedProcess[str]:
    """Runs the language host itself, whose programs print their process number and wait, through some steps."""
    (folder / "steps.py").write_text(HOST.replace("STEPS", "\n    ".join(steps)))
    command = [sys.executable, str(folder / "steps.py"), str(folder)]
    environment = {"PYTHONPATH": str(ROOT / "tools" / "pulumi")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


def test_a_program_that_is_starting_while_the_engine_cancels_is_ended(tmp_path):
    done = run_host(
        tmp_path,
        "await host.Cancel(None, None)",
        "answer = await asyncio.wait_for(host.Run(request, None), 10)",
        "print('bail', answer.bail)",
    )

    assert "bail True" in done.stdout, done.stderr


def test_a_program_ends_with_its_call(tmp_path, eventually):
    done = run_host(
        tmp_path,
        "call = asyncio.create_task(host.Run(request, None))",
        "await asyncio.sleep(1)",
        "call.cancel()",
        "await asyncio.wait({call})",
    )

    process = Path("/proc", done.stdout.strip())
    assert process.name.isdigit(), done.stderr
    eventually(lambda: not process.exists(), seconds=5)
