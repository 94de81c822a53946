"""The dashboard of a stack with more jobs than its first page shows, in a real browser; what runs is a fake Azure."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from oneplan.dashboard import serve
from oneplan.dashboard.pages import FIRST_ROWS
from oneplan.manifest import load
from oneplan.operate import Connection, Plane
from oneplan.operate.credentials import LocalCredential
from oneplan.operate.http import Http
from oneplan.operate.testing import SUBSCRIPTION, FakeAzure, FakeRun, FakeSite, triggered

pytestmark = pytest.mark.browser
SLOWLY = 60_000
JOBS = 130
LAST = JOBS - 1
MANIFEST = """\
# yaml-language-server: $schema=./schemas/oneplan.schema.json
version: 1
name: tempus
location: switzerlandnorth
time_zone: Europe/Zurich
plan: {os: linux, sku: B2}
apps: {worker: {kind: worker, runtime: python:3.13}}
"""


@dataclass(frozen=True)
class Stack:
    address: str
    site: FakeSite


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A dashboard of 130 jobs that somebody else put there."""
    (tmp_path / "oneplan.yaml").write_text(MANIFEST)
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  oneplan:target: local\n")
    token = tmp_path / "token"
    token.write_text("secret")
    with FakeAzure(token="secret") as azure:
        jobs = [triggered(f"job-{n:03}", runs=[FakeRun("202611240500000000")]) for n in range(JOBS)]
        site, http = azure.add_site("worker", "w", jobs), Http()
        credential = LocalCredential(http, token, f"{azure.url}/msi/token")
        plane = Plane(load(tmp_path, "dev"), Connection(http, credential, azure.url, "http", SUBSCRIPTION))
        with _served(plane) as address:
            yield Stack(address, site)


class _served:
    """Serves a dashboard in a thread of its own."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._address = ""

    def __enter__(self) -> str:
        self._thread.start()
        assert self._ready.wait(30)
        return self._address

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)

    def _told(self, address: str) -> None:
        self._address = address
        self._ready.set()

    def _run(self) -> None:
        self._loop.run_until_complete(serve(self._plane, port=0, ready=self._told, end=self._end))
        self._loop.close()


@pytest.fixture
def overview(page: Page, stack: Stack) -> Page:
    page.set_default_timeout(SLOWLY)
    expect.set_options(timeout=SLOWLY)
    page.goto(stack.address)
    return page


def test_the_rows_beyond_the_first_arrive_once_each_and_in_order(overview: Page):
    expect(overview.locator("#more")).to_have_count(0)

    rows = overview.locator("#jobs tr").evaluate_all("rows => rows.map((row) => row.id)")

    assert rows == [f"job-job-{n:03}" for n in range(JOBS)]


def test_without_scripts_a_link_leads_to_all(browser, stack: Stack):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stack.address)
    expect(page.locator("#jobs tr")).to_have_count(FIRST_ROWS)
    page.get_by_role("link", name=f"all {JOBS} jobs").click()

    expect(page.locator("#jobs tr")).to_have_count(JOBS)
    context.close()


def test_a_row_beyond_the_first_shows_a_run_without_being_loaded_again(overview: Page, stack: Stack):
    row = overview.locator(f"#job-job-{LAST}")
    expect(row).to_contain_text("the last run was good")
    overview.evaluate("window.stays = true")

    stack.site.jobs[f"job-{LAST}"].runs.insert(0, FakeRun("202611240515000000", status="Running", end=""))
    expect(row).to_contain_text("runs now")
    stack.site.jobs[f"job-{LAST}"].runs[0].status = "Failed"

    expect(row).to_contain_text("the last run failed")
    expect(overview.locator("#attention")).to_contain_text(f"job-{LAST}")
    assert overview.evaluate("window.stays")


def test_a_job_beyond_the_first_rows_is_found_by_keyboard(overview: Page):
    expect(overview.locator("#more")).to_have_count(0)
    overview.keyboard.press("/")
    overview.keyboard.type(f"job-{LAST}")
    expect(overview.locator("#jobs tr:visible")).to_have_count(1)
    overview.keyboard.press("Escape")
    overview.keyboard.press("j")

    expect(overview.get_by_role("link", name=f"job-{LAST}", exact=True)).to_be_focused()
    overview.keyboard.press("Enter")
    expect(overview.get_by_role("heading", level=1)).to_have_text(f"job-{LAST}")


def test_words_in_the_address_find_a_job_that_was_not_there_at_first(overview: Page):
    overview.goto(f"{overview.url.partition('?')[0]}?find=job-{LAST}")

    expect(overview.locator("#jobs tr:visible")).to_have_count(1)
    expect(overview.locator("#nothing")).to_be_hidden()


def test_a_dashboard_that_dies_is_told_and_its_return_too(overview: Page):
    expect(overview.locator("#more")).to_have_count(0)
    overview.route("**/events*", lambda route: route.abort())
    overview.evaluate("hush(); listen()")
    expect(overview.locator("#outage")).to_have_text("The dashboard does not answer; it may have been stopped.")

    overview.unroute("**/events*")

    expect(overview.locator("#outage")).to_have_text("")
