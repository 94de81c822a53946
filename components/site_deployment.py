"""One package on one site: the blob that holds it and the ARM deployment that unpacks it."""

from typing import Any, TypedDict

import pulumi
from pulumi_azure_native import resources, storage, web

from components.deployment_template import package_template


class SiteDeploymentArgs(TypedDict):
    """What is deployed where."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the site and of the artifact account."""
    subscription_id: str
    """Subscription of that group."""
    account_name: pulumi.Input[str]
    """Artifact account."""
    container_name: pulumi.Input[str]
    """Container of the artifact account that holds packages."""
    blob_endpoint: pulumi.Input[str]
    """Blob service address of the artifact account, with a trailing slash."""
    package: str
    """Path of the package on the deploying machine; its file name carries its content hash."""
    package_name: str
    """File name of the package."""
    site: web.WebApp
    """The site; when it is replaced, the new one gets the package too."""
    after: list[pulumi.Resource]
    """What has to stand before the package is unpacked, because the site's start needs it."""


class SiteDeployment(pulumi.ComponentResource):
    """A site's package, deployed again exactly when its content changes or the site is replaced."""

    state: pulumi.Output[str]
    """How the deployment ended: "Succeeded"."""

    def __init__(self, name: str, args: SiteDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the upload and the deployment."""
        super().__init__("oneplan:index:SiteDeployment", name, {}, opts)
        group, site = args["resource_group_name"], args["site"]
        # Earlier packages stay, so that an older content hash can be deployed again.
        blob = storage.Blob(
            f"{name}-package",
            account_name=args["account_name"],
            container_name=args["container_name"],
            resource_group_name=group,
            blob_name=args["package_name"],
            type=storage.BlobType.BLOCK,
            content_type="application/zip",
            source=pulumi.FileAsset(args["package"]),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )

        def template(found: dict[str, str]) -> dict[str, Any]:
            return package_template(subscription=args["subscription_id"], blob=args["package_name"], **found)

        deployment = resources.Deployment(
            f"{name}-deployment",
            deployment_name=site.name.apply(lambda found: f"{found}-package"[:64]),
            resource_group_name=group,
            properties={
                "mode": resources.DeploymentMode.INCREMENTAL,
                "template": pulumi.Output.all(
                    site=site.name,
                    group=group,
                    account=args["account_name"],
                    blob_endpoint=args["blob_endpoint"],
                ).apply(template),
            },
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[site, blob, *args["after"]], replace_with=[site], deleted_with=site
            ),
        )
        self.state = deployment.properties.apply(lambda found: found.provisioning_state)
        self.register_outputs({"state": self.state})
