"""What goes wrong with an SQLite file reaches people as a sentence, and nothing half-done is kept."""

from __future__ import annotations

import pickle
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orogxo.errors import Disposition, StoreError
from orogxo.model import State
from orogxo.storage import SQLiteStore
from orogxo.testing.store_contract.base import Stop, fulfilment, stop_after


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


def set_cursor(store: SQLiteStore, value: str) -> None:
    with store.transaction() as tx:
        tx.set_cursor("orders", value)


def cursor(store: SQLiteStore) -> str:
    with store.transaction() as tx:
        return tx.cursor("orders")


@pytest.mark.parametrize("where", [".", "no such folder/orogxo.db"])
def test_file_that_cannot_be_opened(tmp_path: Path, where: str) -> None:
    with pytest.raises(StoreError, match="check the path and the permissions") as caught:
        SQLiteStore(tmp_path / where)
    assert caught.value.code == "STORE_UNREACHABLE"
    assert caught.value.disposition is Disposition.FATAL
    assert caught.value.context == {"database": str(tmp_path / where)}


def test_folder_that_may_not_be_searched(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", forbidden)
    with pytest.raises(StoreError, match="Permission denied") as caught:
        SQLiteStore(path)
    assert caught.value.code == "STORE_UNREACHABLE"


def test_file_that_may_not_be_written(store: SQLiteStore) -> None:
    store._live().execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="cannot be opened or written"):
        set_cursor(store, "1")


def test_file_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 this is something else entirely" * 100)
    with pytest.raises(StoreError, match="damaged or is no SQLite database; stop all workers") as caught:
        SQLiteStore(path)
    assert (caught.value.code, caught.value.disposition) == ("STORE_DAMAGED", Disposition.FATAL)
    assert path.read_bytes().startswith(b"PK")


def test_damaged_pages(path: Path) -> None:
    store = SQLiteStore(path)
    with store.transaction() as tx:
        for number in range(200):
            tx.save(fulfilment(str(number), warehouse_state="x" * 500))
    store.close()
    pages = bytearray(path.read_bytes())
    half = len(pages) // 2
    pages[half:] = b"\xff" * (len(pages) - half)
    path.write_bytes(pages)
    store = SQLiteStore(path)
    with pytest.raises(StoreError) as caught, store.transaction() as tx:
        tx.in_state([State.NEW])
    store.close()
    assert caught.value.code == "STORE_DAMAGED"


def test_busy_database_is_tried_again_later(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="busy timeout") as caught:
        set_cursor(store, "1")
    assert (caught.value.code, caught.value.disposition) == ("STORE_BUSY", Disposition.RETRY)
    raw.execute("COMMIT")
    set_cursor(store, "2")
    assert cursor(store) == "2"


def test_thread_that_waits_too_long_is_told(store: SQLiteStore) -> None:
    caught: list[StoreError] = []

    def other() -> None:
        try:
            cursor(store)
        except StoreError as error:
            caught.append(error)

    with store.transaction():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert [error.code for error in caught] == ["STORE_BUSY"]


def set_cursor_and_fill(store: SQLiteStore, *, careless: bool = False) -> None:
    with store.transaction() as tx:
        tx.set_cursor("orders", "half")
        try:
            tx.save(fulfilment(warehouse_state="x" * 100_000))
        except StoreError:
            if not careless:
                raise
        with pytest.raises(StoreError, match="has ended"):
            tx.set_cursor("orders", "other half")


def test_full_disk_keeps_nothing(store: SQLiteStore) -> None:
    set_cursor(store, "before")
    pages = store._live().execute("PRAGMA page_count").fetchone()[0]
    store._live().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="disk is full") as caught:
        set_cursor_and_fill(store)
    assert caught.value.code == "STORE_FULL"
    assert cursor(store) == "before"


def test_failed_statement_ends_the_transaction_even_if_it_is_caught(store: SQLiteStore) -> None:
    """After an automatic roll-back the next statement would be committed alone."""
    store._live().execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="has ended"):
        set_cursor_and_fill(store, careless=True)
    assert cursor(store) == ""


def test_errors_can_travel_through_a_job_queue(store: SQLiteStore, raw: sqlite3.Connection) -> None:
    raw.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as caught:
        cursor(store)
    raw.execute("ROLLBACK")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.disposition is caught.value.disposition


def test_error_of_the_module_itself_is_a_store_error(store: SQLiteStore) -> None:
    """Python's own complaints carry no SQLite code."""
    store._live().close()
    with pytest.raises(StoreError, match="Cannot operate on a closed database"):
        cursor(store)


class Unrollable:
    """A connection whose roll-back fails."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self.real = real
        self.in_transaction = True

    def execute(self, sql: str) -> sqlite3.Cursor:
        if sql == "ROLLBACK":
            raise sqlite3.OperationalError("disk I/O error")
        return self.real.execute(sql)

    def close(self) -> None:
        self.real.close()


def test_store_that_cannot_roll_back_closes(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_connection", Unrollable(store._live()))
    with pytest.raises(Stop), store.transaction():
        stop_after()
    with pytest.raises(StoreError, match="closed"):
        cursor(store)
    again = SQLiteStore(path)
    assert cursor(again) == ""
    again.close()
