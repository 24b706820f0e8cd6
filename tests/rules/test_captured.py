"""A changed pack size never alters an order that was already seen (UNIT_RATE_CHANGED)."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.mapping import UnitBook, Uoms
from orogxo.model import Order, Quantity
from orogxo.rules import Prepared, Tables
from support.orders import TABLES, a_line, an_order, prepared


def units(body: str) -> Tables:
    return evolve(TABLES, units=UnitBook.from_text(f'[skus."WIDGET-001"]\n{body}\n'))


def codes(outcome: Prepared) -> list[str]:
    return [violation.code for violation in outcome.violations]


TWELVE, TEN = units('base = "each"\ncase = 12'), units('base = "each"\ncase = 10')
SEEN = prepared(an_order(), TWELVE).captured


def test_a_changed_pack_size_holds_an_order_already_seen():
    outcome = prepared(an_order(), TEN, captured=SEEN)
    (violation,) = outcome.violations
    assert (outcome.request, violation.code, violation.path) == (None, "UNIT_RATE_CHANGED", "lines[101].unit")
    assert violation.evidence == ("captured 12 each EA", "today 10 each EA")
    assert outcome.captured == SEEN


def test_a_waiver_ships_by_todays_size_and_remembers_the_first():
    outcome = prepared(an_order(), TEN, captured=SEEN, waivers=["UNIT_RATE_CHANGED"])
    assert [line.quantity for line in outcome.request.lines] == [Quantity(10, "each")]
    assert outcome.captured == SEEN


def test_the_size_put_back_releases():
    assert prepared(an_order(), TWELVE, captured=SEEN).request.lines == SEEN


def test_an_order_first_seen_today_goes_by_todays_size():
    assert prepared(an_order(), TEN).request.lines[0].quantity == Quantity(10, "each")


@pytest.mark.parametrize(
    "changed",
    [a_line(quantity=Quantity(2, "case")), a_line(quantity=Quantity(12, "each")), a_line(id="102")],
)
def test_a_line_that_the_customer_changed_is_captured_anew(changed):
    outcome = prepared(an_order(lines=(changed,)), TEN, captured=SEEN)
    assert codes(outcome) == []
    assert outcome.captured == outcome.request.lines != SEEN


def test_another_name_for_the_base_with_the_same_count_and_code_is_no_change():
    renamed = units('base = "item"\ncase = 12')
    assert prepared(an_order(), renamed, captured=SEEN).request.lines[0].quantity == Quantity(12, "item")


def test_the_same_number_of_another_thing_is_a_change():
    weighed = units('base = "kg"\ncase = 12')
    assert codes(prepared(an_order(), weighed, captured=SEEN)) == ["UNIT_RATE_CHANGED"]


def test_another_warehouse_code_for_the_same_base_is_no_change():
    outcome = prepared(an_order(), evolve(TWELVE, uoms=Uoms({"each": "PCE"})), captured=SEEN)
    assert outcome.request.lines[0].uom == "PCE"


def test_lines_are_captured_even_while_the_order_is_held_for_another_reason():
    held = prepared(an_order(po_number=None, lines=(a_line(), a_line(id="9", sku="NEW-1"))), TWELVE)
    assert (held.request, [line.ref for line in held.captured]) == (None, ["101"])
    later = prepared(an_order(), TEN, captured=held.captured)
    assert codes(later) == ["UNIT_RATE_CHANGED"]


def test_a_capture_outlives_a_day_on_which_the_unit_is_unknown():
    lost = prepared(an_order(), units('base = "each"'), captured=SEEN)
    assert (codes(lost), lost.captured) == (["UNIT_UNMAPPED"], SEEN)


def test_a_line_taken_off_the_order_is_forgotten():
    order = an_order(lines=(a_line(id="9"),))
    assert [line.ref for line in prepared(order, TWELVE, captured=SEEN).captured] == ["9"]


SIZES = st.integers(1, 50)


@given(SIZES, st.lists(SIZES, min_size=1, max_size=5), st.integers(1, 20))
def test_whatever_happens_to_the_size_only_the_first_one_ships_unwaived(first, later, count):
    order: Order = an_order(lines=(a_line(quantity=Quantity(count, "case")),))
    captured = prepared(order, units(f'base = "each"\ncase = {first}')).captured
    for size in later:
        outcome = prepared(order, units(f'base = "each"\ncase = {size}'), captured=captured)
        captured = outcome.captured
        if outcome.request is not None:
            assert outcome.request.lines[0].quantity.amount == first * count
        assert (outcome.request is None) == (size != first)
