"""Small, valid values of the domain for tests; each test changes only what it is about."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.mapping import Carriers, UnitBook, opening_ledger
from orogxo.model import (
    Address,
    Answer,
    CarrierService,
    Fulfilment,
    FulfilmentRequest,
    Order,
    OrderLine,
    Organisation,
    Quantity,
    Shipment,
    ShipmentLine,
    State,
)
from orogxo.rules import Prepared, Tables, prepare

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
UPS = CarrierService("UPS", "GROUND", "UPSN")
UNITS = UnitBook.from_text('[skus."WIDGET-001"]\nbase = "each"\ncase = 12\npallet = "40 case"\n')
TABLES = Tables(units=UNITS, carriers=Carriers.from_mapping({"ups_3:03": UPS}))
RETAIL = Organisation("2", "Northwind Retail GmbH", Organisation("1", "Northwind Group"))
DOCK = Address(
    name="Amanda Cole",
    company="Northwind Retail GmbH",
    street="1 Dock Road",
    city="Rochester",
    postal_code="14608",
    region="US-NY",
    country="US",
)


def a_line(**changes: object) -> OrderLine:
    line = OrderLine(id="101", sku="WIDGET-001", quantity=Quantity(1, "case"), product_id="1")
    return evolve(line, **changes)


def an_order(**changes: object) -> Order:
    order = Order(
        id="17",
        identifier="ORD-0017",
        po_number="PO-2026-0001",
        customer=RETAIL,
        lines=(a_line(),),
        ship_to=DOCK,
        shipping_method="ups_3",
        shipping_method_type="03",
        status="open",
        currency="USD",
        created_at=NOW,
        updated_at=NOW,
    )
    return evolve(order, **changes)


def prepared(order: Order, tables: Tables = TABLES, **more: object) -> Prepared:
    return prepare(order, tables, **more)  # type: ignore[arg-type]  # tests pass what they mean


def a_request(order: Order | None = None) -> FulfilmentRequest:
    found = prepared(order or an_order()).request
    assert found is not None
    return found


def a_fulfilment(state: State = State.ACCEPTED, **changes: object) -> Fulfilment:
    order = an_order()
    request = a_request(order)
    fulfilment = Fulfilment(
        order_id=order.id,
        identifier=order.identifier,
        state=state,
        revision=1,
        po_number="PO-2026-0001",
        customer=RETAIL,
        order=order,
        request=request,
        captured=request.lines,
        lines=opening_ledger(request),
        changed_at=NOW,
        seen_at=NOW,
        cancel=Answer.PENDING if state is State.CANCELLING else None,
    )
    return evolve(fulfilment, **changes)


def a_shipment(eaches: int | str = 12, **changes: object) -> Shipment:
    line = ShipmentLine(line_ref="101", sku="WIDGET-001", shipped=Quantity(eaches, "EA"))
    shipment = Shipment(id="S-1", order_ref="17", lines=(line,), carrier="UPS", service="GROUND")
    return evolve(shipment, **changes)
