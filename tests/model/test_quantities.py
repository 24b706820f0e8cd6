"""Exact amounts: what is read, what is refused, and that nothing is lost on the way."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.model import Quantity, as_decimal, exact, plain

FRACTIONS = st.fractions(max_denominator=10**6).filter(lambda value: abs(value) < 10**12)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("12", Fraction(12)),
        (" 0.25 ", Fraction(1, 4)),
        ("11/12", Fraction(11, 12)),
        ("-3", Fraction(-3)),
        ("1e3", Fraction(1000)),
        ("5E-1", Fraction(1, 2)),
        (12, Fraction(12)),
        (Decimal("0.10"), Fraction(1, 10)),
        (Decimal("1E+2"), Fraction(100)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_reads_without_loss(value, amount):
    assert exact(value) == amount


@pytest.mark.parametrize("value", [0.1, 12.0, True, None, b"1", [1]])
def test_a_float_or_another_type_is_a_mistake_of_the_program(value):
    with pytest.raises(TypeError, match="a quantity is a str, int, Decimal or Fraction"):
        exact(value)


@pytest.mark.parametrize(
    "text",
    ["", "twelve", "1_000", "1/0", "NaN", "inf", "1e999999999", "1e31", "1e", "1e+-3", "e5", "١٢", "9" * 41],
)
def test_refuses_text_that_is_no_finite_number(text):
    with pytest.raises(MappingError) as caught:
        exact(text)
    assert caught.value.code == "QUANTITY_UNREADABLE"
    assert len(caught.value.value) < 50


@given(st.text(max_size=50))
def test_any_text_is_a_number_or_a_mapping_error(text):
    try:
        amount, code = exact(text), ""
    except MappingError as error:
        amount, code = None, error.code
    assert isinstance(amount, Fraction) or code == "QUANTITY_UNREADABLE"


@given(FRACTIONS)
def test_the_plain_text_of_an_amount_reads_back_as_the_same_amount(amount):
    assert exact(plain(amount)) == amount


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_every_decimal_survives(value):
    assert as_decimal(exact(value)) == value


def test_plain_text_is_what_people_write():
    assert [plain(Fraction(text)) for text in ("12", "0.25", "11/12", "-1/8", "-2/3")] == [
        "12", "0.25", "11/12", "-0.125", "-2/3",
    ]  # fmt: skip


def test_a_third_has_no_decimal():
    assert as_decimal(Fraction(1, 3)) is None
    assert as_decimal(Fraction(-5, 4)) == Decimal("-1.25")


def test_arithmetic_stays_within_one_unit():
    case = Quantity("1.5", "case")
    assert case + Quantity("1/2", "case") == Quantity(2, "case")
    assert case - Quantity(2, "case") == Quantity("-0.5", "case")
    assert case * "2/3" == Quantity(1, "case")
    for combine in (Quantity.__add__, Quantity.__sub__):
        with pytest.raises(MappingError) as caught:
            combine(case, Quantity(12, "each"))
        assert caught.value.code == "UNIT_MISMATCH"


def test_equal_means_same_amount_and_same_unit():
    assert Quantity("0.5", "kg") == Quantity("1/2", "kg")
    assert hash(Quantity("0.5", "kg")) == hash(Quantity("1/2", "kg"))
    assert Quantity(1, "case") != Quantity(12, "each")


def test_says_itself_plainly():
    eleven = Quantity("11/12", "case")
    assert (str(eleven), repr(eleven)) == ("11/12 case", "Quantity('11/12', 'case')")
    assert (eleven.whole, Quantity("4.0", "case").whole) == (False, True)
    assert pickle.loads(pickle.dumps(eleven)) == eleven
