"""`oneplan explain`: the page of a check, or what holds for a thing of the manifest and who says so."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from oneplan.cli.exits import UsageError
from oneplan.cli.formats import page, provenance
from oneplan.cli.formats.schedules import Timing, timing, upcoming_line, words_of
from oneplan.cli.project import find_root
from oneplan.cli.styled import Span, emit, line, show, visible, width_of
from oneplan.cli.validate import chosen

if TYPE_CHECKING:
    from oneplan.manifest import Effective

KINDS = ("job", "app", "queue", "container", "table", "notify", "plan", "project")
_NAMELESS = ("plan", "project")
_CODE = re.compile(r"(?:WJ)?(\d{1,3})", re.IGNORECASE)


def explain(what: str, name: str, *, stack: str, as_json: bool) -> None:
    """Prints the page, the table or the list; raises UsageError for what there is not."""
    if not what:
        _list_everything(as_json=as_json)
    elif match := _CODE.fullmatch(what):
        _explain_check(f"WJ{int(match[1]):03}", as_json=as_json)
    elif what in KINDS:
        _explain_thing(what, name, stack, as_json=as_json)
    else:
        raise UsageError(f"explain {visible(what)}: is no check and no kind of thing; {_near(what)}")


def _list_everything(*, as_json: bool) -> None:
    from oneplan.manifest.catalogue import CHECKS

    if as_json:
        rows = [{"code": each.code, "severity": each.severity, "title": each.title} for each in CHECKS.values()]
        emit(json.dumps(rows, indent=2) + "\n", sys.stdout)
        return
    things = (kind if kind in _NAMELESS else f"{kind} NAME" for kind in KINDS)
    show(page.index(CHECKS, things, width_of(sys.stdout)), sys.stdout)


def _explain_check(code: str, *, as_json: bool) -> None:
    from oneplan.manifest.catalogue import CHECKS

    check = CHECKS.get(code)
    if check is None:
        raise UsageError(f"explain {code}: there is no such check; `oneplan explain` lists them")
    if as_json:
        emit(json.dumps(page.as_json(check), indent=2) + "\n", sys.stdout)
    else:
        show(page.page(check, width_of(sys.stdout)), sys.stdout)


def _explain_thing(kind: str, name: str, stack: str, *, as_json: bool) -> None:
    from oneplan.manifest import UnknownNameError
    from oneplan.manifest import explain as effective

    if not name and kind not in _NAMELESS:
        raise UsageError(f"explain {kind}: a name is missing; write oneplan explain {kind} NAME")
    root = find_root()
    (stack,) = chosen(root, [stack])
    try:
        values = effective(root, stack, kind, name)
        project = effective(root, stack, "project") if kind == "job" else ()
    except UnknownNameError as error:
        raise UsageError(f"explain {kind}: {error}") from error
    timed = timing(values, project, datetime.now(UTC))
    if as_json:
        emit(json.dumps(_document(kind, name, stack, values, timed), indent=2) + "\n", sys.stdout)
    else:
        title = line(Span(f"{kind} {visible(name)}".rstrip(), "bold"), f" in stack {stack}")
        table = provenance.explained(values, words_of, width_of(sys.stdout))
        show([title, (), *table, *([(), upcoming_line(timed)] if timed else [])], sys.stdout)


def _document(kind: str, name: str, stack: str, values: Sequence[Effective], timed: Timing | None) -> dict[str, object]:
    return {
        "kind": kind,
        "name": name or None,
        "stack": stack,
        "values": [provenance.value_document(value, words_of) for value in values],
        "zone": timed.zone if timed else None,
        "next_runs": [run.isoformat() for run in timed.runs] if timed else [],
    }


def _near(what: str) -> str:
    close = get_close_matches(what.lower(), KINDS, n=1)
    return f"did you mean {close[0]}?" if close else f"write a code such as WJ036, or one of {', '.join(KINDS)}"
