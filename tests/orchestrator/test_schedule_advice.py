"""The advice (R67, R68, B5): fast SKUs sooner, within the request budgets, at the stated risk, in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.orchestrator.demand import Demand
from orogxo.orchestrator.schedule import (
    Advice,
    Blackout,
    Outage,
    PushCosts,
    Requests,
    SkuDemand,
    advise,
    exposure,
    gaps,
)
from orogxo.orchestrator.schedule.plan import rotation
from orogxo.orchestrator.stock.risk import NO_RISK, Budget

UTC = ZoneInfo("UTC")
NOW = dt.datetime(2026, 11, 23, 12, 7, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
ACCEPTED = Budget("eaches", Decimal("0.5"))
COSTS = PushCosts(
    base=dt.timedelta(seconds=20),
    per_row=dt.timedelta(milliseconds=20),
    batch=5,
    requests=Requests(oro=2, gxo=2),
    per_batch=3,
    budget=Requests(oro=1500, gxo=1500),
    failure=0.02,
    outages=(Outage(HOUR, 6),),
)


def shop(times: int = 1) -> list[SkuDemand]:
    """A few fast SKUs and many slow ones; `times` as much is ordered."""
    rates = [3000, 2000, 1500] + [200] * 6 + [20] * 6 + [2] * 5
    return [
        SkuDemand(
            f"SKU-{number:02}",
            Demand(Fraction(rate * times), 4.0, 500, Fraction(12), peak=Fraction(3), surge=Fraction(1)),
            pool=Fraction(rate * 10),
            price=Decimal("2.50"),
            primary=Fraction(12 if number % 2 else 1),
            rows=2,
        )
        for number, rate in enumerate(rates)
    ]


def ask(
    skus: list[SkuDemand], costs: PushCosts = COSTS, budget: Budget = ACCEPTED, **options: object
) -> Advice:
    return advise(skus, costs, budget, now=NOW, zone=UTC, **options)  # type: ignore[arg-type]  # passed on


@pytest.fixture(scope="module")
def advice() -> Advice:
    return ask(shop())


def test_fast_skus_are_pushed_more_often_than_slow_ones(advice: Advice) -> None:
    fast, middle, slow = advice.classes
    assert [one.name for one in advice.classes] == ["fast", "middle", "slow"]
    assert fast.interval <= middle.interval <= slow.interval
    assert fast.interval < slow.interval
    assert advice.interval == fast.interval == advice.interval_of("SKU-00")
    assert {"SKU-00", "SKU-01"} <= fast.skus
    assert "SKU-19" in slow.skus
    assert sum(len(one.skus) for one in advice.classes) == 20
    with pytest.raises(KeyError):
        advice.interval_of("SKU-99")


def test_each_class_is_due_at_its_next_planned_instant(advice: Advice) -> None:
    for one in advice.classes:
        assert NOW < one.due <= NOW + one.interval
        assert (one.due - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) % one.interval == dt.timedelta()


def test_the_request_budgets_are_kept_and_more_of_them_hides_less(advice: Advice) -> None:
    found = [advice, *(ask(shop(), evolve(COSTS, budget=Requests(some, some))) for some in (300, 6000))]
    for one, most in zip(found, (1500, 300, 6000), strict=True):
        assert 0 < one.requests.oro <= most
        assert 0 < one.requests.gxo <= most
    normal, tight, ample = found
    assert ample.classes[0].interval < normal.classes[0].interval < tight.classes[0].interval
    assert ample.withheld < normal.withheld < tight.withheld


def test_gxos_own_budget_binds_too() -> None:
    one = ask(shop(), evolve(COSTS, budget=Requests(6000, 48)))
    assert one.requests.gxo <= 48


@pytest.mark.parametrize("costs", [COSTS, evolve(COSTS, failure=0.2), evolve(COSTS, base=10 * MINUTE)])
def test_the_stated_risk_is_kept_for_each_sku_by_its_safety_stock(costs: PushCosts) -> None:
    skus = {one.sku: one for one in shop()}
    found = ask([*skus.values()], costs)
    assert found.oversold <= 0.5 * len(skus)
    assert found.cost == pytest.approx(Decimal(found.oversold) * Decimal("2.50"))
    for group in found.classes:
        rows = sum(skus[sku].changes_within(group.interval) for sku in group.skus)
        between = gaps(group.interval, costs, rows)
        assert group.interval > between.duration
        for sku in group.skus - set(found.strict):
            safety = found.safety[sku]
            assert exposure(skus[sku], safety, between).eaches <= 0.5
            assert found.thresholds[sku] * skus[sku].primary == safety
            assert found.thresholds[sku].denominator == 1
    assert found.withheld == sum((Decimal("2.50") * int(some) for some in found.safety.values()), Decimal())


def test_low_and_peak_velocity() -> None:
    """R67: when six times as much is ordered, fast SKUs are pushed at least as often, and more is hidden."""
    low, peak = ask(shop()), ask(shop(times=6))
    assert peak.safety["SKU-00"] > low.safety["SKU-00"]
    assert peak.classes[0].interval <= low.classes[0].interval


def test_fixed_timers_for_the_same_requests_are_told_with_their_price(advice: Advice) -> None:
    _, quarter, hour = advice.fixed
    assert [one.interval for one in advice.fixed] == [5 * MINUTE, 15 * MINUTE, HOUR]
    for one in advice.fixed:
        assert one.turn is None or one.turn % one.interval == dt.timedelta()
    assert quarter.turn is not None
    assert hour.turn == HOUR
    assert hour.bare > quarter.bare > 10 * advice.oversold
    assert hour.bare > hour.safe > advice.oversold
    assert hour.bare_cost > hour.safe_cost > advice.cost
    tight = ask(shop(), evolve(COSTS, budget=Requests(300, 300)))
    assert tight.fixed[0].turn is None
    assert tight.fixed[0].bare == 0


@pytest.mark.parametrize(("oro", "turns"), [(1440, 2), (2304, 1), (1439, 0), (288 * 5, 2), (288 * 14, 1)])
def test_a_timer_pushes_as_many_rows_a_tick_as_its_requests_pay_for(oro: int, turns: int) -> None:
    """40 rows, all due: a tick with one batch of 25 costs 5 requests, with two 8; 288 ticks a day."""
    plan = rotation(5 * MINUTE, shop(times=10**4), evolve(COSTS, batch=25, budget=Requests(oro, 1500)))
    assert (plan.interval if plan else 0 * MINUTE) == turns * 5 * MINUTE


def test_a_timer_that_asks_gxo_too_often_cannot_be_had() -> None:
    found = ask(shop(), evolve(COSTS, budget=Requests(6000, 100)))
    assert [one.turn is None for one in found.fixed] == [True, True, False]


def test_a_sku_nobody_can_tell_about_shows_shares_and_has_no_safety_stock() -> None:
    unknown = SkuDemand("NEW", None, Fraction(50), Decimal(9), rows=2)
    scarce = evolve(shop()[0], sku="SCARCE", pool=Fraction(20))
    found = ask([*shop(), unknown, scarce])
    assert {"NEW", "SCARCE"} <= set(found.strict)
    assert found.safety["NEW"] == found.safety["SCARCE"] == 0
    assert "NEW" in found.classes[-1].skus
    only = ask([unknown])
    assert [one.name for one in only.classes] == ["slow"]
    assert only.oversold == 0


def test_blackouts_count_as_outages_and_move_the_next_run(advice: Advice) -> None:
    night = Blackout(dt.time(12), dt.time(14))
    found = ask(shop(), blackouts=[night])
    assert all(one.due >= NOW.replace(hour=14, minute=0) for one in found.classes)
    assert found.withheld > advice.withheld


def test_the_explanation_is_words_and_money(advice: Advice) -> None:
    text = advice.explanation
    assert "Accepted, per SKU and year: 0.5 base units oversold." in text
    assert f"{advice.requests.oro} requests a day at OroCommerce and {advice.requests.gxo} at GXO" in text
    assert f"worth {advice.withheld:,.2f}" in text
    assert "A fixed timer of 15 min, for as many requests, comes to each SKU every " in text
    assert "A fixed timer of 1 h" in text
    assert all(len(line) < 300 for line in text.splitlines())


def test_the_explanation_names_every_kind_of_budget_and_what_cannot_be_had() -> None:
    unknown = [SkuDemand(f"NEW-{number}", None, Fraction(50), Decimal(9), rows=2) for number in range(4)]
    tight = evolve(COSTS, budget=Requests(300, 300))
    text = ask([*shop(), *unknown], tight, Budget("chance", Decimal("0.01"))).explanation
    assert "a chance of 1.000% to oversell at all" in text
    assert "NEW-0, NEW-1, NEW-2, ..." in text
    assert "A fixed timer of 5 min, for as many requests, cannot push a single batch each time." in text
    text = ask(shop(), budget=Budget("money", Decimal(4))).explanation
    assert "4 of money oversold" in text
    assert "show shares" not in ask(shop()[:6], budget=Budget("eaches", Decimal(10**6))).explanation


@pytest.mark.parametrize(
    ("skus", "costs", "budget", "says"),
    [
        ([], COSTS, ACCEPTED, "no SKU to advise on"),
        (shop(), COSTS, NO_RISK, "use strict rows"),
        (shop(), evolve(COSTS, budget=Requests(3, 1500)), ACCEPTED, "do not suffice for one push"),
        (shop(), evolve(COSTS, budget=Requests(1500, 3)), ACCEPTED, "3 at GXO"),
    ],
)
def test_what_cannot_be_advised_is_refused(
    skus: list[SkuDemand], costs: PushCosts, budget: Budget, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        ask(skus, costs, budget)
