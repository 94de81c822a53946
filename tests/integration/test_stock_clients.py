"""Microsoft's own management clients against the local Azure, unchanged: azure-mgmt-web and azure-mgmt-resource."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.web import WebSiteManagementClient

from emulator.constants import SUBSCRIPTION_ID
from emulator.store import Record, Store

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
GROUP = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg"
SITE = f"{GROUP}/providers/Microsoft.Web/sites/shop"
JOBS = {
    "triggered/report/run.sh": 'echo "report $1"\n',
    "continuous/feed/run.sh": "while :; do sleep 1; done\n",
}


def remember(root: Path) -> None:
    """A state folder in which a site with two jobs exists, as after `pulumi up`."""
    root.mkdir()
    plan = f"{GROUP}/providers/Microsoft.Web/serverfarms/plan"
    config = {"linuxFxVersion": "PYTHON|3.13", "appSettings": [{"name": "GREETING", "value": "hello"}]}
    site = {"resourceGroupName": "rg", "name": "shop", "location": "westeurope", "serverFarmId": plan}
    store = Store(root / "state.db")
    group = {"name": "rg", "type": "Microsoft.Resources/resourceGroups", "location": "westeurope"}
    store.put(Record(GROUP, "azure-native:resources:ResourceGroup", "urn:1", {"resourceGroupName": "rg"}, group))
    store.put(Record(plan, "azure-native:web:AppServicePlan", "urn:2", {}, {"sku": {"name": "B1"}}))
    store.put(Record(SITE, "azure-native:web:WebApp", "urn:3", {**site, "siteConfig": config}))
    store.close()
    for name, script in JOBS.items():
        file = root / "sites" / "shop" / "home" / "site" / "wwwroot" / "App_Data" / "jobs" / name
        file.parent.mkdir(parents=True)
        file.write_text(f"#!/bin/sh\n{script}")


@dataclass(frozen=True)
class Local:
    """A running local Azure, as its clients need to know it."""

    facts: dict[str, Any]
    token: str

    @property
    def options(self) -> dict[str, Any]:
        return {
            "base_url": self.facts["arm_url"],
            "credential_scopes": ["https://management.azure.com/.default"],
            "connection_verify": self.facts["ca_bundle"],
        }

    def web(self, credential: Any) -> WebSiteManagementClient:
        return WebSiteManagementClient(credential, SUBSCRIPTION_ID, **self.options)

    def resources(self, credential: Any) -> ResourceManagementClient:
        return ResourceManagementClient(credential, SUBSCRIPTION_ID, **self.options)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    root = tmp_path_factory.mktemp("stock") / ".oneplan"
    remember(root)
    command = [sys.executable, "-m", "emulator", "serve", "--root", str(root)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: (root / "daemon.json").exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        yield Local(json.loads((root / "daemon.json").read_text()), (root / "token").read_text())
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)


class Static:
    """A credential that always has the same token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.token, int(time.time()) + 3600)


