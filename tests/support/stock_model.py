"""A small warehouse of its own arithmetic: what its books say at any instant, and what is really free.

It shares nothing with the product but the shapes of the messages. Time is a whole number of seconds.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from attrs import define, field, frozen

from orogxo.model import Claim, Left, OrderNews, Quantity, StockMovement, StockRow

SKU = "WIDGET-001"
START = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)


def at(second: int) -> dt.datetime:
    """The instant of a second of the model."""
    return START + dt.timedelta(seconds=second)


@define
class Ordered:
    """An order as the warehouse has it; amounts are whole base units."""

    ref: str
    amount: int
    state: str = ""
    shipped: int = 0
    missing: int = 0
    given_up: int = 0
    shipments: list[tuple[str, int, int]] = field(factory=list)
    told_missing: list[int] = field(factory=list)

    @property
    def open(self) -> int:
        """What is still to leave."""
        return self.amount - self.shipped - self.given_up


@frozen
class Message:
    """A movement of the row that the figure is made of."""

    id: str
    second: int
    change: int
    ref: str


@define
class Books:
    """The warehouse: goods on its floor, its orders, and every message that it ever wrote."""

    kind: str
    on_hand: int
    second: int = 0
    orders: dict[str, Ordered] = field(factory=dict)
    messages: list[Message] = field(factory=list)
    news: list[OrderNews] = field(factory=list)

    def figure(self) -> int:
        """What the row `available` shows, by the kind of figure that the site keeps."""
        kept = {"on_hand": (), "less_allocated": ("allocated", "partially_shipped")}.get(
            self.kind, ("accepted", "allocated", "partially_shipped")
        )
        missing = 0 if self.kind == "less_accepted" else 1
        return self.on_hand - sum(
            order.open - missing * order.missing for order in self.orders.values() if order.state in kept
        )

    def free(self) -> int:
        """The truth: goods on the floor that no order will take."""
        return self.on_hand - sum(order.open for order in self.orders.values())

    def changing(self, ref: str, before: int) -> None:
        """Write the movement that explains how the row changed."""
        change = self.figure() - before
        if change:
            self.messages.append(Message(f"M{len(self.messages)}", self.second, change, ref))

    def tell(self, ref: str, state: str) -> None:
        """Write the news that an order is in that state."""
        self.news.append(OrderNews(f"E{len(self.news)}", ref, state, at(self.second), len(self.news)))

    def become(self, ref: str, state: str) -> None:
        """Let an order be in another state, and tell so."""
        before = self.figure()
        self.orders[ref].state = state
        self.tell(ref, state)
        self.changing(ref, before)

    def move(self, change: int) -> None:
        """Goods come in, or are counted."""
        self.on_hand += change
        self.messages.append(Message(f"M{len(self.messages)}", self.second, change, ""))

    def ship(self, ref: str, amount: int, missing: int) -> None:
        """Ship some of an order; `missing` of the rest is not there, so it was not allocated after all."""
        order, before = self.orders[ref], self.figure()
        shipment = f"S{ref}-{len(order.shipments)}"
        order.shipped += amount
        order.shipments.append((shipment, amount, self.second))
        kept = order.missing
        order.missing = min(kept, order.open)
        order.state = "partially_shipped" if order.open else "closed"
        self.on_hand -= amount
        self.tell(ref, order.state)
        self.changing(shipment, before)
        before = self.figure()
        order.missing = missing
        self.changing(ref, before)
        order.told_missing.append(missing)

    def give_up(self, ref: str, state: str) -> None:
        """Confirm a cancellation, or refuse the order."""
        before, order = self.figure(), self.orders[ref]
        if state == "cancelled":
            order.given_up, order.missing = order.amount - order.shipped, 0
        order.state = state
        self.tell(ref, state)
        self.changing(ref, before)


def row(amount: int) -> StockRow:
    """The figure as a row of a snapshot."""
    return StockRow(SKU, "available", Quantity(amount, "EA"), "SITE-1")


def movement(message: Message) -> StockMovement:
    """The message as it is read from the feed."""
    ways = ("available", "") if message.change < 0 else ("", "available")
    amount = Quantity(abs(message.change), "EA")
    return StockMovement(
        message.id, at(message.second), SKU, amount, *ways, "other", site="SITE-1", reference=message.ref
    )


def claim(order: Ordered, *, told: int, cancelled: bool) -> Claim | None:
    """What is claimed by one who knows the first `told` shipments, and maybe the cancellation."""
    shipments = order.shipments[:told]
    shipped = sum(amount for _, amount, _ in shipments)
    waiting = 0 if cancelled else order.amount - shipped
    if not shipped + waiting:
        return None
    left = tuple(Left(name, Fraction(amount), at(second)) for name, amount, second in shipments)
    return Claim(
        order_id=order.ref,
        line="1",
        sku=SKU,
        amount=Fraction(shipped + waiting),
        ref=order.ref,
        left=left,
        backordered=Fraction(max(order.told_missing[:told], default=0)),
        given_up=Fraction(order.given_up if cancelled else 0),
        closed=not waiting,
    )
