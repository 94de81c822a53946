"""What hangs below a web app: publishing policies, and the reads of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.resources.handler import Function, Handler, Resource, Scope
from emulator.resources.ids import IdTemplate
from emulator.resources.values import Secret, text
from emulator.resources.webapp import SITE_PATH, SITE_TYPE, require_site, settings_of, site_id


class PublishingPolicy(Handler):
    """Whether one publishing service takes user name and password. This machine's has neither: kept and answered."""

    type = f"{SITE_TYPE}/basicPublishingCredentialsPolicies"

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the policy's outputs."""
        return self.answer(resource)


class WebAppFtpAllowed(PublishingPolicy):
    """FTP's policy."""

    token = "azure-native:web:WebAppFtpAllowed"  # noqa: S105
    path = IdTemplate(f"{SITE_PATH}/basicPublishingCredentialsPolicies/ftp")


class WebAppScmAllowed(PublishingPolicy):
    """The SCM site's policy."""

    token = "azure-native:web:WebAppScmAllowed"  # noqa: S105
    path = IdTemplate(f"{SITE_PATH}/basicPublishingCredentialsPolicies/scm")


def _site_of(arguments: Mapping[str, Any]) -> str:
    return site_id(text(arguments, "resourceGroupName"), text(arguments, "name"))


async def get_web_app(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a site's outputs."""
    record = require_site(scope, _site_of(arguments))
    return {**record.outputs, "id": record.id}


async def list_application_settings(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a site's app settings, secret as a whole."""
    record = require_site(scope, _site_of(arguments))
    return {
        "id": f"{record.id}/config/appsettings",
        "name": "appsettings",
        "type": f"{SITE_TYPE}/config",
        "properties": Secret(settings_of(record.inputs)),
    }


HANDLERS: tuple[Handler, ...] = (WebAppFtpAllowed(), WebAppScmAllowed())
FUNCTIONS: dict[str, Function] = {
    "azure-native:web:getWebApp": get_web_app,
    "azure-native:web:listWebAppApplicationSettings": list_application_settings,
}
