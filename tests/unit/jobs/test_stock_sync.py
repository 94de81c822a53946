"""The products table follows the supplier's feed."""

from __future__ import annotations

import io
import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from stock_sync.__main__ import main, sync
from stock_sync.changes import partition
from stock_sync.feed import Feed, FeedError, FeedProduct, load, parse
from stock_sync.tables import batches

NOW = datetime(2026, 11, 24, 6, 15, tzinfo=UTC)
HEADER = "sku,name,brand,price,stock,updated\n"
MERIDIAN = "AUR-101,Meridian 39,Aurelan,2890.00,7,2026-11-24T05:30:00Z\n"
DIVER = "HAL-300,Diver 300,Halden & Sohn,1980.00,12,2026-11-24T05:30:00Z\n"


@pytest.fixture
def run(products, movements, tmp_path: Path):
    """Syncs the given feed text; answers what was printed, without the time it took."""

    def run(text: str, now: datetime = NOW) -> tuple[list[str], str]:
        feed = tmp_path / "feed.csv"
        feed.write_text(text, "utf-8")
        out, err = io.StringIO(), io.StringIO()
        sync(str(feed), products, movements, now=now, out=out, err=err)
        return re.sub(r" in \d+\.\d\d s", "", out.getvalue()).splitlines(), err.getvalue()

    return run


def test_first_run_fills_the_empty_tables(run, products, movements):
    printed, complaints = run(HEADER + MERIDIAN)

    assert printed == ["AUR-101 Meridian 39: new, 7 in stock", "0 updated, 1 new, 0 unchanged"]
    assert complaints == ""
    assert products.rows == {
        ("aurelan", "AUR-101"): {
            "PartitionKey": "aurelan",
            "RowKey": "AUR-101",
            "name": "Meridian 39",
            "brand": "Aurelan",
            "price_cents": 289000,
            "stock": 7,
            "updated": "2026-11-24T05:30:00Z",
            "discontinued": False,
            "synced": "2026-11-24T06:15:00+00:00",
        }
    }
    assert movements.rows == {
        ("2026-11-24", "AUR-101_20261124053000_0_7"): {
            "PartitionKey": "2026-11-24",
            "RowKey": "AUR-101_20261124053000_0_7",
            "sku": "AUR-101",
            "name": "Meridian 39",
            "brand": "Aurelan",
            "before": 0,
            "after": 7,
            "change": 7,
            "reason": "new",
            "at": "2026-11-24T06:15:00.000000+00:00",
        }
    }


def test_second_run_of_the_same_feed_writes_nothing(run, products, movements):
    run(HEADER + MERIDIAN + DIVER)
    products.transactions.clear()
    movements.transactions.clear()

    printed, _ = run(HEADER + MERIDIAN + DIVER)

    assert printed == ["0 updated, 0 new, 2 unchanged"]
    assert (products.transactions, movements.transactions) == ([], [])


def test_only_what_changed_is_written_and_told(run, products, movements):
    run(HEADER + MERIDIAN + DIVER)
    movements.rows.clear()

    printed, _ = run(HEADER + MERIDIAN.replace(",7,", ",5,").replace("2890", "2790") + DIVER)

    assert printed == [
        "AUR-101 Meridian 39: price 2890.00 → 2790.00, stock 7 → 5",
        "1 updated, 0 new, 1 unchanged",
    ]
    assert [(row["before"], row["after"], row["change"]) for row in movements.rows.values()] == [(7, 5, -2)]


def test_watch_that_left_the_feed_is_discontinued_once_and_comes_back(run, products):
    run(HEADER + MERIDIAN + DIVER)

    gone, _ = run(HEADER + DIVER)
    still_gone, _ = run(HEADER + DIVER)
    back, _ = run(HEADER + MERIDIAN + DIVER)

    assert gone == [
        "AUR-101 Meridian 39: no longer in the feed, discontinued",
        "0 updated, 0 new, 1 discontinued, 1 unchanged",
    ]
    assert still_gone == ["0 updated, 0 new, 1 unchanged"]
    assert back == ["AUR-101 Meridian 39: discontinued True → False", "1 updated, 0 new, 1 unchanged"]


def test_bad_row_is_named_and_its_watch_left_alone(run, products):
    run(HEADER + MERIDIAN + DIVER)

    printed, complaints = run(HEADER + MERIDIAN.replace("2890.00", "cheap") + DIVER)

    assert printed == ["0 updated, 0 new, 1 unchanged, 1 bad rows left out"]
    assert complaints == (
        "feed.csv:2: price 'cheap' is not valid; expected francs and centimes, for example 1290.00; "
        "the row was left out\n"
    )
    assert products.rows["aurelan", "AUR-101"]["discontinued"] is False


