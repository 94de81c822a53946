"""What every function of a host shares."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from jobhost.clock import Clock
from jobhost.context import Context
from jobhost.coroutines import Coroutines
from jobhost.keeper import Keeper
from jobhost.locks import Locks
from jobhost.logs import Log
from jobhost.records import Execution, Observer

Around = Callable[[Context, str], AbstractContextManager[object] | None]
"""A block around each call of a handler, or None; is given the call's context and its queue or schedule."""


@dataclass
class Services:
    """Clock, log, keeper and the like of one host that runs."""

    clock: Clock
    log: Log
    keeper: Keeper
    coroutines: Coroutines
    locks: Locks | None = None
    around: Around | None = None
    observers: list[Observer] = field(default_factory=list)

    def report(self, execution: Execution) -> None:
        """Tell every observer; one that fails is logged and keeps no other from being told."""
        for observer in self.observers:
            try:
                observer(execution)
            except Exception as error:  # noqa: BLE001 - a user's on_error may raise anything
                self.log.trace(error)
