"""Products, units, customers, stock, statuses and times as recorded."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from orogxo.errors import Invalid
from orogxo.model import ProductUnit
from orogxo.oro import read_product
from support.shop import VERSIONS, asked, client, recorded, replay

WIDGET_UNITS = (
    ProductUnit("item", Decimal(1)),
    ProductUnit("case", Decimal(12)),
    ProductUnit("pallet", Decimal(480)),
)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_product_with_its_units(version):
    """Recording products_list_filter_sku; `included` comes in no fixed order (7.0.3 starts with the case)."""
    shop = replay(version, "products_list_filter_sku")
    page = client(shop).products.list(filter={"sku": ["WIDGET-001"]}, include=["unitPrecisions"])
    product = read_product(page.items[0])
    assert (product.sku, product.units) == ("WIDGET-001", WIDGET_UNITS)
    assert (product.is_kit, product.enabled) == (False, True)
    assert asked(shop.sent[0])["filter[sku]"] == "WIDGET-001"


@pytest.mark.parametrize("version", VERSIONS)
def test_conversion_rates_are_exactly_as_written(version):
    """Recording productunitprecisions_list: GADGET-100 is sold by the case, an item is 0.1 of it."""
    precisions = client(replay(version, "productunitprecisions_list")).product_unit_precisions.list().items
    rates = {(one.product.id, one.unit.id): one.conversion_rate for one in precisions}
    assert rates["3", "item"] == Decimal("0.1")
    assert rates["4", "kg"] == Decimal("0.25")
    assert {type(rate) for rate in rates.values()} == {Decimal}
    assert {one.precision for one in precisions if one.unit.id == "kg"} == {3}


@pytest.mark.parametrize("version", VERSIONS)
def test_customers(version):
    """Recording customers_list."""
    customers = {one.id: one for one in client(replay(version, "customers_list")).customers.list().items}
    assert customers["2"].name == "Northwind Retail GmbH"
    assert customers["2"].parent.name == "Northwind Group", "a parent on the same page is not included again"
    assert customers["1"].parent is None


@pytest.mark.parametrize("version", VERSIONS)
def test_customer_users(version):
    (user,) = client(replay(version, "customerusers_list_filter_email")).customer_users.list().items
    assert user.email.endswith("@example.org")
    assert user.enabled is True
    assert user.last_login is None


@pytest.mark.parametrize("version", VERSIONS)
def test_stock_figures_are_decimals(version):
    """Recording inventorylevels_list_all: quantities are texts."""
    levels = client(replay(version, "inventorylevels_list_all")).inventory_levels.list(page_size=-1).items
    told = [
        one["attributes"]["quantity"]
        for one in json.loads(recorded(version, "inventorylevels_list_all").body)["data"]
    ]
    assert [str(level.quantity) for level in levels] == told
    assert all(level.product.id and level.product_unit_precision.id for level in levels)


@pytest.mark.parametrize("version", VERSIONS)
def test_trackings_belong_to_one_order_or_to_many(version):
    """Recording tracking_list_by_order."""
    trackings = client(replay(version, "tracking_list_by_order")).order_shipping_trackings.list().items
    for tracking in trackings:
        owners = (tracking.order,) if version == "oro-5.1.8" else tracking.orders
        assert [owner.id for owner in owners] == ["1"]
    numbers = [tracking.number for tracking in trackings]
    assert numbers.count("1Z999AA10123456784") == 2, "Oro accepts duplicates"


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("oro-5.1.8", "with-status-exposed/orderinternalstatuses_list"),
        ("oro-6.1.8", "orderinternalstatuses_list"),
        ("oro-7.0.3", "orderinternalstatuses_list"),
    ],
)
def test_statuses_differ_between_installations(version, name):
    options = client(replay(version, name)).resource("orderinternalstatuses").list(page_size=-1).items
    codes = {option.id for option in options}
    assert {"open", "cancelled", "closed"} <= codes
    assert ("archived" in codes) is (version == "oro-5.1.8")
    assert {option.name for option in options} >= {"Open"}


def test_a_status_exposed_by_configuration_on_518():
    """Recordings with-status-exposed/order_get_internalStatus, order_get_after."""
    oro = client(
        replay(
            "oro-5.1.8", "with-status-exposed/order_get_internalStatus", "with-status-exposed/order_get_after"
        )
    )
    opened = oro.orders.get("1", include="internalStatus").internal_status
    assert (opened.id, opened.name, opened.loaded) == ("open", "Open", True)
    closed = oro.orders.get("9").internal_status
    assert (closed.id, closed.loaded) == ("closed", False)


@pytest.mark.parametrize("name", ["orders_list_filter_updatedAt_gte", "orders_list_sort_updatedAt"])
def test_518_neither_filters_nor_sorts_by_change(name):
    with pytest.raises(Invalid) as caught:
        client(replay("oro-5.1.8", name)).orders.list()
    assert caught.value.code in ("FILTER_UNSUPPORTED", "SORT_UNSUPPORTED")


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_61_and_70_filter_by_change(version):
    """Recording orders_list_filter_updatedAt_gte: the request as recorded, and what came."""
    shop = replay(version, "orders_list_filter_updatedAt_gte")
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    page = client(shop).orders.list(filter={"updatedAt[gte]": since}, page_size=5)
    assert asked(shop.sent[0])["filter[updatedAt][gte]"] == "2026-01-01T00:00:00Z"
    assert all(order.updated_at >= since for order in page.items)
    assert page.total > 5


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plain_json_reply_is_no_document(version):
    """Recording order_get_accept_any: without the JSON:API media type Oro answers in another format."""
    from orogxo.errors import DecodeError

    with pytest.raises(DecodeError):
        client(replay(version, "order_get_accept_any")).orders.get("1")
