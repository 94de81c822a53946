"""A deployment slot of a web app, whose jobs stay still unless told otherwise."""

from typing import NotRequired

import pulumi
from pulumi_azure_native import web

from components.site_arguments import Identity, SiteArgs, site_arguments
from components.web_app import repository_host

STOPPED = "WEBJOBS_STOPPED"
"""With it set to 1 the platform runs no job of the site, neither by schedule nor continuously."""


class WebAppSlotArgs(SiteArgs):
    """What a slot is made from; `settings` are all of them, for a slot shares none with its app."""

    slot: str
    """Name of the slot, such as "staging"."""
    identity_id: pulumi.Input[str]
    """Resource id of the app's identity."""
    client_id: pulumi.Input[str]
    """Client id of the app's identity."""
    jobs: NotRequired[str]
    """"stopped" or "running"; stopped when omitted, for a running slot does every job a second time."""


class WebAppSlot(pulumi.ComponentResource):
    """A slot with the app's identity and locked doors; a swap leaves its jobs stopped."""

    slot_id: pulumi.Output[str]
    """Resource id of the slot."""
    host: pulumi.Output[str]
    """Default host name."""
    scm_host: pulumi.Output[str]
    """Host name of the slot's SCM (Kudu) site."""

    def __init__(self, name: str, args: WebAppSlotArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the slot and its closed doors; the app must have named what differs here as `sticky`."""
        super().__init__("oneplan:index:WebAppSlot", name, {}, opts)
        app, group = args["app_name"], args["resource_group_name"]
        stopped = {} if args.get("jobs") == "running" else {STOPPED: "1"}
        settings = {**args.get("settings", {}), **stopped}
        self.site = web.WebAppSlot(
            f"{name}-slot",
            name=app,
            slot=args["slot"],
            **site_arguments(args, identity=Identity(args["identity_id"], args["client_id"]), settings=settings),
            opts=pulumi.ResourceOptions(parent=self),
        )
        closed = {
            "name": app,
            "slot": args["slot"],
            "resource_group_name": group,
            "allow": False,
        }
        inside = pulumi.ResourceOptions(parent=self, depends_on=[self.site])
        web.WebAppFtpAllowedSlot(f"{name}-ftp-passwords", **closed, opts=inside)
        web.WebAppScmAllowedSlot(f"{name}-scm-passwords", **closed, opts=inside)
        self.host = self.site.default_host_name
        self.scm_host = self.site.host_name_ssl_states.apply(repository_host)
        self.slot_id = self.site.id
        self.register_outputs({"slot_id": self.slot_id, "host": self.host, "scm_host": self.scm_host})
