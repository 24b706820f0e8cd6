"""Laws of a stock movement: the direction stands in the two statuses, and nowhere else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.model import Quantity, StockMovement

NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
STATUSES = ["", "available", "hold", "damaged"]


def movement(amount: int, from_status: str, to_status: str) -> StockMovement:
    return StockMovement("A/1", NOW, "WIDGET-001", Quantity(amount, "EA"), from_status, to_status, "count")


@given(st.integers(0, 99), st.sampled_from(STATUSES), st.sampled_from(STATUSES))
def test_what_leaves_one_status_enters_the_other(amount, from_status, to_status):
    if from_status == to_status:
        return
    moved = movement(amount, from_status, to_status)
    assert moved.change(from_status) == -amount
    assert moved.change(to_status) == amount
    assert sum(moved.change(status) for status in STATUSES) == 0


@pytest.mark.parametrize(("amount", "ways"), [(-1, ("", "hold")), (1, ("hold", "hold")), (1, ("", ""))])
def test_a_sign_or_a_circle_is_no_movement(amount, ways):
    with pytest.raises(MappingError) as caught:
        movement(amount, *ways)
    assert (caught.value.code, caught.value.path) == ("MOVEMENT_UNCLEAR", "movements[A/1]")
