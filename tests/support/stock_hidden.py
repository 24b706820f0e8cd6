"""What each way of showing stock hides from buyers, and what it oversells: measured on random shops.

Demand is drawn by a sampler of its own (a Poisson whose rate is itself a gamma), not by the code under test.
`print(hidden_table())` shows it; a shop of `tests/support/stock_cases.py` is one row of stock at one instant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

from attrs import define, frozen

from orogxo.orchestrator.demand import Demand
from orogxo.orchestrator.stock.projection import Budget, Projection, projected
from support.stock_cases import POLICIES, Case, a_case, drawn, oversells, permitted

HORIZON = dt.timedelta(days=73)
BUDGET = Budget("chance", Decimal("0.25"))
BOUND = 0.05
"""A fifth of the year may spend a fifth of the budget: the chance for one SKU until the next push."""


# Demand ---------------------------------------------------------------------------------------------------


def poisson(rng: Random, mean: float) -> int:
    """Arrivals within one span, counted one by one."""
    count, spent = 0, rng.expovariate(1.0)
    while spent < mean:
        count, spent = count + 1, spent + rng.expovariate(1.0)
    return count


def ordered(rng: Random, mean: float, dispersion: float) -> int:
    """Base units ordered: variance / mean is `dispersion`. With 1 it is a plain Poisson."""
    if dispersion > 1:
        mean = rng.gammavariate(mean / (dispersion - 1), dispersion - 1)
    return poisson(rng, mean)


def a_demand(rng: Random, pool: Fraction) -> Demand:
    """For nearly nothing up to more than the pool holds; never above 300, which keeps the sampler quick."""
    mean = min(float(max(pool, 3)) * rng.choice([0.02, 0.1, 0.3, 0.6, 0.8, 1.2]), 300)
    return Demand(Fraction(mean) / HORIZON.days, rng.choice([1.0, 2.0, 8.0]), 52)


def trade(
    case: Case, quantities: Mapping[tuple[str, str], Fraction], wants: Mapping[str, int], rng: Random
) -> set[str]:
    """Buyers who want `wants` in all, through any rows; the SKUs of which more was sold than there is."""
    left, bought = dict(wants), {row.key: Fraction(0) for row in case.rows}
    rows = [row for row in case.rows if quantities[row.key] > 0]
    visits = [(row, rng.randint(0, 100)) for row in rng.sample(rows, len(rows))]
    for row, percent in [*visits, *((row, 100) for row in rng.sample(rows, len(rows)))]:
        most = min(
            [permitted(row, quantities[row.key]) - bought[row.key]]
            + [left[sku] / each for sku, each in row.takes.items()]
        )
        amount = most * percent / 100 // row.step * row.step
        bought[row.key] += amount
        for sku, each in row.takes.items():
            left[sku] -= amount * each
    pools = case.pools
    return {sku for sku, amount in drawn(case, bought).items() if amount > max(pools.get(sku, 0), 0)}


# The measure ----------------------------------------------------------------------------------------------


@define
class Tally:
    """One way of showing stock, over all shops."""

    name: str
    rows: int = 0
    full: int = 0
    hidden: float = 0.0
    could: int = 0
    spans: int = 0
    oversold: int = 0
    risked: int = 0

    def line(self) -> str:
        shown, part = 100 * self.full / self.rows, 100 * self.hidden / self.rows
        oversold = f"{self.oversold} of {self.spans}"
        return f"{self.name:<18}{shown:>9.1f} %{part:>11.1f} %{self.could:>13}{oversold:>17}"


@frozen
class Shop:
    """A random shop with the demand for its SKUs."""

    case: Case
    demand: Mapping[str, Demand]

    def projections(self) -> Iterator[tuple[str, Projection]]:
        pools, rows = self.case.pools, self.case.rows
        for policy in POLICIES:
            yield f"strict {policy}", projected(pools, rows, mode="strict", shares=self.case.shares(policy))
        yield "risk", projected(pools, rows, mode="risk", demand=self.demand, budget=BUDGET, horizon=HORIZON)
        yield "floor", projected(pools, rows, mode="floor")


def measure(shops: int = 2_000, seed: int = 7) -> dict[str, Tally]:
    """By way of showing stock, what it hid and oversold in so many shops."""
    tallies: dict[str, Tally] = {}
    for number in range(shops):
        rng = Random(f"{seed} {number}")
        case = a_case(rng)
        shop = Shop(case, {sku: a_demand(rng, pool) for sku, pool in case.pools.items()})
        days = HORIZON.days
        wants = {
            sku: ordered(rng, float(one.rate * days), one.dispersion) for sku, one in shop.demand.items()
        }
        for name, projection in shop.projections():
            tally = tallies.setdefault(name, Tally(name))
            count(tally, case, projection, trade(case, projection.quantities, wants, Random(number)))
    return tallies


def count(tally: Tally, case: Case, projection: Projection, oversold: set[str]) -> None:
    """Add one shop: only rows of which the free pool holds anything can hide something."""
    for row in case.rows:
        hidden, seen = projection.hidden[row.key], permitted(row, projection.quantities[row.key])
        if hidden + seen > 0:
            tally.rows += 1
            tally.full += hidden == 0
            tally.hidden += float(hidden / (hidden + seen))
    tally.could += oversells(case, projection.quantities)
    tally.spans += len(projection.modes)
    tally.risked += sum(mode == "risk" for mode in projection.modes.values())
    tally.oversold += len(oversold)


def hidden_table(shops: int = 2_000, seed: int = 7) -> str:
    """The measure as a table for people."""
    head = f"{'':<18}{'rows whole':>11}{'hidden':>13}{'could sell':>13}{'oversold':>17}"
    under = f"{'':<18}{'':>11}{'of a row':>13}{'too much':>13}{'SKUs':>17}"
    return "\n".join([head, under, *(tally.line() for tally in measure(shops, seed).values())])
