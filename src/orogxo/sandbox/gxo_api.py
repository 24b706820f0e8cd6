"""The warehouse gateway, `gateway-v1`: orders, the shipment feed, item master, stock, capabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from orogxo.messages import Reply, Request
from orogxo.sandbox.faults import Fault
from orogxo.sandbox.gxo_checks import problems_of
from orogxo.sandbox.gxo_floor import NotEditable
from orogxo.sandbox.gxo_goods import Goods
from orogxo.sandbox.gxo_goods_api import PAGE_SIZE, GoodsApi, cursor_at, position_of
from orogxo.sandbox.gxo_jobs import Entry
from orogxo.sandbox.tokens import TokenOffice
from orogxo.sandbox.wire import Call, credentials, json_reply, loads, plain_number

JSON = "application/json"
_TITLES = {
    "invalid_request": "The request cannot be read",
    "validation_failed": "The order cannot be taken",
    "unauthorised": "The access token is missing or no longer good",
    "not_found": "There is no such thing",
    "unknown_route": "The gateway has no such address",
    "order_not_editable": "The order is already being worked on",
    "version_conflict": "The order has another version",
    "duplicate_order": "The order is there already",
    "forbidden_operation": "This site does not offer that",
    "rate_limited": "Too many requests",
    "internal_error": "Something failed here",
}
_RETRYABLE = frozenset({"rate_limited", "internal_error"})


class GxoApi:
    """Answers requests to `/oauth/token` and `/v1/...`. `lookup`: whether orders can be read back."""

    def __init__(
        self,
        goods: Goods,
        tokens: TokenOffice,
        *,
        lookup: bool,
        cancels: bool,
    ) -> None:
        self.tokens = tokens
        self._goods = goods
        self._floor, self._world, self._clock = goods.floor, goods.world, goods.clock
        self._lookup = lookup
        self._cancels = cancels
        self._traces = 0
        more = GoodsApi(goods, self._problem, self._body, lookup=lookup)
        self._routes: dict[tuple[str, ...], Callable[[Call, Sequence[str]], Reply]] = {
            ("PUT", "v1", "orders", "*"): self._put_order,
            ("POST", "v1", "orders"): self._post_order,
            ("GET", "v1", "orders"): self._orders,
            ("GET", "v1", "orders", "*"): self._get_order,
            ("POST", "v1", "orders", "*", "cancel"): self._cancel_order,
            ("GET", "v1", "shipments"): self._shipments,
            ("GET", "v1", "shipments", "*"): self._shipment,
            ("GET", "v1", "items", "*"): self._item,
            ("GET", "v1", "inventory", "snapshots", "*"): self._snapshot,
            ("GET", "v1", "capabilities"): self._capabilities,
            **more.routes,
        }

    def answer(self, request: Request) -> Reply:
        """The reply; never raises."""
        call = Call(request)
        if call.path == "/oauth/token":
            return self._token(call)
        if not self.tokens.honours(request.header("Authorization")):
            return self._problem(401, "unauthorised", "send a bearer token from /oauth/token")
        steps = [unquote(step) for step in call.path.strip("/").split("/")]
        for route, handler in self._routes.items():
            if call.method == route[0] and _fits(route[1:], steps):
                return handler(call, steps)
        return self._problem(404, "unknown_route", f"the gateway has no {call.method} {call.path}")

    def refusal(self, fault: Fault) -> Reply:
        """The answer of the gateway itself to a planned 401 or 500."""
        if fault.action == "empty_401":
            return Reply(401)
        if fault.action == "status_401":
            return self._problem(401, "unauthorised", "the token was revoked")
        return self._problem(500, "internal_error", "the gateway failed on its way")

    def _token(self, call: Call) -> Reply:
        try:
            fields = credentials(call)
        except ValueError:
            fields = {}
        if call.method != "POST" or fields.get("grant_type") != "client_credentials":
            return json_reply(400, {"error": "unsupported_grant_type"}, JSON)
        if not self.tokens.accepts(fields):
            return json_reply(401, {"error": "invalid_client"}, JSON)
        return json_reply(200, self.tokens.issue(), JSON)

    def _problem(
        self, status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ()
    ) -> Reply:
        """Problem details (RFC 9457) with the members that the contract adds."""
        self._traces += 1
        body = {
            "type": f"urn:gateway-v1:problem:{code}",
            "title": _TITLES[code],
            "status": status,
            "code": code,
            "detail": detail,
            "errors": list(errors),
            "trace_id": f"trace-{self._traces:08d}",
            "retryable": code in _RETRYABLE,
        }
        return json_reply(status, body, "application/problem+json")

    # Orders -----------------------------------------------------------------------------------------------

    def _put_order(self, call: Call, steps: Sequence[str]) -> Reply:
        body = self._body(call)
        if isinstance(body, Reply):
            return body
        if body.get("client_order_ref") != steps[2]:
            return self._problem(400, "invalid_request", "client_order_ref differs from the address")
        known = self._floor.entries.get(steps[2])
        wanted = call.request.header("If-Match")
        if known is not None and wanted is not None and wanted.strip('"') != str(known.version):
            return self._problem(412, "version_conflict", f"order {steps[2]} is version {known.version}")
        return self._take(body)

    def _post_order(self, call: Call, _: Sequence[str]) -> Reply:
        body = self._body(call)
        if isinstance(body, Reply):
            return body
        ref = str(body.get("client_order_ref"))
        if ref in self._floor.entries and not self._floor.duplicates:
            return self._problem(409, "duplicate_order", f"order {ref} is there already")
        return self._take(body)

    def _body(self, call: Call) -> dict[str, Any] | Reply:
        try:
            body = loads(call.request.body)
        except (ValueError, RecursionError):
            return self._problem(400, "invalid_request", "the body is not JSON")
        if isinstance(body, dict):
            return body
        return self._problem(400, "invalid_request", "the body is not an object")

    def _take(self, body: dict[str, Any]) -> Reply:
        errors = problems_of(body, self._world)
        if errors:
            told = "; ".join(problem["message"] for problem in errors)
            return self._problem(422, "validation_failed", told, errors)
        try:
            entry, is_new = self._floor.take(body, self._clock.now())
        except NotEditable:
            told = (
                f"order {body['client_order_ref']} is {self._floor.entries[body['client_order_ref']].state}"
            )
            return self._problem(409, "order_not_editable", told)
        return json_reply(201 if is_new else 200, entry.document(), JSON)

    def _get_order(self, _: Call, steps: Sequence[str]) -> Reply:
        if not self._lookup:
            return self._problem(405, "forbidden_operation", "this site cannot be asked about orders")
        entry: Entry | None = self._floor.entries.get(steps[2])
        if entry is None:
            return self._problem(404, "not_found", f"the site has no order {steps[2]}")
        return json_reply(200, entry.document(), JSON)

    def _orders(self, call: Call, _: Sequence[str]) -> Reply:
        if not self._lookup:
            return self._problem(405, "forbidden_operation", "this site cannot be asked about orders")
        orders = [entry.document() for entry in self._floor.entries.values()]
        return self._page(call, "orders", orders, lambda order: order["client_id"])

    def _cancel_order(self, _: Call, steps: Sequence[str]) -> Reply:
        if not self._cancels:
            return self._problem(405, "forbidden_operation", "this site takes no cancellations")
        entry: Entry | None = self._floor.entries.get(steps[2])
        if entry is None:
            return self._problem(404, "not_found", f"the site has no order {steps[2]}")
        answer, reason = self._floor.cancel(entry, self._clock.now())
        told = {"client_order_ref": entry.ref, "answer": answer, "state": entry.state, "reason": reason}
        return json_reply(200, told, JSON)

    # Shipments --------------------------------------------------------------------------------------------

    def _shipments(self, call: Call, _: Sequence[str]) -> Reply:
        return self._page(call, "feed", self._floor.feed, self._owner)

    def _shipment(self, call: Call, steps: Sequence[str]) -> Reply:
        found = self._floor.shipments().get(steps[2])
        if found is None or dict(call.query).get("client_id") not in (None, self._owner(found)):
            return self._problem(404, "not_found", f"the site has no shipment {steps[2]}")
        return json_reply(200, found, JSON)

    def _page(
        self,
        call: Call,
        name: str,
        rows: Sequence[Mapping[str, Any]],
        owner: Callable[[Mapping[str, Any]], object],
    ) -> Reply:
        """The page of `rows` that a call asks for: only those of its depositor."""
        query = dict(call.query)
        position = position_of(query.get("cursor", ""), name)
        if position is None or position > len(rows):
            return self._problem(400, "invalid_request", "the cursor is none of ours")
        following = min(position + PAGE_SIZE, len(rows))
        wanted = query.get("client_id")
        mine = [row for row in rows[position:following] if wanted in (None, owner(row))]
        page = {"items": mine, "next_cursor": cursor_at(following, name), "has_more": following < len(rows)}
        return json_reply(200, page, JSON)

    def _owner(self, shipment: Mapping[str, Any]) -> object:
        return self._floor.entries[shipment["order_refs"][0]].body["client_id"]

    # Items and stock --------------------------------------------------------------------------------------

    def _item(self, _: Call, steps: Sequence[str]) -> Reply:
        product = self._world.products.get(steps[2])
        if product is None or not product.in_gxo:
            return self._problem(404, "not_found", f"the item master has no {steps[2]}")
        if product.sku in self._goods.items:
            return json_reply(200, self._goods.items[product.sku], JSON)
        uoms = [{"code": code, "qty_in_base": _text(size)} for code, size in sorted(product.uoms().items())]
        item = {"sku": product.sku, "description": product.name, "gtin": [], "uoms": uoms}
        return json_reply(200, {**item, "lot_tracked": False, "serial_tracked": False, "version": 1}, JSON)

    def _snapshot(self, call: Call, steps: Sequence[str]) -> Reply:
        page = self._goods.snapshots.read(steps[3], dict(call.query).get("page_cursor", ""))
        if page is None:
            return self._problem(404, "not_found", f"the site has no such page of snapshot {steps[3]}")
        return json_reply(200, page, JSON)

    def _capabilities(self, _: Call, __: Sequence[str]) -> Reply:
        keyed = not self._floor.duplicates
        facts = {"natural_key": keyed, "lookup": self._lookup, "item_master": True}
        facts |= {"cancel": self._cancels, "change": keyed}
        return json_reply(200, facts, JSON)


def _fits(route: Sequence[str], steps: Sequence[str]) -> bool:
    return len(route) == len(steps) and all(
        part in {"*", step} for part, step in zip(route, steps, strict=True)
    )


def _text(amount: Fraction) -> str:
    return plain_number(Decimal(amount.numerator) / Decimal(amount.denominator))
