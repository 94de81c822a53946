"""`$filter` of ARM's lists: comparisons joined by `and`.

https://learn.microsoft.com/rest/api/resources/resources/list
"""

import re
from collections.abc import Callable

from emulator.arm.envelope import name_of, type_of
from emulator.arm.errors import ArmError
from emulator.store import Record

_COMPARISON = re.compile(r"(\w+)\s+(eq|ne)\s+'((?:[^']|'')*)'", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_TAG, _TAG_VALUE = "tagname", "tagvalue"


def filtered(records: list[Record], filter: str) -> list[Record]:
    """The records that the filter lets through, all for an empty one.

    Raises:
        ArmError: the filter is not understood.
    """
    if not filter.strip():
        return records
    conditions = [_condition(filter, part) for part in _AND.split(filter.strip())]
    if any(field == _TAG_VALUE for field, *_ in conditions) and not any(field == _TAG for field, *_ in conditions):
        raise _invalid(filter)
    return [record for record in records if _passes(record, conditions)]


def _condition(filter: str, text: str) -> tuple[str, bool, str]:
    """Field, whether it must be equal, value."""
    found = _COMPARISON.fullmatch(text)
    if found is None or found[1].lower() not in {*_FIELDS, _TAG, _TAG_VALUE}:
        raise _invalid(filter)
    return found[1].lower(), found[2].lower() == "eq", found[3].replace("''", "'")


def _passes(record: Record, conditions: list[tuple[str, bool, str]]) -> bool:
    tags = record.outputs.get("tags") or {}
    tag = next((value for field, _, value in conditions if field == _TAG), "")
    for field, must_be, value in conditions:
        if field == _TAG:
            fits = value in tags
        elif field == _TAG_VALUE:
            fits = tags.get(tag) == value
        else:
            fits = _FIELDS[field](record).lower() == value.lower()
        if fits is not must_be:
            return False
    return True


def _group(record: Record) -> str:
    parts = record.id.split("/")
    return parts[4] if len(parts) > 4 else ""


_FIELDS: dict[str, Callable[[Record], str]] = {
    "resourcetype": type_of,
    "resourcegroup": _group,
    "name": lambda record: name_of(record.id),
    "location": lambda record: str(record.outputs.get("location") or ""),
}


def _invalid(filter: str) -> ArmError:
    return ArmError(
        400,
        "InvalidFilterInQueryString",
        f"Invalid $filter '{filter}' specified in the query string; comparisons (eq, ne) of resourceType, "
        "resourceGroup, name, location, tagName and tagValue, joined by 'and', are understood here.",
    )
