"""The resource providers there are here, as `GET /subscriptions/{id}/providers` lists them.

Clients such as `az resource` look up the API versions of a type there. Every well-formed version is taken: what a
version changes is Azure's business; the newest known here is the first of the list.
"""

from collections.abc import Iterable
from typing import Any

from emulator.arm.errors import ArmError

API_VERSIONS = ("2025-05-01", "2024-11-01", "2024-04-01", "2024-01-01", "2023-01-31", "2022-09-01", "2022-04-01")
_RESOURCES = "Microsoft.Resources"


def provider(namespace: str, types: Iterable[str], subscription: str) -> dict[str, Any]:
    """One provider.

    Raises:
        ArmError: none of that name is here.
    """
    for found in providers(types, subscription):
        if found["namespace"].lower() == namespace.lower():
            return found
    known = ", ".join(sorted({each.partition("/")[0] for each in types}))
    raise ArmError(
        404,
        "InvalidResourceNamespace",
        f"The resource namespace '{namespace}' is invalid. This machine's Azure has {known}.",
    )


def providers(types: Iterable[str], subscription: str) -> list[dict[str, Any]]:
    """All providers, with the types the emulator knows.

    Args:
        types: ARM's resource types, such as ``Microsoft.Web/sites``.
    """
    by_namespace: dict[str, list[str]] = {}
    for each in sorted(set(types)):
        namespace, _, kind = each.partition("/")
        by_namespace.setdefault(namespace, []).append(kind)
    return [
        {
            "id": f"/subscriptions/{subscription}/providers/{namespace}",
            "namespace": namespace,
            "registrationPolicy": "RegistrationFree" if namespace == _RESOURCES else "RegistrationRequired",
            "registrationState": "Registered",
            "resourceTypes": [_type(kind) for kind in kinds],
        }
        for namespace, kinds in by_namespace.items()
    ]


def _type(kind: str) -> dict[str, Any]:
    return {"resourceType": kind, "locations": [], "apiVersions": list(API_VERSIONS), "capabilities": "SupportsTags"}
