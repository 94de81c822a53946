"""Pulumi components: the only place where resources are declared."""

from components.program import declare
from components.shared_plan import SharedPlan, SharedPlanArgs
from components.site_deployment import SiteDeployment, SiteDeploymentArgs
from components.storage import ArtifactStorage, ArtifactStorageArgs, RuntimeStorage, RuntimeStorageArgs
from components.web_app import WebApp, WebAppArgs

__all__ = [
    "ArtifactStorage",
    "ArtifactStorageArgs",
    "RuntimeStorage",
    "RuntimeStorageArgs",
    "SharedPlan",
    "SharedPlanArgs",
    "SiteDeployment",
    "SiteDeploymentArgs",
    "WebApp",
    "WebAppArgs",
    "declare",
]