def test_run_that_died_between_the_tables_is_repaired_by_the_next(run, products, movements):
    run(HEADER + MERIDIAN)
    written = dict(movements.rows)
    products.rows.clear()  # the movements were written, the products were not

    run(HEADER + MERIDIAN, now=NOW.replace(minute=30))

    assert movements.rows.keys() == written.keys()
    assert len(products.rows) == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "aur 1,A,B,1.00,1,2026-11-24",
            "sku 'aur 1' is not valid; expected capitals, digits and hyphens, such as AUR-101",
        ),
        ("A-1,,B,1.00,1,2026-11-24", "name '' is not valid; expected 1 to 120 printable characters"),
        ("A-1,A,B,0,1,2026-11-24", "price '0' is not valid; expected francs and centimes, for example 1290.00"),
        ("A-1,A,B,NaN,1,2026-11-24", "price 'NaN' is not valid; expected francs and centimes, for example 1290.00"),
        ("A-1,A,B,1.005,1,2026-11-24", "price '1.005' is not valid; expected francs and centimes, for example 1290.00"),
        ("A-1,A,B,1.00,-1,2026-11-24", "stock '-1' is not valid; expected a whole number from 0"),
        ("A-1,A,B,1.00,1,today", "updated 'today' is not valid; expected a time such as 2026-11-24T05:30:00Z"),
        ("A-1,A,B,1.00,1,2026-11-24,x", "has more fields than the header; put texts with commas in quotes"),
        ("A-1,A,B", "price '' is not valid; expected francs and centimes, for example 1290.00"),
        ("HAL-300,A,B,1,1,2026-11-24", "sku 'HAL-300' stands on an earlier line already; expected one line a watch"),
    ],
)
def test_each_kind_of_bad_row_says_what_would_be_right(row: str, problem: str):
    feed = parse(HEADER + DIVER + row + "\n", "feed.csv")

    assert feed.problems == (f"feed.csv:3: {problem}",)
    assert [product.sku for product in feed.products] == ["HAL-300"]


def test_line_number_counts_lines_within_quotes():
    feed = parse(HEADER + 'A-1,"two\nlines",B,1.00,1,2026-11-24\n' + DIVER, "feed.csv")

    assert feed.problems[0].startswith("feed.csv:3: name 'two\\nlines' is not valid")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sku,name\n",
            "feed.csv:1: lacks the column brand, price, stock, updated; expected sku,name,brand,price,stock,updated",
        ),
        (
            "",
            f"feed.csv:1: lacks the column sku, name, brand, price, stock, updated; expected {HEADER.strip()}",
        ),
        (HEADER, "feed.csv: holds no rows; nothing was changed"),
        (
            HEADER + "A-1,A,B,1.00,x,2026-11-24\n",
            (
                "feed.csv: holds no good row, the first problem: feed.csv:2: stock 'x' is not valid; "
                "expected a whole number from 0; nothing was changed"
            ),
        ),
    ],
)
def test_feed_without_a_good_row_changes_nothing(text: str, message: str):
    """Else an empty download would discontinue every watch."""
    with pytest.raises(FeedError) as caught:
        parse(text, "feed.csv")

    assert str(caught.value) == message


def test_shipped_feed_is_good():
    feed = load("feed.csv")

    assert (len(feed.products), feed.problems) == (12, ())


def test_feed_of_an_excel_user_is_read(tmp_path: Path):
    path = tmp_path / "feed.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (HEADER + MERIDIAN).replace("\n", "\r\n").encode())

    assert load(str(path)) == Feed(
        (FeedProduct("AUR-101", "Meridian 39", "Aurelan", 289000, 7, "2026-11-24T05:30:00Z"),), (), frozenset()
    )


@pytest.fixture
def supplier():
    """A supplier's server: `/feed.csv` answers, everything else is missing."""

    class Supplier(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/feed.csv"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write((HEADER + MERIDIAN).encode() if found else b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Supplier)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_feed_may_be_an_address(supplier: str):
    assert [product.sku for product in load(f"{supplier}/feed.csv").products] == ["AUR-101"]


@pytest.mark.parametrize("source", ["missing.csv", "ftp://supplier.example/feed.csv"])
def test_feed_that_cannot_be_read_says_what_to_set(source: str):
    with pytest.raises(FeedError, match=r"cannot be read \(.*\); set FEED to a CSV file or an http\(s\) address"):
        load(source)


def test_address_that_answers_with_an_error_is_not_read(supplier: str):
    with pytest.raises(FeedError, match="HTTP Error 404"):
        load(f"{supplier}/other.csv")


def test_rows_are_written_in_transactions_of_one_partition_and_a_hundred_rows():
    rows = [{"PartitionKey": name, "RowKey": str(number)} for number in range(130) for name in ("b", "a")]

    sizes = [(batch[0]["PartitionKey"], len(batch)) for batch in batches(rows)]

    assert sizes == [("a", 100), ("a", 30), ("b", 100), ("b", 30)]


@pytest.mark.parametrize(
    ("brand", "key"), [("Halden & Sohn", "halden-sohn"), ("Königsuhr/2", "konigsuhr-2"), ("时计", "other")]
)
def test_partition_is_what_a_table_key_may_be(brand: str, key: str):
    assert partition(brand) == key


def test_missing_setting_is_one_line(capsys: pytest.CaptureFixture[str]):
    assert main({}) == 1
    assert capsys.readouterr().err == (
        "TABLE_PRODUCTS_URL: is not set; it is when job.yaml names the table under `uses`\n"
    )
