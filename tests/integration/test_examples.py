"""Every example previewed, brought up and checked by policy: the real engine against one local Azure.

The stacks are those of Azure (`target: azure`), whose resources the local Azure stands in for: no login is needed.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/oneplan.yaml"))
SECRET = "made-up-"
COUNT = re.compile(r"^ +\+ (\d+) (?:to create|created)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, project_in: Callable[[Path], Any]) -> Iterator[Path]:
    """A copy of the examples with a local Azure of its own beside them."""
    folder = tmp_path_factory.mktemp("examples")
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "oneplan.yaml"):
        shutil.copy2(ROOT / name, folder / name)
    for name in ("examples", "policy"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".oneplan"))
    for name in ("venv", "tools"):
        (folder / name).symlink_to(ROOT / name)
    project = project_in(folder)
    project.oneplan("local", "start")
    yield folder
    project.oneplan("local", "stop", code=None)


@pytest.fixture(scope="module")
def run(folder: Path, project_in: Callable[[Path], Any]) -> Callable[..., str]:
    """Runs `pulumi` in an example, with a state of its own."""
    local = json.loads(project_in(folder).oneplan("local", "env", "--json").stdout)

    def pulumi(example: str, *arguments: str) -> str:
        state = folder / "states" / example
        state.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=folder / "examples" / example,
            env=os.environ | local | {"PULUMI_BACKEND_URL": f"file://{state}", "PULUMI_CONFIG_PASSPHRASE": ""},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return pulumi


@pytest.mark.parametrize("example", NAMES)
def test_an_example_comes_up_as_previewed_and_passes_the_policies(example, run, folder):
    run(example, "stack", "select", "--create", "prod")

    previewed = run(example, "preview", "--policy-pack", str(folder / "policy"))
    made = run(example, "up", "--yes", "--skip-preview")

    assert COUNT.findall(previewed) == COUNT.findall(made) != []
    assert re.search(r"oneplan@v[\d.]+ \(local: ", previewed)
    texts = [previewed, made, run(example, "stack", "export"), run(example, "stack", "output", "--json")]
    assert not [text for text in texts if SECRET in text]


@pytest.mark.parametrize("example", ["everything", "private-network", "windows-dotnet"])
def test_nothing_changes_without_a_change(example, run, folder):
    run(example, "preview", "--expect-no-changes", "--policy-pack", str(folder / "policy"))


def test_the_daemons_log_holds_no_secret(run, folder):
    texts = [file.read_text(errors="replace") for file in (folder / ".oneplan").rglob("*.log")]

    assert texts
    assert not [text for text in texts if SECRET in text]
