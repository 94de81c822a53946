"""Ten thousand messages, every storage call failing now and then, twenty deaths of the process."""

from __future__ import annotations

import random

from jobhost import Backoff, JobHost, Message
from jobhost.errors import Crash
from jobhost.logs import StreamLog
from tests.unit.jobhost.test_nothing_lost import Silence

MESSAGES, AT_ONCE, DEATHS = 10_000, 25, 20


def test_nothing_is_lost_however_much_fails():
    """C54."""
    chance = random.Random(54)
    deaths = set(chance.sample(range(MESSAGES), DEATHS))

    def handle(message: Message) -> None:
        if message.attempt == 1 and int(message.text) in deaths:
            raise Crash
        if chance.random() < 0.05:
            raise OSError

    silence = Silence()
    host = JobHost(log=StreamLog(silence, silence))
    host.queue("work", retry=Backoff("1s", cap="4s"))(handle)
    bench = host.testing(lease="30s", seed=54)
    for start in range(0, MESSAGES, AT_ONCE):
        bench.queue("work").heal()
        for number in range(start, start + AT_ONCE):
            bench.send("work", str(number))
        for seed, queue in enumerate((bench.queue("work"), bench.poison("work"))):
            queue.fail_randomly(0.05, start + seed)
        drain(bench)

    queue = bench.queue("work")
    assert len(queue.sent) == MESSAGES
    assert queue.deleted == set(queue.sent)
    assert [problem for problem in bench.ledger.problems(queue, bench.poison("work"), 8) if "I6" not in problem] == []


def drain(bench) -> None:
    while True:
        try:
            bench.run_until_idle()
        except Crash:
            bench.restart()
        else:
            return
