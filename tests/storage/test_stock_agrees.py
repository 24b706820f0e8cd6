"""Whatever is done to the stock of both stores, nobody can tell them apart."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orogxo.errors import OrogxoError
from orogxo.model import (
    Claim,
    Fulfilment,
    InventoryLevel,
    Left,
    OrderNews,
    Quantity,
    SnapshotMark,
    StockDoubt,
    StockMovement,
    StockRow,
)
from orogxo.ports import Store, Transaction
from orogxo.storage import MemoryStore, SQLiteStore

START = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SKUS = ["A", "B", "C", "", "\u00e9"]
ORDERS = ["7", "8", "9"]
REFS = ["", *(f"ORD-{order_id}" for order_id in ORDERS)]

Act = Callable[[Transaction], object]

skus = st.sampled_from(SKUS)
orders = st.sampled_from(ORDERS)
few = st.lists(skus, max_size=3)
texts = st.sampled_from(["", "x", "\u6ce8", "\ud800"])
amounts = st.sampled_from([Fraction(0), Fraction(1), Fraction(-1, 3), Fraction(1, 3), Fraction(10**20)])
times = st.integers(0, 6).map(lambda hours: START + hours * HOUR)
names = st.sampled_from(["S-1", "S-2", "S-3"])
quantities = st.builds(Quantity, amounts, st.sampled_from(["EA", "CS"]))
positive = st.builds(Quantity, amounts.map(abs), st.just("EA"))
rows = st.builds(
    StockRow,
    skus,
    st.sampled_from(["available", "hold"]),
    quantities,
    lot=st.sampled_from(["", "L1"]),
    expiry=st.none() | st.just(dt.date(2027, 1, 31)),
)
movements = st.builds(
    StockMovement,
    st.sampled_from(["m1", "m2", "m3", "m4"]),
    times,
    skus,
    positive,
    st.just("available"),
    st.sampled_from(["", "hold"]),
    texts,
    site=st.sampled_from(["", "ATL1"]),
    earliest=st.none() | times,
)
doubts = st.builds(StockDoubt, skus, st.sampled_from(["LATE", "DRIFT"]), texts, times)
claims = st.builds(
    Claim,
    st.just("7"),
    st.sampled_from(["L1", "L2"]),
    skus,
    amounts,
    st.sampled_from(REFS),
    left=st.lists(st.builds(Left, texts, amounts, st.none() | times), max_size=2).map(tuple),
    closed=st.booleans(),
)
news = st.builds(OrderNews, st.sampled_from(["n1", "n2", "n3"]), st.sampled_from(REFS), texts, times)
levels = st.builds(InventoryLevel, st.sampled_from(["1", "10", "2"]), skus, texts, amounts, times)


class Undo(Exception):
    """Thrown to roll back."""


class BothStocks(RuleBasedStateMachine):
    """The same acts on both stores: the same results, the same errors, the same rows."""

    def __init__(self) -> None:
        super().__init__()
        self.stores: Sequence[Store] = (MemoryStore(), SQLiteStore(":memory:"))
        self.acts: list[Act] = []

    def teardown(self) -> None:
        for store in self.stores:
            store.close()

    def both(self, act: Act) -> Any:
        self.acts.append(act)
        mine, theirs = (self.run_one(store, act) for store in self.stores)
        assert mine == theirs
        return mine

    def run_one(self, store: Store, act: Act) -> object:
        """In a transaction that goes on after an error, so that half a call would show."""
        with store.transaction() as tx:
            try:
                return act(tx)
            except OrogxoError as error:
                return type(error), error.code, error.message

    # what may happen

    @rule(name=names, page=st.sampled_from(["", "1", "2"]), some=st.lists(rows, max_size=6))
    def stage(self, name: str, page: str, some: list[StockRow]) -> None:
        self.both(lambda tx: tx.stage(name, some, page=page))

    @rule()
    def drop_stage(self) -> None:
        self.both(lambda tx: tx.drop_stage())

    @rule(name=names, as_of=times, now=times, wrong=st.sampled_from([0, 0, 0, 0, 1]))
    def take_over(self, name: str, as_of: dt.datetime, now: dt.datetime, wrong: int) -> None:
        self.both(lambda tx: tx.take_over(SnapshotMark(name, as_of, tx.staged(name) + wrong), now=now))

    @rule(number=st.integers(0, 6), some=st.lists(rows, max_size=6))
    def snapshot(self, number: int, some: list[StockRow]) -> None:
        def act(tx: Transaction) -> int:
            tx.stage(f"T-{number}", some)
            now = START + number * HOUR
            return tx.take_over(SnapshotMark(f"T-{number}", now, tx.staged(f"T-{number}")), now=now)

        self.both(act)

    @rule(some=st.lists(movements, max_size=3), now=times)
    def add_movements(self, some: list[StockMovement], now: dt.datetime) -> None:
        self.both(lambda tx: tx.add_movements(some, now=now))

    @rule(some=st.lists(doubts, max_size=3))
    def put_doubts(self, some: list[StockDoubt]) -> None:
        self.both(lambda tx: tx.put_doubts(some))

    @rule(order_id=orders)
    def save(self, order_id: str) -> None:
        def act(tx: Transaction) -> Fulfilment:
            return tx.save(tx.fulfilment(order_id) or Fulfilment(order_id, ""))

        self.both(act)

    @rule(by_order=st.dictionaries(orders, st.lists(claims, max_size=3), max_size=2), now=times)
    def put_claims(self, by_order: dict[str, list[Claim]], now: dt.datetime) -> None:
        mine = {key: [evolve(claim, order_id=key) for claim in some] for key, some in by_order.items()}
        self.both(lambda tx: tx.put_claims(mine, now=now))

    @rule(known=times, weeks=st.sampled_from([0, 0, 1]))
    def drop_claims(self, known: dt.datetime, weeks: int) -> None:
        self.both(lambda tx: tx.drop_claims(known + weeks * 7 * 24 * HOUR))

    @rule(some=st.lists(news, max_size=3), now=times)
    def put_news(self, some: list[OrderNews], now: dt.datetime) -> None:
        self.both(lambda tx: tx.put_news(some, now=now))

    @rule(some=st.lists(levels, max_size=4))
    def put_levels(self, some: list[InventoryLevel]) -> None:
        self.both(lambda tx: tx.put_levels(some))

    @rule(some=few, now=times, why=texts)
    def fall_due(self, some: list[str], now: dt.datetime, why: str) -> None:
        self.both(lambda tx: tx.fall_due(some, now=now, why=why))

    @rule(after=skus, limit=st.integers(0, 3), older=st.integers(0, 1))
    def settle(self, after: str, limit: int, older: int) -> None:
        self.both(lambda tx: tx.settle([evolve(one, seq=one.seq - older) for one in tx.due(after, limit)]))

    @rule(window=times, some=st.dictionaries(skus, amounts, max_size=3), censored=few)
    def sell(self, window: dt.datetime, some: dict[str, Fraction], censored: list[str]) -> None:
        self.both(lambda tx: tx.add_demand(window, some))
        self.both(lambda tx: tx.mark_censored(window, censored))

    @precondition(lambda self: self.acts)
    @rule(data=st.data())
    def undone(self, data: st.DataObject) -> None:
        """Earlier acts once more, in one transaction that fails at its end."""
        again = data.draw(st.lists(st.sampled_from(self.acts), min_size=1, max_size=5))
        before = [self.observe(store) for store in self.stores]
        for store in self.stores:
            with pytest.raises(Undo), store.transaction() as tx:
                self.replay(tx, again)
        assert [self.observe(store) for store in self.stores] == before

    def replay(self, tx: Transaction, acts: Sequence[Act]) -> None:
        for act in acts:
            with contextlib.suppress(OrogxoError):
                act(tx)
        raise Undo

    # what can be seen

    @invariant()
    def agree(self) -> None:
        mine, theirs = (self.observe(store) for store in self.stores)
        assert mine == theirs

    def observe(self, store: Store) -> dict[str, Any]:
        with store.transaction() as tx:
            return {
                "snapshots": tx.snapshots(),
                "staged": [tx.staged(f"{kind}-{number}") for kind in "ST" for number in range(7)],
                "figures": tx.figures(SKUS),
                "before": tx.figures_before(SKUS),
                "movements": tx.movements(SKUS),
                "moved": [tx.moved_skus(START + hours * HOUR, "A", 2) for hours in range(7)],
                "doubts": [tx.doubts([]), tx.doubts(SKUS)],
                "saves": [tx.fulfilments_changed(after, 2) for after in range(6)],
                "claims": [tx.claims(SKUS), tx.unclear_claims()],
                "news": tx.news(REFS),
                "levels": [tx.levels(SKUS), tx.count_levels()],
                "due": [tx.due("", 9), tx.due("A", 2), tx.count_due()],
                "demand": [tx.demand(SKUS, START), tx.demand(SKUS, START + 3 * HOUR)],
                "censored": [tx.censored(SKUS, START), tx.censored(SKUS, START + 3 * HOUR)],
            }


TestBothStocks = BothStocks.TestCase
TestBothStocks.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
