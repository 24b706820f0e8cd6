"""Between two snapshots: what moved explains the difference, or what was likely missed is named."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.model import Claim, Left, Quantity, SnapshotMark, StockMovement, StockRow
from orogxo.orchestrator.stock.drift import Drift, drift
from orogxo.orchestrator.stock.pool import FigureTerms

SKU = "WIDGET-001"
START = dt.datetime(2026, 11, 2, 6, tzinfo=dt.UTC)
END = START + dt.timedelta(days=1)
NOON, SECOND, DAY = START + dt.timedelta(hours=6), dt.timedelta(seconds=1), dt.timedelta(days=1)
MARKS = (SnapshotMark("A", START), SnapshotMark("B", END))


def row(amount: int, **changes: object) -> StockRow:
    return evolve(StockRow(SKU, "available", Quantity(amount, "EA"), "GXO-1"), **changes)


def moved(change: int, at: dt.datetime = NOON, **more: object) -> StockMovement:
    ways = ("available", "") if change < 0 else ("", "available")
    movement = StockMovement(f"M{change}{at}", at, SKU, Quantity(abs(change), "EA"), *ways, "other")
    return evolve(movement, **more)


def seen(
    before: int | list[StockRow],
    after: int | list[StockRow],
    *movements: StockMovement,
    claims: tuple[Claim, ...] = (),
    sites: tuple[str, ...] = (),
) -> Drift | None:
    sides = tuple([row(side)] if isinstance(side, int) else side for side in (before, after))
    return drift(
        SKU,
        (sides[0], sides[1]),
        MARKS,
        movements,
        claims,
        terms=FigureTerms("on_hand", sites=sites),
        to_base=lambda quantity: quantity.amount * {"EA": 1, "CS": 12}[quantity.unit],
    )


def test_movements_between_two_snapshots_explain_their_difference():
    assert seen(100, 100) is None
    assert seen(100, 107, moved(-5), moved(12)) is None
    assert seen(100, 76, moved(-2, quantity=Quantity(2, "CS"))) is None
    assert seen([], 12, moved(12)) is None, "a SKU that is new"
    assert seen(12, [], moved(-12)) is None, "a SKU that is sold out"


def test_what_no_movement_tells_is_told_in_base_units_with_its_sign():
    found = seen(100, 90, moved(-4))
    assert found == Drift(SKU, Fraction(100), Fraction(-4), Fraction(90), found.cause)
    assert found.difference == -6
    assert found.cause == "6 less than the movements tell: a lost message, a count, or a unit mistaken"
    more = seen(100, 103)
    assert (more.difference, more.cause.partition(":")[0]) == (3, "3 more than the movements tell")
    half = seen(0, [row(0, quantity=Quantity("0.5", "EA"))])
    assert half.cause.startswith("0.5 more")


def test_a_movement_told_twice_explains_once():
    assert seen(100, 95, moved(-5), moved(-5)) is None
    assert seen(100, 90, moved(-5), moved(-5)).difference == -5
    assert seen(100, 90, moved(-5), moved(-5, id="another")) is None


@pytest.mark.parametrize("at", [START, END])
def test_a_movement_in_the_very_second_of_a_snapshot_may_lie_on_either_side(at: dt.datetime):
    assert seen(100, 95, moved(-5, at)) is None
    assert seen(100, 100, moved(-5, at)) is None
    assert seen(100, 97, moved(-5, at)).difference == -3


@pytest.mark.parametrize(
    ("first", "last"), [(START - DAY / 2, START), (START - DAY / 2, NOON), (NOON, END), (END, END + DAY / 2)]
)
def test_a_movement_that_only_names_the_day_of_a_snapshot_may_lie_on_either_side(first, last):
    day = moved(-5, last, earliest=first)
    assert seen(100, 95, day) is None
    assert seen(100, 100, day) is None


def test_a_movement_surely_between_must_have_moved():
    for at in (START + SECOND, END - SECOND):
        assert seen(100, 100, moved(-5, at)).difference == 5
    assert seen(100, 100, moved(-5, END - SECOND, earliest=START + SECOND)).difference == 5


@pytest.mark.parametrize("at", [START - SECOND, END + SECOND])
def test_a_movement_surely_outside_explains_nothing_and_is_the_likely_cause(at: dt.datetime):
    assert seen(100, 100, moved(-5, at)) is None
    found = seen(100, 95, moved(-3, at), moved(-5, at, id="M7"))
    assert (found.moved, found.difference) == (0, -5)
    assert found.cause == f"movement M7 tells of as much, dated {at:%Y-%m-%d %H:%M}Z"
    day = moved(-5, START - SECOND, earliest=START - DAY)
    assert seen(100, 95, day).cause.startswith("movement")


def test_a_shipment_that_no_movement_names_is_the_likely_cause():
    def claim(*left: Left) -> Claim:
        return Claim("17", "1", SKU, Fraction(12), "17", left)

    def cause(*left: Left, told: str = "") -> str:
        return seen(100, 93, moved(-2, reference=told), claims=(claim(), claim(*left))).cause

    five = Fraction(5)
    told = "shipment S-1 of order 17 took as much, and no movement names it"
    assert cause(Left("S-1", five, NOON)) == told
    assert cause(Left("S-0", Fraction(4), NOON), Left("S-1", five, START)) == told
    assert cause(Left("S-1", five, END)) == told
    for left in (Left("S-1", five, END + SECOND), Left("S-1", five, START - SECOND), Left("S-1", five)):
        assert "a lost message" in cause(left)
    assert "a lost message" in cause(Left("S-1", five, NOON), told="S-1")


def test_a_late_movement_of_as_much_is_named_before_a_shipment():
    left = (Left("S-1", Fraction(5), NOON),)
    found = seen(100, 95, moved(-5, END + SECOND), claims=(Claim("17", "1", SKU, Fraction(5), left=left),))
    assert found.cause.startswith("movement")


def test_only_what_counts_is_compared():
    there = [row(100), row(50, site="GXO-2"), row(9, status="hold")]
    later = [row(95), row(70, site="GXO-2"), row(3, status="hold")]
    sites = ("GXO-1",)
    here, elsewhere = moved(-5, site="GXO-1"), moved(20, site="GXO-2")
    assert seen(there, later, here, elsewhere, sites=sites) is None
    assert seen(there, later, elsewhere, moved(-5), sites=sites) is None, "no site named: it may be this one"
    assert seen(there, later, elsewhere, sites=sites).difference == -5
    assert seen(there, [row(100)], moved(-5), sites=sites) is None
    assert seen(100, 100, evolve(moved(-5), from_status="hold")) is None


def test_figures_that_cannot_be_read_are_not_compared():
    for rows, code in (([row(-1)], "STOCK_NEGATIVE"), ([row(1), row(1, site="B")], "STOCK_SITES_UNDECIDED")):
        for sides in ((rows, 100), (100, rows)):
            with pytest.raises(MappingError, match=code):
                seen(*sides)


CHANGES = st.lists(st.integers(-6, 6).filter(bool), max_size=6)


@given(CHANGES, CHANGES, st.integers(-12, 12))
def test_there_is_a_drift_exactly_when_no_choice_of_the_ties_explains(certain, ties, found):
    movements = [moved(change, NOON, id=f"C{n}") for n, change in enumerate(certain)]
    movements += [moved(change, END, id=f"T{n}") for n, change in enumerate(ties)]
    choices = {sum(some) for size in range(len(ties) + 1) for some in combinations(ties, size)}
    explained = found - sum(certain) in choices
    drifted = seen(100, 100 + found, *movements)
    assert (drifted is None) == explained
    if drifted:
        assert (drifted.moved, drifted.difference) == (sum(certain), found - sum(certain))


def test_a_hundred_ties_of_a_day_are_tried_in_every_combination():
    ties = [moved(-12, END, id=f"T{n}", earliest=NOON) for n in range(100)]
    assert seen(2000, 2000 - 12 * 37, *ties) is None
    assert seen(2000, 2000 - 12 * 37 - 1, *ties).difference == -12 * 37 - 1
    assert seen(2000, 2000 - 12 * 101, *ties).difference == -1212


def test_beyond_what_can_be_tried_only_what_is_out_of_reach_is_a_drift():
    powers = [moved(-(2**n), END, id=f"T{n}") for n in range(14)]
    ties = [*powers, moved(+5, END)]
    low, high = 20_000 - (2**14 - 1), 20_000 + 5
    for found in (low, high, 12_345):
        assert seen(20_000, found, *ties) is None
    for found in (low - 1, high + 1):
        assert seen(20_000, found, *ties) is not None
