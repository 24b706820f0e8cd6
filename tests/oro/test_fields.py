"""Typed fields: exact values, null is None, a wrong JSON type is refused by name."""

import datetime as dt
from decimal import Decimal

import pytest

from orogxo.errors import DecodeError
from orogxo.oro import OroInventoryLevel, OroOrder, OroOrderLine, OroProductUnitPrecision, Resource, Text
from orogxo.oro.fields import default_fields, related_type
from support.shop import entry, only

GOOD = [
    (OroOrder, "poNumber", "po_number", "", ""),
    (OroOrder, "poNumber", "po_number", " PO 7 ", " PO 7 "),
    (OroOrder, "external", "external", False, False),
    (OroOrder, "totalValue", "total_value", "4704.6400", Decimal("4704.6400")),
    (OroOrder, "totalValue", "total_value", "-0.5000", Decimal("-0.5000")),
    (OroOrder, "shipUntil", "ship_until", "2026-12-15", dt.date(2026, 12, 15)),
    (OroOrder, "discount", "discount", 0, Decimal(0)),
    (OroOrderLine, "priceType", "price_type", 10, 10),
    (OroOrderLine, "quantity", "quantity", Decimal("5.5"), Decimal("5.5")),
    (OroOrderLine, "productVariantFields", "product_variant_fields", [], []),
    (OroProductUnitPrecision, "conversionRate", "conversion_rate", Decimal("0.1"), Decimal("0.1")),
    (OroInventoryLevel, "quantity", "quantity", "17.5", Decimal("17.5")),
]
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
BAD = [
    (OroOrder, "poNumber", "po_number", 5),
    (OroOrder, "poNumber", "po_number", ["x"]),
    (OroOrder, "external", "external", 1),
    (OroOrder, "external", "external", "false"),
    (OroOrder, "totalValue", "total_value", 12),
    (OroOrder, "totalValue", "total_value", "1,5"),
    (OroOrder, "totalValue", "total_value", "NaN"),
    (OroOrder, "totalValue", "total_value", "\N{ARABIC-INDIC DIGIT ONE}"),
    (OroOrder, "totalValue", "total_value", "1" * 31),
    (OroOrder, "shipUntil", "ship_until", "20261215"),
    (OroOrder, "shipUntil", "ship_until", "2026-02-30"),
    (OroOrder, "createdAt", "created_at", "2026-11-23T12:00:00"),
    (OroOrder, "createdAt", "created_at", "yesterday"),
    (OroOrder, "createdAt", "created_at", 1770000000),
    (OroOrderLine, "priceType", "price_type", Decimal("10.0")),
    (OroOrderLine, "priceType", "price_type", True),
    (OroOrderLine, "quantity", "quantity", "3"),
    (OroOrderLine, "quantity", "quantity", True),
    (OroOrderLine, "quantity", "quantity", 0.1),
    (OroOrderLine, "quantity", "quantity", Decimal("Infinity")),
]


def read(cls, wire, value):
    return only({"data": entry(cls.wire_types[0], "15", **{wire: value})})


@pytest.mark.parametrize(("cls", "wire", "name", "value", "expected"), GOOD)
def test_values_are_exact(cls, wire, name, value, expected):
    found = getattr(read(cls, wire, value), name)
    assert (found, type(found), str(found)) == (expected, type(expected), str(expected))
    assert getattr(read(cls, wire, None), name) is None


@pytest.mark.parametrize(
    "text", ["2026-11-23T12:00:00Z", "2026-11-23T14:00:00+02:00", "2026-11-23T12:00:00.000Z"]
)
def test_instants_are_utc(text):
    found = read(OroOrder, "createdAt", text).created_at
    assert found == NOON
    assert found.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(("cls", "wire", "name", "value"), BAD)
def test_a_wrong_value_is_refused_by_name(cls, wire, name, value):
    with pytest.raises(DecodeError) as caught:
        getattr(read(cls, wire, value), name)
    kind = cls.wire_types[0]
    assert f"{wire} of {kind} 15 is {value!r}, expected" in caught.value.message
    assert caught.value.paths == (f"/{kind}/15/attributes/{wire}",)


def test_a_long_wrong_value_is_shown_in_part():
    with pytest.raises(DecodeError) as caught:
        read(OroOrder, "poNumber", ["x" * 5000]).po_number  # noqa: B018 - reading is the test
    assert len(caught.value.message) < 200


def test_relations_are_checked_for_number_and_type():
    order = only(
        {
            "data": entry(
                "orders",
                "1",
                {
                    "customer": ("users", "1"),
                    "lineItems": ("orderlineitems", "1"),
                    "parent": [("orders", "2")],
                },
            )
        }
    )
    for name, wrong in (("customer", "'users'"), ("line_items", "'one'"), ("parent", "'many'")):
        with pytest.raises(DecodeError, match=wrong):
            getattr(order, name)


def test_a_null_to_many_is_refused_not_empty():
    with pytest.raises(DecodeError, match="lineItems"):
        only({"data": entry("orders", "1", {"lineItems": None})}).line_items  # noqa: B018 - reading is the test


@pytest.mark.parametrize("code", ["open", "teleported", "internal.custom-1"])
def test_unknown_statuses_stay_plain_text(code):
    order = only({"data": entry("orders", "1", {"internalStatus": ("orderinternalstatuses", code)})})
    assert order.internal_status.id == code


def test_fieldsets_come_from_the_declared_fields():
    assert "poNumber" in default_fields("orders")
    assert "orderSubtotals" not in default_fields("orders"), "costly: computed order by order"
    assert default_fields("orderinternalstatuses") == (), (
        "the type may not exist, and naming it would be a 400"
    )
    assert default_fields("extendrmas") == ()
    assert related_type("orders", "lineItems") == "orderlineitems"
    assert related_type("orders", "poNumber") == ""


def test_a_subclass_adds_the_fields_of_an_installation():
    class OwnOrder(OroOrder):
        erp_code = Text("erp_code")

    found = OwnOrder("orders", "1", {"erp_code": "E-1", "poNumber": "P"})
    assert (found.erp_code, found.po_number) == ("E-1", "P")
    assert type(only({"data": entry("orders", "1")})) is OroOrder, "declaring it changes nothing elsewhere"
    assert OroOrder.po_number.name == "poNumber"
    assert OroOrder.customer.wire_type == "customers"
    assert OroOrder.line_items.wire_type == "orderlineitems"
    assert issubclass(OwnOrder, Resource)
