"""What a model checks beyond its single fields, in the schema's own means: `if` and `then` a key, never `anyOf`."""

from collections.abc import Callable, Mapping

from oneplan.manifest.models.job import SCHEDULES, TRIGGERS
from oneplan.manifest.schema.plain import Schema


def _exactly_one() -> list[Schema]:
    """Each kind of trigger forbids those after it, so that two make one problem and not two."""
    message = f"A trigger needs exactly one of {', '.join(TRIGGERS)}"
    forbidding = [
        {
            "if": {"required": [kind]},
            "then": {"properties": dict.fromkeys(TRIGGERS[index + 1 :], False), "errorMessage": message},
        }
        for index, kind in enumerate(TRIGGERS[:-1])
    ]
    zoned = [
        {
            "if": {"required": [kind]},
            "then": {
                "properties": {"time_zone": False, "zone_guard": False},
                "errorMessage": f"This needs every or cron beside it, not {kind}",
            },
        }
        for kind in TRIGGERS
        if kind not in SCHEDULES
    ]
    return [*forbidding, *zoned, _at_least_one(TRIGGERS, message)]


def _at_least_one(keys: tuple[str, ...], message: str) -> Schema:
    none = {"type": "object", "properties": dict.fromkeys(keys, False)}
    return {"if": none, "then": {"required": [keys[0]], "errorMessage": message}}


def _an_address() -> list[Schema]:
    return [_at_least_one(("email", "webhook"), "A group needs an email or a webhook")]


_RULES: Mapping[str, Callable[[], list[Schema]]] = {"Trigger": _exactly_one, "Notify": _an_address}


def with_rules(name: str, section: Schema) -> Schema:
    """Returns a model's part of a schema with the rules that tie its keys together."""
    return {**section, "allOf": _RULES[name]()} if name in _RULES else section
