"""`SiteProfile.shipped("reference")` is gateway-v1 word for word: nothing is sent or read otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import MappingError, OrogxoError
from orogxo.gxo.site import SiteProfile
from orogxo.model import Address, CarrierService, FulfilmentLine, Organisation, Quantity
from support.gateway import (
    REQUEST,
    order_resource,
    problem,
    reply,
    shipment,
    shipment_line,
    shipments_page,
    site,
    stock_page,
    stock_row,
)
from support.gateway_goods import ADVICE, ITEM, RMA, feed, inbound, movement, receipt, returned

REFERENCE = SiteProfile.shipped("reference")

TEXT = st.text(max_size=12)
LONG = st.text(max_size=600)
REFS = st.text("AZaz09._-", max_size=120)
UNITS = st.sampled_from(["EA", "MTK", "CS", ""])
AMOUNTS = st.fractions(min_value=-2, max_value=50, max_denominator=8)
LINES = st.builds(
    FulfilmentLine,
    ref=REFS,
    order_line_id=TEXT,
    sku=TEXT,
    quantity=st.builds(Quantity, AMOUNTS, st.just("each")),
    uom=UNITS,
    sold=st.just(Quantity(1, "each")),
)
ORDERS = st.builds(
    lambda **members: evolve(REQUEST, **members),
    ref=REFS,
    po_number=LONG,
    identifier=TEXT,
    notes=LONG,
    customer=st.builds(Organisation, TEXT, TEXT, st.none() | st.builds(Organisation, TEXT, TEXT)),
    ship_to=st.builds(Address, name=TEXT, street=TEXT, city=TEXT, country=TEXT),
    carrier=st.builds(CarrierService, TEXT, TEXT, TEXT),
    lines=st.lists(LINES, max_size=3).map(tuple),
    ship_not_after=st.none() | st.dates(),
)


def sent(profile: SiteProfile | None, method: str, *arguments: object) -> object:
    """What goes out for a call, or that it is refused before."""
    client, sender = site(*[problem(500, "internal_error")] * 6, profile=profile)
    try:
        getattr(client, method)(*arguments)
    except MappingError:
        assert sender.sent == []
        return "refused"
    except OrogxoError:
        pass
    return [(request.method, request.url, request.headers, request.body) for request in sender.sent]


@settings(max_examples=200, deadline=None)
@given(ORDERS)
def test_the_same_bytes_leave_with_the_reference_profile_and_without_one(order: Any) -> None:
    for call in (("submit", order), ("change", order, 3)):
        assert sent(REFERENCE, *call) == sent(None, *call)


def test_an_ordinary_order_is_among_those_that_leave() -> None:
    assert sent(REFERENCE, "submit", REQUEST) == sent(None, "submit", REQUEST) != "refused"


IN_X = {"value": "1", "uom": "X"}
SHIPMENTS = shipments_page(
    shipment(),
    shipment(carrier="MULE", service="SLOW", lines=[shipment_line(reason="mood", shipped=IN_X)]),
    {},
)  # fmt: skip
READS: list[tuple[str, tuple[object, ...], object]] = [
    ("find", ("1042",), order_resource(state="moonlit")),
    ("orders", (), feed(order_resource(state="moonlit"))),
    ("shipments", (), SHIPMENTS),
    ("shipment", ("SHP-1",), shipment(carrier="MULE")),
    ("stock_snapshot", (), stock_page(stock_row(status="mezzanine"), stock_row(qty=IN_X))),
    ("movements", (), feed(movement(reason="ghosts", to_status="limbo"))),
    ("receipts", (), feed(receipt())),
    ("find_return", ("RMA-3",), returned()),
    ("capabilities", (), {"lookup": True, "cancel": True}),
    ("put_item", (ITEM,), {"sku": "A/1"}),
    ("put_inbound", (ADVICE,), inbound()),
    ("put_return", (RMA,), returned()),
]  # fmt: skip


@pytest.mark.parametrize(("method", "arguments", "answer"), READS)
def test_the_same_is_read_and_asked_with_the_reference_profile_and_without_one(
    method: str, arguments: tuple[object, ...], answer: object
) -> None:
    outcomes = []
    for profile in (REFERENCE, None):
        client, sender = site(reply(200, answer), profile=profile)
        outcomes.append((getattr(client, method)(*arguments), sender.sent))
    assert outcomes[0] == outcomes[1]
