"""The default store: one SQLite file, by the standard library alone."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orogxo.errors import ConfigError, StoreError
from orogxo.ports import Transaction
from orogxo.storage import semantics
from orogxo.storage._sqlite_errors import explained
from orogxo.storage._sqlite_rows import SQLiteTransaction
from orogxo.storage._sqlite_schema import MEMORY, connect

_inherited: list[sqlite3.Connection] = []
"""Connections that a fork brought along. Even closing one in the child can damage the file
(sqlite.org/howtocorrupt.html, section 2.6), so they are kept from the garbage collector."""

_stores: weakref.WeakSet[SQLiteStore] = weakref.WeakSet()


class SQLiteStore:
    """Durable state in the file `path`, which is created if need be (":memory:" lasts as long as the store).

    Any number of threads, forked children and processes of one machine may use the file; keep it off network
    file systems, whose locks SQLite cannot trust. A transaction begins with the write lock (BEGIN
    IMMEDIATE), so what it reads cannot change before it writes; whoever waits longer than `busy_timeout`
    seconds gets a StoreError (STORE_BUSY).

    Threads take turns on one connection. A connection each would win nothing, since SQLite lets one writer
    in at a time, and would poll for its turn instead of sleeping until it comes.

    Raises ConfigError for an empty path, SchemaOutdated for a file of a newer orogxo, StoreError for one that
    cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str], *, busy_timeout: float = 30.0) -> None:
        self._database = os.fspath(path)
        if not self._database:
            # SQLite would take it for a temporary file and forget every order at the end.
            raise ConfigError("the path of the SQLite store is empty")
        if self._database != MEMORY:
            # The host may change its working directory, or fork, before the file is opened again.
            self._database = str(Path(self._database).absolute())
        self._busy_timeout = busy_timeout
        self._closed = False
        self._turn = threading.Lock()
        self._inside: int | None = None
        self._connection: sqlite3.Connection | None = None
        self._live()
        _stores.add(self)

    def _live(self) -> sqlite3.Connection:
        if self._connection is None:
            with explained(self._database):
                self._connection = connect(self._database, self._busy_timeout)
        return self._connection

    def __repr__(self) -> str:
        return f"SQLiteStore({self._database!r})"

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin; commits on a normal exit, rolls back on any exception.

        Raises StoreError: inside another transaction of the same thread (NESTED_TRANSACTION), once closed
        (STORE_CLOSED), and for whatever SQLite cannot do; then nothing was kept.
        """
        with self._my_turn():
            connection = self._live()
            with explained(self._database):
                connection.execute("BEGIN IMMEDIATE")
            rows = SQLiteTransaction(connection, self._database)
            try:
                yield rows
                self._commit(connection, rows)
            except BaseException:
                rows.discard()
                self._roll_back()
                raise

    def close(self) -> None:
        """Release the file. Raises StoreError inside a transaction of the same thread."""
        if not self._closed:
            with self._my_turn():
                self._shut()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._inside == threading.get_ident():
            raise semantics.nested()
        if not self._turn.acquire(timeout=self._busy_timeout):
            raise StoreError(
                "another thread held the store for longer than the busy timeout; try again",
                code="STORE_BUSY",
                context={"database": self._database},
            )
        turn = self._turn
        try:
            if self._closed:
                raise semantics.closed()
            self._inside = threading.get_ident()
            yield
        finally:
            self._inside = None
            turn.release()

    def _commit(self, connection: sqlite3.Connection, rows: SQLiteTransaction) -> None:
        if self._connection is not connection:
            # This is a child, forked inside the block: committing is for the parent.
            raise semantics.ended()
        rows.end()
        with explained(self._database):
            connection.execute("COMMIT")

    def _roll_back(self) -> None:
        # A full disk or a broken one makes SQLite roll back by itself; after a fork the parent decides.
        if self._connection is None or not self._connection.in_transaction:
            return
        try:
            self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            # Closing rolls back too. What this connection would see next is anybody's guess.
            self._shut()

    def _shut(self) -> None:
        self._closed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def leave_parent(self) -> None:
        """In a forked child (a pre-forking task queue): neither the connection nor the lock is ours."""
        if self._connection is not None:
            _inherited.append(self._connection)
            self._connection = None
        self._turn = threading.Lock()
        self._inside = None
        # A database in memory would come up empty here, while the parent goes on with its own.
        self._closed = self._closed or self._database == MEMORY


def _leave_parents() -> None:
    for store in list(_stores):
        store.leave_parent()


# In the child, before anything else runs there; systems that cannot fork have no such hook.
if hasattr(os, "register_at_fork"):  # pragma: no branch
    os.register_at_fork(after_in_child=_leave_parents)
