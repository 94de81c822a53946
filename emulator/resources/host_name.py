"""Host names of one's own, and the certificates App Service makes for them; here no name leads to this machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from emulator.resources.azure import timestamp
from emulator.resources.errors import bad_request, conflict, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, name_of
from emulator.resources.values import text
from emulator.resources.webapp import SITE_PATH, SITE_TYPE
from emulator.store import Store

BINDING_TYPE = f"{SITE_TYPE}/hostNameBindings"
_HOST = re.compile(r"(?=.{4,253}$)(?:\*\.)?(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_LIFE = timedelta(days=180)


class WebAppHostNameBinding(Handler):
    """A host name that leads to a site. Azure asks the DNS first; this machine does not."""

    token = "azure-native:web:WebAppHostNameBinding"  # noqa: S105
    type = BINDING_TYPE
    path = IdTemplate(f"{SITE_PATH}/hostNameBindings/{{hostName}}")

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name that is not a host's."""
        host = text(inputs, "hostName")
        if host and not _HOST.fullmatch(host):
            yield Problem("hostName", f"{host!r} is not a host name, such as 'www.example.com'")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the binding's outputs; a name another site has is refused."""
        for record in scope.store.all(self.token):
            if name_of(record.id).lower() == resource.name.lower() and record.id.lower() != resource.id.lower():
                raise conflict(f"Hostname '{resource.name}' already exists. Please try a different hostname.")
        return {"hostNameType": "Verified", "sslState": "Disabled", **self.answer(resource)}


class Certificate(Handler):
    """A certificate that App Service makes for a bound name."""

    token = "azure-native:web:Certificate"  # noqa: S105
    type = "Microsoft.Web/certificates"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.Web/certificates/{{name}}")
    force_new = frozenset({"location", "canonicalName"})

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the certificate's outputs; the name must be bound to a site."""
        host = text(resource.inputs, "canonicalName")
        if host and not is_bound(scope.store, host):
            raise bad_request(f"Hostname '{host}' is not assigned to any App Service app in this subscription.")
        plan = text(resource.inputs, "serverFarmId")
        scope.require(plan, not_found(f"Cannot find serverFarm with name {name_of(plan)}."))
        return self.answer(
            resource,
            expirationDate=timestamp(scope.azure.clock() + _LIFE),
            hostNames=[host],
            issueDate=resource.created,
            issuer="GeoTrust Global TLS RSA4096 SHA256 2022 CA1",
            subjectName=host,
            thumbprint=hashlib.sha256(resource.id.lower().encode()).hexdigest()[:40].upper(),
        )


def is_bound(store: Store, host: str) -> bool:
    """Whether a host name is bound to any site."""
    return any(name_of(record.id).lower() == host.lower() for record in store.all(WebAppHostNameBinding.token))


HANDLERS: tuple[Handler, ...] = (WebAppHostNameBinding(), Certificate())
FUNCTIONS: dict[str, Function] = {}
