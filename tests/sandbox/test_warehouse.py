"""The gateway and the people behind it (contract: gxo-gateway, 4.3)."""

from __future__ import annotations

import json

import pytest

from orogxo.sandbox import Twin
from orogxo.sandbox.gxo_packing import sscc
from support.twins import Talk, faithful, gxo_line, line_refs


@pytest.fixture
def talk():
    twin = Twin()
    twin.place_order(lines=[("WIDGET-001", 1, "case")])
    return Talk(twin)


def put(talk, **changes):
    return talk.put_order(faithful(talk.twin, "1", **changes))


def test_the_same_order_again_is_no_new_work(talk):
    assert [put(talk).status for _ in range(3)] == [201, 200, 200]
    order = talk.twin.gxo_orders()["1"]
    assert (order["times_received"], order["jobs"], order["version"], order["state"]) == (3, 1, 1, "accepted")
    assert [call.effect for call in talk.twin.gxo_calls("1")] == [True, False, False]
    assert talk.twin.gxo_calls("2") == []
    assert json.loads(talk.gxo("GET", "/orders/1").body)["po_number"] == "PO-2026-0001"


def test_other_content_is_a_new_version_until_picking_begins(talk):
    put(talk)
    line = line_refs(talk.twin, "1")[0]
    assert put(talk, lines=[gxo_line(line, "WIDGET-001", "11")]).status == 200
    assert (talk.twin.gxo_orders()["1"]["version"], talk.twin.ledger) == (2, {("1", line): 11})
    talk.twin.pick("1")
    refused = put(talk)
    assert (refused.status, json.loads(refused.body)["code"]) == (409, "order_not_editable")
    assert put(talk, lines=[gxo_line(line, "WIDGET-001", "11")]).status == 200


def test_a_rejected_order_may_be_sent_again_corrected(talk):
    put(talk)
    talk.twin.reject("1", "credit")
    rejected = talk.twin.gxo_orders()["1"]
    assert (rejected["state"], rejected["reason"], talk.twin.ledger) == ("rejected", "credit", {})
    assert talk.twin.books().lost == ("1",)
    assert put(talk, requested_ship={"not_after": "2026-12-01"}).status == 200
    assert talk.twin.gxo_orders()["1"]["state"] == "accepted"


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"po_number": " "}, "/po_number", "required"),
        ({"type": "gift"}, "/type", "invalid"),
        ({"customer_org": None}, "/customer_org/name", "required"),
        ({"carrier": {"code": "MULE"}}, "/carrier/code", "unknown_carrier"),
        ({"ship_to": None}, "/ship_to", "invalid_address"),
        ({"lines": []}, "/lines", "required"),
        ({"lines": ["x"]}, "/lines/0", "invalid"),
        ({"lines": [gxo_line("1", "NOITEM-1", "1")]}, "/lines/0/sku", "unknown_sku"),
        ({"lines": [gxo_line("1", "KIT-1", "1")]}, "/lines/0/sku", "unknown_sku"),
        ({"lines": [gxo_line("1", "WIDGET-001", "1", "CS")]}, "/lines/0/qty/uom", "unknown_uom"),
        ({"lines": [gxo_line("1", "WIDGET-001", "1.5")]}, "/lines/0/qty/value", "invalid"),
        ({"lines": [gxo_line("1", "WIDGET-001", "0")]}, "/lines/0/qty/value", "invalid"),
        ({"lines": [gxo_line("1", "WIDGET-001", "x")]}, "/lines/0/qty/value", "invalid"),
        ({"lines": [gxo_line("1", "WIDGET-001", 1)]}, "/lines/0/qty/value", "invalid"),
        ({"lines": [gxo_line("1", "WIDGET-001", "1")] * 2}, "/lines/1/line_ref", "invalid"),
    ],
)
def test_what_the_site_refuses(talk, changes, pointer, code):
    reply = put(talk, **changes)
    problem = json.loads(reply.body)
    assert (reply.status, reply.header("Content-Type")) == (422, "application/problem+json")
    assert (problem["code"], problem["status"], problem["retryable"]) == ("validation_failed", 422, False)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
    assert talk.twin.gxo_orders() == {}


def test_all_problems_of_an_address_are_told_at_once(talk):
    reply = put(talk, ship_to={"country": "usa"})
    pointers = {error["pointer"] for error in json.loads(reply.body)["errors"]}
    assert pointers == {f"/ship_to/{name}" for name in ("street", "city", "postal_code", "country", "name")}


