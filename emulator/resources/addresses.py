"""Virtual networks as Azure sees them: ranges, subnets, who has which address. Pure but for reading the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from emulator.resources.handler import Scope
from emulator.resources.ids import group_id, group_of, name_of
from emulator.resources.values import text
from emulator.store import Record, Store

NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
NETWORK_TOKEN = "azure-native:network:VirtualNetwork"  # noqa: S105
SUBNET_TOKEN = "azure-native:network:Subnet"  # noqa: S105
ENDPOINT_TOKEN = "azure-native:network:PrivateEndpoint"  # noqa: S105
APP_SERVICE = "Microsoft.Web/serverFarms"
_FIRST_FREE = 4
"""Azure keeps the network's address, three behind it, and the last one."""


@dataclass(frozen=True)
class Subnet:
    """One subnet, written as part of its network or as a resource of its own."""

    id: str
    range: IPv4Network
    delegations: tuple[str, ...] = ()

    @property
    def room(self) -> int:
        """How many addresses can be given away."""
        return max(0, self.range.num_addresses - _FIRST_FREE - 1)

    def address(self, number: int) -> str:
        """Returns the address that is given away as the ``number``-th, counted from 0."""
        return str(self.range[_FIRST_FREE + number])


def is_elsewhere(store: Store, id: str) -> bool:
    """Whether a resource is of another group or subscription than those made here, so that nothing is known of it."""
    group = group_of(id)
    return bool(group) and (store.get(group_id(group)) is None or not id.lower().startswith(group_id(group).lower()))


def find_subnet(scope: Scope, id: str) -> Subnet | None:
    """Returns the subnet with this id, or None."""
    network = scope.store.get(id.partition("/subnets/")[0])
    if network is None or network.token != NETWORK_TOKEN:
        return None
    return next((one for one in subnets_of(scope.store, network) if one.id.lower() == id.lower()), None)


def subnets_of(store: Store, network: Record) -> Iterator[Subnet]:
    """Yields a network's subnets: those in its own inputs, then those that are resources."""
    yield from inline(network.id, network.inputs)
    for record in store.below(f"{network.id}/subnets"):
        if record.token == SUBNET_TOKEN and (found := subnet(record.id, record.inputs)):
            yield found


def inline(network_id: str, inputs: Mapping[str, Any]) -> Iterator[Subnet]:
    """Yields the subnets in a network's inputs; those without a readable range are left out."""
    for item in inputs.get("subnets") or ():
        if isinstance(item, dict) and (found := subnet(f"{network_id}/subnets/{text(item, 'name')}", item)):
            yield found


def subnet(id: str, inputs: Mapping[str, Any]) -> Subnet | None:
    """Returns the subnet that inputs describe, or None when its range cannot be read."""
    prefixes = [text(inputs, "addressPrefix"), *(inputs.get("addressPrefixes") or ())]
    ranges = [found for each in prefixes if isinstance(each, str) and (found := parse(each))]
    if not ranges:
        return None
    delegations = (text(each, "serviceName") for each in inputs.get("delegations") or () if isinstance(each, dict))
    return Subnet(id, ranges[0], tuple(each for each in delegations if each))


def parse(prefix: str) -> IPv4Network | None:
    """Returns a range, or None for a text that is none (a range begins with its own first address)."""
    try:
        return IPv4Network(prefix)
    except ValueError:
        return None


def users_of(scope: Scope, subnet_id: str) -> list[str]:
    """Returns what has an address in a subnet, as messages name it: private endpoints and joined sites."""
    found = []
    for record in scope.store.all():
        endpoint = record.token == ENDPOINT_TOKEN and text(record.inputs.get("subnet") or {}, "id")
        joined = text(record.inputs, "virtualNetworkSubnetId")
        if subnet_id.lower() in {str(endpoint).lower(), joined.lower()}:
            found.append(name_of(record.id))
    return found
