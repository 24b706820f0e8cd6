"""A gateway-v1 site by hand: an order to send, replies of a site, clients over scripted senders."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from attrs import evolve

from orogxo.gxo import AsyncGxoClient, GxoClient
from orogxo.http import Reply
from orogxo.model import (
    Address,
    CarrierService,
    FulfilmentLine,
    FulfilmentRequest,
    Organisation,
    Quantity,
)
from support.exchanges import (
    STEADY,
    Answer,
    AsyncManualClock,
    AsyncScriptedSender,
    ManualClock,
    ScriptedSender,
)

URL = "https://gateway.example/acme"
SSCC = "106141411234567897"

REQUEST = FulfilmentRequest(
    ref="1042",
    order_id="1042",
    identifier="ORD-0042",
    po_number="PO-2026-0001",
    customer=Organisation("2", "Northwind Retail GmbH", Organisation("1", "Northwind Group")),
    ship_to=Address(
        name="Amanda Cole",
        company="Northwind Retail GmbH",
        street="Königstraße 1",
        street2="Gate 4",
        city="Rochester",
        postal_code="14608",
        region="US-NY",
        country="US",
        phone="+1 585 555 0100",
    ),
    carrier=CarrierService("UPS", "GROUND", "UPSN"),
    lines=(
        FulfilmentLine("101", "101", "WIDGET-001", Quantity(12, "each"), "EA", Quantity(1, "case")),
        FulfilmentLine("102", "102", "SHEET-7", Quantity("0.250", "m2"), "MTK", Quantity("0.25", "m2")),
    ),
    ship_not_after=dt.date(2026, 11, 30),
    notes='Ring "twice"',
)


def a_line(**changes: object) -> FulfilmentLine:
    return evolve(REQUEST.lines[0], **changes)


def reply(status: int, value: object, kind: str = "application/json") -> Reply:
    return Reply(status, {"Content-Type": kind}, json.dumps(value).encode())


def problem(status: int, code: str, **members: object) -> Reply:
    """An error as gateway-v1 writes it (RFC 9457)."""
    body = {"type": "about:blank", "title": "No", "status": status, "code": code, **members}
    return reply(status, body, "application/problem+json")


def page(status: int) -> Reply:
    return Reply(status, {"Content-Type": "text/html"}, b"<html><h1>Oops</h1></html>")


def order_resource(**changes: object) -> dict[str, Any]:
    told = {"client_id": "ACME", "client_order_ref": "1042", "po_number": "PO-2026-0001"}
    return {**told, "state": "accepted", "version": 1, "reason": None, "from_the_future": [1], **changes}


def ea(value: object) -> dict[str, object]:
    return {"value": value, "uom": "EA"}


def shipment_line(**changes: object) -> dict[str, Any]:
    line = {
        "order_line_ref": "101",
        "sku": "WIDGET-001",
        "ordered": ea("12"),
        "shipped": ea("12"),
        "backordered": None,
        "short": None,
        "cancelled": None,
        "reason": None,
        "raw_reason": None,
    }
    return {**line, **changes}


def package(**changes: object) -> dict[str, Any]:
    goods = {"order_line_ref": "101", "sku": "WIDGET-001", "qty": ea("12")}
    carton = {"package_ref": "P-1", "type": "carton", "sscc": SSCC, "tracking": ["1Z1"], "lines": [goods]}
    return {**carton, **changes}


def shipment(**changes: object) -> dict[str, Any]:
    told = {
        "shipment_ref": "SHP-1",
        "version": 1,
        "order_refs": ["1042"],
        "po_number": "PO-2026-0001",
        "shipped_at": "2026-11-03T17:05:00+01:00",
        "carrier": "UPS",
        "service": "GROUND",
        "packages": [package()],
        "lines": [shipment_line()],
        "final": True,
    }
    return {**told, **changes}


def shipments_page(*items: object, cursor: str | None = "c-1", more: bool = False) -> dict[str, Any]:
    return {"items": list(items), "next_cursor": cursor, "has_more": more}


def stock_page(*rows: object, cursor: str | None = None, **changes: object) -> dict[str, Any]:
    head = {"snapshot_id": "SNAP-1", "as_of": "2026-11-03T00:00:00Z", "sequence": 7, "complete": True}
    return {**head, "page_cursor": cursor, "rows": list(rows), **changes}


def stock_row(sku: str = "WIDGET-001", value: object = "40", **changes: object) -> dict[str, Any]:
    return {"sku": sku, "site_id": "RDC-1", "lot": None, "status": "available", "qty": ea(value), **changes}


def site(*answers: Answer, **settings: Any) -> tuple[GxoClient, ScriptedSender]:
    """A client with an API key (so nothing but its own requests is sent), and the sender that answers."""
    sender = ScriptedSender(*answers)
    return GxoClient(URL, "", "", **_settings(ManualClock(), settings), sender=sender), sender


def async_site(*answers: Answer, **settings: Any) -> tuple[AsyncGxoClient, AsyncScriptedSender]:
    sender = AsyncScriptedSender(*answers)
    return AsyncGxoClient(URL, "", "", **_settings(AsyncManualClock(), settings), sender=sender), sender


def both(method: str, arguments: tuple[object, ...], *answers: Answer) -> list[object]:
    """What `method` gives or raises in each colour, and the requests that were sent."""
    outcomes: list[object] = []
    for client, sender in (site(*answers), async_site(*answers)):
        try:
            value = getattr(client, method)(*arguments)
            if isinstance(value, AsyncIterator):
                value = asyncio.run(_all_of(value))
            elif isinstance(value, Iterator):
                value = [*value]
            elif isinstance(client, AsyncGxoClient):
                value = asyncio.run(value)
        except Exception as error:  # noqa: BLE001 - told as an outcome, to compare
            value = (type(error), str(error))
        outcomes.append((value, sender.sent))
    return outcomes


async def _all_of(pages: AsyncIterator[object]) -> list[object]:
    return [page async for page in pages]


def _settings(clock: ManualClock, more: dict[str, Any]) -> dict[str, Any]:
    return {"depositor": "ACME", "site": "RDC-1", "api_key": "key", "clock": clock, "retry": STEADY, **more}
