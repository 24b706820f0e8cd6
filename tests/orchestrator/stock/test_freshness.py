"""Staleness is declared, measured and explained; edits by people are overwritten and reported."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from orogxo.errors import ConfigError, ServerError
from orogxo.orchestrator.stock.flow import preview
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.strict import EACH_FIRST
from orogxo.orchestrator.stock.turn import Turn
from support.stock_ends import ON_HAND, StockBench

MINUTES = dt.timedelta(minutes=1)


def stale(bench: StockBench, subject: str = "flow:stock") -> str:
    (item,) = [one for one in bench.open(subject) if one.code == "STOCK_STALE"]
    return item.message


def test_figures_that_are_too_old_are_told_with_their_cause() -> None:
    bench = StockBench.new(5)
    bench.run()
    assert bench.codes("flow:stock") == []
    assert bench.run(hours=2).counts["stalest"] == 2 * 3600 + 66
    assert stale(bench) == (
        "the newest figures of the warehouse are of 2026-11-02 09:00:00Z: no snapshot came since"
    )
    bench.figures(WIDGET=6)
    bench.run()
    assert bench.codes("flow:stock") == []


def test_a_sku_may_have_a_bound_of_its_own() -> None:
    policy = StockPolicy(
        figures=ON_HAND, few=9, stale_after=1000 * MINUTES, stale_afters={"WIDGET": 10 * MINUTES}
    )
    bench = StockBench.new(5, stock=policy)
    bench.run()
    bench.run(minutes=20)
    told = "what buyers see of WIDGET is older than the 0:10:00 declared: no snapshot came since"
    assert stale(bench, "sku:WIDGET") == told
    bench.figures(WIDGET=5)
    bench.run()
    assert bench.codes() == []


def test_a_sku_that_waits_is_told_with_the_reason() -> None:
    bench = StockBench.new(5)
    bench.front.working = False
    bench.run()
    bench.figures(WIDGET=5)
    bench.run(hours=2)
    assert stale(bench, "sku:WIDGET").endswith("an earlier write of WIDGET is not finished")
    assert bench.front.statuses == []
    bench.front.work()
    bench.run()
    assert bench.codes() == []


def test_the_cause_may_be_that_the_push_fails() -> None:
    bench = StockBench.new(5)
    bench.front.failures["terms"] = [ServerError("500", status=500, system="oro")] * 9
    bench.run()
    bench.figures(WIDGET=5)
    bench.run(hours=2)
    assert "the push stopped: SERVER_ERROR: 500" in stale(bench, "sku:WIDGET")
    bench.front.failures.clear()
    bench.front.failures["levels_after"] = [ServerError("500", status=500, system="oro")]
    bench.run()
    assert "OroCommerce's rows could not be read" in stale(bench, "sku:WIDGET")


def test_a_worker_that_holds_the_flow_too_long_is_named_by_the_others() -> None:
    bench = StockBench.new(5)
    bench.run()
    other = StockBench.new(store=bench.store, clock=bench.clock, worker="worker-2")
    bench.clock.advance(hours=2)
    assert Turn.take(bench.engine, dt.timedelta(minutes=30))
    assert other.run().counts == {"elsewhere": 1}
    assert stale(bench).endswith("another worker has the flow in hand")


def test_beyond_a_hundred_skus_one_exception_tells_how_many() -> None:
    bench = StockBench(stock=StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST))
    for number in range(130):
        bench.product(f"SKU-{number:03d}", each=0)
        bench.terms(f"SKU-{number:03d}", manage=None)
    bench.source.take(bench.clock.now(), {f"SKU-{number:03d}": 4 for number in range(130)})
    report = bench.run()
    assert report.counts["excepted"] == 130
    assert len([one for one in bench.open() if one.subject.startswith("sku:")]) == 100
    (item,) = bench.open("flow:stock")
    assert (item.code, item.path) == ("STOCK_TERMS_UNKNOWN", "more")
    assert item.message == (
        "30 more SKUs beside the 100 with one of their own: "
        "SKU-100, SKU-101, SKU-102, SKU-103, SKU-104 and 25 more"
    )
    for number in range(130):
        bench.terms(f"SKU-{number:03d}", manage=True)
    bench.run(minutes=20)
    assert bench.open() == []
    assert bench.shown("SKU-129")["each"] == 4


# People in the back office ----------------------------------------------------------------------------------


def test_a_local_edit_is_overwritten_and_reported_with_both_values() -> None:
    bench = StockBench.new(50)
    bench.run()
    bench.show(each=80)
    report = bench.run()
    assert bench.shown()["each"] == 50
    assert report.counts["edited"] == 1
    (item,) = bench.open("sku:WIDGET")
    assert (item.code, item.evidence, item.blocks) == (
        "STOCK_EDITED_LOCALLY",
        ("before: 50", "found: 80"),
        False,
    )
    bench.run(minutes=30)
    assert bench.codes() == ["STOCK_EDITED_LOCALLY"]
    bench.desk.acknowledge(item.id, by="Amanda", reason="a mistake")
    bench.show(each=30)
    bench.run()
    assert bench.shown()["each"] == 50
    assert bench.codes() == ["STOCK_EDITED_LOCALLY"]


def test_what_buyers_took_is_no_edit() -> None:
    bench = StockBench.new(50)
    bench.run()
    bench.sell(4)
    bench.sell(3)
    assert bench.run().counts["edited"] == 0
    bench.sell(2)
    bench.show(each=20)
    assert bench.run().counts["edited"] == 1
    assert bench.shown()["each"] == 41


def test_a_row_of_an_unknown_unit_may_have_been_sold() -> None:
    bench = StockBench()
    bench.product("WIDGET", {"case": None}, each=50, case=3)
    bench.figures(WIDGET=50)
    bench.run()
    bench.sell(1, "case")
    assert bench.run().counts["edited"] == 0
    bench.run()
    bench.show(case=1)
    assert bench.run().counts["edited"] == 1


def test_the_sweep_goes_round_all_rows() -> None:
    bench = StockBench(stock=StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST, sweep=2))
    for sku in ("A", "B", "C"):
        bench.product(sku, each=5)
    bench.source.take(bench.clock.now(), {"A": 5, "B": 5, "C": 5})
    bench.run()
    bench.show("B", each=9)
    bench.show("C", each=9)
    for _ in range(3):
        bench.run()
    assert [bench.shown(sku)["each"] for sku in ("A", "B", "C")] == [5, 5, 5]


# Preview ----------------------------------------------------------------------------------------------------


def test_a_preview_says_what_would_be_written_and_why_and_writes_nothing() -> None:
    bench = StockBench.new(stock=StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST, slice=1))
    bench.product("OTHER", each=4)
    bench.kit("SET", {"OTHER": 2}, 7)
    bench.figures(WIDGET=50, OTHER=3)
    bench.front.failures["terms"] = [ServerError("500", status=500, system="oro")]
    bench.run()
    ends = bench.engine.stock
    assert ends is not None
    rows = {(one.sku, one.unit): (one.before, one.after, one.why) for one in preview(bench.engine, ends)}
    assert rows["WIDGET", "each"] == (0, 50, "figure 50; 0 case and 50 each")
    assert rows["OTHER", "each"][:2] == (4, 3)
    assert rows["SET", "item"] == (7, 0, "figure of OTHER 3; 0 item")
    assert bench.front.writes == []
    bench.stock = StockPolicy()
    ends = bench.engine.stock
    assert ends is not None
    assert list(preview(bench.engine, ends)) == []


# Settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"most_zeroed": Fraction(2)},
        {"most_raised": Fraction(-1)},
        {"reserve": Fraction(-1)},
        {"reserves": {"A": Fraction(-1)}},
        {"slice": 0},
        {"rounds": 0},
        {"window": dt.timedelta()},
        {"stale_after": dt.timedelta()},
        {"lease": dt.timedelta(-1)},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="the stock policy cannot be used"):
        StockPolicy(**changes)  # type: ignore[arg-type]  # parametrized
