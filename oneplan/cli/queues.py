"""`oneplan queues …`: list, peek, send, requeue and purge."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from oneplan import spans
from oneplan.cli.exits import CommandFailedError, UsageError
from oneplan.cli.grid import Grid
from oneplan.cli.project import load_manifest, manifest_to_look_with
from oneplan.cli.screen import NOTHING, done, err, out, record
from oneplan.errors import OperateError
from oneplan.operate import Plane, connect
from oneplan.operate.messages import Message, encode
from oneplan.operate.queues import Queues

_SHOWN = 400
"""Characters of a body in the table; `--json` has all of it."""


def list_queues(stack: str, *, as_json: bool) -> None:
    """Prints the queues of a stack."""
    plane = connect(manifest_to_look_with(stack))
    names = plane.queue_names()
    service = _service(plane) if names else None
    found = [(name, service.messages(name), _oldest(service, name)) for name in names] if service else []
    if as_json:
        print(json.dumps([{"name": n, "messages": m, "oldest": _iso(o)} for n, m, o in found], indent=2))
        return
    if not found:
        out().print("the manifest declares no queue")
        return
    now = datetime.now(UTC)
    drawn = Grid("QUEUE", ">MESSAGES", "OLDEST")
    for name, messages, oldest in found:
        drawn.add_row(name, str(messages), f"{spans.told(now - oldest)} ago" if oldest else NOTHING)
    drawn.print()


def peek(stack: str, queue: str, *, count: int, as_json: bool) -> None:
    """Prints the first messages of a queue."""
    plane = connect(manifest_to_look_with(stack))
    name = _known(plane, queue)
    messages = _service(plane).peek(name, count)
    if as_json:
        print(json.dumps([_document(message) for message in messages], indent=2))
        return
    if not messages:
        out().print(f"{name} holds no visible message")
        return
    now = datetime.now(UTC)
    drawn = Grid("MESSAGE", ">AGE", ">TRIES", "BODY")
    for message in messages:
        body = printable(message.body[:_SHOWN]) + ("…" if len(message.body) > _SHOWN else "")
        drawn.add_row(message.id, spans.told(now - message.inserted), str(message.dequeue_count), body)
    drawn.print()


def send(stack: str, queue: str, body: str, *, raw: bool, as_json: bool = False) -> None:
    """Puts a message on a queue; it is kept as long as the manifest says."""
    plane = connect(load_manifest(stack))
    name = _known(plane, queue)
    content = sys.stdin.read() if body == "-" else body
    declared = plane.manifest.queues.get(name)
    _service(plane).send(name, content if raw else encode(content), keep=declared.keep if declared else None)
    done(f"{name}: one message sent")
    record({"queue": name, "sent": 1}, as_json=as_json)


def requeue(stack: str, queue: str, *, match: str, as_json: bool = False) -> None:
    """Moves poison messages back to their queue."""
    plane = connect(load_manifest(stack))
    name = _known(plane, queue)
    source = next((each for each in plane.manifest.queues.values() if name in (each.name, each.poison)), None)
    if source is None:
        raise OperateError(f"queue {name}: is not one of the manifest; `oneplan queues list` shows those there are")
    moved = _service(plane).move(
        source.poison, source.name, keep=source.keep, matches=lambda message: match in message.body
    )
    done(f"{source.name}: {moved} message{'' if moved == 1 else 's'} moved back from {source.poison}")
    record({"queue": source.name, "from": source.poison, "moved": moved}, as_json=as_json)


def purge(stack: str, queue: str, *, yes: bool, as_json: bool = False) -> None:
    """Deletes every message of a queue."""
    import typer

    plane = connect(load_manifest(stack))
    name, service = _known(plane, queue), _service(plane)
    count = service.messages(name)
    if not yes and not typer.confirm(f"Delete the messages of {name} (about {count})?", err=True):
        err().print("nothing was changed")
        raise CommandFailedError
    service.clear(name)
    done(f"{name}: is empty, {count} message{'' if count == 1 else 's'} deleted")
    record({"queue": name, "deleted": count}, as_json=as_json)


def printable(text: str) -> str:
    """Returns a text whose control characters cannot reach a terminal as such."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def _known(plane: Plane, queue: str) -> str:
    names = plane.queue_names()
    if queue in names:
        return queue
    close = get_close_matches(queue, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(names) or 'none'}"
    raise UsageError(f"queue {queue}: there is no such queue; {hint}")


def _service(plane: Plane) -> Queues:
    service = plane.queue_service()
    if service is None:
        raise OperateError(f"queues of {plane.manifest.stack}: are not deployed; run `oneplan up`")
    return service


def _oldest(service: Queues, name: str) -> datetime | None:
    first = service.peek(name, 1)
    return first[0].inserted if first else None


def _document(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "inserted": _iso(message.inserted),
        "expires": _iso(message.expires),
        "dequeue_count": message.dequeue_count,
        "body": message.body,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
