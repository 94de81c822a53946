"""What a trigger means: its kind, its schedule, and the WebJob type that follows from it."""

from oneplan.manifest import intervals
from oneplan.manifest.models import TriggerModel
from oneplan.manifest.tree import Map, Node
from oneplan.manifest.values import JobType, Trigger

_CONTINUOUS = ("queue", "always")


def trigger(model: TriggerModel) -> Trigger:
    """Returns the trigger's value; `every` and `cron` become one six-field schedule."""
    if model.every is not None:
        return Trigger("schedule", schedule=intervals.every(model.every), text=f"every {model.every}")
    if model.cron is not None:
        return Trigger("schedule", schedule=intervals.cron(model.cron), text=f"cron {model.cron}")
    if model.queue is not None:
        return Trigger("queue", queue=model.queue, text=f"queue {model.queue}")
    if model.always:
        return Trigger("always", text="always")
    return Trigger("manual", text="manual")


def continuous_kind(model: TriggerModel) -> str | None:
    """Returns `queue` or `always` for a job that runs for ever, None for all others."""
    return next((kind for kind in _CONTINUOUS if getattr(model, kind)), None)


def type_of(node: Node | None) -> JobType | None:
    """Returns the WebJob type of a trigger that may have faults; None when it cannot be told."""
    if not isinstance(node, Map) or len(node.entries) != 1:
        return None
    return "continuous" if next(iter(node.entries)) in _CONTINUOUS else "triggered"
