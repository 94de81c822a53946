"""What open pages are told, and how often anything is asked for them."""

import asyncio
import queue
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from oneplan.dashboard.live import Live, is_lively, pause
from oneplan.dashboard.snapshot import Collector, Snapshot, is_whole
from oneplan.errors import OperateError
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, triggered
from tests.unit.dashboard.conftest import NOW, Visitor

EMPTY = Snapshot(NOW, (), (), (), (), ())


class Stack:
    """Something to take snapshots of."""

    def __init__(self) -> None:
        self.now = EMPTY
        self.asked = 0
        self.fault: str = ""

    def take(self) -> Snapshot:
        self.asked += 1
        if self.fault:
            raise OperateError(self.fault)
        return self.now


def render(snapshot: Snapshot) -> dict[str, str]:
    return {"problems": " ".join(snapshot.problems), "same": "same"}


@pytest.fixture
def stack() -> Stack:
    return Stack()


async def test_the_first_news_is_everything_and_the_next_only_what_changed(stack: Stack):
    live = Live(stack.take, render, pause)
    changes = live.changes()

    first = await anext(changes)
    stack.now = replace(EMPTY, problems=("one",))
    await live.refreshed()
    second = await anext(changes)

    assert (first, second) == ({"problems": "", "same": "same", "outage": ""}, {"problems": "one"})
    await changes.aclose()
    await live.close()


async def test_an_outage_is_told_and_its_end_too(stack: Stack):
    stack.fault = "it is down"
    live = Live(stack.take, render, pause)
    changes = live.changes()

    down = await anext(changes)
    stack.fault = ""
    await live.refreshed()
    up = await anext(changes)

    assert (down, up) == ({"outage": "it is down"}, {"problems": "", "same": "same", "outage": ""})
    await changes.aclose()
    await live.close()


async def test_two_viewers_are_told_the_same_by_one_question(stack: Stack):
    live = Live(stack.take, render, pause)
    one, other = live.changes(), live.changes()

    first = await asyncio.gather(anext(one), anext(other))

    assert first[0] == first[1]
    assert stack.asked == 1
    for changes in (one, other):
        await changes.aclose()
    await live.close()


async def test_while_nobody_looks_nothing_is_asked(stack: Stack):
    live = Live(stack.take, render, pause)
    changes = live.changes()
    await anext(changes)
    await changes.aclose()
    task = live._task
    live._hurry.set()
    assert task is not None
    await task

    assert (live._viewers, task.done()) == (set(), True)


async def test_a_snapshot_is_taken_once_for_pages_loaded_together(stack: Stack):
    live = Live(stack.take, render, pause)

    await asyncio.gather(live.snapshot(), live.snapshot(), live.snapshot())

    assert stack.asked == 1


async def test_a_look_that_lasts_holds_up_nobody_who_takes_the_one_before():
    begun, go_on = threading.Event(), threading.Event()
    live = Live(lambda: begun.set() or (go_on.wait(10) and EMPTY), render, pause)
    go_on.set()
    before = await live.snapshot()
    begun.clear()
    go_on.clear()
    lasting = asyncio.create_task(live.refreshed())
    await asyncio.to_thread(begun.wait, 10)

    assert await asyncio.wait_for(live.snapshot(60.0), 5) is before
    go_on.set()
    await lasting


async def test_a_viewer_that_does_not_read_holds_nobody_up(stack: Stack):
    live = Live(stack.take, lambda snapshot: {"n": str(stack.asked)}, pause)
    slow, quick = live.changes(), live.changes()
    await asyncio.gather(anext(slow), anext(quick))
    for _ in range(30):
        await live.refreshed()
        await live._look()
        await anext(quick)

    assert max(viewer.waiting.qsize() for viewer in live._viewers) == 20
    for changes in (slow, quick):
        await changes.aclose()
    await live.close()


def snapshot_of(plane, *runs: FakeRun, azure: FakeAzure, schedule: str | None = None) -> Snapshot:
    azure.add_site("worker", "w", [triggered("stock-sync", schedule=schedule, runs=runs)])
    return Collector(plane, lambda: NOW).take()


def test_a_run_that_goes_on_is_looked_at_often(plane, azure: FakeAzure):
    snapshot = snapshot_of(plane, FakeRun("1", status="Running"), azure=azure)

    assert (is_lively(snapshot), pause(snapshot, 0.005)) == (True, 0.2)


def test_a_run_that_is_about_to_begin_is_looked_at_often(plane, azure: FakeAzure):
    snapshot = snapshot_of(plane, FakeRun("1"), azure=azure, schedule="0 */15 * * * *")

    waits = [is_lively(replace(snapshot, at=NOW + timedelta(minutes=5, seconds=s))) for s in (-2, -1, 0, 2, 4)]

    assert waits == [False, True, True, True, False]


