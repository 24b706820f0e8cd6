"""What OroCommerce's rows showed, and how much was ordered of each SKU, in memory.

What each method promises is written in `orogxo.ports.stock`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from orogxo.model import InventoryLevel
from orogxo.storage import _stock_rows as stock
from orogxo.storage import _stock_semantics as rules
from orogxo.storage import codec
from orogxo.storage._memory_due import MemoryDue
from orogxo.storage._memory_tables import MemoryRows


class MemoryLevels(MemoryDue):
    """Implements `orogxo.ports.stock.LevelRows`, together with `MemoryDue`."""

    def put_levels(self, levels: Iterable[InventoryLevel]) -> None:
        with self._all_or_nothing():
            for level in levels:
                self._put_level(stock.level_row(level))

    def _put_level(self, row: tuple[str, ...]) -> None:
        tables, level_id, sku = self._stock, row[0], row[1]
        known = tables.levels.get(level_id)
        if known and known[4] > row[4]:
            return
        if known:
            self._put(tables.level_ids, known[1], tables.level_ids[known[1]] - {level_id})
        self._put(tables.level_ids, sku, tables.level_ids.get(sku, frozenset()) | {level_id})
        self._put(tables.levels, level_id, row)

    def levels(self, skus: Collection[str]) -> Mapping[str, tuple[InventoryLevel, ...]]:
        tables = self._stock
        ids = {sku: sorted(tables.level_ids.get(sku, ())) for sku in rules.distinct(skus)}
        return {
            sku: tuple(stock.level(tables.levels[level_id]) for level_id in found)
            for sku, found in ids.items()
            if found
        }

    def count_levels(self) -> int:
        return len(self._stock.levels)


class MemoryDemand(MemoryRows):
    """Implements `orogxo.ports.stock.DemandRows`."""

    def add_demand(self, window: dt.datetime, amounts: Mapping[str, Fraction]) -> None:
        since, rows = codec.instant(window), self._stock.demand
        for sku, text in stock.amounts(amounts).items():
            others = {key: amount for key, amount in rows.get(sku, {}).items() if key != since}
            self._put(rows, sku, others | ({since: text} if text != "0" else {}))

    def demand(
        self, skus: Collection[str], since: dt.datetime
    ) -> Mapping[str, Mapping[dt.datetime, Fraction]]:
        first, rows = codec.instant(since), self._stock.demand
        found = {
            sku: dict(stock.window(row) for row in sorted(rows.get(sku, {}).items()) if row[0] >= first)
            for sku in rules.distinct(skus)
        }
        return {sku: windows for sku, windows in found.items() if windows}

    def mark_censored(self, window: dt.datetime, skus: Collection[str]) -> None:
        since, rows = codec.instant(window), self._stock.censored
        for sku in rules.distinct(skus):
            self._put(rows, sku, rows.get(sku, frozenset()) | {since})

    def censored(self, skus: Collection[str], since: dt.datetime) -> Mapping[str, Collection[dt.datetime]]:
        first, rows = codec.instant(since), self._stock.censored
        found = {sku: sorted(rows.get(sku, ())) for sku in rules.distinct(skus)}
        kept = {
            sku: tuple(stock.moment(text) for text in texts if text >= first) for sku, texts in found.items()
        }
        return {sku: windows for sku, windows in kept.items() if windows}

    def forget_demand(self, before: dt.datetime) -> None:
        first, tables = codec.instant(before), self._stock
        for sku, windows in [*tables.demand.items()]:
            self._put(tables.demand, sku, {since: text for since, text in windows.items() if since >= first})
        for sku, marks in [*tables.censored.items()]:
            self._put(tables.censored, sku, frozenset(since for since in marks if since >= first))
