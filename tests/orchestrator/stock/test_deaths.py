"""A worker that dies after any commit or request: the next ones end in the same rows, and never oversell."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.model import Quantity, StockMovement
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.orchestrator.stock.strict import Shares
from orogxo.storage import MemoryStore
from support.interruptions import Crash, CrashingStore, Points
from support.stock_ends import ON_HAND, StockBench

HALVES = Shares("fixed", {("WIDGET", "each"): Fraction(1), ("WIDGET", "case"): Fraction(1)})


def a_day(deaths: int, *, front: int = -1) -> tuple[StockBench, int]:
    """Snapshot, sale, movement, snapshot; a worker dies at that point, and after that write."""
    points = Points(frozenset({deaths}))
    policy = StockPolicy(
        figures=ON_HAND, few=10_000, shares=HALVES, slice=2, stale_after=dt.timedelta(days=1)
    )
    store = MemoryStore()
    bench = StockBench.new(120, stock=policy, store=store)
    bench.product("OTHER", each=30)
    bench.figures(WIDGET=120, OTHER=7)
    bench.show(each=120)

    def die() -> None:
        raise Crash

    if front >= 0:
        bench.front.on["write"] = [*[None] * front, die]
    for step in (None, lambda: bench.sell(3), None, lambda: move(bench), None, lambda: later(bench)):
        if step:
            step()
        for _ in range(3):
            bench.store = CrashingStore(store, points)
            with suppress(Crash):
                bench.run(minutes=31)
                break
        bench.store = store
        never_oversold(bench)
    return bench, points.passed


def move(bench: StockBench) -> None:
    gone = StockMovement(
        "M-1", bench.clock.now(), "WIDGET", Quantity(24, "EA"), "available", "damaged", "count"
    )
    bench.source.moves.append(gone)


def later(bench: StockBench) -> None:
    bench.figures(WIDGET=96, OTHER=9)


def never_oversold(bench: StockBench) -> None:
    shown = bench.shown()
    if not bench.due():
        assert shown["each"] + 12 * shown["case"] <= 120 - 3 * bool(bench.shop.held) - 24 * bool(
            bench.source.moves
        )


def ends(bench: StockBench) -> tuple[object, ...]:
    shown = bench.shown()
    return shown["each"] + 12 * shown["case"], bench.shown("OTHER"), bench.due(), bench.codes("flow:stock")


EXPECTED = (93, {"each": 9}, [], [])


def test_a_day_without_a_death() -> None:
    bench, _ = a_day(0)
    assert ends(bench) == EXPECTED
    writes = len(bench.front.writes)
    bench.run()
    assert len(bench.front.writes) == writes


@pytest.mark.parametrize("write", range(5))
def test_a_death_after_a_write_took_effect(write: int) -> None:
    assert ends(a_day(0, front=write)[0]) == EXPECTED


@given(st.integers(1, a_day(0)[1]))
@settings(max_examples=60, deadline=None)
def test_a_death_around_any_commit(point: int) -> None:
    assert ends(a_day(point)[0]) == EXPECTED
