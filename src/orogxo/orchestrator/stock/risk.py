"""Risk: the whole pool may be shown in every unit while a stated budget holds until the next confirmed push.

The chance, the goods or the money that a merchant accepts to oversell is stated per SKU and year. Time until
the next confirmed push may spend its part of the year and no more, so over the year the parts add up to the
budget whatever happens in between. (A push that comes sooner than planned meets a chance that is smaller in
at least that proportion, so frequent pushes spend no more.) Where a fact is missing the answer is no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from orogxo.errors import ConfigError, MappingError
from orogxo.model.quantities import exact, plain
from orogxo.orchestrator.demand import Demand, chance, excess

BudgetKind: TypeAlias = Literal["chance", "eaches", "money"]

YEAR = dt.timedelta(days=365)
_TICK = dt.timedelta(microseconds=1)
_NEVER = dt.timedelta()
_COUNTED = Fraction(10**12)
"""Beyond so many base units floats tell no tails apart: more counts as this, which errs to caution."""


def _decimal(value: Decimal | int | str) -> Decimal:
    try:
        exact(value)
        return Decimal(value)
    except (TypeError, MappingError) as error:
        raise ConfigError(f"the amount of a budget is a decimal number: {error}") from None


@frozen
class Budget:
    """How much overselling is accepted, per SKU and year; 0 is none at all, which is strict.

    - `chance`: the probability that the SKU oversells at all, 0 to 1;
    - `eaches`: the expected oversold base units;
    - `money`: what those cost, at the price of a base unit.

    Raises ConfigError for another kind, for an amount that is negative or no exact number (a float is none),
    and for a chance above 1.
    """

    kind: BudgetKind = "chance"
    amount: Decimal = field(default=Decimal(0), converter=_decimal)

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(BudgetKind):
            raise ConfigError(
                f"a budget is one of {', '.join(get_args(BudgetKind))}, not {self.kind!r}; nothing is risked"
            )
        if self.amount < 0:
            raise ConfigError(f"a budget is 0 or more, not {self.amount}; 0 risks nothing")
        if self.kind == "chance" and self.amount > 1:
            raise ConfigError(f"a chance is at most 1, not {self.amount}; 0.01 is one in a hundred a year")

    def part(self, horizon: dt.timedelta) -> Fraction:
        """What of it may be spent within `horizon`; never more than the year's, 0 for no time."""
        return Fraction(self.amount) * Fraction(max(min(horizon, YEAR), _NEVER) // _TICK, YEAR // _TICK)


NO_RISK = Budget()


@frozen
class Outlook:
    """What is known of the time until the next confirmed push.

    `horizon`: how long it may take, outages included. `demand` (base units) and `prices` (of a base unit),
    by pool: all that buyers want of it, through any unit and any kit. A pool without them is not risked.
    """

    budget: Budget
    horizon: dt.timedelta
    demand: Mapping[str, Demand]
    prices: Mapping[str, Decimal]


def objection(sku: str, stock: Fraction, outlook: Outlook) -> str:
    """Why all of `stock` (base units of `sku`, safety stock excluded) may not be shown in every unit, or "".

    What a buyer cannot order because the safety stock is kept back is not counted on: the budget must hold
    for `stock` alone.
    """
    budget, demand, horizon = outlook.budget, outlook.demand.get(sku), outlook.horizon
    limit = budget.part(horizon)
    if limit <= 0:
        return f"{sku}: no overselling within {horizon} is accepted"
    if demand is None or not demand.rate or not demand.windows:
        return f"{sku}: its demand is not known"
    most = f"above {float(limit):.3g}, the part of {budget.amount} a year that this time may spend"
    if budget.kind == "chance":
        risked = chance(demand, horizon, min(stock, _COUNTED))
        wanted = f"the chance that more than {plain(stock)} are ordered within {horizon} is {risked:.3g}"
        return "" if risked <= limit else f"{sku}: {wanted}, {most}"
    units = excess(demand, horizon, min(stock, _COUNTED))
    wanted = f"{units:.3g} are expected to be ordered within {horizon} beyond {plain(stock)}"
    if budget.kind == "eaches":
        return "" if units <= limit else f"{sku}: {wanted}, {most}"
    price = outlook.prices.get(sku)
    if price is None or not price.is_finite() or price <= 0:
        return f"{sku}: its price is not known, so nobody can tell what overselling it costs"
    cost = units * float(price)
    return "" if cost <= limit else f"{sku}: {wanted}, worth {cost:.3g}, {most}"
