"""The stock flow's own records: what orders take from the pool, and what OroCommerce offers of it.

Quantities here are exact numbers of *base units* (the SKU's smallest) unless a line says otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from orogxo.model.quantities import Quantity


@frozen
class SnapshotMark:
    """A complete snapshot that was taken over; `as_of` is the warehouse's own clock."""

    id: str
    as_of: dt.datetime
    rows: int = 0


@frozen
class StockDoubt:
    """Why a figure of `sku` cannot be trusted until the next complete snapshot; sku "" means any SKU.

    Doubt never moves a row by itself: a row in doubt may be lowered and is never raised.
    """

    sku: str
    code: str
    message: str
    at: dt.datetime


@frozen
class OrderNews:
    """The warehouse says when an order reached a state (`accepted`, `allocated`, `cancelled`, ...).

    `ref` is our reference, `at` the warehouse's own clock. `id` is unique for the site. `seq` rises from one
    news to the next; without it, two of one instant have no order.
    """

    id: str
    ref: str
    state: str
    at: dt.datetime
    seq: int | None = None


@frozen
class Left:
    """Goods that left for an order in one shipment.

    `at`: when the warehouse booked them out, by its own clock; None where it does not say, so that no figure
    can be proven to know it; a day is its last moment. `ref` is the shipment's reference.
    """

    ref: str
    amount: Fraction
    at: dt.datetime | None = None


@frozen
class Claim:
    """What one line of an order takes from the pool of one SKU.

    `amount` is everything that left or will leave for it: what was ordered, less what is short or confirmed
    as cancelled, and what was shipped beyond it. `left` are the shipments. `ref` is the reference at the
    warehouse, "" while it was never sent. Of the amount, `over` was shipped beyond what was ordered. Beside
    it, `given_up` was ordered and will never leave. `backordered` is the most that ever waited, or may have,
    for goods that the warehouse did not have. `unproven`: the states that the warehouse told of the order say
    nothing of today's amount, because it was changed or refused since. `unclear`: nobody knows how much it is
    (a unit without a rate, an order that cannot be read; SKU "" then stands for any). `closed`: nothing of it
    is still to leave.
    """

    order_id: str
    line: str
    sku: str
    amount: Fraction
    ref: str = ""
    left: tuple[Left, ...] = ()
    over: Fraction = Fraction(0)
    backordered: Fraction = Fraction(0)
    given_up: Fraction = Fraction(0)
    unproven: bool = False
    unclear: bool = False
    closed: bool = False

    @property
    def known_since(self) -> dt.datetime | None:
        """The instant from which on every figure knows all of it; None while there is no such instant."""
        if (
            not self.closed
            or self.unclear
            or sum((one.amount for one in self.left), Fraction()) < self.amount
        ):
            return None
        times = [one.at for one in self.left if one.at is not None]
        return max(times) if times and len(times) == len(self.left) else None


@frozen
class InventoryLevel:
    """A row of stock in OroCommerce: what it shows of a SKU in one unit, as read at `read_at` (our clock)."""

    id: str
    sku: str
    unit: str
    quantity: Fraction
    read_at: dt.datetime


@frozen
class LevelChange:
    """A row that must show another quantity (of `unit`), and why, in words for people."""

    level_id: str
    sku: str
    unit: str
    before: Fraction
    after: Fraction
    why: str

    @property
    def raises(self) -> bool:
        """Whether it offers more than before."""
        return self.after > self.before

    @property
    def quantity(self) -> Quantity:
        """What the row must show."""
        return Quantity(self.after, self.unit)


@frozen
class SellingTerms:
    """How OroCommerce sells a SKU: whether its rows bind a buyer at all; None: it could not be read.

    `manage`: stock is looked at when an order is placed; `decrement`: an order lowers the row of its unit;
    `back_order`: an order may exceed the row; `threshold`: so much of each row, in that row's own unit, is
    never sold. `kit`: the most of each component, in its unit there, that one kit may take; None for a kit
    whose composition cannot be known; empty for what is no kit. `in_stock`: what `inventory_status` says.
    """

    sku: str
    enabled: bool = True
    manage: bool | None = None
    decrement: bool | None = None
    back_order: bool | None = None
    threshold: Fraction | None = None
    is_kit: bool = False
    kit: Mapping[str, Quantity] | None = field(factory=dict)
    in_stock: bool | None = None
    product_id: str = ""


@frozen
class DueSku:
    """A SKU whose rows must be looked at; `since` (our clock) and why; `seq` rises each time it falls due."""

    sku: str
    since: dt.datetime
    why: str
    seq: int
