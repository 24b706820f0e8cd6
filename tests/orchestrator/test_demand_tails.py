"""The chance of demand: exact where the model is known, an upper bound for bulk orders, and fast."""

from __future__ import annotations

import datetime as dt
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.orchestrator.demand import Demand, chance, excess, quantile, tail
from orogxo.orchestrator.tails import negative_binomial

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
RATES = st.fractions(min_value=Fraction(1, 100), max_value=10**6, max_denominator=100)
DISPERSIONS = st.one_of(st.just(1.0), st.floats(1.0, 2000.0))
HORIZONS = st.timedeltas(min_value=dt.timedelta(minutes=1), max_value=dt.timedelta(weeks=4))


def summed(mean: float, dispersion: float, k: int) -> tuple[float, float, float]:
    """P(X >= k) and the two moments beyond k - 1, term by term."""

    def term(j: int) -> float:
        if dispersion == 1:
            return math.exp(j * math.log(mean) - mean - math.lgamma(j + 1))
        shape = mean / (dispersion - 1)
        log = math.lgamma(j + shape) - math.lgamma(shape) - math.lgamma(j + 1)
        return math.exp(log + j * math.log1p(-1 / dispersion) - shape * math.log(dispersion))

    terms = [(w, term(k - 1 + w)) for w in range(1, 40_000)]
    return (
        math.fsum(p for _, p in terms),
        math.fsum(w * p for w, p in terms),
        math.fsum(w * (w - 1) / 2 * p for w, p in terms),
    )


@pytest.mark.parametrize(
    ("mean", "dispersion", "k"),
    [
        (0.01, 1, 1), (0.01, 1, 4), (3, 1, 30), (1000, 1, 900), (1000, 1, 1200), (5000, 1, 5430),
        (0.01, 40, 1), (0.01, 40, 400), (3, 12, 100), (100, 1.5, 170), (1000, 300, 5000), (300, 301, 4000),
        (5, 400, 3), (2000, 4, 2400), (10**6, 1, 999_899), (10**6, 1, 999_900), (10**6, 1, 999_901),
    ],
)  # fmt: skip
def test_tail_is_the_sum_of_its_terms_and_never_below(mean: float, dispersion: float, k: int) -> None:
    found = negative_binomial(mean, dispersion, k, 1.0)
    for value, exact in zip(found, summed(mean, dispersion, k), strict=True):
        assert exact * (1 - 1e-9) <= value <= exact * 1.01


def test_tail_near_poisson_is_poissons() -> None:
    near, poisson = negative_binomial(100.0, 1.0000001, 150, 1.0), negative_binomial(100.0, 1.0, 150, 1.0)
    assert poisson.chance < near.chance < poisson.chance * 1.02


def test_what_is_far_below_the_mean_is_sure() -> None:
    found = negative_binomial(1e6, 1.0, 900_001, 1.0)
    assert found.chance == 1.0
    assert found.beyond == pytest.approx(100_000)
    assert found.area == pytest.approx((100_000**2 + 10**6 - 100_000) / 2)


def test_area_is_the_sum_of_excess_over_all_greater_stocks() -> None:
    for demand in (Demand(Fraction(30), 1.0, 99), Demand(Fraction(30), 9.0, 99)):
        found = math.fsum(excess(demand, DAY, Fraction(stock)) for stock in range(41, 700))
        assert tail(demand, DAY, Fraction(40)).area == pytest.approx(found, rel=1e-2)


@settings(max_examples=150, deadline=None)
@given(rate=RATES, dispersion=DISPERSIONS, horizon=HORIZONS, data=st.data())
def test_more_stock_never_raises_the_chance_or_the_excess(
    rate: Fraction, dispersion: float, horizon: dt.timedelta, data: st.DataObject
) -> None:
    demand = Demand(rate, dispersion, 99, lump=data.draw(st.sampled_from([Fraction(1), Fraction(480)])))
    high = 2 * math.ceil(demand.within(horizon)) + 2000
    stocks = sorted(data.draw(st.lists(st.fractions(0, high, max_denominator=4), min_size=2, max_size=2)))
    less, more = (tail(demand, horizon, stock) for stock in stocks)
    assert 0 <= more.chance <= min(1, less.chance * 1.011)
    assert 0 <= more.beyond <= less.beyond * 1.011
    assert more.beyond >= float(demand.within(horizon) * Fraction("0.999999") - stocks[1])


@settings(max_examples=60, deadline=None)
@given(rate=RATES, dispersion=DISPERSIONS, horizon=HORIZONS, risk=st.floats(1e-9, 0.4))
def test_quantile_is_the_smallest_whole_stock(
    rate: Fraction, dispersion: float, horizon: dt.timedelta, risk: float
) -> None:
    demand = Demand(rate, dispersion, 99)
    stock = quantile(demand, horizon, risk)
    assert stock.denominator == 1
    assert chance(demand, horizon, stock) <= risk
    assert chance(demand, horizon, stock - 1) > risk


