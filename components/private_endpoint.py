"""A private endpoint: an address inside a network for one part of a resource, and its name there."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import network


class PrivateEndpointArgs(TypedDict):
    """What a private endpoint leads to."""

    resource_group_name: pulumi.Input[str]
    """Resource group the endpoint is created in."""
    endpoint_name: str
    """Azure name of the endpoint."""
    subnet_id: pulumi.Input[str]
    """Resource id of the subnet it takes its address from."""
    target_id: pulumi.Input[str]
    """Resource id of the site, account or vault it leads to; a slot's site, for slots."""
    part: str
    """Azure's group id: "sites", "sites-<slot>", "blob", "queue", "table" or "vault"."""
    zone_id: NotRequired[pulumi.Input[str]]
    """Resource id of the private DNS zone that learns its address; none when others look after names."""
    tags: NotRequired[pulumi.Input[dict[str, str]]]
    """Tags of the endpoint."""


class PrivateEndpoint(pulumi.ComponentResource):
    """A private endpoint with its record in a private DNS zone."""

    endpoint_id: pulumi.Output[str]
    """Resource id of the endpoint."""

    def __init__(self, name: str, args: PrivateEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the endpoint and its zone group; what `opts` depends on comes before the endpoint."""
        super().__init__("oneplan:index:PrivateEndpoint", name, {}, opts)
        endpoint = network.PrivateEndpoint(
            f"{name}-endpoint",
            private_endpoint_name=args["endpoint_name"],
            resource_group_name=args["resource_group_name"],
            subnet={"id": args["subnet_id"]},
            private_link_service_connections=[
                {
                    "name": args["part"],
                    "private_link_service_id": args["target_id"],
                    "group_ids": [args["part"]],
                }
            ],
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        if "zone_id" in args:
            network.PrivateDnsZoneGroup(
                f"{name}-names",
                private_dns_zone_group_name="default",
                private_endpoint_name=endpoint.name,
                resource_group_name=args["resource_group_name"],
                private_dns_zone_configs=[{"name": args["part"], "private_dns_zone_id": args["zone_id"]}],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[endpoint]),
            )
        self.endpoint_id = endpoint.id
        self.register_outputs({"endpoint_id": self.endpoint_id})
