"""Orders as the stock flow reads them: the release flow's reading, claims, and which orders are new since."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from attrs import evolve

from orogxo.model import Claim, Quantity, ShipmentLine
from orogxo.orchestrator import run_flows
from orogxo.orchestrator.stock.orders import Orders, placed_since
from orogxo.orchestrator.stock.window import Windows
from support.orders import NOW, a_shipment
from support.stock_ends import StockBench

MINUTE = dt.timedelta(minutes=1)


def claim(order_id: str) -> Claim:
    return Claim(order_id, "1", "WIDGET", Fraction(1))


def test_orders_placed_since_a_row_was_read() -> None:
    marks = [(NOW, 5), (NOW + MINUTE, 9)]
    claims = [claim("5"), claim("7"), claim("10"), claim("strange")]
    since = [one.order_id for one in placed_since(claims, NOW + MINUTE, marks)]
    assert since == ["7", "10", "strange"]
    assert [one.order_id for one in placed_since(claims, NOW + 2 * MINUTE, marks)] == ["10", "strange"]
    assert placed_since(claims, NOW, []) == claims


def test_goods_that_left_in_place_of_others_are_counted_by_the_units_of_the_shop() -> None:
    bench = StockBench.new(100)
    bench.declared = '[skus.WIDGET]\nbase = "each"\ncase = 12\n'
    bench.product("OTHER", each=0)
    order = bench.order(10)
    run_flows(bench.engine, ["release"])
    line = ShipmentLine(line_ref=f"{order}1", sku="OTHER", shipped=Quantity(4, "EA"))
    bench.site.feed = [evolve(a_shipment(), order_ref=order, lines=(line,))]
    run_flows(bench.engine, ["feedback"])
    bench.figures(WIDGET=100, OTHER=30)
    bench.run()
    assert bench.shown("OTHER")["each"] == 26


def test_a_desk_may_have_a_sku_looked_at_again() -> None:
    bench = StockBench.new(100)
    bench.terms(manage=None)
    bench.run()
    (item,) = bench.open("sku:WIDGET")
    bench.terms(manage=True)
    assert bench.desk.recheck(item.id).is_open
    bench.run()
    assert not bench.desk.get(item.id).is_open
    assert bench.shown()["each"] == 100


def test_a_window_that_nobody_closed_is_not_measured() -> None:
    bench = StockBench.new(100)
    orders, windows = Orders(bench.engine, bench.stock), Windows()
    assert windows.mean == dt.timedelta()
    windows.read(orders, {})
    windows.write(orders, {})
    windows.read(orders, {})
    assert (windows.number, windows.sold) == (0, 0)
