"""How long buyers and a write may overlook each other, measured.

What is ordered after orders were last read and before a write is through may be overwritten by it. The orders
read first after the write show it, and the round that reads them corrects it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from attrs import define, field

from orogxo.orchestrator.stock.orders import Orders
from orogxo.orchestrator.stock.pool import NONE

Taken = Mapping[tuple[str, str, str], Fraction]
"""What each order takes, by order, line and SKU."""


@define
class Windows:
    """All windows of one push; `sold`: base units that orders took in them."""

    number: int = 0
    longest: dt.timedelta = dt.timedelta()
    total: dt.timedelta = dt.timedelta()
    sold: Fraction = NONE
    _since: dt.datetime | None = None
    _before: Taken = field(factory=dict)

    @property
    def mean(self) -> dt.timedelta:
        """The mean length."""
        return self.total / self.number if self.number else dt.timedelta()

    def write(self, orders: Orders, taken: Taken) -> None:
        """A write begins that rests on what `orders` last read."""
        self._since, self._before = orders.began, taken

    def read(self, orders: Orders, taken: Taken) -> None:
        """Orders were read: the window of the write before is over, if the reading succeeded."""
        if self._since is None or orders.ended is None or orders.trouble is not None:
            return
        span = orders.ended - self._since
        self.number, self.total, self.longest = self.number + 1, self.total + span, max(self.longest, span)
        self.sold += sum((amount for key, amount in taken.items() if key not in self._before), NONE)
        self._since = None
