"""Which Azure subscription a stack in the cloud belongs to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from oneplan.errors import OperateError

CONFIG_KEY = "azure-native:subscriptionId"


def subscription_of(root: Path, stack: str, environment: Mapping[str, str] | None = None) -> str:
    """The subscription id from where azure-native takes it: stack config, environment, the Azure CLI.

    Raises OperateError when none of them names one.
    """
    known = os.environ if environment is None else environment
    found = (
        from_stack(root / f"Pulumi.{stack}.yaml", CONFIG_KEY)
        or known.get("ARM_SUBSCRIPTION_ID")
        or known.get("AZURE_SUBSCRIPTION_ID")
        or _from_azure_cli(Path(known.get("AZURE_CONFIG_DIR") or Path.home() / ".azure") / "azureProfile.json")
    )
    if not found:
        raise OperateError(
            f"stack {stack}: its Azure subscription is not known; run `az login`,"
            f" or `pulumi config set {CONFIG_KEY} ID --stack {stack}`"
        )
    return found


def from_stack(path: Path, key: str) -> str | None:
    """Returns a value of a stack's config; None without it."""
    import yaml

    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError):
        return None  # a broken stack file was reported with its position when the manifest was loaded
    config = document.get("config") if isinstance(document, dict) else None
    value = config.get(key) if isinstance(config, dict) else None
    return str(value) if value else None


def _from_azure_cli(path: Path) -> str | None:
    try:
        subscriptions = json.loads(path.read_text(encoding="utf-8-sig"))["subscriptions"]
        return next((str(item["id"]) for item in subscriptions if item.get("isDefault")), None)
    except (OSError, ValueError, KeyError, TypeError):
        return None
