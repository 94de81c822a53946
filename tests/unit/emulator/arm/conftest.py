"""A small subscription: a group with a plan, a site with jobs, a storage account with a queue."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator import arm
from emulator.constants import SUBSCRIPTION_ID
from emulator.errors import EmulatorError
from emulator.identity import Identity, IdentityService
from emulator.resources.fakes import FakeStorage
from emulator.store import Record, Store
from emulator.webjobs import ContinuousView, JobConflict, JobNotFound, JobType, Run, TriggeredView

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
GROUP = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/shop-dev"
WEB = f"{GROUP}/providers/Microsoft.Web"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/shopdata"
TOKEN = "admin-token"

SITE_OUTPUTS = {
    "name": "shop",
    "type": "Microsoft.Web/sites",
    "location": "switzerlandnorth",
    "kind": "app,linux",
    "tags": {"oneplan-app": "storefront"},
    "sku": "Basic",
    "serverFarmId": f"{WEB}/serverfarms/Plan",
    "defaultHostName": "127.0.0.1:2001",
    "hostNameSslStates": [
        {"name": "127.0.0.1:2001", "hostType": "Standard"},
        {"name": "127.0.0.1:2002", "hostType": "Repository"},
    ],
    "state": "Starting",
}


def record(id, token, outputs):
    return Record(id=id, token=f"azure-native:{token}", urn="urn", inputs={}, outputs=outputs)


RECORDS = [
    record(
        GROUP,
        "resources:ResourceGroup",
        {
            "name": "shop-dev",
            "type": "Microsoft.Resources/resourceGroups",
            "location": "switzerlandnorth",
            "tags": {"oneplan-stack": "dev"},
            "properties": {"provisioningState": "Succeeded"},
        },
    ),
    record(
        f"{WEB}/serverfarms/plan",
        "web:AppServicePlan",
        {
            "name": "plan",
            "type": "Microsoft.Web/serverfarms",
            "location": "switzerlandnorth",
            "sku": {"name": "B2"},
            "numberOfSites": 0,
        },
    ),
    record(f"{WEB}/sites/shop", "web:WebApp", SITE_OUTPUTS),
    record(f"{WEB}/sites/shop/config/appsettings", "web:WebAppApplicationSettings", {"name": "appsettings"}),
    record(
        STORAGE,
        "storage:StorageAccount",
        {"name": "shopdata", "type": "Microsoft.Storage/storageAccounts", "kind": "StorageV2"},
    ),
    record(f"{STORAGE}/queueServices/default/queues/orders", "storage:Queue", {"name": "orders"}),
]


class Engine:
    """Two jobs: one that runs by schedule, one that always runs."""

    def __init__(self, folder):
        self.now = NOW
        self.calls = []
        self.latest = Run(
            id="202912311200000000",
            folder=folder,
            trigger="Schedule - 0 */15 * * * *",
            status="Success",
            start=NOW - timedelta(days=1),
            end=NOW - timedelta(days=1) + timedelta(seconds=2),
        )

    def triggered_jobs(self):
        return [
            TriggeredView(
                name="stock-sync",
                run_command="run.sh",
                settings={"schedule": "0 */15 * * * *"},
                using_sdk=False,
                latest_run=self.latest,
                has_scheduler_log=True,
                next_run=None,
            )
        ]

    def continuous_jobs(self):
        return [
            ContinuousView(
                name="thumbnails",
                run_command="run.sh",
                settings={},
                using_sdk=False,
                status="Running",
                detailed_status="1234 - Running\r\n",
            )
        ]

    def jobs(self):
        return [*self.triggered_jobs(), *self.continuous_jobs()]

    def triggered(self, name):
        return find(self.triggered_jobs(), name)

    def continuous(self, name):
        return find(self.continuous_jobs(), name)

    def history(self, name):
        self.triggered(name)
        return [self.latest]

    def run_info(self, name, run):
        self.triggered(name)
        if run != self.latest.id:
            raise JobNotFound(run)
        return self.latest

    async def run(self, name, arguments="", trigger="External"):
        if arguments == "busy":
            raise JobConflict("Cannot start a new run since job is already running.")
        self.calls.append(("run", name, arguments, trigger))
        return "203001011200000000"

    async def start_job(self, name):
        self.calls.append(("start", name))

    async def stop_job(self, name):
        self.calls.append(("stop", name))

    async def delete(self, name, type):
        self.calls.append(("delete", name, JobType(type)))


def find(views, name):
    for view in views:
        if view.name == name:
            return view
    raise JobNotFound(name)


class Sites:
    def __init__(self, engine):
        self.engines = {"shop": engine}
        self.switched, self.deployed, self.entries = [], {}, []

    async def switch(self, name, action):
        self.switched.append((name, action))

    def deployer(self, name):
        records = self.deployed.get(name, [])
        return SimpleNamespace(
            records=SimpleNamespace(
                all=lambda: records,
                get=lambda wanted: next((each for each in records if each.id == wanted), None),
                entries=lambda _id: self.entries,
            )
        )

    def names(self):
        return tuple(self.engines)

    def state(self, name):
        return "Running"

    def engine(self, name):
        if name.lower() not in self.engines:
            raise EmulatorError(f"site '{name}': not found; there are: none")
        return self.engines[name.lower()]


@pytest.fixture
def engine(tmp_path):
    return Engine(tmp_path)


@pytest.fixture
def sites(engine):
    return Sites(engine)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "state.db")
    for entry in RECORDS:
        store.put(entry)
    yield store
    store.close()


@pytest.fixture
def identity():
    return IdentityService("http://127.0.0.1:1/msi/token", admin_token=TOKEN)


@pytest.fixture
def job_identity():
    return Identity(f"{GROUP}/providers/Microsoft.ManagedIdentity/x/shop", "client", "principal")


class Arm:
    """Calls, with the administrator's token unless another is given."""

    def __init__(self, client):
        self.client = client

    async def __call__(self, method, path, *, token=TOKEN, version="2024-04-01", body=None, **query):
        if version:
            query["api-version"] = version
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "test"} if token else {}
        answer = await self.client.request(method, path, params=query, headers=headers, json=body)
        text = await answer.text()
        return answer, await answer.json() if text else None

    async def get(self, path, **options):
        answer, body = await self("GET", path, **options)
        assert answer.status == 200, body
        return body


@pytest.fixture
async def call(store, sites, identity):
    async with TestClient(TestServer(arm.app(store, sites, identity, FakeStorage(), token=TOKEN))) as client:
        yield Arm(client)


@pytest.fixture
def group():
    return GROUP


@pytest.fixture
def site():
    return f"{WEB}/sites/shop"


@pytest.fixture
def account():
    return STORAGE
