"""What orders take from the pools once goods left: in part, corrected, in place of others, cancelled late."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.errors import MappingError
from orogxo.mapping import opening_ledger
from orogxo.model import Left, Quantity, ShipmentLine, State
from orogxo.orchestrator import events as ev
from orogxo.orchestrator.stock.claims import claims_of
from support.order_lives import (
    CANCELLED,
    LATER,
    REFUSED,
    SENT,
    STOPPED,
    TWO,
    after,
    amounts,
    claims,
    read,
    shipped,
    telling,
)
from support.orders import NOW, a_fulfilment, a_line, a_shipment

# Shipped ----------------------------------------------------------------------------------------------------


def test_an_order_shipped_in_part_takes_the_same_and_tells_what_left():
    (claim,) = claims(after(*SENT, shipped(5, recorded_at=LATER)))
    assert (claim.amount, claim.left, claim.closed) == (12, (Left("S-1", Fraction(5), LATER),), False)
    (claim,) = claims(after(*SENT, shipped(5), shipped(7, id="S-2")))
    assert ([left.ref for left in claim.left], claim.amount, claim.closed) == (["S-1", "S-2"], 12, True)


def test_when_goods_left_is_told_by_the_warehouse_or_not_at_all():
    def at(**changes: object) -> dt.datetime | None:
        return claims(after(*SENT, shipped(12, **changes)))[0].left[0].at

    assert at(shipped_at=NOW, recorded_at=LATER) == LATER
    assert at(shipped_at=NOW) == NOW
    assert at(shipped_at=NOW, version=2) is None, "a correction was booked later than the goods left"
    assert at(shipped_at=NOW, version=2, recorded_at=LATER) == LATER
    assert at() is None


def test_a_shipment_of_several_orders_is_named_as_movements_name_it():
    assert claims(after(*SENT, shipped(12, id="S-9/17")))[0].left[0].ref == "S-9"


def test_goods_given_up_are_no_claim_and_goods_beyond_the_order_are():
    line = ShipmentLine("101", "WIDGET-001", Quantity(9, "EA"), short=Quantity(3, "EA"))
    (claim,) = claims(after(*SENT, shipped(9, lines=(line,))))
    assert (claim.amount, claim.given_up, claim.over, claim.closed) == (9, 3, 0, True)
    (claim,) = claims(after(*SENT, shipped(14)))
    assert (claim.amount, claim.given_up, claim.over) == (14, 0, 2)
    line = evolve(line, shipped=Quantity(2, "EA"), short=Quantity(12, "EA"))
    assert claims(after(*SENT, shipped(2, lines=(line,))))[0].over == 2
    none = evolve(line, shipped=Quantity(0, "EA"))
    assert claims(after(*SENT, shipped(0, lines=(none,)))) == []


def test_a_line_that_expressly_says_none_short_is_booked_like_any_other():
    (claim,) = claims(after(*SENT, telling(short=Quantity(0, "EA"), cancelled=Quantity(0, "EA"))))
    assert (claim.amount, [left.amount for left in claim.left]) == (12, [5])


def test_of_two_lines_the_one_that_has_left_is_closed_and_the_other_is_not():
    both = (read(lines=(a_line(), a_line(id="102"))), *SENT[1:])
    assert [claim.closed for claim in claims(after(*both, shipped(12)))] == [True, False]


def test_the_most_that_was_ever_back_ordered_is_kept():
    def waits(eaches: int, id: str, shipped: int) -> ev.ShipmentRead:  # noqa: A002 - the field's name
        told = ShipmentLine("101", "WIDGET-001", Quantity(shipped, "EA"), backordered=Quantity(eaches, "EA"))
        return ev.ShipmentRead(a_shipment(shipped, id=id, lines=(told,)))

    (claim,) = claims(after(*SENT, waits(5, "S-1", 7), waits(2, "S-2", 3), shipped(1, id="S-3")))
    assert (claim.backordered, claim.amount) == (5, 12)
    wrong = telling(sku="OTHER", backordered=Quantity(9, "EA"))
    assert claims(after(*SENT, wrong))[0].backordered == 0


def test_a_correction_replaces_what_it_corrects():
    (claim,) = claims(after(*SENT, shipped(12), shipped(11, version=2, recorded_at=LATER)))
    assert (claim.amount, claim.left) == (12, (Left("S-1", Fraction(11), LATER),))


def test_what_a_correction_took_back_may_be_set_aside_for_nobody():
    (claim,) = claims(after(*SENT, shipped(5), shipped(0, version=2)))
    assert (claim.amount, claim.left, claim.backordered) == (12, (), 12)
    (claim,) = claims(after(*SENT, shipped(12), shipped(11, version=2)))
    assert (claim.amount, claim.backordered) == (12, 1)


def test_two_texts_of_one_shipment_are_booked_once_and_prove_nothing():
    twice = after(*SENT, shipped(12, recorded_at=LATER), shipped(10, recorded_at=LATER))
    assert len(twice.shipments) == 2
    (claim,) = claims(twice)
    assert (claim.amount, [left.at for left in claim.left]) == (12, [None])
    assert sum(left.amount for left in claim.left) == twice.lines[0].shipped


# Goods on no line of ours -----------------------------------------------------------------------------------


def test_goods_that_left_in_place_of_others_are_a_claim_on_their_own_sku():
    wrong = telling(sku="WIDGET-002", reason="substituted")
    fulfilment = after(*SENT, wrong)
    with_units = claims_of(fulfilment, lambda sku, quantity: quantity.amount)
    assert {(claim.sku, claim.amount, claim.over, claim.closed) for claim in with_units} == {
        ("WIDGET-001", 7, 0, False),
        ("WIDGET-002", 5, 5, True),
    }
    assert with_units[1].left == (Left("S-1", Fraction(5)),)


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"line_ref": "999"}, 5),
        ({"shipped": Quantity(5, "CS")}, 60),
        ({"short": Quantity(1, "CS")}, 5),
        ({"cancelled": Quantity(-1, "EA")}, 5),
    ],
)
def test_goods_on_a_line_that_did_not_ask_for_them_count_beside_it(changes, amount):
    """`mapping.apply` books none of these, so the line stays open."""
    first, strange = claims(after(*SENT, telling(**changes)))
    assert (first.amount, first.left) == (12, ())
    assert (strange.sku, strange.amount, strange.ref, strange.closed) == ("WIDGET-001", amount, "", True)


def test_goods_in_a_unit_without_a_rate_are_unclear_and_nothing_at_all_is_no_claim():
    strange = claims(after(*SENT, telling(shipped=Quantity(5, "XX"))))[1]
    assert (strange.sku, strange.amount, strange.unclear) == ("WIDGET-001", 0, True)
    assert amounts(after(*SENT, telling(line_ref="999", shipped=Quantity(1, "EA"))))["999:S-1:0"] == 1
    for nothing in (0, -1):
        assert len(claims(after(*SENT, telling(line_ref="999", shipped=Quantity(nothing, "EA"))))) == 1


# Cancelled --------------------------------------------------------------------------------------------------


def test_a_cancelled_order_counts_until_the_warehouse_has_confirmed_it():
    asked = after(*SENT, CANCELLED)
    assert (asked.state, amounts(asked)) == (State.CANCELLING, {"101": 12})
    assert amounts(after(STOPPED, start=asked)) == {}


def test_of_a_cancelled_order_a_part_that_left_all_the_same_stays():
    part = after(*SENT, CANCELLED, shipped(5), STOPPED)
    (claim,) = claims(part)
    assert (claim.amount, claim.given_up, claim.closed) == (5, 7, True)
    late = after(*SENT, CANCELLED, STOPPED, shipped(5))
    assert claims(late) == claims(part), "told before or after the confirmation"


def test_a_confirmed_cancellation_ends_a_change_as_well():
    asked = after(*SENT, read(**TWO), CANCELLED)
    assert amounts(asked) == {"101": 12, "101:changed": 12}
    assert amounts(after(STOPPED, start=asked)) == {}
    assert amounts(after(shipped(5), STOPPED, start=asked)) == {"101": 5}


def test_of_a_dropped_order_the_strange_goods_that_had_left_stay():
    """Refused by the warehouse and then dropped; something left under its reference nevertheless."""
    strange = after(*SENT, telling(line_ref="999"), REFUSED, CANCELLED)
    assert (strange.state, amounts(strange)) == (State.CANCELLED, {"999:S-1:0": 5})


def test_books_without_a_request_belong_to_no_reference():
    bare = a_fulfilment(State.PICKING, request=None, lines=opening_ledger(a_fulfilment().request))
    assert [claim.ref for claim in claims(bare)] == [""]


def test_a_mapping_error_is_the_only_one_that_is_understood():
    def broken(sku: str, quantity: Quantity) -> Fraction:
        raise ZeroDivisionError("a bug")

    def unknown(sku: str, quantity: Quantity) -> Fraction:
        raise MappingError("no", code="SKU_UNMAPPED")

    strange = after(*SENT, telling(sku="OTHER"))
    assert claims_of(strange, unknown)[1].unclear
    with pytest.raises(ZeroDivisionError):
        claims_of(strange, broken)
