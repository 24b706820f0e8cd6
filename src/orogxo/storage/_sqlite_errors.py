"""What SQLite's errors mean to the people who have to act on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from orogxo.errors import Disposition, StoreError

_BUSY = (
    "STORE_BUSY",
    Disposition.RETRY,
    "another process held the database for longer than the busy timeout; nothing was changed, try again",
)
_DAMAGED = (
    "STORE_DAMAGED",
    Disposition.FATAL,
    "the file is damaged or is no SQLite database; stop all workers and restore a backup",
)
_UNREACHABLE = (
    "STORE_UNREACHABLE",
    Disposition.FATAL,
    "the file cannot be opened or written; check the path and the permissions of the file and its folder",
)
_MEANINGS = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _UNREACHABLE,
    sqlite3.SQLITE_READONLY: _UNREACHABLE,
    sqlite3.SQLITE_PERM: _UNREACHABLE,
    sqlite3.SQLITE_AUTH: _UNREACHABLE,
    sqlite3.SQLITE_FULL: (
        "STORE_FULL",
        Disposition.RETRY,
        "the disk is full; the transaction was not kept, free some space",
    ),
    sqlite3.SQLITE_IOERR: (
        "STORE_IO",
        Disposition.RETRY,
        "the disk failed to read or write; the transaction was not kept, look at the disk",
    ),
}
_OTHER = ("STORE", Disposition.RETRY, "SQLite could not do this; the transaction was not kept")


@contextmanager
def explained(database: str) -> Iterator[None]:
    """Turns errors of SQLite and the file system into StoreError: what happened to `database`, what to do."""
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code (sqlite.org/rescode.html); Python's own complaints carry none.
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise _store_error(_MEANINGS.get(primary, _OTHER), error, database) from error
    except OSError as error:
        raise _store_error(_UNREACHABLE, error, database) from error


def _store_error(meaning: tuple[str, Disposition, str], error: Exception, database: str) -> StoreError:
    code, disposition, sentence = meaning
    return StoreError(
        f"{sentence} ({type(error).__name__}: {error})",
        code=code,
        disposition=disposition,
        context={"database": database},
    )
