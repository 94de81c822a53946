"""Virtual networks and private endpoints: what Azure refuses is refused, the rest kept and answered.

Nothing is carried over them: every site and account here is reached on loopback, private or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.resources.addresses import (
    NETWORK_TOKEN,
    NETWORK_TYPE,
    SUBNET_TOKEN,
    Subnet,
    find_subnet,
    inline,
    is_elsewhere,
    parse,
    subnet,
    subnets_of,
    users_of,
)
from emulator.resources.errors import bad_request, conflict, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, name_of, uuid_of
from emulator.resources.values import text
from emulator.store import Record

NETWORK_PATH = f"{GROUP_PATH}/providers/{NETWORK_TYPE}/{{virtualNetworkName}}"
_NAME = re.compile(r"(?=.{1,80}$)\w(?:[-.\w]*\w)?", re.ASCII)
_LONGEST_NETWORK = 64


class VirtualNetwork(Handler):
    """A virtual network, with the subnets in its own inputs."""

    token = NETWORK_TOKEN
    type = NETWORK_TYPE
    path = IdTemplate(NETWORK_PATH)
    force_new = frozenset({"location", "extendedLocation"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields names and ranges that Azure does not take."""
        yield from _named(inputs, "virtualNetworkName")
        if len(text(inputs, "virtualNetworkName")) > _LONGEST_NETWORK:
            yield Problem("virtualNetworkName", f"has more than {_LONGEST_NETWORK} characters")
        space = inputs.get("addressSpace")
        for index, prefix in enumerate((space.get("addressPrefixes") or ()) if isinstance(space, dict) else ()):
            yield from _ranged(prefix, f"addressSpace.addressPrefixes[{index}]")
        for index, item in enumerate(inputs.get("subnets") or ()):
            if isinstance(item, dict):
                yield from _named(item, "name", f"subnets[{index}].name")
                yield from _ranged(item.get("addressPrefix"), f"subnets[{index}].addressPrefix")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the network's outputs; its subnets must fit, and none that is in use may go or change."""
        own = list(inline(resource.id, resource.inputs))
        others = [each for each in _before(scope, resource) if not any(_same(each, one) for one in own)]
        _require_fit(resource.id, resource.inputs, own)
        if resource.old is not None:
            for gone in (each for each in inline(resource.id, resource.old.inputs) if _is_gone(each, own)):
                _require_unused(scope, gone.id)
        _require_apart(resource.id, [*own, *others])
        answers = [
            {**item, "id": f"{resource.id}/subnets/{text(item, 'name')}", "provisioningState": "Succeeded"}
            for item in resource.inputs.get("subnets") or ()
        ]
        return {
            **self.answer(resource),
            "provisioningState": "Succeeded",
            "resourceGuid": uuid_of(resource.id, "network"),
            "subnets": answers,
        }

    def require_removable(self, scope: Scope, record: Record) -> None:
        """Raises Azure's 400 while a subnet is in use."""
        for each in subnets_of(scope.store, record):
            _require_unused(scope, each.id)


class VirtualNetworkSubnet(Handler):
    """A subnet as a resource of its own."""

    token = SUBNET_TOKEN
    type = f"{NETWORK_TYPE}/subnets"
    path = IdTemplate(f"{NETWORK_PATH}/subnets/{{subnetName}}")

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields names and ranges that Azure does not take."""
        yield from _named(inputs, "subnetName")
        yield from _ranged(inputs.get("addressPrefix"), "addressPrefix")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the subnet's outputs; it must be in its network and apart from the others."""
        network = scope.store.get(resource.id.partition("/subnets/")[0])
        own = subnet(resource.id, resource.inputs)
        if own is None or network is None:
            raise bad_request(f"Subnet '{resource.name}' has no address prefix.", "MissingAddressPrefix")
        _require_fit(network.id, network.inputs, [own])
        _require_apart(network.id, [own, *(one for one in subnets_of(scope.store, network) if not _same(one, own))])
        old = subnet(resource.id, resource.old.inputs) if resource.old else None
        if old is not None and old != own:
            _require_unused(scope, old.id)
        return {**self.answer(resource), "provisioningState": "Succeeded"}

    def require_removable(self, scope: Scope, record: Record) -> None:
        """Raises Azure's 400 while the subnet is in use."""
        _require_unused(scope, record.id)


def _named(inputs: Mapping[str, Any], key: str, path: str = "") -> Iterator[Problem]:
    name = text(inputs, key)
    if name and not _NAME.fullmatch(name):
        yield Problem(path or key, f"{name!r} is not a network's name; 1 to 80 letters, digits, '-', '_' and '.'")


