"""Logs as they grow: of one run until it ends, of a continuous job for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from oneplan.operate.scm import Scm
from oneplan.operate.values import Run

POLL_SECONDS = 0.4


def run_log(
    scm: Scm, job: str, run: str, *, follow: bool, sleep: Callable[[float], None] = time.sleep
) -> Iterator[bytes]:
    """The log of one run, piece by piece; with `follow` until the run has ended and its last line is read."""
    position, was_finished = 0, False
    while True:
        now = scm.run_of(job, run)
        url = now.output_url or now.error_url
        if url:
            piece, position = scm.log(url, position)
            if piece:
                yield piece
        # Kudu writes `Status changed to Failed` before the last line: one more look after the end.
        if not follow or was_finished:
            return
        was_finished = now.is_finished
        sleep(POLL_SECONDS)


def continuous_log(scm: Scm, url: str, *, follow: bool, sleep: Callable[[float], None] = time.sleep) -> Iterator[bytes]:
    """The log of a continuous job, piece by piece; with `follow` it never ends."""
    position = 0
    while True:
        piece, position = scm.log(url, position)
        if piece:
            yield piece
        if not follow:
            return
        sleep(POLL_SECONDS)


def wait_for_run(scm: Scm, job: str, run: str, *, sleep: Callable[[float], None] = time.sleep) -> Run:
    """The run once it is finished."""
    while not (now := scm.run_of(job, run)).is_finished:
        sleep(POLL_SECONDS)
    return now
