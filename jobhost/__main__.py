"""`python -m jobhost check MODULE` and `python -m jobhost requeue QUEUE-poison [--match TEXT]`."""

from __future__ import annotations

import argparse
import sys

from jobhost.commands import check, environment, queues_of, requeue
from jobhost.errors import JobHostError


def main(arguments: list[str] | None = None) -> int:
    """Run a command; answers the exit code: 0 done, 1 something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m jobhost", description="Looks after a job's functions and messages."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="list a module's functions and check them; needs no storage")
    checking.add_argument("module", help="the module that has the host, for example thumbnails.job")
    moving = commands.add_parser("requeue", help="put poisoned messages back into their queue")
    moving.add_argument("queue", help="the poison queue's name")
    moving.add_argument("--match", default="", metavar="TEXT", help="only messages that contain this")
    given = parser.parse_args(arguments)
    try:
        if given.command == "check":
            for line in check(given.module, environment()):
                _say(line)
        else:
            poison, queue = queues_of(given.queue, environment())
            moved = requeue(poison, queue, lambda text: given.match in text)
            _say(f"{moved} {'message' if moved == 1 else 'messages'} moved from {poison.name} to {queue.name}")
    except JobHostError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main())
