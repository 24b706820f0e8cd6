"""Exact amounts: rationals for goods, never a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from orogxo.errors import MappingError

Exact: TypeAlias = "str | int | Decimal | Fraction"

_LONGEST = 40
_WIDEST = 30


def exact(value: Exact) -> Fraction:
    """`value` as a rational without loss: "12", "0.25", "11/12", 12, Decimal("0.25"), Fraction(1, 4).

    Raises TypeError for a float or bool (they carry no exact quantity), MappingError (QUANTITY_UNREADABLE)
    for text that is no finite number, or one so long that reading it could exhaust memory.
    """
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal | Fraction):
        raise TypeError(
            f"a quantity is a str, int, Decimal or Fraction, not {type(value).__name__}: {value!r}"
        )
    if isinstance(value, str | Decimal):
        return _from_text(str(value).strip())
    return Fraction(value)


def _from_text(text: str) -> Fraction:
    mantissa, _, exponent = text.lower().partition("e")
    sensible = text.isascii() and "_" not in text and len(text) <= _LONGEST and len(mantissa) > 0
    if sensible and (not exponent or _small(exponent)):
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            pass
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    raise MappingError(
        f"{shown!r} is not an exact number",
        code="QUANTITY_UNREADABLE",
        value=shown,
        hint="write a plain number",
    )


def _small(exponent: str) -> bool:
    digits = exponent.lstrip("+-")
    return digits.isdigit() and len(digits) <= 3 and int(digits) <= _WIDEST


def plain(amount: Fraction) -> str:
    """`amount` as people write it: "12", "0.25" when the decimal ends, else "11/12"."""
    if amount.denominator == 1:
        return str(amount.numerator)
    decimal = as_decimal(amount)
    return f"{amount.numerator}/{amount.denominator}" if decimal is None else format(decimal, "f")


def as_decimal(amount: Fraction) -> Decimal | None:
    """`amount` as the Decimal of equal value, or None where its decimal expansion never ends."""
    denominator, twos, fives = amount.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return None
    places = max(twos, fives)
    scaled = amount * 10**places
    sign = 1 if scaled < 0 else 0
    return Decimal((sign, tuple(int(digit) for digit in str(abs(scaled.numerator))), -places))


@frozen(order=False)
class Quantity:
    """An exact amount of one unit: `Quantity("11/12", "case")`, `Quantity(12, "each")`.

    `amount` is a Fraction; `unit` a unit code as the owning system spells it. Two quantities are equal when
    amount and unit are; `Quantity(1, "case")` never equals `Quantity(12, "each")`: a `UnitBook` converts.
    Adding or subtracting different units raises MappingError (UNIT_MISMATCH).
    """

    amount: Fraction = field(converter=exact)
    unit: str

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.unit}"

    def __repr__(self) -> str:
        return f"Quantity({plain(self.amount)!r}, {self.unit!r})"

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount + self._same(other), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount - self._same(other), self.unit)

    def __mul__(self, factor: Exact) -> Quantity:
        return Quantity(self.amount * exact(factor), self.unit)

    @property
    def whole(self) -> bool:
        """Whether the amount is a whole number of units."""
        return self.amount.denominator == 1

    def _same(self, other: Quantity) -> Fraction:
        if other.unit != self.unit:
            raise MappingError(
                f"{self} and {other} are in different units",
                code="UNIT_MISMATCH",
                value=str(other),
                hint="convert one of them with a UnitBook first",
            )
        return other.amount
