"""Calls of a function by hand: without a queue, and without any effect on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jobhost.context import Context
from jobhost.coroutines import LoopThread
from jobhost.errors import StartError
from jobhost.tick import Tick

if TYPE_CHECKING:
    from jobhost.host import JobHost

Key = str | Callable[..., Any]
"""A function, or its name."""


def call(host: JobHost, key: Key, payload: object) -> Any:
    """What the function answers; raises what it raises. A coroutine is run to its end.

    Raises:
        StartError: there is no such function.
        InvalidPayload: a dict or list was given that is not what the function's annotation says.
    """
    name = name_of(host, key, "call")
    context = context_without_message(host, name)
    if name in host.timers:
        timer = host.timers[name]
        result = timer.handler(*timer.arguments(Tick(host.clock.now(), "startup", None), context))
    else:
        binding = next(known.binding for known in host.functions.values() if known.name == name)
        result = binding.call(binding.given(payload), context)
    return LoopThread().run(result, lambda cancel: None) if hasattr(result, "__await__") else result


def name_of(host: JobHost, key: Key, where: str) -> str:
    """The function's name; that which it was registered under, where it is given itself.

    Raises:
        StartError: there is no such function.
    """
    known = {function.name: function.binding.handler for function in host.functions.values()}
    known |= {name: timer.handler for name, timer in host.timers.items()}
    for name, handler in known.items():
        if key in (name, handler):
            return name
    said = key if isinstance(key, str) else getattr(key, "__name__", type(key).__name__)
    names = ", ".join(sorted(known)) or "none so far"
    raise StartError(f"{where}: there is no function {said!r}; expected one of {names}")


def context_without_message(host: JobHost, function: str) -> Context:
    """The context of a call that has no message."""
    return Context(function, "call", 1, 1, clock=host.clock, log=host.log)
