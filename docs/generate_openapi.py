"""Writes `reference/gateway-v1.openapi.json` from the record classes of `orogxo.gxo`. A test compares it.

Requests are described by what we write (`gxo.bodies`), replies by what we read (`gxo.records` and
`gxo.goods_records`): so a reply may have more members than are named here, and a request has no others.
"""

from __future__ import annotations

import datetime as dt
import json
import types
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import attrs

from orogxo.gxo import bodies, goods_records, records, vocabulary
from orogxo.gxo.errors import MEANINGS
from orogxo.gxo.goods import HOLD_KINDS
from orogxo.model import Quantity

FILE = Path(__file__).parent / "reference" / "gateway-v1.openapi.json"
REF = "[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*"
DECIMAL = r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$"
AMOUNT = {"value": {"type": "string", "pattern": DECIMAL}, "uom": {"type": "string", "minLength": 1}}
Schema = dict[str, Any]

SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    dt.date: {"type": "string", "format": "date"},
    dt.datetime: {"type": "string", "format": "date-time"},
    Any: {},
    records.Filled: {"type": "string", "minLength": 1},
    Quantity: {"$ref": "#/components/schemas/Quantity"},
    records.SignedQuantity: {"$ref": "#/components/schemas/Quantity"},
}
WORDS = {
    ("OrderRecord", "state"): vocabulary.ORDER_STATES,
    ("InboundRecord", "state"): vocabulary.INBOUND_STATES,
    ("ReturnRecord", "state"): vocabulary.RETURN_STATES,
    ("HoldBody", "kind"): HOLD_KINDS,
    ("HoldRecord", "kind"): HOLD_KINDS,
    ("EventRecord", "type"): vocabulary.EVENT_TYPES,
    ("ReturnOutcomeRecord", "disposition"): vocabulary.DISPOSITIONS,
    ("StockRowRecord", "status"): vocabulary.STOCK_STATUSES,
}
"""Members with the words that the contract knows."""

FEEDS = {
    "OrdersPage": records.OrderRecord,
    "ShipmentsPage": records.ShipmentRecord,
    "ReceiptsPage": goods_records.ReceiptRecord,
    "MovementsPage": goods_records.MovementRecord,
    "EventsPage": goods_records.EventRecord,
}
"""The pages of feeds, and what is on them."""

PATHS: dict[str, list[tuple[str, str, type | None, type | str]]] = {
    "/v1/orders": [("get", "Our orders after a cursor, as they are now", None, "OrdersPage")],
    "/v1/orders/{ref}": [
        ("put", "Submit an order, or replace it while it is editable", bodies.OrderBody, records.OrderRecord),
        ("get", "Look an order up by our reference", None, records.OrderRecord),
    ],
    "/v1/orders/{ref}/cancel": [
        ("post", "Ask for a cancellation", bodies.CancelBody, records.CancelRecord),
    ],
    "/v1/orders/{ref}/holds": [("post", "Hold an order", bodies.HoldBody, goods_records.HoldRecord)],
    "/v1/orders/{ref}/holds/{id}": [("delete", "Release a hold", None, goods_records.HoldRecord)],
    "/v1/shipments": [("get", "Shipments after a cursor", None, "ShipmentsPage")],
    "/v1/shipments/{id}": [("get", "Read a shipment, its latest version", None, records.ShipmentRecord)],
    "/v1/items/{sku}": [
        ("put", "Write an item", bodies.ItemBody, "Item"),
        ("get", "Read an item", None, "Item"),
    ],
    "/v1/inbounds/{ref}": [
        ("put", "Announce goods", bodies.InboundBody, goods_records.InboundRecord),
        ("get", "Look an inbound up", None, goods_records.InboundRecord),
    ],
    "/v1/inbounds/{ref}/cancel": [
        ("post", "Ask for a cancellation", bodies.CancelInboundBody, goods_records.CancelInboundRecord),
    ],
    "/v1/receipts": [("get", "Receipts after a cursor", None, "ReceiptsPage")],
    "/v1/inventory/snapshots/latest": [("get", "All stock at one instant", None, records.StockRecord)],
    "/v1/inventory/snapshots/{id}": [("get", "An older snapshot", None, records.StockRecord)],
    "/v1/inventory/movements": [("get", "Stock movements after a cursor", None, "MovementsPage")],
    "/v1/returns/{ref}": [
        ("put", "Authorise a return", bodies.ReturnBody, goods_records.ReturnRecord),
        ("get", "Look a return up", None, goods_records.ReturnRecord),
    ],
    "/v1/events": [("get", "News after a cursor", None, "EventsPage")],
    "/v1/capabilities": [("get", "What the site can do", None, records.CapabilitiesRecord)],
}


