"""A deployment slot of a web app, whose jobs stay still unless told otherwise."""

from typing import NotRequired

import pulumi
from pulumi_azure_native import web

from components.site_arguments import SiteArgs, site_arguments
from components.web_app import WebApp, repository_host

STOPPED = "WEBJOBS_STOPPED"
"""With it set to 1 the platform runs no job of the site, neither by schedule nor continuously."""


class WebAppSlotArgs(SiteArgs):
    """What a slot is made from; `settings` are those that differ from the app's."""

    slot: str
    """Name of the slot, such as "staging"."""
    app: WebApp
    """The app whose slot it is."""
    jobs: NotRequired[str]
    """"stopped" or "running"; stopped when omitted, for a running slot does every job a second time."""


class WebAppSlot(pulumi.ComponentResource):
    """A slot with the app's identity and locked doors; a swap leaves its jobs stopped."""

    site: web.WebAppSlot
    """The slot itself."""
    host: pulumi.Output[str]
    """Default host name."""
    scm_host: pulumi.Output[str]
    """Host name of the slot's SCM (Kudu) site."""

    def __init__(self, name: str, args: WebAppSlotArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the slot and its closed doors; the app must have named what differs here as `sticky`."""
        super().__init__("oneplan:index:WebAppSlot", name, {}, opts)
        app, group = args["app"], args["resource_group_name"]
        stopped = {} if args.get("jobs") == "running" else {STOPPED: "1"}
        settings = {**app.settings, **args.get("settings", {}), **stopped}
        self.site = web.WebAppSlot(
            f"{name}-slot",
            name=app.site.name,
            slot=args["slot"],
            **site_arguments(args, identity=app.identity, settings=settings),
            opts=pulumi.ResourceOptions(parent=self),
        )
        closed = {
            "name": app.site.name,
            "slot": args["slot"],
            "resource_group_name": group,
            "allow": False,
        }
        inside = pulumi.ResourceOptions(parent=self, depends_on=[self.site])
        web.WebAppFtpAllowedSlot(f"{name}-ftp-passwords", **closed, opts=inside)
        web.WebAppScmAllowedSlot(f"{name}-scm-passwords", **closed, opts=inside)
        self.host = self.site.default_host_name
        self.scm_host = self.site.host_name_ssl_states.apply(repository_host)
        self.register_outputs({"host": self.host, "scm_host": self.scm_host})
