"""The arithmetic of the advice: gaps between confirmed pushes, what they oversell, and the safety stock."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.orchestrator.demand import Demand
from orogxo.orchestrator.schedule import (
    Exposure,
    Gaps,
    Outage,
    PushCosts,
    Requests,
    SkuDemand,
    exposure,
    gaps,
    safety_stock,
)
from orogxo.orchestrator.stock.risk import Budget

HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
COSTS = PushCosts(
    base=30 * dt.timedelta(seconds=1),
    per_row=dt.timedelta(milliseconds=100),
    batch=50,
    requests=Requests(oro=2, gxo=1),
    per_batch=3,
    budget=Requests(oro=1000, gxo=1000),
)
STEADY = Demand(Fraction(240), 1.0, 99)


def of(pool: int, demand: Demand | None = STEADY, primary: int = 1, rows: int = 2) -> SkuDemand:
    return SkuDemand("A", demand, Fraction(pool), Decimal(5), rows, Fraction(primary))


def test_pushes_that_never_fail_are_one_interval_apart() -> None:
    found = gaps(15 * MINUTE, COSTS, rows=300)
    assert found.spans == ((1.0, 15 * MINUTE),)
    assert found.duration == MINUTE
    assert found.a_year == 365 * 96


def test_an_interval_is_never_shorter_than_a_push() -> None:
    assert gaps(MINUTE, COSTS, rows=2000).mean == dt.timedelta(seconds=230)


def test_failures_and_outages_make_gaps_longer_as_a_simulation_says() -> None:
    costs = evolve(COSTS, failure=0.3, outages=(Outage(6 * HOUR, 24),))
    found = gaps(HOUR, costs, rows=0)
    assert sum(weight for weight, _ in found.spans) == pytest.approx(1)
    assert all(weight > 0 for weight, _ in found.spans)
    draw, lengths = random.Random(3), []
    for _ in range(100_000):
        length = 1
        while draw.random() < 0.3:
            length += 1
        lengths.append(length + 6 if draw.random() < 24 / 365 / 24 else length)
    mean = sum(lengths) / len(lengths)
    assert mean * 0.98 < found.mean / HOUR < mean * 1.1  # rounded up to rungs of a ladder
    for hours in (2, 4, 6):
        longer = sum(length > hours for length in lengths) / len(lengths)
        assert sum(weight for weight, length in found.spans if length > hours * HOUR) >= longer * 0.95


def test_outages_all_the_time_leave_only_outages() -> None:
    found = gaps(HOUR, evolve(COSTS, outages=(Outage(HOUR, 365 * 100),)), rows=0)
    assert found.mean == 2 * HOUR


def test_a_push_that_mostly_fails_ends_on_the_ladder() -> None:
    found = gaps(HOUR, evolve(COSTS, failure=0.9), rows=0)
    assert max(length for _, length in found.spans) == 48 * HOUR


@pytest.mark.parametrize(
    "wrong",
    [
        {"failure": 1.0}, {"failure": -0.1}, {"batch": 0}, {"per_batch": 0},
        {"base": -MINUTE}, {"per_row": -MINUTE},
    ],
)  # fmt: skip
def test_impossible_costs_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        evolve(COSTS, **wrong)


def test_requests_a_day_count_pushes_and_batches() -> None:
    assert COSTS.daily(15 * MINUTE, rows=0) == Requests(96 * 2, 96)
    assert COSTS.daily(15 * MINUTE, rows=50.5) == Requests(96 * (2 + 6), 96)
    assert COSTS.daily(7 * MINUTE, rows=1).gxo == 206
    assert COSTS.affords([Requests(500, 10), Requests(500, 990)])
    assert not COSTS.affords([Requests(1001, 1)])
    assert not COSTS.affords([Requests(1, 1001)])


def test_rows_due_are_no_more_than_what_sold() -> None:
    assert evolve(of(9), rows=3).changes_within(MINUTE) == pytest.approx(0.5)
    assert evolve(of(9), rows=3).changes_within(DAY) == 3
    assert of(9, None).changes_within(MINUTE) == 2


# What is oversold -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dispersion", "safety"), [(1.0, 0), (1.0, 14), (1.0, 30), (6.0, 0), (6.0, 30), (6.0, 66)]
)
def test_exposure_bounds_a_simulated_year(dispersion: float, safety: int) -> None:
    """Pools that fall by Poisson orders of one size through two full rows, push by push; written anew."""
    size = int(dispersion)
    demand = Demand(Fraction(240), dispersion, 99, Fraction(size))
    between = Gaps(((0.8, HOUR), (0.2, 2 * HOUR)), dt.timedelta())
    draw, covers = random.Random(f"{dispersion} {safety}"), 3000
    oversold = events = 0
    for _ in range(covers):
        pool = safety + 150 + draw.randrange(20)
        while pool > safety:
            rows, sold, at = [pool - safety] * 2, 0, draw.expovariate(10 / size)
            span = 1 if draw.random() < 0.8 else 2
            while at < span:
                row = draw.randrange(2)
                sold += min(size, rows[row])
                rows[row], at = rows[row] - min(size, rows[row]), at + draw.expovariate(10 / size)
            oversold, events = oversold + max(0, sold - pool), events + (sold > pool)
            pool -= sold
    stated = exposure(of(safety + 160, demand), Fraction(safety), between)
    covers_a_year = 240 * 365 / 160
    assert oversold / covers <= stated.eaches / covers_a_year * 1.1 + 1e-9
    if stated.chance < 1:
        assert events / covers * covers_a_year <= stated.chance * 1.1
    if safety == 0:
        assert oversold > 100
        assert stated.eaches / covers_a_year < 20 * oversold / covers


def test_nothing_is_oversold_of_what_is_not_ordered_or_not_shown() -> None:
    between = gaps(HOUR, COSTS, rows=1)
    assert exposure(of(9, Demand(Fraction(), 1.0, 9)), Fraction(), between) == Exposure(0, 0)
    assert exposure(of(9), Fraction(9), between) == Exposure(0, 0)
    assert exposure(of(900, rows=1), Fraction(), between) == Exposure(0, 0)
    with pytest.raises(ValueError, match="nobody can tell"):
        exposure(of(900, None), Fraction(), between)


def test_more_rows_on_one_pool_need_more_safety() -> None:
    found = [exposure(of(900, rows=rows), Fraction(10), gaps(HOUR, COSTS, 1)).eaches for rows in (1, 2, 3, 9)]
    assert 0 == found[0] < found[1] < found[2] < found[3]


def test_exposure_falls_with_safety_and_grows_with_the_interval() -> None:
    found = [exposure(of(900), Fraction(s), gaps(HOUR, COSTS, 1)).eaches for s in range(0, 60, 5)]
    assert all(one > two for one, two in pairwise(found))
    longer = [exposure(of(900), Fraction(10), gaps(m * MINUTE, COSTS, 1)).eaches for m in (5, 20, 60)]
    assert all(one < two for one, two in pairwise(longer))


@pytest.mark.parametrize(
    ("budget", "within"),
    [
        (Budget("chance", Decimal("0.1")), True), (Budget("chance", Decimal("0.09")), False),
        (Budget("eaches", Decimal(4)), True), (Budget("eaches", Decimal("3.9")), False),
        (Budget("money", Decimal(20)), True), (Budget("money", Decimal("19.9")), False),
    ],
)  # fmt: skip
def test_a_budget_is_of_chance_eaches_or_money(budget: Budget, within: bool) -> None:
    assert Exposure(0.1, 4.0).within(budget, Decimal(5)) is within


def test_what_costs_nothing_is_counted_in_eaches() -> None:
    assert not Exposure(0.1, 4.0).within(Budget("money", Decimal(3)), Decimal(0))


@pytest.mark.parametrize("kind", ["chance", "eaches", "money"])
@pytest.mark.parametrize("primary", [1, 12])
def test_the_safety_stock_is_the_least_that_keeps_the_budget(kind: str, primary: int) -> None:
    budget = Budget(kind, Decimal("0.01"))  # type: ignore[arg-type]  # parametrized
    between, one = gaps(HOUR, evolve(COSTS, failure=0.05), 2), of(5000, primary=primary)
    safety = safety_stock(one, budget, between)
    assert safety is not None
    assert safety > 5
    assert safety % primary == 0
    assert exposure(one, safety, between).within(budget, one.price)
    assert not exposure(one, safety - primary, between).within(budget, one.price)


def test_little_risk_needs_no_safety_stock() -> None:
    assert safety_stock(of(5000), Budget("eaches", Decimal(10**9)), gaps(HOUR, COSTS, 1)) == 0


@pytest.mark.parametrize("one", [of(5000, None), of(30), of(1), of(20, primary=12)])
def test_a_pool_that_would_be_mostly_hidden_shows_shares_instead(one: SkuDemand) -> None:
    assert safety_stock(one, Budget("eaches", Decimal("0.000001")), gaps(HOUR, COSTS, 1)) is None
