"""What the pages say, and that nothing a job or a person wrote becomes part of a page."""

import re
from dataclasses import replace

import pytest

from oneplan.operate import Plane
from oneplan.operate.testing import FakeAzure, FakeRun, FakeSite, continuous, triggered
from tests.unit.dashboard.conftest import Visitor, words

SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


async def test_the_overview_names_everything(visitor: Visitor, worker: FakeSite):
    text = words(await visitor.text("/"))

    for said in ("tempus dev this machine", "Europe/Zurich", "on one B2 plan · 1 instance · linux", "every 15 minutes"):
        assert said in text
    assert "✓ Success 06:00:00 · 2.4 s" in text
    assert "5 attempts · lease 5 min · kept 7 days" in text


async def test_what_needs_attention_comes_first(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    worker.jobs["stock-sync"].runs.insert(0, FakeRun("202611240515000000", status="Failed", log="no feed\n"))
    azure.messages["thumbnails-poison"].put("x")
    del worker.jobs["reindex"]

    text = words(await visitor.text("/"))

    begin = text.index("Needs attention")
    assert text[begin : text.index("Apps on one")].split(" ✕ ")[1:] == [
        "failed stock-sync the last run failed · its log",
        (
            "failed thumbnails-poison holds 1 message that no job could handle"
            " ≠ drift reindex is declared and not there; run oneplan up "
        ),
    ]


async def test_thirty_failing_jobs_do_not_push_the_rest_away(visitor: Visitor, azure: FakeAzure):
    runs = [FakeRun("202611240515000000", status="Failed")]
    azure.add_site("worker", "w", [triggered(f"job-{n}", runs=runs) for n in range(30)])

    text = words(await visitor.text("/"))

    assert "and 18 more jobs: failed , late , stuck" in text
    assert "more differences; oneplan status lists them" in text


async def test_a_stack_that_is_not_deployed_says_what_to_do(visitor: Visitor, azure: FakeAzure):
    text = words(await visitor.text("/"))

    assert "No job is deployed yet; oneplan up brings them here." in text


async def test_a_job_page_shows_settings_with_their_places_and_the_form(visitor: Visitor, worker: FakeSite):
    text = words(await visitor.text("/jobs/reindex"))

    assert "command python -m reindex jobs/reindex/job.yaml:3" in text
    assert "brand since dry-run yes no Run now" in text
    assert "It has not run yet." in text


async def test_a_scheduled_job_page_tells_its_runs_and_what_comes(visitor: Visitor, worker: FakeSite):
    text = words(await visitor.text("/jobs/stock-sync"))

    assert "every 15 minutes 0 */15 * * * *" in text
    assert "2.4 s as a rule, 2.4 s at most" in text
    assert "one run, which was good" in text
    assert "Take its schedule away" in text


async def test_a_job_without_its_schedule_can_have_it_back(visitor: Visitor, worker: FakeSite):
    worker.jobs["stock-sync"].schedule = None

    assert "Give its schedule back" in await visitor.text("/jobs/stock-sync")


async def test_a_job_that_nobody_declared_is_shown_as_such(visitor: Visitor, azure: FakeAzure):
    azure.add_site("worker", "w", [triggered("miner")])

    assert "This job is not in the manifest" in await visitor.text("/jobs/miner")


async def test_while_the_files_have_problems_the_page_says_so(visitor: Visitor, worker: FakeSite, root):
    (root / "jobs/reindex/job.yaml").write_text("app: [\n")

    assert "The manifest has problems now; oneplan validate lists them." in await visitor.text("/jobs/reindex")


async def test_the_app_page_masks_secrets(visitor: Visitor, worker: FakeSite, root):
    project = root / "oneplan.yaml"
    level = "env: {LEVEL: debug, SHOP_API_KEY: abc123, FEED: 'https://me:hunter2@feed.example/'}"
    project.write_text(project.read_text().replace("env: {LEVEL: debug}", level))

    page = await visitor.text("/apps/worker")

    assert "debug" in page
    assert "abc123" not in page
    assert "hunter2" not in page


async def test_the_app_page_says_how_its_process_does(visitor: Visitor, worker: FakeSite):
    text = words(await visitor.text("/apps/worker"))

    assert "Running · pid 4711 · restarted 0 times" in text
    assert "worker · python 3.13" in text


async def test_in_azure_the_process_and_the_load_are_said_to_be_unknown(visitor: Visitor, worker: FakeSite):
    worker.process = None

    assert "Azure does not tell" in await visitor.text("/apps/worker")
    assert "Azure tells the plan's processor and memory in its portal" in await visitor.text("/")


async def test_the_queue_page_shows_messages(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    azure.messages["thumbnails"].put("eyJwaG90byI6IDF9")

    text = words((await visitor.text("/queues/thumbnails")).replace("&#34;", '"'))

    assert "about 1 message " in text
    assert '{"photo": 1}' in text


async def test_a_poison_queue_offers_the_way_back(visitor: Visitor, worker: FakeSite):
    text = words(await visitor.text("/queues/thumbnails-poison"))

    assert "Messages that failed 5 times on thumbnails ." in text
    assert "Move all back to thumbnails" in text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/jobs/nothing", "job nothing: is not deployed; run oneplan up"),
        ("/jobs/stock-sync/runs/1", "job stock-sync: has no such run any more"),
        ("/queues/nothing", "queue nothing: is not one of the manifest"),
        ("/apps/nothing", "app nothing: is not deployed; run oneplan up"),
        ("/jobs/..%2f..%2fapi", "job ../../api: is not deployed; run oneplan up"),
    ],
)
async def test_what_is_not_there_is_said_on_a_page(visitor: Visitor, worker: FakeSite, path: str, said: str):
    assert f"This is not here {said} Back Overview" in words(await visitor.text(path, status=404))