@pytest.mark.parametrize(
    "weights",
    [
        {1: 0.6, 12: 0.38, 480: 0.02},
        {1: 0.995, 480: 0.005},
        {12: 1.0},
        {1: 1.0},
    ],
)
@pytest.mark.parametrize("orders", [0.05, 2.0, 30.0])
def test_bulk_orders_stay_below_the_stated_chance_and_excess(
    weights: dict[int, float], orders: float
) -> None:
    """An independent simulation of compound Poisson demand: 20,000 spans, within its sampling error."""
    draw = random.Random(f"{weights} {orders}")
    mean = sum(size * weight for size, weight in weights.items())
    dispersion = sum(size**2 * weight for size, weight in weights.items()) / mean
    demand = Demand(Fraction(round(orders * mean * 10**6), 10**6), dispersion, 99, Fraction(max(weights)))
    spans = 20_000
    seen = [
        sum(draw.choices([*weights], [*weights.values()], k=arrivals(draw, orders))) for _ in range(spans)
    ]
    for stock in (0, 1, 11, 12, 23, 100, 479, 480, 600, 959, 960, 1500):
        over = [amount - stock for amount in seen if amount > stock]
        share, far = len(over) / spans, sum(over) / spans
        stated = tail(demand, DAY, Fraction(stock))
        assert share <= stated.chance + 4 * math.sqrt(share / spans), stock
        error = math.sqrt(sum(one**2 for one in over)) / spans
        assert far <= stated.beyond + 4 * error + 1e-9, stock
        areas = [one * (one - 1) / 2 for one in over]
        error = math.sqrt(sum(one**2 for one in areas)) / spans
        assert sum(areas) / spans <= stated.area + 4 * error + 1e-9, stock


def test_negative_binomial_alone_would_be_too_light_for_rare_bulk() -> None:
    """Why there is a second model: one order of 480 in 100 days must not look impossible."""
    alone, both = (Demand(Fraction(6), 385.0, 99, lump) for lump in (Fraction(1), Fraction(480)))
    assert chance(both, HOUR, Fraction(900)) > 0
    light = Demand(Fraction(500), 40.0, 99)
    bulk = Demand(Fraction(500), 40.0, 99, Fraction(480))
    assert chance(light, HOUR, Fraction(600)) < 1e-3 * chance(bulk, HOUR, Fraction(600))
    assert chance(alone, HOUR, Fraction(900)) <= chance(both, HOUR, Fraction(900))


def arrivals(draw: random.Random, mean: float) -> int:
    count, at = 0, draw.expovariate(mean)
    while at < 1:
        count, at = count + 1, at + draw.expovariate(mean)
    return count


def test_tails_of_a_billionth_are_told() -> None:
    demand = Demand(Fraction(24), 1.0, 99)
    assert chance(demand, HOUR, Fraction(11)) == pytest.approx(
        8.316e-10, rel=1e-3
    )  # Poisson of 1, 12 or more


@pytest.mark.parametrize("stock", [Fraction(-1), Fraction(-1, 2)])
def test_less_than_no_stock_runs_out_for_sure(stock: Fraction) -> None:
    demand = Demand(Fraction(24), 1.0, 99)
    assert chance(demand, HOUR, stock) == 1
    assert excess(demand, HOUR, stock) == pytest.approx(1 - float(stock))


def test_no_time_or_no_demand_takes_nothing() -> None:
    assert chance(Demand(Fraction(24), 1.0, 99), dt.timedelta(), Fraction()) == 0
    assert tail(Demand(Fraction(), 3.0, 99), DAY, Fraction()) == (0.0, 0.0, 0.0)
    assert quantile(Demand(Fraction(), 3.0, 99), DAY, 0.01) == 0


def test_a_peak_holds_for_short_spans_and_the_surge_for_long_ones() -> None:
    demand = Demand(Fraction(24), 1.0, 99, peak=Fraction(3), surge=Fraction(1, 2))
    assert demand.within(HOUR) == 3
    assert demand.within(30 * DAY) == 24 * 30 + 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": Fraction(-1)}, {"dispersion": 0.9}, {"dispersion": math.inf}, {"dispersion": math.nan},
        {"lump": Fraction(1, 2)}, {"peak": Fraction(1, 2)}, {"surge": Fraction(-1)},
    ],
)  # fmt: skip
def test_impossible_demand_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not negative|1 or more"):
        Demand(**({"rate": Fraction(1), "dispersion": 1.0, "windows": 1} | wrong))


def test_impossible_questions_are_refused() -> None:
    demand = Demand(Fraction(1), 1.0, 99)
    with pytest.raises(ValueError, match="a horizon is not negative"):
        chance(demand, -HOUR, Fraction(1))
    for risk in (0.0, -0.1, 1.1):
        with pytest.raises(ValueError, match="a risk is more than 0"):
            quantile(demand, HOUR, risk)


def test_the_area_of_bulk_orders_is_bounded_by_bennett_where_they_are_a_small_part() -> None:
    """Steady orders with a rare 480: far less than if every order were of 480, and no less than the truth."""
    draw, spans = random.Random(8), 4000
    demand = Demand(Fraction(3480), (3000 + 480**2) / 3480, 99, Fraction(480))
    seen = [round(draw.gauss(3000, math.sqrt(3000))) + 480 * arrivals(draw, 1.0) for _ in range(spans)]
    for stock in (4000, 4500, 5000):
        areas = [(one - stock) * (one - stock - 1) / 2 for one in seen if one > stock]
        stated = tail(demand, DAY, Fraction(stock)).area
        error = math.sqrt(sum(one**2 for one in areas)) / spans
        assert sum(areas) / spans <= stated + 4 * error
        lumps = tail(Demand(Fraction(3480), 480.0, 99, Fraction(480)), DAY, Fraction(stock)).area
        assert stated < lumps
