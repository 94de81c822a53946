"""Web apps: Azure's rules, the site they become on this machine, and Azure's answers about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.appservice.spec import SiteAddresses, SiteSpec
from emulator.resources.errors import bad_request, conflict, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.identity import identity_output, preview_identity, system_assigned, user_assigned
from emulator.resources.ids import IdTemplate, group_of, name_of, resource_id, uuid_of
from emulator.resources.network import require_app_subnet
from emulator.resources.plan import SITE_TOKEN, tier_of
from emulator.resources.values import text
from emulator.resources.vault import resolved
from emulator.store import Record

SITE_TYPE = "Microsoft.Web/sites"
SITE_PATH = f"{GROUP_PATH}/providers/{SITE_TYPE}/{{name}}"
_NAME = re.compile(r"(?=.{2,60}$)[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?")
_RUNTIME = re.compile(r"[A-Za-z]+\|\S+")
# Answered by `config/web`, which azure-native merges into siteConfig; never the settings or connection strings.
_UNREAD = frozenset({"appSettings", "connectionStrings", "metadata", "azureStorageAccounts"})
_CONFIG_DEFAULTS: dict[str, Any] = {
    "alwaysOn": False,
    "ftpsState": "FtpsOnly",
    "http20Enabled": False,
    "loadBalancing": "LeastRequests",
    "minTlsVersion": "1.2",
    "numberOfWorkers": 1,
    "scmMinTlsVersion": "1.2",
    "use32BitWorkerProcess": True,
    "webSocketsEnabled": False,
}
_DEFAULTS: dict[str, Any] = {
    "clientAffinityEnabled": True,
    "clientCertEnabled": False,
    "clientCertMode": "Required",
    "containerSize": 0,
    "dailyMemoryTimeQuota": 0,
    "enabled": True,
    "hostNamesDisabled": False,
    "httpsOnly": False,
    "hyperV": False,
    "isXenon": False,
    "keyVaultReferenceIdentity": "SystemAssigned",
    "kind": "app",
    "redundancyMode": "None",
    "reserved": False,
    "scmSiteAlsoStopped": False,
    "storageAccountRequired": False,
}


class WebApp(Handler):
    """A web app."""

    token = SITE_TOKEN
    type = SITE_TYPE
    path = IdTemplate(SITE_PATH)
    force_new = frozenset({"location", "hostingEnvironmentProfile", "isXenon", "hyperV"})
    replay_order = 2

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take, and settings named twice."""
        name = text(inputs, "name")
        if name and not _NAME.fullmatch(name):
            yield Problem(
                "name",
                f"{name!r} is not a site's name; 2 to 60 letters, digits and '-', not at the start or end",
            )
        yield from check_settings(inputs)

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the inputs, identities as a map."""
        return preview_identity(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the site, or brings it in line, and returns its outputs."""
        _require_free(scope, resource)
        spec = site_spec(scope, resource)
        addresses = await scope.azure.sites.apply(spec)
        return site_answer(scope, resource, spec, addresses)

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the site."""
        await scope.azure.sites.remove(name_of(record.id))

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Asks the sites there are."""
        return name_of(record.id) in set(scope.azure.sites.names())

    async def refresh(self, scope: Scope, record: Record) -> dict[str, Any]:
        """Returns the outputs with the site's present state."""
        return {**record.outputs, "state": _state(scope, name_of(record.id))}


def site_spec(scope: Scope, resource: Resource) -> SiteSpec:
    """Returns the site that the inputs describe, after Azure's checks across resources."""
    inputs = resource.inputs
    config: Mapping[str, Any] = inputs.get("siteConfig") or {}
    wanted: Mapping[str, Any] = inputs.get("identity") or {}
    plan = _plan(scope, text(inputs, "serverFarmId"))
    sku: Mapping[str, Any] = plan.outputs.get("sku") or {}
    size, always_on = text(sku, "name", "F1"), config.get("alwaysOn") is True
    tier = tier_of(size)
    if always_on and tier is not None and not tier.always_on:
        raise conflict(
            "There was a conflict. AlwaysOn cannot be set for this site as the plan does not allow it "
            f"(plan '{name_of(plan.id)}', size {size}). For more information on pricing and features, "
            "please see: https://aka.ms/appservicepricingdetails"
        )
    if subnet := text(inputs, "virtualNetworkSubnetId"):
        require_app_subnet(scope, subnet, plan.id, resource.id)
    users, system = user_assigned(scope, wanted), system_assigned(resource.id, wanted)
    return SiteSpec(
        id=resource.id,
        name=resource.name,
        resource_group=group_of(resource.id),
        location=text(inputs, "location"),
        kind=text(inputs, "kind", "app"),
        plan_id=plan.id,
        sku=size,
        capacity=int(sku.get("capacity") or 1),
        runtime=_runtime(config),
        command=text(config, "appCommandLine") or None,
        settings=resolved(scope.store, settings_of(inputs), (*users, *([system] if system else []))),
        always_on=always_on,
        health_path=text(config, "healthCheckPath") or None,
        identities=users,
        https_only=inputs.get("httpsOnly") is True,
        enabled=inputs.get("enabled") is not False,
        tags=dict(inputs.get("tags") or {}),
        system_identity=system,
    )


