"""Units, exactly: how many eaches a case holds, per SKU, in rationals and never in floats.

Two sources feed a `UnitBook`. OroCommerce's own rates (`from_oro`) are taken at their word when they are
whole numbers or one part of a whole number; a person's declarations (`from_toml`) may be any exact number,
and win: `UnitBook.from_toml("units.toml").declared_over(UnitBook.from_oro(products))`.

Weights, lengths, areas and volumes convert by physics (pint, in fractions) when the SKU has a unit of that
dimension. Only the names in `PHYSICAL` do: pint also knows "count" and "drum", and those are pack sizes here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.mapping.declarations import MOST_DECIMALS, read_declarations
from orogxo.mapping.packs import Sellable, SkuUnits, overrule, read_shop, unusable, within
from orogxo.model.quantities import Quantity

PHYSICAL: Mapping[str, tuple[str, str]] = {
    "kg": ("mass", "kilogram"), "g": ("mass", "gram"), "mg": ("mass", "milligram"),
    "t": ("mass", "metric_ton"), "lb": ("mass", "pound"), "oz": ("mass", "ounce"),
    "m": ("length", "meter"), "cm": ("length", "centimeter"), "mm": ("length", "millimeter"),
    "km": ("length", "kilometer"), "ft": ("length", "foot"), "in": ("length", "inch"),
    "yd": ("length", "yard"), "m2": ("area", "meter**2"), "m3": ("volume", "meter**3"),
    "l": ("volume", "liter"), "ml": ("volume", "milliliter"), "gal": ("volume", "gallon"),
}  # fmt: skip
"""Unit codes with a physical meaning: dimension and pint's name (`gal`: US liquid gallon, `t`: tonne)."""


@cache
def _registry() -> Any:
    import pint  # noqa: PLC0415 - slow to import, and most catalogues never need a physical unit

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


@cache
def _ratio(unit: str, other: str) -> Fraction | None:
    (dimension, name), (wanted, target) = PHYSICAL.get(unit, ("", "")), PHYSICAL.get(other, ("", ""))
    if not name or dimension != wanted:
        return None
    if unit == other:
        return Fraction(1)
    return Fraction(_registry().Quantity(Fraction(1), name).m_as(target))


def _counted(skus: Mapping[str, SkuUnits]) -> str:
    return f"<{len(skus)} SKUs>"


