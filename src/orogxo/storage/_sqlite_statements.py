"""Running statements inside one transaction: values bound, errors explained, many rows in few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from orogxo.storage import codec, semantics
from orogxo.storage._sqlite_errors import explained
from orogxo.storage._stock_semantics import batches, distinct

T = TypeVar("T")

_MOST_NAMES = 500
"""Bound in one statement; the oldest SQLite libraries allow 999 values."""


class SQLiteStatements:
    """One open transaction.

    The first statement that fails ends it: SQLite may have rolled back by itself, and then whatever followed
    would be written on its own.
    """

    def __init__(self, connection: sqlite3.Connection, database: str) -> None:
        self._open: sqlite3.Connection | None = connection
        self._database = database

    def end(self) -> None:
        """Refuse any further use. Raises StoreError if a statement failed, whatever the caller made of it."""
        if self._open is None:
            raise semantics.ended()
        self._open = None

    def discard(self) -> None:
        """Refuse any further use."""
        self._open = None

    # statements

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        if self._open is None:
            raise semantics.ended()
        try:
            with explained(self._database):
                yield self._open
        except BaseException:
            self.discard()
            raise

    def _run(self, sql: str, *values: object) -> int:
        bound = _storable(values)
        with self._connection() as connection:
            return connection.execute(sql, bound).rowcount

    def _run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        bound = [_storable(row) for row in rows]
        with self._connection() as connection:
            connection.executemany(sql, bound)

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        bound = _storable(values)
        with self._connection() as connection:
            return connection.execute(sql, bound).fetchall()

    def _records(self, kind: type[T], sql: str, *values: object) -> tuple[T, ...]:
        return tuple(codec.decode(body, kind, row) for row, body in self._rows(sql, *values))

    def _record(self, kind: type[T], sql: str, *values: object) -> T | None:
        return next(iter(self._records(kind, sql, *values)), None)

    def _run_prepared(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Once for each of `rows`, whose texts were checked already; streams. How many there were."""
        count = 0
        for batch in batches(rows):
            with self._connection() as connection:
                connection.executemany(sql, batch)
            count += len(batch)
        return count

    def _rows_of(self, sql: str, names: Iterable[str], *values: object) -> Iterator[tuple[Any, ...]]:
        """What `sql` finds for `names`, a chunk at a time; `:these`, its last value, stands for them."""
        for chunk in batches(distinct(names), _MOST_NAMES):
            yield from self._rows(_these(sql, chunk), *values, *chunk)

    def _run_for(self, sql: str, names: Iterable[str], *values: object) -> None:
        """`sql` for `names`, as in `_rows_of`."""
        for chunk in batches(distinct(names), _MOST_NAMES):
            self._run(_these(sql, chunk), *values, *chunk)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """What is written inside stays only if nothing raises, although the transaction goes on."""
        self._run("SAVEPOINT one_call")
        try:
            yield
        except BaseException:
            if self._open is not None:
                self._run("ROLLBACK TO one_call")
                self._run("RELEASE one_call")
            raise
        self._run("RELEASE one_call")


def _these(sql: str, chunk: Sequence[str]) -> str:
    return sql.replace(":these", ", ".join("?" * len(chunk)))


def _storable(values: Iterable[object]) -> list[object]:
    return [codec.key(value) if isinstance(value, str) else value for value in values]
