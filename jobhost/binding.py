"""What a handler asks for by its annotations: which payload, whether a context, and whether it is a coroutine."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from jobhost.context import Context
from jobhost.encoding import Encoding, decoded
from jobhost.errors import InvalidPayload, StartError
from jobhost.message import Message
from jobhost.payload import Reader, checked, parsed

if TYPE_CHECKING:
    from jobhost.queues import Received

Handler = Callable[..., Any]


class Kind(StrEnum):
    """What is made of a message's content."""

    MESSAGE = "message"
    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"


USUAL_ENCODING: dict[Kind, Encoding] = {
    Kind.MESSAGE: "auto",
    Kind.JSON: "auto",
    Kind.TEXT: "base64",
    Kind.BYTES: "base64",
}
"""Text and bytes could be anything, so nothing is guessed there: Base64, as .NET, Functions and `host.send` write."""


@dataclass(frozen=True)
class Binding:
    """A handler and how to call it."""

    handler: Handler
    kind: Kind
    read: Reader | None
    """What makes the payload from JSON."""
    type_name: str
    """The annotated type, for people."""
    wants_context: bool
    is_async: bool

    def payload(self, received: Received, queue: str, encoding: Encoding) -> Any:
        """What the handler is to receive.

        Raises:
            InvalidPayload: the message is not that; the text starts with the field's path.
        """
        content = decoded(received.body, encoding)
        if self.kind is Kind.BYTES:
            return content
        if self.read is not None:
            return self.read(parsed(content), "")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise InvalidPayload("body: is not UTF-8 text; expected that, or a handler that takes bytes") from error
        if self.kind is Kind.TEXT:
            return text
        return Message(received.id, text, received.attempt, received.enqueued, queue, received.body)

    def given(self, value: Any) -> Any:
        """A payload that was not on a queue: dicts and lists are read as JSON would be.

        Raises:
            InvalidPayload: they are not what the annotation says.
        """
        return self.read(value, "") if self.read is not None and isinstance(value, dict | list) else value

    def call(self, payload: Any, context: Context) -> Any:
        """What the handler answers: for a coroutine function, the coroutine."""
        return self.handler(payload, context) if self.wants_context else self.handler(payload)


def bound(handler: Handler, where: str) -> Binding:
    """The binding that the handler's annotations ask for; without one it gets the `Message`.

    Raises:
        StartError: it takes no payload, too many parameters, or a type that messages cannot be read as.
    """
    parameters = _parameters(handler, where)
    annotation = parameters[0]
    kind, read = _payload_of(annotation, where)
    wants_context = len(parameters) > 1
    if wants_context and parameters[1] not in (Context, inspect.Parameter.empty):
        raise StartError(f"{where}: its second parameter is {parameters[1]}; expected Context")
    name = getattr(annotation, "__name__", None) if get_origin(annotation) is None else str(annotation)
    shown = "Message" if kind is Kind.MESSAGE else name or str(annotation)
    return Binding(handler, kind, read, shown, wants_context, is_coroutine(handler))


def is_coroutine(handler: Handler) -> bool:
    """Whether calling the handler answers a coroutine."""
    plain = handler
    while isinstance(plain, functools.partial):
        plain = plain.func
    return inspect.iscoroutinefunction(plain) or inspect.iscoroutinefunction(type(plain).__call__)


def fillable(handler: Handler, where: str) -> tuple[list[inspect.Parameter], dict[str, Any]]:
    """The positional parameters that a call must or may fill, and the types by name.

    Raises:
        StartError: a type is named that cannot be found, or a parameter can only be given by its name.
    """
    try:
        parameters = list(inspect.signature(handler).parameters.values())
        hints = get_type_hints(handler) if parameters else {}
    except NameError as error:
        raise StartError(
            f"{where}: its annotation names {error.name!r}; expected a type of the module itself"
        ) from error
    except (TypeError, ValueError):  # some built-in functions have no signature, some callables no hints
        return [], {}
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty:
            raise StartError(f"{where}: its parameter {parameter.name!r} comes after a `*`; expected it before")
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter for parameter in parameters if parameter.kind in positional], hints


def _parameters(handler: Handler, where: str) -> list[Any]:
    """The annotated types of the parameters that the host fills."""
    if not callable(handler):
        raise StartError(f"{where}: {handler!r} cannot be called; expected a function")
    empty = inspect.Parameter.empty
    found, hints = fillable(handler, where)
    if not found:
        try:
            takes_nothing = not inspect.signature(handler).parameters
        except (TypeError, ValueError):
            takes_nothing = False
        if takes_nothing:
            raise StartError(f"{where}: takes no parameter; expected one for the payload, as in `def f(message: dict)`")
        return [empty]
    wanted = [parameter for parameter in found if parameter.default is empty]
    types = [hints.get(parameter.name, empty) for parameter in found]
    if len(wanted) > 2:
        raise StartError(f"{where}: takes {len(wanted)} parameters; expected the payload and at most a Context")
    asks_for_context = len(types) > 1 and (types[1] is Context or len(wanted) > 1)
    return types[:2] if asks_for_context else types[:1]


def _payload_of(annotation: Any, where: str) -> tuple[Kind, Reader | None]:
    if annotation in (inspect.Parameter.empty, Message, Any, object):
        return Kind.MESSAGE, None
    if annotation is str:
        return Kind.TEXT, None
    if annotation is bytes:
        return Kind.BYTES, None
    if annotation is Context:
        raise StartError(f"{where}: its first parameter is the Context; expected the payload there, the Context second")
    if annotation in (int, float, bool):
        raise StartError(
            f"{where}: {annotation.__name__} is no payload; expected dict, list, a dataclass, str or bytes"
        )
    return Kind.JSON, checked(annotation, where)
