"""A host whose log is kept, and the bench that runs it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobhost import Backoff, JobHost, Message
from jobhost.testing import Bench


class RecordedLog:
    """Keeps events as tuples of level, event and fields."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, dict[str, object]]] = []
        self.traces: list[BaseException] = []

    def info(self, event: str, **fields: object) -> None:
        self.events.append(("info", event, fields))

    def warning(self, event: str, **fields: object) -> None:
        self.events.append(("warning", event, fields))

    def error(self, event: str, **fields: object) -> None:
        self.events.append(("error", event, fields))

    def trace(self, error: BaseException) -> None:
        self.traces.append(error)

    def named(self, event: str) -> list[dict[str, object]]:
        return [fields for _, name, fields in self.events if name == event]


@pytest.fixture
def log() -> RecordedLog:
    return RecordedLog()


@pytest.fixture
def bench_of(log: RecordedLog) -> Callable[..., Bench]:
    """Makes a bench for one handler of the queue `thumbnails` (or another)."""

    def make(
        handler: Callable[[Message], object], *, queue: str = "thumbnails", encoding: str = "text", **options: object
    ) -> Bench:
        host = JobHost(log=log)
        host.queue(queue, encoding=encoding, retry=Backoff(), function="handle")(handler)
        return host.testing(**options)

    return make
