"""Compares random schedules' next times with croniter's and with a plain walk's.

`python tools/fuzz_schedules.py 100000` is the full run; a second argument is the seed. Ends with 1 when they disagree.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.unit.ncrontab.opinions import cases, croniters, is_never, ours, walked


def main(count: int, seed: int) -> int:
    """Returns how many disagree, after telling each."""
    started, wrong, never, occurrences = time.perf_counter(), 0, 0, 0
    for case in cases(seed, count):
        found = ours(case)
        never, occurrences = never + is_never(case), occurrences + len(found)
        for name, opinion in (("croniter", croniters), ("a walk over the days", walked)):
            if (other := opinion(case)) != found:
                wrong += 1
                print(f"{case}: ours {found}, {name} {other}", flush=True)
    print(
        f"{count} schedules from seed {seed}: {occurrences} occurrences, {never} schedules never fire, "
        f"{wrong} disagreements, {time.perf_counter() - started:.0f} s"
    )
    return wrong


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]] or [100_000]
    sys.exit(1 if main(arguments[0], arguments[1] if len(arguments) > 1 else 1) else 0)
