"""Talking to the twin without the product's own clients, and reading the recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import define, field

from orogxo.messages import Reply, Request
from orogxo.sandbox import Twin
from orogxo.sandbox.network import TwinSender

RECORDINGS = Path(__file__).parent.parent / "recordings"
FOLDERS = {"5.1": "oro-5.1.8", "6.1": "oro-6.1.8", "7.0": "oro-7.0.3"}
JSON_API = "application/vnd.api+json"
GRANT = b"grant_type=client_credentials&client_id=me&client_secret=secret"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def recorded(version: str, name: str) -> dict[str, Any]:
    """One recorded exchange."""
    found: dict[str, Any] = json.loads((RECORDINGS / FOLDERS[version] / f"{name}.json").read_text("utf-8"))
    return found


@define
class Talk:
    """A bare client of both ends of a twin."""

    twin: Twin
    _tokens: dict[str, str] = field(factory=dict)

    def oro(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request to `/admin/api` + path."""
        kept = {"Accept": JSON_API, **({"Content-Type": JSON_API} if body is not None else {})}
        address = f"https://shop.example.com/admin/api{path}"
        return self._send(self.twin.oro, "/oauth2-token", method, address, body, kept | _spelled(headers))

    def gxo(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request to `/v1` + path."""
        kept = {"Content-Type": "application/json"} if body is not None else {}
        address = f"https://wms.example.com/v1{path}"
        return self._send(self.twin.gxo, "/oauth/token", method, address, body, kept | _spelled(headers))

    def read(self, path: str, **headers: str) -> Any:
        """The document of an OroCommerce GET that must succeed."""
        reply = self.oro("GET", path, **headers)
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def forget_tokens(self) -> None:
        """Ask for new tokens from now on."""
        self._tokens.clear()

    def put_order(self, body: dict[str, Any]) -> Reply:
        """Send an order to the warehouse."""
        return self.gxo("PUT", f"/orders/{body['client_order_ref']}", body)

    def _send(
        self,
        sender: TwinSender,
        token_path: str,
        method: str,
        address: str,
        body: Any,
        headers: dict[str, str],
    ) -> Reply:
        if token_path not in self._tokens:
            reply = sender.send(Request("POST", f"https://any.example.com{token_path}", FORM, GRANT))
            self._tokens[token_path] = json.loads(reply.body)["access_token"]
        headers = {"Authorization": f"Bearer {self._tokens[token_path]}", **headers}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return sender.send(Request(method, address, headers, content))


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def faithful(twin: Twin, order_id: str, **changes: Any) -> dict[str, Any]:
    """The gateway order that a faultless connector makes of a default order of one line of 12 pieces."""
    order = {
        "client_id": "DEPOSITOR",
        "site_id": "SITE-1",
        "client_order_ref": order_id,
        "type": "sale",
        "po_number": "PO-2026-0001",
        "customer_org": {
            "id": "2",
            "name": "Northwind Retail GmbH",
            "parent": {"id": "1", "name": "Northwind Group", "parent": None},
        },
        "external_ids": [{"scheme": "oro.order", "value": order_id}],
        "requested_ship": {"not_after": None},
        "ship_to": {
            "name": "Amanda Cole",
            "company": "Northwind Retail GmbH",
            "street": "1215 Caldwell Road",
            "street2": "Dock 4",
            "city": "Rochester",
            "postal_code": "14608",
            "region": "NY",
            "country": "US",
            "phone": "+1-585-555-0100",
        },
        "carrier": {"code": "UPS", "service_code": "GROUND", "scac": "UPSN"},
        "instructions": [],
        "lines": [gxo_line(line, "WIDGET-001", "12") for line in line_refs(twin, order_id)],
    }
    return order | changes


def gxo_line(line_ref: str, sku: str, value: str, uom: str = "EA") -> dict[str, Any]:
    """One line of a gateway order."""
    return {"line_ref": line_ref, "sku": sku, "qty": {"value": value, "uom": uom}}


def line_refs(twin: Twin, order_id: str) -> list[str]:
    """The line references that the judge expects for an order."""
    return [line_ref for of, line_ref in twin.books().ordered if of == order_id]
