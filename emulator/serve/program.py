"""`python -m emulator webjobs serve HOME`: the command line, the log on standard error, the exit code."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from emulator.errors import EmulatorError
from emulator.serve.options import ServeOptions, add_arguments
from emulator.serve.server import serve


class _Formatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """UTC, as in all logs of the emulator."""
        return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def main(arguments: Sequence[str]) -> int:
    """Serves until it is stopped; returns the exit code. A failed start is one line on stderr and code 1."""
    parser = argparse.ArgumentParser(prog="webjobs", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    add_arguments(commands.add_parser("serve", help="serve one App Service home folder until SIGTERM"))
    values = parser.parse_args(arguments)
    _log_to_stderr()
    try:
        asyncio.run(serve(ServeOptions.of(values, os.environ), lambda line: print(line, flush=True)))
    except EmulatorError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(f"{error.filename or values.home}: {error.strerror or error}; make it writable", file=sys.stderr)
        return 1
    return 0


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
