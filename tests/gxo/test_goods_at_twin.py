"""Items, inbounds, returns, holds and feeds through the client at the twin: the books add up."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orogxo.errors import Conflict, NotFound
from orogxo.gxo import FeedPage, GxoClient, Item, ItemUnit
from orogxo.gxo.progress import told
from orogxo.model import Answer, InboundAdvice, InboundLine, Quantity, ReturnAdvice, ReturnLine
from orogxo.sandbox import Twin
from support.gateway_goods import DAY
from support.twins import Talk, faithful, gxo_line

EA = Quantity(24, "EA")
ADVICE = InboundAdvice("ASN-7", DAY, (InboundLine("1", "WIDGET-001", EA),))
RMA = ReturnAdvice("RMA-3", "1", DAY, (ReturnLine("1", "WIDGET-001", Quantity(3, "EA"), "", "restock"),))


def at(twin: Twin) -> GxoClient:
    return GxoClient(
        "http://gxo.test",
        "id",
        "secret",
        depositor="DEPOSITOR",
        site="SITE-1",
        sender=twin.gxo,
        clock=twin.clock,
    )


def ordered(twin: Twin) -> str:
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    assert Talk(twin).put_order(faithful(twin, order_id)).status == 201
    return order_id


def available(client: GxoClient) -> Fraction:
    rows = client.stock_snapshot().rows
    return next(row.quantity.amount for row in rows if row.sku == "WIDGET-001")


def test_an_inbound_from_advice_to_stock() -> None:
    twin = Twin()
    client = at(twin)
    assert client.find_inbound("ASN-7") is None
    assert client.put_inbound(ADVICE).state == "planned"
    assert client.put_inbound(ADVICE).version == 1
    before = available(client)
    receipt_ref = twin.receive("ASN-7", {"1": 23}, damaged={"1": 2})
    (receipt,) = client.receipts().items
    assert (receipt.ref, receipt.inbound_ref) == (receipt_ref, "ASN-7")
    (line,) = receipt.lines
    assert line.received == Quantity(23, "EA")
    assert {told.condition: told.quantity.amount for told in line.conditions} == {"damaged": 2, "short": 1}
    assert available(client) - before == 21
    found = client.find_inbound("ASN-7")
    assert found is not None
    assert (found.state, found.version) == ("received", 2)
    assert client.cancel_inbound("ASN-7").answer is Answer.REFUSED
    with pytest.raises(Conflict):
        client.put_inbound(InboundAdvice("ASN-7", DAY, (InboundLine("1", "WIDGET-001", Quantity(9, "EA")),)))


def test_an_inbound_that_never_leaves_is_cancelled() -> None:
    client = at(Twin())
    client.put_inbound(ADVICE)
    assert client.cancel_inbound("ASN-7").answer is Answer.DONE
    assert client.cancel_inbound("ASN-7").answer is Answer.DONE
    with pytest.raises(NotFound):
        client.cancel_inbound("ASN-8")


def test_only_restocked_goods_are_available_again() -> None:
    twin = Twin()
    client = at(twin)
    client.put_return(RMA)
    before = available(client)
    row = {"line_ref": "1", "sku": "WIDGET-001", "condition": "opened", "raw_condition": "O"}
    qty = {"value": "1", "uom": "EA"}
    twin.inspect("RMA-3", [{**row, "qty": qty, "disposition": "restock"},
                           {**row, "qty": {**qty, "value": "2"}, "disposition": "destroy"}])  # fmt: skip
    found = client.find_return("RMA-3")
    assert found is not None
    assert [(row.disposition, row.quantity.amount) for row in found.outcomes] == [
        ("restock", 1),
        ("destroy", 2),
    ]
    assert (found.state, found.unmapped) == ("completed", ())
    assert available(client) - before == 1


def test_the_movements_explain_the_difference_of_two_snapshots() -> None:
    twin = Twin()
    client = at(twin)
    before, cursor = available(client), client.movements().cursor
    order_id = ordered(twin)
    line_ref = next(iter(twin.gxo_orders()[order_id]["lines"]))["line_ref"]
    (ref,) = twin.ship(order_id, {line_ref: 7})
    twin.reship(ref, {line_ref: 9})
    twin.repeat_shipment(ref, 1)
    client.put_inbound(ADVICE)
    twin.receive("ASN-7")
    page = client.movements(cursor)
    assert (page.unreadable, page.unmapped) == ((), ())
    assert available(client) - before == sum(move.change("available") for move in page.items) == 24 - 9


def test_a_held_order_is_not_worked_on_until_its_last_hold_is_released() -> None:
    twin = Twin()
    client, order_id = at(twin), ordered(twin)
    first, second = client.hold(order_id, "credit", "limit"), client.hold(order_id, "fraud")
    assert client.hold(order_id, "credit", "limit") == first
    twin.work()
    assert twin.gxo_shipments() == {}
    for touch in (twin.pick, twin.ship):
        with pytest.raises(ValueError, match="is on hold"):
            touch(order_id)
    assert client.release_hold(order_id, first.id).released_at is not None
    twin.work()
    assert twin.gxo_shipments() == {}
    client.release_hold(order_id, second.id)
    client.release_hold(order_id, second.id)
    again = client.hold(order_id, "credit", "limit")
    assert again.open
    assert again.id != first.id
    client.release_hold(order_id, again.id)
    twin.work()
    assert len(twin.gxo_shipments()) == 1
    with pytest.raises(Conflict):
        client.hold(order_id, "credit")
    with pytest.raises(NotFound):
        client.release_hold(order_id, "H-9")


def test_the_events_tell_the_whole_story_page_by_page() -> None:
    twin = Twin()
    client, order_id = at(twin), ordered(twin)
    client.events()
    twin.work()
    for number in range(60):
        client.put_item(Item(f"NEW-{number}", "New", (ItemUnit("EA", 1), ItemUnit("CS", 6))))
    pages: list[FeedPage[object]] = []
    cursor, more = "", True
    while more:
        page = client.events(cursor)
        assert (page.unreadable, page.unmapped) == ((), ())
        pages.append(page)
        cursor, more = page.cursor, page.more
    events = [event for page in pages for event in page.items]
    assert len({event.key for event in events}) == len(events) > 60
    news = [
        (event.data["state"], event.version) for event in events if event.resource == f"orders/{order_id}"
    ]
    assert told(reversed(news)).state == told(news).state == "shipped"
    assert client.events(cursor).items == ()


def test_a_new_item_can_be_ordered() -> None:
    twin = Twin()
    client = at(twin)
    assert client.item("NEW-1") is None
    written = client.put_item(Item("NEW-1", "New", (ItemUnit("EA", 1),)))
    assert client.item("NEW-1") == written
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    body = faithful(twin, order_id)
    body["lines"] = [gxo_line(body["lines"][0]["line_ref"], "NEW-1", "1")]
    assert Talk(twin).put_order(body).status == 201
