"""A file that an older orogxo wrote keeps all of its rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.model import Fulfilment, JournalEntry, Pause, State
from orogxo.storage import SQLiteStore, chain, codec
from orogxo.storage._sqlite_schema import migrations, statements
from orogxo.testing.store_contract.base import NOW, command, entry, fulfilment, full_fulfilment, item

FULFILMENTS = [
    evolve(full_fulfilment(lines=2), order_id="10", version=3),
    fulfilment("9", version=1, state=State.READY),
    fulfilment("8", version=2),
]
ENTRY = chain.seal(entry(), None)
PAUSE = Pause("gxo", NOW, "503")


def row_of(one: Fulfilment) -> tuple[object, ...]:
    po_number = codec.searchable(one.po_number)
    return one.order_id, one.version, one.state.value, one.identifier, po_number, codec.encode(one)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with the first schema, and a row in each of its tables."""
    path = tmp_path / "orogxo.db"
    at, waiting = codec.instant(NOW), command()
    rows = {
        "fulfilments": [row_of(one) for one in FULFILMENTS],
        "tracking_numbers": [("10", "1Z-SHOWN")],
        "commands": [(waiting.key, "submit", "7", at, "pending", "", codec.encode(waiting))],
        "journal": [("7", 1, codec.encode(ENTRY))],
        "exceptions": [("e1", "7", at, 1, codec.encode(item()))],
        "cursors": [("orders", "41")],
        "inbox": [("945:1", at)],
        "pauses": [("gxo", codec.encode(PAUSE))],
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements(migrations()[1]):
            connection.execute(statement)
        for table, values in rows.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(values[0]))})", values)
        connection.execute("PRAGMA user_version = 1")
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        assert tables == rows.keys()
    return path


def test_all_rows_are_kept(path: Path) -> None:
    with closing(SQLiteStore(path)) as store, store.transaction() as tx:
        assert [tx.fulfilment(one.order_id) for one in FULFILMENTS] == FULFILMENTS
        assert list(tx.find("1Z-SHOWN")) == [FULFILMENTS[0]]
        assert list(tx.in_state([State.READY])) == [FULFILMENTS[1]]
        assert list(tx.pending("7")) == [command()]
        journal: list[JournalEntry] = list(tx.journal("7"))
        assert journal == [ENTRY]
        assert not chain.verify([*journal, tx.record(entry())])
        assert list(tx.exceptions()) == [item()]
        assert tx.cursor("orders") == "41"
        assert not tx.first_sight("945:1", now=NOW)
        assert tx.paused("gxo", now=NOW.replace(year=2025)) == PAUSE


def test_every_old_fulfilment_has_a_number(path: Path) -> None:
    """So that its claims are made; the next save goes on from there, after a second opening too."""
    with closing(SQLiteStore(path)) as store, store.transaction() as tx:
        changed = list(tx.fulfilments_changed(0, 9))
        assert [one for _, one in changed] == FULFILMENTS
        assert [number for number, _ in changed] == [1, 2, 3]
    with closing(SQLiteStore(path)) as store, store.transaction() as tx:
        tx.save(FULFILMENTS[1])
        assert [(number, one.order_id) for number, one in tx.fulfilments_changed(3, 9)] == [(4, "9")]
        assert len(tx.fulfilments_changed(0, 9)) == 3


def test_stock_begins_empty(path: Path) -> None:
    with closing(SQLiteStore(path)) as store, store.transaction() as tx:
        assert tx.snapshots() == (None, None)
        assert tx.count_due() == (0, None)
        assert tx.count_levels() == 0
