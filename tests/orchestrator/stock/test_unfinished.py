"""Writes whose outcome is not known: never two of one row, nothing guessed, all resolved by reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from orogxo.errors import LeaseLost, NotSent, OrogxoError, ReplyLost, ServerError
from orogxo.orchestrator.stock.turn import Turn
from orogxo.ports.stock import LevelError, WriteReport
from support.stock_ends import StockBench


def rows_written(bench: StockBench) -> list[str]:
    return [change.level_id for write in bench.front.writes for change in write]


def test_a_write_that_nobody_finishes_is_not_sent_twice_and_is_told() -> None:
    bench = StockBench.new(50)
    bench.front.working = False
    bench.run()
    (item,) = bench.open("flow:stock")
    assert item.code == "STOCK_WRITE_UNFINISHED"
    assert "took 1 rows of stock at 2026-11-02 09:01" in item.message
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=70)
    bench.run()
    assert len(rows_written(bench)) == 1
    assert bench.due() == ["WIDGET"]
    bench.front.work()
    bench.run()
    assert bench.shown()["each"] == 70
    assert "STOCK_WRITE_UNFINISHED" not in bench.codes("flow:stock")
    assert bench.due() == []


def test_an_unfinished_raise_is_counted_as_if_it_were_through() -> None:
    bench = StockBench.new(50)
    bench.front.working = False
    bench.run()
    bench.kit("PAIR", {"WIDGET": 2}, 25)
    bench.front.working = True
    bench.clock.advance(seconds=20)
    bench.figures(WIDGET=50)
    bench.run()
    # The 50 eaches may appear at any moment, so nothing of the pool is left for the kit.
    assert bench.shown("PAIR")["item"] == 0


def test_a_later_write_that_is_finished_shows_that_an_earlier_one_is_over() -> None:
    bench = StockBench.new(50)
    bench.front.working = False
    bench.run()
    bench.front.queue.clear()
    bench.front.working = True
    bench.product("OTHER", each=0)
    bench.clock.advance(hours=1)
    bench.figures(WIDGET=50, OTHER=3)
    bench.run()
    assert bench.shown("OTHER")["each"] == 3
    bench.run()
    assert bench.shown()["each"] == 50
    assert bench.codes("flow:stock") == []


def test_rows_of_one_write_vouch_for_each_other() -> None:
    bench = StockBench.new()
    bench.product("OTHER", each=0)
    bench.figures(WIDGET=50, OTHER=3)
    bench.front.working = False
    bench.run()
    bench.front.work()
    bench.show(each=0)
    bench.order(50)
    bench.run(minutes=10)
    assert bench.codes("flow:stock") == []
    assert bench.due() == []


def test_a_person_who_looked_may_say_that_a_write_will_not_come() -> None:
    bench = StockBench.new(50)
    bench.front.working = False
    bench.run()
    bench.front.queue.clear()
    bench.front.working = True
    bench.run(hours=1)
    assert bench.shown()["each"] == 0
    (item,) = [one for one in bench.open("flow:stock") if one.code == "STOCK_WRITE_UNFINISHED"]
    bench.desk.acknowledge(item.id, by="Amanda", reason="the queue was emptied")
    bench.figures(WIDGET=50)
    bench.run()
    assert bench.shown()["each"] == 50


def test_a_row_that_is_gone_and_one_that_rose_are_over() -> None:
    bench = StockBench.new(50)
    bench.product("OTHER", each=0)
    bench.figures(WIDGET=50, OTHER=9)
    bench.front.working = False
    bench.run()
    bench.front.working = True
    bench.front.rows.pop(bench.level_id("OTHER"))
    bench.show(each=20)
    bench.run()
    assert bench.shown()["each"] == 50


def test_while_the_consumer_is_off_few_rows_are_tried() -> None:
    bench = StockBench()
    for number in range(60):
        bench.product(f"SKU-{number:02d}", each=9)
    bench.source.take(bench.clock.now(), {})
    bench.front.working = False
    bench.run()
    assert len(rows_written(bench)) == 60
    for number in range(60):
        bench.product(f"TWO-{number:02d}", each=0)
    bench.clock.advance(hours=1)
    bench.source.take(bench.clock.now(), {f"TWO-{number:02d}": 1 for number in range(60)})
    bench.run()
    assert len(rows_written(bench)) == 80
    assert len(set(rows_written(bench))) == 80
    bench.front.work()
    bench.run()
    bench.run()
    assert all(bench.shown(f"TWO-{number:02d}")["each"] == 1 for number in range(60))


LOST: list[Callable[[], OrogxoError]] = [
    lambda: ReplyLost("timeout", system="oro"),
    lambda: ServerError("500", status=500, system="oro"),
]


@pytest.mark.parametrize("error", LOST)
@pytest.mark.parametrize("method", ["write", "write done"])
def test_a_lost_reply_is_resolved_by_reading_back(method: str, error: Callable[[], OrogxoError]) -> None:
    bench = StockBench.new(50)
    bench.front.failures[method] = [error()]
    report = bench.run()
    assert any("write" in method and "oro" in problem for problem in report.problems)
    assert bench.codes("flow:stock") == ["STOCK_PUSH_FAILED"]
    before = len(rows_written(bench))
    bench.run(seconds=30)
    assert len(rows_written(bench)) == before
    bench.run(minutes=5)
    assert bench.shown()["each"] == 50
    assert bench.codes("flow:stock") == []
    assert bench.due() == []


def test_what_was_never_sent_is_simply_sent_again() -> None:
    bench = StockBench.new(50)
    bench.front.failures["write"] = [NotSent("refused", system="oro")]
    bench.run()
    assert bench.shown()["each"] == 0
    bench.run(seconds=1)
    assert bench.shown()["each"] == 50


@pytest.mark.parametrize("named", [True, False])
def test_a_row_whose_outcome_nobody_knows_waits_for_its_quarantine(named: bool) -> None:
    bench = StockBench.new(50)
    level_id = bench.level_id() if named else ""
    lost = WriteReport(1, 1, [LevelError(level_id, "OUTCOME_UNKNOWN", "202 lost", open=True)])
    write = bench.front.write
    bench.front.write = lambda changes: lost  # type: ignore[method-assign]
    bench.run()
    assert bench.codes("flow:stock") == []
    bench.front.write = write  # type: ignore[method-assign]
    bench.run(minutes=1)
    assert bench.shown()["each"] == 0
    bench.run(minutes=5)
    assert bench.shown()["each"] == 50


def test_an_error_that_names_no_row_is_told_and_rows_are_read_again() -> None:
    bench = StockBench.new(50)
    write = bench.front.write

    def half(changes: object) -> WriteReport:
        bench.front.write = write  # type: ignore[method-assign]
        return WriteReport(1, 1, [LevelError("", "REFUSED", "something is wrong")])

    bench.front.write = half  # type: ignore[method-assign, assignment]
    bench.run()
    assert bench.shown()["each"] == 50
    assert bench.codes("flow:stock") == []


def test_a_row_behind_an_unfinished_request_was_not_refused() -> None:
    bench = StockBench.new(50)
    told = WriteReport(0, 0, [LevelError(bench.level_id(), "NOT_SENT", "not sent")])
    bench.front.write = lambda changes: told  # type: ignore[method-assign]
    bench.run()
    assert bench.codes() == []
    assert bench.due() == ["WIDGET"]


def test_a_worker_that_lost_its_turn_during_a_write_records_nothing() -> None:
    bench = StockBench.new(50)
    other = StockBench.new(store=bench.store, clock=bench.clock, worker="worker-2")
    other.front, other.shop, other.source = bench.front, bench.shop, bench.source

    def slow() -> None:
        bench.clock.advance(hours=2)
        other.run()

    bench.front.on["before write"] = [slow]
    report = bench.run()
    assert any(LeaseLost.default_code in problem for problem in report.problems)
    bench.run(minutes=10)
    assert bench.shown()["each"] == 50


def test_a_second_worker_leaves_the_flow_to_the_first() -> None:
    bench = StockBench.new(50)
    other = StockBench.new(store=bench.store, clock=bench.clock, worker="worker-2")
    reports = []
    bench.front.on["before write"] = [lambda: reports.append(other.run(seconds=1))]
    bench.run()
    assert [report.counts for report in reports] == [{"elsewhere": 1}]
    assert other.front.writes == []
    assert bench.run().counts["due"] == 1


def test_a_dead_workers_turn_runs_out() -> None:
    bench = StockBench.new(50)
    taken = Turn.take(bench.engine, dt.timedelta(minutes=30))
    assert taken is not None
    assert bench.run().counts == {"elsewhere": 1}
    assert bench.run(minutes=31).counts["raised"] == 1
    taken.end()
