"""A span of OpenTelemetry around each call, where the job's package has `opentelemetry-api`; nothing otherwise.

The job itself chooses the exporter, as with every library that is instrumented; until it does, there are no spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec

from jobhost.context import Context
from jobhost.services import Around


def tracing() -> Around | None:
    """What makes the spans; None when OpenTelemetry is not installed."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return None
    from opentelemetry import trace

    tracer = trace.get_tracer("jobhost")

    @contextmanager
    def span(context: Context, source: str) -> Iterator[None]:
        attributes: dict[str, str | int] = {
            "messaging.system": "azure_queues",
            "messaging.destination.name": source,
            "messaging.message.id": context.message_id,
            "messaging.message.attempt": context.attempt,
        }
        with tracer.start_as_current_span(context.function, kind=trace.SpanKind.CONSUMER, attributes=attributes):
            yield

    def around(context: Context, source: str) -> AbstractContextManager[None] | None:
        is_set_up = not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
        return span(context, source) if is_set_up else None

    return around
