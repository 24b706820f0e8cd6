"""Each law of a day, broken on purpose: a law that cannot be broken says nothing."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from orogxo.model import Fulfilment, LineLedger, Quantity, Shipment, ShipmentLine, State
from orogxo.ports import Transaction
from orogxo.sandbox import Twin
from orogxo.soak import Basket, Place
from orogxo.soak.laws import Evening, broken_by_save, judge
from orogxo.soak.people import People
from orogxo.storage import MemoryStore
from support.worlds import World

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


def shipment(version: int = 1, amount: int = 5) -> Shipment:
    line = ShipmentLine("1", "WIDGET-001", Quantity(amount, "EA"))
    return Shipment("S1", "7", (line,), version=version)


def fulfilment(**changes: Any) -> Fulfilment:
    line = LineLedger(
        "1", "1", "WIDGET-001", "item", "EA", Quantity(1, "case"), Fraction(12), shipped=Fraction(5)
    )
    known = Fulfilment("7", "7", lines=(line,), shipments=(shipment(),), changed_at=NOON)
    return evolve(known, **changes)


def laws(before: Fulfilment | None, after: Fulfilment) -> list[str]:
    return [broken.law for broken in broken_by_save(before, after)]


def test_a_good_save_breaks_nothing() -> None:
    assert laws(None, fulfilment()) == laws(fulfilment(), fulfilment()) == []


@pytest.mark.parametrize("figure", ["shipped", "short", "cancelled"])
def test_no_figure_of_a_line_is_negative(figure: str) -> None:
    (line,) = fulfilment().lines
    assert "books" in laws(None, fulfilment(lines=(evolve(line, **{figure: Fraction(-1)}),)))


def test_what_is_booked_is_what_the_shipments_say() -> None:
    assert laws(None, fulfilment(shipments=(shipment(amount=6),))) == ["books"]


def test_nothing_goes_back() -> None:
    second = fulfilment(shipments=(shipment(version=2),))
    assert laws(fulfilment(), second) == []
    assert laws(second, fulfilment()) == ["backwards"]
    assert laws(fulfilment(), fulfilment(changed_at=NOON - dt.timedelta(seconds=1))) == ["backwards"]
    assert laws(fulfilment(), fulfilment(changed_at=None)) == ["backwards"]


class Tampering:
    """Rows in which something is not as it was written."""

    def __init__(self, rows: Transaction, **instead: Any) -> None:
        self._rows, self._instead = rows, instead

    def __getattr__(self, name: str) -> Any:
        if name in self._instead:
            return lambda *args, **kwargs: self._instead[name](getattr(self._rows, name)(*args, **kwargs))
        return getattr(self._rows, name)


@pytest.fixture
def evening() -> tuple[Evening, MemoryStore]:
    """One order, shipped and closed."""
    store = MemoryStore()
    world = World(Twin(), store)
    people = People(world.twin, {"A": Basket("A")})
    people.do(Place("A"))
    world.run()
    world.twin.work()
    world.run()
    world.run()
    return Evening(world.twin, people, (), frozenset({"hush"})), store


def judged(evening: tuple[Evening, MemoryStore], **instead: Any) -> list[str]:
    scene, store = evening
    with store.transaction() as rows:
        tampered: Any = Tampering(rows, **instead)
        return [broken.law for broken in judge(scene, tampered)]


def test_a_good_evening_breaks_nothing(evening: tuple[Evening, MemoryStore]) -> None:
    assert judged(evening) == []


def test_an_order_that_is_stuck_is_seen(evening: tuple[Evening, MemoryStore]) -> None:
    assert judged(evening, fulfilment=lambda found: evolve(found, state=State.PICKING)) == ["stuck"]


def test_an_order_that_is_held_for_nothing_is_seen(evening: tuple[Evening, MemoryStore]) -> None:
    assert judged(evening, fulfilment=lambda found: evolve(found, state=State.HELD)) == ["stuck", "held"]


def test_an_order_that_was_never_seen_is_seen(evening: tuple[Evening, MemoryStore]) -> None:
    assert judged(evening, fulfilment=lambda found: None) == ["seen"]


def test_a_change_that_was_never_read_is_seen(evening: tuple[Evening, MemoryStore]) -> None:
    evening[0].people.changed_at["1"] += dt.timedelta(hours=1)
    assert judged(evening) == ["seen"]


def test_books_that_differ_from_what_left_the_building_are_seen(
    evening: tuple[Evening, MemoryStore],
) -> None:
    def one_less(found: Fulfilment) -> Fulfilment:
        (line,) = found.lines
        return evolve(found, lines=(evolve(line, shipped=line.shipped - 1),))

    assert judged(evening, fulfilment=one_less) == ["books", "books"], "wrong, and closed with one open"


def test_a_journal_that_was_changed_is_seen(evening: tuple[Evening, MemoryStore]) -> None:
    assert "journal" in judged(evening, journal=lambda entries: entries[1:])


def test_a_secret_that_is_written_down_is_seen(evening: tuple[Evening, MemoryStore]) -> None:
    told = evolve(evening[0], heard=("the password is hush",))
    assert judged((told, evening[1])) == ["secret"]


def test_what_the_twins_own_books_say_is_passed_on(evening: tuple[Evening, MemoryStore]) -> None:
    evening[0].people.do(Place("A"))
    evening[0].twin.place_order(po_number="nobody sends it")
    assert judged(evening) == ["the twin's books"]
