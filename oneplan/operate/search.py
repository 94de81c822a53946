"""Finds a text in what jobs and apps wrote: the newest log of every job, and of every app.

Neither App Service nor the local Azure has a search over logs, so they are read, side by side, and those that cannot
grow any more are remembered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock

from oneplan.errors import OperateError
from oneplan.operate.plane import Plane
from oneplan.operate.scm import Scm
from oneplan.operate.values import Job, Site, Status

_THREADS = 8
MOST_LINES = 5
"""Of one log: its last ones that match."""
MOST_BYTES = 512 * 1024
"""Of one log: its end."""
_REMEMBERED_BYTES = 32 * 1024 * 1024
_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A log."""

    app: str
    job: str | None
    """None for what the app's own process wrote."""
    run: str | None
    """The run of a triggered job."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found in one log."""

    place: Place
    lines: tuple[str, ...]
    """The last lines that match, oldest first."""
    count: int
    """How many lines match."""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search."""

    hits: tuple[Hit, ...]
    searched: int
    """Logs that were read."""
    unread: int
    """Logs there was no time for, or that could not be read."""


class LogSearch:
    """Searches the logs of one stack; safe to use from threads."""

    def __init__(self, plane: Plane, clock: Callable[[], float] = time.monotonic) -> None:
        self._plane = plane
        self._clock = clock
        self._ended: OrderedDict[Place, str] = OrderedDict()
        self._kept = 0
        self._guard = Lock()

    def find(self, text: str, status: Status, seconds: float) -> Found:
        """Returns the logs that hold a text, whatever its case, in the order of their places.

        What is not read after so many seconds is counted as unread; so is a log that its site refuses.
        """
        wanted = text.casefold()
        sites = {site.app: site for site in status.apps}
        deadline = self._clock() + seconds
        hits: list[Hit] = []
        with ThreadPoolExecutor(_THREADS) as threads:
            asked = [threads.submit(self._look, wanted, ask, deadline) for ask in self._logs(status.jobs, sites)]
            wait(asked)
        outcomes = [_outcome(future) for future in asked]
        hits = [hit for hit in outcomes if isinstance(hit, Hit)]
        unread = sum(outcome is None for outcome in outcomes)
        return Found(tuple(sorted(hits, key=_order)), len(outcomes) - unread, unread)

    def _logs(self, jobs: Sequence[Job], sites: dict[str, Site]) -> Iterator[_Log]:
        for job in jobs:
            scm = self._plane.scm(sites[job.app])
            if job.type == "continuous" and job.log_url:
                yield _Log(Place(job.app, job.name, None), scm, job.log_url, ended=False)
            elif job.last_run is not None and job.last_run.output_url:
                place = Place(job.app, job.name, job.last_run.id)
                yield _Log(place, scm, job.last_run.output_url, ended=job.last_run.is_finished)
        for site in sites.values():
            yield _Log(Place(site.app, None, None), self._plane.scm(site), None, ended=False)

    def _look(self, wanted: str, log: _Log, deadline: float) -> Hit | bool | None:
        """What one log holds; False for nothing, None when it was not read."""
        if self._clock() > deadline:
            return None
        lines = [line for line in self._text(log).splitlines() if wanted in line.casefold()]
        if not lines:
            return False
        return Hit(log.place, tuple(line[:_LONGEST_LINE] for line in lines[-MOST_LINES:]), len(lines))

    def _text(self, log: _Log) -> str:
        with self._guard:
            if (known := self._ended.get(log.place)) is not None:
                return known
        text = log.read()
        if log.ended:
            self._remember(log.place, text)
        return text

    def _remember(self, place: Place, text: str) -> None:
        with self._guard:
            if place in self._ended:
                return
            self._ended[place] = text
            self._kept += len(text)
            while self._kept > _REMEMBERED_BYTES:
                self._kept -= len(self._ended.popitem(last=False)[1])


@dataclass(frozen=True)
class _Log:
    place: Place
    scm: Scm
    url: str | None
    """None for the newest console log of the site, whose address is asked for first."""
    ended: bool

    def read(self) -> str:
        url = self.url or next(iter(self.scm.console_logs()), None)
        if url is None:
            return ""
        content, _ = self.scm.log(url)
        return content[-MOST_BYTES:].decode("utf-8", "replace")


def _outcome(asked: Future[Hit | bool | None]) -> Hit | bool | None:
    try:
        return asked.result()
    except OperateError:
        return None  # counted, and told, as unread


def _order(hit: Hit) -> tuple[str, str]:
    return hit.place.app, hit.place.job or ""
