"""Whether a deployment became true: every job listed, of its type, with its schedule, and running where it should.

ARM's success means that files were copied; whether the platform found the jobs in them shows only here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oneplan.errors import OperateError
from oneplan.operate.drift import Drift, drift
from oneplan.operate.plane import Plane
from oneplan.operate.values import Status

LOCAL_LIMIT_SECONDS = 30.0
AZURE_LIMIT_SECONDS = 300.0
"""The platform looks for changed jobs every 30 seconds, and its SCM site may restart in between."""

_DECIDED = frozenset({"stopped", "started", "package"})
"""What somebody did on purpose: told by `oneplan status`, no fault of the deployment."""
_WELL = frozenset({"Running", "InactiveInstance", "Stopped", "Disabled"})


@dataclass(frozen=True)
class Verdict:
    """What was seen last, and what is not as declared."""

    status: Status
    faults: tuple[str, ...]
    """One line each, empty when all is well."""


def verdict(plane: Plane, status: Status) -> Verdict:
    """Compares what runs with the manifest; a job that somebody stopped or started by hand is no fault."""
    return Verdict(status, (*_different(drift(plane.manifest, status)), *_untold(status), *_failing(status)))


def wait_until_true(
    plane: Plane,
    *,
    limit: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verdict:
    """Returns the first verdict without faults, at the latest the one after `limit` seconds.

    Raises OperateError when the last look failed altogether.
    """
    is_local = plane.manifest.target == "local"
    patience = limit if limit is not None else (LOCAL_LIMIT_SECONDS if is_local else AZURE_LIMIT_SECONDS)
    deadline, pause = clock() + patience, 0.1 if is_local else 5.0
    while True:
        is_last = clock() >= deadline
        try:
            seen = verdict(plane, plane.status())
        except OperateError:
            if is_last:
                raise
        else:
            if is_last or not seen.faults:
                return seen
        sleep(pause)


def _different(found: tuple[Drift, ...]) -> Iterator[str]:
    yield from (str(each) for each in found if each.kind not in _DECIDED)


def _untold(status: Status) -> Iterator[str]:
    yield from (f"app {app}: does not tell its jobs; look at its SCM site's log" for app in status.untold)


def _failing(status: Status) -> Iterator[str]:
    for job in status.jobs:
        if job.type == "continuous" and job.state not in _WELL:
            yield f"job {job.name}: is {job.state}, not Running; `oneplan jobs logs {job.name}` tells why"