@pytest.mark.parametrize("path", ["/jobs/", "/jobs/stock-sync/runs/", "/queues/", "/apps/"])
async def test_an_address_never_becomes_part_of_a_page(visitor: Visitor, worker: FakeSite, path: str):
    page = await visitor.text(f"{path}{SCRIPT.replace('/', '%2f')}", status=404)

    assert SCRIPT not in page


async def test_a_word_in_the_address_is_never_shown(visitor: Visitor, worker: FakeSite):
    page = await visitor.text(f"/jobs/stock-sync?done={SCRIPT}")

    assert "alert(1)" not in page


async def test_script_in_names_logs_and_triggers_is_only_text(visitor: Visitor, azure: FakeAzure):
    run = FakeRun("202611240500000000", trigger=SCRIPT, status=SCRIPT)
    name = "x'\"><img src=x onerror=alert(1)>"
    azure.add_site(
        "<b>app</b>",
        "w",
        [triggered(name, schedule=SCRIPT, runs=[run]), continuous("c", status=SCRIPT), triggered("t", runs=[run])],
    )

    overview, job = await visitor.text("/"), await visitor.text("/jobs/t")

    for page in (overview, job):
        assert SCRIPT not in page
        assert "<img" not in page
        assert ESCAPED in page
    assert "<b>app</b>" not in overview


async def test_script_in_a_message_is_only_text(visitor: Visitor, azure: FakeAzure, worker: FakeSite):
    azure.messages["thumbnails"].put(SCRIPT)

    page = await visitor.text("/queues/thumbnails")

    assert (SCRIPT in page, ESCAPED in page) == (False, True)


async def test_no_page_holds_script_or_style_of_its_own(visitor: Visitor, worker: FakeSite):
    for path in ("/", "/timeline", "/search?q=one", "/jobs/reindex", "/queues/thumbnails", "/apps/worker", "/nothing"):
        page = await (await visitor.get(path)).text()
        assert page.count("<script") == 1
        assert " style=" not in page
        assert re.search(r"<[^>]*\son\w+=", page) is None


async def test_the_length_of_runs_is_drawn_over_time(visitor: Visitor, worker: FakeSite):
    end = "2026-11-24T05:00:04.1234567Z"
    worker.jobs["stock-sync"].runs.insert(0, FakeRun("202611240515000000", "Failed", end=end))

    page = await visitor.text("/jobs/stock-sync")

    assert re.findall(r'<rect class="(good|bad)" x="(\d+)" y="(\d+)" width="4" height="(\d+)"', page) == [
        ("bad", "295", "2", "50"),
        ("good", "289", "23", "29"),
    ]


async def test_a_stack_that_cannot_be_reached_is_said(visitor: Visitor, azure: FakeAzure, plane: Plane):
    azure.server.close()
    plane._connection.http.close()

    text = words(await visitor.text("/", status=502))

    assert "This was refused" in text
    assert "local Azure: does not answer; oneplan local start starts it again" in text


async def test_a_manifest_without_queues_shows_none(visitor: Visitor, plane: Plane, azure: FakeAzure, worker: FakeSite):
    worker.jobs.clear()
    plane.manifest = replace(plane.manifest, queues={})

    assert (await visitor.get("/")).status == 200


def many(azure: FakeAzure, count: int) -> list[str]:
    """So many jobs on the site, and the ids of their rows."""
    azure.add_site("worker", "w", [triggered(f"job-{number:03}") for number in range(count)])
    return [f"job-job-{number:03}" for number in range(count)]


def rows(html: str) -> list[str]:
    return re.findall(r'<tr id="([^"]+)"', html)


async def test_of_many_jobs_the_first_are_on_the_page_and_a_link_leads_to_all(visitor: Visitor, azure: FakeAzure):
    wanted = many(azure, 200)

    page = await visitor.text("/")
    whole = await visitor.text("/?all=yes")

    assert rows(page) == wanted[:60]
    assert "Jobs 200" in words(page)
    assert 'The first 60; <a href="/?all=yes">all 200 jobs</a>' in page
    assert (rows(whole), 'id="more"' in whole) == (wanted, False)


async def test_sixty_jobs_are_all_on_the_page(visitor: Visitor, azure: FakeAzure):
    wanted = many(azure, 60)

    page = await visitor.text("/")

    assert (rows(page), 'id="more"' in page) == (wanted, False)


async def test_the_other_rows_follow_as_they_were_when_the_page_was_made(visitor: Visitor, azure: FakeAzure):
    wanted = many(azure, 200)
    page = await visitor.text("/")
    place = page.partition('data-rows="')[2].partition('"')[0]

    answers = [await visitor.text(f"{place}&from={first}") for first in (60, 180, 200, 9_999_999 // 10)]

    assert place == "/rows?since=1"
    assert [rows(answer) for answer in answers] == [wanted[60:180], wanted[180:], [], []]


async def test_the_rows_of_a_page_that_is_long_forgotten_are_those_of_now(visitor: Visitor, azure: FakeAzure):
    wanted = many(azure, 70)

    assert rows(await visitor.text("/rows?since=999&from=60")) == wanted[60:]


@pytest.mark.parametrize("first", ["", "-1", "x", "²", "1e3", "9" * 5000])
async def test_rows_from_a_place_that_is_no_number_are_refused(visitor: Visitor, worker: FakeSite, first: str):
    answer = await visitor.get("/rows", params={"from": first})

    assert answer.status == 400
    assert "from: must be the number of rows that are there already" in await answer.text()