def site_answer(scope: Scope, resource: Resource, spec: SiteSpec, addresses: SiteAddresses) -> dict[str, Any]:
    """Returns a site's or a slot's outputs."""
    config = dict(resource.inputs.get("siteConfig") or {})
    read = {key: value for key, value in config.items() if key not in _UNREAD}
    wanted = resource.inputs.get("identity")
    identity = {"identity": identity_output(wanted, spec.identities, spec.system_identity)} if wanted else {}
    plan = {"serverFarmId": spec.plan_id}
    computed = {
        **_host_names(addresses),
        "availabilityState": "Normal",
        "customDomainVerificationId": uuid_of(resource.id, "domain").replace("-", "").upper(),
        "lastModifiedTimeUtc": resource.now,
        "outboundIpAddresses": "127.0.0.1",
        "possibleOutboundIpAddresses": "127.0.0.1",
        "repositorySiteName": resource.name,
        "resourceGroup": spec.resource_group,
        "siteConfig": {**_CONFIG_DEFAULTS, **read},
        "sku": _tier_name(spec.sku),
        "state": _state(scope, spec.name),
        "usageState": "Normal",
    }
    return {**_DEFAULTS, **_WEB_APP.answer(resource, **computed), **identity, **plan}


def settings_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Returns the app settings in a web app's inputs."""
    config: Mapping[str, Any] = inputs.get("siteConfig") or {}
    return {str(item["name"]): str(item.get("value") or "") for item in config.get("appSettings") or ()}


def site_id(group: str, name: str) -> str:
    """Returns a site's ARM id."""
    return resource_id(group, SITE_TYPE, name)


def require_site(scope: Scope, id: str) -> Record:
    """Returns the site's record, or raises ARM's 404."""
    return scope.require(
        id,
        not_found(
            f"The Resource '{SITE_TYPE}/{name_of(id)}' under resource group '{group_of(id)}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        ),
    )


def _state(scope: Scope, name: str) -> str:
    """Returns ARM's word: a site that starts, or fails to, counts as Running; only an operator stops one."""
    return "Stopped" if scope.azure.sites.state(name) in {"Stopped", "Stopping"} else "Running"


def _plan(scope: Scope, id: str) -> Record:
    if not id:
        raise bad_request("The parameter serverFarmId is missing: a site needs an App Service plan.")
    return scope.require(id, not_found(f"Cannot find serverFarm with name {name_of(id)}.", "NotFound"))


def _runtime(config: Mapping[str, Any]) -> str:
    runtime = text(config, "linuxFxVersion")
    if runtime and not _RUNTIME.fullmatch(runtime):
        raise bad_request(f"The parameter LinuxFxVersion has an invalid value: '{runtime}'; for example 'PYTHON|3.13'.")
    return runtime


def _tier_name(size: str) -> str:
    tier = tier_of(size)
    return tier.name if tier else ""


def _host_names(addresses: SiteAddresses) -> dict[str, Any]:
    return {
        "defaultHostName": addresses.host,
        "hostNames": [addresses.host],
        "enabledHostNames": [addresses.host, addresses.scm_host],
        "hostNameSslStates": [
            {"name": addresses.host, "hostType": "Standard", "sslState": "Disabled"},
            {"name": addresses.scm_host, "hostType": "Repository", "sslState": "Disabled"},
        ],
    }


def check_settings(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """Yields settings that are named twice."""
    config = inputs.get("siteConfig")
    settings = config.get("appSettings") if isinstance(config, dict) else None
    seen: set[str] = set()
    for index, item in enumerate(settings if isinstance(settings, list) else ()):
        name = text(item, "name") if isinstance(item, dict) else ""
        if name and name.lower() in seen:
            yield Problem(f"siteConfig.appSettings[{index}].name", f"{name!r} is set twice")
        seen.add(name.lower())


def _require_free(scope: Scope, resource: Resource) -> None:
    """Raises Azure's 409 when a site in another group has the name: names are Azure-wide."""
    for record in scope.store.all(SITE_TOKEN):
        same_name = name_of(record.id).lower() == resource.name.lower()
        if same_name and record.id.lower() != resource.id.lower():
            raise conflict(f"Website with given name {resource.name} already exists.")


_WEB_APP = WebApp()
HANDLERS: tuple[Handler, ...] = (_WEB_APP,)
FUNCTIONS: dict[str, Function] = {}
