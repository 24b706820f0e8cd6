"""The conversations with a gateway, once for both colours: each yields requests and receives replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from attrs import define, field

from orogxo.errors import Conflict, DecodeError, StatusError
from orogxo.gxo import reading
from orogxo.gxo.asking import SENDING, found, get, read, written
from orogxo.gxo.errors import SYSTEM, says_absent
from orogxo.gxo.goods import Dispatch, FeedPage
from orogxo.gxo.goods_flows import GoodsFlows
from orogxo.gxo.records import StockRecord
from orogxo.gxo.shipments import dispatch, shipment_page
from orogxo.gxo.wire import checked_ref, encode_order, named
from orogxo.http import Flow, Request, decode_json, operation
from orogxo.model import Acknowledgement, CancelAnswer, FulfilmentRequest, StockSnapshot
from orogxo.ports import ShipmentPage, WarehouseFacts


@define
class Flows(GoodsFlows):
    """The conversations with one gateway; what cannot change soon (abilities, known SKUs) is asked once."""

    _facts: WarehouseFacts | None = None
    _known_skus: set[str] = field(factory=set)

    def submit(self, order: FulfilmentRequest) -> Flow[Acknowledgement]:
        """PUT the order under its natural key. It is sent once: whoever gets no answer must `find` first."""
        body = self._order_body(order)
        request = Request("PUT", self._order_url(order.ref), SENDING, body)
        reader = self._acknowledgement(order.ref)
        return (yield from written(request, reader, order=order.order_id, ref=order.ref))

    def find(self, ref: str) -> Flow[Acknowledgement | None]:
        """GET the order; None only when the gateway itself says that it has none."""
        request = get(self._order_url(checked_ref(ref)))
        return (yield from found(request, self._acknowledgement(ref), "not_found"))

    def cancel(self, ref: str) -> Flow[CancelAnswer]:
        """POST a cancellation: a request with three answers. Heard twice it is one, so it may be repeated."""
        path = self.gateway.url("orders", checked_ref(ref), "cancel", client_id=self.gateway.depositor)
        body = json.dumps({"client_order_ref": ref}).encode()
        request = Request(
            "POST", path, {**SENDING, "Idempotency-Key": f"cancel-{ref}"}, body, repeatable=True
        )
        reply = yield request
        return read(request, reply, partial(reading.cancel_answer, ref=ref))

    def change(self, order: FulfilmentRequest, version: int) -> Flow[Acknowledgement]:
        """PUT a changed order over `version` of it; after a conflict, look what the site really has.

        A reply to an earlier attempt may have been lost, so a conflict is a refusal only when the site's
        content is not already the one that is asked for.
        """
        try:
            return (yield from self._replace(order, version))
        except Conflict as conflict:
            request = get(self._order_url(order.ref))
            reply = yield request
            held = decode_json(reply, system=SYSTEM, operation=operation(request))
            held_now = read(request, reply, self._acknowledgement(order.ref))
            if reading.same_content(held, self._order_body(order)):
                return held_now
            if conflict.code != "VERSION_CONFLICT":
                raise
        return (yield from self._replace(order, held_now.version))

    def _replace(self, order: FulfilmentRequest, version: int) -> Flow[Acknowledgement]:
        body = self._order_body(order)
        headers = {**SENDING, "If-Match": f'"{version}"'}
        request = Request("PUT", self._order_url(order.ref), headers, body)
        reply = yield request
        return read(request, reply, self._acknowledgement(order.ref))

    def shipments(self, cursor: str = "") -> Flow[ShipmentPage]:
        """GET one page of shipments after `cursor`."""
        place = {"cursor": cursor} if cursor else {}
        request = get(self.gateway.url("shipments", client_id=self.gateway.depositor, **place))
        reply = yield request
        return read(request, reply, partial(shipment_page, asked=cursor, codes=self.codes))

    def shipment(self, ref: str) -> Flow[Dispatch | None]:
        """GET one shipment by the site's own reference; None only when the gateway says that it has none."""
        request = get(self._url("shipments", named("shipment", ref)))
        return (yield from found(request, partial(dispatch, ref=ref, codes=self.codes), "not_found"))

    def orders(self, cursor: str = "") -> Flow[FeedPage[Acknowledgement]]:
        """GET one page of our orders after `cursor`."""
        row = partial(reading.order, depositor=self.gateway.depositor)
        return (yield from self._feed(("orders",), cursor, "order", "client_order_ref", row))

    def stock_snapshot(self) -> Flow[StockSnapshot]:
        """GET the latest snapshot, page after page; what makes it incomplete: `_next_stock_page`."""
        first = page = yield from self._stock_page("")
        rows = list(reading.stock_rows(first, self.codes))
        seen = {""}
        while page.page_cursor:
            if page.page_cursor in seen:
                raise _endless(first.snapshot_id, page.page_cursor)
            seen.add(page.page_cursor)
            following = yield from self._next_stock_page(page)
            if following is None:
                return StockSnapshot(first.snapshot_id, first.as_of, complete=False, rows=tuple(rows))
            page = following
            rows += reading.stock_rows(page, self.codes)
        return StockSnapshot(first.snapshot_id, first.as_of, complete=page.complete, rows=tuple(rows))

    def capabilities(self) -> Flow[WarehouseFacts]:
        """GET what the site can do; what was agreed otherwise counts."""
        if self._facts is None:
            request = get(self.gateway.url("capabilities"))
            reply = yield request
            told = read(request, reply, reading.facts)
            self._facts = self.profile.facts(told) if self.profile else told
        return self._facts

    def item(self, sku: str) -> Flow[dict[str, Any] | None]:
        """GET an item; None when the gateway says that it has none, or no URL can name it."""
        if sku in ("", ".", ".."):
            # They vanish from a path (RFC 3986, section 5.2.4): it would ask for something else.
            return None
        request = get(self.gateway.url("items", sku))
        return (yield from found(request, partial(reading.item, sku=sku), "not_found", "unknown_sku"))

    def unknown_skus(self, skus: Collection[str]) -> Flow[frozenset[str]]:
        """Those of `skus` that have no item."""
        unknown = set()
        for sku in dict.fromkeys(skus):
            if sku in self._known_skus:
                continue
            if (yield from self.item(sku)) is None:
                unknown.add(sku)
            else:
                self._known_skus.add(sku)
        return frozenset(unknown)

    def _order_url(self, ref: str) -> str:
        return self.gateway.url("orders", ref, client_id=self.gateway.depositor)

    def _order_body(self, order: FulfilmentRequest) -> bytes:
        gateway = self.gateway
        return encode_order(order, depositor=gateway.depositor, site=gateway.site, profile=self.profile)

    def _acknowledgement(self, ref: str) -> Callable[[Any], Acknowledgement]:
        return partial(reading.acknowledgement, ref=ref, depositor=self.gateway.depositor)

    def _stock_page(self, cursor: str) -> Flow[StockRecord]:
        place = {"page_cursor": cursor} if cursor else {}
        url = self.gateway.url("inventory", "snapshots", "latest", client_id=self.gateway.depositor, **place)
        request = get(url)
        reply = yield request
        return read(request, reply, reading.stock_page)

    def _next_stock_page(self, page: StockRecord) -> Flow[StockRecord | None]:
        """The page after `page`; None when it is gone, of another snapshot, or not the very next one.

        Sites either number the snapshot (`sequence` stays) or its pages (it rises by one); both are read.
        """
        try:
            following = yield from self._stock_page(page.page_cursor or "")
        except StatusError as error:
            if says_absent(error, "not_found"):
                return None
            raise
        if following.snapshot_id != page.snapshot_id:
            return None
        if page.sequence is None or following.sequence is None:
            return following
        return following if following.sequence - page.sequence in (0, 1) else None


def _endless(snapshot_id: str, cursor: str) -> DecodeError:
    return DecodeError(
        f"page cursor {cursor[:60]!r} of snapshot {snapshot_id[:60]!r} came twice: its pages would never end",
        paths=("repeated @ $.page_cursor",),
        system=SYSTEM,
        operation="GET /v1/inventory/snapshots/latest",
    )
