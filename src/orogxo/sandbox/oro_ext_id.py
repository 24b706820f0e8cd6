"""`X-Integration-Type: ext_id`: the same API with SKUs as the ids of products, since 7.0.

A shell around the API: requests are translated inward, answers outward. Recordings: oro-7.0.3/extid_*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from attrs import evolve, frozen

from orogxo.messages import Reply, Request
from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_query import JSON_API, error
from orogxo.sandbox.oro_render import API
from orogxo.sandbox.wire import dumps, json_reply, loads

_KIND = "products"
_NOBODY = "0"
_ADDRESS = re.compile(rf"({API}/{_KIND}/)([^/?]+)")
# The list of stock takes the SKU for a number, finds no such number, and says nothing.
_MISREAD = "inventorylevels"


def applies(data: OroData, request: Request) -> bool:
    """Whether this request speaks of products by SKU."""
    return data.version >= "7" and request.header("X-Integration-Type") == "ext_id"


@frozen
class ExtId:
    """Translates for one request."""

    data: OroData

    def answer(self, request: Request, plain: Callable[[Request], Reply]) -> Reply:
        """What `plain`, the API without this header, answers, translated."""
        sent = _parsed(request.body)
        own = urlsplit(request.url).path == f"{API}/{_KIND}"
        data = sent.get("data") if isinstance(sent, dict) else None
        if own and request.method == "POST" and isinstance(data, dict) and not data.get("id"):
            told = "The identifier is mandatory"
            problem = error(400, "entity identifier constraint", told, pointer="/data/id")
            return json_reply(400, {"errors": [problem]}, JSON_API)
        url, wanted = self._address(request.url, listing=own and request.method == "GET")
        body = request.body if sent is None else dumps(self._inward(sent)).encode()
        reply = plain(evolve(request, url=url, body=body))
        shown = _parsed(reply.body)
        if shown is None:
            return reply
        headers = {name: self._linked(value) for name, value in reply.headers.items()}
        return Reply(reply.status, headers, dumps(self._outward(shown, wanted)).encode())

    # Inward -------------------------------------------------------------------------------------------------

    def _id(self, sku: str) -> str:
        rows = self.data.table(_KIND).values()
        return next((row.id for row in rows if row.attributes.get("sku") == sku), _NOBODY)

    def _address(self, url: str, *, listing: bool) -> tuple[str, frozenset[str] | None]:
        """The address in numbers, and the attributes of products that are asked for."""
        parts = urlsplit(url)
        path = _ADDRESS.sub(lambda match: match[1] + self._id(unquote(match[2])), parts.path)
        fields: frozenset[str] | None = None
        pairs = []
        for key, value in parse_qsl(parts.query, keep_blank_values=True):
            if key == f"fields[{_KIND}]":
                fields = frozenset(value.split(","))
                continue
            pairs.append(self._filter(path, key, value))
        if listing and not any(key == "sort" for key, _ in pairs):
            pairs.append(("sort", "sku"))
        return urlunsplit(parts._replace(path=path, query=urlencode(pairs))), fields

    def _filter(self, path: str, key: str, value: str) -> tuple[str, str]:
        inner = key.removeprefix("filter[").partition("]")[0]
        if not key.startswith("filter[") or not inner:
            return key, value
        own = path == f"{API}/{_KIND}" and inner == "id"
        if own or inner.endswith(("product", "product.id")):
            misread = path.endswith(_MISREAD) and inner == "product"
            ids = [_NOBODY if misread else self._id(sku) for sku in value.split(",")]
            return key, ",".join(ids)
        return key.replace("product.dbId", "product.id"), value

    def _inward(self, sent: Any) -> Any:
        if isinstance(sent, list):
            return [self._inward(each) for each in sent]
        if not isinstance(sent, dict):
            return sent
        body = {name: self._inward(value) for name, value in sent.items()}
        if body.get("type") == _KIND and isinstance(body.get("id"), str):
            sku, body["id"] = body["id"], self._id(body["id"])
            if "relationships" in body and body["id"] == _NOBODY:
                body["attributes"] = {"sku": sku, **(body.get("attributes") or {})}
        return body

    # Outward ------------------------------------------------------------------------------------------------

    def _sku(self, row_id: str) -> str:
        row = self.data.row(_KIND, row_id)
        return str(row.attributes["sku"]) if row is not None else row_id

    def _linked(self, url: str) -> str:
        return _ADDRESS.sub(lambda match: match[1] + quote(self._sku(match[2]), safe=""), url)

    def _outward(self, shown: Any, wanted: frozenset[str] | None) -> Any:
        if isinstance(shown, list):
            return [self._outward(each, wanted) for each in shown]
        if isinstance(shown, str):
            return self._linked(shown)
        if not isinstance(shown, dict):
            return shown
        body = {name: self._outward(value, wanted) for name, value in shown.items()}
        if body.get("type") == _KIND and str(body.get("id", "")).isdigit():
            number, body["id"] = int(body["id"]), self._sku(body["id"])
            self._reshape(body, number, wanted)
        return body

    def _reshape(self, body: dict[str, Any], number: int, wanted: frozenset[str] | None) -> None:
        for part in ("attributes", "relationships"):
            if part not in body:
                continue
            members = {"dbId": number, **body[part]} if part == "attributes" else body[part]
            members.pop("sku", None)
            kept = {name: value for name, value in members.items() if wanted is None or name in wanted}
            body[part] = kept
            if not kept:
                del body[part]


def _parsed(body: bytes | None) -> Any:
    """The JSON of a body, None where there is none."""
    try:
        return loads(body) if body else None
    except (ValueError, json.JSONDecodeError):
        return None
