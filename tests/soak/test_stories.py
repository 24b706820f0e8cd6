"""Days written by hand: what a story can do, and that the stage really does it."""

from __future__ import annotations

import pytest

from orogxo import Connector
from orogxo.sandbox import Twin
from orogxo.soak import (
    Basket,
    Cancel,
    Commit,
    Correct,
    Day,
    Die,
    Edit,
    Interruption,
    Pass,
    Place,
    Repeat,
    Reship,
    Revoke,
    Run,
    Ship,
    Trouble,
    play,
)

ONE = (Basket("A"),)


def test_a_quiet_day() -> None:
    outcome = play(Day(ONE, (Place("A"), Run(1), Ship("A"), Run(1))))
    assert outcome.violations == ()
    assert (outcome.orders, outcome.crashes, outcome.faults, outcome.lost) == (1, 0, 0, 0)
    assert outcome.requests > 10


def test_happenings_of_orders_that_are_not_there_do_nothing() -> None:
    nothing = (
        Commit("B"),
        Correct("B"),
        Edit("B", po_number="X"),
        Cancel("B"),
        Ship("B"),
        Reship("B"),
        Repeat("B"),
    )
    assert play(Day(ONE, (*nothing, Place("A"), Run(1)))) == play(Day(ONE, (Place("A"), Run(1))))


def test_wrong_orders_are_held_until_they_are_corrected_and_cancelled_ones_never_go() -> None:
    orders = (Basket("A", wrong="PO_MISSING"), Basket("B", wrong="SKU_UNKNOWN"), Basket("C"))
    happenings = (Place("A"), Place("B"), Place("C"), Cancel("C"), Run(1), Correct("A"), Revoke(), Run(1))
    assert play(Day(orders, happenings)).violations == ()


def test_a_worker_dies_after_its_effect_and_another_one_takes_over() -> None:
    dies = Run(1, (Interruption("after", "gxo PUT", 1, (Die(),)),))
    outcome = play(Day(ONE, (Place("A"), dies, Pass(700), Run(2))))
    assert (outcome.violations, outcome.crashes) == ((), 1)


def test_a_worker_that_stands_still_too_long_with_a_request_in_hand_is_killed() -> None:
    """A minute between its last look and the write: its supervisor must not let it go on."""
    hangs = Run(1, (Interruption("before", "gxo PUT", 1, (Pass(60),)),))
    assert play(Day(ONE, (Place("A"), hangs))).crashes == 1
    waits = Run(1, (Interruption("before", "gxo PUT", 1, (Pass(20),)),))
    assert play(Day(ONE, (Place("A"), waits))).crashes == 0


def test_two_workers_in_one_another_ship_an_order_once() -> None:
    beside = Run(1, (Interruption("before", "gxo PUT", 1, (Run(2),)),))
    assert play(Day(ONE, (Place("A"), beside, Ship("A"), Run(2)))).violations == ()


def test_trouble_strikes_as_often_as_it_says() -> None:
    trouble = Trouble("status_500_before", "gxo", "PUT", nth=2, times=2)
    orders = tuple(Basket(name) for name in "ABCDE")
    outcome = play(Day(orders, (trouble, *(Place(basket.name) for basket in orders), Run(1))))
    assert (outcome.violations, outcome.faults) == ((), 2)


def test_a_site_that_can_neither_be_asked_nor_knows_keys_needs_a_person() -> None:
    lost = Trouble("lose_reply", "gxo", "PUT")
    assert play(Day(ONE, (Place("A"), lost, Run(1)), lookup=False)).violations == ()
    lost = Trouble("lose_request", "gxo", "PUT")
    assert play(Day(ONE, (Place("A"), lost, Run(1)), lookup=False)).violations == ()


def test_a_checkout_that_comes_through_late_is_not_lost() -> None:
    orders = (Basket("A"), Basket("B"))
    happenings = (Place("A", committed=False), Place("B"), Run(1), Pass(60), Commit("A"), Run(1))
    assert play(Day(orders, happenings)).violations == ()


def test_the_twin_hides_an_order_until_its_checkout_commits() -> None:
    twin = Twin()
    first, second = twin.place_order(po_number="A"), twin.place_order(po_number="B")
    twin.hide_order(first)
    assert twin.books().orders_placed == 1
    twin.show_order(first)
    assert list(twin.books(held={first, second}).lost) == []
    assert twin.books().lost == (first, second)


def test_corrections_repeats_and_old_versions_end_with_the_latest() -> None:
    happenings = (
        Place("A"),
        Run(1),
        Ship("A", share="1/2"),
        Run(1),
        Reship("A", change=-1, trackings=2),
        Run(2),
        Repeat("A", version=1),
        Run(1),
        Repeat("A"),
    )
    assert play(Day(ONE, happenings)).violations == ()


def test_whatever_a_worker_raises_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`run_once` promises to raise nothing."""

    def fail(_connector: Connector) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(Connector, "run_once", fail)
    broken = play(Day(ONE, (Place("A"), Run(1)))).violations
    assert [each.told for each in broken if each.law == "raised"] == ["a worker raised ValueError: a bug"]
    assert {each.law for each in broken} == {"raised", "seen", "the twin's books"}
