"""What is legal in a schedule and yet rarely meant: a remark for each, in words."""

import re

from ncrontab.fields import FIELDS, Field
from ncrontab.grammar import parse
from ncrontab.normal import normalise

_ELEMENT = re.compile(r"(?P<base>\*|(?P<start>\w+)(?:-(?P<end>\w+))?)(?:/(?P<step>[+-]?[0-9]+))?\s*")
_WHOLE = {"Second": "minute", "Minute": "hour", "Hour": "day"}
_LABELS = {"DayOfWeek": "weekday", "Day": "day of month"}


def remarks(text: str) -> tuple[str, ...]:
    """Returns what an author should know about a schedule of six fields, five, or `every 15m`; field by field.

    Raises:
        ScheduleError: App Service would refuse the text.
    """
    schedule = normalise(text)
    parsed = parse(schedule)
    found = [
        remark
        for field, token in zip(FIELDS, schedule.split(" "), strict=True)
        for element in token.split(",")
        for remark in _of_element(field, element)
    ]
    if not parsed.ever_fires:
        found.append("never fires: no such day exists in those months")
    return tuple(dict.fromkeys(found))


def _of_element(field: Field, text: str) -> list[str]:
    element = _ELEMENT.fullmatch(text)
    if element is None:  # forms such as `5\t` that only .NET's number parser understands
        return []
    found = []
    if swapped := _swapped(field, element):
        found.append(swapped)
    if element["step"] is not None and (step := _of_step(field, element, int(element["step"]), text)):
        found.append(step)
    return found


def _swapped(field: Field, element: re.Match[str]) -> str:
    if element["end"] is None:
        return ""
    start, end = (field.parse(element[part])[0] for part in ("start", "end"))
    if start <= end:
        return ""
    written, upper, lower = f"{element['start']}-{element['end']}", field.name(start), field.name(end)
    return (
        f"{_label(field)} {written} is read as {lower} to {upper}: App Service swaps a reversed range; "
        f"to go past the end write {_wrapped(field, start, end)}"
    )


def _wrapped(field: Field, start: int, end: int) -> str:
    """The list of a range that goes past the end and begins anew: `22-23,0-2`."""
    parts = ((start, field.high), (field.low, end))
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)


def _of_step(field: Field, element: re.Match[str], step: int, text: str) -> str:
    label = _label(field)
    if step < 1:
        return f"{label} {text}: a step of {step} counts as 1"
    values = field.parse(text)
    is_number = element["start"] is not None and element["end"] is None
    if step == 1 and is_number and values[0] < field.high:
        return (
            f"{label} {text} means {element['start']} alone on Windows App Service (NCrontab 2.0) and "
            f"{element['start']} to {field.high} on Linux; write {element['start']} or {values[0]}-{field.high}"
        )
    if step > 1 and len(values) == 1:
        return f"{label} {text}: the step goes past the end, only {values[0]} is left"
    whole = _WHOLE.get(field.kind)
    if whole and element["base"] == "*" and (field.high + 1) % step:
        rest = field.high + 1 - values[-1]
        plural = "s" if rest > 1 else ""
        return f"{label} {text} is not even: it begins anew each {whole}, {rest} {label}{plural} after {values[-1]}"
    return ""


def _label(field: Field) -> str:
    return _LABELS.get(field.kind, field.kind.lower())
