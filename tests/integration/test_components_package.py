"""The components as a package: the engine reads their schema, and a program in Pulumi YAML uses two of them.

Pulumi YAML's language host is built from Go for the second, by `make test-yaml`; that test is skipped without it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.package import COMPONENTS

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / ".oneplan" / "yaml"
PLAN = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/shared-yaml/providers/Microsoft.Web/serverfarms"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, project_in: Callable[[Path], Any]) -> Iterator[Callable[..., str]]:
    """Runs `pulumi` in the example, against a local Azure of its own."""
    folder = tmp_path_factory.mktemp("package")
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "oneplan.yaml"):
        shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "examples" / "other-language", folder / "examples" / "other-language")
    for name in ("venv", "tools", "components"):
        (folder / name).symlink_to(ROOT / name)
    project = project_in(folder)
    project.oneplan("local", "start")
    local = json.loads(project.oneplan("local", "env", "--json").stdout)
    (folder / "state").mkdir()

    def pulumi(*words: str, alone: bool = False) -> str:
        given = {"PATH": local["PATH"]} if alone else local
        environment = os.environ | given | {"PULUMI_BACKEND_URL": f"file://{folder}/state"}
        environment["PATH"] = os.pathsep.join([str(HOST), environment["PATH"]])
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive", "--color", "never"],
            cwd=folder / "examples" / "other-language",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield pulumi
    project.oneplan("local", "stop", code=None)


def test_the_engine_reads_the_schema_of_every_component(run):
    schema = json.loads(run("package", "get-schema", "../../components"))

    assert sorted(schema["resources"]) == sorted(f"oneplan:index:{component.__name__}" for component in COMPONENTS)
    assert schema["resources"]["oneplan:index:SharedPlan"]["inputProperties"]["planName"]["type"] == "string"


def test_the_schema_needs_neither_a_local_azure_nor_azure_natives_provider(run):
    schema = json.loads(run("package", "get-schema", "../../components", alone=True))

    assert len(schema["resources"]) == len(COMPONENTS)


@pytest.mark.skipif(
    not (HOST / "pulumi-language-yaml").exists(), reason="Pulumi YAML is not built here; `make test-yaml` builds it"
)
def test_a_program_in_yaml_uses_two_components_from_preview_to_destroy(run):
    run("stack", "init", "dev")

    previewed = run("preview", "--stack", "dev")
    made = run("up", "--yes", "--skip-preview", "--stack", "dev")
    outputs = json.loads(run("stack", "output", "--json", "--stack", "dev"))
    again = run("preview", "--expect-no-changes", "--stack", "dev")
    run("destroy", "--yes", "--stack", "dev")

    assert "+ 9 to create" in previewed
    assert "+ 9 created" in made
    assert outputs["plan"] == f"{PLAN}/shared-yaml-plan"
    assert outputs["queue"].endswith("/storageAccounts/sharedyamldata/queueServices/default/queues/orders")
    assert "9 unchanged" in again
