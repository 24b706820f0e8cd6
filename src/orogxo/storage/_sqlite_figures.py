"""The warehouse's figures in SQLite: snapshots that are staged, compared and taken over, movements, doubts.

What each method promises is written in `orogxo.ports.stock`; the tables in `sql/sqlite/0002_stock.sql`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from orogxo.model import SnapshotMark, StockDoubt, StockMovement, StockRow
from orogxo.storage import _stock_rows as stock
from orogxo.storage import _stock_semantics as rules
from orogxo.storage import codec
from orogxo.storage._sqlite_due import SQLiteDue

STAGE = """
    INSERT INTO stock_figures_staged (sku, status, site, lot, expiry, unit, amount)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (sku, status, site, lot, expiry, unit)
    DO UPDATE SET amount = exact_sum(amount, excluded.amount)"""
STAGE_UNSORTED = """
    INSERT INTO stock_figures_unsorted (sku, status, site, lot, expiry, unit, amount)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
LAST_STAGED = "SELECT COALESCE(MAX(sku), '') FROM stock_figures_staged"
SORT = """
    INSERT INTO stock_figures_staged SELECT * FROM stock_figures_unsorted WHERE TRUE
    ORDER BY sku, status, site, lot, expiry, unit
    ON CONFLICT (sku, status, site, lot, expiry, unit)
    DO UPDATE SET amount = exact_sum(amount, excluded.amount)"""
STAGE_PAGE = "INSERT INTO stock_stage_pages (page) VALUES (?) ON CONFLICT (page) DO NOTHING"
STAGE_COUNT = """
    INSERT INTO stock_stage (snapshot_id, rows) VALUES (?, ?)
    ON CONFLICT (snapshot_id) DO UPDATE SET rows = rows + excluded.rows"""

# Both tables are walked in the order of their keys. Amounts have one form, so text tells whether they differ.
NEW_OR_OTHER = """
    INSERT INTO stock_changed (sku)
    SELECT DISTINCT new.sku FROM stock_figures_staged AS new LEFT JOIN stock_figures AS old
        ON old.sku = new.sku AND old.status = new.status AND old.site = new.site
        AND old.lot = new.lot AND old.expiry = new.expiry AND old.unit = new.unit
    WHERE old.amount IS NOT new.amount"""
GONE = """
    INSERT INTO stock_changed (sku)
    SELECT DISTINCT old.sku FROM stock_figures AS old WHERE NOT EXISTS (
        SELECT 1 FROM stock_figures_staged AS new
        WHERE new.sku = old.sku AND new.status = old.status AND new.site = old.site
        AND new.lot = old.lot AND new.expiry = old.expiry AND new.unit = old.unit)
    ON CONFLICT (sku) DO NOTHING"""
# Mostly nothing is gone, and to count the rows costs far less than to look for each: what is gone are the old
# rows less those that stayed, and what stayed are the staged rows less the new ones, all of changed SKUs.
COUNT_GONE = """
    SELECT (SELECT COUNT(*) FROM stock_figures) - (SELECT COUNT(*) FROM stock_figures_staged) + COUNT(*)
    FROM stock_changed CROSS JOIN stock_figures_staged AS new USING (sku)
    WHERE NOT EXISTS (
        SELECT 1 FROM stock_figures AS old
        WHERE old.sku = new.sku AND old.status = new.status AND old.site = new.site
        AND old.lot = new.lot AND old.expiry = new.expiry AND old.unit = new.unit)"""
COMPARE = (SORT, "DELETE FROM stock_figures_before", "DELETE FROM stock_changed", NEW_OR_OTHER)
APPLY = (
    """INSERT INTO stock_figures_before
        SELECT old.* FROM stock_changed CROSS JOIN stock_figures AS old USING (sku)""",
    "DELETE FROM stock_figures WHERE sku IN (SELECT sku FROM stock_changed)",
    """INSERT INTO stock_figures
        SELECT new.* FROM stock_changed CROSS JOIN stock_figures_staged AS new USING (sku)""",
)
EMPTY_STAGE = (
    "DELETE FROM stock_figures_staged",
    "DELETE FROM stock_figures_unsorted",
    "DELETE FROM stock_stage_pages",
    "DELETE FROM stock_stage",
)
PUT_MARK = """
    INSERT INTO stock_snapshots (place, id, as_of, rows) VALUES (?, ?, ?, ?)
    ON CONFLICT (place) DO UPDATE SET id = excluded.id, as_of = excluded.as_of, rows = excluded.rows"""
TOUCHED = """
    SELECT sku FROM stock_changed UNION SELECT sku FROM stock_movements WHERE earliest <= ?
    UNION SELECT sku FROM stock_doubts WHERE at < ?"""

FIGURES = "SELECT * FROM stock_figures WHERE sku IN (:these) ORDER BY sku, status, site, lot, expiry, unit"
FIGURES_BEFORE = FIGURES.replace("stock_figures", "stock_figures_before")
CHANGED = "SELECT sku FROM stock_changed WHERE sku IN (:these) ORDER BY sku"

KNOWN_IDS = "SELECT site, id FROM stock_movements WHERE site = ? AND id IN (:these)"
ADD_MOVEMENT = """
    INSERT INTO stock_movements (site, id, sku, occurred_at, earliest, body) VALUES (?, ?, ?, ?, ?, ?)"""
MOVEMENTS = (
    "SELECT sku, id, body FROM stock_movements WHERE sku IN (:these) ORDER BY sku, occurred_at, id, site"
)
MOVED = """
    SELECT DISTINCT sku FROM stock_movements WHERE sku > ? AND occurred_at >= ? ORDER BY sku LIMIT ?"""