def test_kilograms_may_be_fractions(talk):
    order_id = talk.twin.place_order(lines=[("SHEET-7", "2.375", "kg")])
    line = line_refs(talk.twin, order_id)[0]
    for uom, value, eaches in (("KGM", "2.375", "19/8"), ("EA", "2", "8")):
        talk.put_order(faithful(talk.twin, order_id, lines=[gxo_line(line, "SHEET-7", value, uom)]))
        assert str(talk.twin.ledger[order_id, line]) == eaches


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"client_order_ref": "other"}'])
def test_a_body_that_is_no_such_order_is_a_400(talk, body):
    reply = talk.gxo("PUT", "/orders/1", body)
    assert (reply.status, json.loads(reply.body)["code"]) == (400, "invalid_request")


def test_post_creates_once(talk):
    order = faithful(talk.twin, "1")
    assert [talk.gxo("POST", "/orders", order).status for _ in range(2)] == [201, 409]
    assert talk.gxo("POST", "/orders", b"{").status == 400


def test_look_ups_that_find_nothing(talk):
    for path, code in (
        ("/orders/7", "not_found"),
        ("/items/NOITEM-1", "not_found"),
        ("/nowhere", "unknown_route"),
    ):
        reply = talk.gxo("GET", path)
        assert (reply.status, json.loads(reply.body)["code"]) == (404, code)
    unauthorised = talk.gxo("GET", "/capabilities", Authorization="Bearer x")
    assert (unauthorised.status, json.loads(unauthorised.body)["code"]) == (401, "unauthorised")


def test_a_site_without_look_up_says_so():
    talk = Talk(Twin(gxo_lookup=False, gxo_duplicates=True))
    facts = json.loads(talk.gxo("GET", "/capabilities").body)
    assert facts == {
        "natural_key": False,
        "lookup": False,
        "item_master": True,
        "cancel": True,
        "change": False,
    }
    assert talk.gxo("GET", "/orders/1").status == 405


def test_items_and_stock(talk):
    item = json.loads(talk.gxo("GET", "/items/SHEET-7").body)
    assert item["uoms"] == [{"code": "EA", "qty_in_base": "4"}, {"code": "KGM", "qty_in_base": "1"}]
    put(talk)
    talk.twin.work()
    snapshot = json.loads(talk.gxo("GET", "/inventory/snapshots/latest").body)
    stock = {row["sku"]: row["qty"] for row in snapshot["rows"]}
    assert stock["WIDGET-001"] == {"value": "99988", "uom": "EA"}
    assert "NOITEM-1" not in stock


# The floor ------------------------------------------------------------------------------------------------


def feed(talk, cursor=""):
    return json.loads(talk.gxo("GET", f"/shipments?client_id=DEPOSITOR&cursor={cursor}").body)


def test_work_follows_the_clock(talk):
    put(talk)
    states = []
    for _ in range(5):
        talk.twin.work(hours=1)
        states.append(talk.twin.gxo_orders()["1"]["state"])
    assert states == ["picking", "picking", "picking", "shipped", "shipped"]
    assert talk.gxo("GET", "/shipments").status == 401  # an hour is the life of a token
    talk.forget_tokens()
    assert len(feed(talk)["items"]) == 1


def test_a_whole_shipment(talk):
    put(talk)
    talk.twin.work()
    (shipment,) = feed(talk)["items"]
    (line,) = shipment["lines"]
    assert (shipment["final"], shipment["po_number"], shipment["order_refs"]) == (True, "PO-2026-0001", ["1"])
    assert line["shipped"] == line["ordered"] == {"value": "12", "uom": "EA"}
    assert (line["backordered"], line["short"], line["cancelled"]) == (None, None, None)
    assert [package["lines"][0]["qty"]["value"] for package in shipment["packages"]] == ["6", "6"]
    assert all(len(package["tracking"]) == 1 for package in shipment["packages"])


def test_a_partial_then_a_short_end(talk):
    put(talk)
    line = line_refs(talk.twin, "1")[0]
    talk.twin.ship("1", {line: 5}, trackings=1)
    assert talk.twin.gxo_orders()["1"]["state"] == "partially_shipped"
    talk.twin.ship("1", {line: 4}, final=True, carrier="FEDX", reason="out_of_stock", lose_po=True)
    first, second = (shipment["lines"][0] for shipment in feed(talk)["items"])
    assert (first["backordered"], first["short"]) == ({"value": "7", "uom": "EA"}, None)
    assert (second["backordered"], second["short"]) == (None, {"value": "3", "uom": "EA"})
    assert (second["reason"], feed(talk)["items"][1]["carrier"]) == ("out_of_stock", "FEDX")
    assert feed(talk)["items"][1]["po_number"] is None
    assert talk.twin.ledger == {("1", line): 9}


