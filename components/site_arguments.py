"""What a web app and its slots are told alike: configuration, settings, locked doors. Pure but for outputs inside."""

from typing import Any, NamedTuple, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import web

from components.raw import merged, thawed


class SiteArgs(TypedDict):
    """What an app and each of its slots run with."""

    resource_group_name: pulumi.Input[str]
    """Resource group the app is created in."""
    app_name: pulumi.Input[str]
    """Azure name of the app."""
    plan_id: pulumi.Input[str]
    """Resource id of the plan that carries the app."""
    runtime: NotRequired[str]
    """Linux runtime, such as "PYTHON|3.13"; where `stack` says it, omitted."""
    stack: NotRequired[dict[str, Any]]
    """The part of `siteConfig` that chooses the runtime, in snake_case; see `components.stack`."""
    os: NotRequired[str]
    """"linux" or "windows"; Linux when omitted."""
    kind: NotRequired[str]
    """App Service kind; "app,linux" when omitted."""
    command: NotRequired[str]
    """Startup command; the platform looks for the app's entry itself when omitted."""
    health_path: NotRequired[str]
    """Path that the platform pings; none when omitted."""
    always_on: NotRequired[bool]
    """Whether the app is kept loaded; on when omitted, and needed by WebJobs."""
    cors: NotRequired[list[str]]
    """Origins whose pages may call the app from a browser; none when omitted."""
    push: NotRequired[bool]
    """Whether the app's push endpoint is on, for mobile apps; off when omitted."""
    settings: NotRequired[dict[str, pulumi.Input[str]]]
    """App settings: variables of the app and of all its jobs."""
    subnet_id: NotRequired[pulumi.Input[str]]
    """Resource id of the subnet by which the app reaches others; the internet's way when omitted."""
    private: NotRequired[bool]
    """Whether the site is reached through private endpoints only; from everywhere when omitted."""
    access: NotRequired[list[dict[str, Any]]]
    """Access rules, as `web.IpSecurityRestriction`; whoever is in none is refused, nobody when there are none."""
    pull_images: NotRequired[bool]
    """Whether the image is pulled with the identity, which needs a role at the registry; anonymously when omitted."""
    tags: NotRequired[dict[str, str]]
    """Tags of the app."""
    azure: NotRequired[dict[str, Any]]
    """Raw arguments of `web.WebApp`, in snake_case."""


class Identity(NamedTuple):
    """The user-assigned identity of an app and its slots."""

    id: pulumi.Input[str]
    client_id: pulumi.Input[str]


def site_arguments(args: SiteArgs, *, identity: Identity, settings: dict[str, pulumi.Input[str]]) -> dict[str, Any]:
    """Returns the arguments of `web.WebApp` and `web.WebAppSlot` alike, raw ones over ours."""
    is_linux = args.get("os", "linux") == "linux"
    raw = thawed(args.get("azure", {}))
    config = raw.pop("site_config", {})
    ours: dict[str, Any] = {
        "resource_group_name": args["resource_group_name"],
        "server_farm_id": args["plan_id"],
        "kind": args.get("kind", "app,linux" if is_linux else "app"),
        "reserved": is_linux,
        "https_only": True,
        "client_affinity_enabled": False,
        "key_vault_reference_identity": identity.id,
        "identity": {
            "type": web.ManagedServiceIdentityType.USER_ASSIGNED,
            "user_assigned_identities": [identity.id],
        },
        "site_config": web.SiteConfigArgs(**merged(_config(args, settings) | _pull(args, identity), config)),
        "tags": args.get("tags"),
    }
    if "subnet_id" in args:
        ours |= {
            "virtual_network_subnet_id": args["subnet_id"],
            "outbound_vnet_routing": {"all_traffic": True},
        }
    if args.get("private"):
        ours["public_network_access"] = "Disabled"
    if "windows_fx_version" in args.get("stack", {}):
        ours["hyper_v"] = True
    return merged(ours, raw)


def _pull(args: SiteArgs, identity: Identity) -> dict[str, Any]:
    """Source: learn.microsoft.com/azure/app-service/configure-custom-container#use-managed-identity."""
    if not args.get("pull_images"):
        return {}
    return {"acr_use_managed_identity_creds": True, "acr_user_managed_identity_id": identity.client_id}


def _config(args: SiteArgs, settings: dict[str, pulumi.Input[str]]) -> dict[str, Any]:
    config: dict[str, Any] = {
        "always_on": args.get("always_on", True),
        "app_command_line": args.get("command"),
        "app_settings": [{"name": key, "value": settings[key]} for key in sorted(settings)],
        "ftps_state": web.FtpsState.DISABLED,
        "health_check_path": args.get("health_path"),
        "http20_enabled": True,
        "linux_fx_version": args.get("runtime"),
        "min_tls_version": web.SupportedTlsVersions.SUPPORTED_TLS_VERSIONS_1_2,
        "remote_debugging_enabled": False,
        "scm_min_tls_version": web.SupportedTlsVersions.SUPPORTED_TLS_VERSIONS_1_2,
        **args.get("stack", {}),
    }
    if args.get("access"):
        config |= {
            "ip_security_restrictions": args["access"],
            "ip_security_restrictions_default_action": web.DefaultAction.DENY,
            "scm_ip_security_restrictions_use_main": True,
        }
    if args.get("cors"):
        config["cors"] = {"allowed_origins": args["cors"]}
    if args.get("push"):
        config["push"] = {"is_push_enabled": True}
    return config
