"""Whatever fails, each message ends handled or in the poison queue, and is never handled zero times."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jobhost import JobHost, Message, Poison, QueueError, Retry
from jobhost.errors import Crash
from jobhost.logs import StreamLog


class Silence:
    """A stream that keeps nothing."""

    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), messages=st.integers(1, 25), faults=st.integers(0, 40), crashes=st.integers(0, 6))
def test_every_message_ends_handled_or_poisoned(seed: int, messages: int, faults: int, crashes: int):
    chance = random.Random(seed)
    done: set[str] = set()
    deaths = [crashes]

    def handle(message: Message) -> None:
        if deaths[0] and chance.random() < 0.3:
            deaths[0] -= 1
            raise Crash
        match chance.randrange(6):
            case 0:
                raise OSError("flaky")
            case 1:
                raise Retry("later", after=timedelta(seconds=chance.randrange(60)))
            case 2 if chance.random() < 0.3:
                raise Poison("never")
            case _:
                done.add(message.text)

    silence = Silence()
    host = JobHost(log=StreamLog(silence, silence))
    host.queue("work")(handle)
    bench = host.testing(lease="30s", seed=seed)
    for number in range(messages):
        bench.send("work", str(number))
    for _ in range(faults):
        target = bench.queue(chance.choice(["work", "work-poison"]))
        operation = chance.choice(["receive", "extend", "delete", "send"])
        target.fail(operation, QueueError("503"), after_effect=chance.random() < 0.5)

    while True:
        try:
            bench.run_until_idle()
        except Crash:
            bench.restart()
            continue
        break

    poisoned = set(bench.poison("work").bodies())
    assert done | poisoned == {str(number) for number in range(messages)}
    assert bench.queue("work").bodies() == ()
    bench.check()
