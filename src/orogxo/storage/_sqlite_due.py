"""Which SKUs must be looked at, in SQLite: the one list that figures, claims and rows all add to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from orogxo.model import DueSku
from orogxo.storage import _stock_rows as stock
from orogxo.storage import codec
from orogxo.storage._sqlite_statements import SQLiteStatements

PUT_DUE = """
    INSERT INTO stock_due (sku, since, why, seq) VALUES (?, ?, ?, ?)
    ON CONFLICT (sku) DO UPDATE SET why = excluded.why, seq = excluded.seq"""
DUE_FROM = """
    INSERT INTO stock_due (sku, since, why, seq) SELECT sku, ?, ?, ? FROM (:found) WHERE sku <> ''
    ON CONFLICT (sku) DO UPDATE SET why = excluded.why, seq = excluded.seq"""
DUE = "SELECT sku, since, why, seq FROM stock_due WHERE sku > ? ORDER BY sku LIMIT ?"


class SQLiteDue(SQLiteStatements):
    """The part of `orogxo.ports.stock.LevelRows` that says what is due."""

    def fall_due(self, skus: Iterable[str], *, now: dt.datetime, why: str) -> None:
        since = codec.instant(now)
        with self._all_or_nothing():
            self._put_due((sku, since, why) for sku in skus)

    def due(self, after: str, limit: int) -> Sequence[DueSku]:
        return tuple(map(stock.due_sku, self._rows(DUE, after, max(limit, 0))))

    def count_due(self) -> tuple[int, dt.datetime | None]:
        [(count, oldest)] = self._rows("SELECT COUNT(*), MIN(since) FROM stock_due")
        return count, oldest and stock.moment(oldest)

    def settle(self, due: Sequence[DueSku]) -> None:
        self._run_many(
            "DELETE FROM stock_due WHERE sku = ? AND seq <= ?", [(one.sku, one.seq) for one in due]
        )

    def _put_due(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """(sku, since, why) each; "" is no SKU."""
        seq = self._next_seq()
        named = ((codec.key(sku), since, codec.searchable(why), seq) for sku, since, why in rows if sku)
        self._run_prepared(PUT_DUE, named)

    def _due_from(self, query: str, *values: object, since: str, why: str) -> int:
        """All SKUs that `query` finds, in one statement. How many they are."""
        named = since, codec.searchable(why), self._next_seq()
        return self._run(DUE_FROM.replace(":found", query), *named, *values)

    def _next_seq(self) -> int:
        self._run("UPDATE stock_due_count SET seq = seq + 1")
        [(seq,)] = self._rows("SELECT seq FROM stock_due_count")
        return int(seq)
