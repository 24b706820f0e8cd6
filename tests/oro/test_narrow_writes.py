"""What is written back: trackings looked for first, statuses seen through, and nothing that is not owned."""

import asyncio
import json
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.errors import Invalid, MappingError, PermissionDenied
from orogxo.http import Reply
from orogxo.model import Tracking
from orogxo.model.stock import LevelChange
from orogxo.oro import OroStockFront, OroStorefront
from orogxo.oro.orders import Changed
from orogxo.sandbox import Twin
from support.shop import MODERN, OLD, AsyncShop, Shop, async_client, client, entry, path, recorded, reply

NO_CONTENT = Reply(204)
MANAGED = evolve(MODERN, external_status=True)
REFUSED = {
    "status": "403",
    "title": "access denied exception",
    "detail": 'No access by "EDIT" permission to the parent entity.',
}


def order(shipping="not_shipped", total="10.0000", internal="open", status=None):
    links = {
        "shippingStatus": ("ordershippingstatuses", shipping),
        "internalStatus": ("orderinternalstatuses", internal),
        "status": status and ("orderstatuses", status),
    }
    money = {"subtotalValue": total, "totalValue": total, "totalDiscountsAmount": None}
    return reply({"data": entry("orders", "7", links, **money)})


def test_the_shipping_status_is_written_by_its_own_relation_and_read_back():
    shop = Shop(order(), NO_CONTENT, order("shipped"))
    changed = client(shop).orders.set_shipping_status("7", "shipped")
    assert isinstance(changed, Changed)
    assert (changed.written, changed.money_moved) == (True, False)
    assert [one.method for one in shop.sent] == ["GET", "PATCH", "GET"]
    assert path(shop.sent[1]) == "/admin/api/orders/7/relationships/shippingStatus"
    assert b"totalValue" not in shop.sent[1].body


def test_a_status_that_is_there_is_not_written_again():
    shop = Shop(order("shipped"))
    assert not client(shop).orders.set_shipping_status("7", "shipped").written


def test_totals_that_moved_are_seen():
    """The save recalculates totals and may come to others (contract, section 4.7)."""
    shop = Shop(order(), NO_CONTENT, order("shipped", total="11.0000"))
    assert client(shop).orders.set_shipping_status("7", "shipped").money_moved


@pytest.mark.parametrize(("internal", "code"), [("closed", "ORDER_CLOSED"), ("open", "ORDER_NOT_EDITABLE")])
def test_a_closed_order_is_told_apart_from_a_missing_right(internal, code):
    """Closed and cancelled orders answer 403 on edit (contract, section 4.5)."""
    shop = Shop(order(internal=internal), reply({"errors": [REFUSED]}, 403))
    with pytest.raises(PermissionDenied) as caught:
        client(shop).orders.set_shipping_status("7", "shipped")
    assert caught.value.code == code
    assert ("closed, and" in str(caught.value)) == (code == "ORDER_CLOSED")


@pytest.mark.parametrize("name", ["set_shipping_status", "set_status"])
def test_where_it_is_not_offered_nothing_is_sent(name):
    shop = Shop()
    with pytest.raises(MappingError) as caught:
        getattr(client(shop, capabilities=OLD).orders, name)("7", "shipped")
    assert caught.value.code == "NOT_OFFERED"
    assert not shop.sent


def test_an_external_status_that_is_ignored_is_found_by_reading_back():
    """Recording s61_ext_disabled_order_relationship_status_patch: 204, and it reads null."""
    ignored = recorded("oro-6.1.8", "s61_ext_disabled_order_relationship_status_patch")
    shop = Shop(order(), ignored, order())
    with pytest.raises(MappingError) as caught:
        client(shop, capabilities=MANAGED).orders.set_status("7", "released")
    assert caught.value.code == "STATUS_IGNORED"


def test_an_external_status_is_written_where_it_is_managed():
    """Recordings s61_ext_order_relationship_status_patch, s61_ext_order_patch_status_unknown."""
    written = recorded("oro-6.1.8", "s61_ext_order_relationship_status_patch")
    shop = Shop(order(), written, order(status="cancelled"))
    assert client(shop, capabilities=MANAGED).orders.set_status("7", "cancelled").written
    unknown = recorded("oro-6.1.8", "s61_ext_order_patch_status_unknown")
    with pytest.raises(Invalid):
        client(Shop(order(), unknown), capabilities=MANAGED).orders.set_status("7", "teleported")


