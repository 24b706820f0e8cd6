"""Stock movements: the direction stands in the two status words, never in a sign."""

from __future__ import annotations

import datetime as dt

import pytest

from orogxo.errors import MappingError
from orogxo.model import Quantity
from orogxo.model.inventory import StockMovement

AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def a_movement(eaches: int, from_status: str, to_status: str) -> StockMovement:
    return StockMovement("M1", AT, "WIDGET-001", Quantity(eaches, "EA"), from_status, to_status, "damaged")


def test_what_leaves_one_status_enters_the_other():
    moved = a_movement(5, "available", "damaged")
    assert [moved.change(status) for status in ("available", "damaged", "hold")] == [-5, 5, 0]


def test_goods_found_or_destroyed_come_from_or_go_to_outside_the_books():
    assert a_movement(5, "", "available").change("available") == 5
    assert a_movement(5, "available", "").change("available") == -5


@pytest.mark.parametrize(("eaches", "to_status"), [(-1, "hold"), (1, "available")])
def test_a_sign_or_a_standstill_is_no_movement(eaches, to_status):
    with pytest.raises(MappingError) as caught:
        a_movement(eaches, "available", to_status)
    assert (caught.value.code, caught.value.path) == ("MOVEMENT_UNCLEAR", "movements[M1]")
