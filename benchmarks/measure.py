"""Times two pieces of work alternately and compares their medians."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """How long ours and the peer's took, in seconds."""

    title: str
    peer: str
    ours_seconds: float
    peer_seconds: float

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's: below 1 is quicker."""
        return self.ours_seconds / self.peer_seconds

    def __str__(self) -> str:
        ours, peer = self.ours_seconds * 1000, self.peer_seconds * 1000
        return f"{self.title:<44} {ours:9.3f} ms   {self.peer:<34} {peer:9.3f} ms   {self.ratio:6.2f} x"


def compare(
    title: str, ours: Callable[[], object], peer_title: str, peer: Callable[[], object], rounds: int = 15
) -> Comparison:
    """The medians over `rounds` alternating runs, after one of each that does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for round_number in range(rounds + 1):
        for work, seconds in zip((ours, peer), taken, strict=True):
            started = time.perf_counter()
            work()
            if round_number:
                seconds.append(time.perf_counter() - started)
    return Comparison(title, peer_title, statistics.median(taken[0]), statistics.median(taken[1]))
