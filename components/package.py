"""What of the components other languages see, under which version, and with which words."""

import json
from typing import Any

import pulumi
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.util import camel_case

from components.domain import Domain
from components.monitoring import Monitoring
from components.network import PrivateNetwork
from components.private_endpoint import PrivateEndpoint
from components.shared_plan import SharedPlan
from components.site_arguments import SiteArgs
from components.site_deployment import PackageArgs, SiteDeployment
from components.storage import ArtifactStorage, RuntimeStorage
from components.vault import Vault
from components.web_app import WebApp
from components.web_app_slot import WebAppSlot

NAME = "oneplan"
VERSION = "0.1.0"

COMPONENTS: list[type[pulumi.ComponentResource]] = [
    ArtifactStorage,
    Domain,
    Monitoring,
    PrivateEndpoint,
    PrivateNetwork,
    RuntimeStorage,
    SharedPlan,
    SiteDeployment,
    Vault,
    WebApp,
    WebAppSlot,
]


_SHARED: dict[type[pulumi.ComponentResource], type] = {
    SiteDeployment: PackageArgs,
    WebApp: SiteArgs,
    WebAppSlot: SiteArgs,
}
"""Whose arguments go on from others; a `TypedDict` does not tell before Python 3.12."""


class Package(ComponentProvider):
    """The components behind Pulumi's protocol; its schema has a description for every input and output."""

    def __init__(self) -> None:
        """Reads the schema from the components' annotations and docstrings."""
        super().__init__(COMPONENTS, NAME, version=VERSION)
        schema = json.loads(self.schema or "{}")
        for component, shared in _SHARED.items():
            self._describe(schema["resources"][f"{NAME}:index:{component.__name__}"]["inputProperties"], shared)
        self.schema = json.dumps(schema)

    def _describe(self, inputs: dict[str, Any], shared: type) -> None:
        """Adds what the class of shared arguments says; Pulumi's analyser reads the last class only."""
        for name in shared.__annotations__:
            inputs[camel_case(name)].setdefault("description", self.analyzer.get_docstring(shared, name))
