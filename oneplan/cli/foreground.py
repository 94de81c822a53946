"""Runs a program on this terminal, interrupted with it and never outliving it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from oneplan.errors import OperateError

_PR_SET_PDEATHSIG = 1  # prctl(2)


def run_in_foreground(command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Runs a program on this terminal. Ctrl-C reaches it too: it ends in its own way and is waited for.

    When this process is killed, the program is interrupted as by Ctrl-C (on Linux; elsewhere it runs to its end).

    Raises KeyboardInterrupt when it failed after Ctrl-C.
    """
    # A handler, not SIG_IGN: the child would inherit that one and never hear Ctrl-C.
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        code = subprocess.Popen(command, cwd=cwd, env=env, preexec_fn=_bound_to(os.getpid())).wait()  # noqa: PLW1509
    except OSError as error:
        raise OperateError(f"{command[0]}: cannot be started ({error.strerror})") from error
    finally:
        signal.signal(signal.SIGINT, before)
    if code and interrupts:
        raise KeyboardInterrupt
    return code


def _bound_to(parent: int) -> Callable[[], None] | None:
    """What the child does before it becomes the program, so that the system interrupts it when its parent dies.

    Code between fork and exec must not take a lock that another thread holds; this takes none.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:  # it died before this was asked for
            os._exit(128 + signal.SIGINT)

    return bind
