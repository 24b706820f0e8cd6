"""Two systems with their own clocks: no order is subtracted twice or forgotten, whatever came late or never.

Facts G1 to G3 of the requirements: an order lowers only the row of its own unit, and nothing is put back.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from attrs import define, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orogxo.orchestrator.stock.pool import FigureTerms, Kind, Pool, figure, pool
from support.stock_model import SKU, Books, Message, Ordered, at, claim, movement, row

Step = tuple[int, str, int, int]
"""Seconds that pass, what happens then (a method of `Trade`), and two numbers: to whom, and how much."""


@define
class Trade:
    """The model lives on its own; the product is asked after every step, with whatever has arrived so far.

    Snapshots arrive late, movements are lost, doubled and reordered, news and shipments lag behind. Orders
    are always known: they are read last, just before the sum is made.
    """

    books: Books
    taken: list[tuple[int, int]] = field(factory=list)
    snapshot: tuple[int, int] = (0, 100)
    arrived: dict[str, Message] = field(factory=dict)
    told_news: int = 0
    news_read: int = -1
    shipments_read: int = -1
    told_shipments: dict[str, int] = field(factory=dict)
    told_cancelled: set[str] = field(factory=set)
    losses: list[Message] = field(factory=list)

    # The world --------------------------------------------------------------------------------------------

    def somebody_orders(self, _: int, amount: int) -> None:
        ref = f"{len(self.books.orders) + 1}"
        self.books.orders[ref] = Ordered(ref, amount)

    def _one(self, pick: int, *states: str) -> str | None:
        found = [ref for ref, order in self.books.orders.items() if order.state in states]
        return found[pick % len(found)] if found else None

    def the_warehouse_accepts(self, pick: int, _: int) -> None:
        if ref := self._one(pick, "", "rejected"):
            self.books.become(ref, "accepted")

    def it_allocates(self, pick: int, _: int) -> None:
        if ref := self._one(pick, "accepted"):
            self.books.become(ref, "allocated")

    def it_ships(self, pick: int, amount: int) -> None:
        self._ship(pick, amount, 0)

    def it_ships_and_the_rest_is_not_there(self, pick: int, amount: int) -> None:
        self._ship(pick, amount, pick)

    def _ship(self, pick: int, amount: int, missing: int) -> None:
        ref = self._one(pick, "allocated", "partially_shipped")
        if ref is None:
            return
        order = self.books.orders[ref]
        most = min(order.open, self.books.on_hand)
        if order.state == "partially_shipped" and order.missing:
            most = min(most, max(0, order.open - order.missing) or order.open)
        if most > 0:
            amount = min(amount, most)
            self.books.ship(ref, amount, min(missing, order.open - amount))

    def somebody_asks_to_cancel(self, pick: int, _: int) -> None:
        if ref := self._one(pick, "accepted", "allocated", "partially_shipped"):
            self.books.tell(ref, "cancel_requested")

    def it_confirms_a_cancellation(self, pick: int, _: int) -> None:
        if ref := self._one(pick, "", "accepted", "allocated", "partially_shipped"):
            self.books.give_up(ref, "cancelled")

    def it_refuses(self, pick: int, _: int) -> None:
        if ref := self._one(pick, "accepted"):
            self.books.give_up(ref, "rejected")

    def goods_come_in(self, _: int, amount: int) -> None:
        self.books.move(amount)

    def goods_are_missing_at_a_count(self, _: int, amount: int) -> None:
        if self.books.on_hand > 20:
            self.books.move(-min(amount, 5))
            self.losses.append(self.books.messages[-1])

    # What arrives -----------------------------------------------------------------------------------------

    def a_snapshot_is_taken(self, _: int, __: int) -> None:
        self.taken.append((self.books.second, self.books.figure()))

    def a_snapshot_arrives(self, pick: int, _: int) -> None:
        if self.taken:
            found = self.taken[-1 - pick % len(self.taken)]
            self.snapshot = max(self.snapshot, found, key=lambda one: one[0])

    def a_movement_arrives(self, pick: int, _: int) -> None:
        if self.books.messages:
            message = self.books.messages[-1 - pick % len(self.books.messages)]
            self.arrived[message.id] = message

    def movements_arrive(self, pick: int, amount: int) -> None:
        self.arrived |= {message.id: message for message in self.books.messages[pick : pick + amount]}

    def news_arrives(self, pick: int, amount: int) -> None:
        more = len(self.books.news) if pick % 2 else self.told_news + amount
        self.told_news = min(more, len(self.books.news))
        if self.told_news == len(self.books.news):
            self.news_read = self.books.second

    def all_news_and_shipments_arrive(self, _: int, __: int) -> None:
        self.news_arrives(1, 0)
        self.shipments_arrive(0, 0)

    def a_shipment_arrives(self, pick: int, amount: int) -> None:
        for ref, order in list(self.books.orders.items())[pick : pick + 2]:
            told = self.told_shipments.get(ref, 0)
            self.told_shipments[ref] = min(told + amount % 3, len(order.shipments))
        self._all_shipments()

    def shipments_arrive(self, _: int, __: int) -> None:
        self.told_shipments = {ref: len(order.shipments) for ref, order in self.books.orders.items()}
        self._all_shipments()

    def _all_shipments(self) -> None:
        told = self.told_shipments
        if all(told.get(ref, 0) == len(order.shipments) for ref, order in self.books.orders.items()):
            self.shipments_read = self.books.second

    def a_cancellation_is_answered(self, pick: int, _: int) -> None:
        ref = self._one(pick, "cancelled")
        if ref and self.books.orders[ref].given_up:
            # The answer to a cancellation names what left before it.
            self.told_shipments[ref] = len(self.books.orders[ref].shipments)
            self.told_cancelled.add(ref)

    # What must hold ---------------------------------------------------------------------------------------

    def _pool(self) -> Pool:
        second, amount = self.snapshot
        found = figure(
            SKU,
            [row(amount)],
            [movement(message) for message in self.arrived.values()],
            as_of=at(second),
            terms=FigureTerms(self.books.kind),
            to_base=lambda quantity: quantity.amount,
        )
        claims = [
            claim(order, told=self.told_shipments.get(ref, 0), cancelled=ref in self.told_cancelled)
            for ref, order in self.books.orders.items()
        ]
        news: dict[str, list] = {ref: [] for ref in self.books.orders}
        for one in self.books.news[: self.told_news]:
            news[one.ref].append(one)
        told = min(self.news_read, self.shipments_read) > second
        return pool(found, [one for one in claims if one], news, kind=self.books.kind, told=told)

    def _never_more_than_there_is(self) -> None:
        if self._no_unknown_loss():
            assert self._pool().amount <= max(0, self.books.free())

    def _no_unknown_loss(self) -> bool:
        """A count that found too little is news that nobody can foresee; all else must be allowed for.

        But for one thing: an order that was put back, taken again and given up claims nothing any more, so
        nobody knows how much of what was put back it had wanted, if the movement in between is lost.
        """
        lost = [one for one in self.books.messages if one.id not in self.arrived and one.change < 0]
        back = [one.ref for one in self.books.messages if one.change > 0]
        twice = {ref for ref in self.told_cancelled if back.count(ref) > 1}
        return not any(
            one.second >= self.snapshot[0] and (one in self.losses or one.ref in twice) for one in lost
        )

    def all_is_quiet(self, pick: int, _: int) -> None:
        """Everything has arrived: the sum is the truth, neither more nor less."""
        self.books.second += 1
        self.told_news = len(self.books.news)
        self.told_cancelled |= {ref for ref, order in self.books.orders.items() if order.given_up}
        self.arrived |= {message.id: message for message in self.books.messages}
        if pick % 2:
            self.snapshot = (self.books.second, self.books.figure())
            self.taken.append(self.snapshot)
            self.books.second += 1
        self.news_read = self.books.second
        self.shipments_arrive(0, 0)
        self._exactly_what_there_is()
        self.books.second += 1

    def _exactly_what_there_is(self) -> None:
        """Less is offered, on purpose, after a tie, and while goods are missing that were there before."""
        since = [order.told_missing for order in self.books.orders.values() if order.told_missing]
        newest = self.snapshot[0] >= max((one.second for one in self.books.messages), default=0)
        missing = any(max(told) > (told[-1] if newest else 0) for told in since)
        if not self._tie() and not missing:
            assert self._pool().amount == max(Fraction(0), self.books.free())

    def _tie(self) -> bool:
        """Whether something happened in the very second of the snapshot: then less is offered, on purpose."""
        second = self.snapshot[0]
        return any(one.second == second for one in self.books.messages) or any(
            one.at == at(second) for one in self.books.news
        )

    def _anything_arrives(self, chance: Random) -> bool:
        """Of all that was ever told, let any part have arrived, at any snapshot; whether it is everything."""
        books, complete = self.books, chance.random() < 0.3
        self.snapshot = chance.choice([(0, 100), *self.taken])
        self.arrived = {one.id: one for one in books.messages if complete or chance.random() < 0.6}
        read = chance.random() < 0.7 or complete
        self.news_read = self.shipments_read = books.second if read else -1
        told = [one.at for one in books.news]
        since = sum(one <= at(self.snapshot[0]) for one in told) if read else 0
        self.told_news = len(told) if complete else chance.randint(since, len(told))
        for ref, order in books.orders.items():
            since = sum(one[2] <= self.snapshot[0] for one in order.shipments) if read else 0
            self.told_shipments[ref] = chance.randint(since, len(order.shipments))
        self.told_cancelled = {
            ref for ref, one in books.orders.items() if one.given_up and (complete or chance.random() < 0.5)
        }
        for ref, order in books.orders.items():
            if complete or ref in self.told_cancelled:
                self.told_shipments[ref] = len(order.shipments)
        return complete and books.second > self.snapshot[0]


THINGS = [name for name, found in vars(Trade).items() if callable(found) and name[0] != "_"]
WORLD = [*THINGS[: THINGS.index("a_snapshot_is_taken")], *3 * ["a_snapshot_is_taken"]]
LIVES = 3_000
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(THINGS), st.integers(0, 5), st.integers(1, 15)), max_size=60
)


def live(kind: Kind, steps: list[Step]) -> None:
    trade = Trade(Books(kind, on_hand=100))
    for seconds, what, pick, amount in steps:
        trade.books.second += seconds
        getattr(trade, what)(pick, amount)
        trade._never_more_than_there_is()


KINDS: list[Kind] = ["on_hand", "less_allocated", "less_accepted"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_free_to_sell_is_never_above_the_truth_and_meets_it_when_all_is_quiet(kind: Kind, steps: list[Step]):
    live(kind, steps)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_whatever_part_of_all_news_has_arrived(kind: Kind):
    """Plain chance reaches further than Hypothesis in the same time; the seed is fixed, so a fault stays."""
    chance = Random(kind)
    for _ in range(LIVES):
        a_life(kind, chance)


def a_life(kind: Kind, chance: Random) -> None:
    trade = Trade(Books(kind, on_hand=100))
    trade.somebody_orders(0, chance.randint(1, 15))
    for _ in range(chance.randint(4, 25)):
        trade.books.second += chance.choice((0, 0, 1))
        getattr(trade, chance.choice(WORLD))(chance.randint(0, 5), chance.randint(1, 15))
        if trade._anything_arrives(chance):
            trade._exactly_what_there_is()
        trade._never_more_than_there_is()


def test_a_shipment_that_is_read_late_may_tell_of_goods_that_are_not_there():
    """Why `told` asks for shipments as well: the order was allocated, and then a part of it was not."""
    trade = Trade(Books("less_allocated", on_hand=100))
    trade.somebody_orders(0, 15)
    trade.books.second = 1
    trade.the_warehouse_accepts(0, 0)
    trade.it_allocates(0, 0)
    trade.it_ships_and_the_rest_is_not_there(5, 5)
    trade.books.second = 2
    trade.a_snapshot_is_taken(0, 0)
    trade.a_snapshot_arrives(0, 0)
    trade.books.second = 3
    trade.news_arrives(1, 0)
    assert trade._pool().amount == 75 < trade.books.free() == 85
    trade.shipments_arrive(0, 0)
    assert trade._pool().amount == 85
