"""One package on one site: the blob that holds it and the ARM deployment that unpacks it."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import resources, storage

from components.deployment_template import package_template
from oneplan.manifest import names


class PackageArgs(TypedDict):
    """Which package goes where."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the site and of the artifact account."""
    account_name: pulumi.Input[str]
    """Artifact account."""
    container_name: pulumi.Input[str]
    """Container of the artifact account that holds packages."""
    package: str
    """Path of the package on the deploying machine; its file name carries its content hash."""
    package_name: str
    """File name of the package."""


class SiteDeploymentArgs(PackageArgs):
    """Which package is unpacked on which site."""

    subscription_id: str
    """Subscription of the resource group."""
    blob_endpoint: pulumi.Input[str]
    """Blob service address of the artifact account, with a trailing slash."""
    app_name: pulumi.Input[str]
    """Azure name of the site."""
    slots: NotRequired[list[str]]
    """Slots of the site that get the package too."""


class SiteDeployment(pulumi.ComponentResource):
    """A site's package, deployed again exactly when its content changes or the site is replaced."""

    state: pulumi.Output[str]
    """How the deployment ended: "Succeeded"."""

    def __init__(
        self,
        name: str,
        args: SiteDeploymentArgs,
        opts: pulumi.ResourceOptions | None = None,
        *,
        sites: Mapping[str | None, pulumi.Resource] | None = None,
        after: Sequence[pulumi.Resource] = (),
    ) -> None:
        """Declares the upload and the deployment.

        `sites` are the site, under None, and its slots: when one is replaced, the new one gets the package too, which
        otherwise the caller sees to. `after` has to stand before the package is unpacked, for the start needs it.
        """
        super().__init__("oneplan:index:SiteDeployment", name, {}, opts)
        blob, known = upload(f"{name}-package", args, self), sites or {}
        deployment = self._deployment(name, args, [blob, *after], known.get(None), None)
        for slot in args.get("slots", []):
            self._deployment(f"{name}-{slot}", args, [blob, *after], known.get(slot), slot)
        self.state = deployment.properties.apply(lambda found: found.provisioning_state)
        self.register_outputs({"state": self.state})

    def _deployment(
        self,
        name: str,
        args: SiteDeploymentArgs,
        after: Sequence[pulumi.Resource],
        to: pulumi.Resource | None,
        slot: str | None,
    ) -> resources.Deployment:
        def template(found: dict[str, str]) -> dict[str, Any]:
            return package_template(subscription=args["subscription_id"], blob=args["package_name"], slot=slot, **found)

        group = args["resource_group_name"]
        return resources.Deployment(
            f"{name}-deployment",
            deployment_name=pulumi.Output.from_input(args["app_name"]).apply(
                lambda found: names.package_deployment(found, slot)
            ),
            resource_group_name=group,
            properties={
                "mode": resources.DeploymentMode.INCREMENTAL,
                "template": pulumi.Output.all(
                    site=args["app_name"],
                    group=group,
                    account=args["account_name"],
                    blob_endpoint=args["blob_endpoint"],
                ).apply(template),
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*([to] if to else []), *after],
                replace_with=[to] if to else None,
                deleted_with=to,
            ),
        )


def upload(name: str, args: PackageArgs, parent: pulumi.Resource | None = None) -> storage.Blob:
    """Declares the blob of a package. Earlier packages stay, so that an older content hash can be deployed again."""
    return storage.Blob(
        name,
        account_name=args["account_name"],
        container_name=args["container_name"],
        resource_group_name=args["resource_group_name"],
        blob_name=args["package_name"],
        type=storage.BlobType.BLOCK,
        content_type="application/zip",
        source=pulumi.FileAsset(args["package"]),
        opts=pulumi.ResourceOptions(parent=parent, retain_on_delete=True),
    )
