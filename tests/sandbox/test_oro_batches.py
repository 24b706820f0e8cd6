"""Batches as a client lives through them: pace, chunks, the consumer switched off, all or nothing."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk

ALL, NEW = ("5.1", "6.1", "7.0"), ("6.1", "7.0")


def talk_of(version):
    twin = Twin(oro_version=version)
    twin.place_order(lines=[("WIDGET-001", 1, "item")])
    return Talk(twin)


def level(row_id, quantity, **changes):
    item = {"type": "inventorylevels", "id": row_id, "attributes": {"quantity": quantity}}
    return item | {"meta": {"update": True}} | changes


def send(talk, items, kind="inventorylevels", **headers):
    reply = talk.oro("PATCH", f"/{kind}", {"data": items}, **headers)
    return reply, json.loads(reply.body) if reply.body else None


def quantity(talk, row_id):
    return talk.read(f"/inventorylevels/{row_id}")["data"]["attributes"]["quantity"]


def finished(talk, operation_id, seconds=60):
    talk.twin.clock.advance(dt.timedelta(seconds=seconds))
    return talk.read(f"/asyncoperations/{operation_id}")["data"]["attributes"]


@pytest.mark.parametrize("version", ALL)
def test_an_operation_goes_from_new_over_running_to_success(version):
    talk = talk_of(version)
    reply, body = send(talk, [level("1", 7)])
    assert (reply.status, body["data"]["attributes"]["status"]) == (202, "new")
    assert reply.header("Content-Location").endswith("/admin/api/asyncoperations/1")
    assert reply.header("Retry-After") is None
    seen = []
    for _ in range(12):
        talk.twin.clock.advance(dt.timedelta(seconds=0.2))
        seen.append(talk.read("/asyncoperations/1")["data"]["attributes"]["status"])
    assert list(dict.fromkeys(seen)) == ["new", "running", "success"]
    assert quantity(talk, "1") == "7"


@pytest.mark.parametrize("version", ALL)
def test_good_items_are_saved_and_bad_ones_told_with_their_place_in_the_whole_request(version):
    """250 items are three chunks; errors come in pages of ten with integer statuses (batch_inventory_*)."""
    talk = talk_of(version)
    items = [level(str(place % 9 + 1) if place % 20 else "99999", place) for place in range(250)]
    send(talk, items)
    assert finished(talk, 1)["summary"] | {"aggregateTime": 0} == {
        "aggregateTime": 0, "readCount": 250, "writeCount": 237, "errorCount": 13, "createCount": 0,
        "updateCount": 237,
    }  # fmt: skip
    first = talk.read("/asyncoperations/1/errors")
    rest = talk.read("/asyncoperations/1/errors?page[number]=2")
    told = [each["attributes"] for each in first["data"] + rest["data"]]
    assert len(first["data"]) == 10
    assert [each["source"]["pointer"] for each in told] == [f"/data/{place}" for place in range(0, 250, 20)]
    assert {each["status"] for each in told} == {404}
    assert quantity(talk, "1") == str(max(place for place in range(250) if place % 9 == 0 and place % 20))


@pytest.mark.parametrize("version", ALL)
def test_without_a_consumer_an_operation_stays_new_for_ever_and_nothing_is_written(version):
    talk = talk_of(version)
    talk.twin.consumer_off()
    send(talk, [level("1", 7)])
    talk.twin.clock.advance(dt.timedelta(minutes=50))
    assert talk.read("/asyncoperations/1")["data"]["attributes"]["status"] == "new"
    assert quantity(talk, "1") == "0"
    talk.twin.consumer_on()
    assert quantity(talk, "1") == "7"


@pytest.mark.parametrize("version", ALL)
def test_orders_can_be_created_updated_and_upserted_in_one_batch(version):
    talk = talk_of(version)
    line = {
        "type": "orderlineitems",
        "id": "l1",
        "attributes": {"quantity": 2, "value": "5", "currency": "USD"},
        "relationships": {
            "product": {"data": {"type": "products", "id": "1"}},
            "productUnit": {"data": {"type": "productunits", "id": "case"}},
        },
    }
    new = {
        "type": "orders",
        "attributes": {"identifier": "NEW-1", "currency": "USD"},
        "relationships": {
            "customer": {"data": {"type": "customers", "id": "2"}},
            "lineItems": {"data": [{"type": "orderlineitems", "id": "l1"}]},
        },
    }
    note = {"type": "orders", "id": "1", "meta": {"update": True}, "attributes": {"customerNotes": "batch"}}
    again = {
        "type": "orders",
        "meta": {"upsert": ["identifier"]},
        "attributes": {"identifier": "NEW-1", "poNumber": "P"},
    }
    body = {"data": [new, note, again], "included": [line]}
    assert talk.oro("PATCH", "/orders", body).status == 202
    summary = finished(talk, 1)["summary"]
    # An upsert counts as a creation even where it found something (batch_orders_upsert_final).
    assert (summary["writeCount"], summary["createCount"], summary["updateCount"]) == (3, 2, 1)
    order = talk.read("/orders?filter[identifier]=NEW-1&include=lineItems")
    assert (order["data"][0]["attributes"]["poNumber"], len(order["included"])) == ("P", 1)
    assert order["data"][0]["attributes"]["totalValue"] == "10.0000"


@pytest.mark.parametrize("version", NEW)
def test_a_synchronous_batch_is_all_or_nothing(version):
    talk = talk_of(version)
    reply, body = send(talk, [level("1", 7), level("2", "lots")], X_Mode="sync")
    assert (reply.status, body["errors"][0]["source"]["pointer"]) == (400, "/data/1/attributes/quantity")
    assert quantity(talk, "1") == "0"
    reply, body = send(talk, [level("1", 7), level("99999", 1), level("2", 8)], X_Mode="sync")
    assert (reply.status, quantity(talk, "1")) == (404, "0")
    reply, body = send(talk, [level("1", 7), level("2", 8), level("1", 9)], X_Mode="sync")
    assert reply.status == 200
    assert [(row["id"], row["meta"]["dataId"]) for row in body["data"]] == [("1", "1"), ("2", "2")]
    assert (quantity(talk, "1"), quantity(talk, "2")) == ("9", "8")


@pytest.mark.parametrize("version", NEW)
def test_too_large_a_synchronous_batch_fails_and_is_forgotten(version):
    talk = talk_of(version)
    reply, body = send(talk, [level("1", place) for place in range(101)], X_Mode="sync")
    assert (reply.status, body["data"]["attributes"]["status"]) == (202, "failed")
    assert talk.oro("GET", f"/asyncoperations/{body['data']['id']}").status == 404
    assert quantity(talk, "1") == "0"


@pytest.mark.parametrize("version", NEW)
def test_a_synchronous_batch_waits_for_a_consumer_and_then_becomes_asynchronous(version):
    talk = talk_of(version)
    talk.twin.consumer_off()
    before = talk.twin.clock.now()
    reply, body = send(talk, [level("1", 7)], X_Mode="sync")
    assert (reply.status, body["data"]["attributes"]["status"]) == (202, "new")
    assert talk.twin.clock.now() - before == dt.timedelta(seconds=25)
    talk.twin.consumer_on()
    assert finished(talk, body["data"]["id"])["status"] == "success"
    assert quantity(talk, "1") == "7"


@pytest.mark.parametrize("version", NEW)
def test_malformed_json_is_an_empty_success(version):
    talk = talk_of(version)
    broken = b'{"data": [{"type"'
    reply = talk.oro("PATCH", "/inventorylevels", broken, X_Mode="sync")
    assert (reply.status, reply.body) == (200, b"[]")
    talk.oro("PATCH", "/inventorylevels", broken)
    assert finished(talk, 2)["summary"]["readCount"] == 0


def test_5_1_ignores_the_mode():
    talk = talk_of("5.1")
    assert send(talk, [level("1", 7)], X_Mode="sync")[0].status == 202
    assert send(talk, [level("1", 7)], X_Mode="bogus")[0].status == 202


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("kind", ["orderlineitems", "ordershippingtrackings", "orderaddresses"])
def test_other_types_have_no_batches(version, kind):
    reply, _ = send(talk_of(version), [], kind=kind)
    assert (reply.status, reply.body) == (405, b"")
    assert reply.header("Allow") == "OPTIONS, GET, POST, DELETE"


@pytest.mark.parametrize("version", ALL)
def test_a_locked_order_is_an_error_of_its_item(version):
    """Contract: orocommerce-observed; only 5.1 lets closed orders be edited."""
    talk = talk_of(version)
    talk.twin.cancel_order("1")
    note = {"type": "orders", "id": "1", "meta": {"update": True}, "attributes": {"customerNotes": "x"}}
    send(talk, [note], kind="orders")
    assert finished(talk, 1)["summary"]["errorCount"] == (0 if version == "5.1" else 1)
