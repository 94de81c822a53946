"""`python -m emulator serve`: the local Azure as a program; `webjobs serve`: one home folder alone."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError

if TYPE_CHECKING:
    from emulator.daemon import Options

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code. A failed start is one line on stderr and code 1."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["webjobs"]:
        from emulator.serve.program import main as webjobs

        return webjobs(given[1:])
    return _daemon(given)


def _daemon(arguments: Sequence[str]) -> int:
    from emulator.daemon import StateFolder
    from emulator.daemon.logs import set_up

    options = _parse(arguments)
    try:
        StateFolder(options.root).prepare()
        set_up(options.root / "daemon.log")
        asyncio.run(_serve(options))
    except EmulatorError as error:
        return _failed(str(error))
    except Exception as error:
        logging.getLogger("emulator").exception("unexpected")
        return _failed(_unforeseen(error, options.root))
    return 0


async def _serve(options: Options) -> None:
    from emulator.daemon import run

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(options, stop=stop, announce=lambda line: print(line, flush=True))


def _parse(arguments: Sequence[str]) -> Options:
    from emulator.daemon import Options

    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run until SIGTERM or POST /shutdown")
    serve.add_argument("--root", type=Path, default=Path(".oneplan"), help="state folder (default: .oneplan)")
    serve.add_argument("--python", type=Path, help="interpreter that sites and jobs get (default: the system's)")
    serve.add_argument(
        "--storage-roles",
        choices=("on", "off"),
        default=os.environ.get("ONEPLAN_STORAGE_ROLES", "on"),
        help="whether role assignments decide what a storage token opens (default: on, or $ONEPLAN_STORAGE_ROLES)",
    )
    commands.add_parser("webjobs", help="see `webjobs serve --help`")
    values = parser.parse_args(arguments)
    if values.storage_roles not in {"on", "off"}:
        parser.error(f"ONEPLAN_STORAGE_ROLES: '{values.storage_roles}' is not known; expected on or off")
    return Options(values.root.resolve(), values.python, values.storage_roles == "on")


def _unforeseen(error: Exception, root: Path) -> str:
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return f"{error.filename or root}: no space left on the disk; make room and start again"
    return f"local Azure: {type(error).__name__}: {error}; see {root}/daemon.log"


def _failed(message: str) -> int:
    print(message, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