DOUBTS = "SELECT sku, code, message, at FROM stock_doubts WHERE sku IN (:these)"
PUT_DOUBT = """
    INSERT INTO stock_doubts (sku, code, message, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (sku, code) DO UPDATE SET message = excluded.message, at = excluded.at"""


class SQLiteFigures(SQLiteDue):
    """Implements `orogxo.ports.stock.FigureRows`."""

    # the snapshot that is being read

    def stage(self, snapshot_id: str, rows: Iterable[StockRow], *, page: str = "") -> None:
        if rules.is_taken_over(self.snapshots()[0], snapshot_id):
            return
        with self._all_or_nothing():
            staged = self._stage()
            if staged and staged[0] != snapshot_id:
                self.drop_stage()
            if page and not self._run(STAGE_PAGE, page):
                return
            self._run(STAGE_COUNT, snapshot_id, self._put_staged(rows))

    def _put_staged(self, rows: Iterable[StockRow]) -> int:
        """Rows in the order of their SKUs go where they belong at once; any others are sorted in one go, when
        the snapshot is taken over. How many there were."""
        count, [(last,)] = 0, self._rows(LAST_STAGED)
        for batch in rules.batches(map(stock.figure_row, rows)):
            skus = [row[0] for row in batch]
            in_order = skus[0] >= last and skus == sorted(skus)
            last = skus[-1] if in_order else last
            count += self._run_prepared(STAGE if in_order else STAGE_UNSORTED, batch)
        return count

    def _stage(self) -> tuple[str, int] | None:
        rows = self._rows("SELECT snapshot_id, rows FROM stock_stage")
        return (rows[0][0], rows[0][1]) if rows else None

    def staged(self, snapshot_id: str) -> int:
        staged = self._stage()
        return staged[1] if staged and staged[0] == snapshot_id else 0

    def drop_stage(self) -> None:
        for sql in EMPTY_STAGE:
            self._run(sql)

    # the newest and the one before

    def take_over(self, mark: SnapshotMark, *, now: dt.datetime) -> int:
        newest, row = self.snapshots()[0], stock.mark_row(mark)
        if rules.is_taken_over(newest, mark.id):
            return 0
        rules.check_take_over(newest, mark, self._stage())
        since, as_of = codec.instant(now), codec.instant(mark.as_of)
        self._compare()
        for sql in (*APPLY, *EMPTY_STAGE):
            self._run(sql)
        self._run(PUT_MARK, "newest", *row)
        if newest is not None:
            self._run(PUT_MARK, "before", *stock.mark_row(newest))
            self._run("DELETE FROM stock_movements WHERE occurred_at < ?", codec.instant(newest.as_of))
        touched = self._due_from(TOUCHED, as_of, as_of, since=since, why=rules.snapshot_came(mark))
        self._run("DELETE FROM stock_doubts WHERE at < ?", as_of)
        return touched

    def _compare(self) -> None:
        for sql in COMPARE:
            self._run(sql)
        [(gone,)] = self._rows(COUNT_GONE)
        if gone:
            self._run(GONE)

    def snapshots(self) -> tuple[SnapshotMark | None, SnapshotMark | None]:
        rows = self._rows("SELECT place, id, as_of, rows FROM stock_snapshots")
        marks = {place: stock.mark(row) for place, *row in rows}
        return marks.get("newest"), marks.get("before")

    def figures(self, skus: Collection[str]) -> Mapping[str, Sequence[StockRow]]:
        return self._figures(FIGURES, skus)

    def figures_before(self, skus: Collection[str]) -> Mapping[str, Sequence[StockRow]]:
        changed: dict[str, Sequence[StockRow]] = {sku: () for (sku,) in self._rows_of(CHANGED, skus)}
        return changed | self._figures(FIGURES_BEFORE, skus)

    def _figures(self, sql: str, skus: Collection[str]) -> dict[str, Sequence[StockRow]]:
        return {**rules.grouped((row[0], stock.figure(row)) for row in self._rows_of(sql, skus))}

    # movements

    def add_movements(self, movements: Sequence[StockMovement], *, now: dt.datetime) -> int:
        since = codec.instant(now)
        rows = stock.movement_rows(movements)
        wanted = rules.new_movements(rows, self._known(rows), self.snapshots()[1])
        self._run_prepared(ADD_MOVEMENT, wanted)
        self._put_due((row.sku, since, rules.movement_came(row)) for row in wanted)
        return len(wanted)

    def _known(self, keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        by_site = rules.grouped(sorted(keys))
        return {key for site, ids in by_site.items() for key in self._rows_of(KNOWN_IDS, ids, site)}

    def movements(self, skus: Collection[str]) -> Mapping[str, Sequence[StockMovement]]:
        rows = self._rows_of(MOVEMENTS, skus)
        return rules.grouped((sku, codec.decode(body, StockMovement, name)) for sku, name, body in rows)

    def moved_skus(self, since: dt.datetime, after: str, limit: int) -> Sequence[str]:
        return tuple(sku for (sku,) in self._rows(MOVED, after, codec.instant(since), max(limit, 0)))

    # doubts

    def put_doubts(self, doubts: Sequence[StockDoubt]) -> None:
        rows = [stock.doubt_row(doubt) for doubt in doubts]
        known = {(sku, code): at for sku, code, _, at in self._rows_of(DOUBTS, {row[0] for row in rows})}
        wanted = rules.newer_doubts(rows, known)
        self._run_prepared(PUT_DOUBT, wanted)
        self._put_due((sku, at, message) for sku, _, message, at in wanted)

    def doubts(self, skus: Collection[str]) -> Sequence[StockDoubt]:
        return tuple(map(stock.doubt, sorted(self._rows_of(DOUBTS, {*skus, ""}))))
