"""A registered timer function: its handler, its schedule, and its options."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobhost.binding import fillable
from jobhost.context import Context
from jobhost.errors import StartError
from jobhost.tick import CatchUp, Tick


@dataclass(frozen=True)
class TimerFunction:
    """A handler and when it runs."""

    name: str
    handler: Callable[..., Any]
    schedule: str
    zone: str | None
    catch_up: CatchUp
    singleton: bool
    persist: bool
    run_on_start: bool
    timeout: timedelta | None

    def arguments(self, tick: Tick, context: Context) -> list[object]:
        """What the handler asks for by its parameters: nothing, the tick, the context, or both.

        Raises:
            StartError: it asks for something else.
        """
        parameters, hints = fillable(self.handler, f"timer {self.name}")
        needed = [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty]
        if len(needed) > 2:
            raise StartError(
                f"timer {self.name}: takes {len(needed)} parameters; expected at most a Tick and a Context"
            )
        return [context if hints.get(parameter.name) is Context else tick for parameter in needed]
