"""The same commands about a stack on this machine and about one in Azure say the same.

"Azure" is reached as a person reaches it: a stack whose target is `azure`, its subscription from the stack's file, ARM
found through a metadata host, TLS, and a sign-in by azure-identity. What answers is the local Azure's ARM and SCM.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator.constants import SUBSCRIPTION_ID
from tests.conftest import BIN, Project, copy_example

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Side:
    """A project folder and what its owner has in the environment."""

    folder: Path
    environment: dict[str, str]

    def says(self, *arguments: str, code: int = 0) -> str:
        """What a command prints, data and talk, without what is another each time."""
        command = [str(BIN / "oneplan"), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return _steady(f"{done.stdout}--\n{done.stderr}")


@pytest.fixture(scope="module")
def here(project: Project, eventually: Callable[..., Any]) -> Side:
    """The example, which runs on this machine; its schedules are switched off so that nothing happens in between."""
    project.edit("Pulumi.dev.yaml", "{every: 20s}}", "{cron: '0 0 1 1 *'}, alert: {late: null}}")
    project.oneplan("up")
    eventually(lambda: project.job("thumbnails")["state"] == "Running")
    project.oneplan("jobs", "run", "stock-sync", "--wait")  # fills the catalogue
    return Side(project.folder, os.environ | {"NO_COLOR": "1", "COLUMNS": "160"})


@pytest.fixture(scope="module")
def cloud(here: Side, tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The same project on another machine, where the same stack is one in Azure."""
    copied = copy_example(tmp_path_factory.mktemp("cloud"))
    shutil.copy2(here.folder / "Pulumi.dev.yaml", copied.folder / "Pulumi.dev.yaml")
    copied.edit(
        "Pulumi.dev.yaml", "oneplan:target: local", f"{_TARGET}\n  azure-native:subscriptionId: {SUBSCRIPTION_ID}"
    )
    daemon = json.loads((here.folder / ".oneplan" / "daemon.json").read_text())
    signed_in = {
        "ARM_METADATA_HOSTNAME": urlsplit(daemon["arm_url"]).netloc,
        "SSL_CERT_FILE": daemon["ca_bundle"],
        "IDENTITY_ENDPOINT": daemon["identity_url"],
        "IDENTITY_HEADER": (here.folder / ".oneplan" / "token").read_text().strip(),
    }
    return Side(copied.folder, here.environment | signed_in)


_TARGET = "oneplan:target: azure"
Step = tuple[tuple[str, int], ...]
"""Commands that leave all as it was, with their exit codes."""
SCENARIO: list[Step] = [
    (("status", 0), ("status --json", 0), ("apps list", 0), ("jobs list", 0)),
    (("jobs run catalogue-reindex --wait --brand Sorell", 0), ("jobs logs catalogue-reindex", 0)),
    (("jobs history catalogue-reindex --json", 0), ("jobs show catalogue-reindex", 0)),
    (("jobs run catalogue-reindex --brnd Sorell", 2), ("jobs run nothing", 1), ("jobs stop stock-sync", 1)),
    (("jobs stop thumbnails", 0),),
    (("jobs show thumbnails", 0), ("status --json", 0), ("doctor", 1)),
    (("queues send thumbnails hello", 0), ("queues list", 0), ("queues peek thumbnails", 0)),
    (("queues purge thumbnails --yes", 0),),
    (("jobs start thumbnails", 0),),
    (("jobs disable daily-summary", 0), ("status", 0), ("jobs enable daily-summary", 0)),
]


def test_one_scenario_says_the_same_of_both_sides(
    here: Side, cloud: Side, project: Project, eventually: Callable[..., Any]
):
    said: dict[str, list[str]] = {"here": [], "cloud": []}
    for step in SCENARIO:
        for name, side in (("here", here), ("cloud", cloud)):
            if step[0][0].startswith("queues send"):
                here.says("queues", "purge", "thumbnails", "--yes")
            said[name] += [f"$ {command}\n{side.says(*command.split(), code=code)}" for command, code in step]
        if step[0][0] == "jobs stop thumbnails":
            eventually(lambda: project.job("thumbnails")["state"] == "Stopped")

    for ours, azures in zip(said["here"], said["cloud"], strict=True):
        assert azures == ours
    assert "catalogue-reindex: Success after N s" in "".join(said["cloud"])
    assert "job thumbnails: is stopped and was declared to run" in "".join(said["cloud"])
    assert "job daily-summary: has no schedule and was declared to run at 06:00 every day" in "".join(said["cloud"])


def test_without_a_sign_in_azure_is_not_reached_and_the_way_in_is_told(cloud: Side):
    kept = {name: value for name, value in cloud.environment.items() if not name.startswith("IDENTITY_")}
    stranger = Side(cloud.folder, kept | {"AZURE_CONFIG_DIR": str(cloud.folder / "nobody"), "PATH": "/nowhere"})

    assert "Azure: no sign-in found; run `az login`" in stranger.says("status", code=1)


def test_a_token_that_is_not_the_operators_is_refused_without_being_shown(cloud: Side):
    wrong = Side(cloud.folder, cloud.environment | {"IDENTITY_HEADER": "not-the-operators-secret"})
    said = wrong.says("status", code=1)

    assert "not-the-operators-secret" not in said


def _steady(text: str) -> str:
    """Without times, run ids, lengths, the scheme of addresses, and what the doctor says of the machine itself."""
    text = re.sub(r"\b\d{18}\b", "RUN", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+-]+Z?", "TIME", text)
    text = re.sub(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", "TIME", text)
    text = re.sub(r"\b\d\d:\d\d:\d\d\b", "TIME", text)
    text = re.sub(r'"seconds":\d+', '"seconds":N', text)
    text = re.sub(r"\b\d+(\.\d)? s\b", "N s", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"https?://", "//", text)
    text = re.sub(r"(?m)^.*(deleted|Python|pulumi at|the disk|Node|make setup).*\n", "", text)
    return re.sub(r" +", " ", text)
