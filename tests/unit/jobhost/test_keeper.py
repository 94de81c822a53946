"""When the keeper wakes: in time for what is due, and not for each thing that is held for a moment."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from jobhost.keeper import Keeper
from jobhost.testing import ManualClock


@dataclass(eq=False)
class Held:
    """Due at one moment; what is due is attended to for good."""

    due: float
    attended: int = 0

    def attend(self) -> None:
        self.attended += 1
        self.due = float("inf")


def test_what_is_due_is_attended_to_and_the_wait_is_for_the_next():
    clock = ManualClock()
    keeper, first, second = Keeper(clock), Held(10), Held(30)
    keeper.watch(first)
    keeper.watch(second)

    waits = [keeper.attend_due()]
    clock.advance(10)
    waits.append(keeper.attend_due())
    clock.advance(20)
    waits.append(keeper.attend_due())

    assert (waits, first.attended, second.attended) == ([10, 20, None], 1, 1)


def test_wake_that_was_planned_stays_when_its_cause_has_gone():
    """The next message's lease ends later than that; nobody has to be woken for it."""
    clock = ManualClock()
    keeper, gone, later = Keeper(clock), Held(10), Held(15)
    keeper.watch(gone)
    keeper.attend_due()
    keeper.forget(gone)

    planned = keeper.attend_due()
    keeper.watch(later)
    clock.advance(10)
    then = keeper.attend_due()

    assert (planned, then, later.attended) == (10, 5, 0)


def test_what_is_due_sooner_than_planned_wakes_the_keeper():
    clock = ManualClock()
    keeper, sooner = Keeper(clock), Held(2)
    keeper.watch(Held(10))
    keeper.attend_due()

    keeper.watch(sooner)

    assert keeper.attend_due() == 2


class Ending:
    """Something else ends, in another thread, just while the keeper looks when this is due."""

    def __init__(self, keeper: Keeper, other: Held) -> None:
        self._forget = threading.Thread(target=keeper.forget, args=(other,))
        self._due = 0.0

    @property
    def due(self) -> float:
        if self._due and self._forget.ident is None:
            self._forget.start()
            self._forget.join(0.05)
        return self._due

    def attend(self) -> None:
        self._due = 20.0


def test_what_ends_while_the_keeper_looks_does_not_disturb_it():
    clock = ManualClock()
    keeper, others = Keeper(clock), [Held(10) for _ in range(8)]
    for held in (*others, Ending(keeper, others[0])):
        keeper.watch(held)

    assert keeper.attend_due() == 10
