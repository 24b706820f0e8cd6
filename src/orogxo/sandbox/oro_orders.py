"""What people do in OroCommerce: place, edit, cancel orders; and what goes wrong with the data there."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from orogxo.sandbox.clock import TwinClock, stamp
from orogxo.sandbox.oro_catalogue import add_country, add_unit
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_forms import money
from orogxo.sandbox.oro_totals import count_order, subtotal_ids
from orogxo.sandbox.world import Product, World

LineSpec: TypeAlias = Sequence[Any]
SHIP_TO: dict[str, Any] = {
    "label": "Ship-to",
    "firstName": "Amanda",
    "lastName": "Cole",
    "organization": "Northwind Retail GmbH",
    "street": "1215 Caldwell Road",
    "street2": "Dock 4",
    "city": "Rochester",
    "postalCode": "14608",
    "region": "US-NY",
    "country": "US",
    "phone": "+1-585-555-0100",
}
_SIMPLE = {
    "po_number": "poNumber",
    "notes": "customerNotes",
    "ship_until": "shipUntil",
    "shipping_method": "shippingMethod",
    "shipping_method_type": "shippingMethodType",
    "identifier": "identifier",
}
_LINES = frozenset({"lines", "free_form", "kits"})


def exact(quantity: object) -> Decimal | None:
    """A quantity as OroCommerce keeps it; a float counts as the number it is written as."""
    return None if quantity is None else Decimal(str(quantity))


class OrderDesk:
    """Writes orders the way people and checkouts do."""

    def __init__(self, data: OroData, world: World, clock: TwinClock, seed: int) -> None:
        self._data = data
        self._world = world
        self._clock = clock
        self._seed = seed

    def place(self, **details: Any) -> str:
        """A new order; see `Twin.place_order`."""
        with self._data.transaction():
            return self._place(details)

    def _place(self, details: Mapping[str, Any]) -> str:
        when = stamp(self._clock.now())
        data = self._data
        attributes = {
            "currency": "USD",
            "external": False,
            "disablePromotions": False,
            "discount": 0,
            "shippingDiscount": 0,
            "createdAt": when,
            "updatedAt": when,
        }
        relations: dict[str, Any] = {
            "owner": "1",
            "organization": "1",
            "lineItems": [],
            "shippingTrackings": [],
        }
        relations |= {"internalStatus": "open", "shippingStatus": "not_shipped"}
        order = data.insert("orders", attributes, relations)
        order.attributes["uuid"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._seed}/{order.id}"))
        order.attributes["identifier"] = order.id
        order.relations["orderSubtotals"] = [] if data.old else subtotal_ids(order.id)
        self._apply(order, details, when)
        return order.id

    def edit(self, order_id: str, **changes: Any) -> None:
        """Change an order; `updatedAt` moves, as with any saved form."""
        order = self.order(order_id)
        with self._data.transaction():
            self.touch(order)
            self._apply(order, changes, stamp(self._clock.now()))

    def order(self, order_id: str) -> Row:
        """The row of an order. Raises KeyError when there is none."""
        order = self._data.row("orders", order_id)
        if order is None:
            raise KeyError(f"OroCommerce has no order {order_id}")
        return order

    def touch(self, order: Row) -> None:
        """Move `updatedAt`."""
        self._data.change("orders", order)
        order.attributes["updatedAt"] = stamp(self._clock.now())

    def corrupt(self, order_id: str, path: str, value: Any) -> None:
        """Set whatever `path` names, e.g. `lineItems.0.quantity` or `internalStatus`, unchecked."""
        order = self.order(order_id)
        kind, row = "orders", order
        *steps, last = path.split(".")
        position = 0
        while position < len(steps):
            relation = self._data.resources[kind].relations[steps[position]]
            ids: Any = row.relations.get(relation.name)
            if relation.many:
                position += 1
                ids = ids[int(steps[position])]
            kind, position = relation.target, position + 1
            row = self._data.table(kind)[str(ids)]
        members = row.relations if last in self._data.resources[kind].relations else row.attributes
        members[last] = value
        self.touch(order)

    def _apply(self, order: Row, details: Mapping[str, Any], when: str) -> None:
        unknown = details.keys() - _SIMPLE.keys() - _LINES - {"customer", "status", "ship_to"}
        if unknown:
            raise TypeError(f"an order has no {', '.join(sorted(unknown))}")
        for name, attribute in _SIMPLE.items():
            if name in details and not (name == "identifier" and details[name] is None):
                value = details[name]
                # OroCommerce trims the number that people type.
                order.attributes[attribute] = value.strip() if name == "po_number" and value else value
        if "customer" in details:
            self._set_customer(order, details["customer"])
        if "status" in details:
            order.relations["internalStatus"] = details["status"]
        if "ship_to" in details:
            self._set_address(order, details["ship_to"], when)
        if _LINES & details.keys():
            self._set_lines(order, details, when)
        count_order(self._data, order)

    def _set_customer(self, order: Row, wanted: str | int | None) -> None:
        customer = self._world.customer(wanted)
        order.relations["customer"] = customer.id if customer else None
        users = self._data.table("customerusers")
        mine = [user.id for user in users.values() if customer and user.relations["customer"] == customer.id]
        order.relations["customerUser"] = mine[0] if mine else None

    def _set_address(self, order: Row, ship_to: Mapping[str, Any] | None, when: str) -> None:
        address = SHIP_TO if ship_to is None else ship_to
        for name in ("shippingAddress", "billingAddress"):
            order.relations[name] = self._address(address, when) if address else None

    def _address(self, address: Mapping[str, Any], when: str) -> str:
        country, region = address.get("country"), address.get("region")
        add_country(self._data, country, region)
        attributes = {name: value for name, value in address.items() if name not in {"country", "region"}}
        attributes |= {"fromExternalSource": False, "createdAt": when, "updatedAt": when}
        relations = {"country": country, "region": region}
        return self._data.insert("orderaddresses", attributes, relations).id

    def _set_lines(self, order: Row, details: Mapping[str, Any], when: str) -> None:
        data = self._data
        old = [data.table("orderlineitems")[line_id] for line_id in order.relations["lineItems"]]
        for line in old:
            data.delete("orderlineitems", line.id)
        order.relations["lineItems"] = []
        wanted = [
            *details.get("lines", ()),
            *((sku, amount, "item") for sku, amount in details.get("kits", ())),
        ]
        for sku, quantity, unit in wanted:
            # A line that stays keeps its id when a person edits the order.
            kept = next((row for row in old if row.attributes["productSku"] == sku), None)
            if kept is not None:
                old.remove(kept)
            self._line(order, (sku, quantity, unit, None), when, kept.id if kept else None)
        for number, (name, quantity, unit) in enumerate(details.get("free_form", ()), start=1):
            self._line(order, (f"FREE-{number}", quantity, unit, name), when, None)

    def _line(self, order: Row, spec: LineSpec, when: str, line_id: str | None) -> None:
        sku, quantity, unit, free_form = spec
        product = None if free_form else self._world.products.get(sku)
        add_unit(self._data, unit)
        price = product.price if product else Decimal("12.50")
        attributes = {
            "productSku": sku,
            "productName": product.name if product else "",
            "productVariantFields": [],
            "freeFormProduct": free_form,
            "quantity": exact(quantity),
            "productUnitCode": unit,
            "value": money(price),
            "currency": "USD",
            "priceType": 10,
            "fromExternalSource": False,
            "checksum": hashlib.sha256(f"{sku}/{unit}".encode()).hexdigest()[:40] if product else "",
            "createdAt": when,
            "updatedAt": when,
            "draftDelete": False,
        }
        relations = {"product": product.id if product else None, "productUnit": unit}
        relations |= self._data.order_link(order.id)
        row = self._data.insert("orderlineitems", attributes, relations, line_id)
        row.relations["kitItemLineItems"] = self._kit_items(row, product)
        order.relations["lineItems"].append(row.id)

    def _kit_items(self, line: Row, product: Product | None) -> list[str]:
        if product is None or not product.kit:
            return []
        items = self._data.table("products")[product.id].relations["kitItems"]
        return [
            self._kit_item(line, items[order - 1], order, component).id
            for order, component in enumerate(product.kit, start=1)
        ]

    def _kit_item(self, line: Row, item_id: str, order: int, component: tuple[str, Decimal, str]) -> Row:
        sku, quantity, unit = component
        part = self._world.products[sku]
        item = self._data.table("productkititems")[item_id].attributes
        attributes = {
            "kitItemId": int(item_id),
            "kitItemLabel": f"Kit part {order}",
            "optional": item["optional"],
            "minimumQuantity": item["minimumQuantity"],
            "maximumQuantity": item["maximumQuantity"],
            "productId": int(part.id),
            "productSku": sku,
            "productName": part.name,
            "quantity": quantity,
            "productUnitCode": unit,
            "productUnitPrecision": 0,
            "sortOrder": order,
            "value": "4.5000",
            "currency": "USD",
        }
        relations = {"lineItem": line.id, "kitItem": item_id, "product": part.id, "productUnit": unit}
        return self._data.insert("orderproductkititemlineitems", attributes, relations)
