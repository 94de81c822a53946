"""ARM, the identity endpoint and the queue service of one stack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from oneplan.operate.testing import storage
from oneplan.operate.testing.kudu import FakeJob, FakeSite
from oneplan.operate.testing.server import Reply, Request, Server
from oneplan.operate.testing.storage import FakeQueue

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"


class FakeAzure:
    """ARM, identity endpoint and queue service; holds the sites."""

    def __init__(self, token: str, group: str = "tempus-dev") -> None:
        self.token = token
        self._group_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers"
        self.sites: dict[str, FakeSite] = {}
        self.queues: dict[str, int] = {}
        """Messages by queue; the storage account exists when there is one."""
        self.messages: dict[str, FakeQueue] = {}
        """What the queues hold, for those who look into them."""
        self.problems: list[str] = []
        """What the local Azure could not put back."""
        self.deploy_keys: dict[str, str] = {}
        """The key of what was deployed, by the name of its site."""
        self.deployed_at = "2026-11-24T05:00:00.1234567Z"
        """When."""
        self.resources = 0
        """How many resources it has."""
        self.server = Server(self.respond)
        self.url = f"http://{self.server.host}"

    def __enter__(self) -> FakeAzure:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (self.server, *(site.server for site in self.sites.values())):
            server.close()

    def add_site(self, app: str, name: str, jobs: Sequence[FakeJob] = ()) -> FakeSite:
        """A running site with jobs."""
        site = self.sites[name] = FakeSite(app, name, self.token, jobs)
        return site

    def respond(self, request: Request) -> Reply:
        """The answer of the service the path belongs to."""
        group = f"{self._group_id}/"
        if request.path == "/msi/token":
            is_known = request.headers.get("x-identity-header") == self.token
            return Reply.of({"access_token": f"for {request.query['resource']}"}) if is_known else Reply(401)
        if request.path == "/restore":
            health = {"resources": self.resources, "problems": self.problems}
            return Reply.of(health) if request.carries(self.token) else Reply(401)
        if request.path.startswith(group):
            return self._arm(request, request.path.removeprefix(group))
        counted = re.fullmatch(r"GET .*/([^/]+)/messages", f"{request.method} {request.path}")
        if counted and counted[1] in self.queues.keys() - self.messages.keys():
            return storage.nothing()
        if reply := storage.respond(self.messages, request):
            return reply
        if request.query.get("comp") == "metadata":
            return self._queue(request)
        if request.path.startswith("/subscriptions/"):
            return _not_found("ResourceGroupNotFound", "Resource group could not be found.")
        return Reply(404)

    def _arm(self, request: Request, path: str) -> Reply:
        if path == "Microsoft.Web/sites":
            return Reply.of({"value": [self._site(site) for site in self.sites.values()]})
        if path == "Microsoft.Resources/deployments":
            return Reply.of(
                {"value": [_deployment(site, key, self.deployed_at) for site, key in self.deploy_keys.items()]}
            )
        if path.startswith("Microsoft.Storage/storageAccounts/") and self.queues:
            endpoints = {"queue": f"{self.url}/{path.rpartition('/')[2]}/"}
            return Reply.of({"properties": {"primaryEndpoints": endpoints}})
        if (site := re.fullmatch(r"Microsoft.Web/sites/([^/]+)/restart", path)) and site[1] in self.sites:
            self.sites[site[1]].restarts += 1
            return Reply()
        found = re.fullmatch(r"Microsoft.Web/sites/([^/]+)/continuouswebjobs/([^/]+)/(start|stop)", path)
        job = self.sites[found[1]].jobs.get(found[2]) if found and found[1] in self.sites else None
        if found is None or job is None:
            return _not_found("ResourceNotFound", f"The Resource '{path}' was not found.")
        if not request.carries(self.token):
            return Reply(401)
        job.status = "Running" if found[3] == "start" else "Stopped"
        return Reply()

    def _site(self, site: FakeSite) -> dict[str, Any]:
        host = site.server.host
        kinds = [{"name": host, "hostType": "Standard"}, {"name": host, "hostType": "Repository"}]
        return {
            "id": f"{self._group_id}/Microsoft.Web/sites/{site.name}",
            "name": site.name,
            "tags": {"oneplan-app": site.app},
            "properties": {"state": site.state, "defaultHostName": host, "hostNameSslStates": kinds},
        }

    def _queue(self, request: Request) -> Reply:
        if not request.carries("for https://storage.azure.com"):
            return Reply(403, b"<Error><Code>AuthorizationFailure</Code></Error>")
        name = request.path.rpartition("/")[2]
        if name not in self.queues:
            return Reply(404, b"<Error><Code>QueueNotFound</Code></Error>")
        held = self.messages.get(name)
        count = self.queues[name] if held is None else len(held.messages)
        return Reply(headers={"x-ms-approximate-messages-count": str(count)})


def _not_found(code: str, message: str) -> Reply:
    return Reply.of({"error": {"code": code, "message": message}}, 404)


def _deployment(site: str, key: str, at: str) -> dict[str, Any]:
    outputs = {"deployKey": {"type": "String", "value": key}}
    properties = {"provisioningState": "Succeeded", "timestamp": at, "duration": "PT42.5S", "outputs": outputs}
    return {"name": f"{site}-package", "properties": properties}
