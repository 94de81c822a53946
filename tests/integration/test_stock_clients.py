"""Microsoft's own management clients against the local Azure, unchanged: azure-mgmt-web and azure-mgmt-resource."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.web import WebSiteManagementClient

from emulator.constants import SUBSCRIPTION_ID

pytestmark = pytest.mark.integration


def options(local: Any) -> dict[str, Any]:
    return {
        "base_url": local.facts["arm_url"],
        "credential_scopes": ["https://management.azure.com/.default"],
        "connection_verify": local.facts["ca_bundle"],
    }


def web_client(local: Any, credential: Any) -> WebSiteManagementClient:
    return WebSiteManagementClient(credential, SUBSCRIPTION_ID, **options(local))


class Static:
    """A credential that always has the same token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self.token, int(time.time()) + 3600)


@pytest.fixture(scope="module")
def credential(local: Any) -> Iterator[ManagedIdentityCredential]:
    """Stock azure-identity, which finds the local Azure by App Service's own variables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDENTITY_ENDPOINT", local.facts["identity_url"])
        patch.setenv("IDENTITY_HEADER", local.token)
        yield ManagedIdentityCredential()


@pytest.fixture
def web(local: Any, credential: ManagedIdentityCredential) -> Iterator[WebSiteManagementClient]:
    with web_client(local, credential) as client:
        yield client


@pytest.fixture
def resources(local: Any, credential: ManagedIdentityCredential) -> Iterator[ResourceManagementClient]:
    with ResourceManagementClient(credential, SUBSCRIPTION_ID, **options(local)) as client:
        yield client


def test_jobs_of_both_kinds_are_listed_and_read(web: WebSiteManagementClient) -> None:
    every = [job.name for job in web.web_apps.list_web_jobs("rg", "shop")]
    triggered = [job.name for job in web.web_apps.list_triggered_web_jobs("rg", "shop")]
    continuous = [job.name for job in web.web_apps.list_continuous_web_jobs("rg", "shop")]
    report = web.web_apps.get_triggered_web_job("rg", "shop", "report")
    feed = web.web_apps.get_continuous_web_job("rg", "shop", "feed")

    assert (every, triggered, continuous) == (["shop/report", "shop/feed"], ["shop/report"], ["shop/feed"])
    assert (report.run_command, report.web_job_type, report.using_sdk) == ("run.sh", "triggered", False)
    assert (feed.run_command, feed.web_job_type) == ("run.sh", "continuous")


def test_a_triggered_job_is_run_and_its_history_read(local: Any, web: WebSiteManagementClient) -> None:
    def runs() -> list[Any]:
        found = [
            run for page in web.web_apps.list_triggered_web_job_history("rg", "shop", "report") for run in page.runs
        ]
        return found if found and found[0].status == "Success" else []

    web.web_apps.run_triggered_web_job("rg", "shop", "report")
    local.until(runs)
    [run] = runs()
    one = web.web_apps.get_triggered_web_job_history("rg", "shop", "report", run.web_job_id)
    job = web.web_apps.get_triggered_web_job("rg", "shop", "report")

    assert (run.job_name, run.trigger.split("/")[0]) == ("report", "External - azsdk-python-mgmt-web")
    assert run.end_time >= run.start_time
    assert one.name == f"shop/report/{run.web_job_id}"
    assert job.latest_run.web_job_id == run.web_job_id


def test_a_continuous_job_is_stopped_and_started(local: Any, web: WebSiteManagementClient) -> None:
    def status() -> str:
        return web.web_apps.get_continuous_web_job("rg", "shop", "feed").status

    local.until_is("Running", status)
    web.web_apps.stop_continuous_web_job("rg", "shop", "feed")
    local.until_is("Stopped", status)
    web.web_apps.start_continuous_web_job("rg", "shop", "feed")
    local.until_is("Running", status)


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


def test_a_site_is_stopped_started_and_restarted(local: Any, web: WebSiteManagementClient) -> None:
    web.web_apps.stop("rg", "shop")
    stopped = web.web_apps.get("rg", "shop").state
    web.web_apps.start("rg", "shop")
    local.until_is("Running", lambda: web.web_apps.get("rg", "shop").state)
    web.web_apps.restart("rg", "shop")

    assert stopped == "Stopped"
    local.until_is("Running", lambda: web.web_apps.get("rg", "shop").state)


def test_resources_are_read_by_id_and_listed(local: Any, resources: ResourceManagementClient) -> None:
    assert resources.resources.get_by_id(local.site, api_version="2024-04-01").name == "shop"
    assert [found.name for found in resources.resources.list_by_resource_group("rg")] == ["plan", "shop"]
    only_sites = resources.resources.list(filter="resourceType eq 'Microsoft.Web/sites'")
    assert [found.name for found in only_sites] == ["shop"]
    assert [group.name for group in resources.resource_groups.list()] == ["rg"]
    assert resources.resource_groups.get("rg").location == "westeurope"
    assert resources.resource_groups.check_existence("rg") is True
    assert resources.resource_groups.check_existence("none") is False
    assert resources.providers.get("Microsoft.Web").registration_state == "Registered"
    with pytest.raises(ResourceNotFoundError):
        resources.resources.get_by_id(f"{local.site}x", api_version="2024-04-01")


def test_the_token_in_the_state_folder_is_a_credential_too(local: Any) -> None:
    with web_client(local, Static(local.token)) as client:
        assert [site.name for site in client.web_apps.list()] == ["shop"]
    with web_client(local, Static("wrong")) as client, pytest.raises(HttpResponseError, match="Authentication failed"):
        list(client.web_apps.list())
