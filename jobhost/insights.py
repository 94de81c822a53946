"""Tells Application Insights of every execution, by its documented ingestion protocol and the standard library alone.

`POST {IngestionEndpoint}/v2.1/track` with a JSON array of envelopes, as Microsoft's own exporter sends it
(azure-monitor-opentelemetry-exporter). The queue is bounded, sending has a thread of its own, and no job ever waits
for it or fails by it.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobhost.errors import StartError
from jobhost.identity_token import IdentityToken
from jobhost.logs import Log
from jobhost.records import Execution, Outcome

CONNECTION = "APPLICATIONINSIGHTS_CONNECTION_STRING"
DEFAULT_ENDPOINT = "https://dc.services.visualstudio.com"
AUDIENCE = "https://monitor.azure.com/"
MOST_WAITING = 2000
MOST_AT_ONCE = 200
PAUSE_SECONDS = 5.0
CLOSE_SECONDS = 3.0
RETRIED = frozenset({401, 403, 408, 429, 500, 502, 503, 504})
"""Answers after which the same items are sent again (`_constants.py` of the exporter)."""

Post = Callable[[str, bytes, Mapping[str, str]], tuple[int, bytes]]
"""Sends a body with headers to an address; answers status and body of the reply, status 0 when there was none."""


@dataclass(frozen=True)
class Target:
    """Where telemetry goes."""

    url: str
    key: str
    audience: str = AUDIENCE
    """What a token must be for, where keys are not taken."""


def target(text: str) -> Target:
    """The target that a connection string names. Keys are read in any case.

    Raises:
        StartError: it names no instrumentation key, or an address that is not https.
    """
    fields = {
        key.strip().lower(): value.strip()
        for key, _, value in (part.partition("=") for part in text.split(";"))
        if value
    }
    try:
        key = str(uuid.UUID(fields.get("instrumentationkey", "")))
    except ValueError as error:
        raise StartError(
            f"{CONNECTION}: has no InstrumentationKey that is a UUID; expected the string that the portal shows"
        ) from error
    endpoint = fields.get("ingestionendpoint") or _regional(fields) or DEFAULT_ENDPOINT
    if not endpoint.startswith(("https://", "http://127.0.0.1:")):
        raise StartError(f"{CONNECTION}: its IngestionEndpoint is not https; expected an https address")
    return Target(f"{endpoint.rstrip('/')}/v2.1/track", key, fields.get("aadaudience", AUDIENCE))


def _regional(fields: Mapping[str, str]) -> str | None:
    suffix, location = fields.get("endpointsuffix"), fields.get("location")
    return f"https://{location + '.' if location else ''}dc.{suffix}" if suffix else None


class Insights:
    """Collects envelopes and sends them in the background."""

    def __init__(self, target: Target, environment: Mapping[str, str], log: Log, post: Post | None = None) -> None:
        self.dropped = 0
        """Items that were thrown away because too many waited."""
        self._target, self._log, self._post = target, log, post or _post
        self._token = IdentityToken(environment, target.audience)
        self._tags = {
            "ai.cloud.role": environment.get("WEBSITE_SITE_NAME", "local"),
            "ai.cloud.roleInstance": environment.get("WEBSITE_INSTANCE_ID", "local")[:32],
            "ai.internal.sdkVersion": "jobhost:1",
        }
        self._job = environment.get("WEBJOBS_NAME", "")
        self._waiting: deque[dict[str, Any]] = deque()
        self._failing = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobhost-insights", daemon=True)

    def start(self) -> None:
        """Send in the background until `close`."""
        self._thread.start()

    def observe(self, execution: Execution) -> None:
        """Put the execution in line; when the line is full, the oldest item is thrown away."""
        self._put(self._request(execution))
        if execution.outcome is Outcome.POISONED:
            self._put(self._poison(execution))

    def flush(self) -> None:
        """Send what waits, once."""
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
        if not batch:
            return
        status, reply = self._post(self._target.url, json.dumps(batch).encode(), self._token.headers())
        again = batch if status in RETRIED or status == 0 else _refused(batch, reply) if status == 206 else []
        for item in reversed(again):
            if len(self._waiting) < MOST_WAITING:
                self._waiting.appendleft(item)
        if status not in (200, 206) and not self._failing:
            self._log.warning("insights-failed", status=status, waiting=len(self._waiting))
        self._failing = status not in (200, 206)

    def close(self, seconds: float) -> None:
        """Send what waits, for at most `seconds` and never longer than three."""
        self._closed.set()
        if self._thread.ident is not None:
            self._thread.join(min(seconds, CLOSE_SECONDS))

    def _run(self) -> None:
        while not self._closed.wait(PAUSE_SECONDS):
            self._flush_all()
        self._flush_all()

    def _flush_all(self) -> None:
        self.flush()
        while self._waiting and not self._failing:
            self.flush()

    def _put(self, item: dict[str, Any]) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(item)

    def _request(self, execution: Execution) -> dict[str, Any]:
        """A request, as the WebJobs SDK reports an invocation."""
        data = {
            "id": uuid.uuid4().hex[:16],
            "name": execution.function,
            "duration": _duration(execution.seconds),
            "responseCode": execution.outcome.value,
            "success": execution.outcome in {Outcome.HANDLED, Outcome.GIVEN_BACK},
            "properties": {
                "wj": "execution",
                "job": self._job,
                "source": execution.source,
                "messageId": execution.message,
                "attempt": str(execution.attempt),
                "waited": f"{execution.waited:.3f}",
                "reason": execution.reason[:1000],
            },
        }
        return self._envelope("Request", "RequestData", execution, data)

    def _poison(self, execution: Execution) -> dict[str, Any]:
        properties = {
            "wj": "poison",
            "job": self._job,
            "queue": execution.source,
            "messageId": execution.message,
            "dequeueCount": str(execution.attempt),
            "error": execution.reason[:1000],
        }
        return self._envelope("Event", "EventData", execution, {"name": "wj.poison", "properties": properties})

    def _envelope(self, kind: str, base_type: str, execution: Execution, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "ver": 1,
            "name": f"Microsoft.ApplicationInsights.{kind}",
            "time": execution.started.isoformat().replace("+00:00", "Z"),
            "iKey": self._target.key,
            "tags": self._tags | {"ai.operation.id": uuid.uuid4().hex, "ai.operation.name": execution.function},
            "data": {"baseType": base_type, "baseData": {"ver": 2} | data},
        }


def _duration(seconds: float) -> str:
    """`d.hh:mm:ss.ffffff`."""
    span = timedelta(seconds=max(0.0, seconds))
    hours, rest = divmod(span.seconds, 3600)
    return f"{span.days}.{hours:02}:{rest // 60:02}:{rest % 60:02}.{span.microseconds:06}"


def _refused(batch: list[dict[str, Any]], reply: bytes) -> list[dict[str, Any]]:
    """The items that a partial success names and that may be sent again."""
    try:
        errors = json.loads(reply)["errors"]
        return [batch[int(error["index"])] for error in errors if error["statusCode"] in RETRIED]
    except (ValueError, KeyError, TypeError, IndexError):
        return []


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    said = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, body, said, method="POST")  # noqa: S310 - `target` has checked the scheme
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:  # noqa: S310 - `target` has checked the scheme
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, b""
    except (OSError, ValueError):
        return 0, b""
