"""One package on one site: the blob that holds it and the ARM deployment that unpacks it."""

from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import resources, storage, web

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
    site: web.WebApp
    """The site; when it is replaced, the new one gets the package too."""
    slots: NotRequired[dict[str, web.WebAppSlot]]
    """Slots of the site that get the package too, by name."""
    after: list[pulumi.Resource]
    """What has to stand before the package is unpacked, because the site's start needs it."""


class SiteDeployment(pulumi.ComponentResource):
    """A site's package, deployed again exactly when its content changes or the site is replaced."""

    state: pulumi.Output[str]
    """How the deployment ended: "Succeeded"."""

    def __init__(self, name: str, args: SiteDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the upload and the deployment."""
        super().__init__("oneplan:index:SiteDeployment", name, {}, opts)
        site = args["site"]
        blob = upload(f"{name}-package", args, self)
        deployment = self._deployment(name, args, blob, site, None)
        for slot, resource in args.get("slots", {}).items():
            self._deployment(f"{name}-{slot}", args, blob, resource, slot)
        self.state = deployment.properties.apply(lambda found: found.provisioning_state)
        self.register_outputs({"state": self.state})

    def _deployment(
        self, name: str, args: SiteDeploymentArgs, blob: storage.Blob, to: web.WebApp | web.WebAppSlot, slot: str | None
    ) -> resources.Deployment:
        def template(found: dict[str, str]) -> dict[str, Any]:
            return package_template(subscription=args["subscription_id"], blob=args["package_name"], slot=slot, **found)

        group = args["resource_group_name"]
        return resources.Deployment(
            f"{name}-deployment",
            deployment_name=args["site"].name.apply(lambda found: names.package_deployment(found, slot)),
            resource_group_name=group,
            properties={
                "mode": resources.DeploymentMode.INCREMENTAL,
                "template": pulumi.Output.all(
                    site=args["site"].name,
                    group=group,
                    account=args["account_name"],
                    blob_endpoint=args["blob_endpoint"],
                ).apply(template),
            },
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[to, blob, *args["after"]], replace_with=[to], deleted_with=to
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
