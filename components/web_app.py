"""A web app with its own identity, locked down, able to carry WebJobs."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import managedidentity, web


class WebAppArgs(TypedDict):
    """What a web app is made from."""

    resource_group_name: pulumi.Input[str]
    """Resource group the app is created in."""
    app_name: str
    """Azure name of the app."""
    identity_name: str
    """Azure name of the app's user-assigned identity."""
    plan_id: pulumi.Input[str]
    """Resource id of the plan that carries the app."""
    runtime: str
    """Linux runtime, such as "PYTHON|3.13"."""
    kind: NotRequired[str]
    """App Service kind; "app,linux" when omitted."""
    command: NotRequired[str]
    """Startup command; the platform looks for the app's entry itself when omitted."""
    health_path: NotRequired[str]
    """Path that the platform pings; none when omitted."""
    always_on: NotRequired[bool]
    """Whether the app is kept loaded; on when omitted, and needed by WebJobs."""
    settings: NotRequired[dict[str, pulumi.Input[str]]]
    """App settings: variables of the app and of all its jobs."""
    tags: NotRequired[dict[str, str]]
    """Tags of the app."""


class WebApp(pulumi.ComponentResource):
    """An App Service web app reached over HTTPS only, without passwords, with an identity of its own."""

    site: web.WebApp
    """The app itself, for what has to follow its life."""
    host: pulumi.Output[str]
    """Default host name."""
    scm_host: pulumi.Output[str]
    """Host name of the app's SCM (Kudu) site."""
    principal_id: pulumi.Output[str]
    """Object id of the identity, to grant roles to."""

    def __init__(self, name: str, args: WebAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the identity, the app and its closed doors."""
        super().__init__("oneplan:index:WebApp", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        group = args["resource_group_name"]
        identity = managedidentity.UserAssignedIdentity(
            f"{name}-identity",
            resource_group_name=group,
            resource_name_=args["identity_name"],
            tags=args.get("tags"),
            opts=own,
        )
        self.site = web.WebApp(
            f"{name}-app",
            name=args["app_name"],
            resource_group_name=group,
            server_farm_id=args["plan_id"],
            kind=args.get("kind", "app,linux"),
            reserved=True,
            https_only=True,
            client_affinity_enabled=False,
            key_vault_reference_identity=identity.id,
            identity={
                "type": web.ManagedServiceIdentityType.USER_ASSIGNED,
                "user_assigned_identities": [identity.id],
            },
            site_config=_site_config(args, identity.client_id),
            tags=args.get("tags"),
            opts=own,
        )
        closed = {"name": self.site.name, "resource_group_name": group, "allow": False}
        web.WebAppFtpAllowed(f"{name}-ftp-passwords", **closed, opts=own)
        web.WebAppScmAllowed(f"{name}-scm-passwords", **closed, opts=own)
        self.host = self.site.default_host_name
        self.scm_host = self.site.host_name_ssl_states.apply(_repository_host)
        self.principal_id = identity.principal_id
        self.register_outputs({"host": self.host, "scm_host": self.scm_host})


def _site_config(args: WebAppArgs, client_id: pulumi.Output[str]) -> web.SiteConfigArgs:
    settings = {"AZURE_CLIENT_ID": client_id, **args.get("settings", {})}
    return web.SiteConfigArgs(
        always_on=args.get("always_on", True),
        app_command_line=args.get("command"),
        app_settings=[{"name": key, "value": settings[key]} for key in sorted(settings)],
        ftps_state=web.FtpsState.DISABLED,
        health_check_path=args.get("health_path"),
        http20_enabled=True,
        linux_fx_version=args["runtime"],
        min_tls_version=web.SupportedTlsVersions.SUPPORTED_TLS_VERSIONS_1_2,
        remote_debugging_enabled=False,
        scm_min_tls_version=web.SupportedTlsVersions.SUPPORTED_TLS_VERSIONS_1_2,
    )


def _repository_host(states: list[web.outputs.HostNameSslStateResponse]) -> str:
    name: str = next(state.name for state in states if state.host_type == web.HostType.REPOSITORY)
    return name
