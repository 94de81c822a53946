"""The two accounts: one keyless, one that may sign addresses."""

from components.storage import ArtifactStorage, RuntimeStorage

ACCOUNT = "azure-native:storage:StorageAccount"


def test_the_runtime_account_has_no_shared_keys(declared):
    engine = declared(
        lambda: RuntimeStorage("r", {"resource_group_name": "g", "account_name": "tempusrun"}).queue_endpoint
    )

    account = engine.of_type(ACCOUNT)["r-account"]
    assert account["allowSharedKeyAccess"] is False
    assert account["enableHttpsTrafficOnly"] is True
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert account["allowBlobPublicAccess"] is False


def test_queues_containers_and_tables_are_made_in_the_account(declared):
    made = {}

    def program():
        store = RuntimeStorage(
            "r",
            {
                "resource_group_name": "g",
                "account_name": "tempusrun",
                "queues": ["thumbnails", "thumbnails-poison"],
                "containers": {"photos": False, "shown": True},
                "tables": ["products"],
            },
        )
        made.update(store.scopes)
        return store.queue_endpoint

    engine = declared(program)

    assert set(engine.of_type("azure-native:storage:Queue")) == {"r-queue-thumbnails", "r-queue-thumbnails-poison"}
    containers = engine.of_type("azure-native:storage:BlobContainer")
    assert {each["containerName"]: each["publicAccess"] for each in containers.values()} == {
        "photos": "None",
        "shown": "Blob",
    }
    assert engine.of_type(ACCOUNT)["r-account"]["allowBlobPublicAccess"] is True
    assert {kind: sorted(names) for kind, names in made.items()} == {
        "queues": ["thumbnails", "thumbnails-poison"],
        "containers": ["photos", "shown"],
        "tables": ["products"],
    }


def test_the_artifact_account_may_sign_addresses_and_shows_nothing(declared):
    engine = declared(
        lambda: ArtifactStorage("a", {"resource_group_name": "g", "account_name": "tempusart"}).blob_endpoint
    )

    account = engine.of_type(ACCOUNT)["a-account"]
    assert (account["allowSharedKeyAccess"], account["allowBlobPublicAccess"]) == (True, False)
    assert engine.of_type("azure-native:storage:BlobContainer")["a-packages"]["publicAccess"] == "None"
