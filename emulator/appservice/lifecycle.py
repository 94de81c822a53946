"""The values a site's life is told in: its states, how long things take, what a start does, how it went."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from emulator.appservice.console import utc_now
from emulator.appservice.probe import Probe, http_probe
from emulator.appservice.process import Launcher
from emulator.constants import LOOPBACK


class SiteState(StrEnum):
    """What a site is doing, in the platform log's words."""

    STOPPED = "Stopped"
    STARTING = "Starting"
    RUNNING = "Running"
    STOPPING = "Stopping"
    BLOCKED = "Blocked"


@dataclass(frozen=True)
class Timings:
    """How long things take; the platform's own values are in the comments."""

    probe_seconds: float = 0.02  # 1 s
    backoff_seconds: tuple[float, ...] = (0.2, 1.0)  # at once
    failures_to_block: int = 3
    block_seconds: float = 15.0  # about 2 minutes
    settled_seconds: float = 5.0
    """An app that ran this long had started well: its failures are forgotten."""


def pick_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class Machine:
    """What the supervisor does to the world; fakes in tests."""

    launcher: Launcher
    probe: Probe = http_probe
    timings: Timings = Timings()
    clock: Callable[[], datetime] = utc_now
    free_port: Callable[[], int] = pick_port


@dataclass(frozen=True)
class StartPlan:
    """What one start of the site does."""

    command: str | None
    """Shell command line; None: there is nothing to run and the default page answers."""
    folder: Path
    environment: Mapping[str, str]
    start_limit_seconds: float = 230.0
    stop_limit_seconds: float = 5.0
    warmup_path: str = "/robots933456.txt"
    warmup_statuses: frozenset[int] = frozenset()
    """The statuses that count as an answer; empty: any."""


@dataclass
class Condition:
    """How the site is, for people."""

    state: SiteState = SiteState.STOPPED
    pid: int | None = None
    started: datetime | None = None
    last_exit: int | None = None
    last_error: str | None = None
    restarts: int = 0
    default_page: bool = False
    """True while nothing is deployed: the platform's own page answers."""
