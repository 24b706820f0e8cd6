"""Reads orders from OroCommerce and lets each become held, ready or dropped.

Three feeds, each complete on its own terms: new orders by id, changed orders by `updatedAt` where that can be
filtered, and every order that waits for a correction, by name. All overlap; reading twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from attrs import define, evolve, field

from orogxo.errors import ReleaseRefused
from orogxo.mapping import UnitBook
from orogxo.model import Fulfilment, Order, OrderHeadline, Product, State, UnreadableOrder
from orogxo.orchestrator.decision import entry
from orogxo.orchestrator.engine import Engine, chunks, isolate
from orogxo.orchestrator.events import Event, OrderGone, OrderRead, OrderUnreadable, Standing
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.states import AT_WAREHOUSE, REREAD
from orogxo.ports import StorefrontFacts
from orogxo.rules import Tables, prepare

BY_ID = "orders:id"
BY_CHANGE = "orders:updated"
SWEPT = "orders:swept"
CENSUS_BATCH = 500


def standing(order: Order, policy: Policy, *, readable: bool, host_says: bool | None = None) -> Standing:
    """Whether `order` may be sent, as far as its status (or the host's predicate) tells."""
    if not readable:
        return Standing.AUTHORISED if host_says else Standing.WAITING
    if order.status is None:
        return Standing.UNKNOWN
    if order.status in policy.authorised:
        return Standing.AUTHORISED
    return Standing.ENDED if order.status in policy.ended else Standing.WAITING


def refuse_blind_release(engine: Engine, facts: StorefrontFacts) -> None:
    """Raise ReleaseRefused where an order cancelled in OroCommerce would look like any other."""
    if facts.order_status or (engine.policy.host_authorises and engine.host_authorised is not None):
        return
    raise ReleaseRefused(
        "this OroCommerce shows no order status, so a cancelled order looks like any other; nothing is sent. "
        "Two ways out: (1) let the API expose internalStatus on orders, a few lines of api.yml on the "
        "OroCommerce side; (2) set [release] host_authorises = true and pass authorised=your_predicate to "
        "the Connector, which then answers for every order",
        code="ORDER_STATUS_UNREADABLE",
    )


@define
class Intake:
    """One pass over the orders of OroCommerce."""

    engine: Engine
    facts: StorefrontFacts
    seen: dict[str, State | None] = field(factory=dict)
    _products: dict[str, Product | None] = field(factory=dict)
    _newest: dt.datetime | None = None

    def run(self) -> None:
        """Read all three feeds; every order once, each chunk committed with its cursor."""
        self.glance()
        self._waiting_orders()
        self._sweep()

    def glance(self) -> None:
        """Read new and changed orders only: what buyers did since the last reading."""
        with self.engine.store.transaction() as rows:
            by_id, by_change = rows.cursor(BY_ID), rows.cursor(BY_CHANGE)
        self._new_orders(int(by_id or 0))
        if self.facts.updated_at_filter and by_change:
            self._changed_orders(dt.datetime.fromisoformat(by_change))
        if self._newest is not None and (not by_change or self._newest.isoformat() > by_change):
            with self.engine.store.transaction() as rows:
                rows.set_cursor(BY_CHANGE, self._newest.isoformat())

    def _new_orders(self, last: int) -> None:
        start = max(0, last - self.engine.policy.overlap_ids)
        for chunk in chunks(self.engine.storefront.orders_after(str(start)), self.engine.policy.batch):
            self.absorb(chunk)
            highest = max(last, *(int(order.id) for order in chunk))
            with self.engine.store.transaction() as rows:
                rows.set_cursor(BY_ID, str(highest))

    def _changed_orders(self, since: dt.datetime) -> None:
        changed = self.engine.storefront.orders_changed_since(since - self.engine.policy.overlap)
        unread = (order for order in changed if order.id not in self.seen)
        for chunk in chunks(unread, self.engine.policy.batch):
            self.absorb(chunk)

    def _waiting_orders(self) -> None:
        states = REREAD if self.facts.updated_at_filter else (*REREAD, *AT_WAREHOUSE)
        after = ""
        while True:
            with self.engine.store.transaction() as rows:
                waiting = rows.in_state(states, after=after, limit=self.engine.policy.batch)
            if not waiting:
                return
            after = waiting[-1].order_id
            self.reread([each.order_id for each in waiting if each.order_id not in self.seen])

    def _sweep(self) -> None:
        """Count every order of the shop now and then; what the feeds missed is read now."""
        now, policy = self.engine.now(), self.engine.policy
        with self.engine.store.transaction() as rows:
            swept = rows.cursor(SWEPT)
        if swept and now < dt.datetime.fromisoformat(swept) + policy.sweep_every:
            return
        counted = missed = 0
        for headlines in chunks(self.engine.storefront.census(), CENSUS_BATCH):
            wanted = self._missed(headlines)
            counted, missed = counted + len(headlines), missed + len(wanted)
            for order_ids in chunks(wanted, policy.batch):
                self.reread(order_ids)
        with self.engine.store.transaction() as rows:
            rows.set_cursor(SWEPT, now.isoformat())
            text = f"sweep: {counted} orders in OroCommerce, {missed} of them read again"
            rows.record(entry("flow:release", now, "sweep", text))

    def _missed(self, headlines: Sequence[OrderHeadline]) -> list[str]:
        with self.engine.store.transaction() as rows:
            known = {headline.id: rows.fulfilment(headline.id) for headline in headlines}
        return [
            headline.id
            for headline in headlines
            if headline.id not in self.seen and _news(headline, known[headline.id], self.engine.policy)
        ]

    def reread(self, order_ids: Sequence[str], *, asked: bool = False) -> None:
        """Read these orders by name; one that is no longer there is told apart."""
        if not order_ids:
            return
        found = self.engine.storefront.orders(order_ids)
        self.absorb(list(found.values()), asked=asked)
        with self.engine.store.transaction() as rows:
            for order_id in order_ids:
                if order_id not in found:
                    self._keep(order_id, self.engine.happen(rows, order_id, OrderGone(order_id)))

    def absorb(self, orders: Sequence[Order | UnreadableOrder], *, asked: bool = False) -> None:
        """Let these orders happen, in one transaction."""
        tables = self._tables_for(orders)
        with self.engine.store.transaction() as rows:
            for order in orders:
                event = self._event(order, rows.fulfilment(order.id), tables, asked=asked)
                self._keep(order.id, self.engine.happen(rows, order.id, event))
                if isinstance(order, Order) and order.updated_at is not None:
                    self._newest = max(order.updated_at, self._newest or order.updated_at)

    def _keep(self, order_id: str, fulfilment: Fulfilment | None) -> None:
        self.seen[order_id] = fulfilment.state if fulfilment else None

    def _event(
        self, order: Order | UnreadableOrder, known: Fulfilment | None, tables: Tables, *, asked: bool
    ) -> Event:
        if isinstance(order, UnreadableOrder):
            return OrderUnreadable(order)
        try:
            host = self._host_says(order)
            prepared = prepare(
                order,
                tables,
                waivers={waiver.code for waiver in known.waivers} if known else (),
                captured=known.captured if known else (),
            )
        except Exception as error:  # noqa: BLE001  # one order that trips a bug must not stop all the others
            problem = f"{type(error).__name__}: {error}"
            return OrderUnreadable(UnreadableOrder(order.id, (problem,), order.identifier))
        rank = standing(order, self.engine.policy, readable=self.facts.order_status, host_says=host)
        return OrderRead(order, prepared, rank, asked=asked)

    def _host_says(self, order: Order) -> bool | None:
        ask = self.engine.host_authorised
        return None if ask is None or self.facts.order_status else ask(order)

    def _tables_for(self, orders: Iterable[Order | UnreadableOrder]) -> Tables:
        readable = [order for order in orders if isinstance(order, Order)]
        wanted = {sku for order in readable for sku in _skus(order)}
        missing = sorted(wanted - self._products.keys())
        if missing:
            answers, _ = isolate(self.engine, self.engine.storefront.products, missing)
            found = {sku: product for answer in answers for sku, product in answer.items()}
            self._products |= {sku: found.get(sku) for sku in missing}
        known = [product for sku in sorted(wanted) if (product := self._products[sku]) is not None]
        units = self.engine.tables.units.declared_over(UnitBook.from_oro(known))
        return evolve(self.engine.tables, units=units, unknown_skus=self._unknown(known))

    def _unknown(self, known: Sequence[Product]) -> frozenset[str]:
        skus = [product.sku for product in known if not product.is_kit]
        if not skus or not self.engine.warehouse.facts().item_master:
            return frozenset()
        answers, poison = isolate(self.engine, self.engine.warehouse.unknown_skus, skus)
        return frozenset(poison).union(*answers)


def _news(headline: OrderHeadline, known: Fulfilment | None, policy: Policy) -> bool:
    if known is None:
        return headline.status not in policy.ended
    if headline.updated_at is None or known.changed_at is None:
        return known.state is not State.CLOSED
    return headline.updated_at > known.changed_at


def _skus(order: Order) -> Iterable[str]:
    for line in order.lines:
        if line.is_kit:
            yield from (component.sku for component in line.components)
        elif not line.free_form:
            yield line.sku
