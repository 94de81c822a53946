"""How a failure reaches the engine: a status it may rely on and a text for the user, never a traceback.

The engine takes UNKNOWN, INTERNAL and DATA_LOSS for "the resource's state is unknown": none of them is ever answered.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from emulator.errors import EmulatorError
from emulator.resources import AlreadyExistsError, AzureError, UnknownTypeError

_log = logging.getLogger(__name__)
_BY_STATUS = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    404: grpc.StatusCode.NOT_FOUND,
}
Method = Callable[[Any, Any, Any], Awaitable[Any]]
# Work outlives a client that goes away; the set keeps the tasks from being collected.
_running: set[asyncio.Task[Any]] = set()


def guarded(method: Method) -> Method:
    """Makes a servicer's method finish what it began and answer every failure with a status.

    gRPC cancels a call whose client is gone, as when ``pulumi up`` is interrupted. Half a change is worse than a change
    nobody heard of: the work goes on to its end and is found again by the next ``up``.
    """

    @functools.wraps(method)
    async def answer(self: Any, request: Any, context: Any) -> Any:
        task = asyncio.ensure_future(method(self, request, context))
        _running.add(task)
        task.add_done_callback(_running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_unheard)
            raise
        except Exception as error:  # noqa: BLE001 - the top of a call; explain() logs what nobody foresaw
            code, text = explain(error, method.__name__)
            await context.abort(code, text)

    return answer


def explain(error: Exception, what: str) -> tuple[grpc.StatusCode, str]:
    """Returns the status and the text for an error; one that nobody foresaw is logged with its traceback."""
    match error:
        case AlreadyExistsError():
            return grpc.StatusCode.ALREADY_EXISTS, str(error)
        case AzureError():
            return _BY_STATUS.get(error.status, grpc.StatusCode.FAILED_PRECONDITION), str(error)
        case UnknownTypeError():
            return grpc.StatusCode.INVALID_ARGUMENT, str(error)
        case EmulatorError() | OSError():
            return grpc.StatusCode.FAILED_PRECONDITION, str(error)
        case _:
            _log.error("%s failed", what, exc_info=error)
            return (
                grpc.StatusCode.FAILED_PRECONDITION,
                (
                    f"emulator: {what} failed with {type(error).__name__}; this is a fault of the emulator, "
                    "its log has the details"
                ),
            )


def _log_unheard(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _log.error("a call whose client went away failed: %s", error)
