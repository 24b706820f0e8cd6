"""Takes the warehouse's books over: snapshots, movements, news of orders and shipments, each to its end.

Every page is one transaction with its cursor, so a worker that dies loses at most a page and repeats at most
one. A snapshot counts only when its last page says that nothing is missing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence

from attrs import define, field

from orogxo.errors import OrogxoError
from orogxo.model import SnapshotMark, StockDoubt
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.feedback import Feedback
from orogxo.orchestrator.recording import raise_item
from orogxo.orchestrator.stock.facts import FIGURE_UNREADABLE
from orogxo.orchestrator.stock.problems import FLOW, of_flow
from orogxo.ports import Transaction
from orogxo.ports.stock import BadFigure, SnapshotPage, StockSource
from orogxo.rules import Violation

MOVEMENTS, NEWS = "stock:movements", "stock:news"
SNAPSHOT_READ, NEWS_READ, FEEDS_READ = "stock:snapshot-read", "stock:news-read", "stock:feeds-read"
SHIPMENTS_READ = "stock:shipments-read"
INCOMPLETE, MOVEMENT_UNREADABLE, NEWS_UNREADABLE = (
    "STOCK_SNAPSHOT_INCOMPLETE",
    "STOCK_MOVEMENT_UNREADABLE",
    "STOCK_NEWS_UNREADABLE",
)
AFTER_SNAPSHOT = dt.timedelta(seconds=1)
"""News that is read so long after a snapshot was tells all that the snapshot may know (see `pool.pool`)."""
UNREADABLE = "stock:unreadable"
MOST_UNREADABLE, MOST_NOTED = 20, 1000


@define
class Feeds:
    """One reading of all three. `troubles`: what failed; the other feeds are read all the same."""

    engine: Engine
    source: StockSource
    snapshots: int = 0
    movements: int = 0
    troubles: list[OrogxoError] = field(factory=list)

    def run(self) -> None:
        """Snapshot, movements, news, shipments: what a snapshot knows, messages of later must explain."""
        for read in (self._snapshot, self._movements, self._news, self._shipments):
            try:
                read()
            except OrogxoError as error:
                self.troubles.append(error)
        if not self.troubles:
            with self.engine.store.transaction() as rows:
                rows.set_cursor(FEEDS_READ, self.engine.now().isoformat())

    def _snapshot(self) -> None:
        with self.engine.store.transaction() as rows:
            newest, _ = rows.snapshots()
            rows.drop_stage()
        count, bad = 0, list[BadFigure]()
        for number, page in enumerate(self.source.snapshot(known=newest.id if newest else ""), start=1):
            count += len(page.rows)
            bad += page.bad
            if newest is not None and page.as_of < newest.as_of:
                return
            with self.engine.store.transaction() as rows:
                rows.stage(page.id, page.rows, page=str(number))
                if page.last:
                    self._read_whole(rows, page, count, bad)

    def _read_whole(
        self, rows: Transaction, page: SnapshotPage, count: int, bad: Sequence[BadFigure]
    ) -> None:
        now = self.engine.now()
        if not page.complete:
            rows.drop_stage()
            told = (
                f"snapshot {page.id} of {page.as_of.isoformat()} is not complete; the figures before it stand"
            )
            of_flow(rows, {INCOMPLETE}, [Violation(INCOMPLETE, "", told, (f"snapshot: {page.id}",))], now=now)
            return
        _, before = rows.snapshots()
        rows.take_over(SnapshotMark(page.id, page.as_of, count), now=now)
        rows.put_doubts(_doubts(bad, FIGURE_UNREADABLE, page.as_of))
        if before is not None:
            rows.drop_claims(before.as_of)
        rows.set_cursor(SNAPSHOT_READ, now.isoformat())
        _note_unreadable(rows, page.id, bad)
        self.snapshots += 1
        unnamed = [one.problem for one in bad if not one.sku]
        found = [_unnamed(FIGURE_UNREADABLE, unnamed)] if unnamed else []
        of_flow(rows, {INCOMPLETE, FIGURE_UNREADABLE, MOVEMENT_UNREADABLE}, found, now=now)

    def _movements(self) -> None:
        with self.engine.store.transaction() as rows:
            cursor = rows.cursor(MOVEMENTS)
        more = True
        while more:
            page = self.source.movements(cursor)
            now = self.engine.now()
            with self.engine.store.transaction() as rows:
                self.movements += rows.add_movements(page.movements, now=now)
                rows.put_doubts(_doubts(page.bad, MOVEMENT_UNREADABLE, now))
                if unnamed := [one.problem for one in page.bad if not one.sku]:
                    raise_item(rows, FLOW, _unnamed(MOVEMENT_UNREADABLE, unnamed), now=now)
                rows.set_cursor(MOVEMENTS, page.cursor)
            cursor, more = page.cursor, page.more

    def _news(self) -> None:
        with self.engine.store.transaction() as rows:
            cursor, read = rows.cursor(NEWS), rows.cursor(SNAPSHOT_READ)
        if read:
            wait = dt.datetime.fromisoformat(read) + AFTER_SNAPSHOT - self.engine.now()
            if wait > dt.timedelta():
                self.engine.clock.sleep(wait.total_seconds())
        began, more = self.engine.now(), True
        while more:
            page = self.source.news(cursor)
            now = self.engine.now()
            with self.engine.store.transaction() as rows:
                rows.put_news(page.news, now=now)
                if page.unreadable:
                    raise_item(rows, FLOW, _unnamed(NEWS_UNREADABLE, page.unreadable), now=now)
                rows.set_cursor(NEWS, page.cursor)
                if not page.more:
                    rows.set_cursor(NEWS_READ, began.isoformat())
            cursor, more = page.cursor, page.more

    def _shipments(self) -> None:
        began = self.engine.now()
        Feedback(self.engine).read()
        with self.engine.store.transaction() as rows:
            rows.set_cursor(SHIPMENTS_READ, began.isoformat())


def news_told(rows: Transaction) -> bool:
    """Whether news and shipments were read to their end at least AFTER_SNAPSHOT after the newest snapshot.

    News that cannot be read may tell of goods that were put back: until a person has seen to it, it is not.
    """
    snapshot, *since = (rows.cursor(name) for name in (SNAPSHOT_READ, NEWS_READ, SHIPMENTS_READ))
    if not snapshot or not all(since):
        return False
    if any(item.code == NEWS_UNREADABLE for item in rows.exceptions(subject=FLOW)):
        return False
    enough = dt.datetime.fromisoformat(snapshot) + AFTER_SNAPSHOT
    return all(dt.datetime.fromisoformat(told) >= enough for told in since)


def _note_unreadable(rows: Transaction, snapshot_id: str, bad: Sequence[BadFigure]) -> None:
    skus = sorted({one.sku for one in bad})
    told = [
        *json.loads(rows.cursor(UNREADABLE) or "[]"),
        [snapshot_id, skus if len(skus) <= MOST_NOTED else [""]],
    ]
    rows.set_cursor(UNREADABLE, json.dumps(told[-2:]))


def unreadable_in(rows: Transaction, snapshot_ids: Collection[str]) -> frozenset[str]:
    """SKUs of which a row could not be read in one of these snapshots; with "", it may be any SKU."""
    told = json.loads(rows.cursor(UNREADABLE) or "[]")
    return frozenset(sku for snapshot_id, skus in told if snapshot_id in snapshot_ids for sku in skus)


def _doubts(bad: Iterable[BadFigure], code: str, at: dt.datetime) -> list[StockDoubt]:
    found: dict[str, list[str]] = {}
    for one in bad:
        found.setdefault(one.sku, []).append(one.problem)
    return [
        StockDoubt(sku, code, "; ".join(problems[:MOST_UNREADABLE]), at) for sku, problems in found.items()
    ]


def _unnamed(code: str, problems: Sequence[str]) -> Violation:
    shown = tuple(problems[:MOST_UNREADABLE])
    told = f"{len(problems)} messages of the warehouse cannot be read: {'; '.join(shown)}"
    return Violation(code, "", told, shown)
