"""What is expected to be oversold of a SKU in a year, and the safety stock that keeps it within a budget.

It counts on rows that show the whole pool in every unit (`risk`, `floor`), less the safety stock s. While a
cover is sold the pool falls, push by push. A push that finds x lets each of n rows sell x - s, so that it
oversells only where n (x - s) is above x, and then at most what is ordered beyond x before the next one
counts. Below x = n s / (n - 1) nothing can be oversold. In the long run a push finds each level x equally
often, so over a cover 1 / (mean demand between two pushes) times; a cover oversells the sum of `excess`
over all x above that edge, divided by that mean. And never more than if every push found the pool there.

What is sold while a push is written, the push corrects at once. Rows that show shares (`strict`), and a pool
with one row only, oversell nothing by what is ordered.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from orogxo.orchestrator.demand import Demand, tail
from orogxo.orchestrator.schedule.costs import SkuDemand
from orogxo.orchestrator.schedule.gaps import YEAR, Gaps
from orogxo.orchestrator.stock.risk import Budget


@frozen
class Exposure:
    """Upper bounds for one SKU and year: the chance to oversell at all, and the expected base units."""

    chance: float
    eaches: float

    def within(self, budget: Budget, price: Decimal) -> bool:
        """Whether `budget` allows it; `price` of a base unit counts for a budget of money."""
        measured = self.chance if budget.kind == "chance" else self.eaches
        allowed = budget.amount / price if budget.kind == "money" and price > 0 else budget.amount
        return measured <= float(allowed)


NOTHING = Exposure(0.0, 0.0)


def exposure(one: SkuDemand, safety: Fraction, between: Gaps) -> Exposure:
    """What is oversold in a year while `safety` base units are held back. ValueError without a demand."""
    if one.demand is None:
        raise ValueError(f"{one.sku}: nobody can tell how much is ordered")
    demand, mean = one.demand, float(one.demand.within(between.mean))
    edge = Fraction(math.floor(safety * one.rows / max(1, one.rows - 1)))
    if mean <= 0 or one.rows < 2 or one.pool <= safety:
        return NOTHING
    chance = beyond = area = 0.0
    for weight, span in between.spans:
        far = tail(demand, span + between.duration, edge)
        chance, beyond = chance + weight * far.chance, beyond + weight * far.beyond
        area += weight * far.area
    covers = float(demand.rate * YEAR.days / (one.pool - safety))
    return Exposure(
        min(1.0, covers * beyond / mean, between.a_year * chance),
        min(covers * area / mean, between.a_year * beyond),
    )


def safety_stock(one: SkuDemand, budget: Budget, between: Gaps) -> Fraction | None:
    """The least safety stock, in whole primary units, that keeps within `budget`.

    In base units. None where it would be more than half of the pool, or where the demand is not known: such
    a SKU shows shares of its pool (`strict`) rather than hide most of it.
    """
    if one.demand is None:
        return None
    unit, most = one.primary, math.floor(one.pool / 2 / one.primary)

    def enough(units: int) -> bool:
        return exposure(one, units * unit, between).within(budget, one.price)

    if enough(0):
        return Fraction(0)
    low, high, reach = 0, min(most, 1), _reach(one.demand, between)
    while high < most and not enough(high):
        low, high = high, min(most, max(high * 2, math.ceil(reach / unit)))
    if high == 0 or not enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high * unit


def _reach(demand: Demand, between: Gaps) -> Fraction:
    """Where the search for a safety stock begins: two spreads above what is expected between two pushes."""
    expected = demand.within(between.mean + between.duration)
    return expected + Fraction(2 * math.sqrt(float(expected) * demand.dispersion))
