"""Searching jobs, apps, queues and logs in the browser."""

from oneplan.dashboard.search_page import marked
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, continuous, triggered
from tests.unit.dashboard.conftest import Visitor, words

SCRIPT = "<script>alert(1)</script>"


async def test_jobs_apps_and_queues_are_found_by_name(visitor: Visitor, worker: FakeSite):
    text = words(await visitor.text("/search?q=THUMB"))

    assert "By name 3 ▶ running thumb nails job on worker thumb nails queue thumb nails-poison queue" in text


async def test_a_line_of_a_log_leads_to_its_run(visitor: Visitor, worker: FakeSite):
    page = await visitor.text("/search?q=TWO")

    assert "In logs 1 of 3; the newest of every job and app" in words(page)
    assert 'href="/jobs/stock-sync/runs/202611240500000000?grep=TWO"' in page
    assert "<mark>two</mark>" in page


async def test_nothing_found_and_too_little_asked_are_said(visitor: Visitor, worker: FakeSite):
    assert "No log holds it." in await visitor.text("/search?q=nowhere")
    assert "Write 2 letters or more." in await visitor.text("/search?q=x")
    assert "No log holds it." not in await visitor.text("/search")


async def test_script_in_what_is_searched_and_in_what_is_found_is_only_text(visitor: Visitor, azure: FakeAzure):
    run = FakeRun("202611240500000000", log=f"{SCRIPT}\n")
    azure.add_site("worker", "w", [triggered("t", runs=[run]), continuous(SCRIPT)])

    page = await visitor.text("/search?q=<script>alert(1)")

    assert "<script>alert" not in page
    assert "<mark>&lt;script&gt;alert(1)</mark>&lt;/script&gt;" in page


async def test_a_site_that_refuses_its_log_is_counted_and_the_others_are_searched(
    visitor: Visitor, azure: FakeAzure, worker: FakeSite
):
    gone = azure.add_site("api", "tempus-dev-api-abcde")
    gone.server.close()

    text = words(await visitor.text("/search?q=two"))

    assert "1 log could not be read, or not in time" in text
    assert "In logs 1 of 3" in text


def test_every_place_of_a_text_is_marked_whatever_its_case():
    assert marked("a<b A<B", "a<b") == "<mark>a&lt;b</mark> <mark>A&lt;B</mark>"
    assert marked("İ a", "a") == "İ a"
