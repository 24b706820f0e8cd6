"""The shapes of items, inbounds, receipts, movements, returns, holds and events as a gateway sends them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import frozen

from orogxo.gxo.records import Filled, SignedQuantity
from orogxo.model import Quantity


@frozen
class FeedRecord:
    """One page of any feed; each item is read on its own, so that a bad one hides no other."""

    items: list[Any]
    has_more: bool
    next_cursor: str | None = None


@frozen
class InboundRecord:
    """What we read of an inbound."""

    client_asn_ref: Filled
    state: Filled
    client_id: str | None = None
    version: int = 1
    reason: str | None = None


@frozen
class CancelInboundRecord:
    """The answer to the cancellation of an inbound."""

    client_asn_ref: Filled
    answer: Filled
    state: str | None = None
    reason: str | None = None


@frozen
class ReceiptLineRecord:
    """What arrived of one inbound line; damaged, rejected, over and short are told besides `received`."""

    sku: Filled
    received: Quantity
    inbound_line_ref: str | None = None
    damaged: Quantity | None = None
    rejected: Quantity | None = None
    over: Quantity | None = None
    short: Quantity | None = None
    lot: str | None = None
    expiry: dt.date | None = None
    serials: list[str] | None = None
    condition: str | None = None
    raw_condition: str | None = None


@frozen
class ReceiptRecord:
    """Goods that the warehouse took in."""

    receipt_ref: Filled
    inbound_ref: Filled
    arrived_at: dt.datetime
    lines: list[ReceiptLineRecord]
    rma_ref: str | None = None
    site_id: str | None = None
    closed: bool = False


@frozen
class MovementRecord:
    """A change of stock; a negative `qty` needs exactly one status, and means that goods left it."""

    movement_id: Filled
    occurred_at: dt.datetime
    sku: Filled
    qty: SignedQuantity
    kind: str | None = None
    seq: int | None = None
    lot: str | None = None
    expiry: dt.date | None = None
    site_id: str | None = None
    from_status: str | None = None
    to_status: str | None = None
    reason: str | None = None
    raw_reason: str | None = None
    ref: str | None = None


@frozen
class ReturnOutcomeRecord:
    """What became of some of the goods of a return."""

    sku: Filled
    qty: Quantity
    disposition: Filled
    line_ref: str | None = None
    raw_disposition: str | None = None
    condition: str | None = None
    raw_condition: str | None = None
    lot: str | None = None
    serials: list[str] | None = None
    note: str | None = None


@frozen
class ReturnRecord:
    """What we read of a return."""

    rma_ref: Filled
    state: Filled
    client_id: str | None = None
    version: int = 1
    reason: str | None = None
    outcome: list[ReturnOutcomeRecord] | None = None


@frozen
class HoldRecord:
    """A hold on an order."""

    id: Filled
    kind: Filled
    opened_at: dt.datetime
    note: str | None = None
    source: str | None = None
    released_at: dt.datetime | None = None


@frozen
class EventRecord:
    """News, in the feed and as the body of a webhook."""

    id: Filled
    type: Filled
    occurred_at: dt.datetime
    resource: Filled
    version: int
    seq: int | None = None
    data: dict[str, Any] | None = None
