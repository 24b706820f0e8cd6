"""Stock in SQLite: exact columns, indexes, few statements, constant memory, and workers that die."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from orogxo.errors import StoreError
from orogxo.model import Claim, InventoryLevel, OrderNews, StockDoubt, StockRow
from orogxo.ports import Store, Transaction
from orogxo.storage import (
    MemoryStore,
    SQLiteStore,
    _sqlite_claims,
    _sqlite_due,
    _sqlite_figures,
    _sqlite_levels,
)
from orogxo.storage._sqlite_rows import SQLiteTransaction
from orogxo.testing.store_contract.base import NOW
from orogxo.testing.store_contract.stock_base import mark, movement, row, snapshot

MANY = [f"SKU-{number:05}" for number in range(2400)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orogxo.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(path)
    yield store
    store.close()


@pytest.fixture
def raw(store: SQLiteStore, path: Path) -> Iterator[sqlite3.Connection]:
    """A connection behind the back of the store."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    connection.create_function("exact_sum", 2, lambda one, other: one + other)
    yield connection
    connection.close()


def test_no_column_can_hold_a_float(raw: sqlite3.Connection) -> None:
    sql = """SELECT t.name, c.type FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
        WHERE t.name LIKE 'stock_%'"""
    found = raw.execute(sql).fetchall()
    assert len({name for name, _ in found}) == 17
    assert {kind for _, kind in found} == {"TEXT", "INTEGER"}


