"""The Azure CLI against the local Azure: `make test-az`, for which it is installed first. Skipped without it."""

import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

AZ = Path(__file__).resolve().parents[2] / ".oneplan" / "az" / "bin" / "az"
LIMIT_SECONDS = 180

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not AZ.exists(), reason="the Azure CLI is not installed here; `make test-az` installs it"),
]
WEBJOB = ("webapp", "webjob")
SITE = ("--resource-group", "rg", "--name", "shop")
Az = Callable[..., Any]


@pytest.fixture(scope="module")
def az(local: Any, tmp_path_factory: pytest.TempPathFactory) -> Az:
    """Runs `az`, signed in by the managed-identity endpoint; answers its JSON, or None where it prints nothing."""
    environment = {
        **os.environ,
        "AZURE_CONFIG_DIR": str(tmp_path_factory.mktemp("azure")),
        "AZURE_CORE_COLLECT_TELEMETRY": "0",
        "REQUESTS_CA_BUNDLE": local.facts["ca_bundle"],
        "IDENTITY_ENDPOINT": local.facts["identity_url"],
        "IDENTITY_HEADER": local.token,
    }

    def run(*words: str, fails: bool = False) -> Any:
        done = subprocess.run(
            [AZ, *words], env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stderr if fails else json.loads(done.stdout or "null")

    run("cloud", "register", "--name", "oneplan", "--endpoint-resource-manager", f"{local.facts['arm_url']}/")
    run("cloud", "set", "--name", "oneplan")
    [account] = run("login", "--identity")
    assert account["name"] == "oneplan on this machine"
    return run


def test_sites_and_resources_are_listed(az: Az) -> None:
    assert [site["name"] for site in az("webapp", "list")] == ["shop"]
    assert az("webapp", "show", *SITE)["state"] == "Running"
    assert [found["name"] for found in az("resource", "list", "--resource-group", "rg")] == ["plan", "shop"]
    assert az("webapp", "deployment", "slot", "list", *SITE) == []


def test_settings_are_listed_and_publishing_credentials_refused(az: Az) -> None:
    settings = az("webapp", "config", "appsettings", "list", *SITE)
    refused = az("webapp", "deployment", "list-publishing-credentials", *SITE, fails=True)

    assert [(found["name"], found["value"]) for found in settings] == [("GREETING", "hello")]
    assert "basic authentication is off for every site on this machine" in refused


def test_a_triggered_job_is_run_and_its_log_read(az: Az, local: Any) -> None:
    def last() -> str:
        history = az(*WEBJOB, "triggered", "log", *SITE, "--webjob-name", "report")
        return str([run["status"] for page in history for run in page["runs"]])

    assert [job["name"] for job in az(*WEBJOB, "triggered", "list", *SITE)] == ["shop/report"]
    assert az(*WEBJOB, "triggered", "run", *SITE, "--webjob-name", "report")["name"] == "shop/report"
    local.until_is("['Success']", last)


def test_a_continuous_job_is_stopped_and_started(az: Az, local: Any) -> None:
    def status() -> str:
        [job] = az(*WEBJOB, "continuous", "list", *SITE)
        return str(job["status"])

    local.until_is("Running", status)
    az(*WEBJOB, "continuous", "stop", *SITE, "--webjob-name", "feed")
    local.until_is("Stopped", status)
    az(*WEBJOB, "continuous", "start", *SITE, "--webjob-name", "feed")
    local.until_is("Running", status)


def test_a_package_is_deployed(az: Az, tmp_path: Path) -> None:
    package = tmp_path / "package.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("App_Data/jobs/triggered/hello/run.sh", "echo hello\n")

    deployed = az("webapp", "deploy", *SITE, "--src-path", str(package), "--type", "zip", "--clean", "false")
    jobs = az(*WEBJOB, "triggered", "list", *SITE)
    log = az("webapp", "log", "deployment", "show", *SITE)

    assert (deployed["status"], deployed["deployer"]) == (4, "OneDeploy")
    assert "shop/hello" in [job["name"] for job in jobs]
    assert log[0]["message"].startswith("Deployment successful: 1 files written")
