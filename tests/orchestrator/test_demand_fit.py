"""Fitting demand: it errs upwards, leaves censored windows out, sees bulk orders and the shop's rhythm."""

from __future__ import annotations

import datetime as dt
import math
import random
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from orogxo.orchestrator.demand import Window, chance, fit, quantile
from orogxo.orchestrator.rhythm import Rhythm, rhythm
from support.trading import HOURS, WEEK, Article, orders

HOUR = dt.timedelta(hours=1)
MONDAY = dt.datetime(2026, 9, 7, tzinfo=dt.UTC)
UTC = ZoneInfo("UTC")


def windows(amounts: list[int], length: dt.timedelta = HOUR) -> list[Window]:
    return [Window(MONDAY + i * length, length, Fraction(amount)) for i, amount in enumerate(amounts)]


def hourly(article: Article, weeks: int, seed: object) -> list[Window]:
    amounts = [0] * (weeks * 168)
    for at, size in orders(article, weeks * 7, random.Random(f"{seed} {article.sku}")):
        amounts[int(at // 60)] += size
    return windows(amounts)


def flat(mean: float, count: int, seed: int, sizes: dict[int, float]) -> list[int]:
    draw = random.Random(seed)
    amounts = []
    for _ in range(count):
        arrived, at = 0, draw.expovariate(mean)
        while at < 1:
            arrived += draw.choices([*sizes], [*sizes.values()])[0]
            at += draw.expovariate(mean)
        amounts.append(arrived)
    return amounts


@pytest.mark.parametrize("sizes", [{1: 1.0}, {1: 0.6, 12: 0.4}, {1: 0.98, 480: 0.02}])
def test_rate_is_an_upper_estimate_in_nearly_all_samples(sizes: dict[int, float]) -> None:
    true = 24 * 0.5 * sum(size * weight for size, weight in sizes.items())
    fitted = [fit(windows(flat(0.5, 400, seed, sizes))) for seed in range(60)]
    rates = [float(one.rate) for one in fitted if one is not None]
    assert len(rates) == 60
    assert sum(rate >= true for rate in rates) >= 51
    assert sum(rates) / 60 < 3 * true


def test_less_seen_means_a_higher_estimate() -> None:
    few, many = fit(windows([1] + [0] * 19)), fit(windows(([1] + [0] * 19) * 50))
    assert few is not None
    assert many is not None
    assert few.rate > 2 * many.rate > 2 * Fraction(24, 20)
    assert few.windows == 20
    assert few.lump > many.lump


def test_fit_and_chance_together_bound_bulk_orders() -> None:
    """Fitted on 400 hours with some orders of 480, the stated chances hold in 20,000 others."""
    sizes = {1: 0.8, 12: 0.18, 480: 0.02}
    demand = fit(windows(flat(1.0, 400, 5, sizes)))
    assert demand is not None
    assert 480 <= demand.lump < 1000
    fresh = flat(1.0, 20_000, 6, sizes)
    for stock in (12, 100, 480, 500, 960, 1000):
        share = sum(amount > stock for amount in fresh) / len(fresh)
        assert share <= chance(demand, HOUR, Fraction(stock)) + 4 * math.sqrt(share / len(fresh))


def test_steady_demand_stays_close_to_poisson() -> None:
    demand = fit(windows(flat(40.0, 500, 1, {1: 1.0})))
    assert demand is not None
    assert demand.dispersion < 2
    assert demand.lump <= 4
    assert quantile(demand, HOUR, 1e-6) < 110


def test_waves_are_seen_in_long_runs_only() -> None:
    """Ten quiet hours and ten busy ones look even from hour to hour, and not over a day."""
    wave = fit(windows(([5] * 10 + [15] * 10) * 30))
    even = fit(windows([10] * 600))
    assert wave is not None
    assert even is not None
    assert wave.dispersion > 5
    assert (
        wave.dispersion_within(HOUR) < wave.dispersion_within(4 * HOUR) <= wave.dispersion_within(99 * HOUR)
    )
    assert wave.dispersion_within(999 * HOUR) == wave.dispersion
    assert chance(wave, HOUR, Fraction(60)) < chance(evolve(wave, short=()), HOUR, Fraction(60))
    assert even.dispersion == 1
    assert even.lump == 1


def test_censored_windows_do_not_count() -> None:
    seen = windows([3, 5] * 20)
    censored = [Window(one.start, one.length, Fraction(0), censored=True) for one in seen]
    assert fit([*seen, *censored]) == fit(seen)
    assert fit(censored) is None


@pytest.mark.parametrize("amounts", [[], [1] * 13, [0] * 200])
def test_too_little_says_nothing(amounts: list[int]) -> None:
    assert fit(windows(amounts)) is None


def test_impossible_windows_are_refused() -> None:
    for length, amount in ((dt.timedelta(), Fraction(1)), (HOUR, Fraction(-1))):
        with pytest.raises(ValueError, match="a window has a length"):
            Window(MONDAY, length, amount)


# The rhythm -----------------------------------------------------------------------------------------------


def test_the_rhythm_of_a_shop_is_found_and_makes_estimates_sharper() -> None:
    made = [Article(f"S{number}", 300, {1: 1.0}, 100, 1) for number in range(8)]
    seen = {one.sku: hourly(one, 4, "rhythm") for one in made}
    shop = rhythm(seen, UTC)
    assert shop is not None
    true = max(HOURS) * max(WEEK) / (sum(HOURS) / 24 * sum(WEEK) / 7)
    assert shop.peak == pytest.approx(true, rel=0.15)
    blind, knowing = fit(seen["S0"]), fit(seen["S0"], shop)
    assert blind is not None
    assert knowing is not None
    assert knowing.dispersion < 3 < 8 < blind.dispersion
    assert knowing.peak == Fraction(round(shop.peak * 10**6), 10**6)
    assert quantile(knowing, HOUR, 1e-6) < quantile(blind, HOUR, 1e-6) / 2


def test_surge_is_what_any_span_sees_beyond_the_mean() -> None:
    weights = (0.0,) * 84 + (2.0,) * 84
    assert Rhythm(weights, UTC).surge == 84
    assert Rhythm((1.0,) * 168, UTC).surge == 0
    assert Rhythm((2.0,) * 42 + (0.0,) * 84 + (2.0,) * 42, UTC).surge == 84  # over the end of the week


def test_weights_follow_local_time_over_a_change_of_clocks() -> None:
    weights = tuple(float(hour == 9) * 168 for hour in range(168))
    london = Rhythm(weights, ZoneInfo("Europe/London"))
    assert london.weight(dt.datetime(2026, 3, 23, 9, tzinfo=dt.UTC), HOUR) == 168
    assert london.weight(dt.datetime(2026, 3, 30, 8, tzinfo=dt.UTC), HOUR) == 168
    assert london.weight(dt.datetime(2026, 3, 30, 8, 30, tzinfo=dt.UTC), HOUR) == 84


def test_hours_nobody_saw_count_as_the_mean_and_silence_is_no_rhythm() -> None:
    day = rhythm({"A": windows([1, 3] * 12)}, UTC)
    assert day is not None
    assert day.weights[0] == pytest.approx(0.5)
    assert day.weights[1] == pytest.approx(1.5)
    assert day.weights[100] == pytest.approx(1)
    assert rhythm({"A": windows([0] * 24)}, UTC) is None
    assert rhythm({}, UTC) is None


def test_rhythm_leaves_censored_windows_out_and_no_weight_is_nothing() -> None:
    seen = windows([0, 4, 4, 4] * 42)
    hidden = [Window(one.start, one.length, Fraction(900), censored=True) for one in seen[:1]]
    shop = rhythm({"A": [*seen, *hidden]}, UTC)
    assert shop is not None
    assert 0 < shop.weights[0] == min(shop.weights) < 0.06
    assert math.fsum(shop.weights) == pytest.approx(168)
