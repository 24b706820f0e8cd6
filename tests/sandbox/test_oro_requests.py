"""Less common requests: long addresses, overridden methods, SKUs as ids, deletions, relations, rubbish."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orogxo.messages import Request
from orogxo.sandbox import Twin
from support.twins import Talk

ALL = ("5.1", "6.1", "7.0")


@pytest.fixture(params=ALL)
def talk(request):
    twin = Twin(oro_version=request.param)
    for _ in range(3):
        twin.place_order(lines=[("WIDGET-001", 1, "case"), ("WIDGET-002", 2, "item")])
    return Talk(twin)


def test_an_address_that_is_too_long_is_refused_by_the_web_server(talk):
    reply = talk.oro("GET", f"/orders?filter[poNumber]={'x' * 8200}")
    assert (reply.status, reply.header("Content-Type"), reply.body[:6]) == (414, "text/html", b"<html>")


def test_a_post_may_say_that_it_is_a_get(talk):
    """Contract: orocommerce, section 1.4."""
    query = {"filter": {"id": ["1", "3"]}, "fields": {"orders": "identifier"}, "page": {"size": 5}}
    reply = talk.oro("POST", "/orders", query, X_HTTP_Method_Override="GET")
    assert (reply.status, [row["id"] for row in json.loads(reply.body)["data"]]) == (200, ["1", "3"])
    assert talk.oro("POST", "/orders", b"{", X_HTTP_Method_Override="GET").status == 200


def test_options_need_no_token(talk):
    reply = talk.twin.oro.send(Request("OPTIONS", "http://x/admin/api/orders/1"))
    assert (reply.status, reply.header("Allow")) == (200, "OPTIONS, GET, PATCH, DELETE")


def test_a_list_is_deleted_with_a_filter_only(talk):
    assert talk.oro("DELETE", "/orders").status == 400
    assert talk.oro("DELETE", "/orders?filter[id]=1,2").status == 204
    assert [row["id"] for row in talk.read("/orders")["data"]] == ["3"]
    assert [row["id"] for row in talk.read("/orderlineitems")["data"]] == ["5", "6"]


def test_the_last_line_of_an_order_stays(talk):
    """Contract: orocommerce, section 4.7."""
    assert talk.oro("DELETE", "/orderlineitems/1").status == 204
    assert talk.read("/orders/1")["data"]["attributes"]["totalValue"] == "19.9800"
    assert talk.oro("DELETE", "/orderlineitems/2").status == 403


def test_a_list_in_a_patch_replaces_the_list_and_what_is_left_out_dies(talk):
    link = {"lineItems": {"data": [{"type": "orderlineitems", "id": "1"}]}}
    data = {"type": "orders", "id": "1", "relationships": link}
    assert talk.oro("PATCH", "/orders/1", {"data": data}).status == 200
    assert talk.oro("GET", "/orderlineitems/2").status == 404


def test_trackings_come_and_go_through_the_relationship(talk):
    for number in ("A", "B"):
        talk.twin.add_tracking("1", "UPS", number)
    named = {"data": [{"type": "ordershippingtrackings", "id": "1"}]}
    path = "/orders/1/relationships/shippingTrackings"
    assert talk.oro("POST", path, named).status == 204
    assert talk.oro("DELETE", path, named).status == 204
    assert talk.twin.trackings("1") == [("UPS", "B")]
    assert talk.oro("GET", "/ordershippingtrackings/1").status == 404
    assert talk.oro("POST", path, {"data": [{"type": "ordershippingtrackings", "id": "77"}]}).status == 400
    assert talk.oro("POST", path, {"data": {"type": "ordershippingtrackings", "id": "2"}}).status == 400
    assert talk.oro("PATCH", path, {"data": []}).status == 204
    assert talk.twin.trackings("1") == []


def test_an_upsert_that_finds_an_order_changes_it(talk):
    """302 with a body in 5.1, 200 since (contract: orocommerce-observed)."""
    data = {
        "type": "orders",
        "meta": {"upsert": ["identifier"]},
        "attributes": {"identifier": "2", "poNumber": "U"},
    }
    reply = talk.oro("POST", "/orders", {"data": data})
    assert reply.status == (302 if talk.twin._data.old else 200)
    assert (reply.header("Location") is not None) is talk.twin._data.old
    assert json.loads(reply.body)["data"]["attributes"]["poNumber"] == "U"
    assert talk.read("/orders/2")["data"]["attributes"]["poNumber"] == "U"


def test_a_refused_write_changes_nothing(talk):
    before = {kind: dict(talk.twin._data.table(kind)) for kind in ("orders", "orderlineitems")}
    lines = [{"type": "orderlineitems", "id": "new"}, {"type": "orderlineitems", "id": "1"}]
    line = {
        "type": "orderlineitems",
        "id": "new",
        "attributes": {"quantity": -1, "value": "1", "currency": "USD"},
    }
    data = {"type": "orders", "id": "1", "attributes": {"poNumber": "NO"}}
    data["relationships"] = {"lineItems": {"data": lines}}
    assert talk.oro("PATCH", "/orders/1", {"data": data, "included": [line]}).status == 400
    assert talk.read("/orders/1")["data"]["attributes"]["poNumber"] == "PO-2026-0001"
    assert {kind: dict(talk.twin._data.table(kind)) for kind in before} == before


@pytest.mark.parametrize("quantity", [0, -1, "0.0"])
def test_a_line_has_more_than_nothing(talk, quantity):
    data = {"type": "orderlineitems", "id": "1", "attributes": {"quantity": quantity}}
    reply = talk.oro("PATCH", "/orderlineitems/1", {"data": data})
    assert (reply.status, json.loads(reply.body)["errors"][0]["title"]) == (400, "greater than constraint")


def test_skus_are_the_ids_of_products_on_request():
    """Recordings: oro-7.0.3/extid_*; older versions know no such header."""
    for version in ALL:
        talk = Talk(Twin(oro_version=version))
        reply = talk.oro("GET", "/products/WIDGET-002?include=unitPrecisions", X_Integration_Type="ext_id")
        assert reply.status == (200 if version == "7.0" else 400)
    data = json.loads(reply.body)["data"]
    assert (data["id"], data["attributes"]["dbId"]) == ("WIDGET-002", 2)
    assert data["links"]["self"].endswith("/products/WIDGET-002")
    assert "sku" not in data["attributes"]
    found = talk.read("/inventorylevels?filter[product]=WIDGET-002", X_Integration_Type="ext_id")
    assert found["data"] == []


def test_a_product_is_created_under_its_sku():
    talk = Talk(Twin(oro_version="7.0"))
    links = {
        "names": [{"type": "productnames", "id": "n"}],
        "unitPrecisions": [{"type": "productunitprecisions", "id": "p"}],
        "primaryUnitPrecision": {"type": "productunitprecisions", "id": "p"},
        "attributeFamily": {"type": "attributefamilies", "id": "1"},
        "inventory_status": {"type": "prodinventorystatuses", "id": "in_stock"},
    }
    unit = {"unit": {"data": {"type": "productunits", "id": "item"}}}
    included = [
        {"type": "productnames", "id": "n", "attributes": {"string": "New thing"}},
        {"type": "productunitprecisions", "id": "p", "relationships": unit},
    ]
    data = {
        "type": "products",
        "id": "NEW-9",
        "relationships": {name: {"data": link} for name, link in links.items()},
    }
    reply = talk.oro("POST", "/products", {"data": data, "included": included}, X_Integration_Type="ext_id")
    assert (reply.status, json.loads(reply.body)["data"]["id"]) == (201, "NEW-9")
    stock = talk.read("/inventorylevels?filter[product.sku]=NEW-9")["data"]
    assert [row["attributes"]["quantity"] for row in stock] == ["0"]
    assert talk.read("/products/1")["data"]["attributes"]["sku"] == "WIDGET-001"


def test_a_deactivated_client_is_locked_out(talk):
    talk.read("/orders")
    talk.twin.site.deactivate()
    assert talk.oro("GET", "/orders").status == 401
    talk.twin.site.switch_off()
    assert talk.oro("GET", "/orders").status == 404


NAMES = st.sampled_from(
    ["data", "type", "id", "attributes", "relationships", "meta", "included", "lineItems", "quantity",
     "poNumber", "customer", "upsert", "update", "orders", "product", "identifier", "externalId", "topic"]
)  # fmt: skip
LEAVES = st.sampled_from([None, 1, 1.5, -1, True, "x", "1", "orders", "orderlineitems", "inventorylevels"])
RUBBISH = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
PLACES = (
    "POST /orders", "PATCH /orders/1", "PATCH /orders", "PATCH /inventorylevels", "POST /orderlineitems",
    "POST /ordershippingtrackings", "PATCH /orders/1/relationships/shippingTrackings", "POST /products",
    "POST /orders/1/relationships/lineItems", "PATCH /orders/1/relationships/shippingStatus",
    "POST /webhooks", "POST /customers", "PATCH /products/1", "POST /productunits",
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(PLACES),
    data=RUBBISH,
    included=st.none() | RUBBISH,
    mode=st.sampled_from(["sync", "async"]),
)
def test_rubbish_is_answered_and_never_breaks_the_twin(talk, place, data, included, mode):
    method, path = place.split()
    reply = talk.oro(method, path, {"data": data, "included": included}, X_Mode=mode)
    talk.twin.clock.sleep(2)
    assert 200 <= reply.status <= 500
