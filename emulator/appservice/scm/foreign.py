"""Records of deployments that a pipeline did by other means and notes here (DeploymentController.cs, `PUT`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from emulator.appservice.spec import Deployment, DeployStatus

_STATUSES = {3: DeployStatus.FAILED, 4: DeployStatus.SUCCESS}


def record_of(id: str, body: object, now: datetime) -> Deployment | None:
    """The record that a body describes; none: it describes none, and Kudu takes it for a redeployment.

    Status (3 or 4), message, deployer and author are needed; times are `now` unless given.

    Raises:
        ValueError: a time cannot be read, or a failed deployment claims to be active.
    """
    number = body.get("status") if isinstance(body, Mapping) else None
    status = _STATUSES.get(number) if isinstance(number, int) else None
    if status is None or not isinstance(body, Mapping):
        return None
    message, deployer, author = (_text(body, name) for name in ("message", "deployer", "author"))
    if not (message and deployer and author):
        return None
    active = body.get("active")
    if active and status is not DeployStatus.SUCCESS:
        raise ValueError("Only successful status can be active!")
    started, ended = _time(body, "start_time", now), _time(body, "end_time", now)
    return Deployment(
        id,
        status,
        "",
        deployer,
        started,
        started,
        ended,
        active=status is DeployStatus.SUCCESS if active is None else bool(active),
        author=author,
        author_email=_text(body, "author_email"),
        message=message,
    )


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _time(body: Mapping[str, object], name: str, otherwise: datetime) -> datetime:
    value = _text(body, name)
    if not value:
        return otherwise
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{name}: '{value[:40]}' is no time; expected one like 2026-01-31T12:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
