"""What a person does on the storefront, in a real browser against the running stack."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shop(example) -> str:
    return str(example.app("storefront")["url"])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "watch.jpg"
    Image.new("RGB", (1600, 1200), "navy").save(file)
    return file


def test_the_catalogue_shows_watches_with_their_stock(page: Page, shop: str):
    page.goto(shop)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("a[href*='/products/']").first).to_be_visible()
    expect(page.get_by_text("in stock").first).to_be_visible()
    assert page.locator("a[href*='/products/']").count() >= 10


def test_a_chosen_photo_appears_in_three_sizes_without_a_reload(page: Page, shop: str, photo: Path):
    page.goto(shop)
    page.locator("a[href*='/products/']").first.click()
    page.set_input_files("input[type=file]", str(photo))
    page.get_by_role("button", name="Upload photo").click()

    expect(page.locator(".sizes img")).to_have_count(3, timeout=20_000)
    for image in page.locator(".sizes img").all():
        assert image.evaluate("i => i.decode().then(() => i.naturalWidth > 0)")
    expect(page.get_by_role("status")).to_have_text(re.compile("ready in three sizes"))


def test_something_that_is_no_photo_is_refused_with_a_reason(page: Page, shop: str, tmp_path: Path):
    text = tmp_path / "watch.jpg"
    text.write_text("not a picture")
    page.goto(shop)
    page.locator("a[href*='/products/']").first.click()
    page.set_input_files("input[type=file]", str(text))
    page.get_by_role("button", name="Upload photo").click()

    refusal = page.get_by_role("alert").filter(has_text="JPEG")
    expect(refusal).to_be_visible()
    assert "thumbs" not in page.url


def test_the_page_is_usable_on_a_telephone(page: Page, shop: str):
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(shop)

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
