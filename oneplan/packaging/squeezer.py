"""Squeezes many small files at once, on two processors where there are two and the files are worth a second process."""

import marshal
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from oneplan.packaging import squeeze
from oneplan.packaging.squeeze import SmallFile, Squeezed

SMALL_BYTES = 32 * 1024
"""From here on a file is no small one: it is worth a thread of its own."""
WORTH_A_HELPER = 1_000
"""As many files take longer than the second process takes to start."""

_SHARE = 64
_AHEAD = 2
_PIPE_BYTES = 1024 * 1024

Process = subprocess.Popen[bytes]
_Shares = deque[tuple[int, Sequence[SmallFile]]]
_Answers = dict[int, list[Squeezed | None]]


def launch_helper() -> Process | None:
    """Starts the second process: this Python, with no package but the compressor; None where it would not help."""
    if os.cpu_count() in (None, 1) or not sys.executable:
        return None
    library = getattr(sys.modules[squeeze.LIBRARY], "__file__", None)
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-S", squeeze.__file__],
        env={**os.environ, "PYTHONPATH": str(Path(library).parent.parent) if library else ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pipesize=_PIPE_BYTES,
    )


class Squeezer:
    """A context manager; the second process starts at the first long list of files, and ends with it."""

    def __init__(self, launch: Callable[[], Process | None] = launch_helper, patience: float = 10) -> None:
        """Starts nothing yet; `launch` starts the second process, which gets `patience` seconds for its last answer."""
        self._patience = patience
        self._launch: Callable[[], Process | None] | None = launch
        self._helper: Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._helper:
            _end(self._helper)

    def all(self, files: Sequence[SmallFile]) -> list[Squeezed | None]:
        """Returns what became of each file, in their order; None for one that wants a closer look.

        A second process that does not start, or dies, costs time and nothing else.
        """
        starts = range(0, len(files), _SHARE)
        shares: _Shares = deque((start, files[start : start + _SHARE]) for start in starts)
        answers: _Answers = {}
        if len(files) >= WORTH_A_HELPER and (helper := self._started()):
            talk = threading.Thread(target=_delegate, args=(helper, shares, answers))
            talk.start()
            try:
                _work(shares, answers)
                talk.join(self._patience)
            finally:
                if talk.is_alive():
                    helper.kill()
                    talk.join()
        _work(shares, answers)  # all, or what a helper that died has left
        return [answer for start in starts for answer in answers[start]]

    def _started(self) -> Process | None:
        """Returns the second process, which is started once."""
        launch, self._launch = self._launch, None
        if launch:
            try:
                self._helper = launch()
            except OSError:
                return None
        return self._helper


def _work(shares: _Shares, answers: _Answers) -> None:
    """Squeezes from the front of what is left, until nothing is."""
    while shares:
        try:
            start, files = shares.popleft()
        except IndexError:  # the helper has just taken the last
            return
        answers[start] = [squeeze.squeeze(file) for file in files]


def _delegate(helper: Process, shares: _Shares, answers: _Answers) -> None:
    """Gives from the end of what is left to the helper; the share after next is with it before it has answered."""
    given: _Shares = deque()
    try:
        while _hand_over(helper, shares, given) or given:
            if len(given) == _AHEAD or not shares:
                start, files = given[0]
                answers[start] = _answer(helper, len(files))
                given.popleft()
    except (OSError, EOFError, ValueError, TypeError):  # it is gone, or another kind of Python
        shares.extend(given)


def _hand_over(helper: Process, shares: _Shares, given: _Shares) -> bool:
    """Sends the last share to the helper, if there is one and it has room."""
    assert helper.stdin is not None
    if len(given) == _AHEAD:
        return False
    try:
        share = shares.pop()
    except IndexError:
        return False
    given.append(share)
    marshal.dump(list(share[1]), helper.stdin)
    helper.stdin.flush()
    return True


def _answer(helper: Process, count: int) -> list[Squeezed | None]:
    """Returns the helper's next answer; a ValueError if it deflates by another library, which makes other bytes."""
    assert helper.stdout is not None
    library, answer = marshal.load(helper.stdout)  # noqa: S302 - a process of ours
    if library != squeeze.LIBRARY or len(answer) != count:
        raise ValueError(library)
    return answer  # type: ignore[no-any-return]


def _end(helper: Process) -> None:
    helper.kill()
    with suppress(BrokenPipeError), helper:
        pass
