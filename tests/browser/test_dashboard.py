"""What a person does on the dashboard of the running example, in a real browser."""

import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import BIN, ROOT

pytestmark = pytest.mark.browser
SLOWLY = 60_000
AXE = ROOT / "tools" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    "/",
    "/timeline",
    "/search?q=status",
    "/jobs/stock-sync",
    "/jobs/catalogue-reindex",
    "/jobs/thumbnails",
    "/queues/thumbnails",
    "/queues/thumbnails-poison",
    "/apps/storefront",
    "/jobs/nothing",
]


@pytest.fixture(scope="module")
def address(example) -> Iterator[str]:
    """The address that `oneplan dashboard` prints."""
    command = [str(BIN / "oneplan"), "dashboard", "--no-open"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=example.folder, stdin=quiet, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            yield served.stdout.readline().strip()
        finally:
            served.terminate()


@pytest.fixture
def dashboard(page: Page, address: str) -> Page:
    """The overview, of a person who opened the printed address."""
    page.set_default_timeout(SLOWLY)
    expect.set_options(timeout=SLOWLY)
    page.goto(address)
    return page


def go(page: Page, path: str) -> None:
    parts = urlsplit(page.url)
    page.goto(f"{parts.scheme}://{parts.netloc}{path}")


def test_the_token_does_not_stay_in_the_address(dashboard: Page):
    assert "token" not in dashboard.url
    expect(dashboard.get_by_role("link", name="stock-sync").first).to_be_visible()


def test_the_overview_changes_without_being_loaded_again(dashboard: Page, example):
    dashboard.evaluate("window.kept = true")
    example.oneplan("jobs", "run", "catalogue-reindex", "--wait")

    expect(dashboard.locator("#job-catalogue-reindex")).to_contain_text("Success")
    assert dashboard.evaluate("window.kept") is True


def test_a_job_runs_with_the_arguments_of_its_form_and_its_page_follows_to_the_end(dashboard: Page):
    dashboard.locator("#job-catalogue-reindex").get_by_role("link", name="Run…").click()
    dashboard.get_by_label("brand").fill("Sorell")
    dashboard.get_by_label("dry-run").select_option("no")
    dashboard.get_by_role("button", name="Run now").click()

    expect(dashboard.get_by_role("heading", level=1)).to_have_text(re.compile(r"Run \d+"))
    expect(dashboard.locator("#run-state")).to_have_text(re.compile("Success"))
    expect(dashboard.get_by_role("log")).to_contain_text("Status changed to Success")
    expect(dashboard.locator("#run-facts")).to_contain_text("External - oneplan")


def test_a_word_is_found_in_the_log(dashboard: Page):
    go(dashboard, "/jobs/stock-sync")
    dashboard.locator("#runs a").last.click()
    expect(dashboard.get_by_role("log")).to_contain_text("Status changed to")
    dashboard.keyboard.press("/")
    dashboard.keyboard.type("status changed to success")

    expect(dashboard.locator(".count")).to_have_text(re.compile(r"^1 of \d+ lines$"))


def test_a_continuous_job_is_stopped_and_started(dashboard: Page):
    go(dashboard, "/jobs/thumbnails")
    dashboard.get_by_role("button", name="Stop thumbnails").click()
    expect(dashboard.locator("#said")).to_have_text("It is told to stop.")
    expect(dashboard.locator("#head")).to_contain_text("stopped by hand")
    dashboard.get_by_role("button", name="Start thumbnails").click()

    expect(dashboard.locator("#head")).to_contain_text("running")


def test_a_schedule_is_taken_away_and_given_back(dashboard: Page):
    go(dashboard, "/jobs/daily-summary")
    dashboard.get_by_role("button", name="Take its schedule away").click()
    expect(dashboard.get_by_role("button", name="Give its schedule back")).to_be_visible()
    go(dashboard, "/")
    expect(dashboard.locator("#attention")).to_contain_text("daily-summary has no schedule and was declared to run")
    go(dashboard, "/jobs/daily-summary")
    dashboard.get_by_role("button", name="Give its schedule back").click()

    expect(dashboard.locator("#facts")).to_contain_text("at 06:00 every day")


def test_messages_are_sent_looked_at_and_deleted(dashboard: Page):
    go(dashboard, "/queues/thumbnails-poison")
    expect(dashboard.get_by_text("No visible message.")).to_be_visible()
    go(dashboard, "/jobs/thumbnails")
    dashboard.get_by_role("button", name="Stop thumbnails").click()
    expect(dashboard.locator("#head")).to_contain_text("stopped by hand")
    go(dashboard, "/queues/thumbnails")
    dashboard.get_by_label("Body").fill("<img src=x onerror=alert(1)>")
    dashboard.get_by_role("button", name="Send").click()
    expect(dashboard.locator("pre.body").first).to_have_text("<img src=x onerror=alert(1)>")
    dashboard.get_by_label("to confirm").fill("thumbnails")
    dashboard.get_by_role("button", name="Delete all").click()

    expect(dashboard.get_by_text("No visible message.")).to_be_visible()
    go(dashboard, "/jobs/thumbnails")
    dashboard.get_by_role("button", name="Start thumbnails").click()
    expect(dashboard.locator("#head")).to_contain_text("running")


def test_a_poison_message_is_moved_back(dashboard: Page, example):
    example.oneplan("jobs", "stop", "thumbnails")  # it would take the message at once
    go(dashboard, "/queues/thumbnails-poison")
    expect(dashboard.get_by_text("No visible message.")).to_be_visible()
    example.oneplan("queues", "send", "thumbnails-poison", '{"photo": "nothing"}')
    expect(dashboard.locator("pre.body")).to_have_text('{"photo": "nothing"}')  # the page is live
    dashboard.get_by_role("button", name="Move all back to thumbnails").click()

    expect(dashboard.locator("#said")).to_have_text("The messages are back on their queue.")
    expect(dashboard.get_by_role("heading", level=1)).to_have_text("thumbnails")
    expect(dashboard.locator("pre.body")).to_have_text('{"photo": "nothing"}')
    go(dashboard, "/queues/thumbnails-poison")
    expect(dashboard.locator("#count")).to_have_text("about 0 messages")
    example.oneplan("queues", "purge", "thumbnails", "--yes")
    example.oneplan("jobs", "start", "thumbnails")


def test_a_text_is_found_in_names_and_logs_and_leads_to_its_place(dashboard: Page, example):
    example.oneplan("jobs", "run", "catalogue-reindex", "--wait")  # its newest run stays this one
    dashboard.keyboard.press("/")
    dashboard.keyboard.type("status changed to success")
    dashboard.keyboard.press("Enter")
    dashboard.locator("ol.found").get_by_role("link", name="catalogue-reindex").click()

    expect(dashboard.get_by_role("heading", level=1)).to_have_text(re.compile(r"Run \d+"))
    expect(dashboard.locator(".count")).to_have_text(re.compile(r"^1 of \d+ lines$"))


def test_the_timeline_shows_a_run_without_being_loaded_again_and_is_zoomed(dashboard: Page, example):
    go(dashboard, "/timeline?hours=1&find=catalogue")
    runs = dashboard.locator("#lane-catalogue-reindex rect")
    example.oneplan("jobs", "run", "catalogue-reindex", "--wait")
    expect(runs.first).to_be_visible()
    before = runs.count()
    dashboard.evaluate("window.kept = true")
    example.oneplan("jobs", "run", "catalogue-reindex", "--wait")
    expect(runs).to_have_count(before + 1)
    assert dashboard.evaluate("window.kept") is True
    box = dashboard.locator("#lane-catalogue-reindex svg").bounding_box()
    assert box is not None
    dashboard.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 12)
    dashboard.mouse.down()
    dashboard.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 12, steps=4)
    dashboard.mouse.up()

    expect(dashboard.get_by_text("this stands still")).to_be_visible()
    query = parse_qs(urlsplit(dashboard.url).query)
    length = datetime.fromisoformat(query["to"][0]) - datetime.fromisoformat(query["from"][0])
    assert (query["find"], round(length.total_seconds() / 60)) == (["catalogue"], 15)
    dashboard.keyboard.press("-")
    expect(dashboard).not_to_have_url(re.compile(re.escape(query["from"][0][:19]).replace(":", "%3A")))


