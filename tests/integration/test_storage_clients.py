"""Stock Azure clients against the storage services: keyless, over TLS, as a site's code uses them."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from aiohttp import web
from azure.core.exceptions import ClientAuthenticationError, ResourceNotFoundError
from azure.data.tables import TableClient
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from azure.storage.blob import BlobServiceClient, ContainerClient
from azure.storage.queue import QueueClient

from emulator import tls
from emulator.http import host_check, listen
from emulator.identity import Identity, IdentityService, routes
from emulator.ports import Ports
from emulator.storage import StorageService

pytestmark = pytest.mark.integration

SHOP = Identity("/subscriptions/s/shop", "shop-client", "shop-principal")
ENVIRONMENT = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_CLIENT_ID", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture(scope="module")
def loop():
    """The services' event loop, in a thread of its own: stock clients block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def do(loop):
    return lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(60)


@pytest.fixture(scope="module")
def azure(do, tmp_path_factory):
    """Storage with one account, and an identity endpoint."""
    folder = tmp_path_factory.mktemp("azure")
    ports = Ports(folder / "ports.json")
    certificate = tls.ensure(folder / "tls", datetime.now(UTC))
    endpoint = f"http://127.0.0.1:{ports.take('control')}/msi/token"
    identity = IdentityService(endpoint, admin_token="admin")

    async def start():
        storage = StorageService(
            folder / "storage",
            ports,
            certificate,
            token=identity.storage_token,
            public_key=identity.public_key,
        )
        control = web.Application(middlewares=[host_check])
        control.add_routes(routes(identity))
        await storage.start()
        await storage.put_account("shop")
        await storage.create_queue("shop", "thumbnails", {"stage": "dev"})
        await storage.create_container("shop", "photos")
        await storage.create_table("shop", "products")
        return storage, await listen(control, ports.take("control"))

    storage, control = do(start())
    yield SimpleNamespace(storage=storage, identity=identity, certificate=certificate, urls=storage.endpoints("shop"))
    do(storage.stop())
    do(control.cleanup())


@pytest.fixture(autouse=True)
def environment(azure, monkeypatch):
    """What a site's process gets."""
    grant = azure.identity.assign("/sites/shop", [SHOP])
    bundle = str(azure.certificate.bundle)
    values = (grant.endpoint, grant.header, SHOP.client_id, bundle, bundle)
    for name, value in zip(ENVIRONMENT, values, strict=True):
        monkeypatch.setenv(name, value)


@pytest.fixture
def credential():
    with DefaultAzureCredential() as credential:
        yield credential


def test_a_queue_client_sends_receives_and_counts(azure, credential):
    with QueueClient.from_queue_url(azure.urls["queue"] + "thumbnails", credential) as queue:
        sent = queue.send_message("photo-1")
        received = queue.receive_message(visibility_timeout=30)
        queue.delete_message(received)

        assert (received.id, received.content, received.dequeue_count) == (sent.id, "photo-1", 1)
        assert queue.get_queue_properties().metadata == {"stage": "dev"}


def test_a_container_client_keeps_content_and_type(azure, credential, do):
    url = do(azure.storage.upload_blob("shop", "photos", "a b/ü.txt", b"hi", "text/plain", {"kind": "test"}))

    with ContainerClient.from_container_url(azure.urls["blob"] + "photos", credential) as container:
        blob = container.get_blob_client("a b/ü.txt")
        properties = blob.get_blob_properties()

        assert blob.url == url
        assert blob.download_blob().readall() == b"hi"
        assert (properties.content_settings.content_type, properties.metadata) == (
            "text/plain",
            {"kind": "test"},
        )


def test_a_table_client_writes_and_reads(azure, credential):
    with TableClient(azure.urls["table"].rstrip("/"), "products", credential=credential) as table:
        table.upsert_entity({"PartitionKey": "watch", "RowKey": "1", "stock": 3})

        assert table.get_entity("watch", "1")["stock"] == 3


def test_a_managed_identity_credential_names_its_identity(azure):
    with (
        ManagedIdentityCredential(client_id=SHOP.principal_id) as wrong,
        pytest.raises(ClientAuthenticationError, match="no identity 'shop-principal' is assigned to this site"),
    ):
        wrong.get_token("https://storage.azure.com/.default")


def test_a_token_nobody_signed_opens_nothing(azure):
    other = IdentityService("", admin_token="admin").storage_token()
    request = urllib.request.Request(
        azure.urls["queue"] + "thumbnails?comp=metadata",
        headers={"Authorization": f"Bearer {other}", "x-ms-version": "2021-12-02"},
    )

    assert status(request, azure.certificate) == 403


def test_the_well_known_account_does_not_exist(azure):
    url = azure.urls["blob"].replace("/shop/", "/devstoreaccount1/") + "?comp=list"

    assert status(url, azure.certificate) == 404


