"""The health check."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from emulator.appservice import health
from emulator.appservice.health import HealthCheck
from emulator.appservice.lifecycle import Machine, SiteState


class Running:
    """A site that runs."""

    port = 4711

    async def wait_settled(self, _seconds: float) -> SiteState:
        return SiteState.RUNNING


async def test_failures_in_a_row_are_counted_until_it_is_healthy_again(
    launcher: Any, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PING_SECONDS", 0)
    answers: list[int | None] = [503, None, 302, 204]
    seen: list[tuple[int | None, int, bool]] = []
    done = asyncio.Event()

    async def probe(port: int, path: str) -> int | None:
        assert (port, path) == (4711, "/healthz")
        if check.last is not None:
            seen.append((check.last.status, check.last.failures, check.last.is_healthy))
        if not answers:
            done.set()
            await asyncio.Event().wait()
        return answers.pop(0)

    check = HealthCheck(Running(), Machine(launcher(), probe=probe, clock=clock))  # type: ignore[arg-type]
    check.watch("/healthz")
    async with asyncio.timeout(60):
        await done.wait()
    check.stop()

    assert seen == [(503, 1, False), (None, 2, False), (302, 3, False), (204, 0, True)]
    assert check.last is None
