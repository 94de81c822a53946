"""The virtual network: ranges, sizes of subnets, what is private, who may call.

Sizes: https://learn.microsoft.com/azure/app-service/overview-vnet-integration#subnet-requirements; ranges:
https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq.
"""

from ipaddress import IPv4Network, ip_network

from oneplan.manifest import names
from oneplan.manifest.checks.naming import too_long
from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.endpoints import Endpoint, endpoints, services_in_use
from oneplan.manifest.models import NetworkModel
from oneplan.manifest.problems import Problems

_RESERVED = 5
"""Addresses of each subnet that Azure keeps for itself."""
_SMALLEST_APPS, _SMALLEST = 28, 29
_FORBIDDEN = tuple(IPv4Network(text) for text in ("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "168.63.129.16/32"))


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is wrong with the network."""
    project = scope.draft.project
    network = project.network if project else None
    if network is None:
        return
    if scope.size and not scope.size.has_always_on:
        message = f"plan {scope.size.sku} cannot join a virtual network; use B1 or larger"
        problems.add(scope.draft.key("network"), "WJ119", message)
    _names(scope, network, problems)
    if network.apps == network.endpoints:
        message = "apps and endpoints name one subnet, which App Service takes for itself alone; give each its own"
        problems.add(scope.draft.at("network", "endpoints"), "WJ120", message)
        return
    if network.range is None:
        _existing(scope, network, problems)
    else:
        _made(scope, network, network.range, problems)


def endpoints_of(scope: Scope, network: NetworkModel) -> tuple[Endpoint, ...]:
    """Returns the private endpoints that a draft asks for."""
    draft = scope.draft
    services = services_in_use(
        queues=bool(scope.queues),
        containers=bool(draft.declared("containers")),
        tables=bool(draft.declared("tables")),
        functions=any(app.kind == "functions" for app in draft.apps.values()),
    )
    apps = {name: tuple(app.slots) for name, app in draft.apps.items() if app.private}
    return endpoints(network.private, services, has_vault=scope.has_secrets, apps=apps)


def _names(scope: Scope, network: NetworkModel, problems: Problems) -> None:
    draft = scope.draft
    name, stack = draft.project.name if draft.project else "", draft.stack
    if network.range and len(long := names.network(name, stack)) > names.LIMITS["virtual network"]:
        problems.add(draft.at("name"), "WJ027", too_long("virtual network", long, "`name` or the stack's name"))
    for each in endpoints_of(scope, network):
        if len(long := names.endpoint(name, stack, each.name)) > names.LIMITS["private endpoint"]:
            mark = draft.key("apps", each.app) if each.app else draft.key("network", "private")
            problems.add(mark, "WJ027", too_long("private endpoint", long, "`name` or the key of the app or slot"))


def _existing(scope: Scope, network: NetworkModel, problems: Problems) -> None:
    for key, subnet in _subnets(network):
        if not subnet.startswith("/"):
            message = (
                f"network.{key} is a range of a network that nobody makes; add network.range, or write a subnet id"
            )
            problems.add(scope.draft.at("network", key), "WJ117", message)


def _made(scope: Scope, network: NetworkModel, text: str, problems: Problems) -> None:
    whole = _range(scope, "range", text, problems)
    parts: dict[str, IPv4Network] = {}
    for key, subnet in _subnets(network):
        if subnet.startswith("/"):
            message = f"network.{key} is a subnet of another network than network.range makes; write a range in {text}"
            problems.add(scope.draft.at("network", key), "WJ117", message)
        elif (part := _range(scope, key, subnet, problems)) is not None:
            parts[key] = part
            if whole and not part.subnet_of(whole):
                message = f"network.{key} {part} is not in network.range {whole}; write a range in it"
                problems.add(scope.draft.at("network", key), "WJ117", message)
    if len(parts) == 2 and parts["apps"].overlaps(parts["endpoints"]):
        message = f"network.endpoints {parts['endpoints']} overlaps network.apps {parts['apps']}; move it behind"
        problems.add(scope.draft.at("network", "endpoints"), "WJ117", message)
    _sizes(scope, network, parts, problems)


def _range(scope: Scope, key: str, text: str, problems: Problems) -> IPv4Network | None:
    mark = scope.draft.at("network", key)
    try:
        found = IPv4Network(text)
    except ValueError:
        message = f"network.{key} {text} is not a range of addresses; {_meant(text)}"
        problems.add(mark, "WJ117", message)
        return None
    if any(found.overlaps(one) for one in _FORBIDDEN):
        message = f"network.{key} {text} holds addresses that Azure does not give away; use such as 10.20.0.0/24"
        problems.add(mark, "WJ117", message)
        return None
    if found.prefixlen > _SMALLEST:
        message = f"network.{key} {text} is smaller than /{_SMALLEST}, Azure's smallest; write /{_SMALLEST} or larger"
        problems.add(mark, "WJ118", message)
        return None
    return found


def _meant(text: str) -> str:
    """A range whose first address is not its own is most often a slip; the one meant is known then."""
    try:
        return f"did you mean {ip_network(text, strict=False)}?"
    except ValueError:
        return "write one such as 10.20.0.0/24"


def _sizes(scope: Scope, network: NetworkModel, parts: dict[str, IPv4Network], problems: Problems) -> None:
    if (own := parts.get("apps")) and (project := scope.draft.project):
        most = max(project.plan.instances, project.plan.autoscale.max if project.plan.autoscale else 1)
        images = 0 if scope.is_linux else sum(one.runtime.startswith("image:") for one in scope.draft.apps.values())
        needed = 2 * most * (1 + images) + _RESERVED
        if needed > own.num_addresses or own.prefixlen > _SMALLEST_APPS:
            message = (
                f"network.apps {own} has {own.num_addresses} addresses; {most} machines need {needed} while Azure "
                f"replaces them, and App Service takes /{_SMALLEST_APPS} at least, write {_larger(own, needed)}"
            )
            problems.add(scope.draft.at("network", "apps"), "WJ118", message)
    count = len(endpoints_of(scope, network))
    if (door := parts.get("endpoints")) and count + _RESERVED > door.num_addresses:
        message = (
            f"network.endpoints {door} has room for {door.num_addresses - _RESERVED} private endpoints; there are "
            f"{count}, write {_larger(door, count + _RESERVED, _SMALLEST)}"
        )
        problems.add(scope.draft.at("network", "endpoints"), "WJ118", message)


def _larger(found: IPv4Network, needed: int, smallest: int = _SMALLEST_APPS) -> str:
    prefix = min(smallest, 32 - (needed - 1).bit_length())
    return str(found.supernet(new_prefix=prefix)) if prefix < found.prefixlen else f"/{prefix}"


def _subnets(network: NetworkModel) -> list[tuple[str, str]]:
    named = (("apps", network.apps), ("endpoints", network.endpoints))
    return [(key, subnet) for key, subnet in named if subnet is not None]
