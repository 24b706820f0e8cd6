"""Reads what a gateway sends into model values: everything that is wrong is told at once, with its path."""

from __future__ import annotations

from typing import Any

from orogxo.gxo.records import CapabilitiesRecord, OrderRecord, StockRecord, UnreadableError, structure
from orogxo.gxo.vocabulary import ORDER_STATES, STOCK_STATUSES, canonical
from orogxo.model import Acknowledgement, StockRow
from orogxo.ports import WarehouseFacts


def acknowledgement(value: Any, *, ref: str, depositor: str) -> Acknowledgement:
    """An order resource as what the warehouse says about order `ref` of ours.

    Raises UnreadableError, also when it is about another order or another depositor's.
    """
    order = structure(OrderRecord, value)
    wrong = []
    if order.client_order_ref != ref:
        wrong.append(f"expected order {ref!r}, not {order.client_order_ref[:60]!r} @ $.client_order_ref")
    if order.client_id not in (None, depositor):
        wrong.append(f"expected depositor {depositor!r}, not {order.client_id!r} @ $.client_id")
    if wrong:
        raise UnreadableError(wrong)
    return Acknowledgement(
        ref=ref,
        state=canonical(order.state, ORDER_STATES),
        version=order.version,
        po_number=order.po_number,
        reason=order.reason or "",
    )


def facts(value: Any) -> WarehouseFacts:
    """What the site can do. An ability that is not mentioned is not there."""
    told = structure(CapabilitiesRecord, value)
    return WarehouseFacts(natural_key=told.natural_key, lookup=told.lookup, item_master=told.item_master)


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


def stock_rows(page: StockRecord) -> tuple[StockRow, ...]:
    """The figures of a page, statuses in gateway-v1's words."""
    return tuple(
        StockRow(
            sku=row.sku,
            status=canonical(row.status, STOCK_STATUSES),
            quantity=row.qty,
            site=row.site_id or "",
            lot=row.lot or "",
        )
        for row in page.rows
    )
