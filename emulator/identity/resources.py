"""For which resources tokens are given, and which of their names mean the same resource."""

import re
from collections.abc import Iterable

STORAGE = "https://storage.azure.com"
MANAGEMENT = "https://management.azure.com"
VAULT = "https://vault.azure.net"
APP_SERVICE = "https://appservice.azure.com"
"""What the Azure CLI asks a token for before it calls an SCM site; as good as one for the management API."""
MONITOR = "https://monitor.azure.com"
"""Application Insights that takes no keys."""

_ALIASES = {
    STORAGE: STORAGE,
    MANAGEMENT: MANAGEMENT,
    "https://management.core.windows.net": MANAGEMENT,
    APP_SERVICE: MANAGEMENT,
    VAULT: VAULT,
    MONITOR: MONITOR,
}
_ACCOUNT = re.compile(r"https://[a-z0-9]{3,24}\.(blob|queue|table|dfs|file)\.core\.windows\.net")


class Resources:
    """The resources this machine's Azure has."""

    def __init__(self, management: Iterable[str] = ()) -> None:
        """
        Args:
            management: further addresses of the management API, for example the local ARM server's.
        """
        self._aliases = _ALIASES | {_plain(url): MANAGEMENT for url in management}

    def canonical(self, resource: str) -> str | None:
        """The resource that `resource` names, or None where there is none such.

        A trailing slash does not matter, and a storage account's own address is a name of Storage:
        https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
        """
        plain = _plain(resource)
        return STORAGE if _ACCOUNT.fullmatch(plain) else self._aliases.get(plain)

    def names(self) -> tuple[str, ...]:
        """Every name tokens can be asked for, accounts' own addresses aside."""
        return tuple(self._aliases)


def _plain(resource: str) -> str:
    return resource.strip().rstrip("/").lower()
