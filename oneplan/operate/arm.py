"""Azure Resource Manager: a stack's sites and storage account, starting and stopping continuous jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import quote

from oneplan.errors import OperateError
from oneplan.operate.credentials import ARM, Credential
from oneplan.operate.deployments import Given, given
from oneplan.operate.http import Http, Response
from oneplan.operate.refusal import error_from
from oneplan.operate.values import Site

WEB_API_VERSION = "2024-04-01"
STORAGE_API_VERSION = "2024-01-01"
DEPLOYMENTS_API_VERSION = "2024-03-01"
APP_TAG = "oneplan-app"


class Arm:
    """The resources of one resource group."""

    def __init__(self, http: Http, credential: Credential, base: str, group_id: str, scheme: str) -> None:
        """`group_id` is `/subscriptions/…/resourceGroups/…`; `scheme` is how the sites are reached."""
        self._http = http
        self._credential = credential
        self._base = base.rstrip("/")
        self._group_id = group_id
        self._scheme = scheme

    def sites(self) -> tuple[Site, ...]:
        """The stack's sites in the order of their app names; none when the resource group does not exist."""
        path = f"{self._group_id}/providers/Microsoft.Web/sites?api-version={WEB_API_VERSION}"
        found = (self._site(item) for item in self._list(path, "sites of the stack"))
        return tuple(sorted((site for site in found if site is not None), key=lambda site: site.app))

    def packages(self) -> dict[str, Given]:
        """The package of each deployment of ours, by its name; empty where none was deployed."""
        path = f"{self._group_id}/providers/Microsoft.Resources/deployments?api-version={DEPLOYMENTS_API_VERSION}"
        found: dict[str, Given] = {}
        for item in self._list(path, "deployments of the stack"):
            if (ours := given(item["properties"])) is not None:
                found[item["name"]] = ours
        return found

    def date(self) -> datetime | None:
        """The service's own time, from the header that every answer has; None without one."""
        url = f"{self._base}/metadata/endpoints?api-version=2022-09-01"
        told = self._http.request("GET", url).headers.get("date", "")
        try:
            return parsedate_to_datetime(told)
        except ValueError:
            return None

    def queue_endpoint(self, account: str) -> str | None:
        """The address of an account's queue service, ending in a slash; None without such an account."""
        path = f"{self._group_id}/providers/Microsoft.Storage/storageAccounts/{quote(account, safe='')}"
        url = f"{self._base}{path}?api-version={STORAGE_API_VERSION}"
        response = self._http.request("GET", url, headers=self._headers())
        if response.status == 404:
            return None
        _check(response, f"storage account {account}")
        endpoint: str | None = response.json()["properties"].get("primaryEndpoints", {}).get("queue")
        return endpoint

    def switch(self, site: Site, job: str, action: Literal["start", "stop"]) -> None:
        """Starts or stops a continuous job."""
        path = f"{site.id}/continuouswebjobs/{quote(job, safe='')}/{action}?api-version={WEB_API_VERSION}"
        _check(self._http.request("POST", self._base + path, headers=self._headers()), f"job {job}")

    def restart(self, site: Site) -> None:
        """Restarts a site (`WebApps_Restart`)."""
        path = f"{site.id}/restart?api-version={WEB_API_VERSION}"
        _check(self._http.request("POST", self._base + path, headers=self._headers()), f"app {site.app}")

    def _list(self, path: str, what: str) -> Iterator[dict[str, Any]]:
        url: str | None = self._base + path
        while url:
            response = self._http.request("GET", url, headers=self._headers())
            if response.status == 404:
                return
            _check(response, what)
            page = response.json()
            yield from page["value"]
            url = page.get("nextLink")
            if url and not url.startswith(f"{self._base}/"):
                raise OperateError(f"{what}: the next page is at another host ({url.partition('?')[0]})")

    def _site(self, item: dict[str, Any]) -> Site | None:
        app = (item.get("tags") or {}).get(APP_TAG)
        if app is None:
            return None
        properties = item["properties"]
        hosts = {state["hostType"]: state["name"] for state in properties.get("hostNameSslStates") or ()}
        return Site(
            id=item["id"],
            name=item["name"],
            app=app,
            url=f"{self._scheme}://{properties['defaultHostName']}",
            scm_url=f"{self._scheme}://{hosts['Repository']}" if "Repository" in hosts else "",
            state=properties.get("state") or "Unknown",
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._credential.token(ARM)}", "Accept": "application/json"}


def _check(response: Response, what: str) -> None:
    if response.status >= 400:
        raise error_from(response, what)
