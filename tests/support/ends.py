"""Both ends as obedient fakes: tests say what they hold and how the next calls go wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import define, evolve, field

from orogxo.errors import OrogxoError
from orogxo.model import (
    Acknowledgement,
    Answer,
    CancelAnswer,
    FulfilmentRequest,
    Order,
    OrderHeadline,
    Product,
    ProductUnit,
    Shipment,
    Tracking,
    UnreadableOrder,
)
from orogxo.ports import ShipmentPage, StorefrontFacts, WarehouseFacts
from support.orders import NOW

WIDGET = Product("1", "WIDGET-001", (ProductUnit("each", Decimal(1)), ProductUnit("case", Decimal(12))))


@define
class FakeClock:
    """Time that moves only when told."""

    at: dt.datetime = NOW

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOW).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)

    def advance(self, **span: float) -> None:
        self.at += dt.timedelta(**span)


@define(slots=False)
class FakeStorefront:
    """OroCommerce, as far as the orchestrator looks. `failures`: method name to errors raised, one a call."""

    held: dict[str, Order | UnreadableOrder] = field(factory=dict)
    known: StorefrontFacts = field(default=StorefrontFacts(order_status=True, updated_at_filter=True))
    catalogue: dict[str, Product] = field(factory=lambda: {"WIDGET-001": WIDGET})
    shown: dict[str, list[Tracking]] = field(factory=dict)
    failures: dict[str, list[OrogxoError | None]] = field(factory=dict)
    lose_after_effect: bool = False

    def put(self, *orders: Order | UnreadableOrder) -> None:
        self.held.update({order.id: order for order in orders})

    def edit(self, order_id: str, **changes: object) -> None:
        order = self.held[order_id]
        assert isinstance(order, Order)
        later = (order.updated_at or NOW) + dt.timedelta(seconds=1)
        self.held[order_id] = evolve(order, **{"updated_at": later, **changes})

    def facts(self) -> StorefrontFacts:
        self._fail("facts")
        return self.known

    def orders_after(self, order_id: str) -> Iterator[Order | UnreadableOrder]:
        self._fail("orders_after")
        found = [order for order in self.held.values() if int(order.id) > int(order_id)]
        return iter(sorted(found, key=lambda order: int(order.id)))

    def orders_changed_since(self, instant: dt.datetime) -> Iterator[Order | UnreadableOrder]:
        self._fail("orders_changed_since")
        orders = [order for order in self.held.values() if isinstance(order, Order)]
        return iter([order for order in orders if order.updated_at and order.updated_at >= instant])

    def orders(self, order_ids: Sequence[str]) -> Mapping[str, Order | UnreadableOrder]:
        self._fail("orders")
        return {order_id: self.held[order_id] for order_id in order_ids if order_id in self.held}

    def census(self) -> Iterator[OrderHeadline]:
        self._fail("census")
        for order in sorted(self.held.values(), key=lambda order: int(order.id)):
            readable = isinstance(order, Order)
            yield OrderHeadline(
                order.id, order.status if readable else None, order.updated_at if readable else None
            )

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        self._fail("products")
        return {sku: self.catalogue[sku] for sku in skus if sku in self.catalogue}

    def trackings(self, order_id: str) -> Sequence[Tracking]:
        self._fail("trackings")
        return list(self.shown.get(order_id, []))

    def add_tracking(self, order_id: str, tracking: Tracking) -> None:
        if self.lose_after_effect:
            self.shown.setdefault(order_id, []).append(tracking)
        self._fail("add_tracking")
        self.shown.setdefault(order_id, []).append(tracking)

    def _fail(self, method: str) -> None:
        _raise_next(self.failures, method)


@define(slots=False)
class FakeWarehouse:
    """A site. `effects`: every request that it took, so that two for one order are a double shipment."""

    known: WarehouseFacts = field(factory=WarehouseFacts)
    effects: list[FulfilmentRequest] = field(factory=list)
    calls: list[str] = field(factory=list)
    feed: list[Shipment] = field(factory=list)
    unreadable: list[str] = field(factory=list)
    cancel_answers: list[CancelAnswer] = field(factory=list)
    strangers: frozenset[str] = frozenset()
    state: str = "accepted"
    echo: str | None = None
    failures: dict[str, list[OrogxoError | None]] = field(factory=dict)
    lose_after_effect: bool = False

    def facts(self) -> WarehouseFacts:
        return self.known

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        self.calls.append(f"submit {request.ref}")
        if self.lose_after_effect:
            self.effects.append(request)
        _raise_next(self.failures, "submit")
        if not self.lose_after_effect:
            self.effects.append(request)
        return Acknowledgement(request.ref, self.state, po_number=self.echo)

    def find(self, ref: str) -> Acknowledgement | None:
        self.calls.append(f"find {ref}")
        _raise_next(self.failures, "find")
        has = any(request.ref == ref for request in self.effects)
        return Acknowledgement(ref, self.state, po_number=self.echo) if has else None

    def cancel(self, ref: str) -> CancelAnswer:
        self.calls.append(f"cancel {ref}")
        _raise_next(self.failures, "cancel")
        return (
            self.cancel_answers.pop(0) if self.cancel_answers else CancelAnswer(Answer.DONE, "", "cancelled")
        )

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        self.calls.append(f"change {request.ref} over {version}")
        _raise_next(self.failures, "change")
        self.effects = [request if held.ref == request.ref else held for held in self.effects]
        return Acknowledgement(request.ref, self.state, version=version + 1)

    def shipments(self, cursor: str) -> ShipmentPage:
        _raise_next(self.failures, "shipments")
        start = int(cursor or 0)
        return ShipmentPage(
            shipments=self.feed[start : start + 2],
            cursor=str(min(start + 2, len(self.feed))),
            more=start + 2 < len(self.feed),
            unreadable=self.unreadable,
        )

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        _raise_next(self.failures, "unknown_skus")
        return self.strangers & frozenset(skus)


def _raise_next(failures: dict[str, list[OrogxoError | None]], method: str) -> None:
    waiting = failures.get(method)
    error = waiting.pop(0) if waiting else None
    if error is not None:
        raise error
