"""What is free to sell, case by case: what a figure knows of orders by itself, and what is subtracted."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.model import Claim, Left, OrderNews
from orogxo.orchestrator.stock.pool import Figure, Kind, Pool, pool, states_at

SKU = "WIDGET-001"
AS_OF = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
BEFORE, AFTER = AS_OF - SECOND, AS_OF + SECOND


def claim(amount: int = 12, order_id: str = "17", **more: object) -> Claim:
    return evolve(Claim(order_id, "1", SKU, Fraction(amount), ref=order_id), **more)


def news(*told: tuple[str, dt.datetime], ref: str = "17", seq: bool = True) -> dict[str, list[OrderNews]]:
    return {
        ref: [OrderNews(f"E{n}", ref, state, at, n if seq else None) for n, (state, at) in enumerate(told)]
    }


def free(
    claims: list[Claim],
    said: dict[str, list[OrderNews]] | None = None,
    *,
    kind: Kind = "less_accepted",
    told: bool = True,
    figures: dict[str, int] | None = None,
    amount: int = 100,
) -> int:
    known = {ref: Fraction(value) for ref, value in (figures or {}).items()}
    return pool(Figure(SKU, Fraction(amount), AS_OF, known), claims, said or {}, kind=kind, told=told).amount


KNOWN: list[tuple[Kind, str, bool]] = [
    ("on_hand", "accepted", False),
    ("on_hand", "allocated", False),
    ("less_allocated", "accepted", False),
    ("less_allocated", "on_hold", False),
    ("less_allocated", "released", False),
    ("less_allocated", "allocated", True),
    ("less_allocated", "picking", True),
    ("less_allocated", "packed", True),
    ("less_allocated", "partially_shipped", True),
    ("less_accepted", "submitted", False),
    ("less_accepted", "accepted", True),
    ("less_accepted", "on_hold", True),
    ("less_accepted", "released", True),
    ("less_accepted", "allocated", True),
    ("less_accepted", "packed", True),
    ("less_accepted", "rejected", False),
    ("less_accepted", "cancelled", False),
    ("less_accepted", "shipped", False),
    ("less_accepted", "closed", False),
    ("less_accepted", "teleported", False),
]


@pytest.mark.parametrize(("kind", "state", "known"), KNOWN)
def test_which_orders_a_figure_knows_is_declared_by_its_kind(kind: Kind, state: str, known: bool):
    """Contract gateway-v1, section 4.3: the states of an order."""
    assert free([claim()], news((state, BEFORE)), kind=kind) == (100 if known else 88)


def test_an_order_is_known_strictly_after_its_acceptance_and_in_that_very_second_it_is_not():
    assert free([claim()], news(("accepted", BEFORE))) == 100
    assert free([claim()], news(("accepted", AS_OF))) == 88
    assert free([claim()], news(("accepted", AFTER))) == 88
    assert free([claim()], news(("accepted", BEFORE), ("allocated", AS_OF))) == 100, "known either way"
    assert free([claim()], news(("accepted", BEFORE), ("rejected", AS_OF))) == 88


def test_a_held_order_that_was_never_sent_counts():
    assert free([claim(ref="")]) == 88
    assert free([claim(ref="")], figures={"17": 12}) == 88


def test_while_news_may_be_missing_nothing_is_known_by_its_state():
    assert free([claim()], news(("accepted", BEFORE)), told=False) == 88


def test_an_order_refused_and_accepted_again_counts_by_what_it_was_when_the_figure_was_taken():
    again = news(("accepted", BEFORE - DAY), ("rejected", BEFORE), ("accepted", AFTER))
    assert free([claim()], again) == 88
    assert (
        free(
            [claim()],
            news(*[("accepted", BEFORE - DAY), ("rejected", BEFORE - SECOND), ("accepted", BEFORE)]),
        )
        == 100
    )


def test_what_a_movement_after_the_figure_took_for_an_order_is_not_taken_twice():
    assert free([claim()], news(("accepted", AFTER)), figures={"17": 12}, amount=88) == 88
    assert free([claim()], news(("accepted", AFTER)), figures={"17": 5}, amount=95) == 88
    assert free([claim()], news(("accepted", AFTER)), figures={"17": 1}, amount=99) == 88
    assert free([claim()], news(("accepted", AFTER)), figures={"17": 20}, amount=80) == 80, (
        "no more than it wants"
    )


def test_what_was_put_back_for_a_refused_order_is_still_sold():
    assert free([claim()], news(("accepted", BEFORE)), figures={"17": -12}, amount=112) == 100


def test_goods_put_back_offer_nothing_when_nobody_told_that_they_had_been_taken():
    """The movement that took them was lost, or comes later."""
    assert free([claim()], news(), figures={"17": -12}, amount=112) == 88
    assert free([], {"17": []}, figures={"17": -12}, amount=112) == 100, (
        "cancelled: it claims nothing any more"
    )
    assert free([], news(("accepted", BEFORE)), figures={"17": -12}, amount=112, told=False) == 100


def test_goods_put_back_by_a_cancelled_order_that_the_figure_had_left_out_are_free():
    assert free([], news(("accepted", BEFORE)), figures={"17": -12}, amount=112) == 112
    assert free([], news(("accepted", AFTER)), figures={"17": 12}, amount=88) == 88
    assert free([], figures={"ASN-1": -12}, amount=112) == 112, "a receipt is no order of ours"


def test_a_part_given_up_after_the_figure_comes_back_and_the_rest_stays_known():
    part = claim(8, given_up=Fraction(4))
    assert free([part], news(("accepted", BEFORE)), figures={"17": -4}, amount=104) == 104
    assert free([part], news(("accepted", BEFORE)), figures={"17": -6}, amount=106) == 104
    assert free([part], news(("accepted", AFTER)), figures={"17": -4}, amount=104) == 92


def test_of_an_order_changed_since_the_state_proves_nothing_but_goods_put_back_are_believed():
    changed = claim(unproven=True)
    assert free([changed], news(("accepted", BEFORE))) == 88
    assert free([changed], news(("accepted", BEFORE)), figures={"17": -12}, amount=112) == 100
    assert free([changed], news(("accepted", BEFORE)), figures={"17": 12}, amount=88) == 88
    fewer = claim(8, unproven=True, given_up=Fraction(4))
    assert free([fewer], news(("accepted", BEFORE)), figures={"17": -12}, amount=112) == 104
    assert free([fewer], news(("accepted", BEFORE)), figures={"17": -13}, amount=113) == 104


# Shipments --------------------------------------------------------------------------------------------------


def left(amount: int, at: dt.datetime | None = BEFORE, ref: str = "S-1") -> Left:
    return Left(ref, Fraction(amount), at)


@pytest.mark.parametrize(("at", "known"), [(BEFORE, True), (AS_OF, False), (AFTER, False), (None, False)])
def test_goods_that_left_strictly_before_the_figure_are_known_in_every_kind(at, known):
    for kind in ("on_hand", "less_allocated", "less_accepted"):
        assert free([claim(left=(left(12, at),))], kind=kind) == (100 if known else 88)


def test_the_open_rest_of_an_order_that_shipped_in_part_counts_once():
    part = [claim(left=(left(5),))]
    assert free(part, kind="on_hand") == 93
    assert free(part, news(("partially_shipped", BEFORE))) == 100


def test_goods_beyond_the_order_were_not_left_out_before_they_left():
    over = [claim(14, over=Fraction(2), left=(left(14, AFTER),))]
    assert free(over, news(("allocated", BEFORE))) == 98
    assert free(over, news(("allocated", BEFORE)), figures={"S-1": 2}, amount=98) == 98


def test_goods_that_are_missing_cannot_have_been_allocated_but_were_accepted():
    waits = [claim(backordered=Fraction(3), left=(left(5),))]
    said = news(("partially_shipped", BEFORE))
    assert free(waits, said, kind="less_allocated") == 97
    assert free(waits, said, kind="less_accepted") == 100
    assert free([claim(backordered=Fraction(30))], said, kind="less_allocated") == 88, (
        "never more than the claim"
    )


def test_a_shipment_of_two_orders_explains_what_left_for_each_and_no_more():
    first = claim(20, left=(left(5, None),))
    second = claim(7, "18", left=(left(7, None),))
    assert free([first, second], figures={"S-1": 12}, amount=88, kind="on_hand") == 88 - 15
    assert free([second, first], figures={"S-1": 12}, amount=88, kind="on_hand") == 88 - 15
    assert free([first, second], figures={"S-1": 5}, amount=95, kind="on_hand") == 95 - 15 - 7
    assert free([first, second], kind="on_hand") == 100 - 20 - 7


def test_goods_of_strangers_in_the_same_shipment_explain_nothing_of_ours():
    assert free([claim(20, left=(left(5, None),))], figures={"S-1": 12}, amount=88, kind="on_hand") == 88 - 15


def test_a_movement_after_the_figure_outweighs_a_shipment_time_before_it():
    """Shipped at 11:59 and booked at 12:01: the figure of noon did not know it, and it is counted once."""
    assert free([claim(left=(left(5),))], figures={"S-1": 5}, amount=95, kind="on_hand") == 88
    assert free([claim(left=(left(5),))], figures={"S-1": 3}, amount=97, kind="on_hand") == 90
    assert free([claim(left=(left(5),))], figures={"S-1": -3}, amount=103, kind="on_hand") == 96


def test_a_correction_that_puts_goods_back_offers_nothing_until_the_next_figure():
    corrected = claim(11, left=(left(11, AFTER),), closed=True)
    assert free([corrected], figures={"S-1": -1}, amount=101, kind="on_hand") == 89


def test_two_lines_of_one_order_share_what_moved_for_it():
    lines = [claim(), evolve(claim(8), line="2")]
    assert free(lines, news(("accepted", AFTER)), figures={"17": 15}, amount=85) == 80
    shipped = [claim(left=(left(12, None),)), evolve(claim(8, left=(left(8),)), line="2")]
    assert free(shipped, kind="on_hand") == 88


# The pool ---------------------------------------------------------------------------------------------------


def test_the_pool_tells_whose_orders_it_left_out_and_how_much_is_short():
    found = Figure(SKU, Fraction(20), AS_OF)
    claims = [claim(15, "9"), claim(10), evolve(claim(1), line="2", ref=""), claim(0, "8", unclear=True)]
    held = pool(found, claims, {}, kind="on_hand", told=True, reserve=Fraction(3))
    assert (held.sku, held.figure, held.unknown, held.reserve) == (SKU, 20, 26, 3)
    assert (held.amount, held.short, held.unclear) == (0, 6, True)
    assert held.orders == ("17", "9"), "an order of two parts is named once, one that takes nothing never"


def test_without_orders_and_reserve_all_of_the_figure_may_be_sold():
    bare = Pool(SKU, Fraction(20))
    assert (bare.amount, bare.short, bare.unclear, bare.orders) == (20, 0, False, ())


def test_a_reserve_lowers_the_pool_and_is_no_shortage():
    held = pool(
        Figure(SKU, Fraction(20), AS_OF), [claim()], {}, kind="on_hand", told=True, reserve=Fraction(9)
    )
    assert (held.amount, held.short, held.unclear) == (0, 0, False)
    held = pool(
        Figure(SKU, Fraction(20), AS_OF), [claim()], {}, kind="on_hand", told=True, reserve=Fraction(5)
    )
    assert held.amount == 3


AMOUNTS = st.integers(0, 20)
TIMES = st.sampled_from([BEFORE, AS_OF, AFTER, None])


@st.composite
def claims_on(draw: st.DrawFn) -> Claim:
    leaving = [
        left(draw(st.integers(1, 9)), draw(TIMES), draw(st.sampled_from(["S-1", "S-2"]))) for _ in "ab"
    ]
    gone = tuple(leaving[: draw(st.integers(0, 2))])
    amount = sum(one.amount for one in gone) + draw(AMOUNTS)
    return Claim(
        draw(st.sampled_from(["17", "18"])),
        str(draw(st.integers(1, 99))),
        SKU,
        Fraction(amount),
        ref=draw(st.sampled_from(["17", "18", ""])),
        left=gone,
        over=Fraction(draw(st.integers(0, 3))),
        backordered=Fraction(draw(st.integers(0, 3))),
        given_up=Fraction(draw(st.integers(0, 3))),
        unproven=draw(st.booleans()),
    )


@given(
    st.lists(claims_on(), max_size=5),
    st.dictionaries(st.sampled_from(["17", "18", "S-1", "S-2"]), st.integers(-9, 9)),
    st.lists(
        st.tuples(st.sampled_from(["accepted", "allocated", "rejected"]), TIMES.filter(bool)), max_size=3
    ),
    st.sampled_from(["on_hand", "less_allocated", "less_accepted"]),
    st.booleans(),
)
def test_a_pool_is_never_above_its_figure_and_news_or_its_absence_never_adds_to_it(
    claims, known, told, kind, all_told
):
    said = news(*told)
    found = free(claims, said, kind=kind, told=all_told, figures=known)
    assert 0 <= found <= 100
    assert found >= free(claims, said, kind=kind, told=False, figures=known)
    assert found >= free(claims, said, kind="on_hand", told=True, figures=known)
    assert found == free(claims[::-1], said, kind=kind, told=all_told, figures=known)


# Where an order stood ---------------------------------------------------------------------------------------


def stood(*told: tuple[str, dt.datetime], seq: bool = True) -> frozenset[str]:
    return states_at(news(*told, seq=seq)["17"], AS_OF)


def test_before_any_news_nothing_is_known():
    assert stood() == {""}
    assert stood(("accepted", AFTER)) == {""}
    assert stood(("accepted", AS_OF)) == {"", "accepted"}


def test_the_last_news_before_the_figure_counts_whatever_came_first_to_us():
    assert stood(("allocated", BEFORE), ("accepted", BEFORE - DAY)) == {"allocated"}


def test_of_two_states_in_one_second_the_later_counts_and_without_an_order_both_may_hold():
    both = (("accepted", BEFORE), ("rejected", BEFORE))
    assert stood(*both) == {"rejected"}
    assert stood(*both, seq=False) == {"accepted", "rejected"}
    numbered = news(*both)["17"]
    assert states_at([numbered[0], evolve(numbered[1], seq=None)], AS_OF) == {"accepted", "rejected"}


def test_asking_for_a_cancellation_moves_no_goods():
    assert stood(("accepted", BEFORE - SECOND), ("cancel_requested", BEFORE)) == {"accepted"}
    assert stood(("cancel_requested", AS_OF)) == {""}
