"""What the advice is made from: a SKU's demand and cover, and what a push of stock costs and how it fails."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from orogxo.errors import ConfigError
from orogxo.orchestrator.demand import DAY, Demand


@frozen
class SkuDemand:
    """One SKU: what is ordered of it, and what there is.

    - `demand`: None where too little was seen to say anything.
    - `pool`: base units free to sell from which one cover starts (after a delivery to the warehouse, or now).
    - `price`: of one base unit.
    - `rows`: how many inventory levels draw on the pool: one per unit sold, and those of kits.
    - `primary`: base units in one primary unit, the unit of OroCommerce's `inventoryThreshold`.
    """

    sku: str
    demand: Demand | None
    pool: Fraction
    price: Decimal
    rows: int
    primary: Fraction = Fraction(1)

    def changes_within(self, length: dt.timedelta) -> float:
        """At most so many of its rows are due after that time: all, or none where nothing was ordered."""
        expected = 1.0 if self.demand is None else float(self.demand.within(length))
        return self.rows * min(1.0, expected)


@frozen
class Outage:
    """A span in which no push is confirmed, and how many such a year are counted on."""

    length: dt.timedelta
    a_year: float


@frozen
class Requests:
    """Requests at both ends: a day's, or what one push costs."""

    oro: int
    gxo: int


@frozen
class PushCosts:
    """A push of stock at this site, as measured, and how many requests it may spend.

    - `base`, `per_row`: from reading the orders until all rows are confirmed, without and for each row.
    - `batch`: rows in one write; `requests`: of a push before its first row; `per_batch`: requests at
      OroCommerce for each batch (read back, write, poll).
    - `budget`: requests a day that may go to stock, at each end.
    - `failure`: the chance that a push is not confirmed; `outages`: longer spans without one.

    Raises ConfigError where they cannot be (negative, or a failure of 1 or more).
    """

    base: dt.timedelta
    per_row: dt.timedelta
    batch: int
    requests: Requests
    per_batch: int
    budget: Requests
    failure: float = 0.0
    outages: tuple[Outage, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.failure < 1:
            raise ConfigError(f"the chance that a push fails is at least 0 and below 1, not {self.failure}")
        if self.batch < 1 or self.per_batch < 1 or min(self.base, self.per_row) < dt.timedelta():
            raise ConfigError("a push takes no negative time, and a batch has a row and a request at least")

    def duration(self, rows: float) -> dt.timedelta:
        """How long a push of so many rows takes."""
        return self.base + self.per_row * rows

    def daily(self, interval: dt.timedelta, rows: float) -> Requests:
        """Requests a day for pushes of so many rows at that interval."""
        pushes = Fraction(DAY // interval) if DAY % interval == dt.timedelta() else DAY / interval
        batches = math.ceil(rows / self.batch) * self.per_batch
        return Requests(
            math.ceil(pushes * (self.requests.oro + batches)), math.ceil(pushes * self.requests.gxo)
        )

    def affords(self, spent: Iterable[Requests]) -> bool:
        """Whether the budget of both ends allows all of these a day."""
        every = list(spent)
        return (
            sum(one.oro for one in every) <= self.budget.oro
            and sum(one.gxo for one in every) <= self.budget.gxo
        )
