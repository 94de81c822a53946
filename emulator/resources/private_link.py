"""Private endpoints and the private DNS zones that know their addresses; kept and answered, no name is served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.resources.addresses import ENDPOINT_TOKEN, NETWORK_TOKEN, Subnet, is_elsewhere
from emulator.resources.errors import AzureError, bad_request, conflict, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, name_of
from emulator.resources.network import require_endpoint_room
from emulator.resources.plan import tier_of
from emulator.resources.values import text
from emulator.store import Record

ENDPOINT_PATH = f"{GROUP_PATH}/providers/Microsoft.Network/privateEndpoints/{{privateEndpointName}}"
ZONE_TYPE = "Microsoft.Network/privateDnsZones"
ZONE_PATH = f"{GROUP_PATH}/providers/{ZONE_TYPE}/{{privateZoneName}}"
_NAME = re.compile(r"(?=.{2,64}$)[A-Za-z0-9](?:[-.\w]*\w)?", re.ASCII)
_ZONE = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?\.)+[a-z0-9]{2,63}", re.IGNORECASE)
# learn.microsoft.com/azure/private-link/private-endpoint-overview#private-link-resource, by the target's type.
_PARTS: Mapping[str, tuple[str, str]] = {
    "microsoft.web/sites": (r"sites(?:-[-a-z0-9]+)?", "{name}.azurewebsites.net"),
    "microsoft.storage/storageaccounts": (
        r"(?:blob|queue|table|file|web|dfs)(?:_secondary)?",
        "{name}.{part}.core.windows.net",
    ),
    "microsoft.keyvault/vaults": (r"vault", "{name}.vault.azure.net"),
}


class PrivateEndpoint(Handler):
    """An address in a subnet that leads to one part of a resource."""

    token = ENDPOINT_TOKEN
    type = "Microsoft.Network/privateEndpoints"
    path = IdTemplate(ENDPOINT_PATH)
    force_new = frozenset({"location", "subnet", "extendedLocation"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "privateEndpointName")
        if name and not _NAME.fullmatch(name):
            yield Problem(
                "privateEndpointName", f"{name!r} is not an endpoint's name; 2 to 64 letters, digits, '-', '_' and '.'"
            )

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the endpoint's outputs; its subnet must have room, and what it leads to must have that part."""
        found = require_endpoint_room(scope, resource.id, text(resource.inputs.get("subnet") or {}, "id"))
        connections = resource.inputs.get("privateLinkServiceConnections") or ()
        if not connections and not resource.inputs.get("manualPrivateLinkServiceConnections"):
            raise bad_request(
                f"Private endpoint {resource.name} has no private link service connection.",
                "MissingPrivateLinkServiceConnection",
            )
        names = [_require_part(scope, resource.id, each) for each in connections]
        address = found.address(_number(scope, resource.id, found)) if found else ""
        return {
            **self.answer(resource),
            "customDnsConfigs": [{"fqdn": name, "ipAddresses": [address]} for name in names if address],
            "manualPrivateLinkServiceConnections": [],
            "networkInterfaces": [
                {"id": f"{resource.id.rpartition('/privateEndpoints/')[0]}/networkInterfaces/{resource.name}.nic"}
            ],
            "privateLinkServiceConnections": [_approved(resource.id, each) for each in connections],
            "provisioningState": "Succeeded",
        }


class PrivateDnsZoneGroup(Handler):
    """Which zones learn an endpoint's address; an endpoint has one group."""

    token = "azure-native:network:PrivateDnsZoneGroup"  # noqa: S105
    type = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
    path = IdTemplate(f"{ENDPOINT_PATH}/privateDnsZoneGroups/{{privateDnsZoneGroupName}}")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the group's outputs; its zones must exist."""
        for config in resource.inputs.get("privateDnsZoneConfigs") or ():
            _require(scope, text(config, "privateDnsZoneId"))
        endpoint = resource.id.partition("/privateDnsZoneGroups/")[0]
        for other in scope.store.below(f"{endpoint}/privateDnsZoneGroups"):
            if other.id.lower() != resource.id.lower():
                raise bad_request(
                    f"Private endpoint {name_of(endpoint)} already has the private DNS zone group {name_of(other.id)}.",
                    "MoreThanOnePrivateDnsZoneGroupPerPrivateEndpointNotAllowed",
                )
        return {**self.answer(resource), "provisioningState": "Succeeded"}


