"""Risk holds its bound when buyers are simulated: demand drawn by the tests' own sampler, seeded.

The table printed here (run with -s) is the price of each way: what buyers do not see, what is oversold.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from orogxo.orchestrator.demand import Demand
from orogxo.orchestrator.stock.projection import Budget, SellRow, projected
from support.stock_hidden import BOUND, hidden_table, measure, ordered

ROWS = [SellRow("W", "each", {"W": 1}, primary=True), SellRow("W", "case", {"W": 12})]
MONTH = dt.timedelta(days=36, hours=12)
PARTS = 10


def least_stock_at_risk(demand: Demand, budget: Budget) -> int:
    """The smallest pool that is still shown in full: where the budget is spent to the last."""

    def mode(stock: int) -> str:
        told = {"demand": {"W": demand}, "budget": budget, "horizon": MONTH}
        return projected({"W": Fraction(stock)}, ROWS, mode="risk", **told).modes["W"]  # type: ignore[arg-type]

    low, high = 12, 10_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if mode(middle) == "risk" else (middle, high)
    assert (mode(low), mode(high)) == ("strict", "risk")
    return high


@pytest.mark.parametrize(("mean", "dispersion"), [(40, 1.0), (40, 6.0), (3, 12.0), (90, 2.5)])
def test_the_chance_that_a_sku_oversells_in_a_year_stays_under_the_bound(
    mean: int, dispersion: float
) -> None:
    bound, years, rng = 0.5, 3_000, Random(f"{mean} {dispersion}")
    demand = Demand(mean / (MONTH / dt.timedelta(days=1)) * Fraction(1), dispersion, 40)
    stock = least_stock_at_risk(demand, Budget("chance", Decimal(str(bound))))
    bad = sum(any(ordered(rng, mean, dispersion) > stock for _ in range(PARTS)) for _ in range(years))
    margin = math.sqrt(math.log(1e6) / (2 * years))  # Hoeffding: the truth is higher once in a million
    print(f"\n{bad} of {years} years with overselling; {bad / years:.3f} + {margin:.3f}, bound {bound}")
    assert bad / years + margin < bound
    assert bad / years > bound / 4, "the budget is used, not hoarded"


@pytest.mark.parametrize(("mean", "dispersion"), [(40, 1.0), (40, 6.0), (90, 2.5)])
def test_the_base_units_oversold_in_a_year_stay_within_the_budget(mean: int, dispersion: float) -> None:
    bound, spans, rng = 2.0, 20_000, Random(f"{dispersion} {mean}")
    demand = Demand(Fraction(mean) / Fraction(73, 2), dispersion, 40)
    stock = least_stock_at_risk(demand, Budget("eaches", Decimal(str(bound))))
    beyond = [max(0, ordered(rng, mean, dispersion) - stock) for _ in range(spans)]
    mean_beyond = math.fsum(beyond) / spans
    error = math.sqrt(math.fsum((one - mean_beyond) ** 2 for one in beyond)) / spans
    print(f"\n{PARTS * mean_beyond:.3f} +- {PARTS * error:.3f} oversold a year, budget {bound}")
    assert PARTS * (mean_beyond - 4 * error) <= bound
    assert PARTS * mean_beyond > bound / 4, "the budget is used, not hoarded"


def test_over_2000_shops_risk_keeps_its_bound_shows_more_than_strict_and_the_naive_copy_oversells() -> None:
    tallies = measure(2_000)
    risk, naive = tallies["risk"], tallies["floor"]
    stricts = [tally for name, tally in tallies.items() if name.startswith("strict")]
    print("\n" + "\n".join(tally.line() for tally in tallies.values()))
    assert len(stricts) == 4
    assert sum(tally.could + tally.oversold for tally in stricts) == 0
    assert risk.risked > 500
    expected = risk.risked * BOUND
    assert risk.oversold <= expected + 4.5 * math.sqrt(expected * (1 - BOUND))
    assert risk.could > 0, "it is a risk: buyers could order too much, and hardly ever do"
    assert naive.could > risk.could
    assert naive.oversold > 5 * max(risk.oversold, 1)
    assert risk.hidden / risk.rows < min(tally.hidden / tally.rows for tally in stricts) / 2


def test_the_table_names_every_way() -> None:
    lines = hidden_table(20).splitlines()
    assert [line.split("  ")[0] for line in lines[2:]] == [
        "strict demand", "strict each_first", "strict case_first", "strict fixed", "risk", "floor",
    ]  # fmt: skip
