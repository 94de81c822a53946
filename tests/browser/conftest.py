"""A real browser, and the example that it visits: started once for all tests of this folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "chromium: not found; run `make test`, which installs it"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield made
    made.close()


@pytest.fixture(scope="package")
def example(
    tmp_path_factory: pytest.TempPathFactory, wheels: Path, example_in: Callable, eventually: Callable
) -> Iterator:
    """The example, up and with its catalogue filled; stopped at the end, whatever happened."""
    made = example_in(tmp_path_factory.mktemp("example"), wheels)
    try:
        made.oneplan("up")
        eventually(lambda: (made.job("stock-sync")["last_run"] or {}).get("status") == "Success", seconds=90)
        yield made
    finally:
        made.oneplan("local", "stop", code=None)
