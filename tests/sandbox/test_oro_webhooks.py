"""Webhooks as a receiver lives through them. The recorded stories are in replay/test_webhook_stories.py."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from orogxo.errors import NotSent
from orogxo.messages import Reply
from orogxo.sandbox import Twin
from support.twins import Talk


def shop(*topics, **attributes):
    twin = Twin(oro_version="7.0")
    twin.allow_webhooks()
    talk = Talk(twin)
    for topic in topics:
        assert register(talk, topic, **attributes).status == 201
    return talk


def register(talk, topic, form="default", **attributes):
    sent = {"notificationUrl": f"http://127.0.0.1:9/{topic}", "secret": "s3"} | attributes
    links = {"topic": ("webhooktopics", topic), "format": ("webhookformats", form)}
    relationships = {name: {"data": {"type": kind, "id": row}} for name, (kind, row) in links.items()}
    data = {"type": "webhooks", "attributes": sent, "relationships": relationships}
    return talk.oro("POST", "/webhooks", {"data": data})


def told(talk, seconds=1.0):
    talk.twin.clock.advance(dt.timedelta(seconds=seconds))
    found = [json.loads(delivery.request.body) for delivery in talk.twin.webhook_deliveries]
    talk.twin.webhook_deliveries.clear()
    return [(each["topic"], each["eventData"]["data"]["id"]) for each in found]


def patch(talk, order_id="1", **attributes):
    data = {"type": "orders", "id": order_id, "attributes": attributes}
    return talk.oro("PATCH", f"/orders/{order_id}", {"data": data})


def test_a_stock_installation_has_no_topics():
    talk = Talk(Twin(oro_version="7.0"))
    assert talk.read("/webhooktopics")["data"] == []
    assert register(talk, "order.created").status == 400


@pytest.mark.parametrize("version", ["5.1", "6.1"])
def test_older_versions_have_no_webhooks(version):
    assert Talk(Twin(oro_version=version)).oro("GET", "/webhooks").status == 404


def test_the_secret_is_neither_shown_nor_changed():
    talk = shop("order.updated")
    (hook,) = talk.read("/webhooks")["data"]
    assert "s3" not in json.dumps(hook)
    data = {"type": "webhooks", "id": hook["id"], "attributes": {"secret": "other"}}
    assert talk.oro("PATCH", f"/webhooks/{hook['id']}", {"data": data}).status == 400


def test_what_people_do_is_told_as_well():
    talk = shop("order.created", "order.updated", "orderlineitem.created")
    order = talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    assert sorted(told(talk)) == [("order.created", order), ("orderlineitem.created", "1")]
    talk.twin.cancel_order(order)
    assert told(talk) == [("order.updated", order)]


def test_every_patch_is_told_even_one_that_changes_nothing():
    talk = shop("order.updated", "orderlineitem.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    for _ in range(3):
        patch(talk, poNumber="SAME")
    assert sorted(told(talk)) == [("order.updated", "1")] * 3 + [("orderlineitem.updated", "1")] * 3


def test_a_tracking_is_told_without_its_order_and_deletions_never():
    talk = shop("order.updated", "ordershippingtracking.created", "ordershippingtracking.deleted")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    order = {"orders": {"data": [{"type": "orders", "id": "1"}]}}
    tracking = {"method": "UPS", "number": "1Z"}
    sent = {"type": "ordershippingtrackings", "attributes": tracking, "relationships": order}
    talk.oro("POST", "/ordershippingtrackings", {"data": sent})
    assert told(talk) == [("ordershippingtracking.created", "1")]
    talk.oro("POST", "/ordershippingtrackings", {"data": sent})
    talk.oro("DELETE", "/ordershippingtrackings/2")
    assert told(talk) == []


def test_nothing_is_told_of_what_was_refused_tried_or_hidden():
    talk = shop("order.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    patch(talk, poNumber="x" * 300)
    trial = {"type": "orders", "id": "1", "meta": {"validate": True}, "attributes": {"poNumber": "T"}}
    assert talk.oro("PATCH", "/orders/1", {"data": trial}).status == 200
    talk.twin.hide("orders")
    talk.twin.cancel_order("1")
    assert told(talk) == []
    talk.twin.show("orders")
    assert talk.read("/orders/1")["data"]["attributes"]["poNumber"] == "PO-2026-0001"


def test_messages_wait_for_the_consumer():
    talk = shop("order.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    talk.twin.consumer_off()
    patch(talk, poNumber="P")
    assert told(talk, seconds=3000) == []
    talk.twin.consumer_on()
    assert told(talk) == [("order.updated", "1")]


def test_a_receiver_may_answer_refuse_and_be_told_again():
    talk = shop("order.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    answers = [Reply(503, {"Retry-After": "1"}), Reply(502), Reply(200)]
    talk.twin.webhook_receiver = lambda request: answers.pop(0)
    patch(talk, poNumber="P")
    assert len(told(talk, seconds=9)) == 1
    assert len(told(talk, seconds=15)) == 2
    assert told(talk, seconds=600) == []

    def nobody(request):
        raise NotSent("refused")

    talk.twin.webhook_receiver = nobody
    patch(talk, poNumber="Q")
    talk.twin.clock.advance(dt.timedelta(seconds=60))
    assert [delivery.status for delivery in talk.twin.webhook_deliveries] == [None]


def test_gone_deletes_the_hook_and_disabled_hooks_are_silent():
    talk = shop("order.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    assert register(talk, "order.updated", form="thin", enabled=False).status == 201
    talk.twin.webhook_receiver = lambda request: Reply(410)
    patch(talk, poNumber="P")
    assert len(told(talk)) == 1
    assert [hook["attributes"]["enabled"] for hook in talk.read("/webhooks")["data"]] == [False]


def test_a_crash_before_anything_was_delivered_repeats_nothing():
    talk = shop("order.updated")
    talk.twin.crash_consumer()
    assert told(talk, seconds=60) == []


def test_a_line_or_a_tracking_that_was_just_added_is_missing_from_the_message():
    """Recordings: webhooks/freshness_*: built in the middle of the flush; attributes are fresh."""
    talk = shop("order.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    talk.twin.add_tracking("1", "UPS", "OLD")
    link = {"shippingTrackings": {"data": [{"type": "ordershippingtrackings", "id": "new"}]}}
    data = {"type": "orders", "id": "1", "attributes": {"poNumber": "P"}, "relationships": link}
    tracking = {"type": "ordershippingtrackings", "id": "new", "attributes": {"method": "UPS", "number": "2"}}
    talk.oro("PATCH", "/orders/1", {"data": data, "included": [tracking]})
    talk.twin.clock.advance(dt.timedelta(seconds=1))
    (delivery,) = talk.twin.webhook_deliveries
    order = json.loads(delivery.request.body)["eventData"]["data"]
    assert order["attributes"]["poNumber"] == "P"
    assert [each["id"] for each in order["relationships"]["shippingTrackings"]["data"]] == ["1"]
    assert [each["id"] for each in talk.read("/orders/1/shippingTrackings")["data"]] == ["2"]


def test_messages_are_written_as_php_writes_json():
    talk = shop("order.updated")
    talk.twin.place_order(lines=[("WIDGET-001", 1, "item")])
    patch(talk, customerNotes="Dock 4/5, Öz")
    talk.twin.clock.advance(dt.timedelta(seconds=1))
    (delivery,) = talk.twin.webhook_deliveries
    assert rb'"customerNotes":"Dock 4\/5, \u00d6z"' in delivery.request.body
