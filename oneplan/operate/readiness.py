"""Waits until the sites of a stack answer, and tells which do not and why."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from oneplan.errors import OperateError
from oneplan.operate.plane import Plane
from oneplan.operate.values import Site, SiteState

LOCAL_LIMIT_SECONDS = 60.0
AZURE_LIMIT_SECONDS = 230.0
"""App Service's own limit for the start of a container (`WEBSITES_CONTAINER_START_TIME_LIMIT`)."""

Outcome = Literal["ready", "starting", "failed"]


@dataclass(frozen=True)
class Readiness:
    """How one site came up."""

    site: Site
    outcome: Outcome
    state: SiteState | None = None
    """The process, where the platform tells (on this machine)."""

    @property
    def reason(self) -> str:
        """Why it is not ready, in one line; empty when it is."""
        if self.outcome == "ready":
            return ""
        if self.state is None:
            return f"does not answer at {self.site.url}"
        if self.state.last_error:
            return self.state.last_error
        if self.state.state == "Starting" and self.state.pid is not None:
            return "does not answer; it must listen on $PORT"
        if self.state.last_exit is not None:
            return f"ended with exit code {self.state.last_exit}"
        return f"is still {self.state.state}"


def wait_until_ready(
    plane: Plane,
    *,
    limit: float | None = None,
    on_change: Callable[[tuple[Readiness, ...]], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Readiness, ...]:
    """Each site as soon as all are ready or failed, at the latest after `limit` seconds.

    `on_change` hears of every look, for a progress display.
    """
    is_local = plane.manifest.target == "local"
    patience = limit if limit is not None else (LOCAL_LIMIT_SECONDS if is_local else AZURE_LIMIT_SECONDS)
    deadline = clock() + patience
    pause = 0.05 if is_local else 1.0
    settled: dict[str, Readiness] = {}
    sites = plane.sites()
    while True:
        seen = tuple(settled.get(site.name) or look_at(plane, site) for site in sites)
        settled = {each.site.name: each for each in seen if each.outcome != "starting"}
        on_change(seen)
        if len(settled) == len(sites) or clock() >= deadline:
            return seen
        sleep(pause)


def look_at(plane: Plane, site: Site) -> Readiness:
    """How the site does now: by its process where the platform tells, else by whether it answers."""
    if site.state == "Stopped":
        return Readiness(site, "ready")  # switched off on purpose
    try:
        state = plane.scm(site).state()
    except OperateError:
        return Readiness(site, "starting")
    if state is None:
        return Readiness(site, "ready" if plane.answers(site) else "starting")
    outcomes: dict[str, Outcome] = {"Running": "ready", "Stopped": "ready", "Blocked": "failed"}
    return Readiness(site, outcomes.get(state.state, "starting"), state)
