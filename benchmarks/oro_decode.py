"""Reading pages of orders: the client against loops written by hand for exactly these fields.

`oro_decode_typed_orders` starts from the decoded JSON of a page of 100 orders with 10 lines each, and makes
the same attrs classes (`OroOrder`, `OroOrderLine`) both ways, then reads the same typed fields; the loop
knows the document by heart and checks nothing. `oro_decode_from_bytes` compares the whole way, with limits
and checks on what comes from outside, with the shortest loop from bytes to classes of its own. Rates are
orders per second, the best of several turns; a ratio of 0.5 is half the loop's speed.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from attrs import frozen

from benchmarks import Measurement
from orogxo.http import Reply, Request
from orogxo.oro import Identifier, OroOrder, OroOrderLine, Resource
from orogxo.oro.api import document_of
from orogxo.oro.jsonapi import Relationship, read_document

ORDERS, LINES, RUNS = 100, 10, 15
JSON_API = {"Content-Type": "application/vnd.api+json"}
REQUEST = Request("GET", "https://shop.example.com/admin/api/orders")


@frozen
class Line:
    id: str
    sku: str
    quantity: Decimal
    unit: str
    value: Decimal


@frozen
class Order:
    id: str
    identifier: str
    po_number: str
    total_value: Decimal
    updated_at: dt.datetime
    customer: str
    lines: tuple[Line, ...]


def page(orders: int = ORDERS, lines: int = LINES) -> bytes:
    """A page as OroCommerce writes it with sparse fieldsets and without links."""
    data, included = [], []
    for order in range(1, orders + 1):
        numbers = range(order * 100, order * 100 + lines)
        refs = [{"type": "orderlineitems", "id": str(at)} for at in numbers]
        data.append(
            {
                "type": "orders",
                "id": str(order),
                "attributes": {
                    "identifier": f"SO-{order:06}",
                    "poNumber": f"PO-2026-{order:05}",
                    "totalValue": f"{order * 19.99:.4f}",
                    "updatedAt": "2026-11-23T09:15:00Z",
                },
                "relationships": {
                    "customer": {"data": {"type": "customers", "id": str(order % 17)}},
                    "lineItems": {"data": refs},
                },
            }
        )
        included += [_line(at) for at in numbers]
    return json.dumps({"data": data, "included": included}).encode()


def _line(at: int) -> dict[str, Any]:
    attributes = {
        "productSku": f"SKU-{at % 500:05}",
        "quantity": at % 12 + 0.5,
        "productUnitCode": "case",
        "value": "4.5000",
    }
    return {"type": "orderlineitems", "id": str(at), "attributes": attributes, "relationships": {}}


def typed_by_client(payload: Any) -> list[OroOrder]:
    """The client's own way from decoded JSON."""
    return list(read_document(payload).resources(OroOrder, "orders"))


def typed_by_hand(payload: Any) -> list[OroOrder]:
    """The same classes, made by a loop for this one document."""
    pool: dict[tuple[str, str], Resource] = {}
    for one in payload["included"]:
        pool["orderlineitems", one["id"]] = OroOrderLine(
            "orderlineitems", one["id"], one["attributes"], pool=pool
        )
    orders = []
    for one in payload["data"]:
        relations = one["relationships"]
        lines = tuple(Identifier("orderlineitems", ref["id"]) for ref in relations["lineItems"]["data"])
        customer = Identifier("customers", relations["customer"]["data"]["id"])
        links = {"customer": Relationship(customer), "lineItems": Relationship(lines)}
        orders.append(OroOrder("orders", one["id"], one["attributes"], links, pool=pool))
    return orders


def by_client(body: bytes) -> list[Order]:
    """Decoded, checked and typed by the client, then put into the classes."""
    document = document_of(REQUEST, Reply(200, JSON_API, body))
    return [_typed(found) for found in document.resources(OroOrder, "orders")]


def _typed(found: OroOrder) -> Order:
    return Order(
        found.id,
        found.identifier or "",
        found.po_number or "",
        found.total_value or Decimal(0),
        found.updated_at or dt.datetime.min.replace(tzinfo=dt.UTC),
        found.customer.id if found.customer else "",
        tuple(
            Line(
                line.id,
                line.product_sku or "",
                line.quantity or Decimal(0),
                line.product_unit_code or "",
                line.value or Decimal(0),
            )
            for line in found.line_items
        ),
    )


def by_hand(body: bytes) -> list[Order]:
    """The loop that one would write for this one document."""
    document = json.loads(body, parse_float=Decimal)
    lines = {one["id"]: one["attributes"] for one in document["included"] if one["type"] == "orderlineitems"}
    orders = []
    for one in document["data"]:
        attributes, relations = one["attributes"], one["relationships"]
        orders.append(
            Order(
                one["id"],
                attributes["identifier"],
                attributes["poNumber"],
                Decimal(attributes["totalValue"]),
                dt.datetime.fromisoformat(attributes["updatedAt"]).astimezone(dt.UTC),
                relations["customer"]["data"]["id"],
                tuple(
                    Line(
                        ref["id"],
                        lines[ref["id"]]["productSku"],
                        Decimal(lines[ref["id"]]["quantity"]),
                        lines[ref["id"]]["productUnitCode"],
                        Decimal(lines[ref["id"]]["value"]),
                    )
                    for ref in relations["lineItems"]["data"]
                ),
            )
        )
    return orders


def run() -> Iterator[Measurement]:
    """Both rates, each with the loop's as the baseline."""
    body = page()
    payload = json.loads(body, parse_float=Decimal)

    def client() -> list[Order]:
        return [_typed(one) for one in typed_by_client(payload)]

    def hand() -> list[Order]:
        return [_typed(one) for one in typed_by_hand(payload)]

    if not client() == hand() == by_client(body) == by_hand(body):
        raise SystemExit("the client and the loops read different orders")
    yield _measured("oro_decode_typed_orders", client, hand)
    yield _measured("oro_decode_from_bytes", lambda: by_client(body), lambda: by_hand(body))


def _measured(name: str, first: Callable[[], object], second: Callable[[], object]) -> Measurement:
    best = [float("inf"), float("inf")]
    for _ in range(RUNS):
        # Turn by turn, so that a busy machine slows both.
        for at, read in enumerate((first, second)):
            begun = time.perf_counter()
            for _ in range(5):
                read()
            best[at] = min(best[at], time.perf_counter() - begun)
    client, hand = (5 * ORDERS / seconds for seconds in best)
    return Measurement(name, client, "orders/s", hand, client / hand)
