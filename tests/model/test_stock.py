"""The records of the stock flow: when a claim is known for good, and which way a row is changed."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.model import Claim, DueSku, Left, LevelChange, Quantity, SellingTerms

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def left(amount: int, at: dt.datetime | None = NOW) -> Left:
    return Left("S-1", Fraction(amount), at)


DONE = Claim("17", "1", "WIDGET-001", Fraction(12), "17", (left(5, LATER), left(7)), closed=True)


def test_a_claim_that_is_over_is_known_to_every_figure_from_its_last_shipment_on():
    assert DONE.known_since == LATER
    assert evolve(DONE, left=(left(20),)).known_since == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"closed": False},
        {"unclear": True},
        {"left": (left(5), left(6))},
        {"left": (left(5, None), left(7))},
        {"left": (left(12, None),)},
        {"left": ()},
        {"left": (), "amount": Fraction(0)},
    ],
)
def test_a_claim_that_is_open_unclear_or_left_at_an_unknown_time_is_not_known_yet(changes):
    assert evolve(DONE, **changes).known_since is None


@pytest.mark.parametrize(("after", "raises"), [(11, True), (10, False), (9, False)])
def test_a_change_raises_a_row_only_if_it_offers_more(after, raises):
    change = LevelChange("5", "WIDGET-001", "case", Fraction(10), Fraction(after), "why")
    assert (change.raises, change.quantity) == (raises, Quantity(after, "case"))


def test_what_could_not_be_read_of_a_sku_is_none_and_never_a_yes():
    unread = SellingTerms("WIDGET-001")
    assert {unread.manage, unread.decrement, unread.back_order, unread.threshold, unread.in_stock} == {None}
    assert (unread.is_kit, unread.kit) == (False, {})


def test_a_sku_that_falls_due_again_is_another_record():
    assert DueSku("WIDGET-001", NOW, "moved", 1) != DueSku("WIDGET-001", NOW, "moved", 2)