def test_a_service_sas_opens_one_blob_for_reading_until_it_ends(azure, do):
    url = do(azure.storage.upload_blob("shop", "photos", "package.zip", b"zip"))
    other = do(azure.storage.upload_blob("shop", "photos", "other.zip", b"zip"))

    good = sas(azure, hours=1)
    late = sas(azure, hours=-1)
    writing = urllib.request.Request(f"{url}?{good}", method="PUT", data=b"x", headers={"x-ms-blob-type": "BlockBlob"})

    answers = {
        "good": status(f"{url}?{good}", azure.certificate),
        "other blob": status(f"{other}?{good}", azure.certificate),
        "expired": status(f"{url}?{late}", azure.certificate),
        "no permission to write": status(writing, azure.certificate),
        "changed": status(f"{url}?{good.replace('sp=r', 'sp=w')}", azure.certificate),
        "none": status(url, azure.certificate),
    }
    assert answers == {
        "good": 200,
        "other blob": 403,
        "expired": 403,
        "no permission to write": 403,
        "changed": 403,
        "none": 403,
    }


def test_where_shared_keys_are_off_a_sas_and_a_key_open_nothing(azure, do):
    url = do(azure.storage.upload_blob("shop", "photos", "package.zip", b"zip"))
    do(azure.storage.put_account("shop", shared_key=False))
    try:
        client = BlobServiceClient(azure.urls["blob"], azure.storage.keys("shop")[0])

        assert status(f"{url}?{sas(azure, hours=1)}", azure.certificate) == 403
        with client, pytest.raises(ClientAuthenticationError):
            next(client.list_containers())
    finally:
        do(azure.storage.put_account("shop"))


def test_everything_may_be_repeated_and_changed(azure, do):
    async def work():
        storage = azure.storage
        for access in ("None", "Blob", "Blob", "None"):
            await storage.create_container("shop", "public", access)
        await storage.create_queue("shop", "orders", {"a": "1"})
        await storage.create_queue("shop", "orders", {"b": "2"})
        await storage.create_table("shop", "Stock")
        await storage.create_table("shop", "Stock")
        before = [
            await storage.container_exists("shop", "public"),
            await storage.queue_exists("shop", "orders"),
            await storage.table_exists("shop", "stock"),
        ]
        for _ in range(2):
            await storage.delete_container("shop", "public")
            await storage.delete_queue("shop", "orders")
            await storage.delete_table("shop", "Stock")
            await storage.delete_blob("shop", "photos", "no such")
        after = [
            await storage.container_exists("shop", "public"),
            await storage.queue_exists("shop", "orders"),
            await storage.table_exists("shop", "stock"),
            await storage.blob_exists("shop", "photos", "no such"),
        ]
        return before, after

    assert do(work()) == ([True] * 3, [False] * 4)


def test_public_access_opens_blobs_and_can_be_taken_back(azure, do):
    do(azure.storage.create_container("shop", "pictures", "Blob"))
    url = do(azure.storage.upload_blob("shop", "pictures", "p.txt", b"hi"))
    public = status(url, azure.certificate)

    do(azure.storage.create_container("shop", "pictures", "None"))

    assert (public, status(url, azure.certificate)) == (200, 403)


def test_an_account_takes_its_content_with_it(azure, do, credential):
    async def work():
        await azure.storage.put_account("gone")
        for number in range(3):
            await azure.storage.create_queue("gone", f"queue-{number}")
        await azure.storage.create_container("gone", "container")
        await azure.storage.create_table("gone", "table")
        await azure.storage.delete_account("gone")
        await azure.storage.put_account("gone")
        return await azure.storage.queue_exists("gone", "queue-0"), await azure.storage.container_exists(
            "gone", "container"
        )

    assert do(work()) == (False, False)
    with (
        QueueClient.from_queue_url(azure.urls["queue"] + "nowhere", credential) as queue,
        pytest.raises(ResourceNotFoundError),
    ):
        queue.send_message("x")


def test_a_program_of_another_process_needs_nothing_but_its_environment(azure):
    program = (
        "import sys; from azure.identity import DefaultAzureCredential as C;"
        "from azure.storage.queue import QueueClient as Q;"
        "q = Q.from_queue_url(sys.argv[1], C()); q.send_message('x'); print(q.receive_message().content)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, azure.urls["queue"] + "thumbnails"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "x\n"), done.stderr
    assert not [name for name, value in os.environ.items() if value in azure.storage.keys("shop")]


def sas(azure, *, hours):
    expiry = datetime.now(UTC) + timedelta(hours=hours)
    return azure.storage.service_sas(
        "shop",
        {
            "canonicalizedResource": "/blob/shop/photos/package.zip",
            "signedResource": "b",
            "signedPermission": "r",
            "signedExpiry": expiry.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "signedProtocol": "https",
        },
    )


def status(request, certificate):
    try:
        with urllib.request.urlopen(request, context=certificate.client_context, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_no_key_is_written_anywhere(azure, do):
    keys = [key.encode() for key in azure.storage.keys("shop")]
    folder = azure.certificate.bundle.parent.parent

    files = [file for file in folder.rglob("*") if file.is_file()]

    assert json.loads((folder / "ports.json").read_text())
    assert not [file for file in files if any(key in file.read_bytes() for key in keys)]