def test_amounts_have_one_form(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    with store.transaction() as tx:
        tx.stage(
            "S-1", [row("A", "0.50"), row("B", "1E+2"), row("C", "-0"), row("D", "2/6"), row("D", "1/6")]
        )
        tx.put_levels([InventoryLevel("1", "A", "each", Fraction(24, 2), NOW)])
    amounts = raw.execute("SELECT amount FROM stock_figures_staged ORDER BY sku").fetchall()
    assert amounts == [("1/2",), ("100",), ("0",), ("1/2",)]
    assert raw.execute("SELECT quantity FROM stock_levels").fetchall() == [("12",)]


@pytest.mark.parametrize(
    ("sql", "plan"),
    [
        (_sqlite_figures.FIGURES, "SEARCH stock_figures USING PRIMARY KEY (sku=?)"),
        (_sqlite_figures.FIGURES_BEFORE, "SEARCH stock_figures_before USING PRIMARY KEY (sku=?)"),
        (_sqlite_figures.NEW_OR_OTHER, "SEARCH old USING PRIMARY KEY (sku=? AND status=?"),
        (_sqlite_figures.GONE, "SEARCH new USING PRIMARY KEY (sku=? AND status=?"),
        (_sqlite_figures.COUNT_GONE, "SEARCH old USING PRIMARY KEY (sku=? AND status=?"),
        (_sqlite_figures.COUNT_GONE, "SEARCH new USING PRIMARY KEY (sku=?)"),
        (_sqlite_figures.APPLY[0], "SEARCH old USING PRIMARY KEY (sku=?)"),
        (_sqlite_figures.APPLY[2], "SEARCH new USING PRIMARY KEY (sku=?)"),
        (_sqlite_figures.TOUCHED, "stock_movements_by_earliest (earliest<?)"),
        (_sqlite_figures.TOUCHED, "stock_doubts_by_time (at<?)"),
        (_sqlite_figures.KNOWN_IDS, "SEARCH stock_movements USING PRIMARY KEY (site=? AND id=?)"),
        (_sqlite_figures.MOVEMENTS, "stock_movements_of_sku (sku=?)"),
        (_sqlite_figures.MOVED, "stock_movements_of_sku (sku>?)"),
        (_sqlite_figures.DOUBTS, "SEARCH stock_doubts USING PRIMARY KEY (sku=?)"),
        (_sqlite_claims.SAVED, "fulfilments_by_save (save_number>?)"),
        (_sqlite_claims.CLAIMS_OF, "SEARCH stock_claims USING PRIMARY KEY (order_id=?)"),
        (_sqlite_claims.CLAIMS_ON, "stock_claims_on_sku (sku=?)"),
        (_sqlite_claims.DROP_NEWS, "stock_claims_known (known_since<?)"),
        (_sqlite_claims.DROP_NEWS, "stock_claims_by_ref (ref=?)"),
        (_sqlite_claims.DROP_CLAIMS, "stock_claims_known (known_since<?)"),
        (_sqlite_claims.DROP_STRAY_NEWS, "stock_news_by_time (at<?)"),
        (_sqlite_claims.KNOWN_NEWS, "SEARCH stock_news USING PRIMARY KEY (id=?)"),
        (_sqlite_claims.NEWS, "stock_news_of_order (ref=?)"),
        (_sqlite_claims.CLAIMED_BY, "stock_claims_by_ref (ref=?)"),
        (_sqlite_due.DUE, "SEARCH stock_due USING PRIMARY KEY (sku>?)"),
        (_sqlite_levels.LEVELS, "stock_levels_of_sku (sku=?)"),
        (_sqlite_levels.DEMAND, "SEARCH stock_demand USING PRIMARY KEY (sku=? AND since>?)"),
        (_sqlite_levels.CENSORED, "SEARCH stock_demand_censored USING PRIMARY KEY (sku=? AND since>?)"),
    ],
)
def test_queries_use_an_index(raw: sqlite3.Connection, sql: str, plan: str) -> None:
    bound = re.sub(":these|:found", "?, ?", sql)
    told = "\n".join(one[3] for one in raw.execute(f"EXPLAIN QUERY PLAN {bound}", ["1"] * bound.count("?")))
    assert plan in told
    walked = set(re.findall(r"SCAN (\S+)", told)) - {"stock_changed"}
    wholly = {
        _sqlite_figures.NEW_OR_OTHER: {"new"},
        _sqlite_figures.GONE: {"old"},
        _sqlite_figures.COUNT_GONE: {"stock_figures", "stock_figures_staged"},
    }
    assert walked <= wholly.get(sql, set())


class Counting:
    """A connection that counts what is asked of it; `executemany` is one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.calls = 0

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        self.calls += 1
        return self.connection.execute(*arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        self.calls += 1
        return self.connection.executemany(*arguments)


ORDER_IDS = [f"{number}" for number in range(2400)]
CLAIMS = {
    order_id: [Claim(order_id, "L1", sku, Fraction(1), f"R-{order_id}")]
    for order_id, sku in zip(ORDER_IDS, MANY, strict=True)
}


@pytest.mark.parametrize(
    "act",
    [
        lambda tx: tx.stage("S-2", [row(sku) for sku in MANY]),
        lambda tx: tx.take_over(mark(2, 2400), now=NOW),
        lambda tx: tx.figures(MANY),
        lambda tx: tx.figures_before(MANY),
        lambda tx: tx.add_movements([movement(sku, sku) for sku in MANY], now=NOW),
        lambda tx: tx.movements(MANY),
        lambda tx: tx.put_doubts([StockDoubt(sku, "LATE", "", NOW) for sku in MANY]),
        lambda tx: tx.doubts(MANY),
        lambda tx: tx.put_claims(CLAIMS, now=NOW),
        lambda tx: tx.claims(MANY),
        lambda tx: tx.drop_claims(NOW),
        lambda tx: tx.put_news(
            [OrderNews(name, f"R-{name}", "accepted", NOW) for name in ORDER_IDS], now=NOW
        ),
        lambda tx: tx.news([f"R-{name}" for name in ORDER_IDS]),
        lambda tx: tx.put_levels([InventoryLevel(sku, sku, "each", Fraction(1), NOW) for sku in MANY]),
        lambda tx: tx.levels(MANY),
        lambda tx: tx.fall_due(MANY, now=NOW, why=""),
        lambda tx: tx.settle(tx.due("", 2400)),
        lambda tx: tx.add_demand(NOW, dict.fromkeys(MANY, Fraction(0))),
        lambda tx: tx.demand(MANY, NOW),
        lambda tx: tx.mark_censored(NOW, MANY),
        lambda tx: tx.censored(MANY, NOW),
    ],
)
def test_no_statement_for_each_sku(store: SQLiteStore, act: Any) -> None:
    snapshot(store, 1, *(row(sku, 7) for sku in MANY))
    with store.transaction() as tx:
        tx.stage("S-2", [row(sku) for sku in MANY])
        tx.put_claims(CLAIMS | {"7": []}, now=NOW)
    with store.transaction():
        counting: Any = Counting(store._live())
        act(SQLiteTransaction(counting, "counted"))
    assert 0 < counting.calls <= 25


def test_staging_holds_few_rows_at_a_time(store: SQLiteStore) -> None:
    alive, most, refs = 0, 0, []

    def gone(_: object) -> None:
        nonlocal alive
        alive -= 1

    def read() -> Iterator[StockRow]:
        nonlocal alive, most
        for sku in MANY * 3:
            one = row(sku)
            refs.append(weakref.ref(one, gone))
            alive += 1
            most = max(most, alive)
            yield one

    with store.transaction() as tx:
        tx.stage("S-1", read())
        assert tx.staged("S-1") == 3 * len(MANY)
    assert most < 10


def test_damaged_figure_is_named(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    snapshot(store, 1, row())
    raw.execute("UPDATE stock_figures SET amount = '10.0'")
    with pytest.raises(StoreError, match="stored StockRow WIDGET cannot be read"), store.transaction() as tx:
        tx.figures(["WIDGET"])


def test_sum_with_a_damaged_figure_keeps_nothing(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    with store.transaction() as tx:
        tx.stage("S-1", [row()])
    raw.execute("UPDATE stock_figures_staged SET amount = '10.0'")
    with pytest.raises(StoreError, match="function raised exception"), store.transaction() as tx:
        tx.stage("S-1", [row(lot="L1"), row()])
    assert raw.execute("SELECT sku FROM stock_figures_staged").fetchall() == [("WIDGET",)]


DIE = """
import os, signal, sys
from orogxo.storage import SQLiteStore
from orogxo.testing.store_contract.stock_base import row
def rows():
    yield row("B")
    yield from (row(f"C-{number}") for number in range(5000))
    os.kill(os.getpid(), signal.SIGKILL)
store = SQLiteStore(sys.argv[1])
with store.transaction() as tx:
    tx.stage("S-1", [row("A")], page="1")
with store.transaction() as tx:
    tx.stage("S-1", rows(), page="2")
"""


def test_worker_that_died_between_two_pages_counts_once(store: SQLiteStore, path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", DIE, path], check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    with store.transaction() as tx:
        assert tx.staged("S-1") == 1
        tx.stage("S-1", [row("A")], page="1")
        tx.stage("S-1", [row("B")], page="2")
        assert tx.take_over(mark(1, 2), now=NOW) == 2
        assert tx.figures(["A", "B"]) == {"A": (row("A"),), "B": (row("B"),)}


@pytest.fixture(params=["memory", "file"])
def shared(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    store: Store = MemoryStore() if request.param == "memory" else SQLiteStore(path)
    yield store
    store.close()


def test_workers_that_read_the_same_feeds_in_turn(shared: Store) -> None:
    """Every page, movement and news that four threads all bring counts once."""
    new: list[int] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for page in range(20):
                with shared.transaction() as tx:
                    tx.stage("S-1", [row(f"{page}"), row("ALL", 1)], page=f"{page}")
                    moved = [movement(f"{page}-{number}") for number in range(5)]
                    new.append(tx.add_movements(moved, now=NOW))
                    new.append(tx.put_news([OrderNews(f"{page}", "R", "accepted", NOW)], now=NOW))
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sum(new) == 20 * 6
    with shared.transaction() as tx:
        assert tx.staged("S-1") == 40
        assert tx.take_over(mark(1, 40), now=NOW) == 22
        assert tx.figures(["ALL"]) == {"ALL": (row("ALL", 20),)}
        assert len(tx.movements(["WIDGET"])["WIDGET"]) == 100


def test_slower_worker_settles_nothing_of_the_faster(shared: Store) -> None:
    """Both look at the same due SKU; what falls due in between stays due for both."""

    def settle(tx: Transaction, seen: Any) -> None:
        tx.settle(seen)

    with shared.transaction() as tx:
        tx.fall_due(["A"], now=NOW, why="")
        mine = theirs = tx.due("", 9)
    with shared.transaction() as tx:
        settle(tx, mine)
        tx.fall_due(["A"], now=NOW, why="again")
    with shared.transaction() as tx:
        settle(tx, theirs)
        assert [one.why for one in tx.due("", 9)] == ["again"]