@pytest.fixture(scope="module")
def credential(local: Local) -> Iterator[ManagedIdentityCredential]:
    """Stock azure-identity, which finds the local Azure by App Service's own variables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDENTITY_ENDPOINT", local.facts["identity_url"])
        patch.setenv("IDENTITY_HEADER", local.token)
        yield ManagedIdentityCredential()


@pytest.fixture
def web(local: Local, credential: ManagedIdentityCredential) -> Iterator[WebSiteManagementClient]:
    with local.web(credential) as client:
        yield client


@pytest.fixture
def resources(local: Local, credential: ManagedIdentityCredential) -> Iterator[ResourceManagementClient]:
    with local.resources(credential) as client:
        yield client


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends, "took too long"
        time.sleep(0.1)


def test_jobs_of_both_kinds_are_listed_and_read(web: WebSiteManagementClient) -> None:
    every = [job.name for job in web.web_apps.list_web_jobs("rg", "shop")]
    triggered = [job.name for job in web.web_apps.list_triggered_web_jobs("rg", "shop")]
    continuous = [job.name for job in web.web_apps.list_continuous_web_jobs("rg", "shop")]
    report = web.web_apps.get_triggered_web_job("rg", "shop", "report")
    feed = web.web_apps.get_continuous_web_job("rg", "shop", "feed")

    assert (every, triggered, continuous) == (["shop/report", "shop/feed"], ["shop/report"], ["shop/feed"])
    assert (report.run_command, report.web_job_type, report.using_sdk) == ("run.sh", "triggered", False)
    assert (feed.run_command, feed.web_job_type) == ("run.sh", "continuous")


def test_a_triggered_job_is_run_and_its_history_read(web: WebSiteManagementClient) -> None:
    def runs() -> list[Any]:
        found = [
            run for page in web.web_apps.list_triggered_web_job_history("rg", "shop", "report") for run in page.runs
        ]
        return found if found and found[0].status == "Success" else []

    web.web_apps.run_triggered_web_job("rg", "shop", "report")
    until(runs)
    [run] = runs()
    one = web.web_apps.get_triggered_web_job_history("rg", "shop", "report", run.web_job_id)
    job = web.web_apps.get_triggered_web_job("rg", "shop", "report")

    assert (run.job_name, run.trigger.split("/")[0]) == ("report", "External - azsdk-python-mgmt-web")
    assert run.end_time >= run.start_time
    assert one.name == f"shop/report/{run.web_job_id}"
    assert job.latest_run.web_job_id == run.web_job_id


def test_a_continuous_job_is_stopped_and_started(web: WebSiteManagementClient) -> None:
    def status() -> str:
        return web.web_apps.get_continuous_web_job("rg", "shop", "feed").status

    until(lambda: status() == "Running")
    web.web_apps.stop_continuous_web_job("rg", "shop", "feed")
    until(lambda: status() == "Stopped")
    web.web_apps.start_continuous_web_job("rg", "shop", "feed")
    until(lambda: status() == "Running")


def test_a_job_that_is_not_there_is_not_found(web: WebSiteManagementClient) -> None:
    with pytest.raises(ResourceNotFoundError):
        web.web_apps.get_triggered_web_job("rg", "shop", "nothing")
    with pytest.raises(HttpResponseError, match="ResourceNotFound"):
        web.web_apps.run_triggered_web_job_slot("rg", "shop", "report", "staging")


def test_sites_settings_and_policies_are_read(web: WebSiteManagementClient) -> None:
    assert [site.name for site in web.web_apps.list()] == ["shop"]
    assert [site.name for site in web.web_apps.list_by_resource_group("rg")] == ["shop"]
    assert web.web_apps.get("rg", "shop").default_host_name.startswith("127.0.0.1:")
    assert web.web_apps.list_application_settings("rg", "shop").properties == {"GREETING": "hello"}
    assert web.web_apps.get_configuration("rg", "shop").linux_fx_version == "PYTHON|3.13"
    assert web.web_apps.get_scm_allowed("rg", "shop").allow is False
    assert list(web.web_apps.list_slots("rg", "shop")) == []


def test_publishing_credentials_are_refused_with_the_reason(web: WebSiteManagementClient) -> None:
    with pytest.raises(HttpResponseError, match="shop: basic authentication is off for every site on this machine"):
        web.web_apps.begin_list_publishing_credentials("rg", "shop").result()


def test_a_site_is_stopped_started_and_restarted(web: WebSiteManagementClient) -> None:
    web.web_apps.stop("rg", "shop")
    stopped = web.web_apps.get("rg", "shop").state
    web.web_apps.start("rg", "shop")
    until(lambda: web.web_apps.get("rg", "shop").state == "Running")
    web.web_apps.restart("rg", "shop")

    assert stopped == "Stopped"
    until(lambda: web.web_apps.get("rg", "shop").state == "Running")


def test_resources_are_read_by_id_and_listed(resources: ResourceManagementClient) -> None:
    assert resources.resources.get_by_id(SITE, api_version="2024-04-01").name == "shop"
    assert [found.name for found in resources.resources.list_by_resource_group("rg")] == ["plan", "shop"]
    only_sites = resources.resources.list(filter="resourceType eq 'Microsoft.Web/sites'")
    assert [found.name for found in only_sites] == ["shop"]
    assert [group.name for group in resources.resource_groups.list()] == ["rg"]
    assert resources.resource_groups.get("rg").location == "westeurope"
    assert resources.resource_groups.check_existence("rg") is True
    assert resources.resource_groups.check_existence("none") is False
    assert resources.providers.get("Microsoft.Web").registration_state == "Registered"
    with pytest.raises(ResourceNotFoundError):
        resources.resources.get_by_id(f"{SITE}x", api_version="2024-04-01")


def test_the_token_in_the_state_folder_is_a_credential_too(local: Local) -> None:
    with local.web(Static(local.token)) as client:
        assert [site.name for site in client.web_apps.list()] == ["shop"]
    with local.web(Static("wrong")) as client, pytest.raises(HttpResponseError, match="Authentication failed"):
        list(client.web_apps.list())
