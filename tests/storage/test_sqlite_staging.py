"""A snapshot may come in any order of its SKUs: SQLite keeps, compares and sums the same figures."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from orogxo.errors import StoreError
from orogxo.model import StockRow
from orogxo.storage import SQLiteStore
from orogxo.testing.store_contract.base import NOW
from orogxo.testing.store_contract.stock_base import due, mark, row, settle, snapshot

MANY = [f"SKU-{number:05}" for number in range(5000)]
TABLES = ("stock_figures_staged", "stock_figures_unsorted")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orogxo.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(path)
    yield store
    store.close()


def kept(path: Path) -> tuple[int, ...]:
    """How many rows stand in order, and how many are to be sorted."""
    raw = sqlite3.connect(path)
    try:
        return tuple(raw.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in TABLES)
    finally:
        raw.close()


def stage(store: SQLiteStore, *pages: Sequence[StockRow]) -> None:
    for number, rows in enumerate(pages):
        with store.transaction() as tx:
            tx.stage("S-2", rows, page=str(number))


@pytest.mark.parametrize("order", ["sorted", "backwards", "shuffled", "pages swapped"])
def test_the_order_of_a_snapshot_changes_nothing(store: SQLiteStore, path: Path, order: str) -> None:
    snapshot(store, 1, *(row(sku) for sku in MANY))
    settle_all(store)
    new = [row(sku, 10 + (at % 50 == 0)) for at, sku in enumerate(MANY)]
    if order == "backwards":
        new.reverse()
    elif order == "shuffled":
        random.Random(7).shuffle(new)
    pages = [new[:2500], new[2500:]]
    if order == "pages swapped":
        pages.reverse()
    stage(store, *pages)
    in_order, unsorted = kept(path)
    assert in_order + unsorted == 5000
    assert (unsorted > 0) is (order != "sorted")
    with store.transaction() as tx:
        assert tx.staged("S-2") == 5000
        assert tx.take_over(mark(2, 5000), now=NOW) == 100
        assert due(tx) == MANY[::50]
        assert tx.figures(MANY) == {one.sku: (one,) for one in new}
    assert kept(path) == (0, 0)


def test_a_row_met_twice_adds_up_wherever_it_comes(store: SQLiteStore, path: Path) -> None:
    """In order, out of order, and once each way."""
    stage(
        store, [row("B", 1), row("B", 2), row("C", 4)], [row("A", 8), row("B", 16)], [row("A", 32), row("B")]
    )
    assert kept(path) == (2, 4)
    with store.transaction() as tx:
        assert tx.take_over(mark(2, 7), now=NOW) == 3
        found = {sku: rows[0].quantity.amount for sku, rows in tx.figures("ABC").items()}
    assert found == {"A": 40, "B": 29, "C": 4}


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("A1 B1", "A1", "B"),
        ("A1 B1", "A1 C1", "BC"),
        ("A1 B1", "A2 C1", "ABC"),
        ("A1 A1x B1", "A1 B1 C1", "AC"),
        ("A1 A1x", "A1 A1y", "A"),
        ("A1 B1", "A1 B1", ""),
        ("A1", "A1 B1 C1", "BC"),
        ("A1 B1 C1", "D1", "ABCD"),
    ],
)
def test_what_is_gone_is_told_whatever_came_instead(
    store: SQLiteStore, before: str, after: str, changed: str
) -> None:
    """As many rows may come as go: SKU, amount and lot of each."""

    def rows(told: str) -> list[StockRow]:
        return [row(one[0], int(one[1]), lot=one[2:]) for one in told.split()]

    snapshot(store, 1, *rows(before))
    settle(store)
    assert snapshot(store, 2, *rows(after)) == len(changed)
    with store.transaction() as tx:
        assert due(tx) == [*changed]
        assert [one for found in tx.figures("ABCD").values() for one in found] == rows(after)


def test_a_dropped_snapshot_leaves_no_unsorted_rows(store: SQLiteStore, path: Path) -> None:
    stage(store, [row("B"), row("A")])
    with store.transaction() as tx:
        tx.drop_stage()
    assert kept(path) == (0, 0)
    snapshot(store, 3, row("C"))
    with store.transaction() as tx:
        assert tx.figures("ABC") == {"C": (row("C"),)}


def test_another_snapshot_leaves_no_unsorted_rows(store: SQLiteStore, path: Path) -> None:
    stage(store, [row("B"), row("A")])
    snapshot(store, 3, row("C"))
    with store.transaction() as tx:
        assert tx.figures("ABC") == {"C": (row("C"),)}


def test_an_unsorted_row_that_cannot_be_added_changes_nothing(store: SQLiteStore, path: Path) -> None:
    snapshot(store, 1, row("A"))
    stage(store, [row("A", 1), row("B", 2)], [row("A", 4)])
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("UPDATE stock_figures_unsorted SET amount = '10.0'")
    raw.close()
    with pytest.raises(StoreError, match="function raised exception"), store.transaction() as tx:
        tx.take_over(mark(2, 3), now=NOW)
    with store.transaction() as tx:
        assert tx.figures(["A", "B"]) == {"A": (row("A"),)}
        assert tx.staged("S-2") == 3


def settle_all(store: SQLiteStore) -> None:
    for _ in range(5):
        settle(store)
