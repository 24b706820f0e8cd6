"""Uncertainty may lower a row and never raises one; nothing is zeroed for want of a number."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.errors import PermissionDenied, ServerError
from orogxo.model import (
    OrderNews,
    ProductUnit,
    Quantity,
    StockDoubt,
    StockMovement,
    StockRow,
    UnreadableOrder,
)
from orogxo.orchestrator import Policy, run_flows
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.strict import EACH_FIRST
from orogxo.ports.stock import BadFigure
from support.orders import NOW
from support.stock_ends import ON_HAND, StockBench

FREE = StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST)


def settled(eaches: int = 50, **changes: object) -> StockBench:
    """WIDGET shown in full, by a run that went well."""
    bench = StockBench.new(eaches, **changes)
    bench.run()
    assert bench.shown() == {"each": eaches, "case": 0}
    bench.clock.advance(hours=1)
    return bench


def figure(bench: StockBench, *rows: StockRow) -> None:
    bench.figures(WIDGET=list(rows))


EACH = Quantity(5, "EA")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([StockRow("WIDGET", "available", Quantity(-1, "EA"))], "STOCK_NEGATIVE"),
        (
            [
                StockRow("WIDGET", "available", EACH, site="A"),
                StockRow("WIDGET", "available", EACH, site="B"),
            ],
            "STOCK_SITES_UNDECIDED",
        ),
        ([StockRow("WIDGET", "available", Quantity(1, "XY"))], "STOCK_UNIT_UNKNOWN"),
    ],
)
def test_a_figure_without_a_number_leaves_every_row_as_it_is(rows: list[StockRow], code: str) -> None:
    bench = settled()
    figure(bench, *rows)
    bench.run()
    assert bench.shown() == {"each": 50, "case": 0}
    assert code in bench.codes()
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=7)
    bench.run()
    assert bench.shown()["each"] == 7
    assert code not in bench.codes()


def test_a_row_of_the_snapshot_that_cannot_be_read_is_not_a_zero() -> None:
    bench = settled()
    bench.source.take(bench.clock.now(), {}, bad=[BadFigure("WIDGET", "quantity 'many' is no number")])
    bench.run()
    assert bench.shown()["each"] == 50
    assert bench.codes() == ["STOCK_FIGURE_UNREADABLE"]
    bench.clock.advance(hours=1)
    bench.figures(OTHER=7)
    bench.run()
    assert bench.shown()["each"] == 0


def test_a_row_that_names_no_sku_leaves_alone_whatever_the_snapshot_does_not_have() -> None:
    bench = StockBench.new()
    bench.product("OTHER", each=0)
    bench.product("THIRD", each=0)
    bench.figures(WIDGET=50, OTHER=50, THIRD=50)
    bench.run()
    bench.clock.advance(hours=1)
    stock = {"OTHER": 7, "THIRD": 90}
    bench.source.take(bench.clock.now(), stock, bad=[BadFigure("", "line 7 is cut off")])
    bench.run()
    assert [bench.shown(sku)["each"] for sku in ("WIDGET", "OTHER", "THIRD")] == [50, 7, 50]
    assert "STOCK_FIGURE_UNREADABLE" in bench.codes("flow:stock")
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=51, OTHER=8, THIRD=90)
    bench.run()
    assert [bench.shown(sku)["each"] for sku in ("WIDGET", "OTHER", "THIRD")] == [51, 8, 90]
    assert bench.codes("flow:stock") == []


def test_a_complete_snapshot_without_the_sku_means_none() -> None:
    bench = settled()
    bench.figures()
    bench.run()
    assert bench.shown()["each"] == 0


@pytest.mark.parametrize("sku", ["WIDGET", ""])
def test_a_movement_that_cannot_be_read_forbids_to_raise_until_a_snapshot_heals_it(sku: str) -> None:
    bench = settled()
    bench.source.bad_moves = [BadFigure(sku, "quantity missing")]
    came = StockMovement("M-1", bench.clock.now(), "WIDGET", Quantity(9, "EA"), "", "available", "receipt")
    bench.source.moves = [came]
    bench.run()
    assert bench.shown()["each"] == 50
    bench.sell(3)
    gone = evolve(came, id="M-2", quantity=Quantity(20, "EA"), from_status="available", to_status="damaged")
    bench.source.moves.append(gone)
    bench.run()
    assert bench.shown()["each"] == 36
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=60)
    bench.run()
    assert bench.shown()["each"] == 57
    assert "STOCK_MOVEMENT_UNREADABLE" not in [*bench.codes(), *bench.codes("flow:stock")]


@pytest.mark.parametrize("rate", [None, "11.999999", "0.333333"])
def test_a_unit_without_an_exact_size_is_left_and_forbids_to_raise_what_shares_its_pool(
    rate: str | None,
) -> None:
    bench = StockBench()
    bench.product("WIDGET", {"case": rate}, each=50, case=3)
    bench.figures(WIDGET=90)
    bench.run()
    assert bench.shown() == {"each": 50, "case": 3}
    assert bench.codes() == ["UNIT_AMBIGUOUS"]
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=20)
    bench.run()
    assert bench.shown() == {"each": 20, "case": 3}
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=40)
    bench.show(case=0)
    bench.run()
    assert bench.shown() == {"each": 40, "case": 0}
    bench.declared = '[skus.WIDGET]\nbase = "each"\ncase = 12\n'
    bench.run(minutes=20)
    assert "UNIT_AMBIGUOUS" not in bench.codes()


def test_a_product_without_any_known_unit_is_left() -> None:
    bench = settled()
    bench.shop.catalogue.clear()
    bench.figures(WIDGET=5)
    bench.run()
    assert bench.shown()["each"] == 50
    assert "SKU_UNMAPPED" in bench.codes()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"manage": False}, "STOCK_ROWS_BIND_NOTHING"),
        ({"decrement": False}, "STOCK_ROWS_BIND_NOTHING"),
        ({"back_order": True}, "STOCK_ROWS_BIND_NOTHING"),
        ({"manage": None}, "STOCK_TERMS_UNKNOWN"),
        ({"decrement": None}, "STOCK_TERMS_UNKNOWN"),
        ({"back_order": None}, "STOCK_TERMS_UNKNOWN"),
        ({"threshold": None}, "STOCK_TERMS_UNKNOWN"),
        ({"enabled": False}, "STOCK_PRODUCT_DISABLED"),
    ],
)
def test_rows_that_do_not_hold_buyers_are_lowered_and_not_raised(
    changes: dict[str, object], code: str
) -> None:
    bench = StockBench.new(90)
    bench.show(each=50)
    bench.terms(**changes, in_stock=False)
    bench.run()
    assert bench.shown()["each"] == 50
    assert bench.codes() == [code]
    assert bench.front.statuses == []
    bench.sell(85)
    bench.show(each=50)
    bench.run()
    assert bench.shown()["each"] == 5
    bench.terms(manage=True, decrement=True, back_order=False, threshold=Fraction(0), enabled=True)
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=96)
    bench.run()
    assert bench.shown()["each"] == 11
    assert code not in bench.codes()


def test_a_product_whose_terms_cannot_be_read_at_all_is_not_raised() -> None:
    bench = StockBench.new(90)
    bench.front.known.clear()
    bench.run()
    assert bench.shown()["each"] == 0
    assert bench.codes() == ["STOCK_TERMS_UNKNOWN"]


def test_a_unit_that_is_sold_and_has_no_row_is_told() -> None:
    bench = StockBench.new(90)
    product = bench.shop.catalogue["WIDGET"]
    more = (ProductUnit("pallet", Decimal(480)), ProductUnit("box", Decimal(6), sell=False))
    bench.shop.catalogue["WIDGET"] = evolve(product, units=(*product.units, *more))
    bench.run()
    assert bench.shown() == {"each": 90, "case": 0}
    (item,) = bench.open("sku:WIDGET")
    assert item.code == "STOCK_LEVEL_MISSING"
    assert item.message == "OroCommerce keeps no stock of WIDGET in pallet, though it is sold so"


def test_a_row_of_a_unit_that_the_product_does_not_have_is_left_and_counted() -> None:
    bench = StockBench(stock=FREE)
    bench.product("WIDGET", each=0, case=0)
    bench.row("WIDGET", "each", 8)
    bench.row("WIDGET", "drum", 0)
    bench.figures(WIDGET=90)
    bench.run()
    rows = sorted((row.unit, row.quantity) for row in bench.front.rows.values())
    # Two rows of eaches: both are left, as nobody can tell which one counts; 8 of the pool may go that way.
    assert rows == [("case", 6), ("drum", 0), ("each", 0), ("each", 8)]
    assert set(bench.codes()) == {"STOCK_LEVEL_STRANGE", "UNIT_UNMAPPED"}


def test_a_strange_row_that_shows_anything_forbids_to_raise() -> None:
    bench = StockBench.new(90)
    bench.row("WIDGET", "drum", 1)
    bench.run()
    assert bench.shown() == {"each": 0, "case": 0, "drum": 1}


def test_a_threshold_that_makes_no_sense_leaves_the_row() -> None:
    bench = StockBench.new(90)
    bench.terms(threshold=Fraction(-5))
    bench.run()
    assert bench.shown() == {"each": 0, "case": 0}
    assert "SELL_ROW_UNUSABLE" in bench.codes()


def test_a_kit_whose_parts_nobody_knows_is_left_and_forbids_to_raise_what_it_may_contain() -> None:
    bench = StockBench.new(90)
    bench.kit("SET", None, 2)
    bench.run()
    assert bench.shown("SET")["item"] == 2
    assert bench.shown()["each"] == 0
    assert bench.codes("sku:SET") == ["STOCK_KIT_UNKNOWN"]
    bench.show("SET", item=0)
    bench.run(minutes=20)
    assert bench.shown()["each"] == 90


def test_a_kit_is_left_where_the_figure_of_a_part_is_unknown_and_what_it_offers_is_kept_for_it() -> None:
    bench = StockBench(stock=FREE)
    bench.product("BOLT", each=0)
    bench.product("NUT", each=0)
    bench.kit("SET", {"BOLT": 2, "NUT": 1}, 5)
    negative = [StockRow("NUT", "available", Quantity(-1, "EA"))]
    bench.figures(BOLT=100, NUT=negative)
    bench.run()
    assert bench.shown("SET")["item"] == 5
    assert bench.shown("BOLT")["each"] == 90
    assert bench.codes("sku:NUT") == ["STOCK_NEGATIVE"]


def test_an_order_with_a_line_that_nobody_can_count_forbids_to_raise_its_sku() -> None:
    bench = settled()
    order = bench.order(3, "drum")
    bench.figures(WIDGET=80)
    bench.run()
    assert bench.shown()["each"] == 50
    assert "STOCK_DEMAND_UNKNOWN" in bench.codes()
    item = next(one for one in bench.open("sku:WIDGET") if one.code == "STOCK_DEMAND_UNKNOWN")
    assert item.message.endswith(f"orders take: {order}")
    bench.shop.edit(order, status="cancelled")
    bench.run()
    assert bench.shown()["each"] == 80
    assert "STOCK_DEMAND_UNKNOWN" not in bench.codes()


def test_many_orders_that_nobody_can_count_are_named_in_part() -> None:
    bench = settled()
    for _ in range(12):
        bench.order(3, "drum")
    bench.run()
    item = next(one for one in bench.open("sku:WIDGET") if one.code == "STOCK_DEMAND_UNKNOWN")
    assert item.message.endswith("110 and 2 more")


def test_an_order_that_cannot_be_read_forbids_to_raise_anything_and_lowering_goes_on() -> None:
    bench = settled()
    bench.shop.put(UnreadableOrder("7", ("lines are missing",)))
    bench.figures(WIDGET=80)
    bench.run()
    assert bench.shown()["each"] == 50
    assert "STOCK_DEMAND_UNKNOWN" in bench.codes("flow:stock")
    assert bench.due() == ["WIDGET"]
    bench.sell(40)
    bench.show(each=50)
    bench.run()
    assert bench.shown()["each"] == 40
    bench.shop.held.pop("7")
    bench.order(1, id="7", identifier="ORD-7")
    bench.run()
    assert bench.shown()["each"] == 39
    assert "STOCK_DEMAND_UNKNOWN" not in bench.codes("flow:stock")


def test_orders_that_cannot_be_read_at_all_forbid_to_raise() -> None:
    bench = settled()
    bench.figures(WIDGET=80)
    bench.shop.failures["orders_after"] = [PermissionDenied("no", status=403, system="oro")] * 20
    report = bench.run()
    assert bench.shown()["each"] == 50
    assert any("PERMISSION_DENIED" in problem for problem in report.problems)
    bench.shop.failures.clear()
    bench.run()
    assert bench.shown()["each"] == 80


def test_where_no_status_is_shown_cancelled_orders_go_on_counting() -> None:
    bench = settled()
    bench.shop.known = evolve(bench.shop.known, order_status=False)
    bench.order(5, status=None)
    bench.run()
    assert bench.shown()["each"] == 45


@pytest.mark.parametrize(
    ("kind", "open_", "shown"),
    [
        ("on_hand", True, 50),
        ("on_hand", False, 80),
        ("less_allocated", True, 50),
        ("less_accepted", True, 80),
    ],
)
def test_orders_from_before_go_live_forbid_to_raise_unless_none_is_open(
    kind: str, open_: bool, shown: int
) -> None:
    terms = FigureTerms(kind)  # type: ignore[arg-type]  # parametrized
    bench = StockBench.new(80, policy=Policy(suborders="parents", go_live=NOW - dt.timedelta(days=1)))
    bench.stock = evolve(FREE, figures=terms, before_go_live_open=open_)
    bench.show(each=50)
    bench.run()
    assert bench.shown()["each"] == shown
    assert ("STOCK_BEFORE_GO_LIVE" in bench.codes("flow:stock")) is (shown == 50)


def test_nothing_is_written_until_the_figures_are_agreed() -> None:
    bench = StockBench.new(80, stock=StockPolicy())
    bench.run()
    assert bench.front.writes == []
    assert "STOCK_TERMS_MISSING" in bench.codes("flow:stock")
    bench.stock = FREE
    bench.run()
    assert bench.shown()["each"] == 80
    assert bench.codes("flow:stock") == []


def test_news_that_was_not_read_since_the_snapshot_proves_nothing() -> None:
    bench = StockBench.new(stock=StockPolicy(figures=FigureTerms("less_accepted"), few=10_000))
    bench.declared = '[skus.WIDGET]\nbase = "each"\ncase = 12\n'
    order = bench.order(10)
    run_flows(bench.engine, ["release"])
    bench.source.told = [OrderNews("N-1", order, "accepted", bench.clock.now())]
    bench.clock.advance(minutes=5)
    bench.figures(WIDGET=100)
    bench.run()
    assert bench.shown()["each"] == 100
    bench.clock.advance(minutes=5)
    bench.figures(WIDGET=100)
    bench.source.failures["news"] = [ServerError("500", status=500, system="gxo")]
    bench.run()
    assert bench.shown()["each"] == 90
    assert bench.due() == ["WIDGET"]
    assert bench.codes("flow:stock") == ["STOCK_FEED_FAILED"]
    bench.run()
    assert bench.shown()["each"] == 100
    assert bench.codes("flow:stock") == []
    bench.source.unreadable = ["event 7 has no state"]
    bench.run()
    bench.order(1)
    bench.run()
    assert bench.shown()["each"] == 89
    (item,) = bench.open("flow:stock")
    assert item.code == "STOCK_NEWS_UNREADABLE"
    bench.desk.acknowledge(item.id, by="Amanda", reason="it was a delivery note")
    bench.run()
    assert bench.shown()["each"] == 99


def test_a_doubt_that_somebody_put_down_is_an_exception_by_its_own_name() -> None:
    bench = settled()
    with bench.store.transaction() as rows:
        rows.put_doubts(
            [StockDoubt("WIDGET", "STOCK_UNIT_UNKNOWN", "a pallet is on its way", bench.clock.now())]
        )
    bench.run()
    assert bench.codes() == ["STOCK_UNIT_UNKNOWN"]


def test_a_kit_of_a_part_that_the_shop_does_not_show_is_left() -> None:
    bench = StockBench(stock=FREE)
    bench.kit("SET", {"GHOST": 2}, 5)
    bench.figures(GHOST=100)
    bench.run()
    assert bench.shown("SET")["item"] == 5
    assert bench.codes("sku:SET") == ["SKU_UNMAPPED"]


def test_before_any_news_was_read_it_proves_nothing() -> None:
    bench = StockBench.new(100, stock=evolve(FREE, figures=FigureTerms("less_accepted")))
    bench.source.failures["news"] = [ServerError("500", status=500, system="gxo")]
    bench.order(10)
    bench.show(each=100)
    bench.run()
    assert bench.shown()["each"] == 90
    assert bench.due() == ["WIDGET"]


def test_the_reasons_of_very_many_skus_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orogxo.orchestrator.stock.push.MOST_NOTED", 0)
    bench = StockBench.new(100)
    bench.front.working = False
    bench.run()
    bench.run(hours=2)
    stale = next(one for one in bench.open("sku:WIDGET") if one.code == "STOCK_STALE")
    assert "OroCommerce has not finished an earlier write" in stale.message
