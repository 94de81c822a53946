"""What `host.testing()` gives to a job's own tests, in plain and in asyncio ones."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest

from jobhost import Backoff, Context, JobHost, Outcome, Poison, Retry, StartError, Tick


@dataclass
class Thumb:
    blob: str
    width: int = 256


def host_with_thumb() -> tuple[JobHost, object]:
    host = JobHost.from_environment()

    @host.queue(
        "thumbnails", batch_size=16, concurrency=24, max_attempts=5, lease="5m", retry=Backoff("5s", cap="10m"),
        timeout="4m",
    )  # fmt: skip
    async def thumb(job: Thumb, ctx: Context) -> None:
        if job.width > 8192:
            raise Poison("width out of range")
        if job.blob == "late.png" and ctx.attempt == 1:
            raise Retry(after="30s")
        if job.blob == "back.png" and ctx.attempt == 1:
            raise ctx.give_back()
        await host.send("audit", {"done": job.blob}, delay="1m")

    @host.timer("0 */5 * * * *", tz="UTC", catch_up="one", singleton=True)
    def sweep(tick: Tick) -> None:
        assert tick.reason == "scheduled"

    return host, thumb


async def test_five_tries_then_poison_in_an_asyncio_test():
    host, thumb = host_with_thumb()

    async with host.testing() as bench:
        bench.fail(thumb, with_=IOError)
        bench.send("thumbnails", Thumb("a.png"))
        await bench.run_until_idle()

        assert bench.calls(thumb) == 5
        assert bench.poison("thumbnails")[0].body == {"blob": "a.png", "width": 256}


async def test_every_ending_of_a_coroutine_and_what_it_sends():
    host, thumb = host_with_thumb()

    async with host.testing() as bench:
        for blob, width in (("a.png", 1), ("late.png", 1), ("back.png", 1), ("huge.png", 9000)):
            bench.send("thumbnails", Thumb(blob, width))
        await bench.run_until_idle()

        assert bench.calls(thumb) == 6
        assert bench.clock.monotonic() == 30
        assert [message.body["blob"] for message in bench.poison("thumbnails")] == ["huge.png"]
        assert {message.body["done"] for message in bench.queue("audit")} == {"a.png", "late.png", "back.png"}
        await bench.advance("10m")
        assert bench.calls(thumb) == 6


def test_message_shows_its_value_its_text_and_what_lies_in_the_queue():
    host = JobHost()
    with host.testing() as bench:
        host.send("other", {"n": 1}, ttl=-1)
        host.send("other", "abc", encoding="none", ttl="1h")

        first, second = bench.queue("other")

        assert (first.body, first.text, first.raw, first.attempt) == ({"n": 1}, '{"n":1}', "eyJuIjoxfQ==", 0)
        assert first.expires is None
        assert (second.body, second.raw) == ("abc", "abc")
        assert second.expires == bench.clock.now() + timedelta(hours=1)


def test_function_is_found_by_itself_under_whatever_name():
    host = JobHost()

    @host.queue("work", function="other-name")
    def work(payload: dict) -> None:
        """Do nothing."""

    with host.testing() as bench:
        bench.fail(work, times=1)
        bench.send("work", {})
        bench.run_until_idle()

        assert bench.calls(work) == bench.calls("other-name") == 2


def test_unknown_function_is_an_error_that_names_the_known_ones():
    host, _ = host_with_thumb()

    with host.testing() as bench, pytest.raises(StartError) as caught:
        bench.calls("thumbs")

    assert str(caught.value) == "testing: there is no function 'thumbs'; expected one of sweep, thumb"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"delay": "8d", "ttl": -1}, "send(delay=…): '8d' is out of range; expected at most 7d"),
        ({"ttl": 0}, "send(ttl=…): 0 is out of range; expected 1s or more, or -1 for ever"),
        (
            {"delay": "2h", "ttl": "1h"},
            "send(delay=…): '2h' is not shorter than the message is kept; expected a longer ttl",
        ),
        ({"encoding": "utf-7"}, "send(encoding=…): 'utf-7' is not known; expected auto or base64 or text"),
    ],
)
def test_send_that_the_service_would_refuse_is_refused_before(options: dict, problem: str):
    host = JobHost()

    with host.testing() as bench, pytest.raises(StartError) as caught:
        host.send("other", {}, **options)

    assert str(caught.value) == problem
    assert bench.queue("other").calls["send"] == 0


async def test_coroutine_sends_without_a_halt_of_its_loop():
    """The service answers only after another task of the loop has run."""
    host, answered = JobHost(), threading.Event()
    happened: list[str] = []

    @host.queue("orders", timeout="1m")
    async def order(payload: dict) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: (happened.append("another task"), answered.set()))
        await host.send_async("audit", payload, delay="1m")
        happened.append("sent")

    with host.testing() as bench:
        send = bench.queue("audit").send
        bench.queue("audit").send = lambda body, **times: answered.wait(30) and send(body, **times)
        bench.send("orders", {"id": 1})
        bench.run_until_idle()

        assert happened == ["another task", "sent"]
        assert (bench.outcomes, bench.queue("audit")[0].body) == ([Outcome.HANDLED], {"id": 1})


def test_payload_that_is_too_large_fails_the_coroutine_that_sends_it():
    host = JobHost()

    @host.queue("orders", max_attempts=1)
    async def order(payload: dict) -> None:
        await host.send_async("audit", b"x" * 49_153)

    with host.testing() as bench:
        bench.send("orders", {})
        bench.run_until_idle()

        assert [execution.reason for execution in bench.ledger.executions] == [
            (
                "PayloadTooLarge: payload: has 49153 bytes; expected at most 49152 as Base64, "
                "or the name of a blob that holds it"
            )
        ]


def test_host_tells_in_a_test_how_it_is():
    host, thumb = host_with_thumb()

    with host.testing() as bench:
        bench.fail(thumb, times=1)
        bench.send("thumbnails", Thumb("a.png"))
        bench.step()
        found = host.health()

        assert {key: found["functions"]["thumb"][key] for key in ("polls", "found", "failed", "handled")} == {
            "polls": 2, "found": 1, "failed": 1, "handled": 0,
        }  # fmt: skip
        assert found["functions"]["sweep"]["schedule"] == "0 */5 * * * *"
        bench.run_until_idle()
    assert host.health() == {}


def test_queue_that_the_host_pauses_keeps_its_messages():
    host, thumb = host_with_thumb()
    host.pause("thumbnails")

    with host.testing() as bench:
        bench.send("thumbnails", Thumb("a.png"))
        bench.run_until_idle()
        before = bench.calls(thumb)
        host.resume("thumbnails")
        bench.run_until_idle()

        assert (before, bench.calls(thumb)) == (0, 1)
