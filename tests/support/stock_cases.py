"""Random catalogues with pools, orders in flight, kits and thresholds, and buyers who empty what is shown.

The shop's rule is stated here a second time, apart from the code that it judges: a row that shows q sells n
while n is a multiple of its step and n <= q - threshold, and no other row falls with it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random

from attrs import frozen

from orogxo.orchestrator.stock.projection import SellRow, Shares

Quantities = Mapping[tuple[str, str], Fraction]
POLICIES = ("demand", "each_first", "case_first", "fixed")
SIZES = tuple(map(Fraction, ("1", "1", "7", "12", "12", "1/2", "5/3", "40", "480", "1/1000", "12345678901")))
STEPS = tuple(map(Fraction, ("1", "1", "1", "1", "1/10", "1/1000", "3")))
THRESHOLDS = tuple(map(Fraction, ("0", "0", "0", "0", "1", "3", "10", "1/2", "7/3", "500")))


@frozen
class Case:
    """A shop and a warehouse at one instant.

    `figures`: what the warehouse has of each SKU; `in_flight`: what its orders will still take of that. A SKU
    in no figure is unknown to the warehouse. `weights` are for the policies that need them.
    """

    figures: Mapping[str, Fraction]
    in_flight: Mapping[str, Sequence[Fraction]]
    rows: Sequence[SellRow]
    weights: Mapping[tuple[str, str], Fraction]

    @property
    def pools(self) -> dict[str, Fraction]:
        """Free to sell, below 0 where more is promised than there is."""
        return {sku: amount - sum(self.in_flight[sku]) for sku, amount in self.figures.items()}

    @property
    def safe_pools(self) -> dict[str, Fraction]:
        """What may be sold of it: without what the primary unit's threshold keeps, never below 0."""
        kept = {row.sku: row.threshold * row.takes.get(row.sku, 0) for row in self.rows if row.primary}
        return {sku: max(amount - kept.get(sku, 0), Fraction(0)) for sku, amount in self.pools.items()}

    def shares(self, policy: str) -> Shares:
        return Shares(policy, self.weights)


def a_case(rng: Random) -> Case:
    """One to three SKUs in up to four units, up to two kits over them; small, huge, empty and overdrawn."""
    skus = ["A", "B", "C"][: rng.randint(1, 3)]
    figures = {sku: _figure(rng) for sku in skus if rng.randint(0, 15)}
    in_flight = {
        sku: [
            rng.choice([amount / 3, amount, Fraction(rng.randint(1, 40))]) for _ in range(rng.randint(0, 2))
        ]
        for sku, amount in figures.items()
    }
    rows = [row for sku in skus for row in _units(rng, sku)]
    rows += [_kit(rng, name, skus) for name in ["K1", "K2"][: max(0, rng.randint(-1, 2))]]
    weights = {row.key: Fraction(rng.randint(0, 60)) for row in rows if rng.randint(0, 2)}
    return Case(figures, in_flight, rows, weights)


def _figure(rng: Random) -> Fraction:
    whole = rng.randint(0, rng.choice([3, 30, 1_500, 10**18]))
    return whole + Fraction(rng.randint(0, 999), 1000) * rng.choice([0, 0, 1])


def _units(rng: Random, sku: str) -> Iterator[SellRow]:
    sizes = [rng.choice(SIZES) for _ in range(rng.randint(1, 4))]
    threshold, primary = rng.choice(THRESHOLDS), rng.randint(0, len(sizes))
    for number, size in enumerate(sizes):
        step, sold = rng.choice(STEPS), rng.randint(0, 9) > 0
        yield SellRow(sku, f"u{number}", {sku: size}, step, threshold, sold, primary == number)


def _kit(rng: Random, name: str, skus: Sequence[str]) -> SellRow:
    takes = {sku: Fraction(rng.choice([0, 1, 2, 20])) for sku in skus if rng.randint(0, 2)}
    return SellRow(name, "set", takes, threshold=rng.choice(THRESHOLDS), primary=True)


# Buyers ---------------------------------------------------------------------------------------------------


def permitted(row: SellRow, shown: Fraction) -> Fraction:
    """The largest order that the shop accepts of a row that shows `shown`."""
    return max(Fraction(0), math.floor((shown - row.threshold) / row.step) * row.step)


def drawn(case: Case, orders: Quantities) -> dict[str, Fraction]:
    """Base units that such orders take of each SKU."""
    taken: dict[str, Fraction] = {}
    for row in case.rows:
        for sku, each in row.takes.items():
            taken[sku] = taken.get(sku, Fraction(0)) + each * orders[row.key]
    return taken


def worst(case: Case, quantities: Quantities) -> dict[str, Fraction]:
    """The most that any set of orders can take of each SKU: every row emptied."""
    return drawn(case, {row.key: permitted(row, quantities[row.key]) for row in case.rows})


def oversells(case: Case, quantities: Quantities) -> bool:
    """Whether buyers can order goods that are not there."""
    pools = case.pools
    return any(amount > max(pools.get(sku, 0), 0) for sku, amount in worst(case, quantities).items())


def shopping(case: Case, quantities: Quantities, rng: Random, orders: int = 6) -> dict[str, Fraction]:
    """A few buyers one after another, then those who take all that is left; base units sold of each SKU."""
    shown, bought = dict(quantities), {row.key: Fraction(0) for row in case.rows}
    queue = [(rng.choice(case.rows), rng.randint(0, 100)) for _ in range(orders)]
    for row, percent in [*queue, *((row, 100) for row in case.rows)]:
        wanted = permitted(row, shown[row.key]) * percent / 100 // row.step * row.step
        shown[row.key] -= wanted
        bought[row.key] += wanted
    return drawn(case, bought)


def every_order(case: Case, quantities: Quantities, most: int) -> Iterator[dict[tuple[str, str], Fraction]]:
    """Every set of orders that the rows allow; none at all where there are more than `most`."""
    steps = [int(permitted(row, quantities[row.key]) / row.step) for row in case.rows]
    if math.prod(count + 1 for count in steps) <= most:
        for counts in itertools.product(*(range(count + 1) for count in steps)):
            yield {row.key: row.step * n for row, n in zip(case.rows, counts, strict=True)}
