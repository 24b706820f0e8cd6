"""Complaints of the field as scenarios with two figures: a naive connector, and orogxo.

Ranked by how often users bring them up: 2 orders silently missing, 3 duplicates after time-outs, 5 cancel
after release, 6 partial shipments and parcels, 9 queues lost in a crash, 10 one bad record blocks the rest.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from attrs import define, evolve, field

from orogxo import GxoClient
from orogxo.errors import NotSent, ReplyLost
from orogxo.mapping import UnitBook
from orogxo.model import Order, Tracking
from orogxo.oro import OroStorefront
from orogxo.rules import prepare
from orogxo.sandbox import Fault, Twin
from support.interruptions import Crash, CrashingStore, Points
from support.worlds import ONCE, World


@define
class Naive:
    """A connector as they are written in an afternoon: a time cursor, a retry, no record of intent."""

    world: World
    since: dt.datetime
    queue: list[Order] = field(factory=list)

    def run(self) -> None:
        for order in self.storefront.orders_changed_since(self.since):
            self.queue.append(order)
            self.since = order.updated_at + dt.timedelta(seconds=1)
        while self.queue:
            self.send(self.queue.pop(0))
        for shipment in self.gxo.shipments().shipments:
            numbers = [number for package in shipment.packages for number in package.tracking]
            if not self.world.twin.trackings(shipment.order_ref):
                self.storefront.add_tracking(shipment.order_ref, Tracking(shipment.carrier, numbers[-1]))

    def send(self, order: Order) -> None:
        units = UnitBook.from_oro(self.storefront.products([line.sku for line in order.lines]).values())
        request = prepare(order, evolve(self.world.connector().engine.tables, units=units)).request
        for _attempt in range(2):
            with suppress(ReplyLost):
                self.gxo.submit(request)
                return

    @property
    def storefront(self) -> OroStorefront:
        return self.world.connector().engine.storefront

    @property
    def gxo(self) -> GxoClient:
        return self.world.connector().engine.warehouse.client


def worlds() -> tuple[World, Naive, World]:
    """The same shop twice: one for the naive connector, one for orogxo."""
    first, second = World.new(gxo_duplicates=True), World.new(gxo_duplicates=True)
    first.retry = second.retry = ONCE
    return first, Naive(first, first.twin.clock.now()), second


def eaches(twin: Twin) -> int:
    return int(sum(twin.books().duplicated.values()))


def test_complaint_2_orders_silently_missing() -> None:
    """A second order in the second that was just read (or with an older date) escapes a time cursor."""
    first, naive, second = worlds()
    for world in (first, second):
        world.place(po_number="PO-1")
    naive.run()
    second.run()
    for world in (first, second):
        world.place(po_number="PO-2")  # within the second that was just read
    naive.run()
    for _ in range(3):
        second.run(hours=4)
    figures = (2 - len(first.twin.gxo_orders()), 2 - len(second.twin.gxo_orders()))
    assert figures == (1, 0), "orders missing: naive, orogxo"


def test_complaint_3_duplicates_after_a_time_out() -> None:
    first, naive, second = worlds()
    for world in (first, second):
        world.place()
        world.twin.faults.add(
            Fault(system="gxo", method="PUT", path=r"/v1/orders/.*", nth=1, action="lose_reply")
        )
    naive.run()
    second.run()
    second.run(minutes=20)
    assert (eaches(first.twin), eaches(second.twin)) == (12, 0), "eaches too many: naive, orogxo"


def test_complaint_5_cancel_after_release_is_not_honoured() -> None:
    first, naive, second = worlds()
    orders = [world.place() for world in (first, second)]
    naive.run()
    second.run()
    for world, order_id in zip((first, second), orders, strict=True):
        world.twin.cancel_order(order_id)
    naive.run()
    second.run()
    second.run()
    for world in (first, second):
        world.twin.work()
    shipped = tuple(int(sum(world.twin.ledger.values())) for world in (first, second))
    assert shipped == (12, 0), "eaches shipped of a cancelled order: naive, orogxo"


def test_complaint_6_several_parcels_and_partial_shipments() -> None:
    first, naive, second = worlds()
    orders = [world.place() for world in (first, second)]
    naive.run()
    second.run()
    for world, order_id in zip((first, second), orders, strict=True):
        (line,) = world.twin.gxo_orders()[order_id]["lines"]
        world.twin.ship(order_id, {line["line_ref"]: 5}, trackings=2)
        world.twin.ship(order_id, {line["line_ref"]: 7}, trackings=2, final=True)
    naive.run()
    second.run()
    missing = tuple(
        4 - len(world.twin.trackings(order_id))
        for world, order_id in zip((first, second), orders, strict=True)
    )
    assert missing == (3, 0), "tracking numbers missing in OroCommerce: naive, orogxo"


def test_complaint_9_queue_stuck_after_a_crash() -> None:
    """The naive queue lives in the process, and its cursor moved on before the work was done."""
    first, naive, second = worlds()
    for world in (first, second):
        for number in range(4):
            world.place(po_number=f"PO-{number}")
    first.twin.faults.add(Fault(system="gxo", method="PUT", path=r"/v1/orders/.*", nth=2, action="refuse"))
    with suppress(NotSent):
        naive.run()
    Naive(first, naive.since).run()
    store = second.store
    second.store = CrashingStore(store, Points(frozenset({9})))
    with suppress(Crash):
        second.connector().run_once()
    second.store = store
    second.run(minutes=11)
    second.run(minutes=11)
    lost = tuple(4 - len(world.twin.gxo_orders()) for world in (first, second))
    assert lost == (3, 0), "orders that nobody works on: naive, orogxo"


def test_complaint_10_one_bad_record_blocks_the_rest() -> None:
    first, naive, second = worlds()
    for world in (first, second):
        world.twin.corrupt_order(world.place(po_number="PO-0"), "lineItems.0.quantity", None)
        for number in range(3):
            world.place(po_number=f"PO-{number + 1}")
    with suppress(AttributeError):  # it falls over the order that it cannot read, every time
        naive.run()
    second.run()
    blocked = tuple(3 - len(world.twin.gxo_orders()) for world in (first, second))
    assert blocked == (3, 0), "good orders blocked: naive, orogxo"
    assert len(second.held()) == 1
