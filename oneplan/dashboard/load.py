"""How busy the shared plan is, by site and job; only this machine tells."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from oneplan.errors import OperateError
from oneplan.operate import Plane, Site, Use

PERIOD_SECONDS = 3.0
"""Between two looks: shorter ones show noise, and cost."""
_THREADS = 4
Key = tuple[str, str]
"""App and job; an empty job stands for the app itself."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one app, or one job of it, uses."""

    app: str
    job: str
    """Empty for the app itself."""
    cpu: float | None
    """Percent of one processor core since the look before; None at the first."""
    memory: int
    """Bytes."""


def rates(before: Mapping[Key, Use], now: Mapping[Key, Use], seconds: float) -> tuple[Load, ...]:
    """Returns the load between two looks; a process that ended takes its seconds with it, so less than none is none."""
    made: list[Load] = []
    for key, use in sorted(now.items()):
        spent = use.cpu_seconds - before[key].cpu_seconds if key in before else None
        cpu = None if spent is None or seconds <= 0 else round(max(100 * spent / seconds, 0.0), 1)
        made.append(Load(*key, cpu, use.memory))
    return tuple(made)


class Meter:
    """Looks now and then, and keeps what it saw last."""

    def __init__(self, plane: Plane, clock: Callable[[], float] = time.monotonic) -> None:
        self._plane = plane
        self._clock = clock
        self._seen: Mapping[Key, Use] = {}
        self._at = float("-inf")
        self._newest: tuple[Load, ...] | None = ()

    def read(self, sites: Sequence[Site]) -> tuple[Load, ...] | None:
        """Returns the newest load; None where the platform does not tell. Blocks for a moment now and then."""
        now = self._clock()
        if self._newest is None or now - self._at < PERIOD_SECONDS:
            return self._newest
        with ThreadPoolExecutor(_THREADS) as threads:
            asked = list(zip(sites, threads.map(self._ask, sites), strict=True))
        if asked and all(uses is None for _, uses in asked):
            self._newest = None
            return None
        seen = {(site.app, use.job or ""): use for site, uses in asked for use in uses or ()}
        self._newest = rates(self._seen, seen, now - self._at)
        self._seen, self._at = seen, now
        return self._newest

    def _ask(self, site: Site) -> tuple[Use, ...] | None:
        try:
            return self._plane.scm(site).use()
        except OperateError:
            return ()  # the site is being restarted; the snapshot tells what is wrong with it
