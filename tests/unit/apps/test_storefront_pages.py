"""What a visitor sees, also while a neighbour is away."""

from __future__ import annotations

import pytest
from shop.catalogue import Watch, api
from shop.drawing import watch_drawing

PHOTO = "20261124T061500-0badcafe"


def test_catalogue_shows_every_watch_with_price_and_stock(shop):
    page = shop.get("/").text

    assert "Altimeter GMT" in page
    assert "CHF 3’720.–" in page
    assert "4 in stock" in page
    assert "CHF 2’340.50" in page
    assert "Sold out" in page


def test_names_from_the_supplier_are_escaped(shop):
    page = shop.get("/").text

    assert "Diver &lt;Bronze&gt;" in page
    assert "<Bronze>" not in page


def test_catalogue_of_one_brand(shop):
    page = shop.get("/?brand=Kestrel").text

    assert "Altimeter GMT" in page
    assert "Diver" not in page


def test_watch_with_a_photo_shows_its_newest(shop, neighbours):
    neighbours.pictures = {
        "KES-011/20261101T000000-00000000/medium.webp": b"old",
        f"KES-011/{PHOTO}/medium.webp": b"new",
    }

    page = shop.get("/").text

    assert f'src="/thumbs/KES-011/{PHOTO}/medium.webp"' in page
    assert "20261101T000000" not in page


def test_empty_catalogue_says_that_it_is_being_filled(shop, neighbours):
    neighbours.products = []

    assert "The shelves are being filled" in shop.get("/").text


def test_unreachable_api_gives_a_notice_and_what_was_known(shop, neighbours):
    shop.get("/")
    neighbours.away.add("api")

    answer = shop.get("/")

    assert answer.status_code == 200
    assert "Prices and stock cannot be refreshed right now." in answer.text
    assert "Altimeter GMT" in answer.text
    assert len(neighbours.complaints) == 1


def test_api_that_never_answered_gives_a_notice(shop, neighbours):
    neighbours.away.add("api")

    catalogue, product = shop.get("/"), shop.get("/products/KES-011")

    for answer in (catalogue, product):
        assert answer.status_code == 200
        assert "Please look in again in a moment; we are reconnecting." in answer.text


def test_answer_of_the_api_that_makes_no_sense_counts_as_none(shop, neighbours):
    neighbours.products = [{"id": "../x", "name": "", "brand": "", "price": "1", "currency": "CHF", "stock": 1}]

    assert "we are reconnecting" in shop.get("/").text


def test_storage_that_is_away_costs_the_photos_only(shop, neighbours):
    neighbours.away.add("thumbs")

    page = shop.get("/").text

    assert "Altimeter GMT" in page
    assert 'aria-label="Drawing of the Kestrel Altimeter GMT"' in page


@pytest.mark.parametrize("path", ["/products/NO-1", "/products/..", "/nothing", "/products/x'y"])
def test_unknown_address_is_a_friendly_404(shop, path: str):
    answer = shop.get(path)

    assert answer.status_code == 404
    assert "Not found" in answer.text


def test_product_page_reloads_itself_without_script_while_sizes_are_made(shop, neighbours):
    neighbours.pictures = {f"KES-011/{PHOTO}/small.webp": b"s"}

    page = shop.get(f"/products/KES-011?photo={PHOTO}").text

    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert f'src="/thumbs/KES-011/{PHOTO}/small.webp"' in page
    assert page.count('class="waiting"') == 2


def test_product_page_with_all_sizes_says_so(shop, neighbours):
    neighbours.pictures = {f"KES-011/{PHOTO}/{size}.webp": b"x" for size in ("small", "medium", "large")}

    page = shop.get(f"/products/KES-011?photo={PHOTO}").text

    assert "Your photo is ready in three sizes." in page
    assert "http-equiv" not in page


def test_every_page_forbids_what_it_does_not_need(shop):
    headers = shop.get("/").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in shop.get("/").text


def test_site_is_healthy_while_all_neighbours_are_away(shop, neighbours):
    neighbours.away |= {"api", "thumbs", "queue", "photos"}

    assert shop.get("/healthz").json == {"status": "ok"}


def test_drawing_escapes_what_comes_from_the_feed():
    drawing = watch_drawing('A-1"><script>', '<b>"', "<script>alert(1)</script>")

    assert "<script>" not in drawing
    assert "<b>" not in drawing


@pytest.mark.parametrize(
    ("stock", "text", "level"), [(0, "Sold out", "none"), (2, "Only 2 left", "few"), (9, "9 in stock", "good")]
)
def test_stock_in_words(stock: int, text: str, level: str):
    watch = Watch("A-1", "A", "B", "1234567.00", "CHF", stock)

    assert (watch.stock_text, watch.stock_level, watch.price_text) == (text, level, "CHF 1’234’567.–")


def test_api_address_must_be_one():
    with pytest.raises(ValueError, match="API_URL: 'file:///etc' is not an address"):
        api("file:///etc")
