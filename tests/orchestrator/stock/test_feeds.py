"""Snapshots, movements and news: whatever is lost, repeated or cut off, a complete snapshot heals it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.errors import OrogxoError, ServerError, Unavailable
from orogxo.model import Claim, Left, OrderNews, Quantity, StockMovement, StockRow
from orogxo.orchestrator.stock.feeds import SHIPMENTS_READ, SNAPSHOT_READ, news_told
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.strict import EACH_FIRST
from orogxo.ports.stock import BadFigure, SnapshotPage
from support.stock_ends import ON_HAND, StockBench


def moved(bench: StockBench, amount: int, name: str = "M-1", **changes: object) -> StockMovement:
    """A receipt (or with a negative amount a loss) of now."""
    ways = ("", "available") if amount > 0 else ("available", "")
    move = StockMovement(name, bench.clock.now(), "WIDGET", Quantity(abs(amount), "EA"), *ways, "count")
    return evolve(move, **changes)


def pages(bench: StockBench, *amounts: int, complete: bool = True) -> list[SnapshotPage]:
    """A snapshot of one SKU a page."""
    as_of, last = bench.clock.now(), len(amounts) - 1
    return [
        SnapshotPage(
            f"SNAP-{as_of:%H%M}",
            as_of,
            [StockRow(("WIDGET", "OTHER")[number], "available", Quantity(amount, "EA"))],
            last=number == last,
            complete=complete and number == last,
        )
        for number, amount in enumerate(amounts)
    ]


def test_a_snapshot_of_many_pages_is_one() -> None:
    bench = StockBench.new()
    bench.product("OTHER", each=0)
    bench.source.pages = pages(bench, 5, 7)
    assert bench.run().counts["snapshots"] == 1
    assert (bench.shown()["each"], bench.shown("OTHER")["each"]) == (5, 7)
    assert bench.run().counts["snapshots"] == 0


def test_an_incomplete_snapshot_changes_nothing_and_closes_itself() -> None:
    bench = StockBench.new(50)
    bench.run()
    bench.clock.advance(minutes=10)
    bench.source.pages = pages(bench, 5, complete=False)
    bench.run()
    assert bench.shown()["each"] == 50
    (item,) = bench.open("flow:stock")
    assert item.code == "STOCK_SNAPSHOT_INCOMPLETE"
    bench.clock.advance(hours=1)
    bench.source.pages = pages(bench, 6)
    bench.run()
    assert bench.shown()["each"] == 6
    assert bench.codes("flow:stock") == []


def test_a_snapshot_that_breaks_off_is_read_again_from_its_beginning() -> None:
    bench = StockBench.new()
    bench.product("OTHER", each=0)
    whole = pages(bench, 5, 7)
    bench.source.pages = whole[:1]
    bench.run()
    assert bench.codes("flow:stock") == ["STOCK_NO_FIGURE", "STOCK_STALE"]
    bench.source.pages = whole
    bench.run()
    assert (bench.shown()["each"], bench.shown("OTHER")["each"]) == (5, 7)
    assert bench.codes("flow:stock") == []


def test_a_snapshot_from_before_the_newest_is_ignored() -> None:
    bench = StockBench.new()
    old = pages(bench, 99)
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=50)
    bench.run()
    bench.source.pages = old
    report = bench.run()
    assert (report.counts["snapshots"], report.problems) == (0, ())
    assert bench.shown()["each"] == 50


def test_movements_are_read_to_their_end_and_count_once() -> None:
    bench = StockBench.new(50)
    bench.run()
    bench.source.moves = [moved(bench, 1, f"M-{number}") for number in range(5)]
    assert bench.run().counts["movements"] == 5
    assert bench.shown()["each"] == 55
    bench.source.moves += [moved(bench, 1, "M-1"), moved(bench, -10, "M-9")]
    assert bench.run().counts["movements"] == 1
    assert bench.shown()["each"] == 45


@pytest.mark.parametrize("feed", ["snapshot", "movements", "news"])
def test_a_feed_that_fails_lets_rows_be_lowered_and_not_raised(feed: str) -> None:
    bench = StockBench.new(50)
    bench.run()
    bench.clock.advance(minutes=10)
    bench.figures(WIDGET=70)
    bench.source.failures[feed] = [ServerError("500", status=500, system="gxo")]
    bench.sell(5)
    report = bench.run()
    assert bench.shown()["each"] == 45
    assert report.problems == ("SERVER_ERROR: 500 [gxo]",)
    assert bench.codes("flow:stock") == ["STOCK_FEED_FAILED"]
    bench.run()
    assert bench.shown()["each"] == 65
    assert bench.codes("flow:stock") == []


def test_an_end_that_wants_rest_gets_it() -> None:
    bench = StockBench.new(50)
    busy: OrogxoError = Unavailable("busy", status=503, system="gxo", retry_after=600)
    bench.source.failures["snapshot"] = [busy]
    bench.run()
    assert bench.engine.paused("gxo") is not None
    bench.run(minutes=1)
    assert bench.shown()["each"] == 0
    bench.run(minutes=10)
    assert bench.shown()["each"] == 50


TELLS_ALL = StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST, movements=True)


def test_a_site_that_tells_no_movements_explains_nothing_and_is_not_asked_to() -> None:
    bench = StockBench.new(50)
    bench.run()
    for eaches, told in ((42, set()), (40, {"STOCK_DRIFT"})):
        bench.clock.advance(hours=1)
        bench.figures(WIDGET=eaches)
        bench.run()
        assert {one.code for one in bench.open("sku:WIDGET")} == told
        bench.source.moves = [moved(bench, 1, sku="OTHER")]
        bench.run()


def test_what_movements_do_not_explain_is_drift_and_a_late_movement_closes_it() -> None:
    bench = StockBench.new(50, stock=TELLS_ALL)
    bench.run()
    bench.clock.advance(hours=1)
    lost = moved(bench, -8, "LOST-7")
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=42)
    bench.run()
    (item,) = bench.open("sku:WIDGET")
    assert item.code == "STOCK_DRIFT"
    assert "-8 unexplained; 8 less than the movements tell" in item.message
    bench.source.moves = [lost]
    bench.run()
    assert bench.codes() == []
    assert bench.shown()["each"] == 42


def test_drift_stays_until_somebody_has_read_it() -> None:
    bench = StockBench.new(50, stock=TELLS_ALL)
    bench.run()
    for eaches in (42, 42):
        bench.clock.advance(hours=1)
        bench.figures(WIDGET=eaches)
        bench.run()
    (item,) = bench.open("sku:WIDGET")
    bench.desk.acknowledge(item.id, by="Amanda", reason="counted")
    bench.run()
    assert bench.codes() == []


def test_figures_that_cannot_be_compared_have_an_exception_of_their_own_and_no_drift() -> None:
    bench = StockBench.new(50, stock=TELLS_ALL)
    bench.run()
    bench.clock.advance(hours=1)
    bench.source.take(bench.clock.now(), {"WIDGET": [StockRow("WIDGET", "available", Quantity(4, "XX"))]})
    bench.run()
    assert bench.codes() == ["STOCK_UNIT_UNKNOWN"]


def test_nothing_is_compared_where_a_row_named_no_sku() -> None:
    bench = StockBench.new(50)
    bench.run()
    bench.clock.advance(hours=1)
    bench.source.take(bench.clock.now(), {"WIDGET": 40}, bad=[BadFigure("", "cut off")])
    bench.run()
    assert bench.codes() == []


def test_a_site_that_tells_every_movement_is_fresh_while_it_is_heard() -> None:
    policy = StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST, movements=True)
    bench = StockBench.new(50, stock=policy)
    bench.run()
    assert bench.run(hours=9).counts["stalest"] == 0
    bench.source.failures["movements"] = [ServerError("500", status=500, system="gxo")]
    assert bench.run(hours=2).counts["stalest"] == 7200
    (item,) = [one for one in bench.open("flow:stock") if one.code == "STOCK_STALE"]
    assert "the warehouse's feed could not be read: SERVER_ERROR" in item.message


def test_claims_that_every_figure_knows_are_forgotten() -> None:
    bench = StockBench.new(50)
    with bench.store.transaction() as rows:
        left = (Left("S-1", Fraction(5), bench.clock.now() - dt.timedelta(days=1)),)
        rows.put_claims(
            {"7": [Claim("7", "1", "WIDGET", Fraction(5), left=left, closed=True)]}, now=bench.clock.now()
        )
    for _ in range(3):
        bench.run(hours=1)
        bench.figures(WIDGET=50)
    with bench.store.transaction() as rows:
        assert rows.claims(["WIDGET"]) == {}


def test_news_is_read_to_its_end() -> None:
    bench = StockBench.new(50)
    bench.source.told = [OrderNews(f"N-{number}", "7", "accepted", bench.clock.now()) for number in range(5)]
    bench.run()
    with bench.store.transaction() as rows:
        assert len(rows.news(["7"])["7"]) == 5


def test_states_prove_nothing_until_the_shipments_are_read_as_well() -> None:
    """A shipment may tell of a back-order, whose goods were allocated to nobody."""
    bench = StockBench.new(50)
    with bench.store.transaction() as rows:
        assert not news_told(rows)
    bench.run()
    with bench.store.transaction() as rows:
        assert news_told(rows)
        rows.set_cursor(SHIPMENTS_READ, rows.cursor(SNAPSHOT_READ))
        assert not news_told(rows)
    bench.run()
    with bench.store.transaction() as rows:
        assert news_told(rows)
