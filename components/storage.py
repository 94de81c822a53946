"""The two storage accounts of a stack: one that apps and jobs work with, one that holds their packages.

They are apart because the first is keyless, while ARM can mint a package's read-only address only from an account key
(`listServiceSas`), so the second must allow keys.
"""

from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import storage


class RuntimeStorageArgs(TypedDict):
    """What the runtime account holds."""

    resource_group_name: pulumi.Input[str]
    """Resource group the account is created in."""
    account_name: str
    """Azure name of the account."""
    queues: NotRequired[list[str]]
    """Queue names, poison queues included."""
    containers: NotRequired[dict[str, bool]]
    """Container names, and whether anybody may read their blobs."""
    tables: NotRequired[list[str]]
    """Table names by Azure's rules."""
    keep: NotRequired[dict[str, int]]
    """Days after which a container's blobs are deleted, counted from their last change; others stay."""
    soft_delete_days: NotRequired[int]
    """How long deleted blobs and containers can be brought back; not at all when omitted."""
    private: NotRequired[bool]
    """Whether it is reached through private endpoints only; from everywhere when omitted."""
    tags: NotRequired[pulumi.Input[dict[str, str]]]
    """Tags of the account."""


class RuntimeStorage(pulumi.ComponentResource):
    """A storage account without shared keys, with its queues, containers and tables."""

    account_id: pulumi.Output[str]
    """Resource id of the account."""
    queue_endpoint: pulumi.Output[str]
    """Address of the queue service, with a trailing slash."""
    blob_endpoint: pulumi.Output[str]
    """Address of the blob service, with a trailing slash."""
    table_endpoint: pulumi.Output[str]
    """Address of the table service, with a trailing slash."""
    scopes: dict[str, dict[str, pulumi.Output[str]]]
    """Resource ids to grant access on: kind ("queues", "containers", "tables"), then name."""

    def __init__(self, name: str, args: RuntimeStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the account and what is in it."""
        super().__init__("oneplan:index:RuntimeStorage", name, {}, opts)
        containers = args.get("containers", {})
        account = _account(f"{name}-account", args, self, keys=False, public=any(containers.values()))
        inside = {"resource_group_name": args["resource_group_name"], "account_name": account.name}
        own = pulumi.ResourceOptions(parent=self)
        self.scopes = {
            "queues": {
                queue: storage.Queue(f"{name}-queue-{queue}", queue_name=queue, **inside, opts=own).id
                for queue in args.get("queues", [])
            },
            "containers": {
                container: storage.BlobContainer(
                    f"{name}-container-{container}",
                    container_name=container,
                    public_access=storage.PublicAccess.BLOB if public else storage.PublicAccess.NONE,
                    **inside,
                    opts=own,
                ).id
                for container, public in containers.items()
            },
            "tables": {
                table: storage.Table(f"{name}-table-{table}", table_name=table, **inside, opts=own).id
                for table in args.get("tables", [])
            },
        }
        _keep(name, args, account, own)
        self.account_id = account.id
        endpoints = account.primary_endpoints
        self.queue_endpoint = endpoints.apply(lambda found: found.queue)
        self.blob_endpoint = endpoints.apply(lambda found: found.blob)
        self.table_endpoint = endpoints.apply(lambda found: found.table)
        self.register_outputs(
            {
                "account_id": self.account_id,
                "queue_endpoint": self.queue_endpoint,
                "blob_endpoint": self.blob_endpoint,
                "table_endpoint": self.table_endpoint,
                "scopes": self.scopes,
            }
        )


def _keep(name: str, args: RuntimeStorageArgs, account: storage.StorageAccount, own: pulumi.ResourceOptions) -> None:
    """Deletes old blobs, and keeps deleted ones for a while, where that is asked for."""
    inside = {"resource_group_name": args["resource_group_name"], "account_name": account.name}
    if days := args.get("soft_delete_days"):
        retention = {"enabled": True, "days": days}
        storage.BlobServiceProperties(
            f"{name}-blobs",
            blob_services_name="default",
            delete_retention_policy=retention,
            container_delete_retention_policy=retention,
            **inside,
            opts=own,
        )
    if keep := args.get("keep"):
        storage.ManagementPolicy(
            f"{name}-lifecycle",
            management_policy_name="default",
            policy={"rules": [_deleted_after(container, keep[container]) for container in sorted(keep)]},
            **inside,
            opts=own,
        )


def _deleted_after(container: str, days: int) -> dict[str, Any]:
    return {
        "name": f"keep-{container}",
        "type": storage.RuleType.LIFECYCLE,
        "enabled": True,
        "definition": {
            "filters": {"blob_types": ["blockBlob", "appendBlob"], "prefix_match": [f"{container}/"]},
            "actions": {"base_blob": {"delete": {"days_after_modification_greater_than": days}}},
        },
    }


class ArtifactStorageArgs(TypedDict):
    """What the artifact account is made from."""

    resource_group_name: pulumi.Input[str]
    """Resource group the account is created in."""
    account_name: str
    """Azure name of the account."""
    private: NotRequired[bool]
    """Whether it is reached through private endpoints only; from everywhere when omitted."""
    tags: NotRequired[pulumi.Input[dict[str, str]]]
    """Tags of the account."""


class ArtifactStorage(pulumi.ComponentResource):
    """A private storage account that holds site packages."""

    account_id: pulumi.Output[str]
    """Resource id of the account."""
    account_name: pulumi.Output[str]
    """Azure name of the account, known once it exists."""
    container_id: pulumi.Output[str]
    """Resource id of the container, to grant access to its packages."""
    container_name: pulumi.Output[str]
    """The container that packages are uploaded to."""
    blob_endpoint: pulumi.Output[str]
    """Address of the blob service, with a trailing slash."""

    def __init__(self, name: str, args: ArtifactStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the account and its container."""
        super().__init__("oneplan:index:ArtifactStorage", name, {}, opts)
        account = _account(f"{name}-account", args, self, keys=True, public=False)
        container = storage.BlobContainer(
            f"{name}-packages",
            account_name=account.name,
            container_name="packages",
            resource_group_name=args["resource_group_name"],
            public_access=storage.PublicAccess.NONE,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.account_id, self.account_name = account.id, account.name
        self.container_name, self.container_id = container.name, container.id
        self.blob_endpoint = account.primary_endpoints.apply(lambda found: found.blob)
        self.register_outputs(
            {
                "account_id": self.account_id,
                "account_name": self.account_name,
                "container_id": self.container_id,
                "container_name": self.container_name,
                "blob_endpoint": self.blob_endpoint,
            }
        )


def _account(
    name: str,
    args: RuntimeStorageArgs | ArtifactStorageArgs,
    parent: pulumi.Resource,
    *,
    keys: bool,
    public: bool,
) -> storage.StorageAccount:
    closed: dict[str, Any] = {}
    if args.get("private"):
        closed["public_network_access"] = storage.PublicNetworkAccess.DISABLED
        closed["network_rule_set"] = {
            "default_action": storage.DefaultAction.DENY,
            "bypass": storage.Bypass.AZURE_SERVICES,
        }
    return storage.StorageAccount(
        name,
        account_name=args["account_name"],
        resource_group_name=args["resource_group_name"],
        kind=storage.Kind.STORAGE_V2,
        sku={"name": storage.SkuName.STANDARD_LRS},
        allow_blob_public_access=public,
        allow_cross_tenant_replication=False,
        allow_shared_key_access=keys,
        default_to_o_auth_authentication=True,
        enable_https_traffic_only=True,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        **closed,
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(parent=parent),
    )
