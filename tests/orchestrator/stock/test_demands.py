"""Demand by windows: each order counts once, in the window in which it was placed; an empty row hides it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from orogxo.model import KitComponent, Quantity
from orogxo.orchestrator.stock.demands import demand_of, window_of
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.projection import Budget
from orogxo.orchestrator.stock.strict import Shares
from support.orders import NOW, a_line
from support.stock_ends import ON_HAND, StockBench

DAY = dt.timedelta(days=1)
RISKY = StockPolicy(
    figures=ON_HAND,
    few=10_000,
    mode="risk",
    shares=Shares("demand"),
    budget=Budget("chance", Decimal("0.5")),
    stale_after=100 * DAY,
)


def windows(bench: StockBench, sku: str = "WIDGET") -> dict[dt.datetime, Fraction]:
    with bench.store.transaction() as rows:
        return dict(rows.demand([sku], NOW - 100 * DAY).get(sku, {}))


def test_a_window_begins_where_all_windows_of_its_length_do() -> None:
    assert window_of(NOW, DAY) == dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    assert window_of(NOW, dt.timedelta(hours=6)) == dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC)


def test_an_order_counts_once_whatever_becomes_of_it() -> None:
    bench = StockBench.new(500)
    order = bench.order(2, "case")
    bench.order(5)
    bench.run()
    assert windows(bench) == {NOW.replace(hour=0): 29}
    bench.shop.edit(order, status="cancelled")
    bench.run(days=1)
    bench.order(1)
    bench.run()
    assert windows(bench) == {NOW.replace(hour=0): 29, NOW.replace(hour=0) + DAY: 1}


def test_an_order_that_nobody_can_count_counts_when_somebody_can() -> None:
    bench = StockBench.new(500)
    bench.order(2, "pallet")
    bench.run()
    assert windows(bench) == {}
    bench.declared = '[skus.WIDGET]\nbase = "each"\ncase = 12\npallet = 480\n'
    bench.run()
    assert windows(bench) == {NOW.replace(hour=0): 960}


def test_components_of_a_kit_were_not_ordered_through_their_own_rows() -> None:
    bench = StockBench.new(500)
    bench.kit("SET", {"WIDGET": 2})
    parts = (KitComponent("9", "WIDGET", Quantity(2, "each")),)
    line = a_line(id="77", sku="SET", quantity=Quantity(3, "item"), is_kit=True, components=parts)
    bench.order(1, lines=(line,))
    bench.run()
    assert windows(bench) == {NOW.replace(hour=0): 6}
    assert windows(bench, "WIDGET\x1feach") == {}


def test_rows_share_a_pool_by_what_was_ordered_through_them() -> None:
    policy = StockPolicy(figures=ON_HAND, few=10_000, shares=Shares("demand"))
    bench = StockBench.new(1200, stock=policy)
    bench.order(120)
    bench.order(20, "case")
    bench.run()
    shown = bench.shown()
    assert shown["each"] + 12 * shown["case"] == 840
    assert 12 * shown["case"] > shown["each"] > 200


def test_a_day_on_which_nothing_could_be_ordered_tells_too_little() -> None:
    bench = StockBench.new(500)
    bench.run()
    with bench.store.transaction() as rows:
        assert rows.censored(["WIDGET"], NOW - DAY) == {"WIDGET": (NOW.replace(hour=0),)}


def test_an_empty_row_hides_demand_only_where_somebody_ordered_through_it() -> None:
    policy = StockPolicy(figures=ON_HAND, few=10_000, shares=Shares("demand"))
    bench = StockBench(stock=policy)
    bench.product("GADGET", each=120, case=10, pallet=0)
    bench.figures(GADGET=240)
    bench.run()
    assert bench.shown("GADGET")["pallet"] == 0
    with bench.store.transaction() as rows:
        assert rows.censored(["GADGET"], NOW - DAY) == {}
    bench.order(1, "pallet", "GADGET")
    bench.figures(GADGET=720)
    bench.run()
    with bench.store.transaction() as rows:
        assert rows.censored(["GADGET"], NOW - DAY) == {"GADGET": (NOW.replace(hour=0),)}


def test_risk_shows_every_row_in_full_once_demand_is_known() -> None:
    bench = StockBench.new(1200, stock=RISKY)
    bench.run()
    shown = bench.shown()
    assert shown["each"] + 12 * shown["case"] == 1200
    for _ in range(20):
        bench.order(1)
        bench.run(days=1)
    assert bench.shown()["each"] == 1180
    assert bench.shown()["case"] == 98
    with bench.store.transaction() as rows:
        now = bench.clock.now()
        assert set(demand_of(rows, ["WIDGET", "OTHER"], RISKY, now=now)) == {"WIDGET"}
        assert demand_of(rows, ["WIDGET"], evolve(RISKY, history=2 * DAY), now=now) == {}


def test_before_anything_was_recorded_nothing_is_known() -> None:
    bench = StockBench.new(1)
    with bench.store.transaction() as rows:
        assert demand_of(rows, ["WIDGET"], RISKY, now=NOW) == {}


def test_windows_that_no_longer_count_are_forgotten() -> None:
    bench = StockBench.new(500, stock=evolve(RISKY, history=3 * DAY))
    bench.order(5)
    bench.run()
    for _ in range(3):
        bench.run(days=1)
    assert windows(bench) == {NOW.replace(hour=0): 5}
    bench.run(days=1)
    assert windows(bench) == {}
