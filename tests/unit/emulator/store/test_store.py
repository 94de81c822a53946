"""The resource store."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.store import Record, Store, StoreError

RECORD = Record(
    id="/subscriptions/S/resourceGroups/Shop",
    token="azure-native:resources:ResourceGroup",
    urn="urn:pulumi:dev::p::azure-native:resources:ResourceGroup::shop",
    inputs={"resourceGroupName": "Shop", "tags": {"ä": "ö"}},
    outputs={"name": "Shop", "count": 1, "ratio": 0.5, "none": None},
    created="2026-01-01T00:00:00.000000Z",
    changed="2026-01-02T00:00:00.000000Z",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".oneplan" / "state.db")


def test_a_record_comes_back_whole_whatever_the_case_of_its_id(store):
    store.put(RECORD)

    assert store.get(RECORD.id.upper()) == RECORD
    assert store.get("/subscriptions/other") is None


def test_putting_again_replaces_and_deleting_twice_is_fine(store):
    changed = Record(**{**RECORD.__dict__, "outputs": {"name": "Shop2"}})

    store.put(RECORD)
    store.put(changed)
    assert store.all() == [changed]

    store.delete(RECORD.id.lower())
    store.delete(RECORD.id)
    assert store.all() == []


def test_all_filters_by_type_and_sorts_by_id(store):
    ids = ["/b", "/A", "/c"]
    for number, each in enumerate(ids):
        store.put(Record(id=each, token=f"t{number % 2}", urn="u"))

    assert [record.id for record in store.all()] == ["/A", "/b", "/c"]
    assert [record.id for record in store.all("t0")] == ["/b", "/c"]


def test_below_gives_the_deepest_first_and_no_neighbours(store):
    for each in ("/rg", "/rg/a", "/rg/a/b/c", "/rg2", "/rg-x/a", "/RG/Z"):
        store.put(Record(id=each, token="t", urn="u"))

    assert [record.id for record in store.below("/rg")] == ["/rg/a/b/c", "/RG/Z", "/rg/a"]


def test_the_file_is_its_owners_alone(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path):
    (tmp_path / "state.db").write_text("this is not a database, and long enough to be sure of it" * 20)

    with pytest.raises(StoreError, match=r"state\.db: damaged \(file is not a database\); .* `oneplan local reset`"):
        Store(tmp_path / "state.db")


def test_what_was_put_survives_a_kill(tmp_path):
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from emulator.store import Record, Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for number in range(20): store.put(Record(id=f'/r/{number:02}', token='t', urn='u'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "state.db"
    root = Path(__file__).parents[4]
    result = subprocess.run([sys.executable, "-c", program, str(path)], cwd=root, env=dict(os.environ), check=False)

    assert result.returncode == -signal.SIGKILL
    assert len(Store(path).all()) == 20


def test_damaged_content_is_told_in_one_line_without_the_content(store):
    store.put(RECORD)
    store.close()
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE resource SET inputs = CAST(x'7b22ff0a0bfe' AS TEXT)")

    with pytest.raises(StoreError) as caught:
        Store(store.path).all()

    assert str(caught.value) == (
        f"{store.path}: damaged (Could not decode to UTF-8 column 'inputs'); put it back from a copy,"
        " or run `oneplan local reset` to start afresh"
    )


def test_content_that_is_not_json_counts_as_damaged(store):
    store.put(RECORD)
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE resource SET outputs = '{'")

    with pytest.raises(StoreError, match=r"state\.db: damaged \(Expecting property name"):
        store.get(RECORD.id)
