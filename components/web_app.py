"""A web app with its own identity, locked down, able to carry WebJobs."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import managedidentity, web

from components.access import Role, grant
from components.site_arguments import Identity, SiteArgs, site_arguments


class RoleArgs(TypedDict):
    """A role that the app's identity has before the app exists, because its first start needs it."""

    name: str
    """Distinguishes the app's roles."""
    role: Role
    """The role."""
    scope: pulumi.Input[str]
    """Resource id it holds at."""
    subscription_id: str
    """Subscription of that resource."""


class WebAppArgs(SiteArgs):
    """What a web app is made from."""

    identity_name: str
    """Azure name of the app's user-assigned identity."""
    roles: NotRequired[list[RoleArgs]]
    """What the identity may do from the start, such as reading the secrets that settings refer to."""
    identity_settings: NotRequired[dict[str, str]]
    """App settings that name the identity: setting to a text with `{client_id}` or `{id}` where its property goes."""
    sticky: NotRequired[list[str]]
    """Names of settings that stay with their slot when slots are swapped."""


class WebApp(pulumi.ComponentResource):
    """An App Service web app reached over HTTPS only, without passwords, with an identity of its own."""

    site_id: pulumi.Output[str]
    """Resource id of the app."""
    site_name: pulumi.Output[str]
    """Azure name of the app, known once it exists."""
    host: pulumi.Output[str]
    """Default host name."""
    scm_host: pulumi.Output[str]
    """Host name of the app's SCM (Kudu) site."""
    principal_id: pulumi.Output[str]
    """Object id of the identity, to grant roles to."""
    identity_id: pulumi.Output[str]
    """Resource id of the identity, which the app's slots have too."""
    client_id: pulumi.Output[str]
    """Client id of the identity, by which code asks for its tokens."""

    def __init__(self, name: str, args: WebAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the identity, the app and its closed doors."""
        super().__init__("oneplan:index:WebApp", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        group = args["resource_group_name"]
        self.identity = managedidentity.UserAssignedIdentity(
            f"{name}-identity",
            resource_group_name=group,
            resource_name_=args["identity_name"],
            tags=args.get("tags"),
            opts=own,
        )
        self.principal_id = self.identity.principal_id
        # What slots start from, and what has to follow the life of the app: for programs in Python.
        self.roles = self._first_roles(name, args.get("roles", []))
        self.settings = {**_identity_settings(args, self.identity), **args.get("settings", {})}
        self.site = web.WebApp(
            f"{name}-app",
            name=args["app_name"],
            **site_arguments(
                args, identity=Identity(self.identity.id, self.identity.client_id), settings=self.settings
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=self.roles),
        )
        closed = {"name": self.site.name, "resource_group_name": group, "allow": False}
        web.WebAppFtpAllowed(f"{name}-ftp-passwords", **closed, opts=own)
        web.WebAppScmAllowed(f"{name}-scm-passwords", **closed, opts=own)
        if sticky := args.get("sticky"):
            web.WebAppSlotConfigurationNames(
                f"{name}-sticky",
                name=self.site.name,
                resource_group_name=group,
                app_setting_names=sorted(sticky),
                opts=own,
            )
        self.host = self.site.default_host_name
        self.scm_host = self.site.host_name_ssl_states.apply(repository_host)
        self.site_id, self.site_name = self.site.id, self.site.name
        self.identity_id, self.client_id = self.identity.id, self.identity.client_id
        self.register_outputs(
            {
                "site_id": self.site_id,
                "site_name": self.site_name,
                "host": self.host,
                "scm_host": self.scm_host,
                "principal_id": self.principal_id,
                "identity_id": self.identity_id,
                "client_id": self.client_id,
            }
        )

    def _first_roles(self, name: str, roles: Sequence[RoleArgs]) -> list[pulumi.Resource]:
        return [
            grant(
                f"{name}-{each['name']}",
                Role(each["role"]),
                scope=each["scope"],
                principal_id=self.principal_id,
                subscription_id=each["subscription_id"],
                parent=self,
            )
            for each in roles
        ]


def _identity_settings(
    args: WebAppArgs, identity: managedidentity.UserAssignedIdentity
) -> dict[str, pulumi.Input[str]]:
    known = pulumi.Output.all(client_id=identity.client_id, id=identity.id)

    def filled(pattern: str) -> pulumi.Output[str]:
        return known.apply(lambda found: pattern.format(**found))

    settings: dict[str, pulumi.Input[str]] = {"AZURE_CLIENT_ID": identity.client_id}
    return settings | {key: filled(pattern) for key, pattern in args.get("identity_settings", {}).items()}


def repository_host(states: list[web.outputs.HostNameSslStateResponse]) -> str:
    """Returns the SCM site's host among an app's host names."""
    name: str = next(state.name for state in states if state.host_type == web.HostType.REPOSITORY)
    return name
