"""Which SKUs must be looked at, in memory: the one list that figures, claims and rows all add to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from orogxo.model import DueSku
from orogxo.storage import _stock_rows as stock
from orogxo.storage import codec
from orogxo.storage._memory_tables import MemoryRows


class MemoryDue(MemoryRows):
    """The part of `orogxo.ports.stock.LevelRows` that says what is due."""

    def fall_due(self, skus: Iterable[str], *, now: dt.datetime, why: str) -> None:
        since = codec.instant(now)
        with self._all_or_nothing():
            self._put_due((sku, since, why) for sku in skus)

    def due(self, after: str, limit: int) -> Sequence[DueSku]:
        rows = self._stock.due
        hits = sorted(sku for sku in rows if sku > after)
        return tuple(stock.due_sku((sku, *rows[sku])) for sku in hits[: max(limit, 0)])

    def count_due(self) -> tuple[int, dt.datetime | None]:
        ages = [since for since, _, _ in self._stock.due.values()]
        return len(ages), stock.moment(min(ages)) if ages else None

    def settle(self, due: Sequence[DueSku]) -> None:
        rows = self._stock.due
        for one in due:
            if one.sku in rows and rows[one.sku][2] <= one.seq:
                self._drop(rows, one.sku)

    def _put_due(self, due: Iterable[tuple[str, str, str]]) -> None:
        """(sku, since, why) each; "" is no SKU."""
        rows, seq = self._stock.due, self._next("due")
        for sku, since, why in due:
            if sku:
                known = rows.get(codec.key(sku))
                self._put(rows, sku, (known[0] if known else since, codec.searchable(why), seq))
