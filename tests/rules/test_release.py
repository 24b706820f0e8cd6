"""A clean order becomes one complete request; everything wrong with an order is told at once."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.mapping import Carriers, PurchaseOrders, UnitBook
from orogxo.model import FulfilmentLine, FulfilmentRequest, KitComponent, Order, Quantity
from orogxo.rules import Prepared, Tables
from support.orders import DOCK, RETAIL, TABLES, UPS, a_line, an_order, prepared

DAY = dt.date(2026, 11, 27)


def codes(outcome: Prepared) -> list[str]:
    return [violation.code for violation in outcome.violations]


def test_a_clean_order_needs_nobody():
    outcome = prepared(an_order())
    line = FulfilmentLine("101", "101", "WIDGET-001", Quantity(12, "each"), "EA", Quantity(1, "case"))
    assert outcome.request == FulfilmentRequest(
        ref="17",
        order_id="17",
        identifier="ORD-0017",
        po_number="PO-2026-0001",
        customer=RETAIL,
        ship_to=DOCK,
        carrier=UPS,
        lines=(line,),
    )
    assert (outcome.violations, outcome.captured) == ((), (line,))


def test_the_warehouses_reference_carries_the_prefix():
    assert prepared(an_order(), evolve(TABLES, reference_prefix="EU-")).request.ref == "EU-17"


def test_the_earliest_promise_is_the_deadline():
    lines = (a_line(id="1", ship_by=DAY), a_line(id="2", ship_by=DAY + dt.timedelta(1)))
    assert prepared(an_order(lines=lines)).request.ship_not_after == DAY
    early = DAY - dt.timedelta(2)
    assert prepared(an_order(lines=lines, ship_until=early)).request.ship_not_after == early


def test_what_the_buyer_wrote_goes_along():
    order = an_order(
        customer_notes=" Ring twice ", lines=(a_line(comment="blue box"), a_line(id="2", comment=" "))
    )
    assert prepared(order).request.notes == "Ring twice\nWIDGET-001: blue box"


def test_a_kit_goes_as_its_components():
    parts = (
        KitComponent("1", "WIDGET-001", Quantity(1, "case")),
        KitComponent("2", "WIDGET-001", Quantity(3, "each")),
    )
    kit = a_line(sku="KIT-1", quantity=Quantity(2, "set"), components=parts, is_kit=True)
    request = prepared(an_order(lines=(kit,))).request
    assert [(line.ref, line.quantity.amount) for line in request.lines] == [("101.1", 24), ("101.2", 6)]


def test_everything_wrong_is_told_at_once():
    lines = (
        a_line(id="1", free_form=True, product_id=None),
        a_line(id="2", quantity=Quantity("0.3", "case")),
        a_line(id="3", quantity=Quantity(0, "case")),
        a_line(id="4", sku="WIDGET-9"),
        a_line(id="5", quantity=Quantity(1, "drum")),
        a_line(id="6", is_kit=True),
        a_line(id="7"),
    )
    order = Order("17", "ORD-0017", "n/a", None, lines, None)
    outcome = prepared(order, evolve(TABLES, reference_prefix="EU/"))
    assert outcome.request is None
    assert [(violation.code, violation.path) for violation in outcome.violations] == [
        ("REFERENCE_UNSENDABLE", "id"),
        ("PO_PLACEHOLDER", "po_number"),
        ("ORGANISATION_MISSING", "customer"),
        ("SHIP_METHOD_MISSING", "shipping_method"),
        ("ADDRESS_MISSING", "ship_to"),
        ("FREE_FORM_LINE", "lines[1]"),
        ("QUANTITY_NOT_POSITIVE", "lines[3].quantity"),
        ("KIT_WITHOUT_COMPONENTS", "lines[6]"),
        ("FRACTIONAL_EACH", "lines[2].quantity"),
        ("SKU_UNMAPPED", "lines[4].sku"),
        ("UNIT_UNMAPPED", "lines[5].unit"),
    ]
    assert [line.ref for line in outcome.captured] == ["7"]


def test_a_product_that_is_gone_hides_no_other_unknown_sku():
    lines = (a_line(id="1", product_id=None, sku="GONE-1"), a_line(id="2", sku="NEW-1"))
    assert codes(prepared(an_order(lines=lines))) == ["SKU_UNKNOWN", "SKU_UNMAPPED"]


def test_evidence_names_the_value_what_is_known_and_the_cure():
    (violation,) = prepared(an_order(lines=(a_line(quantity=Quantity(1, "drum")),))).violations
    assert violation.evidence[:3] == (
        "value drum", "sku WIDGET-001", "known units case, each, pallet",
    )  # fmt: skip
    assert "drum = " in violation.evidence[3]


def test_a_corrected_mapping_releases_exactly_the_orders_that_waited_for_it():
    by_air, by_road = an_order(shipping_method="air_1"), an_order(shipping_method="road_1")
    assert codes(prepared(by_air)) == codes(prepared(by_road)) == ["SHIP_METHOD_UNMAPPED"]
    healed = evolve(TABLES, carriers=Carriers.from_mapping({"air_1": UPS}))
    assert prepared(by_air, healed).request is not None
    assert codes(prepared(by_road, healed)) == ["SHIP_METHOD_UNMAPPED"]


def test_a_waived_po_sends_the_configured_value():
    tables = evolve(TABLES, purchase_orders=PurchaseOrders(waived_value="PO WAIVED"))
    for po_number, code in (("", "PO_MISSING"), ("tbd", "PO_PLACEHOLDER")):
        order = an_order(po_number=po_number)
        assert codes(prepared(order, tables)) == [code]
        assert prepared(order, tables, waivers=[code]).request.po_number == "PO WAIVED"
    assert prepared(an_order(), tables, waivers=["PO_MISSING"]).request.po_number == "PO-2026-0001"


def test_a_waiver_counts_for_its_own_code_only():
    tables = evolve(TABLES, purchase_orders=PurchaseOrders(waived_value="PO WAIVED"))
    assert codes(prepared(an_order(po_number=None), tables, waivers=["PO_PLACEHOLDER"])) == ["PO_MISSING"]


def test_a_waiver_without_a_value_to_send_does_not_release():
    outcome = prepared(an_order(po_number=None), waivers={"PO_MISSING"})
    assert (outcome.request, codes(outcome)) == (None, ["PO_WAIVER_WITHOUT_VALUE"])


def test_what_is_not_waivable_stays_held_whatever_is_waived():
    waived = {"SHIP_METHOD_UNMAPPED", "FRACTIONAL_EACH", "PO_UNSENDABLE", "NOT_A_CODE"}
    order = an_order(
        shipping_method="x", lines=(a_line(quantity=Quantity("0.3", "each")),), po_number="A\x00B"
    )
    assert set(codes(prepared(order, waivers=waived))) == {
        "SHIP_METHOD_UNMAPPED",
        "FRACTIONAL_EACH",
        "PO_UNSENDABLE",
    }


def test_tables_need_only_units_and_carriers():
    assert prepared(an_order(), Tables(UnitBook(), Carriers({}))).request is None
