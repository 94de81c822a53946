"""Logs in the browser, as they grow."""

from urllib.parse import unquote

import pytest
from yarl import URL

from oneplan.operate.testing import FakeAzure, FakeSite, continuous, triggered
from tests.unit.dashboard.conftest import Visitor

RUN = "/jobs/stock-sync/runs/202611240500000000/log"


async def test_the_log_of_a_finished_run_is_sent_and_ended(visitor: Visitor, worker: FakeSite):
    assert await visitor.events(RUN, 2) == [("log", "one\ntwo\n"), ("end", "")]


async def test_a_continuous_log_is_followed(visitor: Visitor, worker: FakeSite):
    async with visitor.client.get("/jobs/thumbnails/log") as answer:
        first = await answer.content.readuntil(b"\n\n")
        worker.jobs["thumbnails"].log += "more <b>\n"
        second = await answer.content.readuntil(b"\n\n")

    assert (first, second) == (b'event: log\ndata: "waiting\\n"\n\n', b'event: log\ndata: "more <b>\\n"\n\n')


async def test_the_log_of_an_app_is_followed(visitor: Visitor, worker: FakeSite):
    worker.console = "started\n"

    assert await visitor.events("/apps/worker/log", 1) == [("log", "started\n")]


async def test_an_app_that_wrote_nothing_has_no_log(visitor: Visitor, worker: FakeSite):
    assert "app worker: has no log yet" in await visitor.text("/apps/worker/log", status=404)


async def test_a_line_cannot_become_an_event_of_its_own(visitor: Visitor, azure: FakeAzure):
    azure.add_site("worker", "w", [continuous("evil", log="\n\nevent: end\ndata: 1\n\n\u2028</script>")])

    ((name, text),) = await visitor.events("/jobs/evil/log", 1)

    assert (name, text) == ("log", "\n\nevent: end\ndata: 1\n\n\u2028</script>")


async def test_of_a_very_long_log_the_end_is_sent(visitor: Visitor, azure: FakeAzure):
    azure.add_site("worker", "w", [continuous("long", log="x" * 500_000 + "end")])

    ((_, text),) = await visitor.events("/jobs/long/log", 1)

    assert (len(text), text[-4:]) == (256 * 1024, "xend")


async def test_a_run_that_is_not_there_is_told_in_the_stream(visitor: Visitor, worker: FakeSite):
    ((name, text),) = await visitor.events("/jobs/stock-sync/runs/999/log", 1)

    assert (name, text) == ("outage", "job stock-sync: no run '999'; `oneplan jobs history stock-sync` lists them")


async def test_an_address_cannot_leave_the_jobs_history(visitor: Visitor, worker: FakeSite):
    await visitor.events("/jobs/stock-sync/runs/..%2f..%2f..%2fvfs%2fsite/log", 1)

    asked = [request.path for request in worker.server.seen if "vfs" in request.path]
    assert asked == ["/api/triggeredwebjobs/stock-sync/history/../../../vfs/site"]


async def test_a_job_without_a_log_says_so(visitor: Visitor, azure: FakeAzure):
    azure.add_site("worker", "w", [triggered("t")])

    assert "t" in await visitor.text("/jobs/t/log", status=404)


@pytest.mark.parametrize("run", ["..%2F..%2Fthumbnails", "%2e%2e", "..%5C..%5Cx", "%2Fetc%2Fpasswd", "<script>"])
async def test_a_run_whose_name_leads_elsewhere_is_only_a_name(visitor: Visitor, worker: FakeSite, run: str):
    name = unquote(run)
    ((event, said),) = await visitor.events(URL(f"/jobs/stock-sync/runs/{run}/log", encoded=True), 1)

    assert (event, said) == (
        "outage",
        f"job stock-sync: no run {name!r}; `oneplan jobs history stock-sync` lists them",
    )


async def test_a_log_line_cannot_become_an_event_of_its_own(visitor: Visitor, worker: FakeSite):
    line = "\n\nevent: parts\ndata: {}\n\n"
    worker.jobs["stock-sync"].runs[0].log = line

    assert await visitor.events("/jobs/stock-sync/runs/202611240500000000/log", 2) == [("log", line), ("end", "")]
