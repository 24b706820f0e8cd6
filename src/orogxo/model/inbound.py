"""Goods on their way in: what we announce to a warehouse, and what it says it received."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from orogxo.model.parties import Address
from orogxo.model.quantities import Quantity


@frozen
class InboundLine:
    """Goods that are expected. `ref` is unique within the advice; the unit of `quantity` is Rec 20."""

    ref: str
    sku: str
    quantity: Quantity
    lot: str = ""


@frozen
class InboundAdvice:
    """What the warehouse is told to expect. `ref` is the natural key; days are the site's own.

    `shipped_on` is when it left the supplier, `expected_on` when it should arrive.
    """

    ref: str
    shipped_on: dt.date
    lines: tuple[InboundLine, ...]
    supplier: Address | None = None
    expected_on: dt.date | None = None
    shipment_ref: str = ""
    carrier: str = ""
    container: str = ""


@frozen
class ReceivedCondition:
    """How some of the received goods were: canonical word (damaged, short, over, ...) and the site's code."""

    quantity: Quantity
    condition: str
    raw_condition: str = ""
    raw_reason: str = ""
    lot: str = ""


@frozen
class ReceiptLine:
    """What arrived of one line. `line_ref` is "" where the site does not echo it.

    `received` is everything that the site counted in; `conditions` say what of it, or besides it, was not
    good, without changing `received`.
    """

    line_ref: str
    sku: str
    received: Quantity
    conditions: tuple[ReceivedCondition, ...] = ()
    lot: str = ""
    serials: tuple[str, ...] = ()
    expiry: dt.date | None = None


@frozen
class Receipt:
    """Goods that the warehouse took in. `ref` is its own receipt number, `inbound_ref` our reference.

    `received_at` is aware; a document that gives only a day gives the last moment of that day at the site.
    `rma_ref` is set where the goods are a return.
    """

    ref: str
    inbound_ref: str
    received_at: dt.datetime
    lines: tuple[ReceiptLine, ...]
    rma_ref: str = ""
    site: str = ""
