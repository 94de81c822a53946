"""The virtual network of a stack: the subnet apps leave by, the subnet of private endpoints, and private DNS zones."""

from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import network, privatedns

APPS, ENDPOINTS = "apps", "endpoints"
_DELEGATION = {"name": "app-service", "service_name": "Microsoft.Web/serverFarms"}


class PrivateNetworkArgs(TypedDict):
    """What a network is made from; with `range` it is made, else its subnets are there already."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the network and of its zones."""
    network_name: str
    """Azure name of the network."""
    apps: str
    """Subnet by which apps leave: its range, or its resource id when the network is there already."""
    range: NotRequired[str]
    """Addresses of the network that is made, such as "10.20.0.0/24"."""
    endpoints: NotRequired[str]
    """Subnet of the private endpoints: its range, or its resource id."""
    zones: NotRequired[list[str]]
    """Private DNS zones that are made and linked to the network, such as "privatelink.azurewebsites.net"."""
    tags: NotRequired[pulumi.Input[dict[str, str]]]
    """Tags of everything made here."""


class PrivateNetwork(pulumi.ComponentResource):
    """A network that apps are joined to, whose names of private endpoints resolve inside it."""

    network_id: pulumi.Output[str]
    """Resource id of the network."""
    apps_subnet_id: pulumi.Output[str]
    """Resource id of the subnet that is delegated to App Service."""
    endpoints_subnet_id: pulumi.Output[str]
    """Resource id of the subnet of private endpoints; empty where there is none."""
    zone_ids: pulumi.Output[dict[str, str]]
    """Resource ids of the private DNS zones, by name."""

    def __init__(self, name: str, args: PrivateNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the network where it has a range, its zones, and their links."""
        super().__init__("oneplan:index:PrivateNetwork", name, {}, opts)
        if "range" in args:
            made = self._made(name, args)
            self.network_id = made.id
            self.apps_subnet_id = pulumi.Output.concat(made.id, "/subnets/", APPS)
            door = pulumi.Output.concat(made.id, "/subnets/", ENDPOINTS) if "endpoints" in args else ""
        else:
            self.network_id = pulumi.Output.from_input(args["apps"].partition("/subnets/")[0])
            self.apps_subnet_id = pulumi.Output.from_input(args["apps"])
            door = args.get("endpoints", "")
        self.endpoints_subnet_id = pulumi.Output.from_input(door)
        # Private endpoints resolve in their own network, which may be another than that of the apps.
        home = self.network_id if "range" in args else args.get("endpoints", args["apps"]).partition("/subnets/")[0]
        zones = {zone: self._zone(name, zone, args, home) for zone in args.get("zones", [])}
        self.zone_ids = pulumi.Output.all(**{zone: made.id for zone, made in zones.items()})
        self.register_outputs(
            {
                "network_id": self.network_id,
                "apps_subnet_id": self.apps_subnet_id,
                "endpoints_subnet_id": self.endpoints_subnet_id,
                "zone_ids": self.zone_ids,
            }
        )

    def _made(
        self, name: str, args: PrivateNetworkArgs
    ) -> "network.VirtualNetwork":  # quoted: the module takes seconds to load
        """The subnets are part of the network's own request: apart from it, Azure refuses two changes at a time."""
        subnets: list[Any] = [{"name": APPS, "address_prefix": args["apps"], "delegations": [_DELEGATION]}]
        if "endpoints" in args:
            subnets.append({"name": ENDPOINTS, "address_prefix": args["endpoints"]})
        return network.VirtualNetwork(
            f"{name}-network",
            virtual_network_name=args["network_name"],
            resource_group_name=args["resource_group_name"],
            address_space={"address_prefixes": [args["range"]]},
            subnets=subnets,
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _zone(
        self, name: str, zone: str, args: PrivateNetworkArgs, home: pulumi.Input[str]
    ) -> "privatedns.PrivateZone":
        label = zone.removeprefix("privatelink.").partition(".")[0]
        made = privatedns.PrivateZone(
            f"{name}-zone-{label}",
            private_zone_name=zone,
            resource_group_name=args["resource_group_name"],
            location="global",
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        privatedns.VirtualNetworkLink(
            f"{name}-zone-{label}-link",
            private_zone_name=made.name,
            virtual_network_link_name=args["network_name"],
            resource_group_name=args["resource_group_name"],
            location="global",
            registration_enabled=False,
            virtual_network={"id": home},
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return made
