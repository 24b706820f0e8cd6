"""The tables of the SQLite store: append-only where they must be, in step with the records, and indexed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from orogxo.errors import StoreError
from orogxo.model import Package, Shipment, State
from orogxo.storage import SQLiteStore
from orogxo.storage._sqlite_rows import CLAIM, FIND, PENDING, exceptions_where, in_states
from orogxo.testing.store_contract.base import NOW, command, entry, fulfilment, item


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orogxo.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(path, busy_timeout=0)
    yield store
    store.close()


@pytest.fixture
def raw(store: SQLiteStore, path: Path) -> Iterator[sqlite3.Connection]:
    """A connection behind the back of the store."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET body = '{}'",
        "UPDATE journal SET seq = seq WHERE 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 2",
        "INSERT OR REPLACE INTO journal (subject, seq, body) VALUES ('7', 1, '{}')",
        "REPLACE INTO journal (subject, seq, body) VALUES ('7', 2, '{}')",
        "INSERT INTO journal (subject, seq, body) VALUES ('7', 2, '') ON CONFLICT DO UPDATE SET body = ''",
        "INSERT INTO journal (subject, seq, body) VALUES ('7', 4, '{}')",
        "INSERT INTO journal (subject, seq, body) VALUES ('8', 2, '{}')",
    ],
)
def test_journal_refuses_whatever_is_no_append(store: SQLiteStore, raw: sqlite3.Connection, sql: str) -> None:
    with store.transaction() as tx:
        story = [tx.record(entry("one")), tx.record(entry("two"))]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(sql)
    with store.transaction() as tx:
        assert list(tx.journal("7")) == story


def test_columns_follow_the_record(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    box = Shipment("S", "R", (), (Package("P", ("1Z", "2Z")),))
    with store.transaction() as tx:
        saved = tx.save(fulfilment(po_number="PO 1", shipments=(box,)))
        tx.save(fulfilment("7", version=saved.version, state=State.HELD, po_number="PO 2"))
        tx.put_exception(item(closed_at=NOW))
        tx.enqueue(command(not_before=NOW))
    rows = raw.execute("SELECT order_id, version, state, identifier, po_number FROM fulfilments").fetchall()
    assert rows == [("7", 2, "held", "ORD-7", "PO 2")]
    assert raw.execute("SELECT * FROM tracking_numbers").fetchall() == []
    assert raw.execute("SELECT is_open FROM exceptions").fetchall() == [(0,)]
    assert raw.execute("SELECT due_at FROM commands").fetchall() == [("2026-11-02T08:00:00.000000+00:00",)]


def test_damaged_record_is_named(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    with store.transaction() as tx:
        tx.save(fulfilment())
    raw.execute("UPDATE fulfilments SET body = '{}'")
    with pytest.raises(StoreError, match="stored Fulfilment 7 cannot be read"), store.transaction() as tx:
        tx.fulfilment("7")


def test_state_that_this_version_does_not_know_is_named(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    with store.transaction() as tx:
        tx.save(fulfilment())
    raw.execute("UPDATE fulfilments SET state = 'teleported'")
    with pytest.raises(StoreError, match="stored State cannot be read"), store.transaction() as tx:
        tx.counts()


@pytest.mark.parametrize(
    ("sql", "values", "index"),
    [
        (CLAIM, 3, "commands_waiting (kind=?)"),
        (PENDING, 1, "commands_of_order (order_id=?)"),
        (in_states(1), 3, "fulfilments_by_state (state=? AND order_id>?)"),
        (in_states(3), 7, "fulfilments_by_state (state=? AND order_id>?)"),
        (FIND, 4, "fulfilments_by_po_number (po_number=?)"),
        (FIND, 4, "tracking_numbers_by_number (number=?)"),
        (exceptions_where(of_subject=False, include_closed=False), 0, "exceptions_open"),
        (exceptions_where(of_subject=True, include_closed=True), 1, "exceptions_of_subject (subject=?)"),
    ],
)
def test_hot_queries_use_an_index(raw: sqlite3.Connection, sql: str, values: int, index: str) -> None:
    plan = "\n".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", ["1"] * values))
    assert f"INDEX {index}" in plan
    assert sql is FIND or "TEMP B-TREE" not in plan
    assert "SCAN fulfilments" not in plan
    assert "SCAN commands" not in plan
