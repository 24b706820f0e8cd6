"""Update, upsert, delete and relations on recorded exchanges; null, absent and empty stay apart in writes."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import Conflict, DecodeError, Disposition, Invalid, NotFound, PermissionDenied, ReplyLost
from orogxo.http import Reply
from orogxo.oro import Identifier, OroOrder, Resource
from orogxo.oro.jsonapi import read_document
from support.shop import AsyncShop, Shop, async_client, client, entry, path, recorded, replay, reply

NO_CONTENT = Reply(204)


def sent(shop, at=-1):
    return json.loads(shop.sent[at].body)


def test_update_sends_what_is_named_and_nothing_else():
    shop = replay("oro-6.1.8", "order_patch_shippingStatus_relationship")
    links = {"shippingStatus": ("ordershippingstatuses", "shipped"), "customerUser": None, "discounts": []}
    order = client(shop).orders.update("9", attributes={"customerNotes": None}, relationships=links)
    assert order.shipping_status.id == "shipped"
    request = shop.sent[0]
    assert (request.method, path(request)) == ("PATCH", "/admin/api/orders/9")
    assert request.header("Content-Type") == "application/vnd.api+json"
    assert sent(shop) == {
        "data": {
            "type": "orders",
            "id": "9",
            "attributes": {"customerNotes": None},
            "relationships": {
                "shippingStatus": {"data": {"type": "ordershippingstatuses", "id": "shipped"}},
                "customerUser": {"data": None},
                "discounts": {"data": []},
            },
        }
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("inventorylevel_patch_404", NotFound),
        ("inventorylevel_patch_id_mismatch_409", Conflict),
        ("inventorylevel_patch_text", Invalid),
        ("limited_403_inventorylevel_patch", PermissionDenied),
    ],
)
def test_a_refused_update_is_its_typed_error(name, kind):
    with pytest.raises(kind):
        client(replay("oro-6.1.8", name)).inventory_levels.update("1", attributes={"quantity": 1})


@pytest.mark.parametrize("version", ["oro-5.1.8", "oro-6.1.8", "oro-7.0.3"])
def test_upsert_that_updates_is_read_where_it_stands(version):
    """Recording order_upsert_identifier_update: 302 with a body and Location in 5.1, 200 since."""
    shop = replay(version, "order_upsert_identifier_update")
    attributes = {"identifier": "UPS-1", "poNumber": "U1-changed"}
    order = client(shop).orders.upsert(by="identifier", attributes=attributes)
    assert (order.identifier, order.po_number) == ("UPS-1", "U1-changed")
    assert sent(shop)["data"]["meta"] == {"upsert": ["identifier"]}
    assert len(shop.sent) == 1


def test_upsert_by_id_for_types_whose_ids_are_codes():
    shop = replay("oro-7.0.3", "productunit_upsert_id")
    unit = client(shop).product_units.upsert(by="id", attributes={"id": "case", "label": "case"})
    assert (unit.id, unit.plural_label, unit.default_precision) == ("case", "cases", 0)
    assert sent(shop)["data"] | {"attributes": {}} == {
        "type": "productunits",
        "id": "case",
        "attributes": {},
        "meta": {"upsert": True},
    }


def test_upsert_by_a_field_that_cannot_is_refused():
    with pytest.raises(Invalid, match="cannot use this field"):
        client(replay("oro-6.1.8", "order_upsert_unsupported_field")).orders.upsert(by=["poNumber"])


def test_delete_and_what_it_meets():
    shop = replay("oro-6.1.8", "order_delete", "inventorylevel_delete_405")
    oro = client(shop)
    assert oro.orders.delete("32") is None
    assert (shop.sent[0].method, path(shop.sent[0]), shop.sent[0].body) == (
        "DELETE",
        "/admin/api/orders/32",
        None,
    )
    with pytest.raises(Conflict) as caught:
        oro.inventory_levels.delete("1")
    assert caught.value.code == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("verb", ["create", "update", "delete", "upsert"])
def test_a_write_is_sent_once_and_a_lost_reply_is_to_be_looked_up(verb):
    from orogxo.http import RetryPolicy

    shop = Shop(ReplyLost("gone"))
    orders = client(shop, retry=RetryPolicy(attempts=5)).orders
    calls = {
        "create": lambda: orders.create(attributes={"poNumber": "P"}),
        "update": lambda: orders.update("1", attributes={"poNumber": "P"}),
        "upsert": lambda: orders.upsert(by="identifier", attributes={"identifier": "P"}),
        "delete": lambda: orders.delete("1"),
    }
    with pytest.raises(ReplyLost) as caught:
        calls[verb]()
    assert caught.value.disposition is Disposition.RECONCILE
    assert len(shop.sent) == 1


def test_relations_are_added_replaced_and_removed():
    """Recordings order_relationship_add_tracking, s61_ext_order_relationship_status_patch: 204."""
    shop = Shop(*[NO_CONTENT] * 4)
    relations = client(shop).orders.relationships
    tracking = Identifier("ordershippingtrackings", "5")
    relations.add("1", "shippingTrackings", [tracking])
    relations.remove("1", "shippingTrackings", [("ordershippingtrackings", "6")])
    relations.replace("1", "shippingTrackings", [])
    relations.replace("1", "status", None)
    assert [one.method for one in shop.sent] == ["POST", "DELETE", "PATCH", "PATCH"]
    assert path(shop.sent[0]) == "/admin/api/orders/1/relationships/shippingTrackings"
    assert [sent(shop, at)["data"] for at in range(4)] == [
        [{"type": "ordershippingtrackings", "id": "5"}],
        [{"type": "ordershippingtrackings", "id": "6"}],
        [],
        None,
    ]


def test_relations_are_read_whole():
    shop = Shop(
        recorded("oro-6.1.8", "order_get_relationships_lineItems"),
        recorded("oro-6.1.8", "s61_ext_order_subresource_status"),
        reply({"data": None}),
    )
    relations = client(shop).orders.relationships
    assert [one.id for one in relations.get("1", "lineItems")][:3] == ["1", "2", "3"]
    (status,) = relations.records("21", "status")
    assert (status.id, status.name) == ("cancelled", "Cancelled")
    assert relations.get("1", "parent") is None
    assert "page%5Bsize%5D=-1" in shop.sent[0].url


def test_the_other_colour_does_the_same():
    shop = AsyncShop(
        recorded("oro-6.1.8", "inventorylevel_patch"),
        recorded("oro-6.1.8", "order_upsert_identifier_update"),
        *[NO_CONTENT] * 4,
        recorded("oro-6.1.8", "order_get_relationships_lineItems"),
        recorded("oro-6.1.8", "s61_ext_order_subresource_status"),
        recorded("oro-7.0.3", "batch_inventory_sync"),
    )

    async def talk():
        oro = async_client(shop)
        await oro.inventory_levels.update("1", attributes={"quantity": 1})
        await oro.orders.upsert(by="identifier", attributes={"identifier": "UPS-1"})
        await oro.orders.delete("1")
        await oro.orders.relationships.add("1", "documents", [("files", "1")])
        await oro.orders.relationships.remove("1", "documents", [("files", "1")])
        await oro.orders.relationships.replace("1", "documents", ())
        lines = await oro.orders.relationships.get("1", "lineItems")
        records = await oro.orders.relationships.records("21", "status")
        items = [{"id": "1", "quantity": 701}, {"id": "2", "quantity": 702}]
        return lines, records, await oro.inventory_levels.update_many(items, mode="sync")

    lines, records, result = asyncio.run(talk())
    assert len(lines) >= 3
    assert records[0].id == "cancelled"
    assert result.ok
    shop.done()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.text("abcdefgXYZ_", min_size=1, max_size=8)
IDENTIFIERS = st.builds(Identifier, NAMES, NAMES)
LINKAGE = st.none() | IDENTIFIERS | st.lists(IDENTIFIERS, max_size=3).map(tuple)


@settings(max_examples=100, deadline=None)
@given(attributes=st.dictionaries(NAMES, JSON, max_size=5), links=st.dictionaries(NAMES, LINKAGE, max_size=5))
def test_a_resource_survives_the_round_trip_with_null_absent_and_empty_apart(attributes, links):
    from orogxo.oro.encoding import to_json
    from orogxo.oro.jsonapi import Relationship

    relations = {name: Relationship(data) for name, data in links.items()}
    made = Resource("orders", "1", attributes, relations)
    read = read_document(json.loads(to_json({"data": made.to_dict()}))).primary[0]
    assert (read.attributes, read.relationships) == (made.attributes, made.relationships)


def test_unknown_attributes_and_codes_are_kept():
    told = {"data": entry("orders", "1", {"shippingStatus": ("ordershippingstatuses", "beamed")}, custom=[1])}
    order = client(Shop(reply(told))).orders.get("1")
    assert isinstance(order, OroOrder)
    assert order.attribute("custom") == [1]
    assert order.shipping_status.id == "beamed"
    assert order.to_dict()["attributes"] == {"custom": [1]}


def test_an_answer_of_another_type_is_not_believed():
    with pytest.raises(DecodeError):
        client(Shop(reply({"data": entry("products", "1")}))).orders.update("1", attributes={"poNumber": ""})
