"""The commercial truth: an order as OroCommerce holds it, in our words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import frozen

from orogxo.model.parties import Address, Organisation
from orogxo.model.quantities import Quantity


@frozen
class KitComponent:
    """One component of a kit line; `quantity` is for one kit (OroCommerce `kitItemLineItems`)."""

    id: str
    sku: str
    quantity: Quantity
    product_id: str | None = None


@frozen
class OrderLine:
    """One line as sold. `quantity` is in the unit that the customer bought; `product_id` None: free-form."""

    id: str
    sku: str
    quantity: Quantity
    name: str = ""
    product_id: str | None = None
    free_form: bool = False
    components: tuple[KitComponent, ...] = ()
    is_kit: bool = False
    unit_price: Decimal | None = None
    ship_by: dt.date | None = None
    comment: str = ""


@frozen
class Order:
    """An order in OroCommerce.

    `status` is the internal status code, None where OroCommerce does not show one. `po_number` is as read,
    None or any text. `shipping_method` and `shipping_method_type` are OroCommerce's own codes.
    `customer` None means: none, or the API user may not see it.
    """

    id: str
    identifier: str
    po_number: str | None
    customer: Organisation | None
    lines: tuple[OrderLine, ...]
    ship_to: Address | None
    shipping_method: str | None = None
    shipping_method_type: str | None = None
    status: str | None = None
    shipping_status: str | None = None
    currency: str = ""
    total: Decimal | None = None
    customer_notes: str = ""
    ship_until: dt.date | None = None
    parent_id: str | None = None
    sub_order_ids: tuple[str, ...] = ()
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None


@frozen
class OrderHeadline:
    """The least that is known of an order: enough to see whether it was missed."""

    id: str
    status: str | None = None
    updated_at: dt.datetime | None = None


@frozen
class UnreadableOrder:
    """An order that OroCommerce returned and nobody can work with; `problems` name each field and cause."""

    id: str
    problems: tuple[str, ...]
    identifier: str = ""


@frozen
class Tracking:
    """A tracking row of OroCommerce: carrier or method name, and number."""

    method: str
    number: str


@frozen
class ProductUnit:
    """One selling unit of a product: `rate` is how many *primary* units one of it holds, as read (or None).

    `precision` is the number of decimals that the shop allows in a quantity of this unit.
    """

    code: str
    rate: Decimal | None
    precision: int = 0
    sell: bool = True


@frozen
class Product:
    """A product with its selling units; the first unit is the primary one."""

    id: str
    sku: str
    units: tuple[ProductUnit, ...]
    is_kit: bool = False
    enabled: bool = True