def document() -> Schema:
    """The whole OpenAPI 3.1 document."""
    schemas: dict[str, Schema] = {
        "Quantity": {"type": "object", "required": ["value", "uom"], "properties": AMOUNT},
        "Item": {"type": "object", "required": ["sku"], "properties": {"sku": SCALARS[records.Filled]}},
        "Problem": _problem(),
    }
    for name, item in FEEDS.items():
        schemas[name] = _object(goods_records.FeedRecord, schemas)
        schemas[name]["properties"]["items"]["items"] = _schema(item, schemas)
    paths = {path: _path(path, operations, schemas) for path, operations in PATHS.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gateway-v1",
            "version": "1.0.0",
            "description": "orogxo's own contract with a warehouse gateway. GXO publishes no API.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "https://gateway.example.com"}],
        "security": [{"oauth2": []}, {"apiKey": []}, {"signed": []}, {"mutualTLS": []}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _security()},
    }


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _path(path: str, operations: list[Any], schemas: dict[str, Schema]) -> Schema:
    parameters = [_parameter(name) for name in ("ref", "id", "sku") if f"{{{name}}}" in path]
    told: Schema = {"parameters": [*parameters, _query("client_id")]} if path != "/v1/capabilities" else {}
    for method, summary, body, reply in operations:
        answer = (
            {"$ref": f"#/components/schemas/{reply}"} if isinstance(reply, str) else _schema(reply, schemas)
        )
        operation: Schema = {"operationId": _operation_id(method, path), "summary": summary}
        if reply in FEEDS:
            operation["parameters"] = [_query("cursor")]
        elif reply is records.StockRecord:
            operation["parameters"] = [_query("page_cursor")]
        if body is not None:
            operation["requestBody"] = {"required": True, "content": _json(_schema(body, schemas))}
        done = {"description": "Done", "content": _json(answer)}
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"] = {
            "200": done,
            **({"201": {**done, "description": "Created"}} if body is not None else {}),
            "4XX": {"description": "Refused", "content": problem},
            "5XX": {"description": "Failed; a write may have happened", "content": problem},
        }
        told[method] = operation
    return told


def _operation_id(method: str, path: str) -> str:
    return method + "".join(part.strip("{}").capitalize() for part in path.removeprefix("/v1/").split("/"))


def _parameter(name: str) -> Schema:
    schema: Schema = {"type": "string", "minLength": 1, "maxLength": 100}
    if name != "sku":
        schema["pattern"] = f"^{REF}$"
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _schema(kind: Any, schemas: dict[str, Schema]) -> Schema:
    if kind in SCALARS:
        return SCALARS[kind]
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        options = [_schema(option, schemas) for option in get_args(kind) if option is not type(None)]
        return {"anyOf": [*options, {"type": "null"}]}
    if origin is list:
        return {"type": "array", "items": _schema(get_args(kind)[0], schemas)}
    if origin is dict:
        return {"type": "object"}
    if kind.__name__ not in schemas:
        schemas[kind.__name__] = {}
        schemas[kind.__name__] = _object(kind, schemas)
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _object(kind: Any, schemas: dict[str, Schema]) -> Schema:
    properties, required = {}, []
    writes = kind.__name__.endswith("Body")
    for member in attrs.fields(attrs.resolve_types(kind)):
        told = _member(kind.__name__, member.name, _schema(member.type, schemas), writes=writes)
        properties[member.name] = told
        if member.default is attrs.NOTHING:
            required.append(member.name)
    schema: Schema = {"type": "object", "description": kind.__doc__, "properties": properties}
    schema |= {"required": required} if required else {}
    return schema | ({"additionalProperties": False} if writes else {})


def _member(kind: str, name: str, schema: Schema, *, writes: bool) -> Schema:
    if (kind, name) in WORDS:
        words = sorted(WORDS[kind, name])
        # A site may have words of its own, read as `unmapped:`; only requests are bound to the list.
        return {"type": "string", "enum": words} if writes else {**schema, "examples": words}
    if writes and name in ("line_ref", "client_order_ref", "client_asn_ref", "rma_ref"):
        return {"type": "string", "pattern": f"^{REF}$", "maxLength": 100}
    if (kind, name) in (("AmountBody", "value"), ("ItemUnitBody", "qty_in_base")):
        return {"type": "string", "pattern": r"^[0-9]{1,40}(\.[0-9]{1,40})?$"}
    if writes and name == "lines":
        return {**schema, "minItems": 1}
    return schema


def _problem() -> Schema:
    entry = {name: {"type": "string"} for name in ("pointer", "code", "message")}
    return {
        "type": "object",
        "description": "RFC 9457, with the members that the contract adds.",
        "required": ["title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$", "examples": sorted(MEANINGS)},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "properties": entry}},
            "trace_id": {"type": "string"},
            "retryable": {"type": "boolean"},
        },
    }


def _security() -> Schema:
    token: Schema = {"tokenUrl": "/oauth/token", "scopes": {}}
    signed = "OROGXO-HMAC-SHA256, see orogxo.http.signing; the name is orogxo's own"
    return {
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": token}},
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
        "signed": {"type": "apiKey", "in": "header", "name": "Authorization", "description": signed},
        "mutualTLS": {"type": "mutualTLS"},
    }


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
