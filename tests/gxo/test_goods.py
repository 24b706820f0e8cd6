"""Items, inbounds, receipts, movements, returns, holds: exact both ways; strange words kept and told."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from attrs import evolve

from orogxo.errors import Conflict, DecodeError, Disposition, MappingError, NotFound, ReplyLost
from orogxo.gxo import Event, Hold, Item, ItemUnit, ReturnStatus
from orogxo.model import (
    Acknowledgement,
    Answer,
    CancelAnswer,
    InboundLine,
    Quantity,
    ReceivedCondition,
    ReturnLine,
    ReturnOutcome,
)
from support.gateway import URL, ea, page, problem, reply, site
from support.gateway_goods import (
    ADVICE,
    CANCELLED,
    ITEM,
    RMA,
    event,
    feed,
    hold,
    inbound,
    movement,
    outcome,
    receipt,
    returned,
)

NINE = dt.datetime(2026, 11, 5, 9, tzinfo=dt.UTC)


def body_of(method: str, value: object, answer: object) -> dict[str, object]:
    client, sender = site(reply(200, answer))
    getattr(client, method)(value)
    (sent,) = sender.sent
    told: dict[str, object] = json.loads(sent.body or b"")
    return told


def test_an_item_as_it_is_written() -> None:
    """Contract gateway-v1, resource Item."""
    assert body_of("put_item", ITEM, {"sku": "A/1"}) == {
        "client_id": "ACME",
        "sku": "A/1",
        "description": "Widget",
        "gtin": [],
        "uoms": [
            {"code": "EA", "qty_in_base": "1", "gtin": None},
            {"code": "CS", "qty_in_base": "12", "gtin": "10614141000415"},
        ],
        "lot_tracked": True,
        "serial_tracked": False,
        "expiry_tracked": False,
    }


def test_an_inbound_as_it_is_written() -> None:
    """Contract gateway-v1, resource Inbound."""
    told = body_of("put_inbound", ADVICE, inbound())
    assert told["client_asn_ref"] == "ASN-7"
    assert (told["shipped_on"], told["eta"], told["container"]) == ("2026-11-02", "2026-11-05", "MSKU1234565")
    assert told["lines"] == [{"line_ref": "1", "sku": "WIDGET-001", "qty": ea("24"), "lot": "L1"}]
    assert told["supplier"]["city"] == "Rochester"  # type: ignore[index]  # an object
    assert body_of("put_inbound", evolve(ADVICE, supplier=None), inbound())["supplier"] is None


def test_a_return_as_it_is_written() -> None:
    """Contract gateway-v1, resource Return."""
    told = body_of("put_return", RMA, returned())
    assert (told["rma_ref"], told["order_ref"], told["authorised_on"]) == ("RMA-3", "1042", "2026-11-02")
    quantity = {"value": "0.5", "uom": "MTK"}
    goods = {"line_ref": "1", "sku": "WIDGET-001", "qty": quantity, "reason": "wrong size"}
    assert told["lines"] == [{**goods, "requested_disposition": "restock"}]


def test_all_that_cannot_be_written_is_told_at_once_and_nothing_is_sent() -> None:
    lines = (
        InboundLine("a b", " ", Quantity("1/3", "EA")),
        InboundLine("x", "W", Quantity(0, "")),
        InboundLine("x", "W", Quantity(1, "EA")),
    )
    client, sender = site()
    with pytest.raises(MappingError) as caught:
        client.put_inbound(evolve(ADVICE, ref="..", lines=lines))
    assert caught.value.code == "REF_NOT_ALLOWED"
    wanted = "ref '..';lines[0].ref 'a b';lines[0].quantity 1/3 EA;lines[0].sku is empty;lines[1].quantity 0;"
    wanted += "lines[1].uom is empty;lines[2].ref 'x' names two lines"
    for told in wanted.split(";"):
        assert told in caught.value.message
    assert sender.sent == []


@pytest.mark.parametrize(
    ("method", "value", "code"),
    [
        ("put_inbound", evolve(ADVICE, lines=()), "LINES_MISSING"),
        ("put_return", evolve(RMA, lines=(ReturnLine("1", "W", Quantity(1, "EA"), "", "burn"),)),
         "DISPOSITION_UNKNOWN"),
        ("put_return", evolve(RMA, po_number="\ud83d"), "TEXT_NOT_UNICODE"),
        ("put_item", Item("..", "", (ItemUnit("EA", 1),)), "SKU_MISSING"),
        ("put_item", Item("W", "", ()), "BASE_UNIT_UNCLEAR"),
        ("put_item", Item("W", "", (ItemUnit("EA", 1), ItemUnit("PCE", 1))), "BASE_UNIT_UNCLEAR"),
        ("put_item", Item("W", "", (ItemUnit(" ", 1),)), "UOM_MISSING"),
        ("put_item", Item("W", "", (ItemUnit("EA", 1), ItemUnit("CS", "1/3"))), "QUANTITY_NOT_DECIMAL"),
    ],
)  # fmt: skip
def test_what_is_refused_before_it_is_sent(method: str, value: object, code: str) -> None:
    client, sender = site()
    with pytest.raises(MappingError) as caught:
        getattr(client, method)(value)
    assert (caught.value.code, sender.sent) == (code, [])


def test_a_unit_of_nothing_is_no_unit() -> None:
    with pytest.raises(MappingError, match="holds 0 base units"):
        ItemUnit("CS", 0)


@pytest.mark.parametrize(("method", "value"), [("put_inbound", ADVICE), ("put_return", RMA)])
def test_a_lost_reply_to_a_write_is_never_answered_by_a_second_one(method: str, value: object) -> None:
    client, sender = site(ReplyLost("gone"), reply(200, {}))
    with pytest.raises(ReplyLost):
        getattr(client, method)(value)
    assert len(sender.sent) == 1


@pytest.mark.parametrize(
    ("method", "arguments", "answer"),
    [
        ("put_item", (ITEM,), {"sku": "A/1"}),
        ("cancel_inbound", ("ASN-7",), json.loads(CANCELLED.body)),
        ("hold", ("1042", "credit"), hold()),
        ("release_hold", ("1042", "H-1"), hold()),
    ],
)
def test_what_does_no_harm_twice_is_asked_again(
    method: str, arguments: tuple[object, ...], answer: object
) -> None:
    client, sender = site(ReplyLost("gone"), reply(200, answer))
    getattr(client, method)(*arguments)
    assert len(sender.sent) == 2


def test_a_hold_placed_again_after_its_release_is_a_new_question() -> None:
    """A site that honours a key would answer with the released hold, and ship."""
    client, sender = site(reply(201, hold()), reply(201, hold()))
    client.hold("1042", "credit")
    client.hold("1042", "credit")
    assert [sent.header("Idempotency-Key") for sent in sender.sent] == [None, None]


@pytest.mark.parametrize(
    ("method", "value", "answer"),
    [
        ("put_inbound", ADVICE, inbound(client_asn_ref="ASN-8")),
        ("put_inbound", ADVICE, inbound(client_id="OTHER")),
        ("put_return", RMA, returned(rma_ref="RMA-9")),
        ("put_return", RMA, returned(version=-1)),
        ("put_item", ITEM, {"sku": "B"}),
        ("cancel_inbound", "ASN-7", {"client_asn_ref": "ASN-7", "answer": "maybe"}),
    ],
)
def test_an_answer_about_something_else_is_an_open_question(
    method: str, value: object, answer: object
) -> None:
    client, _ = site(reply(200, answer))
    with pytest.raises(DecodeError) as caught:
        getattr(client, method)(value)
    assert caught.value.disposition is Disposition.RECONCILE


def test_inbounds_are_found_and_cancelled() -> None:
    client, sender = site(
        reply(200, inbound(state="moonlit", version=3, reason="late")), problem(404, "not_found"), CANCELLED
    )
    assert client.find_inbound("ASN-7") == Acknowledgement("ASN-7", "unmapped:moonlit", 3, None, "late")
    assert client.find_inbound("ASN-8") is None
    assert client.cancel_inbound("ASN-7") == CancelAnswer(Answer.DONE, "", "cancelled")
    assert sender.sent[2].url == f"{URL}/v1/inbounds/ASN-7/cancel?client_id=ACME"
    with pytest.raises(NotFound, match="NOT_THE_GATEWAY"):
        site(page(404))[0].find_inbound("ASN-7")


def test_what_was_received() -> None:
    lines = [
        {"inbound_line_ref": "1", "sku": "W", "received": ea("23"), "damaged": ea("2"), "short": ea("1"),
         "over": ea("0"), "lot": "L1", "expiry": "2027-01-31", "serials": ["S1"]},
        {"sku": "V", "received": ea("4"), "condition": "opened", "raw_condition": "OPN"},
        {"sku": "U", "received": ea("4"), "condition": "wet"},
    ]  # fmt: skip
    client, _ = site(reply(200, feed(receipt(lines=lines, rma_ref="RMA-3"), cursor=None)))
    found = client.receipts("here")
    (got,) = found.items
    assert (got.ref, got.inbound_ref, got.rma_ref, got.site) == ("R-1", "ASN-7", "RMA-3", "RDC-1")
    assert got.received_at == NINE - dt.timedelta(hours=1)
    first, second, third = got.lines
    assert (first.received, first.expiry, first.serials) == (
        Quantity(23, "EA"),
        dt.date(2027, 1, 31),
        ("S1",),
    )
    assert first.conditions == (
        ReceivedCondition(Quantity(2, "EA"), "damaged"),
        ReceivedCondition(Quantity(1, "EA"), "short"),
    )
    assert second.conditions == (ReceivedCondition(Quantity(4, "EA"), "opened", "OPN"),)
    assert third.conditions == (ReceivedCondition(Quantity(4, "EA"), "unmapped:wet", "wet"),)
    assert found.unmapped == ("receipt R-1: condition 'wet' is not a word of gateway-v1",)
    assert (found.cursor, found.more, found.unreadable) == ("here", False, ())


@pytest.mark.parametrize(
    ("changes", "ways"),
    [
        ({}, ("available", "damaged")),
        ({"from_status": None}, ("", "damaged")),
        ({"to_status": None}, ("available", "")),
        ({"to_status": None, "qty": ea("-3")}, ("available", "")),
        ({"from_status": None, "qty": ea("-3")}, ("damaged", "")),
    ],
)
def test_where_goods_went(changes: dict[str, object], ways: tuple[str, str]) -> None:
    """Contract gateway-v1, resource Inventory: the sign counts only where one status stands alone."""
    (found,) = site(reply(200, feed(movement(**changes))))[0].movements().items
    assert (found.from_status, found.to_status) == ways
    assert found.quantity == Quantity(3, "EA")
    assert (found.reason, found.raw_reason, found.reference, found.lot) == ("damage", "D7", "CC-9", "L1")


@pytest.mark.parametrize(
    "changes",
    [
        {"qty": ea("-3")},
        {"qty": ea("-3"), "from_status": None, "to_status": None},
        {"from_status": "damaged"},
        {"qty": ea("three")},
        {"sku": ""},
        {"occurred_at": "2026-11-05"},
    ],
)
def test_a_movement_that_cannot_be_understood_is_told_and_hides_no_other(changes: dict[str, object]) -> None:
    page_ = feed(movement(**changes), movement(movement_id="M-2"), "rubbish")
    found = site(reply(200, page_))[0].movements()
    assert [item.id for item in found.items] == ["M-2"]
    assert found.unreadable[0].startswith("movement M-1 cannot be read: ")
    assert found.unreadable[1].startswith('a movement without movement_id, "rubbish", cannot be read')


def test_strange_words_of_stock_are_kept_and_told() -> None:
    found = site(reply(200, feed(movement(to_status="limbo", reason="ghosts", raw_reason=None))))[
        0
    ].movements()
    (row,) = found.items
    assert (row.to_status, row.reason, row.raw_reason) == ("unmapped:limbo", "unmapped:ghosts", "ghosts")
    assert found.unmapped == (
        "movement M-1: to_status 'limbo' is not a word of gateway-v1",
        "movement M-1: reason 'ghosts' is not a word of gateway-v1",
    )


@pytest.mark.parametrize("method", ["receipts", "movements", "events"])
@pytest.mark.parametrize("cursor", [None, "", "here"])
def test_a_page_that_promises_more_and_leads_nowhere(method: str, cursor: str | None) -> None:
    client, sender = site(reply(200, feed(cursor=cursor, more=True)))
    with pytest.raises(DecodeError, match="leads nowhere new"):
        getattr(client, method)("here")
    assert sender.sent[0].url.endswith("client_id=ACME&cursor=here")


def test_what_became_of_returned_goods() -> None:
    """Contract gateway-v1, section 5.4: only `restock` raises available stock."""
    told = returned(
        outcome=[outcome(), outcome(disposition="shred", condition="chewed", raw_condition=None, lot="L")]
    )
    found = site(reply(200, told))[0].find_return("RMA-3")
    one = Quantity(1, "EA")
    good = ReturnOutcome("1", "WIDGET-001", one, "restock", "restock", "as_new", "A")
    strange = evolve(
        good, disposition="unmapped:shred", raw_disposition="shred", reason="unmapped:chewed",
        raw_reason="chewed", lot="L",
    )  # fmt: skip
    words = tuple(
        f"{name} is not a word of gateway-v1" for name in ("disposition 'shred'", "condition 'chewed'")
    )
    assert found == ReturnStatus("RMA-3", "completed", 4, (good, strange), "", words)


def test_holds_are_a_list_each_released_alone() -> None:
    """Contract gateway-v1, section 5.5."""
    client, sender = site(reply(201, hold()), reply(200, hold(released_at="2026-11-05T10:00:00Z")))
    placed = client.hold("1042", "credit", "over the limit")
    assert placed == Hold("H-1", "credit", NINE, "over the limit", "oro")
    assert placed.open
    assert not client.release_hold("1042", placed.id).open
    assert [f"{sent.method} {sent.url.removeprefix(URL)}" for sent in sender.sent] == [
        "POST /v1/orders/1042/holds?client_id=ACME",
        "DELETE /v1/orders/1042/holds/H-1?client_id=ACME",
    ]
    told = {"kind": "credit", "note": "over the limit", "source": "oro"}
    assert json.loads(sender.sent[0].body or b"") == told


def test_a_hold_that_cannot_be() -> None:
    client, sender = site(problem(409, "order_not_editable"), reply(200, hold(id="H-2")))
    for arguments in (("hold", "1042", "mood"), ("release_hold", "1042", ".."), ("hold", "10 42", "credit")):
        with pytest.raises(MappingError):
            getattr(client, arguments[0])(*arguments[1:])
    assert sender.sent == []
    with pytest.raises(Conflict):
        client.hold("1042", "credit")
    with pytest.raises(DecodeError, match="expected hold 'H-1'"):
        client.release_hold("1042", "H-1")


def test_events_are_told_in_the_words_of_the_contract() -> None:
    found = site(reply(200, feed(event(), event(id="E-2", type="cat.fed", data=None))))[0].events()
    first, second = found.items
    assert first == Event("E-1", "order.changed", NINE, "orders/1042", 2, 1)
    assert (first.key, dict(first.data)) == ("E-1", {"state": "picking"})
    assert (second.type, found.unmapped) == (
        "unmapped:cat.fed",
        ("event E-2: type 'cat.fed' is not a word of gateway-v1",),
    )
