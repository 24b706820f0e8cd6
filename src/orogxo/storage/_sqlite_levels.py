"""What OroCommerce's rows showed, and how much was ordered of each SKU, in SQLite.

What each method promises is written in `orogxo.ports.stock`; the tables in `sql/sqlite/0002_stock.sql`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from orogxo.model import InventoryLevel
from orogxo.storage import _stock_rows as stock
from orogxo.storage import _stock_semantics as rules
from orogxo.storage import codec
from orogxo.storage._sqlite_due import SQLiteDue
from orogxo.storage._sqlite_statements import SQLiteStatements

PUT_LEVEL = """
    INSERT INTO stock_levels (id, sku, unit, quantity, read_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, unit = excluded.unit, quantity = excluded.quantity,
        read_at = excluded.read_at WHERE excluded.read_at >= read_at"""
LEVELS = "SELECT id, sku, unit, quantity, read_at FROM stock_levels WHERE sku IN (:these) ORDER BY sku, id"
PUT_DEMAND = """
    INSERT INTO stock_demand (sku, since, amount) VALUES (?, ?, ?)
    ON CONFLICT (sku, since) DO UPDATE SET amount = excluded.amount"""
DEMAND = """
    SELECT sku, since, amount FROM stock_demand WHERE since >= ? AND sku IN (:these) ORDER BY sku, since"""
MARK_CENSORED = (
    "INSERT INTO stock_demand_censored (sku, since) VALUES (?, ?) ON CONFLICT (sku, since) DO NOTHING"
)
CENSORED = """
    SELECT sku, since FROM stock_demand_censored WHERE since >= ? AND sku IN (:these) ORDER BY sku, since"""


class SQLiteLevels(SQLiteDue):
    """Implements `orogxo.ports.stock.LevelRows`, together with `SQLiteDue`."""

    def put_levels(self, levels: Iterable[InventoryLevel]) -> None:
        with self._all_or_nothing():
            self._run_prepared(PUT_LEVEL, map(stock.level_row, levels))

    def levels(self, skus: Collection[str]) -> Mapping[str, tuple[InventoryLevel, ...]]:
        return rules.grouped((row[1], stock.level(row)) for row in self._rows_of(LEVELS, skus))

    def count_levels(self) -> int:
        [(count,)] = self._rows("SELECT COUNT(*) FROM stock_levels")
        return int(count)


class SQLiteDemand(SQLiteStatements):
    """Implements `orogxo.ports.stock.DemandRows`."""

    def add_demand(self, window: dt.datetime, amounts: Mapping[str, Fraction]) -> None:
        since, texts = codec.instant(window), stock.amounts(amounts)
        some = [(sku, since, text) for sku, text in texts.items() if text != "0"]
        none = [sku for sku, text in texts.items() if text == "0"]
        self._run_prepared(PUT_DEMAND, some)
        self._run_for("DELETE FROM stock_demand WHERE since = ? AND sku IN (:these)", none, since)

    def demand(
        self, skus: Collection[str], since: dt.datetime
    ) -> Mapping[str, Mapping[dt.datetime, Fraction]]:
        rows = self._rows_of(DEMAND, skus, codec.instant(since))
        found = rules.grouped((sku, stock.window(row)) for sku, *row in rows)
        return {sku: dict(windows) for sku, windows in found.items()}

    def mark_censored(self, window: dt.datetime, skus: Collection[str]) -> None:
        since = codec.instant(window)
        self._run_prepared(MARK_CENSORED, ((sku, since) for sku in rules.distinct(skus)))

    def censored(self, skus: Collection[str], since: dt.datetime) -> Mapping[str, Collection[dt.datetime]]:
        rows = self._rows_of(CENSORED, skus, codec.instant(since))
        return rules.grouped((sku, stock.moment(window)) for sku, window in rows)

    def forget_demand(self, before: dt.datetime) -> None:
        first = codec.instant(before)
        self._run("DELETE FROM stock_demand WHERE since < ?", first)
        self._run("DELETE FROM stock_demand_censored WHERE since < ?", first)
