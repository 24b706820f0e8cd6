"""The stock of a twin as its gateway tells of it, and orders for one SKU of it."""

from __future__ import annotations

import json
from typing import Any

from orogxo.sandbox import Twin
from support.twins import Talk, faithful, gxo_line, line_refs

SKU = "WIDGET-001"


def read(twin: Twin, path: str) -> Any:
    return json.loads(Talk(twin).gxo("GET", f"/inventory/{path}").body)


def rows(twin: Twin, sku: str = SKU) -> dict[str, str]:
    """By status, or by status and what sets the row apart."""
    found = {}
    for row in read(twin, "snapshots/latest")["rows"]:
        if row["sku"] == sku:
            apart = [row["lot"], None if row["site_id"] == "SITE-1" else row["site_id"]]
            found[" ".join([row["status"], *filter(None, apart)])] = row["qty"]["value"]
    return found


def moves(twin: Twin) -> list[tuple[str, str, str, str, str]]:
    told = [f"{row['from_status'] or ''}>{row['to_status'] or ''}" for row in feed(twin)]
    return [
        (row["movement_id"], way, row["qty"]["value"], row["reason"], row["ref"] or "")
        for row, way in zip(feed(twin), told, strict=True)
    ]


def feed(twin: Twin) -> list[dict[str, Any]]:
    return list(read(twin, "movements")["items"])


def sent(twin: Twin, eaches: int = 12) -> str:
    order_id = twin.place_order(lines=[(SKU, eaches, "item")])
    assert put(twin, order_id, eaches) == 201
    return order_id


def put(twin: Twin, order_id: str, eaches: int) -> int:
    """The status of the answer of the gateway."""
    refs = line_refs(twin, order_id)
    body = faithful(twin, order_id, lines=[gxo_line(ref, SKU, str(eaches)) for ref in refs])
    return Talk(twin).put_order(body).status
