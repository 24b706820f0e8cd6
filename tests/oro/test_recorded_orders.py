"""The recorded orders of 5.1.8, 6.1.8 and 7.0.3, typed and read into the model, fact by fact."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from orogxo.errors import NotLoaded
from orogxo.model import Address, KitComponent, OrderLine, Organisation, Quantity, UnreadableOrder
from orogxo.oro import OroOrder, read_order
from orogxo.oro.jsonapi import read_document, typed
from support.shop import VERSIONS, client, recorded, replay

OTHERS = (
    "order_get_full",
    "orders_list_page1",
    "customers_list",
    "order_get_kit",
    "product_create_GADGET-100",
)
BOLT = 'Bolt, M8 "50" \N{EN DASH} überlang'
RETAIL = Organisation("2", "Northwind Retail GmbH", Organisation("1", "Northwind Group"))
DOCK_4 = Address(
    name="Amanda Cole",
    company="Northwind Retail GmbH",
    street="1215 Caldwell Road",
    street2="Dock 4",
    city="Rochester",
    postal_code="14608",
    region="US-NY",
    country="US",
    phone="+1-585-555-0100",
)


def document(version, name):
    return read_document(json.loads(recorded(version, name).body, parse_float=Decimal))


def alone(version, name):
    return document(version, name).resource(OroOrder, "orders")


def with_all_it_names(version, name):
    """The recorded order, and the records that it names from other recordings of the same installation."""
    pool = {}
    for other in (*OTHERS, name):
        pool |= document(version, other).pool
    return typed(alone(version, name), OroOrder, pool)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_full_order(version):
    order = read_order(alone(version, "order_get_full"))
    assert (order.id, order.identifier, order.po_number) == ("1", "ORD-0001", "PO-2026-0001")
    assert (order.customer, order.ship_to) == (RETAIL, DOCK_4)
    assert order.lines == (
        OrderLine(
            "1",
            "WIDGET-001",
            Quantity(3, "case"),
            "Blue Widget",
            "1",
            unit_price=Decimal("119.8800"),
            ship_by=dt.date(2026, 12, 10),
            comment="fragile",
        ),
        OrderLine("2", "WIDGET-002", Quantity(10, "item"), "Red Widget", "2", unit_price=Decimal("4.5000")),
        OrderLine(
            "3", "WIDGET-001", Quantity(1, "pallet"), "Blue Widget", "1", unit_price=Decimal("4300.0000")
        ),
    )
    assert (order.shipping_method, order.shipping_method_type) == ("flat_rate_1", "primary")
    assert (order.currency, order.total) == ("USD", Decimal("4704.6400"))
    assert order.ship_until == dt.date(2026, 12, 15)
    assert (order.parent_id, order.sub_order_ids) == (None, ())
    assert order.created_at.tzinfo is dt.UTC
    shown = (None, None) if version == "oro-5.1.8" else ("open", "not_shipped")
    assert (order.status, order.shipping_status) == shown


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kit(version):
    """Components come through lineItems.kitItemLineItems; their quantity is for one kit."""
    order = read_order(with_all_it_names(version, "order_get_kit"))
    (line,) = order.lines
    assert (line.sku, line.quantity, line.is_kit) == ("KIT-1", Quantity(2, "item"), True)
    assert line.components == (
        KitComponent("1", "WIDGET-001", Quantity(1, "item"), "1"),
        KitComponent("2", "WIDGET-002", Quantity(2, "item"), "2"),
    )
    assert order.ship_to is None


@pytest.mark.parametrize("version", VERSIONS)
def test_a_free_form_line(version):
    """`product: null`, an empty productName, the words in freeFormProduct."""
    free, bolt = read_order(with_all_it_names(version, "order_get_freeform")).lines
    assert (free.free_form, free.product_id, free.sku, free.name) == (
        True,
        None,
        "FREE-1",
        "Custom engraved plate",
    )
    assert free.quantity == Quantity(4, "item")
    assert (bolt.free_form, bolt.product_id, bolt.name) == (False, "5", BOLT)


@pytest.mark.parametrize("version", VERSIONS)
def test_no_po_number_and_an_empty_one_stay_apart(version):
    assert read_order(with_all_it_names(version, "order_get_no_po")).po_number is None
    assert client(replay(version, "order_get_empty_po")).orders.get("7").po_number == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_no_addresses(version):
    order = client(replay(version, "order_get_no_addresses")).orders.get("6", include="shippingAddress")
    assert (order.shipping_address, order.billing_address) == (None, None)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_reply_does_not_contain_makes_it_unreadable(version):
    """order_get_no_addresses includes neither customer nor lines: nothing is shipped on half an order."""
    found = read_order(alone(version, "order_get_no_addresses"))
    assert found == UnreadableOrder(
        "6",
        (
            "customer 2: it is named, but the reply does not contain it",
            "line item 9: it is named, but the reply does not contain it",
        ),
        identifier="6",
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_130_lines_are_all_there(version):
    """order_get_big130: whole since 6.1.8, cut at 100 in 5.1.8 (see test_completion)."""
    found = alone(version, "order_get_big130")
    count = 100 if version == "oro-5.1.8" else 130
    assert sorted(int(line.quantity) for line in found.line_items) == list(range(1, count + 1))


@pytest.mark.parametrize("version", VERSIONS)
def test_sparse_fields_load_what_they_name(version):
    """order_get_empty_po asks for two fields of the order."""
    order = alone(version, "order_get_empty_po")
    assert order.identifier == "7"
    with pytest.raises(NotLoaded):
        order.line_items  # noqa: B018 - reading is the test


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "name",
    [
        "orders_list_page1",
        "orders_list_page2",
        "orders_list_last_page",
        "orders_list_noHateoas",
        "orders_list_empty",
    ],
)
def test_lists(version, name):
    told = json.loads(recorded(version, name).body)["data"]
    page = client(replay(version, name)).orders.list(page_size=100)
    assert [order.id for order in page.items] == [one["id"] for one in told]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_typed_field_of_every_recorded_resource_can_be_read(version):
    """No field is declared with a type that the server does not send."""
    from orogxo.oro.fields import members

    read = 0
    names = (*OTHERS, "order_get_freeform", "order_get_big130", "product_get", "productunitprecisions_list")
    names += ("tracking_list_by_order", "customerusers_list_filter_email", "inventorylevels_list_all")
    for name in names:
        found = document(version, name)
        for one in found.pool.values():
            from orogxo.oro.jsonapi import class_of

            cls = class_of(one.type)
            known = typed(one, cls, found.pool)
            for attribute, member in vars(cls).items():
                if member in list(members(cls)) and (
                    member.name in one.attributes or member.name in one.relationships
                ):
                    getattr(known, attribute)
                    read += 1
    assert read > 1500
