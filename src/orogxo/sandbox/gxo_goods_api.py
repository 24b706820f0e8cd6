"""The gateway's routes for items, inbounds, receipts, movements, returns, holds and events."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from orogxo.messages import Reply
from orogxo.sandbox.gxo_goods import HOLDABLE, Goods, NotEditableAdvice
from orogxo.sandbox.gxo_goods_checks import Problem, advice_problems, hold_problems, item_problems
from orogxo.sandbox.gxo_stock import EVERYBODY
from orogxo.sandbox.wire import Call, json_reply

JSON = "application/json"
PAGE_SIZE = 50
Handler = Callable[[Call, Sequence[str]], Reply]


class Refuse(Protocol):
    """Writes a problem document."""

    def __call__(
        self, status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ..., /
    ) -> Reply:
        """The reply."""
        ...


class GoodsApi:
    """Answers what is not about orders, shipments and snapshots."""

    def __init__(
        self, goods: Goods, refuse: Refuse, read: Callable[[Call], dict[str, Any] | Reply], *, lookup: bool
    ) -> None:
        self._goods, self._refuse, self._read, self._lookup = goods, refuse, read, lookup
        self.routes: dict[tuple[str, ...], Handler] = {
            ("PUT", "v1", "items", "*"): self._put_item,
            ("PUT", "v1", "inbounds", "*"): self._put_advice,
            ("GET", "v1", "inbounds", "*"): self._get_advice,
            ("POST", "v1", "inbounds", "*", "cancel"): self._cancel_inbound,
            ("PUT", "v1", "returns", "*"): self._put_advice,
            ("GET", "v1", "returns", "*"): self._get_advice,
            ("POST", "v1", "orders", "*", "holds"): self._hold,
            ("DELETE", "v1", "orders", "*", "holds", "*"): self._release,
            ("GET", "v1", "receipts"): self._feed,
            ("GET", "v1", "inventory", "movements"): self._feed,
            ("GET", "v1", "events"): self._feed,
        }

    def _invalid(self, problems: Iterable[Problem]) -> Reply | None:
        errors = list(problems)
        told = "; ".join(each["message"] for each in errors)
        return self._refuse(422, "validation_failed", told, errors) if errors else None

    def _put_item(self, call: Call, steps: Sequence[str]) -> Reply:
        body = self._read(call)
        if isinstance(body, Reply):
            return body
        if refusal := self._invalid(item_problems(body, steps[2])):
            return refusal
        item, is_new = self._goods.put_item(body)
        return json_reply(201 if is_new else 200, item, JSON)

    def _put_advice(self, call: Call, steps: Sequence[str]) -> Reply:
        body = self._read(call)
        if isinstance(body, Reply):
            return body
        name = "client_asn_ref" if steps[1] == "inbounds" else "rma_ref"
        if refusal := self._invalid(advice_problems(body, name, steps[2], self._goods.world)):
            return refusal
        try:
            advice, is_new = self._goods.put(steps[1], steps[2], body)
        except NotEditableAdvice:
            return self._refuse(409, "order_not_editable", f"{steps[2]} is being worked on")
        return json_reply(201 if is_new else 200, advice.document(), JSON)

    def _get_advice(self, _: Call, steps: Sequence[str]) -> Reply:
        if not self._lookup:
            return self._refuse(405, "forbidden_operation", "this site cannot be asked about them")
        advice = self._goods.book(steps[1])[0].get(steps[2])
        if advice is None:
            return self._refuse(404, "not_found", f"the site has no {steps[2]}")
        return json_reply(200, advice.document(), JSON)

    def _cancel_inbound(self, _: Call, steps: Sequence[str]) -> Reply:
        ref = steps[2]
        if ref not in self._goods.inbounds:
            return self._refuse(404, "not_found", f"the site has no inbound {ref}")
        answer, reason = self._goods.cancel(ref)
        told = {"client_asn_ref": ref, "answer": answer, "state": self._goods.inbounds[ref].state}
        return json_reply(200, {**told, "reason": reason}, JSON)

    def _hold(self, call: Call, steps: Sequence[str]) -> Reply:
        body = self._read(call)
        if isinstance(body, Reply):
            return body
        entry = self._goods.floor.entries.get(steps[2])
        if entry is None:
            return self._refuse(404, "not_found", f"the site has no order {steps[2]}")
        if refusal := self._invalid(hold_problems(body)):
            return refusal
        if entry.state not in HOLDABLE:
            return self._refuse(409, "order_not_editable", f"order {entry.ref} is {entry.state}")
        hold, is_new = self._goods.hold(entry, body["kind"], body.get("note", ""), "oro")
        return json_reply(201 if is_new else 200, hold, JSON)

    def _release(self, _: Call, steps: Sequence[str]) -> Reply:
        entry = self._goods.floor.entries.get(steps[2])
        hold = self._goods.release(entry, steps[4]) if entry else None
        if hold is None:
            return self._refuse(404, "not_found", f"order {steps[2]} has no hold {steps[4]}")
        return json_reply(200, hold, JSON)

    def _feed(self, call: Call, steps: Sequence[str]) -> Reply:
        self._goods.stock.feed.arrive(self._goods.clock.now())
        name, query = steps[-1], dict(call.query)
        rows = self._goods.feeds[name]
        position = position_of(query.get("cursor", ""), name)
        if position is None or position > len(rows):
            return self._refuse(400, "invalid_request", "the cursor is none of ours")
        following = min(position + PAGE_SIZE, len(rows))
        wanted = query.get("client_id")
        mine = [
            row for owner, row in rows[position:following] if wanted in (None, owner) or owner == EVERYBODY
        ]
        page = {"items": mine, "next_cursor": cursor_at(following, name), "has_more": following < len(rows)}
        return json_reply(200, page, JSON)


def cursor_at(position: int, name: str) -> str:
    """An opaque word for a place in a feed."""
    return base64.urlsafe_b64encode(f"{name}:{position}".encode()).decode().rstrip("=")


def position_of(cursor: str, name: str) -> int | None:
    """The place that a cursor means; "" is the beginning, None: it is none of this feed's."""
    if not cursor:
        return 0
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        return None
    word, _, number = told.partition(":")
    return int(number) if word == name and number.isdigit() and len(number) < 12 else None
