"""Reads what a gateway sends into model values: everything that is wrong is told at once, with its path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orogxo.gxo.codes import Codes
from orogxo.gxo.records import (
    CancelRecord,
    CapabilitiesRecord,
    OrderRecord,
    StockRecord,
    UnreadableError,
    structure,
)
from orogxo.gxo.vocabulary import ORDER_STATES
from orogxo.gxo.words import Words
from orogxo.model import Acknowledgement, Answer, CancelAnswer, StockRow
from orogxo.ports import WarehouseFacts

NO_CODES = Codes()
CANCEL_ANSWERS: Mapping[str, Answer] = {
    "cancelled": Answer.DONE,
    "refused": Answer.REFUSED,
    "pending": Answer.PENDING,
}
"""Contract gateway-v1: a cancellation is a request with three answers."""


def acknowledgement(value: Any, *, ref: str, depositor: str) -> Acknowledgement:
    """An order resource as what the warehouse says about order `ref` of ours.

    Raises UnreadableError, also when it is about another order or another depositor's.
    """
    order = structure(OrderRecord, value)
    same_subject(
        "order", "client_order_ref", order.client_order_ref, ref, owner=order.client_id, depositor=depositor
    )
    return _acknowledged(order, Words())


def order(value: Any, words: Words, *, depositor: str) -> Acknowledgement:
    """A row of the order feed. Raises UnreadableError, also when it is another depositor's."""
    told = structure(OrderRecord, value)
    ref = told.client_order_ref
    same_subject("order", "client_order_ref", ref, ref, owner=told.client_id, depositor=depositor)
    return _acknowledged(told, words)


def _acknowledged(order: OrderRecord, words: Words) -> Acknowledgement:
    return Acknowledgement(
        ref=order.client_order_ref,
        state=words.known("state", order.state, ORDER_STATES),
        version=order.version,
        po_number=order.po_number,
        reason=order.reason or "",
    )


def same_subject(
    what: str, member: str, told: str, ref: str, *, owner: str | None = None, depositor: str = ""
) -> None:
    """Raise UnreadableError unless a resource is the one asked for, and of our own depositor if it says."""
    wrong = []
    if told != ref:
        wrong.append(f"expected {what} {ref!r}, not {told[:60]!r} @ $.{member}")
    if owner not in (None, depositor):
        wrong.append(f"expected depositor {depositor!r}, not {owner!r} @ $.client_id")
    if wrong:
        raise UnreadableError(wrong)


def facts(value: Any) -> WarehouseFacts:
    """What the site can do. An ability that is not mentioned is not there."""
    told = structure(CapabilitiesRecord, value)
    return WarehouseFacts(
        natural_key=told.natural_key,
        lookup=told.lookup,
        item_master=told.item_master,
        cancel=told.cancel,
        change=told.change,
    )


def cancel_answer(value: Any, *, ref: str) -> CancelAnswer:
    """The answer to the cancellation of `ref`; any word but the contract's three is unreadable."""
    told = structure(CancelRecord, value)
    wrong = []
    if told.client_order_ref != ref:
        wrong.append(f"expected order {ref!r}, not {told.client_order_ref[:60]!r} @ $.client_order_ref")
    if told.answer not in CANCEL_ANSWERS:
        wrong.append(f"expected one of {', '.join(CANCEL_ANSWERS)}, not {told.answer[:60]!r} @ $.answer")
    if wrong:
        raise UnreadableError(wrong)
    return CancelAnswer(CANCEL_ANSWERS[told.answer], told.reason or "", told.state or "")


def same_content(value: Any, body: bytes) -> bool:
    """Whether the order resource `value` says exactly what the request `body` says."""
    asked = json.loads(body, parse_float=Decimal)
    return isinstance(value, dict) and all(value.get(name) == wanted for name, wanted in asked.items())


def item(value: Any, *, sku: str) -> dict[str, Any]:
    """An item resource, as the site sends it. Raises UnreadableError when it is another SKU's."""
    if not isinstance(value, dict):
        raise UnreadableError([f"expected an object, not {type(value).__name__} @ $"])
    if value.get("sku", sku) != sku:
        raise UnreadableError([f"expected SKU {sku!r}, not {str(value['sku'])[:60]!r} @ $.sku"])
    return value


def stock_page(value: Any) -> StockRecord:
    """One page of a snapshot. One figure that cannot be read makes all totals wrong, so it fails the page."""
    return structure(StockRecord, value)


def stock_rows(page: StockRecord, codes: Codes = NO_CODES) -> tuple[StockRow, ...]:
    """The figures of a page, in gateway-v1's words for statuses and our units."""
    return tuple(
        StockRow(
            sku=row.sku,
            status=codes.status(row.status),
            quantity=codes.quantity(row.qty),
            site=row.site_id or "",
            lot=row.lot or "",
            expiry=row.expiry,
        )
        for row in page.rows
    )
