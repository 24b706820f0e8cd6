"""The warehouse's figures in memory: snapshots that are staged, compared and taken over, movements, doubts.

What each method promises is written in `orogxo.ports.stock`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from orogxo.model import SnapshotMark, StockDoubt, StockMovement, StockRow
from orogxo.storage import _stock_rows as stock
from orogxo.storage import _stock_semantics as rules
from orogxo.storage import codec
from orogxo.storage._memory_due import MemoryDue


class MemoryFigures(MemoryDue):
    """Implements `orogxo.ports.stock.FigureRows`."""

    # the snapshot that is being read

    def stage(self, snapshot_id: str, rows: Iterable[StockRow], *, page: str = "") -> None:
        if rules.is_taken_over(self.snapshots()[0], snapshot_id):
            return
        tables, page = self._stock, codec.key(page)
        with self._all_or_nothing():
            if tables.stage and codec.key(snapshot_id) not in tables.stage:
                self.drop_stage()
            if page in tables.stage_pages:
                return
            if page:
                self._put(tables.stage_pages, page, snapshot_id)
            count = self.staged(snapshot_id)
            for row in rows:
                *key, amount = stock.figure_row(row)
                known = tables.staged.get(tuple(key))
                self._put(tables.staged, tuple(key), rules.add(known, amount) if known else amount)
                count += 1
            self._put(tables.stage, snapshot_id, count)

    def staged(self, snapshot_id: str) -> int:
        return self._stock.stage.get(snapshot_id, 0)

    def drop_stage(self) -> None:
        tables = self._stock
        for table in (tables.stage, tables.stage_pages, tables.staged):
            self._clear(table)

    # the newest and the one before

    def take_over(self, mark: SnapshotMark, *, now: dt.datetime) -> int:
        newest, row = self.snapshots()[0], stock.mark_row(mark)
        if rules.is_taken_over(newest, mark.id):
            return 0
        rules.check_take_over(newest, mark, next(iter(self._stock.stage.items()), None))
        since, as_of = codec.instant(now), codec.instant(mark.as_of)
        changed = self._apply()
        self.drop_stage()
        self._put(self._stock.snapshots, "newest", row)
        if newest is not None:
            self._put(self._stock.snapshots, "before", stock.mark_row(newest))
            self._forget_movements(codec.instant(newest.as_of))
        touched = (changed | self._moved_by(as_of) | self._drop_doubts(as_of)) - {""}
        self._put_due((sku, since, rules.snapshot_came(mark)) for sku in touched)
        return len(touched)

    def _apply(self) -> set[str]:
        tables = self._stock
        new = rules.grouped((key[0], (*key, amount)) for key, amount in sorted(tables.staged.items()))
        old = tables.figures
        changed = {sku for sku in new.keys() | old.keys() if new.get(sku) != old.get(sku)}
        self._clear(tables.figures_before)
        for sku in changed:
            self._put(tables.figures_before, sku, old.get(sku, ()))
            self._drop(tables.figures, sku)
            if sku in new:
                self._put(tables.figures, sku, new[sku])
        return changed

    def _forget_movements(self, before: str) -> None:
        for sku, rows in list(self._stock.movements.items()):
            for key in (key for key, row in rows.items() if row.occurred_at < before):
                self._drop(self._stock.moved, key)
            kept = {key: row for key, row in rows.items() if row.occurred_at >= before}
            self._put(self._stock.movements, sku, kept)

    def _moved_by(self, as_of: str) -> set[str]:
        tables = self._stock.movements
        return {sku for sku, rows in tables.items() if any(row.earliest <= as_of for row in rows.values())}

    def _drop_doubts(self, as_of: str) -> set[str]:
        healed = [key for key, row in self._stock.doubts.items() if row[3] < as_of]
        for key in healed:
            self._drop(self._stock.doubts, key)
        return {sku for sku, _ in healed}

    def snapshots(self) -> tuple[SnapshotMark | None, SnapshotMark | None]:
        marks = {place: stock.mark(row) for place, row in self._stock.snapshots.items()}
        return marks.get("newest"), marks.get("before")

    def figures(self, skus: Collection[str]) -> Mapping[str, Sequence[StockRow]]:
        return _figures(self._stock.figures, skus)

    def figures_before(self, skus: Collection[str]) -> Mapping[str, Sequence[StockRow]]:
        return _figures(self._stock.figures_before, skus)

    # movements

    def add_movements(self, movements: Sequence[StockMovement], *, now: dt.datetime) -> int:
        since, tables = codec.instant(now), self._stock
        wanted = rules.new_movements(stock.movement_rows(movements), tables.moved, self.snapshots()[1])
        for row in wanted:
            key = (row.site, row.id)
            self._put(tables.moved, key, row.sku)
            self._put(tables.movements, row.sku, {**tables.movements.get(row.sku, {}), key: row})
        self._put_due((row.sku, since, rules.movement_came(row)) for row in wanted)
        return len(wanted)

    def movements(self, skus: Collection[str]) -> Mapping[str, Sequence[StockMovement]]:
        found = {sku: self._stock.movements.get(sku, {}).values() for sku in rules.distinct(skus)}
        in_order = {
            sku: sorted(rows, key=lambda row: (row.occurred_at, row.id, row.site))
            for sku, rows in found.items()
        }
        return {
            sku: tuple(codec.decode(row.body, StockMovement, row.id) for row in rows)
            for sku, rows in in_order.items()
            if rows
        }

    def moved_skus(self, since: dt.datetime, after: str, limit: int) -> Sequence[str]:
        first = codec.instant(since)
        hits = sorted(
            sku
            for sku, rows in self._stock.movements.items()
            if sku > after and any(row.occurred_at >= first for row in rows.values())
        )
        return tuple(hits[: max(limit, 0)])

    # doubts

    def put_doubts(self, doubts: Sequence[StockDoubt]) -> None:
        known = {key: row[3] for key, row in self._stock.doubts.items()}
        wanted = rules.newer_doubts(map(stock.doubt_row, doubts), known)
        for row in wanted:
            self._put(self._stock.doubts, (row[0], row[1]), row)
        self._put_due((sku, at, message) for sku, _, message, at in wanted)

    def doubts(self, skus: Collection[str]) -> Sequence[StockDoubt]:
        wanted = set(rules.distinct(skus)) | {""}
        return tuple(stock.doubt(row) for row in sorted(self._stock.doubts.values()) if row[0] in wanted)


def _figures(
    rows: Mapping[str, tuple[tuple[str, ...], ...]], skus: Collection[str]
) -> dict[str, Sequence[StockRow]]:
    return {sku: tuple(map(stock.figure, rows[sku])) for sku in rules.distinct(skus) if sku in rows}
