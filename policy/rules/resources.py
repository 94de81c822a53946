"""Words for what a policy looks at: settings, sizes, names of a resource's properties. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

WEB_APP = "azure-native:web:WebApp"
SLOT = "azure-native:web:WebAppSlot"
PLAN = "azure-native:web:AppServicePlan"
ACCOUNT = "azure-native:storage:StorageAccount"
QUEUE = "azure-native:storage:Queue"
VAULT = "azure-native:keyvault:Vault"
ROLE = "azure-native:authorization:RoleAssignment"
BUDGET = "azure-native:consumption:Budget"
COMPONENT = "azure-native:applicationinsights:Component"
SITES = frozenset({WEB_APP, SLOT})


def config(props: Mapping[str, Any]) -> Mapping[str, Any]:
    """The configuration of a site."""
    return props.get("siteConfig") or {}


def settings(props: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The app settings of a site: name and value; a value may not be known yet."""
    for setting in config(props).get("appSettings") or []:
        yield str(setting.get("name")), setting.get("value")


def queue_name(props: Mapping[str, Any]) -> str:
    """A queue's name. A stack is checked by outputs where nothing changes, and Azure answers it under another word."""
    return str(props.get("queueName") or props.get("name") or "")


def size(props: Mapping[str, Any]) -> str:
    """The size of a plan, such as `P1v3`."""
    return str((props.get("sku") or {}).get("name") or "")
