"""The money of the twin's OroCommerce: lines, discounts, totals and the computed subtotals of an order."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_forms import money, plain

_CENT = Decimal("0.01")
# Type, label, the attribute with its amount; the place in this list is part of the id.
_SUBTOTALS = (
    ("subtotal", "Subtotal", "subtotalValue"),
    ("discount", "Discount", "totalDiscountsAmount"),
    ("shipping_cost", "Shipping", "shipping"),
    ("discount", "Shipping Discount", ""),
    ("tax", "Subtotal Tax", ""),
    ("tax", "Shipping Tax", ""),
    ("tax", "Tax", ""),
)


def subtotal_ids(order_id: str) -> list[str]:
    """The ids of the subtotals that every order has."""
    return [f"{order_id}-{kind}-{place}" for place, (kind, _, _) in enumerate(_SUBTOTALS)]


def count_line(line: Row) -> Decimal:
    """Write the row totals of a line; what it adds to its order, in cents, halves up."""
    attributes = line.attributes
    total = Decimal(attributes.get("value") or 0) * (attributes.get("quantity") or 0)
    attributes["rowTotalAfterDiscount"] = money(total)
    taxed = money(total.quantize(_CENT, ROUND_DOWN))
    attributes |= {f"rowTotalAfterDiscount{end}": taxed for end in ("IncludingTax", "ExcludingTax")}
    attributes["rowTotalDiscountAmount"] = "0.0000"
    return total.quantize(_CENT, ROUND_HALF_UP)


def count_order(data: OroData, order: Row) -> None:
    """Write the totals of an order and of its lines."""
    lines = data.table("orderlineitems")
    mine = [lines[each] for each in order.relations.get("lineItems") or [] if each in lines]
    subtotal = sum(map(count_line, mine), Decimal())
    discounts = data.table("orderdiscounts")
    taken = [discounts[each] for each in order.relations.get("discounts") or [] if each in discounts]
    off = sum((_taken(each, subtotal) for each in taken), Decimal())
    attributes = order.attributes
    attributes["subtotalValue"] = money(subtotal)
    attributes["subtotalWithDiscountsValue"] = attributes["subtotalWithDiscounts"] = money(subtotal - off)
    attributes["totalValue"] = money(subtotal - off + _shipping(order))
    if off:
        attributes["totalDiscountsAmount"] = money(off)


def _taken(discount: Row, subtotal: Decimal) -> Decimal:
    percent = discount.attributes.get("percent")
    if percent is not None:
        discount.attributes["amount"] = money(subtotal * percent)
    return Decimal(discount.attributes.get("amount") or 0)


def _shipping(order: Row) -> Decimal:
    costs = [order.attributes.get(f"{how}ShippingCostAmount") for how in ("overridden", "estimated")]
    return next((Decimal(cost) for cost in costs if cost is not None), Decimal())


def subtotal_row(data: OroData, row_id: str) -> Row | None:
    """One subtotal, computed; None where no order has it."""
    order_id, _, rest = row_id.partition("-")
    order = data.row("orders", order_id)
    place = rest.rpartition("-")[2]
    if order is None or row_id not in subtotal_ids(order_id):
        return None
    kind, label, source = _SUBTOTALS[int(place)]
    amount = _shipping(order) if source == "shipping" else Decimal(order.attributes.get(source) or 0)
    if source == "subtotalValue":
        amount = _subtotal(data, order)
    currency = order.attributes.get("currency")
    attributes = {
        "orderSubtotalType": kind,
        "label": label,
        "amount": money(amount),
        "signedAmount": money(-amount if kind == "discount" else amount),
        "currency": {4: "", 5: None}.get(int(place), currency),
        "visible": amount != 0,
        "data": _taxes(data, order, int(place)) if kind == "tax" else [],
    }
    return Row(row_id, attributes, {"order": order_id})


def _subtotal(data: OroData, order: Row) -> Decimal:
    lines = data.table("orderlineitems")
    return sum((count_line(lines[each]) for each in order.relations["lineItems"] if each in lines), Decimal())


def _taxes(data: OroData, order: Row, place: int) -> dict[str, Any]:
    found: dict[str, Any] = {"total": _untaxed(order, _subtotal(data, order)), "taxes": []}
    if place == 4:
        lines = [data.table("orderlineitems")[each] for each in order.relations["lineItems"]]
        found["items"] = [
            {
                "unit": _untaxed(order, Decimal(line.attributes["value"])),
                "row": _untaxed(order, count_line(line)),
                "taxes": [],
            }
            for line in lines
        ]
    return found


def _untaxed(order: Row, amount: Decimal) -> dict[str, Any]:
    both = dict.fromkeys(("includingTax", "excludingTax"), plain(amount))
    return {**both, "taxAmount": "0", "adjustment": "0", "currency": order.attributes.get("currency")}
