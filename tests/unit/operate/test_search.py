"""Searching logs."""

from itertools import count

from oneplan.operate import Plane
from oneplan.operate.search import MOST_LINES, Found, Hit, LogSearch, Place
from oneplan.operate.testing import FakeRun, FakeSite


def test_lines_are_found_whatever_their_case_and_say_where(plane: Plane, worker: FakeSite):
    found = LogSearch(plane).find("TWO", plane.status(), 10.0)

    place = Place("worker", "stock-sync", "202611240500000000")
    assert found == Found((Hit(place, ("two",), 1),), searched=3, unread=0)


def test_of_many_lines_the_last_are_kept_and_all_are_counted(plane: Plane, worker: FakeSite):
    worker.jobs["thumbnails"].log = "".join(f"line {number}\n" for number in range(40))

    (hit,) = LogSearch(plane).find("line", plane.status(), 10.0).hits

    assert hit == Hit(Place("worker", "thumbnails", None), tuple(f"line {40 - MOST_LINES + n}" for n in range(5)), 40)


def test_a_log_that_cannot_grow_is_read_once(plane: Plane, worker: FakeSite):
    search = LogSearch(plane)
    search.find("one", plane.status(), 10.0)
    worker.jobs["stock-sync"].runs[0].log = "changed, though it has ended\n"
    worker.jobs["thumbnails"].log = "changed, as it may\n"

    hits = search.find("changed", plane.status(), 10.0).hits

    assert [hit.place.job for hit in hits] == ["thumbnails"]


def test_the_log_of_a_run_that_goes_on_is_read_anew(plane: Plane, worker: FakeSite):
    worker.jobs["stock-sync"].runs = [FakeRun("202611240500000000", "Running", log="one\n")]
    search = LogSearch(plane)
    search.find("one", plane.status(), 10.0)
    worker.jobs["stock-sync"].runs[0].log = "one\nthree\n"

    assert [hit.lines for hit in search.find("three", plane.status(), 10.0).hits] == [("three",)]


def test_what_there_is_no_time_for_is_counted(plane: Plane, worker: FakeSite):
    ticks = count()
    search = LogSearch(plane, clock=lambda: float(next(ticks)))

    assert search.find("one", plane.status(), -1.0) == Found((), searched=0, unread=3)
