"""Which Azure a stack is in: the public one, or the one that a metadata host tells of, as for azure-native."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from oneplan.errors import OperateError
from oneplan.operate.credentials import ARM
from oneplan.operate.http import Http
from oneplan.operate.subscription import from_stack

METADATA_VERSION = "2022-09-01"


def manager_of(root: Path, stack: str, http: Http, environment: Mapping[str, str] | None = None) -> str:
    """Returns the address of the stack's Azure Resource Manager, without a slash at its end.

    A metadata host (`azure-native:metadataHost`, `ARM_METADATA_HOSTNAME`) is asked for it; its cloud must take tokens
    for public Azure's audience, as the local Azure does. Source: the azure-native provider's configuration.

    Raises:
        OperateError: the metadata host does not tell.
    """
    known = os.environ if environment is None else environment
    host = from_stack(root / f"Pulumi.{stack}.yaml", "azure-native:metadataHost") or known.get("ARM_METADATA_HOSTNAME")
    if not host:
        return ARM
    answer = http.request("GET", f"https://{host}/metadata/endpoints?api-version={METADATA_VERSION}")
    told = answer.json() if answer.status == 200 else {}
    manager = told.get("resourceManager") if isinstance(told, dict) else None
    if not isinstance(manager, str) or not manager.startswith("https://"):
        raise OperateError(f"{host}: does not tell where its Azure Resource Manager is (status {answer.status})")
    return manager.rstrip("/")
