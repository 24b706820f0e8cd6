"""Goods that come back: what we authorise, and what the warehouse did with them."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from orogxo.model.quantities import Quantity


@frozen
class ReturnLine:
    """Goods that may come back. `disposition` is what we ask for: restock, quarantine, repair,
    return_to_vendor, destroy or donate; `reason` why they come back, in our words."""

    ref: str
    sku: str
    quantity: Quantity
    reason: str = ""
    disposition: str = ""


@frozen
class ReturnAdvice:
    """A return merchandise authorisation for the warehouse. `ref` is the RMA number, the natural key."""

    ref: str
    order_ref: str
    authorised_on: dt.date
    lines: tuple[ReturnLine, ...]
    po_number: str = ""


@frozen
class ReturnOutcome:
    """What became of some of the goods. Only disposition `restock` raises available stock.

    `line_ref` is "" where the site does not echo it; raw words are the site's own codes.
    """

    line_ref: str
    sku: str
    quantity: Quantity
    disposition: str
    raw_disposition: str = ""
    reason: str = ""
    raw_reason: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    note: str = ""


@frozen
class ReturnReceipt:
    """What the warehouse says about a return. `id` is its own document number, `rma_ref` our RMA number.

    `received_at` is aware; a document that gives only a day gives the last moment of that day at the site.
    """

    id: str
    rma_ref: str
    received_at: dt.datetime
    outcomes: tuple[ReturnOutcome, ...]
    order_ref: str = ""
    po_number: str = ""
