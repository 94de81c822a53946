"""Azure's names for what the manifest declares: pure functions, one place.

Rules: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules. `seed` is the
subscription id; it gives names that must be unique in the world five characters of their own.
"""

import base64
import hashlib
import re

UNIQUE_LENGTH = 5

LIMITS = {
    "resource group": 90,
    "plan": 60,
    "identity": 128,
    "site": 60,
    "storage account": 24,
    "virtual network": 64,
    "private endpoint": 64,
}
"""Longest name Azure accepts, by kind."""


def resource_group(name: str, stack: str) -> str:
    """Returns the resource group of a stack."""
    return f"{name}-{_slug(stack)}"


def plan(name: str, stack: str) -> str:
    """Returns the App Service plan of a stack."""
    return f"{name}-{_slug(stack)}-plan"


def identity(name: str, stack: str, app: str) -> str:
    """Returns the user-assigned identity of an app."""
    return f"{name}-{_slug(stack)}-{app}-id"


def site(name: str, stack: str, app: str, seed: str) -> str:
    """Returns the web app's name, which is also the first label of its public host name."""
    return f"{name}-{_slug(stack)}-{app}-{_unique(seed, name, stack)}"


def runtime_account(name: str, stack: str, seed: str) -> str:
    """Returns the keyless storage account that holds queues, containers and tables."""
    return _account(name, stack, seed, role="run")


def artifact_account(name: str, stack: str, seed: str) -> str:
    """Returns the storage account that holds site packages."""
    return _account(name, stack, seed, role="art")


def vault(name: str, stack: str, seed: str) -> str:
    """Returns the Key Vault of a stack; 24 letters and digits at most, as an account's."""
    return _account(name, stack, seed, role="kv")


def workspace(name: str, stack: str) -> str:
    """Returns the Log Analytics workspace of a stack."""
    return f"{name}-{_slug(stack)}-logs"


def insights(name: str, stack: str) -> str:
    """Returns the Application Insights component of a stack."""
    return f"{name}-{_slug(stack)}-insights"


def part(name: str, stack: str, what: str) -> str:
    """Returns the name of a further part of a stack, such as an alert rule."""
    return f"{name}-{_slug(stack)}-{what}"


def network(name: str, stack: str) -> str:
    """Returns the virtual network of a stack, which also names its links to private DNS zones."""
    return part(name, stack, "network")


def endpoint(name: str, stack: str, what: str) -> str:
    """Returns a private endpoint, by what it leads to, such as `portal-staging`."""
    return part(name, stack, f"{what}-endpoint")


def table(name: str) -> str:
    """Returns the storage table's name: letters and digits only, so hyphens drop."""
    return re.sub("[^A-Za-z0-9]", "", name)


def setting_part(name: str) -> str:
    """Returns a name as it appears inside an app setting's name: `stock-movements` is `STOCK_MOVEMENTS`."""
    return name.upper().replace("-", "_")


def package_deployment(site: str, slot: str | None = None) -> str:
    """Returns the name of the deployment that puts packages on a site, or a slot of it; at most 64 characters."""
    tail = f"-{slot}-package" if slot else "-package"
    return f"{site[: 64 - len(tail)]}{tail}"


def poison(queue: str) -> str:
    """Returns the queue that takes the messages a queue's reader gave up on."""
    return f"{queue}-poison"


def _account(name: str, stack: str, seed: str, *, role: str) -> str:
    letters = f"{name}{_slug(stack)}".replace("-", "")
    return f"{letters}{role}{_unique(seed, name, stack)}"


def _unique(seed: str, name: str, stack: str) -> str:
    digest = hashlib.sha256(f"{seed}/{name}/{stack}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:UNIQUE_LENGTH]


def _slug(stack: str) -> str:
    """Pulumi allows capitals, dots and underscores in a stack's name; most of Azure does not."""
    return re.sub("[^a-z0-9]+", "-", stack.lower()).strip("-")
