"""`oneplan queues …`."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli import completion
from oneplan.cli.commands.options import Done, Json, Stack, Yes, group
from oneplan.cli.project import DEFAULT_STACK

commands = group("queues", "Queues: look into them, send, give poison another chance.")

QueueName = Annotated[
    str,
    typer.Argument(
        metavar="QUEUE", help="The queue's name; `<queue>-poison` is one too.", autocompletion=completion.queues
    ),
]


@commands.command("list")
def queues_list(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """List the queues: messages, and how long the first one waits."""
    from oneplan.cli.queues import list_queues

    list_queues(stack, as_json=json)


@commands.command("peek")
def queues_peek(
    queue: QueueName,
    stack: Stack = DEFAULT_STACK,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=32, help="How many.")] = 10,
    json: Json = False,
) -> None:
    """Show the first messages without taking them."""
    from oneplan.cli.queues import peek

    peek(stack, queue, count=count, as_json=json)


@commands.command("send")
def queues_send(
    queue: QueueName,
    body: Annotated[str, typer.Argument(help="The message; - reads it from standard input.")],
    stack: Stack = DEFAULT_STACK,
    raw: Annotated[bool, typer.Option("--raw", help="Store the text as it is, not in Base64.")] = False,
    json: Done = False,
) -> None:
    """Put a message on a queue, in Base64 as its readers expect."""
    from oneplan.cli.queues import send

    send(stack, queue, body, raw=raw, as_json=json)


@commands.command("requeue")
def queues_requeue(
    queue: QueueName,
    stack: Stack = DEFAULT_STACK,
    match: Annotated[str, typer.Option("--match", help="Only messages that contain this text.")] = "",
    json: Done = False,
) -> None:
    """Move poison messages back to the queue they came from."""
    from oneplan.cli.queues import requeue

    requeue(stack, queue, match=match, as_json=json)


@commands.command("purge")
def queues_purge(queue: QueueName, stack: Stack = DEFAULT_STACK, yes: Yes = False, json: Done = False) -> None:
    """Delete every message of a queue, after a question."""
    from oneplan.cli.queues import purge

    purge(stack, queue, yes=yes, as_json=json)
