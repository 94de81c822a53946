"""What a trigger means: its kind, its schedule, and the WebJob type that follows from it."""

from oneplan.manifest import intervals
from oneplan.manifest.models import TriggerModel
from oneplan.manifest.tree import Map, Node
from oneplan.manifest.values import JobType, Trigger

_CONTINUOUS = ("queue", "always")
_BESIDE = ("time_zone", "zone_guard")
"""What may stand beside a schedule."""


def trigger(model: TriggerModel) -> Trigger:
    """Returns the trigger's value; `every` and `cron` become one six-field schedule."""
    if model.every is not None:
        return _scheduled(model, intervals.every(model.every), f"every {model.every}")
    if model.cron is not None:
        return _scheduled(model, intervals.cron(model.cron), f"cron {model.cron}")
    if model.queue is not None:
        return Trigger("queue", queue=model.queue, text=f"queue {model.queue}")
    if model.always:
        return Trigger("always", text="always")
    return Trigger("manual", text="manual")


def _scheduled(model: TriggerModel, schedule: str, text: str) -> Trigger:
    return Trigger("schedule", schedule, text=text, time_zone=model.time_zone, zone_guard=model.zone_guard)


def continuous_kind(model: TriggerModel) -> str | None:
    """Returns `queue` or `always` for a job that runs for ever, None for all others."""
    return next((kind for kind in _CONTINUOUS if getattr(model, kind)), None)


def type_of(node: Node | None) -> JobType | None:
    """Returns the WebJob type of a trigger that may have faults; None when it cannot be told."""
    if not isinstance(node, Map):
        return None
    kinds = [key for key in node.entries if key not in _BESIDE]
    if len(kinds) != 1:
        return None
    return "continuous" if kinds[0] in _CONTINUOUS else "triggered"
