"""From the wire to the model: pure functions that read an order or product, or say all that is wrong with it.

An order that cannot be read whole is never half an order: it becomes an `UnreadableOrder` with every problem,
each naming field and cause. Nothing is guessed; what was not asked for is a problem too, except the statuses,
which some installations do not show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from orogxo.errors import DecodeError, MappingError, NotLoaded
from orogxo.model import (
    Address,
    KitComponent,
    Order,
    OrderLine,
    Organisation,
    Product,
    ProductUnit,
    Quantity,
    UnreadableOrder,
)
from orogxo.oro.jsonapi import Resource
from orogxo.oro.resources import (
    OroAddress,
    OroCustomer,
    OroEnumOption,
    OroKitItemLine,
    OroOrder,
    OroOrderLine,
    OroProduct,
)

T = TypeVar("T")

KIT = "kit"
ENABLED = "enabled"


def read_order(found: OroOrder) -> Order | UnreadableOrder:
    """The order as model value, or everything that keeps it from being read.

    `Order.customer` None: OroCommerce shows none (a null may hide one from this API user); that is readable.
    An order read straight after its creation has no identifier yet; it is the id then, as Oro will make it.
    """
    reader = _OrderReader()
    order = reader.order(found)
    if reader.problems:
        return UnreadableOrder(order.id, tuple(dict.fromkeys(reader.problems)), order.identifier)
    return order


def read_product(found: OroProduct) -> Product:
    """The product with its units, the primary one first, rates exactly as written (None where null).

    Raises DecodeError, NotLoaded when a fact is wrong, missing or was not asked for.
    """
    primary, precisions = found.primary_unit_precision, found.unit_precisions
    if found.sku is None or primary is None or primary.id not in {one.id for one in precisions}:
        what = "sku" if found.sku is None else "primaryUnitPrecision"
        raise DecodeError(
            f"product {found.id} has no {what}", paths=(f"/products/{found.id}/{what}",), system="oro"
        )
    units = []
    for one in sorted(precisions, key=lambda precision: precision.id != primary.id):
        if one.unit is None:
            raise DecodeError(
                f"unit precision {one.id} of product {found.sku} names no unit",
                paths=(f"/productunitprecisions/{one.id}/relationships/unit",),
                system="oro",
            )
        # Without a precision no fraction is known to be allowed, and a unit not marked for sale is not sold.
        units.append(ProductUnit(one.unit.id, one.conversion_rate, one.precision or 0, sell=bool(one.sell)))
    return Product(
        found.id,
        found.sku,
        tuple(units),
        is_kit=found.product_type == KIT,
        enabled=found.status == ENABLED,
    )


class _OrderReader:
    """Reads every fact that can be read and collects the problems of the others."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def fact(self, read: Callable[[], T], default: T) -> T:
        """What `read` gives; a problem and `default` when the field is wrong or missing."""
        try:
            return read()
        except (DecodeError, NotLoaded) as error:
            self.problems.append(error.message)
            return default

    def many(self, read: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        none: tuple[T, ...] = ()
        return self.fact(read, none)

    def there(self, found: Resource, name: str) -> bool:
        """Whether the reply contains what a relation names; a problem when it does not."""
        if not found.loaded:
            self.problems.append(f"{name} {found.id}: it is named, but the reply does not contain it")
        return found.loaded

    def text(self, read: Callable[[], str | None]) -> str:
        return self.fact(read, None) or ""

    def order(self, found: OroOrder) -> Order:
        parent = self.fact(lambda: found.parent, None)
        return Order(
            id=found.id,
            identifier=self.text(lambda: found.identifier) or found.id,
            po_number=self.fact(lambda: found.po_number, None),
            customer=self.customer(found),
            lines=tuple(self.line(line) for line in self.many(lambda: found.line_items)),
            ship_to=self.address(self.fact(lambda: found.shipping_address, None)),
            shipping_method=self.fact(lambda: found.shipping_method, None),
            shipping_method_type=self.fact(lambda: found.shipping_method_type, None),
            status=self.status(lambda: found.internal_status),
            shipping_status=self.status(lambda: found.shipping_status),
            currency=self.text(lambda: found.currency),
            total=self.fact(lambda: found.total_value, None),
            customer_notes=self.text(lambda: found.customer_notes),
            ship_until=self.fact(lambda: found.ship_until, None),
            parent_id=parent.id if parent else None,
            sub_order_ids=tuple(one.id for one in self.many(lambda: found.sub_orders)),
            created_at=self.fact(lambda: found.created_at, None),
            updated_at=self.fact(lambda: found.updated_at, None),
        )

    def status(self, read: Callable[[], OroEnumOption | None]) -> str | None:
        try:
            option = read()
        except NotLoaded:
            return None
        except DecodeError as error:
            self.problems.append(error.message)
            return None
        return option.id if option else None

    def customer(self, order: OroOrder) -> Organisation | None:
        customer = self.fact(lambda: order.customer, None)
        if customer is None or not self.there(customer, "customer"):
            return None
        # The customer and its parent decide where an order belongs; what lies above them is told where known.
        name = self.text(lambda: customer.name)
        parent = self.fact(lambda: customer.parent, None)
        if parent is None or not self.there(parent, "customer.parent"):
            return Organisation(customer.id, name)
        above = self.ancestor(parent, frozenset({customer.id, parent.id}))
        return Organisation(customer.id, name, Organisation(parent.id, self.text(lambda: parent.name), above))

    def ancestor(self, customer: OroCustomer, seen: frozenset[str]) -> Organisation | None:
        try:
            parent = customer.parent
        except NotLoaded:
            return None
        if parent is None or not parent.loaded or parent.id in seen:
            return None
        above = self.ancestor(parent, seen | {parent.id})
        return Organisation(parent.id, self.text(lambda: parent.name), above)

    def line(self, line: OroOrderLine) -> OrderLine:
        if not self.there(line, "line item"):
            return OrderLine(line.id, "", Quantity(0, ""))
        product = self.fact(lambda: line.product, None)
        components = tuple(self.component(one) for one in self.many(lambda: line.kit_item_line_items))
        return OrderLine(
            id=line.id,
            sku=self.sku(line, product),
            quantity=self.quantity(line),
            name=self.text(lambda: line.product_name) or self.text(lambda: line.free_form_product),
            product_id=product.id if product else None,
            free_form=product is None and bool(self.text(lambda: line.free_form_product)),
            components=components,
            is_kit=bool(components) or self.is_kit(product),
            unit_price=self.fact(lambda: line.value, None),
            ship_by=self.fact(lambda: line.ship_by, None),
            comment=self.text(lambda: line.comment),
        )

    def component(self, item: OroKitItemLine) -> KitComponent:
        if not self.there(item, "kit item"):
            return KitComponent(item.id, "", Quantity(0, ""))
        product = self.fact(lambda: item.product, None)
        return KitComponent(
            id=item.id,
            sku=self.sku(item, product),
            quantity=self.quantity(item),
            product_id=product.id if product else None,
        )

    def sku(self, line: OroOrderLine | OroKitItemLine, product: OroProduct | None) -> str:
        """The SKU as sold (a copy on the line); only where that is empty, the product's own."""
        sold = self.text(lambda: line.product_sku)
        if sold or product is None:
            return sold
        return self.text(lambda: product.sku)

    def is_kit(self, product: OroProduct | None) -> bool:
        return product is not None and self.fact(lambda: product.product_type, None) == KIT

    def quantity(self, line: OroOrderLine | OroKitItemLine) -> Quantity:
        where = f"{'line item' if isinstance(line, OroOrderLine) else 'kit item'} {line.id}"
        before = len(self.problems)
        amount = self.fact(lambda: line.quantity, None)
        if amount is None and len(self.problems) == before:
            self.problems.append(f"{where}: quantity is null")
        if amount is not None and amount <= 0:
            self.problems.append(f"{where}: quantity is {amount}, which is nothing to ship")
        unit = self.text(lambda: line.product_unit_code)
        if not unit:
            self.problems.append(f"{where}: productUnitCode is missing, so nobody knows {amount} of what")
        try:
            return Quantity(amount or 0, unit)
        except MappingError as error:
            self.problems.append(f"{where}: quantity {error.message}")
            return Quantity(0, unit)

    def address(self, address: OroAddress | None) -> Address | None:
        if address is None or not self.there(address, "shippingAddress"):
            return None
        names = (
            self.text(lambda: address.name_prefix),
            self.text(lambda: address.first_name),
            self.text(lambda: address.middle_name),
            self.text(lambda: address.last_name),
            self.text(lambda: address.name_suffix),
        )
        region = self.fact(lambda: address.region, None)
        country = self.fact(lambda: address.country, None)
        return Address(
            name=" ".join(filter(None, names)),
            company=self.text(lambda: address.organization),
            street=self.text(lambda: address.street),
            street2=self.text(lambda: address.street2),
            city=self.text(lambda: address.city),
            postal_code=self.text(lambda: address.postal_code),
            region=region.id if region else self.text(lambda: address.custom_region),
            country=country.id if country else "",
            phone=self.text(lambda: address.phone),
        )