class PrivateZone(Handler):
    """A private DNS zone."""

    token = "azure-native:privatedns:PrivateZone"  # noqa: S105
    type = ZONE_TYPE
    path = IdTemplate(ZONE_PATH)
    force_new = frozenset({"location"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name that is no zone's, and a region."""
        name = text(inputs, "privateZoneName")
        if name and not _ZONE.fullmatch(name):
            yield Problem("privateZoneName", f"{name!r} is not a zone's name, such as 'privatelink.azurewebsites.net'")
        yield from _global(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the zone's outputs."""
        return {
            **self.answer(resource),
            "maxNumberOfRecordSets": 25000,
            "numberOfRecordSets": 1,
            "provisioningState": "Succeeded",
        }

    def require_removable(self, scope: Scope, record: Record) -> None:
        """Raises Azure's 409 while a network is linked to the zone."""
        if scope.store.below(f"{record.id}/virtualNetworkLinks"):
            raise conflict(
                f"Can not delete resource before nested resources are deleted: the zone '{name_of(record.id)}' is "
                "linked to virtual networks.",
                "CannotDeleteResource",
            )


class VirtualNetworkLink(Handler):
    """A network in which a zone's names resolve."""

    token = "azure-native:privatedns:VirtualNetworkLink"  # noqa: S105
    type = f"{ZONE_TYPE}/virtualNetworkLinks"
    path = IdTemplate(f"{ZONE_PATH}/virtualNetworkLinks/{{virtualNetworkLinkName}}")
    force_new = frozenset({"location", "virtualNetwork"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a region."""
        yield from _global(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the link's outputs; the network must exist, and know one zone of the name."""
        network = text(resource.inputs.get("virtualNetwork") or {}, "id")
        target = scope.store.get(network)
        if (target is None or target.token != NETWORK_TOKEN) and not is_elsewhere(scope.store, network):
            raise not_found(f"The virtual network '{network}' could not be found.", "VirtualNetworkNotFound")
        zone = name_of(resource.id.partition("/virtualNetworkLinks/")[0])
        for other in scope.store.all(self.token):
            same_network = text(other.inputs.get("virtualNetwork") or {}, "id").lower() == network.lower()
            same_zone = name_of(other.id.partition("/virtualNetworkLinks/")[0]).lower() == zone.lower()
            if same_network and same_zone and other.id.lower() != resource.id.lower():
                raise conflict(
                    f"A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to "
                    f"link virtual network with '{zone}' and '{zone}' zones.",
                )
        return {
            **self.answer(resource),
            "provisioningState": "Succeeded",
            "virtualNetworkLinkState": "Completed",
        }


def _global(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    where = text(inputs, "location")
    if where and where.lower() != "global":
        yield Problem("location", f"{where!r} is a region; private DNS is in 'global'")


def _require(scope: Scope, id: str) -> None:
    if scope.store.get(id) is None and not is_elsewhere(scope.store, id):
        raise not_found(f"The Resource '{id}' was not found.")


def _require_part(scope: Scope, endpoint: str, connection: Mapping[str, Any]) -> str:
    """Returns the host name that gets the address; raises where the target has no such part, or its plan none."""
    target, groups = text(connection, "privateLinkServiceId"), list(connection.get("groupIds") or ())
    _require(scope, target)
    kind = target.partition("/providers/")[2].rpartition("/")[0].lower()
    pattern, host = _PARTS.get(kind, (r".*", "{name}"))
    if len(groups) != 1 or not re.fullmatch(pattern, str(groups[0]), re.IGNORECASE):
        raise bad_request(
            f"Call to {kind} failed. Error message: the group ids {', '.join(map(str, groups)) or 'none'} of private "
            f"endpoint {name_of(endpoint)} are not one of this resource.",
            "PrivateEndpointInvalidGroupIds",
        )
    part = str(groups[0])
    record = scope.store.get(target)
    if record is not None and kind == "microsoft.web/sites":
        _require_site(scope, record, part)
    return host.format(name=name_of(target), part=part)


def _require_site(scope: Scope, site: Record, part: str) -> None:
    plan = scope.store.get(text(site.inputs, "serverFarmId"))
    size = text(plan.outputs.get("sku") or {}, "name") if plan else ""
    tier = tier_of(size)
    if tier is not None and tier.name in {"Free", "Shared"}:
        raise _refused(f"the plan of site {name_of(site.id)} ({size}) has no private endpoints; Basic and higher have")
    slot = part.partition("-")[2]
    if slot and scope.store.get(f"{site.id}/slots/{slot}") is None:
        raise _refused(f"site {name_of(site.id)} has no slot {slot}")


def _refused(reason: str) -> AzureError:
    return bad_request(f"Call to Microsoft.Web/sites failed. Error message: {reason}.")


def _number(scope: Scope, id: str, subnet: Subnet) -> int:
    """The place of an endpoint's address: the one it has, or the first that no other has."""
    taken = set()
    for other in scope.store.all(ENDPOINT_TOKEN):
        for each in other.outputs.get("customDnsConfigs") or ():
            if other.id.lower() == id.lower():
                own = [number for number in range(subnet.room) if subnet.address(number) in each["ipAddresses"]]
                if own:
                    return own[0]
            taken |= set(each["ipAddresses"])
    return next(number for number in range(subnet.room) if subnet.address(number) not in taken)


def _approved(endpoint: str, connection: Mapping[str, Any]) -> dict[str, Any]:
    state = {"status": "Approved", "description": "", "actionsRequired": "None"}
    return {
        "id": f"{endpoint}/privateLinkServiceConnections/{text(connection, 'name')}",
        "provisioningState": "Succeeded",
        "privateLinkServiceConnectionState": state,
        **connection,
    }


HANDLERS: tuple[Handler, ...] = (PrivateEndpoint(), PrivateDnsZoneGroup(), PrivateZone(), VirtualNetworkLink())
FUNCTIONS: dict[str, Function] = {}