def test_a_status_is_taken_away_with_none():
    shop = Shop(order(status="released"), NO_CONTENT, order())
    assert client(shop, capabilities=MANAGED).orders.set_status("7", None).written
    assert shop.sent[1].body == b'{"data":null}'


def test_a_tracking_is_added_only_where_there_is_none():
    shown = reply({"data": [entry("ordershippingtrackings", "5", method="UPS", number="1Z")]})
    shop = Shop(shown)
    assert client(shop).order_shipping_trackings.ensure("7", method="UPS", number=" 1Z ").id == "5"
    made = reply({"data": entry("ordershippingtrackings", "6", method="UPS", number="2Z")}, 201)
    shop = Shop(shown, made)
    assert client(shop).order_shipping_trackings.ensure("7", method="UPS", number="2Z").id == "6"
    assert [one.method for one in shop.sent] == ["GET", "POST"]


def test_the_other_colour_does_the_same():
    shop = AsyncShop(order(), NO_CONTENT, order("shipped"), order(), NO_CONTENT, order(status="released"))
    shown = reply({"data": [entry("ordershippingtrackings", "5", method="UPS", number="1Z")]})
    shop.answers.append(shown)

    async def talk():
        oro = async_client(shop, capabilities=MANAGED)
        first = await oro.orders.set_shipping_status("7", "shipped")
        second = await oro.orders.set_status("7", "released")
        return first, second, await oro.order_shipping_trackings.ensure("7", method="UPS", number="1Z")

    first, second, tracking = asyncio.run(talk())
    assert first.written
    assert second.written
    assert tracking.id == "5"


@pytest.mark.parametrize("version", ["6.1", "7.0"])
def test_against_the_twin(version):
    twin = Twin(seed=7, oro_version=version)
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    oro = client(twin.oro, clock=twin.clock, capabilities=None)
    assert oro.orders.set_shipping_status(order_id, "partially_shipped").written
    assert not oro.orders.set_shipping_status(order_id, "partially_shipped").written
    for _ in range(3):
        oro.order_shipping_trackings.ensure(order_id, method="UPS", number="1Z-9")
    assert twin.trackings(order_id) == [("UPS", "1Z-9")]


# What the connector owns ------------------------------------------------------------------------------------

OWNED = {
    "orders/shippingStatus",  # the relation alone, so that no other member of the order is saved with it
    "ordershippingtrackings",
    "inventorylevels",
    "products",
}
MEMBERS = {
    "ordershippingtrackings": {"method", "number", "order", "orders"},
    "inventorylevels": {"quantity"},
    "products": {"inventory_status"},
}
"""All that is ever written into OroCommerce by the connector: everything else belongs to the people there."""


def owned(call):
    """The resource that a write went to, and the members that it named."""
    steps = call.path.removeprefix("/admin/api/").split("/")
    data = json.loads(call.body)["data"]
    if "relationships" in steps:
        return f"{steps[0]}/{steps[-1]}", set()
    entries = data if isinstance(data, list) else [data]
    members = {
        name for one in entries for part in ("attributes", "relationships") for name in one.get(part, ())
    }
    assert all(one.get("meta", {"update": True}) == {"update": True} for one in entries)
    return steps[0], members


@pytest.mark.parametrize("version", ["5.1", "6.1", "7.0"])
def test_nothing_is_written_but_what_the_connector_owns(version):
    twin = Twin(seed=7, oro_version=version)
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    oro = client(twin.oro, clock=twin.clock, capabilities=None)
    OroStorefront(oro).add_tracking(order_id, Tracking(method="UPS", number="1Z-9"))
    if version != "5.1":
        oro.orders.set_shipping_status(order_id, "shipped")
    stock = OroStockFront(oro, twin.clock)
    (row,) = (one for one in stock.levels(["WIDGET-001"])["WIDGET-001"] if one.unit == "item")
    stock.write([LevelChange(row.id, row.sku, row.unit, row.quantity, Fraction(7), "told")])
    stock.show_in_stock({stock.terms(["WIDGET-001"])["WIDGET-001"].product_id: False})
    writes = [owned(one) for one in twin.calls if one.method != "GET" and "oauth" not in one.path]
    assert {kind for kind, _ in writes} == OWNED - ({"orders/shippingStatus"} if version == "5.1" else set())
    assert all(members <= MEMBERS.get(kind, set()) for kind, members in writes)
