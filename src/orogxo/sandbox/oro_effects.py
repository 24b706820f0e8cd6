"""What OroCommerce does of itself when a record is saved: defaults, copies, totals, times, stock rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from orogxo.sandbox.clock import stamp
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_forms import money
from orogxo.sandbox.oro_query import error
from orogxo.sandbox.oro_totals import count_line, count_order, subtotal_ids

_MINE = {"owner": "1", "organization": "1"}
_ATTRIBUTES: Mapping[str, Mapping[str, Any]] = {
    "orders": {"external": False, "disablePromotions": False, "discount": 0, "shippingDiscount": 0},
    "orderlineitems": {
        "productVariantFields": [], "productName": "", "priceType": 10, "fromExternalSource": False,
        "draftDelete": False, "rowTotalDiscountAmount": "0.0000",
    },
    "orderaddresses": {"fromExternalSource": False},
    "orderproductkititemlineitems": {
        "optional": False, "minimumQuantity": 1, "maximumQuantity": 10, "productUnitPrecision": 0,
    },
    "customerusers": {
        "confirmed": True, "enabled": True, "loginCount": 0, "isGuest": False, "cookies_accepted": False,
    },
    "products": {
        "status": "disabled", "productType": "simple", "variantFields": [], "featured": False,
        "newArrival": False,
    },
    "productunitprecisions": {"precision": 0, "conversionRate": 1, "sell": True},
    "webhooks": {"enabled": True, "verifySsl": True, "system": False},
}  # fmt: skip
_RELATIONS: Mapping[str, Mapping[str, Any]] = {
    "orders": {**_MINE, "internalStatus": "open", "shippingStatus": "not_shipped"},
    "customers": _MINE,
    "customerusers": {**_MINE, "auth_status": "active"},
    "products": _MINE,
    "webhooks": _MINE,
}
_KNOWN_TO_BE = {
    "topic": ("valid webhook topic constraint", "This value is not a known webhook topic."),
    "format": ("valid webhook format constraint", "This value is not a known webhook format."),
}


class Effects:
    """The consequences of saving. `seed` makes the identifiers that OroCommerce draws at random."""

    def __init__(self, data: OroData, now: Callable[[], dt.datetime], seed: int) -> None:
        self._data = data
        self._now = now
        self._seed = seed
        self._drawn = 0
        self._on_creation: dict[str, Callable[[Row], None]] = {
            "orders": self._new_order,
            "orderproductkititemlineitems": self._new_kit_item,
            "products": self._new_product,
            "productunitprecisions": self._new_precision,
            "customers": self._new_customer,
        }
        self._on_change: dict[str, Callable[[Row], None]] = {"orderaddresses": self._address}
        self._always: dict[str, Callable[[Row], None]] = {
            "orders": self.total,
            "orderlineitems": self._line,
            "orderproductkititemlineitems": self._kit_item,
            "orderdiscounts": self._discount,
        }

    # Before ------------------------------------------------------------------------------------------------

    def new_id(self, kind: str, wanted: str | None) -> str | None:
        """The id of a new record; None takes the next number."""
        if kind == "webhooks":
            return self.drawn()
        return None if self._data.resources[kind].numeric_id else wanted

    def drawn(self) -> str:
        """A UUID that depends on the seed only."""
        self._drawn += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._seed}/drawn/{self._drawn}"))

    def fresh(self, kind: str) -> dict[str, Any]:
        """The attributes of a record that nobody has filled in."""
        now, resource = stamp(self._now()), self._data.resources[kind]
        times = {name: now for name in ("createdAt", "updatedAt") if name in resource.attributes}
        return dict(_ATTRIBUTES.get(kind, {})) | times

    def blank(self, kind: str, name: str, usual: str) -> str:
        """What is said about a blank member."""
        if (kind, name) == ("orderlineitems", "currency") and self._data.version >= "7":
            return "The currency should not be blank."
        return usual

    def unknown(self, name: str, pointer: str) -> tuple[list[dict[str, Any]], bool]:
        """What is said about a relation that points at nothing; whether the form complains as well."""
        if name in _KNOWN_TO_BE:
            title, told = _KNOWN_TO_BE[name]
            return [error(400, title, told, pointer=pointer)], False
        if name == "product":
            told = "Please choose Product."
            return [error(400, "line item product constraint", told, pointer=pointer)], True
        return [], True

    # After -------------------------------------------------------------------------------------------------

    def after(self, kind: str, row: Row, *, created: bool) -> None:
        """Everything that follows from saving `row`, which the caller noted as changed."""
        if created:
            for name, value in _RELATIONS.get(kind, {}).items():
                if row.relations.get(name) is None and name in self._data.resources[kind].relations:
                    row.relations[name] = value
        elif "updatedAt" in self._data.resources[kind].attributes:
            row.attributes["updatedAt"] = stamp(self._now())
        for table in (self._on_creation if created else self._on_change, self._always):
            if kind in table:
                table[kind](row)

    def settle(self, order_ids: Iterable[str]) -> None:
        """Compute these orders again and move their `updatedAt`, as every change of a part of them does."""
        for order_id in order_ids:
            order = self._data.row("orders", order_id)
            if order is not None:
                self._data.change("orders", order)
                order.attributes["updatedAt"] = stamp(self._now())
                self.total(order)

    def total(self, order: Row) -> None:
        """Add up an order; its lines are saved with it."""
        lines = self._data.table("orderlineitems")
        for line_id in order.relations.get("lineItems") or []:
            if line_id in lines:
                line = self._data.change("orderlineitems", lines[line_id])
                if "updatedAt" in line.attributes:
                    line.attributes["updatedAt"] = stamp(self._now())
        count_order(self._data, order)

    def _new_order(self, order: Row) -> None:
        if order.attributes.get("identifier") is None:
            order.attributes["identifier"] = order.id
        if self._data.old:
            order.attributes.setdefault("uuid", self.drawn())
        else:
            # A date in the past makes the order look unchanged since then: recorded, and a trap.
            order.attributes["updatedAt"] = order.attributes["createdAt"]
            order.relations["orderSubtotals"] = subtotal_ids(order.id)

    def _line(self, line: Row) -> None:
        product = self._data.row("products", line.relations.get("product"))
        unit = line.relations.get("productUnit")
        line.attributes["productUnitCode"] = unit
        if product is not None:
            line.attributes |= {"productSku": product.attributes["sku"], "productName": self._name(product)}
        parts = [
            self._data.table("orderproductkititemlineitems")[each]
            for each in line.relations.get("kitItemLineItems") or []
        ]
        if parts and not self._data.old:
            prices = (Decimal(part.attributes["value"]) * part.attributes["quantity"] for part in parts)
            line.attributes["value"] = money(sum(prices, Decimal()))
        line.attributes["checksum"] = _checksum(line, unit) if product is not None else ""
        count_line(line)
        self.settle(self._data.order_of(line))

    def _name(self, product: Row) -> str:
        names = self._data.table("productnames")
        texts = [
            names[each].attributes.get("string")
            for each in product.relations.get("names") or []
            if each in names
        ]
        return next((str(text) for text in texts if text), "")

    def _new_kit_item(self, part: Row) -> None:
        item = part.relations.get("kitItem")
        if item is not None:
            part.attributes |= {"kitItemId": int(item), "kitItemLabel": f"Kit part {item}"}

    def _kit_item(self, part: Row) -> None:
        product = self._data.row("products", part.relations.get("product"))
        if product is not None:
            part.attributes |= {
                "productId": int(product.id),
                "productSku": product.attributes["sku"],
                "productName": self._name(product),
            }
        part.attributes["productUnitCode"] = part.relations.get("productUnit")
        line = self._data.row("orderlineitems", part.relations.get("lineItem"))
        if line is not None:
            self._line(self._data.change("orderlineitems", line))

    def _address(self, address: Row) -> None:
        orders = self._data.table("orders").values()
        self.settle([each.id for each in orders if each.relations.get("shippingAddress") == address.id])

    def _discount(self, discount: Row) -> None:
        self.settle([each for each in [discount.relations.get("order")] if each])

    def _new_product(self, product: Row) -> None:
        for precision_id in product.relations.get("unitPrecisions") or []:
            self._stock_row(product.id, precision_id)

    def _new_precision(self, precision: Row) -> None:
        product = precision.relations.get("product")
        if product is not None:
            self._stock_row(product, precision.id)

    def _stock_row(self, product_id: str, precision_id: str) -> None:
        levels = self._data.table("inventorylevels").values()
        if not any(each.relations.get("productUnitPrecision") == precision_id for each in levels):
            points = {"product": product_id, "productUnitPrecision": precision_id, "organization": "1"}
            self._data.insert("inventorylevels", {"quantity": "0"}, points)

    def _new_customer(self, customer: Row) -> None:
        customer.relations["account"] = customer.relations.get("account") or customer.id


def _checksum(line: Row, unit: Any) -> str:
    text = f"{line.attributes.get('productSku')}/{unit}/{line.relations.get('kitItemLineItems')}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]
