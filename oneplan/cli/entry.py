"""The way in: runs a command, and turns every ending into one clear message and an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from oneplan.cli.exits import CommandFailedError, ExitCode, UsageError
from oneplan.errors import ManifestError, OneplanError

if TYPE_CHECKING:
    from typer._click.exceptions import ClickException


_CURES = {
    errno.ENOSPC: "; make room on the disk and run the command again",
    errno.EDQUOT: "; make room on the disk and run the command again",
    errno.EROFS: "; make it writable, or work in a folder that is",
    errno.EACCES: "; give yourself the right to it, or work in another folder",
    errno.EPERM: "; give yourself the right to it, or work in another folder",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code; never raises, never shows a traceback."""
    try:
        return _run(arguments)
    except (KeyboardInterrupt, EOFError):
        return _interrupted()
    except OneplanError as error:
        return _expected(error)
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _refused_by_system(error)
    except Exception as error:  # noqa: BLE001  the top: an unexpected fault is written down, not thrown at the user
        return _abort(error)


def _run(arguments: Sequence[str] | None) -> int:
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for some costs a tenth of the start-up time
    from typer._click.exceptions import ClickException  # typer's own copy of click; it has no public name

    from oneplan.cli.app import app

    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = app(next(iter(given), None))(args=given, prog_name="oneplan", standalone_mode=False)
        sys.stdout.flush()
    except ClickException as error:
        return _usage(error)
    if code == ExitCode.INTERRUPTED:  # typer makes this of KeyboardInterrupt, without a word
        return _interrupted()
    return code if isinstance(code, int) else ExitCode.OK


def _abort(error: Exception) -> int:
    import typer

    if isinstance(error, typer.Abort):
        return _interrupted()
    return _crashed(error)


def _usage(error: ClickException) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "oneplan"
    message = error.format_message()
    _complain(f"{command}: {message[:1].lower()}{message[1:].rstrip('.')}; see `{command} --help`")
    return ExitCode.USAGE


def _expected(error: OneplanError) -> int:
    match error:
        case ManifestError():
            from oneplan.cli.problems import show_problems

            show_problems(error.problems)
            return ExitCode.MANIFEST
        case UsageError():
            _complain(str(error))
            return ExitCode.USAGE
        case CommandFailedError() if not str(error):
            return ExitCode.FAILED
        case _:
            _complain(str(error))
            return ExitCode.FAILED


def _interrupted() -> int:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is impatient presses it twice
    try:
        _complain("interrupted")
    finally:
        signal.signal(signal.SIGINT, before)
    return ExitCode.INTERRUPTED


def _reader_gone() -> int:
    """`oneplan jobs logs … | head`: the reader has enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK


def _refused_by_system(error: OSError) -> int:
    """A full disk, a folder that may not be written: the system's own words are the clearest."""
    where = error.filename or "oneplan"
    _complain(f"{where}: {(error.strerror or str(error)).lower()}{_CURES.get(error.errno or 0, '')}")
    return ExitCode.FAILED


def _crashed(error: Exception) -> int:
    text = "".join(traceback.format_exception(error))
    _complain(f"oneplan: fault of its own ({type(error).__name__}); {_written_down(text)}")
    return ExitCode.FAILED


def _written_down(text: str) -> str:
    name = f"crash-{datetime.now().astimezone():%Y%m%d-%H%M%S}.log"
    path = Path(".oneplan", name)
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    except OSError as error:
        return f"the report could not be written ({error.strerror}):\n{text}"
    return f"the full text is in {path}"


def _complain(message: str) -> None:
    from oneplan.cli.screen import complain

    complain(message)