def test_keys_move_between_pages_and_rows_and_can_be_switched_off(dashboard: Page):
    dashboard.keyboard.press("j")
    dashboard.keyboard.press("j")
    expect(dashboard.get_by_role("link", name="daily-summary")).to_be_focused()
    dashboard.keyboard.press("?")
    dashboard.get_by_label("Use these keys").uncheck()
    dashboard.get_by_role("button", name="Close").click()
    dashboard.keyboard.press("t")
    expect(dashboard.get_by_role("heading", level=1)).to_have_text("Overview")
    dashboard.get_by_role("button", name="Keyboard").click()
    dashboard.get_by_label("Use these keys").check()
    dashboard.get_by_role("button", name="Close").click()
    dashboard.keyboard.press("t")
    expect(dashboard.get_by_role("heading", level=1)).to_have_text("Timeline")


def test_an_app_is_restarted_and_shows_what_it_writes(dashboard: Page):
    go(dashboard, "/apps/api")
    dashboard.get_by_role("button", name="Restart").click()

    expect(dashboard.locator("#said")).to_have_text("It restarts.")
    expect(dashboard.get_by_role("log")).to_contain_text("gunicorn")


def test_jobs_are_found_by_keyboard_and_the_words_stay_in_the_address(dashboard: Page):
    dashboard.keyboard.press("/")
    dashboard.keyboard.type("stock")

    expect(dashboard.locator("#job-stock-sync")).to_be_visible()
    expect(dashboard.locator("#job-thumbnails")).to_be_hidden()
    assert dashboard.url.endswith("/?find=stock")
    dashboard.keyboard.press("Control+A")
    dashboard.keyboard.type("nothing of that name")
    expect(dashboard.get_by_text("No job matches.")).to_be_visible()


