"""The stock flow: reads the warehouse's books and the orders, and makes every row of OroCommerce right."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field, frozen

from orogxo.errors import Disposition, OrogxoError
from orogxo.model import LevelChange, SnapshotMark
from orogxo.orchestrator.decision import entry
from orogxo.orchestrator.engine import Engine, pause_for
from orogxo.orchestrator.schedule.due import next_due
from orogxo.orchestrator.stock.demands import forget_old
from orogxo.orchestrator.stock.feeds import Feeds
from orogxo.orchestrator.stock.freshness import Freshness
from orogxo.orchestrator.stock.funds import DEMAND_UNKNOWN
from orogxo.orchestrator.stock.gather import read_books, read_shop, tables_of
from orogxo.orchestrator.stock.guard import Guard
from orogxo.orchestrator.stock.orders import Orders
from orogxo.orchestrator.stock.policy import StockEnds, StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.problems import FLOW, Problems, of_flow
from orogxo.orchestrator.stock.push import Push, holds
from orogxo.orchestrator.stock.sending import Sending
from orogxo.orchestrator.stock.sweeping import look_again, sweep
from orogxo.orchestrator.stock.targets import targets
from orogxo.orchestrator.stock.turn import Turn
from orogxo.ports import Transaction
from orogxo.rules import Violation

TERMS_MISSING, NO_FIGURE, BEFORE_GO_LIVE = "STOCK_TERMS_MISSING", "STOCK_NO_FIGURE", "STOCK_BEFORE_GO_LIVE"
FEED_FAILED, PUSH_FAILED = "STOCK_FEED_FAILED", "STOCK_PUSH_FAILED"
DURATIONS, RAN = "stock:durations", "stock:ran"
KEPT_DURATIONS = 50


@frozen
class StockReport:
    """What one run did: counts by name (seconds are whole and rounded up), and what went wrong."""

    counts: Mapping[str, int] = field(factory=dict)
    troubles: Sequence[OrogxoError] = ()


def run_stock(engine: Engine, ends: StockEnds) -> StockReport:
    """One run of the flow, unless another worker is at it. Raises StoreError; other troubles are told."""
    turn = Turn.take(engine, ends.policy.lease)
    if turn is None:
        with engine.store.transaction() as rows:
            problems = Problems.read(rows)
        Freshness(engine, ends.policy, ["another worker has the flow in hand"], {}).judge(problems)
        return StockReport({"elsewhere": 1})
    try:
        return _Run(engine, ends, turn).run()
    finally:
        turn.end()


def preview(engine: Engine, ends: StockEnds) -> Iterator[LevelChange]:
    """What the next push would write and why, from what was read so far; nothing is written anywhere.

    Streams slice by slice. Rows that a guard would stop are among them. Raises ApiError.
    """
    policy, terms = ends.policy, ends.policy.figures
    with engine.store.transaction() as rows:
        mark, _ = rows.snapshots()
        hold = [*_go_live(engine, policy), *holds(rows)]
        horizon = _horizon(rows, policy)
    after, told = "", set[str]()
    while terms is not None and mark is not None:
        with engine.store.transaction() as rows:
            due = rows.due(after, policy.slice)
        if not due:
            return
        after = due[-1].sku
        shop = read_shop(engine, ends, [one.sku for one in due])
        with engine.store.transaction() as rows:
            books = read_books(
                rows, mark, shop, ends, hold, now=engine.now(), prefix=engine.tables.reference_prefix
            )
        found = targets(shop, books, tables_of(engine, shop), policy=policy, terms=terms, horizon=horizon)
        yield from (one for one in found.changes if one.level_id not in told)
        told |= {one.level_id for one in found.changes if one.sku not in {each.sku for each in due}}


def stock_due(engine: Engine, ends: StockEnds) -> dt.datetime:
    """When the flow must run next (UTC); at or before now means at once. One that failed is due at once."""
    with engine.store.transaction() as rows:
        ran = rows.cursor(RAN)
    return next_due(
        dt.datetime.fromisoformat(ran) if ran else None,
        ends.policy.interval,
        now=engine.now(),
        blackouts=ends.policy.blackouts,
        zone=ends.policy.zone,
    )


@define
class _Run:
    """One run of the worker whose turn it is."""

    engine: Engine
    ends: StockEnds
    turn: Turn
    troubles: list[OrogxoError] = field(factory=list)
    counts: dict[str, int] = field(factory=dict)
    causes: list[str] = field(factory=list)

    def run(self) -> StockReport:
        engine, policy = self.engine, self.ends.policy
        began = engine.now()
        feeds = Feeds(engine, self.ends.source)
        if engine.paused("gxo") is None:
            feeds.run()
        self._failed(FEED_FAILED, feeds.troubles, "the warehouse's feed could not be read")
        with engine.store.transaction() as rows:
            mark, _ = rows.snapshots()
            problems = Problems.read(rows)
            of_flow(rows, {TERMS_MISSING, NO_FIGURE, BEFORE_GO_LIVE}, self._missing(mark), now=engine.now())
        waiting: Mapping[str, str] = {}
        if engine.paused("oro") is None:
            orders = Orders(engine, policy)
            orders.read()
            if policy.figures is not None and mark is not None:
                waiting = self._push(policy.figures, mark, problems, orders)
            if orders.trouble is not None:
                self.troubles.append(orders.trouble)
                self.causes.insert(0, f"orders could not be read: {orders.trouble}")
        fresh = Freshness(engine, policy, self.causes, waiting)
        fresh.judge(problems)
        self.counts |= {
            "snapshots": feeds.snapshots,
            "movements": feeds.movements,
            "excepted": len(problems.excepted),
            "stalest": math.ceil(fresh.stalest.total_seconds()),
        }
        self._end(problems, began)
        return StockReport(self.counts, tuple(self.troubles))

    def _missing(self, mark: SnapshotMark | None) -> list[Violation]:
        found = []
        if self.ends.policy.figures is None:
            told = "nobody has declared what the figures of the warehouse mean: no row is written"
            found.append(Violation(TERMS_MISSING, "", told))
        elif mark is None:
            told = "no complete snapshot of the warehouse's stock has come yet: no row is written"
            found.append(Violation(NO_FIGURE, "", told))
        hold = _go_live(self.engine, self.ends.policy)
        found += [Violation(BEFORE_GO_LIVE, "", one) for one in hold]
        self.causes += [one.message for one in found]
        return found

    def _push(
        self, terms: FigureTerms, mark: SnapshotMark, problems: Problems, orders: Orders
    ) -> Mapping[str, str]:
        engine, ends = self.engine, self.ends
        try:
            sweep(engine, ends)
        except OrogxoError as error:
            self._failed(PUSH_FAILED, [error], "OroCommerce's rows could not be read")
            return {}
        look_again(engine, ends, problems)
        with engine.store.transaction() as rows:
            due, _ = rows.count_due()
            horizon = _horizon(rows, ends.policy)
        push = Push(
            engine,
            ends,
            terms,
            mark,
            orders,
            Guard.begin(engine, ends.policy, due),
            problems,
            Sending(engine, ends.front, self.turn, problems),
            hold=tuple(self.causes),
            horizon=horizon,
        )
        failed: list[OrogxoError] = []
        try:
            push.run()
            if push.guard.end():
                push.run()
        except OrogxoError as error:
            failed.append(error)
        self._failed(PUSH_FAILED, failed, "the push stopped")
        self._tell(push, due)
        return push.waiting

    def _tell(self, push: Push, due: int) -> None:
        if push.sending.taken:
            self.causes.insert(0, "OroCommerce has not finished an earlier write: is its consumer running?")
        self.causes += [f"a person must agree first: {kind} rows" for kind in sorted(push.guard.stopped)]
        windows, sending = push.windows, push.sending
        self.counts |= {
            "due": due,
            "settled": push.settled,
            "lowered": sending.lowered,
            "raised": sending.raised,
            "corrected": push.corrected,
            "edited": push.edited,
            "statuses": sending.statuses,
            "requests": sending.requests,
            "withheld": push.shadowed,
            "window_seconds": math.ceil(windows.longest.total_seconds()),
            "window_mean_seconds": math.ceil(windows.mean.total_seconds()),
            "sold_in_window": math.ceil(windows.sold),
        }

    def _failed(self, code: str, errors: Sequence[OrogxoError], what: str) -> None:
        self.troubles += errors
        self.causes += [f"{what}: {error}" for error in errors]
        with self.engine.store.transaction() as rows:
            found = [
                Violation(code, error.code, f"{what}: {error.message}", (str(error),)) for error in errors
            ]
            of_flow(rows, {code}, found, now=self.engine.now())
            for error in errors:
                system = getattr(error, "system", "")
                if error.disposition is Disposition.WAIT and system:
                    pause_for(self.engine, rows, system, error)

    def _end(self, problems: Problems, began: dt.datetime) -> None:
        now = self.engine.now()
        with self.engine.store.transaction() as rows:
            unclear = rows.unclear_claims()
            orders = ", ".join(claim.order_id for claim in unclear[:10])
            told = f"orders that cannot be read take nobody knows what, so no row is raised: {orders}"
            found = [Violation(DEMAND_UNKNOWN, "", told)] if unclear else []
            of_flow(rows, {f"{DEMAND_UNKNOWN}:"}, found, now=now)
            problems.close(rows, now=now)
            forget_old(rows, self.ends.policy, now=now)
            kept = [*json.loads(rows.cursor(DURATIONS) or "[]"), math.ceil((now - began).total_seconds())]
            rows.set_cursor(DURATIONS, json.dumps(kept[-KEPT_DURATIONS:]))
            if not self.troubles:
                rows.set_cursor(RAN, began.isoformat())
            if any(self.counts.get(name) for name in ("snapshots", "lowered", "raised", "edited")):
                text = ", ".join(f"{name} {number}" for name, number in self.counts.items() if number)
                rows.record(entry(FLOW, now, "stock", f"stock: {text}"))


def _horizon(rows: Transaction, policy: StockPolicy) -> dt.timedelta:
    """How long the next confirmed push may take to come: as declared, and the longest run lately."""
    longest = max(json.loads(rows.cursor(DURATIONS) or "[]"), default=0)
    return policy.interval + policy.outage + dt.timedelta(seconds=longest)


def _go_live(engine: Engine, policy: StockPolicy) -> list[str]:
    """Why orders from before go-live, which are none of ours, forbid to raise anything."""
    terms, go_live = policy.figures, engine.policy.go_live
    if terms is None or go_live is None or not policy.before_go_live_open or terms.kind == "less_accepted":
        return []
    told = (
        f"orders from before {go_live:%Y-%m-%d %H:%M}Z may be open, and figures of the kind {terms.kind} do "
        "not know them: declare that none is open, then rows are raised again"
    )
    return [told]
