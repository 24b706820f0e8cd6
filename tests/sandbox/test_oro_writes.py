"""What people and clients change in the twin's OroCommerce, and what `updatedAt` says about it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk

ALL = ("5.1", "6.1", "7.0")
LINES = [("WIDGET-001", 1, "case"), ("WIDGET-002", 3, "item")]


@pytest.fixture(params=ALL)
def talk(request):
    twin = Twin(oro_version=request.param)
    twin.place_order(lines=LINES)
    twin.clock.advance(dt.timedelta(minutes=5))
    return Talk(twin)


def attributes(talk, order_id="1"):
    return talk.read(f"/orders/{order_id}")["data"]["attributes"]


def tracking(talk, number="1Z1", **changes):
    order = {"type": "orders", "id": "1"}
    old = talk.twin._data.old
    link = {"order": {"data": order}} if old else {"orders": {"data": [order]}}
    attributes = {"method": "UPS", "number": number}
    return {
        "data": {"type": "ordershippingtrackings", "attributes": attributes, "relationships": link} | changes
    }


def test_a_tracking_posted_twice_is_there_twice_and_the_order_does_not_move(talk):
    before = attributes(talk)["updatedAt"]
    for _ in range(2):
        assert talk.oro("POST", "/ordershippingtrackings", tracking(talk)).status == 201
    assert talk.twin.trackings("1") == [("UPS", "1Z1"), ("UPS", "1Z1")]
    assert attributes(talk)["updatedAt"] == before
    assert talk.twin.books(held=["1"]).trackings_doubled == (("1", "1Z1"),)


def test_a_tracking_can_be_changed_and_taken_away(talk):
    talk.oro("POST", "/ordershippingtrackings", tracking(talk))
    body = {"data": {"type": "ordershippingtrackings", "id": "1", "attributes": {"number": "1Z2"}}}
    assert talk.oro("PATCH", "/ordershippingtrackings/1", body).status == 200
    assert talk.twin.trackings("1") == [("UPS", "1Z2")]
    body["data"]["id"] = "2"
    assert talk.oro("PATCH", "/ordershippingtrackings/1", body).status == 409
    assert talk.oro("DELETE", "/ordershippingtrackings/1").status == 204
    assert talk.twin.trackings("1") == []


def test_a_tracking_without_an_order(talk):
    """500 in 5.1, an orphan with 201 since (contract: orocommerce-observed)."""
    reply = talk.oro("POST", "/ordershippingtrackings", tracking(talk, relationships={}))
    assert reply.status == (500 if talk.twin._data.old else 201)
    assert talk.twin.trackings("1") == []


def test_a_tracking_with_the_relation_in_the_wrong_form(talk):
    name = "order" if talk.twin._data.old else "orders"
    order = {"type": "orders", "id": "1"}
    wrong = [order] if talk.twin._data.old else order
    reply = talk.oro("POST", "/ordershippingtrackings", tracking(talk, relationships={name: {"data": wrong}}))
    assert (reply.status, json.loads(reply.body)["errors"][0]["detail"]) == (400, "This value is not valid.")


def test_a_patch_of_an_order_moves_updated_at(talk):
    body = {"type": "orders", "id": "1", "attributes": {"poNumber": "PO-9", "totalValue": "1.00"}}
    total = attributes(talk)["totalValue"]
    assert talk.oro("PATCH", "/orders/1", {"data": body}).status == 200
    after = attributes(talk)
    assert (after["poNumber"], after["updatedAt"]) == ("PO-9", "2026-11-02T08:05:00Z")
    assert after["totalValue"] == total  # read-only members are ignored, as recorded
    body["relationships"] = {"parentOrder": {"data": {"type": "orders", "id": "1"}}}
    assert talk.oro("PATCH", "/orders/1", {"data": body}).status == 400


@pytest.mark.parametrize("version", ["6.1", "7.0"])
def test_shipping_status_and_locked_orders(version):
    twin = Twin(oro_version=version)
    twin.place_order(lines=LINES)
    talk = Talk(twin)
    status = {"data": {"type": "ordershippingstatuses", "id": "shipped"}}
    assert talk.oro("PATCH", "/orders/1/relationships/shippingStatus", status).status == 204
    assert talk.read("/orders/1/shippingStatus")["data"]["id"] == "shipped"
    cleared = {"data": {"type": "orders", "id": "1", "relationships": {"shippingStatus": {"data": None}}}}
    assert talk.oro("PATCH", "/orders/1", cleared).status == 200
    assert talk.read("/orders/1")["data"]["relationships"]["shippingStatus"]["data"] is None
    twin.cancel_order("1")
    locked = talk.oro("PATCH", "/orders/1", cleared)
    assert (locked.status, b"EDIT" in locked.body) == (403, True)


def test_editing_keeps_the_id_of_a_line_that_stays(talk):
    before = {line.sku: line_ref for line_ref, line in lines(talk)}
    talk.twin.edit_order("1", lines=[("WIDGET-002", 5, "item"), ("BOLT-M8-50", 1, "pallet")])
    after = {line.sku: line_ref for line_ref, line in lines(talk)}
    assert after["WIDGET-002"] == before["WIDGET-002"]
    assert after.keys() == {"WIDGET-002", "BOLT-M8-50"}
    assert attributes(talk)["updatedAt"] == "2026-11-02T08:05:00Z"
    assert talk.oro("GET", f"/orderlineitems/{before['WIDGET-001']}").status == 404


def lines(talk):
    from orogxo.sandbox.accounts import wanted

    order = talk.twin._desk.order("1")
    return [(line.line_ref, line) for line in wanted(talk.twin._data, talk.twin.world, order)]


def test_corrupt_data_is_served_as_it_is(talk):
    twin = talk.twin
    twin.corrupt_order("1", "lineItems.0.quantity", None)
    twin.corrupt_order("1", "internalStatus", "teleported")
    twin.corrupt_order("1", "shippingAddress.city", "")
    twin.corrupt_order("1", "customer", None)
    document = talk.read("/orders/1?include=lineItems,shippingAddress,internalStatus")
    by_type = {row["type"]: row for row in reversed(document["included"])}
    assert by_type["orderlineitems"]["attributes"]["quantity"] is None
    assert by_type["orderaddresses"]["attributes"]["city"] == ""
    assert document["data"]["relationships"]["customer"]["data"] is None
    if not twin._data.old:
        assert document["data"]["relationships"]["internalStatus"]["data"]["id"] == "teleported"


def test_deleted_products_and_missing_addresses_can_be_ordered(talk):
    order_id = talk.twin.place_order(lines=[("GONE-9", 1, "item")], ship_to={}, customer=None)
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")], ship_to={"city": "Ulm", "region": "XX-1"})
    document = talk.read(f"/orders/{order_id}?include=lineItems")
    line = document["included"][0]
    assert (line["attributes"]["productSku"], line["relationships"]["product"]["data"]) == ("GONE-9", None)
    assert document["data"]["relationships"]["shippingAddress"]["data"] is None


def test_a_body_without_primary_data_is_refused(talk):
    for body in ({}, {"data": []}, []):
        assert talk.oro("POST", "/ordershippingtrackings", body).status == 400


def test_links_are_left_out_of_a_write_as_well(talk):
    reply = talk.oro("POST", "/ordershippingtrackings", tracking(talk), X_Include="noHateoas")
    assert (reply.status, b"links" in reply.body) == (201, False)


def test_misspelt_details_and_unknown_orders_are_refused(talk):
    with pytest.raises(TypeError, match="po"):
        talk.twin.edit_order("1", po="X")
    with pytest.raises(KeyError, match="99"):
        talk.twin.cancel_order("99")
    with pytest.raises(KeyError, match="Nobody"):
        talk.twin.place_order(customer="Nobody")
    with pytest.raises(ValueError, match="WIDGET-001"):
        talk.twin.add_product("WIDGET-001")
    with pytest.raises(ValueError, match=r"6\.0"):
        Twin(oro_version="6.0")
