"""Opening an SQLite file: settings of the connection, and the schema brought up to date."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from orogxo.errors import SchemaOutdated
from orogxo.storage._stock_semantics import add as exact_sum

MEMORY = ":memory:"

_STRICT_SINCE = (3, 37)
_WAL_TRIES = 20


def connect(database: str, busy_timeout: float) -> sqlite3.Connection:
    """A connection that any thread may use in its turn; waits up to `busy_timeout` seconds for a lock."""
    fresh = database != MEMORY and not Path(database).exists()
    connection = sqlite3.connect(
        database, timeout=busy_timeout, isolation_level=None, check_same_thread=False
    )
    try:
        if fresh:
            # Names, addresses and phones will stand in it; -wal and -shm inherit the mode.
            Path(database).chmod(0o600)
        connection.execute("PRAGMA foreign_keys = ON")
        # A commit must survive a power cut: with NORMAL, WAL may lose the last ones, and an order whose
        # "sent" was forgotten is an order that could be shipped twice.
        connection.execute("PRAGMA synchronous = FULL")
        # 8 MB at most, instead of 2: a snapshot of stock has a million rows; more brings nothing (measured).
        connection.execute("PRAGMA cache_size = -8192")
        connection.create_function("exact_sum", 2, exact_sum, deterministic=True)
        _use_wal(connection)
        migrate(connection, database)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection, tries: int = _WAL_TRIES) -> None:
    """Readers (a console, a backup) then never wait for a writer. The mode stays with the file."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if tries == 1 or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        # Another process is switching the same new file, and SQLite does not wait for that: take the
        # write lock, for which it does wait, then look again.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        _use_wal(connection, tries - 1)


def migrate(connection: sqlite3.Connection, database: str) -> None:
    """Apply the numbered scripts that the file has not seen, all or none.

    Raises SchemaOutdated for a newer file. After an error the caller closes the connection: that rolls back.
    """
    scripts = migrations()
    newest = max(scripts)
    if _version(connection) == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Read again: another process may have migrated while this one waited for the lock.
    current = _version(connection)
    if current > newest:
        raise SchemaOutdated(
            f"the database has schema {current} and this orogxo knows schemas up to {newest}: "
            "install the orogxo that wrote it, or a newer one",
            context={"database": database},
        )
    for number in range(current + 1, newest + 1):
        for statement in statements(scripts[number]):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {newest}")
    connection.execute("COMMIT")


def migrations() -> dict[int, str]:
    """The scripts in `sql/sqlite` by number; `0001_initial.sql` is 1."""
    folder = resources.files("orogxo.storage") / "sql" / "sqlite"
    return {
        int(file.name[:4]): file.read_text("utf-8")
        for file in folder.iterdir()
        if re.fullmatch(r"[0-9]{4}_[a-z0-9_]+\.sql", file.name)
    }


def statements(script: str, *, library: tuple[int, ...] = sqlite3.sqlite_version_info) -> Iterator[str]:
    """The single statements of `script`, as the SQLite `library` of that version can run them."""
    # sqlite3's own executescript commits first, and the schema must change as one.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line if library >= _STRICT_SINCE else re.sub(r",? STRICT;$", ";", line)
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
