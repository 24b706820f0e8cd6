"""`iter` over a shop that works on: every order once, few requests, constant memory.

The full size, 10,000 orders over real HTTP, is `python -m benchmarks oro_iter`.
"""

import gc
import math
import tracemalloc
from collections import Counter

import pytest

from orogxo.sandbox import Twin
from support.shop import client, path

ORDERS, LINES, CHANGES, PAGE = 1_000, 10, 50, 100
OVERLAP = 1


class Counting:
    """Counts API requests, and lets the shop work on after each page of orders."""

    def __init__(self, sender, meanwhile):
        self.sender, self.meanwhile, self.requests = sender, meanwhile, 0

    def send(self, request, /):
        reply = self.sender.send(request)
        if path(request) != "/oauth2-token":
            self.requests += 1
            self.meanwhile()
        return reply


@pytest.mark.parametrize(
    ("version", "sort"), [("5.1", "id"), ("6.1", "id"), ("7.0", "id"), ("6.1", "updatedAt")]
)
def test_every_order_once_while_orders_come_and_change(version, sort):
    twin = Twin(seed=7, oro_version=version)
    lines = [("WIDGET-001", at + 1, "case") for at in range(LINES)]
    ids = [twin.place_order(po_number=f"PO-{at}", lines=lines) for at in range(ORDERS)]
    edited = iter(ids[:: ORDERS // CHANGES])
    left = [CHANGES]

    def meanwhile():
        for _ in range(min(5, left[0])):
            left[0] -= 1
            ids.append(twin.place_order(po_number="NEW", lines=lines))
            twin.edit_order(next(edited), notes="changed meanwhile")

    sender = Counting(twin.oro, meanwhile)
    oro = client(sender, clock=twin.clock)
    found = Counter()
    for order in oro.orders.iter(include=["lineItems"], sort=sort, page_size=PAGE):
        found[order.id] += 1
        assert len(order.line_items) == LINES
    assert not left[0]
    assert set(found) == set(ids)
    if sort == "id":
        assert set(found.values()) == {1}
    bound = math.ceil((ORDERS + 2 * CHANGES) / PAGE) + OVERLAP + 20
    assert sender.requests <= bound


def test_memory_does_not_grow_with_the_list():
    twin = Twin(seed=7, oro_version="6.1")
    for at in range(ORDERS):
        twin.place_order(po_number=f"PO-{at}", lines=[("WIDGET-001", 1, "case")] * 3)
    oro = client(twin.oro, clock=twin.clock)
    grown = []
    tracemalloc.start()
    try:
        for at, _ in enumerate(oro.orders.iter(include=["lineItems"], page_size=50)):
            if at % 200 == 199:
                gc.collect()
                grown.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert grown[-1] - grown[0] < 1_000_000