def test_wrong_goods_over_shipment_and_cancelled_rest(talk):
    put(talk)
    line = line_refs(talk.twin, "1")[0]
    talk.twin.ship("1", {line: 13}, skus={line: "WIDGET-002"}, trackings=0)
    assert feed(talk)["items"][0]["lines"][0]["sku"] == "WIDGET-002"
    assert talk.twin.books().over_shipped == {("1", line): 1}
    order_id = talk.twin.place_order(lines=[("WIDGET-001", 1, "case")])
    talk.put_order(faithful(talk.twin, order_id))
    talk.twin.ship(order_id, {}, final=True, cancelled=True)
    last = feed(talk)["items"][-1]
    assert last["lines"][0]["cancelled"] == {"value": "12", "uom": "EA"}
    assert last["packages"] == []


def test_a_correction_has_the_same_reference_and_the_next_version(talk):
    put(talk)
    line = line_refs(talk.twin, "1")[0]
    (shipment_ref,) = talk.twin.ship("1")
    talk.twin.reship(shipment_ref, {line: 10}, trackings=1, carrier="FEDX")
    talk.twin.repeat_shipment(shipment_ref)
    told = [(item["shipment_ref"], item["version"]) for item in feed(talk)["items"]]
    assert told == [(shipment_ref, 1), (shipment_ref, 2), (shipment_ref, 2)]
    latest = talk.twin.gxo_shipments()[shipment_ref]
    assert (latest["lines"][0]["shipped"]["value"], latest["carrier"]) == ("10", "FEDX")
    assert talk.twin.books().shipped == {("1", line): 10}
    talk.twin.reship(shipment_ref)
    assert (
        talk.twin.gxo_shipments()[shipment_ref]["packages"][0]["tracking"]
        == latest["packages"][0]["tracking"]
    )


def test_kilograms_are_not_split_over_cartons(talk):
    order_id = talk.twin.place_order(lines=[("SHEET-7", "2.375", "kg")])
    line = line_refs(talk.twin, order_id)[0]
    talk.put_order(faithful(talk.twin, order_id, lines=[gxo_line(line, "SHEET-7", "2.375", "KGM")]))
    talk.twin.ship(order_id, trackings=3)
    (package,) = feed(talk)["items"][0]["packages"]
    assert (package["lines"][0]["qty"]["value"], len(package["tracking"])) == ("2.375", 3)
    assert talk.twin.books(held=["1"]).quantity_differences == ()


def test_correcting_one_line_leaves_the_others(talk):
    order_id = talk.twin.place_order(lines=[("WIDGET-001", 1, "case"), ("WIDGET-001", 1, "case")])
    first, second = line_refs(talk.twin, order_id)
    talk.put_order(faithful(talk.twin, order_id))
    talk.twin.pick(order_id)
    (shipment_ref,) = talk.twin.ship(order_id)
    talk.twin.reship(shipment_ref, {first: 11})
    assert talk.twin.books().shipped == {(order_id, first): 11, (order_id, second): 12}


def test_an_old_version_told_late_is_not_the_latest(talk):
    put(talk)
    (shipment_ref,) = talk.twin.ship("1")
    talk.twin.reship(shipment_ref, carrier="FEDX")
    talk.twin._floor.feed.append(talk.twin._floor.feed[0])
    assert talk.twin.gxo_shipments()[shipment_ref]["version"] == 2


def test_the_feed_pages_by_fifty_with_an_opaque_cursor(talk):
    put(talk)
    (shipment_ref,) = talk.twin.ship("1")
    for _ in range(59):
        talk.twin.repeat_shipment(shipment_ref)
    first = feed(talk)
    assert (len(first["items"]), first["has_more"]) == (50, True)
    second = feed(talk, first["next_cursor"])
    assert (len(second["items"]), second["has_more"]) == (10, False)
    assert feed(talk, second["next_cursor"])["items"] == []
    for bad in ("!", "nonsense", "ZmVlZDo5OTk5OQ"):
        assert talk.gxo("GET", f"/shipments?cursor={bad}").status == 400
    assert json.loads(talk.gxo("GET", "/shipments?client_id=SOMEBODY").body)["items"] == []


def test_an_sscc_has_the_check_digit_of_gs1():
    """GS1 General Specifications, 7.9: weights 3 and 1 from the left, up to the next ten."""
    assert sscc(123456789) == "006141411234567890"
    for serial in range(50):
        digits = [int(digit) for digit in sscc(serial)]
        assert len(digits) == 18
        assert sum(digit * (3, 1)[place % 2] for place, digit in enumerate(digits)) % 10 == 0
