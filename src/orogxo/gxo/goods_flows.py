"""The conversations about items, inbounds, receipts, movements, returns, holds and events."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from attrs import asdict, define, field

from orogxo.gxo import goods_reading, reading, stock_flows
from orogxo.gxo.asking import SENDING, asked, found, get, written
from orogxo.gxo.bodies import CancelInboundBody
from orogxo.gxo.codes import Codes
from orogxo.gxo.gateway import Gateway
from orogxo.gxo.goods import Event, FeedPage, Hold, Item, ReturnStatus
from orogxo.gxo.goods_wire import encode_hold, encode_inbound, encode_item, encode_return
from orogxo.gxo.site import SiteProfile
from orogxo.gxo.wire import checked_ref, named
from orogxo.gxo.words import Words
from orogxo.http import Flow, Request
from orogxo.model import Acknowledgement, CancelAnswer, InboundAdvice, Receipt, ReturnAdvice, StockMovement
from orogxo.ports.stock import MovementPage

T = TypeVar("T")


@define
class GoodsFlows:
    """The part of `Flows` that is not about orders, shipments and snapshots."""

    gateway: Gateway
    profile: SiteProfile | None = None
    codes: Codes = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.codes = self.profile.codes if self.profile else Codes()

    def put_item(self, item: Item) -> Flow[dict[str, Any]]:
        """PUT an item. It says all there is to say about the SKU, so it may be repeated."""
        body = encode_item(item, depositor=self.gateway.depositor, codes=self.codes)
        request = Request("PUT", self.gateway.url("items", item.sku), SENDING, body, repeatable=True)
        return written(request, partial(reading.item, sku=item.sku), sku=item.sku)

    def put_inbound(self, advice: InboundAdvice) -> Flow[Acknowledgement]:
        """PUT an advice under its natural key, once: whoever gets no answer must find it first."""
        gateway = self.gateway
        body = encode_inbound(advice, depositor=gateway.depositor, site=gateway.site, codes=self.codes)
        request = Request("PUT", self._url("inbounds", advice.ref), SENDING, body)
        return written(request, self._inbound(advice.ref), inbound=advice.ref)

    def find_inbound(self, ref: str) -> Flow[Acknowledgement | None]:
        """GET an inbound; None only when the gateway itself says that it has none."""
        return found(get(self._url("inbounds", checked_ref(ref))), self._inbound(ref), "not_found")

    def cancel_inbound(self, ref: str) -> Flow[CancelAnswer]:
        """POST a cancellation; heard twice it is one, so it may be repeated."""
        url = self._url("inbounds", checked_ref(ref), "cancel")
        body = json.dumps(asdict(CancelInboundBody(ref))).encode()
        headers = {**SENDING, "Idempotency-Key": f"cancel-inbound-{ref}"}
        request = Request("POST", url, headers, body, repeatable=True)
        return written(request, partial(goods_reading.inbound_cancel_answer, ref=ref), inbound=ref)

    def receipts(self, cursor: str = "") -> Flow[FeedPage[Receipt]]:
        """GET one page of receipts after `cursor`."""
        return self._feed(("receipts",), cursor, "receipt", "receipt_ref", goods_reading.receipt)

    def movements(self, cursor: str = "") -> Flow[FeedPage[StockMovement]]:
        """GET one page of stock movements after `cursor`."""
        path = ("inventory", "movements")
        return self._feed(path, cursor, "movement", "movement_id", goods_reading.movement)

    def stock_movements(self, cursor: str = "") -> Flow[MovementPage]:
        """GET one page of stock movements after `cursor`, with the SKU of what cannot be read."""
        return stock_flows.movement_page(self.gateway, self.codes, cursor)

    def snapshot_walk(self, *, known: str, snapshot_id: str) -> stock_flows.SnapshotWalk:
        """The way through a snapshot, page by page."""
        return stock_flows.SnapshotWalk(self.gateway, self.codes, snapshot_id, known)

    def put_return(self, advice: ReturnAdvice) -> Flow[ReturnStatus]:
        """PUT an RMA under its number, once: whoever gets no answer must find it first."""
        gateway = self.gateway
        body = encode_return(advice, depositor=gateway.depositor, site=gateway.site, codes=self.codes)
        request = Request("PUT", self._url("returns", advice.ref), SENDING, body)
        return written(request, self._return(advice.ref), rma=advice.ref)

    def find_return(self, rma: str) -> Flow[ReturnStatus | None]:
        """GET a return; None only when the gateway itself says that it has none."""
        return found(get(self._url("returns", checked_ref(rma))), self._return(rma), "not_found")

    def events(self, cursor: str = "") -> Flow[FeedPage[Event]]:
        """GET one page of events after `cursor`."""
        return self._feed(("events",), cursor, "event", "id", goods_reading.event)

    def hold(self, ref: str, kind: str, note: str = "") -> Flow[Hold]:
        """POST a hold. It carries no Idempotency-Key and may be repeated all the same.

        A key made of the content would be the same when the hold is placed again after its release, and the
        site would answer with the released one. Two holds for one reason only keep the order back.
        """
        body = encode_hold(kind, note)
        url = self._url("orders", checked_ref(ref), "holds")
        return written(Request("POST", url, SENDING, body, repeatable=True), goods_reading.hold, ref=ref)

    def release_hold(self, ref: str, hold_id: str) -> Flow[Hold]:
        """DELETE a hold; released twice it is released."""
        named("hold", hold_id)
        url = self._url("orders", checked_ref(ref), "holds", hold_id)
        request = Request("DELETE", url, SENDING, repeatable=True)
        return written(request, partial(goods_reading.hold, hold_id=hold_id), ref=ref, hold=hold_id)

    def _url(self, *path: str) -> str:
        return self.gateway.url(*path, client_id=self.gateway.depositor)

    def _inbound(self, ref: str) -> Callable[[Any], Acknowledgement]:
        return partial(goods_reading.inbound, ref=ref, depositor=self.gateway.depositor)

    def _return(self, ref: str) -> Callable[[Any], ReturnStatus]:
        depositor = self.gateway.depositor
        return partial(goods_reading.return_status, ref=ref, depositor=depositor, codes=self.codes)

    def _feed(
        self, path: tuple[str, ...], cursor: str, name: str, id_member: str, row: Callable[[Any, Words], T]
    ) -> Flow[FeedPage[T]]:
        place = {"cursor": cursor} if cursor else {}
        url = self.gateway.url(*path, client_id=self.gateway.depositor, **place)
        return asked(
            get(url),
            partial(
                goods_reading.feed_page,
                asked=cursor,
                name=name,
                id_member=id_member,
                row=row,
                codes=self.codes,
            ),
        )
