"""What OroCommerce checks about a whole record, beyond the kinds of its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from attrs import frozen

from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_documents import Document
from orogxo.sandbox.oro_query import error, refused

Problem: TypeAlias = dict[str, Any]
_USED = "This value is already used."
_BLANK = "not blank constraint"


@frozen
class Filled:
    """A row that a document has just filled. `creating`: it is new."""

    data: OroData
    sent: Document
    row: Row
    creating: bool

    def attribute(self, name: str) -> str:
        """Where an attribute stands in the request."""
        return f"{self.sent.pointer}/attributes/{name}"

    def relation(self, name: str) -> str:
        """Where a relation stands in the request."""
        return f"{self.sent.pointer}/relationships/{name}/data"

    def whole(self) -> dict[str, str]:
        """The source of a complaint about the whole record; a single request needs none."""
        return {} if self.sent.pointer == "/data" else {"pointer": self.sent.pointer}

    def taken(self, name: str) -> bool:
        """Whether another row has the same value."""
        value = self.row.attributes.get(name)
        others = (other for other in self.data.table(self.sent.type).values() if other is not self.row)
        return value is not None and any(other.attributes.get(name) == value for other in others)


def check(filled: Filled) -> list[Problem]:
    """The complaints about a record. Raises Refused where OroCommerce itself breaks."""
    rule = _RULES.get(filled.sent.type)
    return [*(rule(filled) if rule else ()), *_external_id(filled)]


def _order(filled: Filled) -> Iterator[Problem]:
    data, sent, row = filled.data, filled.sent, filled.row
    for name in ("identifier", "uuid"):
        if name in sent.attributes and filled.taken(name):
            yield error(400, "unique entity constraint", _USED, pointer=filled.attribute(name))
    user = data.row("customerusers", row.relations.get("customerUser"))
    customer = row.relations.get("customer")
    if not data.old and filled.creating and user is not None and user.relations.get("customer") != customer:
        told = "The customer user does not belong to the customer."
        yield error(400, "customer owner constraint", told, **filled.whole())
    for place, line in enumerate(_lines_of_others(filled)):
        if line:
            told = "Line Item order cannot be changed once set."
            pointer = f"{filled.relation('lineItems')}/{place}"
            yield error(400, "unchangeable field constraint", told, pointer=pointer)


def _lines_of_others(filled: Filled) -> list[bool]:
    data, sent = filled.data, filled.sent
    linked = sent.linked("lineItems") if "lineItems" in sent.relationships else None
    ids = [str(one.get("id")) for one in linked or [] if isinstance(one, dict)]
    lines = data.table("orderlineitems")
    return [each in lines and len(data.order_of(lines[each])) > 1 for each in ids]


def _line(filled: Filled) -> Iterator[Problem]:
    data, sent, row = filled.data, filled.sent, filled.row
    quantity = row.attributes.get("quantity")
    if isinstance(quantity, int | Decimal) and quantity <= 0:
        told = ("The quantity" if data.version >= "7" else "This value") + " should be greater than 0."
        yield error(400, "greater than constraint", told, pointer=filled.attribute("quantity"))
        return
    yield from _line_unit(filled, quantity)
    if filled.creating and row.attributes.get("value") is None:
        if data.old:
            told = "No matching price found."
            yield error(400, "line item product constraint", told, pointer=filled.relation("product"))
        told = "No matching price found. Source: price."
        yield error(400, _BLANK, told, pointer=sent.pointer)


def _line_unit(filled: Filled, quantity: Any) -> Iterator[Problem]:
    data, sent, row = filled.data, filled.sent, filled.row
    product = data.row("products", row.relations.get("product"))
    if product is None:
        return
    if "productUnit" in sent.relationships and row.relations.get("productUnit") is None:
        told = "The product unit does not exist for the product."
        yield error(400, _BLANK, told, pointer=filled.relation("productUnit"))
        return
    unit = row.relations.get("productUnit")
    precisions = data.table("productunitprecisions")
    allowed = [
        precisions[each].attributes["precision"]
        for each in product.relations.get("unitPrecisions") or []
        if each in precisions and precisions[each].relations.get("unit") == unit
    ]
    if allowed and isinstance(quantity, Decimal) and -int(quantity.as_tuple().exponent) > allowed[0]:
        told = f'The precision for the unit "{unit}" is not valid.'
        yield error(400, "quantity unit precision constraint", told, pointer=filled.attribute("quantity"))


def _product(filled: Filled) -> Iterator[Problem]:
    sku = filled.row.attributes.get("sku")
    if sku and not re.fullmatch(r"[A-Za-z0-9_-]+", str(sku)):
        told = 'This value should contain only latin letters, numbers and symbols "-" or "_".'
        yield error(400, "sku regex constraint", told, pointer=filled.attribute("sku"))
    elif sku and filled.taken("sku"):
        yield error(400, "unique entity constraint", _USED, pointer=filled.attribute("sku"))


def _precision(filled: Filled) -> Iterator[Problem]:
    data, row = filled.data, filled.row
    mine = (row.relations.get("product"), row.relations.get("unit"))
    if mine[0] is None:
        return
    for other in data.table("productunitprecisions").values():
        if other is not row and (other.relations.get("product"), other.relations.get("unit")) == mine:
            yield error(400, "unique entity constraint", _USED, pointer=filled.relation("product"))


def _tracking(filled: Filled) -> Iterator[Problem]:
    sent = filled.sent
    if filled.data.old and filled.creating and sent.pointer == "/data" and "order" not in sent.relationships:
        raise refused(error(500, "error exception"))
    yield from ()


def _discount(filled: Filled) -> Iterator[Problem]:
    percent = filled.row.attributes.get("percent")
    if percent is not None and abs(percent) > 1:
        told = "This value should be between -100% and 100%."
        yield error(400, "range constraint", told, pointer=filled.attribute("percent"))


def _webhook(filled: Filled) -> Iterator[Problem]:
    url = filled.row.attributes.get("notificationUrl")
    if url and urlsplit(str(url)).scheme not in {"http", "https"}:
        told = "This value is not a valid URL."
        yield error(400, "url constraint", told, pointer=filled.attribute("notificationUrl"))
    if "secret" in filled.sent.attributes and not filled.creating:
        told = 'This form should not contain extra fields: "secret".'
        yield error(400, "extra fields constraint", told)


def _external_id(filled: Filled) -> Iterator[Problem]:
    if filled.sent.attributes.get("externalId") and filled.taken("externalId"):
        told = 'Value for field "External ID" must be unique'
        yield error(400, "unique entity constraint", told, **filled.whole())


_RULES: dict[str, Callable[[Filled], Iterator[Problem]]] = {
    "orders": _order,
    "orderlineitems": _line,
    "ordershippingtrackings": _tracking,
    "products": _product,
    "productunitprecisions": _precision,
    "orderdiscounts": _discount,
    "webhooks": _webhook,
}
