"""What a short-lived program can leave out of the Pulumi SDK's work; docs/adr/0005 has the reasons and figures."""

import gc
import inspect
from collections.abc import Mapping

import pulumi

SILENCED = "ONEPLAN_SDK_DEBUG"
"""Set to `off` by `oneplan` for a run whose debug messages Pulumi would not show."""

_OBJECTS_BETWEEN_COLLECTIONS = 100_000
_OLDER_GENERATIONS = (50, 1000)


def quicken(environment: Mapping[str, str]) -> None:
    """Collects garbage rarely from here on, and sends no debug messages where `environment` says that none are shown.

    To be called when all modules are loaded: what they made is never looked at again. Switches the collector on.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *_OLDER_GENERATIONS)
    gc.enable()
    if environment.get(SILENCED) == "off" and _is_known(getattr(pulumi.log, "debug", None)):
        pulumi.log.debug = _unsaid


def _unsaid(
    msg: str,
    resource: pulumi.Resource | None = None,
    stream_id: int | None = None,
    ephemeral: bool | None = None,
) -> None:
    """Stands for `pulumi.log.debug`, which calls the engine and waits for it, five times a resource."""


def _is_known(debug: object) -> bool:
    """Whether `debug` takes what `_unsaid` takes; another SDK's keeps its own, which costs time and nothing else."""
    return inspect.isfunction(debug) and list(inspect.signature(debug).parameters) == list(
        inspect.signature(_unsaid).parameters
    )
