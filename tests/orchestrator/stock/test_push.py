"""The push: lower, confirm, raise, correct; what happens meanwhile changes nothing of the truth."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.model import Fulfilment, OrderNews, Pause, Quantity, State, StockMovement
from orogxo.orchestrator import Policy, run_flows
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.strict import EACH_FIRST, Shares
from support.ends import FakeWarehouse
from support.stock_ends import ON_HAND, StockBench

HALVES = Shares("fixed", {("WIDGET", "each"): Fraction(1), ("WIDGET", "case"): Fraction(1)})
SHARED = StockPolicy(figures=ON_HAND, few=10_000, shares=HALVES)


def shared(eaches: int, **rows: int) -> StockBench:
    bench = StockBench.new(eaches, stock=SHARED)
    bench.show(**rows)
    return bench


def test_a_pool_is_shared_by_all_rows_and_a_second_run_writes_nothing() -> None:
    bench = shared(120)
    report = bench.run()
    assert bench.shown() == {"each": 60, "case": 5}
    assert (report.counts["raised"], report.counts["lowered"], report.counts["due"]) == (2, 0, 1)
    assert bench.run().counts["requests"] == 0
    assert len(bench.front.writes) == 1
    assert bench.due() == []


def test_every_change_says_why() -> None:
    bench = shared(120)
    bench.order(1, "case")
    bench.order(12)
    bench.run()
    (changes,) = bench.front.writes
    assert {change.why for change in changes} == {
        "figure 120, less 24 of orders 101, 102; 4 case and 48 each"
    }


def test_rows_are_lowered_and_confirmed_before_others_of_the_pool_are_raised() -> None:
    bench = shared(120, each=120, case=0)
    bench.run()
    assert [[(one.unit, one.after) for one in write] for write in bench.front.writes] == [
        [("each", 60)],
        [("case", 5)],
    ]
    assert bench.shown() == {"each": 60, "case": 5}


def test_a_row_that_cannot_be_lowered_keeps_the_others_of_its_pool_from_being_raised() -> None:
    bench = shared(120, each=120, case=0)
    bench.front.refuses[bench.level_id()] = "read only"
    report = bench.run()
    assert bench.shown() == {"each": 120, "case": 0}
    (item,) = bench.open("sku:WIDGET")
    assert item.code == "STOCK_WRITE_REFUSED"
    assert "did not take 60 each for WIDGET: read only" in item.message
    assert report.counts["excepted"] == 1
    assert bench.due() == ["WIDGET"]
    bench.front.refuses.clear()
    bench.run()
    assert bench.shown() == {"each": 60, "case": 5}
    assert bench.codes() == []


@pytest.mark.parametrize("unit", ["each", "case"])
@pytest.mark.parametrize("moment", ["before levels", "levels", "before write", "write"])
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_a_sale_at_any_moment_of_a_push_is_corrected_at_once(unit: str, moment: str, turn: int) -> None:
    bench = shared(120, each=70, case=4)
    sold = {"each": 1, "case": 12}[unit]
    bench.front.on[moment] = [*[None] * turn, lambda: bench.sell(1, unit)]
    bench.run()
    placed = bool(bench.shop.held)
    assert bench.shown()["each"] + 12 * bench.shown()["case"] <= 120 - sold * placed
    bench.run()
    shown = bench.shown()
    assert shown["each"] + 12 * shown["case"] == 120 - sold * placed
    assert bench.codes() == []


def test_what_was_sold_while_a_write_ran_is_measured_and_lowered_again() -> None:
    bench = shared(120, each=70, case=4)
    bench.front.on["before write"] = [None, lambda: bench.sell(2, "case")]
    report = bench.run()
    # The second write set the cases to 5, over the sale; the round after it set them right.
    assert [one.after for one in bench.front.writes[1] if one.unit == "case"] == [5]
    assert bench.shown()["each"] + 12 * bench.shown()["case"] == 96
    assert report.counts["corrected"] >= 1
    assert report.counts["sold_in_window"] == 24
    assert report.counts["window_seconds"] == 5
    assert report.counts["window_mean_seconds"] == 5


def test_a_shop_that_sells_in_every_round_is_left_due_and_never_oversold() -> None:
    bench = shared(120, each=70, case=4)
    bench.front.on["before write"] = [lambda: bench.sell(1)] * 20
    bench.run()
    left = 120 - len(bench.shop.held)
    assert bench.due() == ["WIDGET"]
    bench.front.on.clear()
    bench.run()
    assert bench.shown()["each"] + 12 * bench.shown()["case"] == left
    assert bench.due() == []


def test_held_waiting_and_unreadable_lines_count_and_cancelled_orders_do_not() -> None:
    bench = StockBench.new(100)
    bench.order(10, po_number=None)
    bench.order(20, status="pending")
    bench.order(5, status="cancelled")
    gone = bench.order(30)
    bench.run()
    assert bench.shown()["each"] == 40
    bench.shop.edit(gone, status="cancelled")
    bench.run()
    assert bench.shown()["each"] == 70


@pytest.mark.parametrize(("kind", "shown"), [("on_hand", 90), ("less_allocated", 90), ("less_accepted", 100)])
def test_which_orders_a_figure_knows_is_declared_and_told_by_the_warehouse(kind: str, shown: int) -> None:
    bench = StockBench.new(stock=StockPolicy(figures=FigureTerms(kind), few=10_000))  # type: ignore[arg-type]  # parametrized
    order = bench.order(10)
    bench.source.told = [OrderNews("N-1", order, "accepted", bench.clock.now())]
    bench.declared = '[skus.WIDGET]\nbase = "each"\ncase = 12\n'
    run_flows(bench.engine, ["release"])
    assert [request.ref for request in bench.site.effects] == [order]
    bench.clock.advance(minutes=5)
    bench.figures(WIDGET=100)
    bench.run()
    assert bench.shown()["each"] == shown


def test_what_was_put_back_for_an_order_of_ours_is_news_even_if_it_claims_nothing() -> None:
    """The movement that had taken the goods was lost, so what came back offers nothing."""
    bench = StockBench.new(stock=StockPolicy(figures=FigureTerms("less_allocated"), few=10_000))
    with bench.store.transaction() as rows:
        rows.save(Fulfilment("77", "77", state=State.CANCELLED))
    bench.figures(WIDGET=100)
    bench.run()
    at = bench.clock.now() + dt.timedelta(minutes=1)
    ways = ("allocated", "available", "release")
    for number, ref in enumerate(["77", "R-77"]):
        move = StockMovement(f"M-{number}", at, "WIDGET", Quantity(12, "EA"), *ways, reference=ref)
        bench.source.moves.append(move)
    bench.run(minutes=2)
    assert bench.shown()["each"] + 12 * bench.shown()["case"] == 112, "a receipt adds, the order does not"


def test_kits_draw_on_the_pools_of_their_components() -> None:
    bench = StockBench(stock=SHARED)
    bench.product("BOLT", each=0)
    bench.product("NUT", each=0)
    bench.kit("SET", {"BOLT": 2, "NUT": 1})
    bench.figures(BOLT=100, NUT=30)
    bench.run()
    kits = bench.shown("SET")["item"]
    assert bench.shown("BOLT")["each"] + 2 * kits <= 100
    assert bench.shown("NUT")["each"] + kits <= 30
    bench.front.on.clear()
    bench.clock.advance(hours=1)
    bench.figures(BOLT=10, NUT=30)
    bench.run()
    kits = bench.shown("SET")["item"]
    assert bench.shown("BOLT")["each"] + 2 * kits <= 10
    assert bench.due() == []


def test_a_kit_that_is_sold_lowers_the_rows_of_its_components() -> None:
    weights = {("BOLT", "each"): Fraction(1), ("SET", "item"): Fraction(1)}
    bench = StockBench(stock=StockPolicy(figures=ON_HAND, few=10_000, shares=Shares("fixed", weights)))
    bench.product("BOLT", each=0)
    bench.kit("SET", {"BOLT": 2})
    bench.figures(BOLT=100)
    bench.run()
    assert (bench.shown("BOLT")["each"], bench.shown("SET")["item"]) == (50, 25)
    bench.clock.advance(hours=1)
    bench.figures(BOLT=40)
    bench.run()
    assert (bench.shown("BOLT")["each"], bench.shown("SET")["item"]) == (20, 10)


def test_more_linked_kits_than_can_be_read_at_once_are_lowered_and_not_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("orogxo.orchestrator.stock.gather.LARGEST_GROUP", 0)
    bench = StockBench()
    bench.product("BOLT", each=7)
    bench.kit("SET", {"BOLT": 2}, 90)
    bench.figures(BOLT=3)
    bench.run()
    assert bench.shown("BOLT")["each"] == 3
    bench.clock.advance(minutes=5)
    bench.figures(BOLT=9)
    bench.run()
    assert bench.shown("BOLT")["each"] == 3
    assert "BOLT" in bench.due()


def test_the_reserve_and_the_threshold_are_kept_back_once() -> None:
    policy = StockPolicy(
        figures=ON_HAND, few=10_000, shares=EACH_FIRST, reserve=Fraction(10), reserves={"OTHER": Fraction(1)}
    )
    bench = StockBench.new(100, stock=policy)
    bench.terms(threshold=Fraction(5))
    bench.product("OTHER", each=0)
    bench.figures(WIDGET=100, OTHER=3)
    bench.run()
    # 100 less 10 in reserve: a buyer can order 85, as OroCommerce itself withholds 5 of the row.
    assert bench.shown()["each"] == 90
    assert bench.shown("OTHER")["each"] == 2
    assert "less 10 in reserve" in next(one.why for one in bench.front.writes[0] if one.sku == "WIDGET")


def test_stock_status_follows_the_rows() -> None:
    bench = StockBench.new(100)
    bench.terms(in_stock=False)
    bench.run()
    assert bench.front.statuses == [("1", True)]
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=0)
    report = bench.run()
    assert bench.shown()["each"] == 0
    assert bench.front.statuses == [("1", True), ("1", False)]
    assert report.counts["statuses"] == 1


@pytest.mark.parametrize(
    ("refusal", "codes", "due"),
    [
        ("REFUSED:no", ["STOCK_WRITE_REFUSED"], []),
        ("OPEN:new", [], ["WIDGET"]),
        ("STATUS_NOT_OURS:discontinued", [], []),
        ("NOT_SENT:later", [], ["WIDGET"]),
    ],
)
def test_a_status_that_is_not_taken_is_told(refusal: str, codes: list[str], due: list[str]) -> None:
    bench = StockBench.new(100)
    bench.terms(in_stock=False)
    bench.front.refuses["1"] = refusal
    bench.run()
    assert bench.codes() == codes
    assert bench.due() == due
    bench.front.refuses.clear()
    bench.run(minutes=20)
    assert bench.front.known["WIDGET"].in_stock
    assert (bench.due(), bench.codes()) == ([], [])


def test_shadow_mode_reads_everything_and_writes_nothing() -> None:
    bench = StockBench.new(100, policy=Policy(suborders="parents", shadow=True))
    bench.terms(in_stock=False)
    report = bench.run()
    assert report.counts["withheld"] == 1
    assert bench.front.writes == []
    bench.clock.advance(minutes=1)
    bench.show(each=100)
    bench.run()
    assert bench.front.statuses == []


def test_slices_are_worked_on_one_after_another() -> None:
    bench = StockBench(stock=StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST, slice=3, sweep=4))
    skus = [f"SKU-{number:02d}" for number in range(10)]
    for sku in skus:
        bench.product(sku, each=0)
    bench.source.take(bench.clock.now(), {sku: number for number, sku in enumerate(skus)})
    report = bench.run()
    assert [bench.shown(sku)["each"] for sku in skus] == list(range(10))
    assert report.counts["settled"] == 10
    assert [len(write) for write in bench.front.writes] == [2, 3, 3, 1]


def test_nothing_is_done_where_there_are_no_ends() -> None:
    bench = StockBench.new(5)
    engine = evolve(bench.engine, stock=None)
    assert [flow.flow for flow in run_flows(engine).flows] == ["release", "feedback"]
    (report,) = run_flows(engine, ["stock"]).flows
    assert report.counts == {}
    assert [flow.flow for flow in run_flows(bench.engine).flows] == ["release", "feedback", "stock"]


def test_a_shop_that_is_left_alone_is_left_alone() -> None:
    bench = StockBench.new(5)
    with bench.store.transaction() as rows:
        for backend in ("oro", "gxo"):
            rows.pause(Pause(backend, bench.clock.now() + dt.timedelta(hours=1), "busy"))
    assert bench.run().counts["snapshots"] == 0
    bench.run(hours=2)
    assert bench.shown()["each"] == 5


def test_the_site_is_not_written_to() -> None:
    bench = StockBench.new(5)
    bench.order(1)
    bench.run()
    assert isinstance(bench.site, FakeWarehouse)
    assert bench.site.calls == []