def test_a_quiet_stack_is_looked_at_each_second(plane, azure: FakeAzure):
    snapshot = snapshot_of(plane, FakeRun("1"), azure=azure)

    assert (is_lively(snapshot), pause(snapshot, 0.005)) == (False, 1.0)


@pytest.mark.parametrize(("took", "seconds"), [(0.005, 1.0), (0.05, 6.0), (0.1, 10.0), (9.0, 10.0)])
def test_where_changes_are_told_the_rest_is_asked_for_less_often(took: float, seconds: float):
    assert pause(EMPTY, took, told=True) == seconds


def test_what_was_left_out_is_asked_for_at_once():
    assert [pause(replace(EMPTY, is_whole=False), 0.3, told=told) for told in (False, True)] == [0.0, 0.0]


async def test_a_page_about_runs_waits_until_all_are_there(plane, azure: FakeAzure):
    azure.add_site("worker", "w", [triggered(f"job-{n:03}", runs=[FakeRun("1")]) for n in range(100)])
    live = Live(Collector(plane, lambda: NOW).take, render, pause)

    first, second = await live.snapshot(), await live.whole(is_whole)

    assert (first.is_whole, second.is_whole) == (False, True)


@pytest.mark.parametrize(("took", "seconds"), [(0.025, 1.0), (0.05, 2.0), (0.1, 4.0), (9.0, 5.0)])
def test_a_stack_that_takes_long_to_ask_is_asked_less_often(took: float, seconds: float):
    assert pause(EMPTY, took) == seconds


async def test_the_overview_hears_of_a_new_run(visitor: Visitor, worker: FakeSite):
    (first,) = await visitor.events("/events", 1)

    assert first[0] == "parts"
    assert set(first[1]) == {
        "attention", "apps", "queues", "load", "shape", "outage", "job-stock-sync", "job-reindex", "job-thumbnails",
    }  # fmt: skip


async def test_a_job_page_hears_what_changes_on_it(visitor: Visitor, worker: FakeSite):
    (first,) = await visitor.events("/jobs/stock-sync/events", 1)
    (continuous,) = await visitor.events("/jobs/thumbnails/events", 1)

    assert set(first[1]) == {"head", "facts", "chart", "runs", "go", "outage"}
    assert set(continuous[1]) == {"head", "facts", "outage"}


async def test_a_run_page_hears_how_it_ends(visitor: Visitor, worker: FakeSite):
    (first,) = await visitor.events("/jobs/stock-sync/runs/202611240500000000/events", 1)

    assert first[1]["outage"] == ""
    assert "Success" in first[1]["run-state"]


async def test_a_job_that_goes_away_is_told(visitor: Visitor, worker: FakeSite):
    async with visitor.client.get("/jobs/reindex/events") as answer:
        await answer.content.readuntil(b"\n\n")
        del worker.jobs["reindex"]
        told = await asyncio.wait_for(answer.content.readuntil(b"\n\n"), 30)

    assert b"job reindex: is not there any more" in told


async def test_a_page_that_was_just_loaded_hears_only_what_is_new(visitor: Visitor, worker: FakeSite):
    page = await visitor.text("/")
    path = page.partition('data-events="')[2].partition('"')[0]
    async with visitor.client.get(path) as answer:
        worker.jobs["stock-sync"].runs.insert(0, FakeRun("202611240515000000", status="Failed"))
        told = b""
        while b"job-stock-sync" not in told:
            told += await asyncio.wait_for(answer.content.readuntil(b"\n\n"), 30)

    assert path == "/events?since=1"
    assert b"job-reindex" not in told


async def test_a_page_that_is_long_forgotten_hears_everything(visitor: Visitor, worker: FakeSite):
    (first,) = await visitor.events("/events?since=999", 1)

    assert "job-reindex" in first[1]


async def test_a_change_that_is_told_shows_without_waiting_for_the_next_look(stack: Stack):
    told: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    live = Live(stack.take, render, lambda *_, told: 3600.0, lambda _: told.get())
    changes = live.changes()
    told.put(1)
    await anext(changes)
    stack.now = replace(EMPTY, problems=("one",))
    told.put(2)

    assert await anext(changes) == {"problems": "one"}
    told.put(None)
    await changes.aclose()
    await live.close()


async def test_who_is_not_told_is_asked_as_often_as_before(stack: Stack):
    asked: list[int | None] = []
    live = Live(stack.take, render, lambda *_, told: 0.0, asked.append)
    changes = live.changes()
    await anext(changes)
    stack.now = replace(EMPTY, problems=("one",))

    assert await anext(changes) == {"problems": "one"}
    assert asked == [None]
    await changes.aclose()
    await live.close()
