"""A push that would zero or raise an unusual share of rows asks before the first one beyond it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from orogxo.orchestrator.stock.policy import StockPolicy
from support.stock_ends import ON_HAND, StockBench

CAREFUL = StockPolicy(
    figures=ON_HAND, few=3, most_zeroed=Fraction(1, 5), most_raised=Fraction(1, 2), slice=10, sweep=1
)
SKUS = [f"SKU-{number:02d}" for number in range(40)]


def a_shop(shown: int, figure: int, **special: int) -> StockBench:
    bench = StockBench(stock=CAREFUL)
    for sku in SKUS:
        bench.product(sku, each=shown)
    bench.source.take(bench.clock.now(), dict.fromkeys(SKUS, figure) | special)
    return bench


def at(bench: StockBench, eaches: int) -> int:
    return sum(1 for sku in SKUS if bench.shown(sku)["each"] == eaches)


def test_a_push_that_would_empty_the_shop_stops_and_asks() -> None:
    bench = a_shop(9, 0)
    report = bench.run()
    assert at(bench, 0) == 0
    (item,) = bench.open("flow:guard")
    assert item.code == "STOCK_ZEROES_UNUSUAL"
    assert item.message.startswith("40 rows of stock to be zeroed (of 40 that are looked at) wait at once")
    assert report.counts["lowered"] == 0
    bench.run()
    assert at(bench, 0) == 0
    bench.desk.acknowledge(item.id, by="Amanda", reason="the site is being cleared")
    bench.run()
    assert at(bench, 0) == 40
    assert bench.due() == []


def test_so_does_one_that_would_raise_most_rows_and_lowering_goes_on() -> None:
    bench = a_shop(3, 9, **{"SKU-00": 1, "SKU-35": 2})
    bench.run()
    assert bench.codes("flow:guard") == ["STOCK_RAISES_UNUSUAL"]
    assert (at(bench, 9), at(bench, 1), at(bench, 2)) == (19, 1, 1)
    bench.run()
    assert at(bench, 9) == 19
    bench.clock.advance(hours=1)
    bench.source.take(bench.clock.now(), dict.fromkeys(SKUS, 3))
    bench.run()
    assert bench.codes("flow:guard") == []
    bench.run()
    assert at(bench, 3) == 40


def test_the_usual_share_passes_and_it_is_judged_over_all_that_is_due() -> None:
    # The first slice alone would be 7 of 10; the whole push is 7 of 40.
    bench = a_shop(9, 8, **dict.fromkeys(SKUS[:7], 0))
    bench.run()
    assert at(bench, 0) == 7
    assert bench.codes("flow:guard") == []


def test_a_few_rows_never_ask() -> None:
    bench = StockBench(stock=CAREFUL)
    for sku in SKUS[:3]:
        bench.product(sku, each=9)
    bench.source.take(bench.clock.now(), {})
    for _ in range(4):
        bench.run()
    assert sum(bench.shown(sku)["each"] for sku in SKUS[:3]) == 0


def test_the_question_of_yesterday_is_asked_anew_and_nothing_slips_through_at_midnight() -> None:
    bench = a_shop(9, 0)
    bench.run()
    bench.clock.advance(days=1)
    bench.run()
    assert at(bench, 0) == 0
    (item,) = bench.open("flow:guard")
    assert item.path == f"{bench.clock.now():%Y-%m-%d}"
    bench.desk.acknowledge(item.id, by="Amanda", reason="yes")
    bench.run()
    assert at(bench, 0) == 40
    bench.clock.advance(days=1)
    bench.source.take(bench.clock.now(), dict.fromkeys(SKUS, 9))
    bench.run(minutes=0)
    assert at(bench, 9) == 20
    assert bench.codes("flow:guard") == ["STOCK_RAISES_UNUSUAL"]


def test_an_agreed_push_stays_agreed_for_the_day() -> None:
    bench = a_shop(9, 0)
    bench.run()
    (item,) = bench.open("flow:guard")
    bench.desk.acknowledge(item.id, by="Amanda", reason="yes")
    bench.front.refuses = {row.id: "busy" for row in bench.front.rows.values()}
    bench.run()
    assert at(bench, 0) == 0
    bench.front.refuses.clear()
    bench.run()
    assert at(bench, 0) == 40


def test_a_push_that_only_seemed_unusual_is_let_go_in_the_end() -> None:
    # Every SKU of the first slice has one row that goes to 0; later ones have many more rows that do not.
    bench = StockBench(stock=CAREFUL)
    for sku in SKUS:
        few = sku < "SKU-10"
        bench.product(sku, {}, **({"each": 9} if few else {"each": 9, "case": 0, "pallet": 0}))
    stock = {sku: 0 if sku < "SKU-10" else 9 for sku in SKUS}
    bench.source.take(bench.clock.now(), stock)
    bench.run()
    assert bench.codes("flow:guard") == []
    assert at(bench, 0) == 10


def test_the_guard_is_named_as_the_cause_of_what_grows_old() -> None:
    bench = a_shop(9, 0)
    bench.run()
    bench.run(hours=2)
    item = bench.open("sku:SKU-00")[0]
    assert item.code == "STOCK_STALE"
    assert item.message.endswith("older than the 1:00:00 declared: a person must agree first: zeroed rows")
    assert dt.timedelta(hours=1) == CAREFUL.stale_after
