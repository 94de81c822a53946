"""`python -m emulator serve`: the local Azure as a program."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from emulator.daemon import Options, StateFolder, run
from emulator.daemon.logs import set_up
from emulator.errors import EmulatorError

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code. A failed start is one line on stderr and code 1."""
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
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(options, stop=stop, announce=lambda line: print(line, flush=True))


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run until SIGTERM or POST /shutdown")
    serve.add_argument("--root", type=Path, default=Path(".oneplan"), help="state folder (default: .oneplan)")
    serve.add_argument("--python", type=Path, help="interpreter that sites and jobs get (default: the system's)")
    values = parser.parse_args(arguments)
    return Options(values.root.resolve(), values.python)


def _unforeseen(error: Exception, root: Path) -> str:
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return f"{error.filename or root}: no space left on the disk; make room and start again"
    return f"local Azure: {type(error).__name__}: {error}; see {root}/daemon.log"


def _failed(message: str) -> int:
    print(message, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
