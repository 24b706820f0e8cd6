"""Stock as the warehouse tells it: figures at one instant, and what moved between two of them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.model.quantities import Quantity


@frozen
class StockRow:
    """A stock figure: SKU, status (available, allocated, hold, ...), quantity in the warehouse's unit.

    The quantity is as the warehouse says it, a negative one included: that is for the reader to refuse.
    """

    sku: str
    status: str
    quantity: Quantity
    site: str = ""
    lot: str = ""
    expiry: dt.date | None = None


@frozen
class StockSnapshot:
    """All stock of a depositor at one instant; `complete` False: pages are missing, do not trust totals."""

    id: str
    as_of: dt.datetime
    complete: bool
    rows: tuple[StockRow, ...]


@frozen
class StockMovement:
    """A quantity that left `from_status` and entered `to_status` (available, hold, damaged, ...).

    An empty status is "outside the books": a count that found goods has no `from_status`, goods destroyed
    have no `to_status`. The direction stands in these two words and nowhere else, so `quantity` is never
    negative. `occurred_at` is aware; a document that gives only a day gives the last moment of that day at
    the site, and the first one as `earliest`: whether a figure of that day knows it cannot be told. Reasons:
    canonical word and the site's own. `id` is unique for the site. Raises MappingError
    (MOVEMENT_UNCLEAR) for a negative quantity or a movement from a status to itself.
    """

    id: str
    occurred_at: dt.datetime
    sku: str
    quantity: Quantity = field()
    from_status: str
    to_status: str
    reason: str
    raw_reason: str = ""
    lot: str = ""
    expiry: dt.date | None = None
    site: str = ""
    reference: str = ""
    earliest: dt.datetime | None = None

    def __attrs_post_init__(self) -> None:
        if self.quantity.amount < 0 or self.from_status == self.to_status:
            ways = f"from {self.from_status!r} to {self.to_status!r}"
            told = f"{self.quantity} of {self.sku} {ways} is no movement"
            raise MappingError(
                told,
                code="MOVEMENT_UNCLEAR",
                path=f"movements[{self.id}]",
                value=str(self.quantity),
                hint="name where the goods left and where they went; the quantity itself has no sign",
            )

    def change(self, status: str) -> Fraction:
        """By how much the stock in `status` changed: negative where goods left it."""
        amount = self.quantity.amount
        return amount * (self.to_status == status) - amount * (self.from_status == status)
