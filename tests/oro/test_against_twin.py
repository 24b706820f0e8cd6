"""The client and the simulated OroCommerce, written apart from each other, agree."""

import datetime as dt

import pytest

from orogxo.model import Order, Quantity, Tracking
from orogxo.oro import OroStorefront
from orogxo.sandbox import Twin
from support.shop import client

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(("version", "modern"), [("5.1", False), ("6.1", True), ("7.0", True)])
def test_orders_products_and_trackings(version, modern):
    twin = Twin(seed=7, oro_version=version)
    front = OroStorefront(client(twin.oro, clock=twin.clock, capabilities=None), page_size=25)
    small = [
        twin.place_order(po_number=f"PO-{at}", lines=[("WIDGET-001", at, "case")], shipping_method="ups_3")
        for at in range(1, 61)
    ]
    big = twin.place_order(
        po_number="BIG", lines=[("WIDGET-001", at, "item") for at in range(1, 131)], shipping_method="ups_3"
    )
    assert (front.facts().order_status, front.facts().updated_at_filter) == (modern, modern)
    read = list(front.orders_after("0"))
    assert [order.id for order in read] == [*small, big]
    assert all(isinstance(order, Order) for order in read)
    assert [order.lines[0].quantity for order in read[:3]] == [Quantity(at, "case") for at in (1, 2, 3)]
    assert {order.status for order in read} == {"open" if modern else None}
    (whole,) = front.orders([big]).values()
    assert [line.quantity.amount for line in whole.lines] == list(range(1, 131))
    if modern:
        assert len(list(front.orders_changed_since(LONG_AGO))) == 61
    assert [unit.code for unit in front.products(["GADGET-100", "NONE"])["GADGET-100"].units] == [
        "case",
        "item",
    ]
    front.add_tracking(big, Tracking("UPS", "1Z-1"))
    assert front.trackings(big) == [Tracking("UPS", "1Z-1")]
