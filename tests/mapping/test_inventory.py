"""Figures in base units: what the warehouse's codes mean for a SKU, and which ones nobody explained."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.mapping import UnitBook, Uoms
from orogxo.mapping.inventory import in_base
from orogxo.model import Product, ProductUnit, Quantity
from orogxo.rules import RULES

UNITS = UnitBook.from_text(
    '[skus.WIDGET]\nbase = "each"\ncase = 12\npallet = "40 case"\n'
    '[skus.SHEET]\nbase = "piece"\nset = 10\nroll = 7\n'
    '[skus.FLOUR]\nbase = "kg"\nbag = 25\n'
)
UOMS = Uoms(
    {"each": "EA", "piece": "EA", "case": "CS", "set": "SET", "roll": "RL", "drum": "RL", "tube": "RL"}
    | {"kg": "KGM", "g": "GRM", "box": "CS"}
)


def eaches(sku: str, amount: str, unit: str, units: UnitBook = UNITS) -> Fraction:
    return in_base(sku, Quantity(amount, unit), units, UOMS)


@pytest.mark.parametrize(
    ("sku", "amount", "unit", "base"),
    [
        ("WIDGET", "100", "EA", "100"),
        ("WIDGET", "100", "each", "100"),
        ("WIDGET", "8", "CS", "96"),
        ("WIDGET", "-1", "CS", "-12"),
        ("WIDGET", "1/2", "CS", "6"),
        ("SHEET", "5", "EA", "5"),
        ("SHEET", "5", "SET", "50"),
        ("SHEET", "5", "RL", "35"),
        ("FLOUR", "2.5", "KGM", "2.5"),
        ("FLOUR", "500", "GRM", "0.5"),
    ],
)
def test_a_quantity_of_the_warehouse_is_so_many_base_units(sku, amount, unit, base):
    assert eaches(sku, amount, unit) == Fraction(base)


@pytest.mark.parametrize(
    ("sku", "unit", "code"),
    [
        ("WIDGET", "PF", "STOCK_UNIT_UNKNOWN"),
        ("WIDGET", "case", "STOCK_UNIT_UNKNOWN"),
        ("WIDGET", "RL", "STOCK_UNIT_UNKNOWN"),
        ("WIDGET", "SET", "UNIT_UNMAPPED"),
        ("WIDGET", "", "STOCK_UNIT_UNKNOWN"),
        ("GADGET", "EA", "SKU_UNMAPPED"),
    ],
)
def test_a_code_that_nobody_explained_is_refused_by_name(sku, unit, code):
    with pytest.raises(MappingError) as caught:
        eaches(sku, "1", unit)
    assert (caught.value.code, code in RULES) == (code, True)
    assert caught.value.context["sku"] == sku
    assert sku in caught.value.message


def test_a_code_of_several_units_that_the_sku_comes_in_says_nothing():
    both = UnitBook.from_text('[skus.WIDGET]\nbase = "each"\ncase = 12\nbox = 6\n')
    with pytest.raises(MappingError) as caught:
        eaches("WIDGET", "1", "CS", both)
    assert (caught.value.code, caught.value.value, caught.value.path) == ("STOCK_UNIT_UNKNOWN", "CS", "unit")
    assert eaches("WIDGET", "3", "EA", both) == 3


@pytest.mark.parametrize("rate", ["11.999999", None])
def test_a_unit_of_no_clean_rate_is_refused_and_eaches_still_count(rate):
    units = (ProductUnit("each", Decimal(1)), ProductUnit("set", Decimal(rate) if rate else None))
    shop = UnitBook.from_oro([Product("1", "WIDGET", units)])
    with pytest.raises(MappingError, match="UNIT_AMBIGUOUS"):
        eaches("WIDGET", "8", "SET", shop)
    assert eaches("WIDGET", "8", "EA", shop) == 8


def test_without_a_code_of_the_base_its_own_name_still_counts():
    bare = Uoms({"case": "CS"})
    assert in_base("WIDGET", Quantity(5, "each"), UNITS, bare) == 5
    with pytest.raises(MappingError, match="STOCK_UNIT_UNKNOWN"):
        in_base("WIDGET", Quantity(5, "EA"), UNITS, bare)


@given(st.fractions(max_denominator=50), st.fractions(max_denominator=50), st.sampled_from(["EA", "CS"]))
def test_nothing_is_rounded_on_the_way(one, other, unit):
    first, second, both = (
        in_base("WIDGET", Quantity(n, unit), UNITS, UOMS) for n in (one, other, one + other)
    )
    assert both == first + second
