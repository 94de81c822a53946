"""What can be done from the pages."""

from oneplan.operate.messages import encode
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, triggered
from tests.unit.dashboard.conftest import Visitor, words


async def test_a_job_without_arguments_runs_with_what_was_written(visitor: Visitor, worker: FakeSite):
    answer = await visitor.post("/jobs/stock-sync/run", arguments="--full 'a b'")

    run = worker.jobs["stock-sync"].runs[0]
    assert (answer.status, answer.headers["Location"]) == (303, f"/jobs/stock-sync/runs/{run.id}")
    assert worker.jobs["stock-sync"].arguments == ["--full 'a b'"]


async def test_the_run_is_shown_at_once(visitor: Visitor, worker: FakeSite):
    await visitor.text("/")
    answer = await visitor.post("/jobs/stock-sync/run")

    assert "External - oneplan" in await visitor.text(answer.headers["Location"])


async def test_declared_arguments_are_checked_and_quoted(visitor: Visitor, worker: FakeSite):
    fields = {"argument-brand": "$(id); --since x", "argument-since": "2026-08-01", "argument-dry-run": "false"}
    answer = await visitor.post("/jobs/reindex/run", **fields)

    assert answer.status == 303
    assert worker.jobs["reindex"].arguments == ['--brand "$(id); --since x" --since 2026-08-01 --no-dry-run']


async def test_a_wrong_argument_is_told_and_nothing_runs(visitor: Visitor, worker: FakeSite):
    wrong = await visitor.post("/jobs/reindex/run", **{"argument-brand": "x", "argument-since": "tomorrow"})
    missing = await visitor.post("/jobs/reindex/run", **{"argument-brand": ""})

    assert (wrong.status, missing.status, worker.jobs["reindex"].runs) == (400, 400, [])
    said = words((await wrong.text()).replace("&#39;", "'"))
    assert "job reindex: --since: 'tomorrow' is wrong; a date such as 2026-08-01 is expected" in said
    assert "job reindex: --brand: is needed; a text is expected" in words(await missing.text())
    assert 'href="/jobs/reindex"' in await missing.text()


async def test_an_argument_that_is_not_declared_is_left_out(visitor: Visitor, worker: FakeSite):
    await visitor.post("/jobs/reindex/run", **{"argument-brand": "x", "argument-evil": "y", "arguments": "z"})

    assert worker.jobs["reindex"].arguments == ["--brand x"]


async def test_a_busy_job_is_refused_with_its_reason(visitor: Visitor, worker: FakeSite):
    worker.jobs["stock-sync"].runs.insert(0, FakeRun("202611240515000000", status="Running"))

    answer = await visitor.post("/jobs/stock-sync/run")

    assert answer.status == 409
    assert "Not now job stock-sync: is running already" in words(await answer.text())


async def test_a_continuous_job_is_stopped_and_started(visitor: Visitor, worker: FakeSite):
    stopped = await visitor.post("/jobs/thumbnails/stop")
    state = worker.jobs["thumbnails"].status
    page = words(await visitor.text(stopped.headers["Location"]))
    await visitor.post("/jobs/thumbnails/start")

    assert (state, worker.jobs["thumbnails"].status) == ("Stopped", "Running")
    assert stopped.headers["Location"] == "/jobs/thumbnails?done=stop"
    assert "stopped by hand" in page
    assert "It is told to stop." in page


async def test_a_triggered_job_cannot_be_stopped(visitor: Visitor, worker: FakeSite):
    answer = await visitor.post("/jobs/stock-sync/stop")

    assert answer.status == 502
    assert "is triggered, App Service cannot stop it" in await answer.text()


async def test_a_schedule_is_taken_away_and_given_back(visitor: Visitor, worker: FakeSite):
    job = worker.jobs["stock-sync"]
    await visitor.post("/jobs/stock-sync/disable")
    without = job.schedule
    await visitor.post("/jobs/stock-sync/enable")

    assert (without, job.schedule) == (None, "0 */15 * * * *")


async def test_a_message_is_sent_in_base64(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    answer = await visitor.post("/queues/thumbnails/send", body="<é&>")

    (message,) = azure.messages["thumbnails"].messages
    assert answer.headers["Location"] == "/queues/thumbnails?done=send"
    assert (message.text, message.ttl) == (encode("<é&>"), "604800")


async def test_poison_messages_are_moved_back(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    azure.messages["thumbnails-poison"].put("one")

    answer = await visitor.post("/queues/thumbnails-poison/requeue")

    assert answer.headers["Location"] == "/queues/thumbnails?done=requeue"
    assert [one.text for one in azure.messages["thumbnails"].messages] == ["one"]
    assert azure.messages["thumbnails-poison"].messages == []


async def test_messages_are_deleted_only_when_the_name_is_written_out(visitor: Visitor, azure, worker: FakeSite):
    azure.messages["thumbnails"].put("one")

    wrong = await visitor.post("/queues/thumbnails/purge", confirm="thumbs")
    left = len(azure.messages["thumbnails"].messages)
    right = await visitor.post("/queues/thumbnails/purge", confirm="thumbnails")

    assert (wrong.status, left) == (400, 1)
    assert (right.status, azure.messages["thumbnails"].messages) == (303, [])


async def test_only_queues_of_the_manifest_can_be_reached(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    for verb in ("send", "requeue", "purge"):
        assert (await visitor.post(f"/queues/other/{verb}", body="x", confirm="other")).status == 404


async def test_an_app_is_restarted(visitor: Visitor, worker: FakeSite):
    answer = await visitor.post("/apps/worker/restart")
    missing = await visitor.post("/apps/other/restart")

    assert (answer.headers["Location"], worker.restarts, missing.status) == ("/apps/worker?done=restart", 1, 404)


async def test_a_job_whose_name_needs_quoting_can_be_run(visitor: Visitor, azure: FakeAzure):
    site = azure.add_site("worker", "w", [triggered("a b?c")])

    answer = await visitor.post("/jobs/a%20b%3Fc/run")

    assert answer.headers["Location"] == f"/jobs/a%20b%3Fc/runs/{site.jobs['a b?c'].runs[0].id}"