def test_the_first_tab_offers_to_skip_what_every_page_has(dashboard: Page):
    dashboard.keyboard.press("Tab")
    expect(dashboard.get_by_role("link", name="Skip to content")).to_be_focused()
    dashboard.keyboard.press("Enter")
    dashboard.keyboard.press("Tab")

    assert dashboard.evaluate("document.activeElement.closest('main') !== null")


def test_updates_can_be_paused(dashboard: Page):
    dashboard.get_by_role("button", name="Pause updates").click()

    expect(dashboard.get_by_role("button", name="Resume updates")).to_have_attribute("aria-pressed", "true")
    assert dashboard.evaluate("source") is None


@pytest.mark.parametrize(("scheme", "rules"), [("light", "{}"), ("dark", "{runOnly: ['color-contrast']}")])
def test_no_page_has_a_fault_that_axe_finds(browser: Browser, address: str, scheme: str, rules: str):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 1000}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(SLOWLY)
    page.goto(address)
    found = {}
    for path in PAGES:
        go(page, path)
        page.add_script_tag(path=AXE)
        for fault in page.evaluate(f"axe.run({rules}).then(r => r.violations)"):
            found[path, fault["id"]] = [node["html"][:200] for node in fault["nodes"][:3]]
    context.close()

    assert found == {}


def test_no_page_scrolls_sideways_on_a_telephone(dashboard: Page):
    dashboard.set_viewport_size({"width": 360, "height": 700})
    widths = {}
    for path in PAGES:
        go(dashboard, path)
        widths[path] = dashboard.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(PAGES, 360)


def test_nothing_is_asked_of_another_host_and_nothing_is_complained_of(dashboard: Page):
    asked: set[str] = set()
    complaints: list[str] = []
    dashboard.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    dashboard.on("pageerror", lambda error: complaints.append(str(error)))
    dashboard.on(
        "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
    )
    for path in PAGES:
        go(dashboard, path)

    assert asked == {urlsplit(dashboard.url).netloc}
    assert complaints == []
