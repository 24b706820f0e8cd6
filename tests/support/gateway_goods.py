"""Items, inbounds, returns, holds and feeds of a gateway by hand; a call of every method about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orogxo.gxo import Item, ItemUnit
from orogxo.model import Address, InboundAdvice, InboundLine, Quantity, ReturnAdvice, ReturnLine
from support.gateway import ea, page, problem, reply

DAY = dt.date(2026, 11, 2)
ITEM = Item("A/1", "Widget", (ItemUnit("EA", 1), ItemUnit("CS", 12, "10614141000415")), lot_tracked=True)
ADVICE = InboundAdvice(
    ref="ASN-7",
    shipped_on=DAY,
    lines=(InboundLine("1", "WIDGET-001", Quantity(24, "EA"), "L1"),),
    supplier=Address(name="Supplier", city="Rochester", country="US"),
    expected_on=dt.date(2026, 11, 5),
    container="MSKU1234565",
)
RMA = ReturnAdvice(
    ref="RMA-3",
    order_ref="1042",
    authorised_on=DAY,
    lines=(ReturnLine("1", "WIDGET-001", Quantity("0.5", "MTK"), "wrong size", "restock"),),
)


def feed(*items: object, cursor: str | None = "c-1", more: bool = False) -> dict[str, Any]:
    return {"items": list(items), "next_cursor": cursor, "has_more": more}


def inbound(**changes: object) -> dict[str, Any]:
    return {"client_id": "ACME", "client_asn_ref": "ASN-7", "state": "planned", "version": 1, **changes}


def receipt(**changes: object) -> dict[str, Any]:
    line = {"inbound_line_ref": "1", "sku": "WIDGET-001", "received": ea("23"), "short": ea("1")}
    told = {"receipt_ref": "R-1", "inbound_ref": "ASN-7", "arrived_at": "2026-11-05T09:00:00+01:00"}
    return {**told, "site_id": "RDC-1", "closed": True, "lines": [line], **changes}


def movement(**changes: object) -> dict[str, Any]:
    told = {"movement_id": "M-1", "seq": 1, "occurred_at": "2026-11-05T09:00:00Z", "kind": "adjustment"}
    told |= {"sku": "WIDGET-001", "qty": ea("3"), "from_status": "available", "to_status": "damaged"}
    return {**told, "reason": "damage", "raw_reason": "D7", "lot": "L1", "ref": "CC-9", **changes}


def outcome(**changes: object) -> dict[str, Any]:
    told = {"line_ref": "1", "sku": "WIDGET-001", "qty": ea("1"), "disposition": "restock"}
    return {**told, "condition": "as_new", "raw_condition": "A", **changes}


def returned(**changes: object) -> dict[str, Any]:
    return {"client_id": "ACME", "rma_ref": "RMA-3", "state": "completed", "version": 4, **changes}


def hold(**changes: object) -> dict[str, Any]:
    told = {"id": "H-1", "kind": "credit", "opened_at": "2026-11-05T09:00:00Z", "source": "oro"}
    return {**told, "note": "over the limit", "released_at": None, **changes}


def event(**changes: object) -> dict[str, Any]:
    told = {"id": "E-1", "type": "order.changed", "occurred_at": "2026-11-05T09:00:00Z", "seq": 1}
    return {**told, "resource": "orders/1042", "version": 2, "data": {"state": "picking"}, **changes}


CANCELLED = reply(200, {"client_asn_ref": "ASN-7", "answer": "cancelled", "state": "cancelled"})
GOODS_CALLS: list[tuple[str, tuple[object, ...], Any]] = [
    ("put_item", (ITEM,), reply(200, {"sku": "A/1"})),
    ("put_inbound", (ADVICE,), reply(201, inbound())),
    ("put_inbound", (ADVICE,), page(200)),
    ("find_inbound", ("ASN-7",), reply(200, inbound())),
    ("find_inbound", ("ASN-7",), problem(404, "not_found")),
    ("cancel_inbound", ("ASN-7",), CANCELLED),
    ("receipts", ("c",), reply(200, feed(receipt(), {}))),
    ("movements", (), reply(200, feed(movement()))),
    ("put_return", (RMA,), reply(200, returned(outcome=[outcome()]))),
    ("find_return", ("RMA-3",), problem(404, "not_found")),
    ("events", (), reply(200, feed(event()))),
    ("hold", ("1042", "credit", "over the limit"), reply(201, hold())),
    ("hold", ("1042", "mood"), None),
    ("release_hold", ("1042", "H-1"), reply(200, hold(released_at="2026-11-05T10:00:00Z"))),
    ("release_hold", ("1042", "H-1"), problem(404, "not_found")),
]