@frozen
class UnitBook:
    """The units of every SKU, exact; look-ups raise MappingError, never guess.

    Codes: SKU_UNMAPPED (no unit of the SKU is known), UNIT_UNMAPPED (that unit is not), UNIT_AMBIGUOUS
    (it is listed, but its size cannot be known exactly). The error's context lists the units that are known.
    """

    _skus: Mapping[str, SkuUnits] = field(factory=dict, alias="skus", repr=_counted)

    # Sources

    @classmethod
    def from_toml(cls, path: str | Path) -> UnitBook:
        """Read declarations from a UTF-8 file. Raises OSError, else as `from_text`."""
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _invalid([f"{Path(path).name}: not UTF-8 ({error.reason} at byte {error.start})"]) from None
        return cls.from_text(text)

    @classmethod
    def from_text(cls, toml_text: str) -> UnitBook:
        """Read declarations: `[skus."WIDGET-001"]`, then `base = "each"`, `case = 12`, `pallet = "40 case"`.

        A value is how many base units one unit holds (12, 0.25, "1/3"), or of another unit ("40 case",
        "2.5 kg"), in any order; `precision` is the number of decimals allowed in the base. Each table names
        its base and is complete in itself. Raises MappingError (UNITS_INVALID) that lists every problem.
        """
        try:
            table = tomllib.loads(toml_text, parse_float=Decimal)
        except (ValueError, RecursionError) as error:  # TOMLDecodeError, or an integer or nesting without end
            raise _invalid([f"not TOML: {error}"]) from None
        return cls.from_mapping(table)

    @classmethod
    def from_mapping(cls, table: Mapping[str, Any]) -> UnitBook:
        """Read declarations from `{"skus": {"WIDGET-001": {"base": "each", "case": 12}}}`; as `from_text`."""
        skus, problems = read_declarations(table, _ratio)
        if problems:
            raise _invalid(problems)
        return cls(skus)

    @classmethod
    def from_oro(cls, products: Iterable[Sellable]) -> UnitBook:
        """Read the units of OroCommerce products (`model.Product`).

        A unit with an unclean rate (null, zero, 0.333333, 11.999999) is in doubt; the product's other units
        are not. Two products of one SKU that disagree leave all its units in doubt.
        """
        skus: dict[str, SkuUnits] = {}
        for product in products:
            units = read_shop(product, _ratio)
            if skus.setdefault(product.sku, units) != units:
                skus[product.sku] = unusable(product, "two products with this SKU state different units")
        return cls(skus)

    def declared_over(self, shop: UnitBook) -> UnitBook:
        """This book of declarations, laid over OroCommerce's.

        For the SKUs and units that it names the declaration rules; a difference is kept in `notes`. A table
        that names a base and one more unit adds that unit to the shop's own, provided that the base (or all
        units named by both, with equal numbers) ties the two together; untied units are UNIT_AMBIGUOUS.
        Books may be laid over each other any number of times.
        """
        laid = {
            sku: overrule(units, shop._skus[sku], _ratio) if sku in shop._skus else units
            for sku, units in self._skus.items()
        }
        return UnitBook({**shop._skus, **laid})

    # Look-ups

    @property
    def skus(self) -> tuple[str, ...]:
        """Every SKU listed, sorted; some of its units may be in doubt."""
        return tuple(sorted(self._skus))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on where a declaration overruled OroCommerce, by SKU."""
        return tuple(note for sku in self.skus for note in self._skus[sku].notes)

    def base(self, sku: str) -> str:
        """The unit that the warehouse counts `sku` in."""
        return self._sound(sku, "").base

    def precision(self, sku: str) -> int | None:
        """Decimals allowed in the base unit, None where nobody said."""
        units = self._sound(sku, "")
        return units.precisions.get(units.base)

    def units(self, sku: str) -> tuple[str, ...]:
        """The usable units of `sku`, smallest first."""
        factors = self._sound(sku, "").factors
        return tuple(sorted(factors, key=lambda unit: (factors[unit], unit)))

    def factor(self, sku: str, unit: str) -> Fraction:
        """How many base units one `unit` of `sku` holds."""
        units = self._sound(sku, unit)
        if unit in units.doubts:
            raise _refused(
                "UNIT_AMBIGUOUS", units, unit, f"{unit!r} of {sku} cannot be used: {units.doubts[unit]}"
            )
        factor = within(units.factors, unit, _ratio)
        if factor is None:
            raise _refused("UNIT_UNMAPPED", units, unit, f"{sku} is not known to come in {unit!r}")
        return factor

    def to_base(self, sku: str, quantity: Quantity) -> Quantity:
        """`quantity` in base units: 1 case of 12 is 12 each."""
        return Quantity(quantity.amount * self.factor(sku, quantity.unit), self.base(sku))

    def convert(self, sku: str, quantity: Quantity, unit: str) -> Quantity:
        """`quantity` in `unit`: 11 each are 11/12 case."""
        return Quantity(self.to_base(sku, quantity).amount / self.factor(sku, unit), unit)

    def whole_enough(self, sku: str, quantity: Quantity) -> bool:
        """Whether `quantity`, in base units, can be picked: no more decimals than the base allows.

        Without a stated precision a counted base allows none, a physical one any decimal of up to 12 places.
        Raises MappingError (UNIT_MISMATCH) when `quantity` is not in the base unit.
        """
        base, decimals = self.base(sku), self.precision(sku)
        if decimals is None:
            decimals = MOST_DECIMALS if base in PHYSICAL else 0
        finest: int = 10**decimals
        return ((quantity - Quantity(0, base)) * finest).whole

    def _sound(self, sku: str, unit: str) -> SkuUnits:
        units = self._skus.get(sku)
        if units is None or not (units.factors or units.doubts):
            raise _refused("SKU_UNMAPPED", SkuUnits(sku, "", {}), unit, f"no units are known for SKU {sku!r}")
        if not units.base:
            raise _refused("UNIT_AMBIGUOUS", units, unit, f"the units of {sku} cannot be used: {units.doubt}")
        return units


def _refused(code: str, units: SkuUnits, unit: str, message: str) -> MappingError:
    base = units.base or "each"
    wanted = f"{unit} = <how many {base} one holds>" if unit and unit != base else "and its units"
    return MappingError(
        message,
        code=code,
        path="sku" if code == "SKU_UNMAPPED" else "unit",
        value=units.sku if code == "SKU_UNMAPPED" else unit,
        hint=f'declare it in the units file: [skus."{units.sku}"] base = "{base}", {wanted}',
        context={"sku": units.sku, "known units": ", ".join(sorted(units.factors)) or "none"},
    )


def _invalid(problems: list[str]) -> MappingError:
    listed = "\n".join(f"- {problem}" for problem in problems)
    return MappingError(
        f"the declared units cannot be used:\n{listed}",
        code="UNITS_INVALID",
        path="skus",
        value=str(len(problems)),
        hint="correct every line listed; nothing was loaded",
    )
