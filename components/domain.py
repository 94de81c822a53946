"""Host names of one's own on a web app, with certificates that App Service makes and renews."""

from typing import Any, TypedDict

import pulumi
from pulumi_azure_native import resources, web


class DomainArgs(TypedDict):
    """Which name leads where."""

    resource_group_name: pulumi.Input[str]
    """Resource group of the app."""
    plan_id: pulumi.Input[str]
    """Plan of the app; the certificate belongs to it."""
    host_name: str
    """The name, such as "www.example.com"; its CNAME must lead to the app before."""
    app_name: pulumi.Input[str]
    """Azure name of the app."""


class Domain(pulumi.ComponentResource):
    """A host name bound to an app, answered over TLS with a managed certificate."""

    thumbprint: pulumi.Output[str]
    """Thumbprint of the certificate."""

    def __init__(
        self,
        name: str,
        args: DomainArgs,
        opts: pulumi.ResourceOptions | None = None,
        *,
        site: pulumi.Resource | None = None,
    ) -> None:
        """Declares the binding, the certificate, and the deployment that joins them; with `site`, all goes with it.

        A certificate is made for a name that is bound already, and binding it changes that very binding: one resource
        cannot do both, so a template does the second.
        """
        super().__init__("oneplan:index:Domain", name, {}, opts)
        app, host, group = args["app_name"], args["host_name"], args["resource_group_name"]
        binding = web.WebAppHostNameBinding(
            f"{name}-name",
            name=app,
            resource_group_name=group,
            host_name=host,
            site_name=app,
            host_name_type=web.HostNameType.VERIFIED,
            custom_host_name_dns_record_type=web.CustomHostNameDnsRecordType.C_NAME,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["sslState", "thumbprint"], deleted_with=site),
        )
        certificate = web.Certificate(
            f"{name}-certificate",
            name=host,
            resource_group_name=group,
            canonical_name=host,
            server_farm_id=args["plan_id"],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[binding]),
        )
        resources.Deployment(
            f"{name}-tls",
            deployment_name=f"{host}-tls"[:64],
            resource_group_name=group,
            properties={
                "mode": resources.DeploymentMode.INCREMENTAL,
                "template": pulumi.Output.all(site=app, thumbprint=certificate.thumbprint).apply(
                    lambda found: tls_template(host=host, **found)
                ),
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[binding], deleted_with=site),
        )
        self.thumbprint = certificate.thumbprint
        self.register_outputs({"thumbprint": self.thumbprint})


def tls_template(*, site: str, host: str, thumbprint: str) -> dict[str, Any]:
    """Returns the ARM template that makes a bound name answer over TLS with a certificate."""
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.Web/sites/hostNameBindings",
                "apiVersion": "2024-04-01",
                "name": f"{site}/{host}",
                "properties": {"sslState": "SniEnabled", "thumbprint": thumbprint},
            }
        ],
    }
