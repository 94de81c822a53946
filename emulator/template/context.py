"""Where a template is deployed, and the questions it may ask while it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class ListFunction(Protocol):
    """Answers ``listKeys``, ``listServiceSas`` and the like."""

    def __call__(self, function: str, id: str, api_version: str, body: Mapping[str, Any]) -> Any:
        """Returns what ARM answers to a POST of ``function`` on the resource ``id``."""


class Reference(Protocol):
    """Answers ``reference``."""

    def __call__(self, id: str, full: bool) -> Any:
        """Returns a resource's properties, or the whole resource when ``full``."""


@dataclass(frozen=True)
class Context:
    """Everything outside the template that its result depends on."""

    subscription_id: str
    tenant_id: str
    group: Mapping[str, Any]
    """``id``, ``name``, ``location`` and ``tags`` of the resource group."""
    deployment: str
    """Name of the deployment."""
    clock: Callable[[], datetime]
    list_function: ListFunction
    reference: Reference
