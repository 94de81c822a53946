"""The timeline's page: its times, its jobs, its news."""

import re
from datetime import timedelta

import pytest

from oneplan.dashboard.timeline_page import MOST_LANES, Window
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, triggered
from tests.unit.dashboard.conftest import NOW, Visitor, words

FIXED = "from=2026-11-24T04:00:00Z&to=2026-11-24T06:00:00Z"
STEPS = {
    "Earlier": "from=2026-11-24T03%3A00%3A00Z&to=2026-11-24T05%3A00%3A00Z",
    "Later": "from=2026-11-24T05%3A00%3A00Z&to=2026-11-24T07%3A00%3A00Z",
    "Zoom in": "from=2026-11-24T04%3A30%3A00Z&to=2026-11-24T05%3A30%3A00Z",
    "Zoom out": "from=2026-11-24T03%3A00%3A00Z&to=2026-11-24T07%3A00%3A00Z",
}


def window(**query: str) -> Window:
    return Window.of({"from" if name == "since" else name: value for name, value in query.items()})


async def test_the_timeline_has_a_lane_for_each_job_that_ran(visitor: Visitor, worker: FakeSite):
    page = await visitor.text("/timeline?hours=6")

    assert re.findall(r'id="lane-([^"]+)"', page) == ["stock-sync"]
    assert 'aria-current="true">6 h' in page


@pytest.mark.parametrize(
    "query",
    [
        "hours=1e9",
        "hours=-6",
        "from=yesterday&to=today",
        "from=2026-11-24T06:00:00Z&to=2026-11-24T04:00:00Z",
        "from=0001-01-01&to=0001-01-02",
        "from=9999-12-30&to=9999-12-31",
        "from=2026-01-01&to=2026-12-31",
    ],
)
async def test_a_time_that_makes_no_sense_is_the_usual_day(visitor: Visitor, worker: FakeSite, query: str):
    assert 'aria-current="true">24 h' in await visitor.text(f"/timeline?{query}")


async def test_a_stretch_that_was_chosen_stands_still(visitor: Visitor, worker: FakeSite):
    page = await visitor.text(f"/timeline?{FIXED}")

    assert "05:00:00 to 07:00:00; this stands still" in words(page)
    assert "data-events" not in page
    assert [address for address in STEPS.values() if address.replace("&", "&amp;") in page] == list(STEPS.values())


def test_a_stretch_can_be_moved_and_zoomed():
    assert window(since="2026-11-24T04:00:00Z", to="2026-11-24T06:00:00Z").steps(NOW) == STEPS


def test_zooming_ends_where_nothing_more_can_be_seen():
    narrow = window(since="2026-11-24T04:00:00Z", to="2026-11-24T04:02:00Z").steps(NOW)
    wide = window(since="2026-11-01T00:00:00Z", to="2026-11-24T00:00:00Z").steps(NOW)

    assert (list(narrow), list(wide)) == (["Earlier", "Later", "Zoom out"], ["Earlier", "Later", "Zoom in"])


def test_moving_keeps_the_words_that_jobs_are_found_by():
    assert window(hours="6", find="stock & co").address() == "hours=6&find=stock+%26+co"


async def test_jobs_are_found_by_name_and_app(visitor: Visitor, azure: FakeAzure):
    run = FakeRun("202611240500000000")
    azure.add_site("worker", "w", [triggered("stock", runs=[run]), triggered("mail", runs=[run])])

    page = await visitor.text("/timeline?find=WORK+sto")

    assert re.findall(r'id="lane-([^"]+)"', page) == ["stock"]
    assert "No triggered job of that name" in await visitor.text("/timeline?find=<b>")


async def test_more_jobs_than_can_be_looked_at_are_counted(visitor: Visitor, azure: FakeAzure):
    run = FakeRun("202611240500000000")
    azure.add_site("worker", "w", [triggered(f"job-{number}", runs=[run]) for number in range(MOST_LANES + 7)])

    page = await visitor.text("/timeline")

    assert page.count('id="lane-') == MOST_LANES
    assert "7 more jobs are not drawn; find those you look for by name." in page


async def test_a_run_that_begins_is_told(visitor: Visitor, worker: FakeSite):
    shown = re.search(r'data-events="([^"]+)" data-shape="([^"]+)"', await visitor.text("/timeline?hours=6"))
    assert shown is not None

    ((name, parts),) = await visitor.events(shown[1].replace("&amp;", "&"), 1)

    assert (name, sorted(parts)) == ("parts", ["clock", "lane-stock-sync", "outage", "shape"])
    assert parts["shape"] == shown[2]
    assert "/jobs/stock-sync/runs/202611240500000000" in parts["lane-stock-sync"]


def test_a_moving_window_is_as_long_as_was_asked():
    assert window(hours="72").span(NOW).length == timedelta(hours=72)
