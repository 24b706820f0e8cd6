"""The push: slice by slice, lowers what must be lowered, raises what may be raised, and corrects at once.

A slice goes through rounds. Each reads the rows back, reads orders last, and computes every row anew; then it
writes what differs: lowered rows, and raised ones whose pools no other row overdraws. Where rows of one pool
go both ways, the raised ones therefore wait for the round after the lowering was confirmed by a read back.
What was sold while a write was under way is seen by the orders of the next round, and corrected there. A SKU
is settled in the round that finds nothing to change in it or in what shares a pool with it, so a worker that
dies anywhere leaves due what is not proven right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import define, field, frozen

from orogxo.model import DueSku, LevelChange, SnapshotMark
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.stock.demands import mark_sold_out
from orogxo.orchestrator.stock.drifts import DRIFT, drifts
from orogxo.orchestrator.stock.edits import edits
from orogxo.orchestrator.stock.facts import Books, Shop
from orogxo.orchestrator.stock.gather import read_books, read_shop, seen, tables_of
from orogxo.orchestrator.stock.guard import Guard
from orogxo.orchestrator.stock.orders import Orders, marks_of, total
from orogxo.orchestrator.stock.policy import StockEnds
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.problems import Problems
from orogxo.orchestrator.stock.sending import REFUSED, Sending
from orogxo.orchestrator.stock.targets import Targets, targets
from orogxo.orchestrator.stock.window import Windows
from orogxo.ports import Transaction

PROBE = 20
"""While OroCommerce has an unfinished write, no more rows than these are written, to see whether it works."""
MOST_NOTED = 1000


@frozen
class Look:
    """The targets, what they were made from, and the SKUs that are due as they stood then."""

    targets: Targets
    books: Books
    due: Sequence[DueSku]


@define
class Push:
    """One push over everything that is due. `hold`: why nothing may be raised in this run, as sentences."""

    engine: Engine
    ends: StockEnds
    terms: FigureTerms
    mark: SnapshotMark
    orders: Orders
    guard: Guard
    problems: Problems
    sending: Sending
    hold: Sequence[str] = ()
    horizon: dt.timedelta = dt.timedelta()
    windows: Windows = field(factory=Windows)
    waiting: dict[str, str] = field(factory=dict)
    corrected: int = 0
    edited: int = 0
    shadowed: int = 0
    settled: int = 0
    again: bool = False

    def run(self) -> None:
        """Work through all that is due, in slices, in constant memory; the guard counts only once."""
        after, size = "", self.ends.policy.slice
        while due := self._due(after, size):
            self._slice(due, after)
            after = due[-1].sku
        self.again = True

    def _due(self, after: str, limit: int) -> Sequence[DueSku]:
        with self.engine.store.transaction() as rows:
            return rows.due(after, limit)

    def _slice(self, due: Sequence[DueSku], after: str) -> None:
        left, turn, wrote = list(due), 0, True
        while wrote:
            # The last round only looks: it measures the window of the write before, and writes nothing.
            last = turn == self.ends.policy.rounds
            left, wrote = self._round(left, after, first=turn == 0, last=last)
            turn += 1

    def _round(
        self, due: Sequence[DueSku], after: str, *, first: bool, last: bool
    ) -> tuple[list[DueSku], bool]:
        """One round over the SKUs of `due`; returns those still open, and whether anything was written."""
        shop = read_shop(self.engine, self.ends, [one.sku for one in due])
        self.orders.read()
        look = self._look(shop, due, after)
        found, taken = look.targets, total(look.books.claims)
        self.windows.read(self.orders, taken)
        if first and not self.again:
            self.guard.count(len(due), found.rows, found.changes)
        open_ = {found.tied[one.sku] for one in found.changes}
        quiet = [one for one in look.due if found.tied.get(one.sku, one.sku) not in open_]
        self._note(found.waiting)
        done = self._show([one for one in quiet if one.sku not in found.waiting], shop, found)
        self._settle(done)
        changes = [] if last else self._sendable(found.changes)
        if changes:
            self.corrected += 0 if first else sum(1 for one in changes if not one.raises)
            self.windows.write(self.orders, taken)
            self.sending.write(changes)
        settled = {one.sku for one in done}
        return [one for one in due if one.sku not in settled], bool(changes)

    def _sendable(self, changes: Sequence[LevelChange]) -> list[LevelChange]:
        if self.engine.policy.shadow:
            self.shadowed += len(changes)
            return []
        wanted = [one for one in changes if self.guard.lets(one) and one.level_id not in self.sending.refused]
        if not self.sending.taken:
            return wanted
        # Lowering first: it is what must not wait.
        wanted.sort(key=lambda one: (one.raises, one.sku, one.unit))
        return wanted[: max(0, PROBE - self.sending.probed)]

    def _look(self, shop: Shop, due: Sequence[DueSku], after: str) -> Look:
        """Compute the targets, and record what the look at the rows has shown, in one transaction."""
        tables, policy, now = tables_of(self.engine, shop), self.ends.policy, self.engine.now()
        with self.engine.store.transaction() as rows:
            before = seen(rows, shop)
            self.sending.look(rows, before.now, shop.skus)
            books = read_books(
                rows,
                self.mark,
                shop,
                self.ends,
                self._hold(rows),
                now=now,
                prefix=self.engine.tables.reference_prefix,
            )
            found = targets(shop, books, tables, policy=policy, terms=self.terms, horizon=self.horizon)
            news = edits(
                before.now,
                before.before,
                books.claims,
                marks=marks_of(rows),
                units=tables.units,
                writes=before.writes,
            )
            for sku, violations in news.items():
                for violation in violations:
                    self.problems.add(rows, sku, violation, now=now)
            self.edited += sum(map(len, news.values()))
            self.problems.looked_at(rows, shop.skus, found.problems, now=now)
            drifted = drifts(rows, shop.skus, books, tables, policy)
            self.problems.looked_at(rows, shop.skus, drifted, now=now, codes={DRIFT}, path=self.mark.id)
            rows.put_levels(before.now)
            mark_sold_out(rows, found.sold_out, found.bare, policy, now=now)
            wanted = {one.sku for one in due}
            again = [one for one in rows.due(after, 2 * policy.slice) if one.sku in wanted]
        return Look(found, books, again)

    def _hold(self, rows: Transaction) -> list[str]:
        hold = list(self.hold)
        if self.orders.trouble is not None:
            hold.append(f"orders could not be read: {self.orders.trouble}")
        return [*hold, *holds(rows)]

    def _note(self, waiting: Mapping[str, str]) -> None:
        for sku, reason in waiting.items():
            if len(self.waiting) < MOST_NOTED:
                self.waiting[sku] = reason

    def _show(self, done: list[DueSku], shop: Shop, found: Targets) -> list[DueSku]:
        """Set the stock status of products whose rows are right; returns those of `done` that are settled."""
        statuses = {
            shop.terms[one.sku].product_id: (one.sku, found.statuses[one.sku])
            for one in done
            if one.sku in found.statuses
        }
        if not statuses or self.engine.policy.shadow:
            return done
        again = self.sending.show(statuses)
        return [one for one in done if one.sku not in again]

    def _settle(self, done: Sequence[DueSku]) -> None:
        with self.engine.store.transaction() as rows:
            taken = [one.sku for one in done if one.sku not in self.sending.refused_skus]
            self.problems.looked_at(rows, taken, {}, now=self.engine.now(), codes={REFUSED})
            rows.settle(done)
        for one in done:
            self.waiting.pop(one.sku, None)
        self.settled += len(done)


def holds(rows: Transaction) -> list[str]:
    """Why nothing may be raised at all, by what the store knows."""
    unknown = "an order cannot be read, so nobody knows what it takes of any SKU"
    return [unknown] if rows.unclear_claims() else []
