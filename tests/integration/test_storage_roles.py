"""What role assignments open in the storage services, asked by stock clients."""

import asyncio
import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.data.tables import TableClient, TableServiceClient
from azure.storage.blob import BlobServiceClient, ContainerClient
from azure.storage.queue import QueueClient, QueueServiceClient

from emulator import tls
from emulator.identity import IdentityService
from emulator.identity.resources import STORAGE
from emulator.identity.service import OPERATOR
from emulator.ports import Ports
from emulator.storage import StorageService
from emulator.storage.roles import Access, Assignment

pytestmark = pytest.mark.integration

GROUP = "/subscriptions/s/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/Shop"
QUEUE, OTHER_QUEUE = f"{ACCOUNT}/queueServices/default/queues/orders", f"{ACCOUNT}/queueServices/default/queues/other"
CONTAINER = f"{ACCOUNT}/blobServices/default/containers/photos"
TABLE = f"{ACCOUNT}/tableServices/default/tables/Products"
SENDER = "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"
PROCESSOR = "8a0f0c08-91a1-4084-bc3d-661d67233fed"
QUEUE_READER = "19e7f393-937e-4f77-808e-94535e297925"
QUEUE_CONTRIBUTOR = "974c5e8b-45b9-4653-ba55-5f855dd0fb88"
BLOB_READER, BLOB_CONTRIBUTOR = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
TABLE_READER, TABLE_CONTRIBUTOR = "76199698-9eea-4c19-bc75-cec21354c6b6", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
REFUSED = "This request is not authorized to perform this operation using this permission."


class Static:
    """One principal's token."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_options):
        return AccessToken(self.token, int(time.time()) + 3600)


@pytest.fixture(scope="module")
def azure(tmp_path_factory):
    """Storage that goes by whatever is in `given`."""
    folder = tmp_path_factory.mktemp("roles")
    certificate = tls.ensure(folder / "tls", datetime.now(UTC))
    identity = IdentityService("http://127.0.0.1:1/msi/token", admin_token="admin")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    given = []

    def do(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    async def start():
        storage = StorageService(
            folder / "storage",
            Ports(folder / "ports.json"),
            certificate,
            token=identity.storage_token,
            public_key=identity.public_key,
        )
        storage.go_by(lambda: Access(tuple(given), (ACCOUNT,), (OPERATOR.principal_id,)))
        await storage.start()
        await storage.put_account("shop")
        for queue in ("orders", "other"):
            await storage.create_queue("shop", queue)
        await storage.create_container("shop", "photos")
        await storage.create_table("shop", "Products")
        return storage

    storage = do(start())

    def give(*assignments):
        given[:] = [Assignment("WHO", role, scope) for role, scope in assignments]
        do(storage.access_changed())

    token = Static(identity.token(STORAGE, "client", "who"))
    verify = {"credential": token, "connection_verify": str(certificate.authority)}
    yield SimpleNamespace(give=give, urls=storage.endpoints("shop"), verify=verify)
    do(storage.stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def queue(azure):
    with QueueClient(azure.urls["queue"], "orders", **azure.verify) as client:
        yield client


def refused(call, *arguments, **options):
    def answer():
        return list(call(*arguments, **options))

    with pytest.raises(HttpResponseError) as caught:
        answer()
    assert caught.value.status_code == 403
    assert caught.value.error_code in {"AuthorizationPermissionMismatch", None}
    assert REFUSED in str(caught.value)
    return True


def test_without_a_role_nothing_is_open_whatever_else_one_owns(azure, queue):
    azure.give((OWNER, GROUP))

    with QueueServiceClient(azure.urls["queue"], **azure.verify) as service:
        assert refused(service.list_queues)
    with BlobServiceClient(azure.urls["blob"], **azure.verify) as service:
        assert refused(service.list_containers)
    with TableServiceClient(azure.urls["table"], **azure.verify) as service:
        assert refused(service.list_tables)
    assert refused(queue.send_message, "x")


def test_a_sender_sends_to_its_queue_and_does_nothing_else(azure, queue):
    azure.give((SENDER, QUEUE))

    queue.send_message("x")

    assert refused(queue.peek_messages)
    assert refused(queue.receive_messages)
    assert refused(queue.clear_messages)
    with QueueClient(azure.urls["queue"], "other", **azure.verify) as other:
        assert refused(other.send_message, "x")


def test_a_processor_takes_and_deletes_but_does_not_send(azure, queue):
    azure.give((QUEUE_CONTRIBUTOR, QUEUE))
    queue.send_message("y")
    azure.give((PROCESSOR, QUEUE))

    message = next(iter(queue.receive_messages()))
    queue.delete_message(message)

    assert refused(queue.send_message, "x")
    assert refused(queue.update_message, message, visibility_timeout=10)


def test_a_reader_peeks_and_counts(azure, queue):
    azure.give((QUEUE_READER, ACCOUNT))

    queue.peek_messages()

    assert queue.get_queue_properties().approximate_message_count is not None
    assert refused(queue.receive_messages)
    with QueueServiceClient(azure.urls["queue"], **azure.verify) as service:
        assert [found.name for found in service.list_queues()] == ["orders", "other"]


@pytest.mark.parametrize("scope", [CONTAINER, ACCOUNT, GROUP, "/subscriptions/s"])
def test_blobs_are_written_by_contributors_and_read_by_readers_at_every_scope(azure, scope):
    with ContainerClient(azure.urls["blob"], "photos", **azure.verify) as photos:
        azure.give((BLOB_CONTRIBUTOR, scope))
        photos.upload_blob("a", b"1", overwrite=True)

        azure.give((BLOB_READER, scope))
        assert photos.download_blob("a").readall() == b"1"
        assert [blob.name for blob in photos.list_blobs()] == ["a"]
        assert refused(photos.upload_blob, "a", b"2", overwrite=True)
        assert refused(photos.delete_blob, "a")


def test_entities_are_written_by_contributors_and_read_by_readers(azure):
    entity = {"PartitionKey": "p", "RowKey": "r", "value": 1}
    with TableClient(azure.urls["table"], "Products", **azure.verify) as table:
        azure.give((TABLE_CONTRIBUTOR, TABLE))
        table.upsert_entity(entity)
        table.submit_transaction([("upsert", entity)])

        azure.give((TABLE_READER, TABLE))
        assert table.get_entity("p", "r")["value"] == 1
        assert refused(table.upsert_entity, entity)
        assert refused(table.delete_entity, "p", "r")
        assert refused(table.submit_transaction, [("upsert", entity)])


def test_a_role_of_another_service_opens_nothing(azure, queue):
    azure.give((BLOB_CONTRIBUTOR, ACCOUNT), (TABLE_CONTRIBUTOR, ACCOUNT), (SENDER, OTHER_QUEUE))

    assert refused(queue.send_message, "x")
