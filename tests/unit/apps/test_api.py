"""The products API: what is in the table, as JSON, errors too."""

from __future__ import annotations

from typing import Any

import pytest


def row(sku: str, brand: str, **other: Any) -> dict[str, Any]:
    return {
        "PartitionKey": brand.lower(),
        "RowKey": sku,
        "name": "Diver",
        "brand": brand,
        "price_cents": 198005,
        "stock": 3,
        "updated": "2026-11-24T05:30:00Z",
        "discontinued": False,
        **other,
    }


DIVER = {
    "id": "HAL-300",
    "name": "Diver",
    "brand": "Halden",
    "price": "1980.05",
    "currency": "CHF",
    "stock": 3,
    "updated": "2026-11-24T05:30:00Z",
    "discontinued": False,
}


def test_empty_table_is_an_empty_list(api):
    answer = api.get("/products")

    assert (answer.status_code, answer.json) == (200, {"count": 0, "products": []})


def test_watches_on_sale_are_listed_by_brand(api, table):
    table.stored = [row("HAL-300", "Halden"), row("AUR-1", "Aurelan"), row("HAL-1", "Halden", discontinued=True)]

    answer = api.get("/products")

    assert [product["id"] for product in answer.json["products"]] == ["AUR-1", "HAL-300"]
    assert answer.json["products"][1] == DIVER
    assert answer.headers["Cache-Control"] == "no-store"


def test_one_watch_is_found_by_its_sku(api, table):
    table.stored = [row("HAL-300", "Halden")]

    assert api.get("/products/HAL-300").json == DIVER


def test_watch_that_changed_its_brand_is_the_one_on_sale(api, table):
    table.stored = [row("HAL-300", "Old", discontinued=True), row("HAL-300", "Halden")]

    assert api.get("/products/HAL-300").json["brand"] == "Halden"


@pytest.mark.parametrize("sku", ["HAL-999", "hal-300", "x'%20or%201%20eq%201"])
def test_unknown_watch_is_not_found(api, table, sku: str):
    table.stored = [row("HAL-300", "Halden")]

    answer = api.get(f"/products/{sku}")

    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "not_found"


def test_table_that_is_away_is_503_without_details(api, table):
    table.away = True

    answer = api.get("/products")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json == {
        "error": {"code": "unavailable", "message": "the products cannot be read right now; try again shortly"}
    }


def test_site_is_healthy_while_the_table_is_away(api, table):
    table.away = True

    assert api.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nothing", 404, "not_found"), ("POST", "/products", 405, "method_not_allowed")],
)
def test_other_errors_are_json_too(api, method: str, path: str, status: int, code: str):
    answer = api.open(path, method=method)

    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
