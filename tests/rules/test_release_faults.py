"""One fault, one code: a clean order with a single thing wrong is held for exactly that, and not sent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from orogxo.mapping import Addresses, Organisations, UnitBook, Uoms
from orogxo.model import KitComponent, Order, Organisation, Product, ProductUnit, Quantity
from orogxo.rules import Tables, rule
from support.orders import DOCK, TABLES, a_line, an_order, prepared


def line(**changes: object) -> Order:
    return an_order(lines=(a_line(id="1"), a_line(**{"id": "2", **changes})))


def kit(*, component: Quantity | None = None, quantity: object = 2, sku: str = "WIDGET-001") -> Order:
    parts = () if component is None else (KitComponent("1", sku, component),)
    return line(sku="KIT-1", quantity=Quantity(quantity, "set"), components=parts, is_kit=True)


def tables(**changes: object) -> Tables:
    return evolve(TABLES, **changes)


DOUBTFUL = UnitBook.from_oro(
    [Product("1", "WIDGET-001", (ProductUnit("each", Decimal(1)), ProductUnit("case", Decimal("11.999999"))))]
)

FAULTS: list[tuple[str, Order, Tables]] = [
    ("PO_MISSING", an_order(po_number=None), TABLES),
    ("PO_MISSING", an_order(po_number="\u200b "), TABLES),
    ("PO_PLACEHOLDER", an_order(po_number="N/A"), TABLES),
    ("PO_UNSENDABLE", an_order(po_number="PO\x1b17"), TABLES),
    ("ORGANISATION_MISSING", an_order(customer=None), TABLES),
    ("ORGANISATION_MISSING", an_order(customer=Organisation("9", "Guest")), TABLES),
    ("ORGANISATION_UNMAPPED", an_order(), tables(organisations=Organisations(listed_only=True))),
    ("SHIP_METHOD_MISSING", an_order(shipping_method=None), TABLES),
    ("SHIP_METHOD_UNMAPPED", an_order(shipping_method="teleport_1"), TABLES),
    ("SHIP_METHOD_UNMAPPED", an_order(shipping_method_type="14"), TABLES),
    ("ADDRESS_MISSING", an_order(ship_to=None), TABLES),
    ("ADDRESS_INCOMPLETE", an_order(ship_to=evolve(DOCK, city="")), TABLES),
    ("ADDRESS_TOO_LONG", an_order(), tables(addresses=Addresses(limits={"city": 3}))),
    ("REFERENCE_UNSENDABLE", an_order(), tables(reference_prefix="EU ")),
    ("REFERENCE_UNSENDABLE", an_order(id=""), TABLES),
    ("REFERENCE_UNSENDABLE", line(id="1"), TABLES),
    ("REFERENCE_UNSENDABLE", line(id="2/7"), TABLES),
    ("NO_SHIPPABLE_LINE", an_order(lines=()), TABLES),
    ("FREE_FORM_LINE", line(free_form=True, product_id=None, sku="", name="Engraving"), TABLES),
    ("SKU_UNKNOWN", line(product_id=None), TABLES),
    ("SKU_UNKNOWN", line(product_id=None, sku="GONE-1"), TABLES),
    ("SKU_UNKNOWN", an_order(), tables(unknown_skus=frozenset({"WIDGET-001"}))),
    ("SKU_UNKNOWN", line(sku="GONE-1"), tables(unknown_skus=frozenset({"GONE-1"}))),
    ("SKU_UNMAPPED", line(sku="NEW-1"), TABLES),
    ("UNIT_UNMAPPED", line(quantity=Quantity(1, "drum")), TABLES),
    ("UNIT_AMBIGUOUS", an_order(), tables(units=DOUBTFUL)),
    ("UOM_UNMAPPED", an_order(), tables(uoms=Uoms({"kg": "KGM"}))),
    ("QUANTITY_NOT_POSITIVE", line(quantity=Quantity(0, "case")), TABLES),
    ("QUANTITY_NOT_POSITIVE", line(quantity=Quantity(-1, "case")), TABLES),
    ("QUANTITY_NOT_POSITIVE", kit(component=Quantity(0, "each")), TABLES),
    ("FRACTIONAL_EACH", line(quantity=Quantity("0.3", "case")), TABLES),
    ("FRACTIONAL_EACH", kit(component=Quantity("0.3", "each")), TABLES),
    ("FRACTIONAL_EACH", kit(component=Quantity(2, "each"), quantity="1.5"), TABLES),
    ("KIT_WITHOUT_COMPONENTS", kit(), TABLES),
    ("SKU_UNMAPPED", kit(component=Quantity(1, "each"), sku="NEW-1"), TABLES),
    (
        "SKU_UNKNOWN",
        kit(component=Quantity(1, "each"), sku="GONE-1"),
        tables(unknown_skus=frozenset({"GONE-1"})),
    ),
]


def test_the_order_without_a_fault_is_sent():
    assert prepared(line()).request is not None
    assert prepared(kit(component=Quantity(2, "each"))).request is not None


@pytest.mark.parametrize(("code", "order", "with_tables"), FAULTS)
def test_one_fault_holds_the_order_for_exactly_that(code, order, with_tables):
    outcome = prepared(order, with_tables)
    assert outcome.request is None
    assert [violation.code for violation in outcome.violations] == [code]
    assert outcome.violations[0].message
    assert rule(code).code == code


@pytest.mark.parametrize(("code", "order", "with_tables"), FAULTS)
def test_a_hold_is_the_same_each_time_it_is_looked_at(code, order, with_tables):
    first = prepared(order, with_tables)
    assert prepared(order, with_tables, captured=first.captured) == first