def _ranged(prefix: Any, path: str) -> Iterator[Problem]:
    if isinstance(prefix, str) and ":" not in prefix and parse(prefix) is None:
        yield Problem(path, f"{prefix!r} is not a range of addresses that begins with its own first, as 10.0.0.0/24")


def _before(scope: Scope, resource: Resource) -> list[Subnet]:
    """The subnets that are resources of their own."""
    found = (subnet(each.id, each.inputs) for each in scope.store.below(f"{resource.id}/subnets"))
    return [each for each in found if each is not None]


def _same(one: Subnet, other: Subnet) -> bool:
    return one.id.lower() == other.id.lower()


def _is_gone(old: Subnet, now: list[Subnet]) -> bool:
    """Whether a subnet is not there any more, or with another range or use."""
    return not any(_same(old, one) and old.range == one.range and old.delegations == one.delegations for one in now)


def _require_fit(network_id: str, inputs: Mapping[str, Any], own: list[Subnet]) -> None:
    space = (inputs.get("addressSpace") or {}).get("addressPrefixes") or ()
    whole = [found for each in space if isinstance(each, str) and (found := parse(each))]
    for each in own:
        if not any(each.range.subnet_of(one) for one in whole):
            raise bad_request(
                f"Subnet '{name_of(each.id)}' is not valid in virtual network '{name_of(network_id)}'.",
                "NetcfgInvalidSubnet",
            )


def _require_apart(network_id: str, subnets: list[Subnet]) -> None:
    for index, one in enumerate(subnets):
        for other in subnets[index + 1 :]:
            if one.range.overlaps(other.range):
                raise bad_request(
                    f"Subnet '{name_of(other.id)}' is not valid because its IP address range overlaps with that of an "
                    f"existing subnet in virtual network '{name_of(network_id)}'.",
                    "NetcfgSubnetRangesOverlap",
                )


def _require_unused(scope: Scope, subnet_id: str) -> None:
    if users := users_of(scope, subnet_id):
        raise bad_request(
            f"Subnet {name_of(subnet_id)} is in use by {', '.join(users)} and cannot be deleted. In order to delete "
            "the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
            "InUseSubnetCannotBeDeleted",
        )


def require_endpoint_room(scope: Scope, endpoint_id: str, subnet_id: str) -> Subnet | None:
    """Returns the subnet an endpoint takes its address from, None for one elsewhere; raises where Azure refuses."""
    found = find_subnet(scope, subnet_id)
    if found is None:
        if is_elsewhere(scope.store, subnet_id):
            return None
        raise not_found(
            f"Resource {subnet_id} referenced by resource {endpoint_id} was not found.", "InvalidResourceReference"
        )
    if found.delegations:
        raise bad_request(
            f"Private endpoint cannot be created as subnet {found.id} is delegated.",
            "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        )
    others = [name for name in users_of(scope, found.id) if name.lower() != name_of(endpoint_id).lower()]
    if len(others) >= found.room:
        raise bad_request(
            f"Subnet {name_of(found.id)} with address prefix {found.range} does not have enough capacity for 1 IP "
            "addresses.",
            "SubnetIsFull",
        )
    return found


def require_app_subnet(scope: Scope, subnet_id: str, plan_id: str, site_id: str) -> None:
    """Raises where Azure refuses to join a site to a subnet; one elsewhere is taken to be right.

    A subnet serves one plan (learn.microsoft.com/azure/app-service/overview-vnet-integration#limitations).
    """
    found = find_subnet(scope, subnet_id)
    if found is None:
        if is_elsewhere(scope.store, subnet_id):
            return
        raise not_found(
            f"Subnet {name_of(subnet_id)} in VNET {name_of(subnet_id.partition('/subnets/')[0])} is not found."
        )
    if "microsoft.web/serverfarms" not in {each.lower() for each in found.delegations}:
        raise bad_request(
            f"The subnet {name_of(found.id)} is not delegated to Microsoft.Web/serverFarms, as the integration of "
            f"site {name_of(site_id)} needs."
        )
    for record in scope.store.all():
        same = text(record.inputs, "virtualNetworkSubnetId").lower() == found.id.lower()
        if same and text(record.inputs, "serverFarmId").lower() != plan_id.lower():
            raise conflict(
                f"Subnet {name_of(found.id)} is already occupied by service of App Service plan "
                f"{name_of(text(record.inputs, 'serverFarmId'))}."
            )


HANDLERS: tuple[Handler, ...] = (VirtualNetwork(), VirtualNetworkSubnet())
FUNCTIONS: dict[str, Function] = {}
