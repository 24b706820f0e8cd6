"""The units of one SKU as exact factors, and how a declaration and OroCommerce's rates become one table.

A factor is how many base units one unit holds. Nothing here is rounded and nothing is assumed: a unit whose
size cannot be known exactly carries a doubt in words, and only a person's declaration removes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Protocol, TypeAlias

from attrs import evolve, field, frozen

from orogxo.errors import MappingError
from orogxo.model.quantities import exact, plain

Ratio: TypeAlias = Callable[[str, str], "Fraction | None"]
"""`ratio("lb", "kg")`: how many of the second one of the first holds, by physics; None where it is silent."""

LARGEST = 10**40
"""No factor has a numerator or denominator above this: a tower of packs must not grow without end."""


class SellingUnit(Protocol):
    """One unit of a product as OroCommerce states it; `model.ProductUnit` fits."""

    @property
    def code(self) -> str:
        """The unit's code."""
        ...

    @property
    def rate(self) -> Decimal | None:
        """How many primary units one holds, as read."""
        ...

    @property
    def precision(self) -> int:
        """Decimals that the shop allows."""
        ...


class Sellable(Protocol):
    """A product with its units, the primary one first; `model.Product` fits."""

    @property
    def sku(self) -> str:
        """The SKU."""
        ...

    @property
    def units(self) -> Sequence[SellingUnit]:
        """Its units, the primary one first."""
        ...


@frozen
class SkuUnits:
    """What is known about the units of one SKU.

    `factors`: base units that one unit holds (units of the primary one where `base` is ""). `doubts`: units
    that cannot be used, each with the reason; `doubt`: why none of them can. `precisions`: decimals allowed
    per unit. `notes`: where a declaration overruled OroCommerce.
    """

    sku: str
    base: str
    factors: Mapping[str, Fraction]
    precisions: Mapping[str, int] = field(factory=dict)
    doubts: Mapping[str, str] = field(factory=dict)
    doubt: str = ""
    notes: tuple[str, ...] = ()


def sane(factor: Fraction) -> bool:
    """Whether `factor` is above zero and of a size that goods can have."""
    return factor > 0 and max(factor.numerator, factor.denominator) <= LARGEST


def within(factors: Mapping[str, Fraction], unit: str, ratio: Ratio) -> Fraction | None:
    """The factor of `unit`, by name or by physics through a known unit; None where neither tells."""
    if unit in factors:
        return factors[unit]
    for known, factor in factors.items():
        held = ratio(unit, known)
        if held is not None:
            return held * factor
    return None


def contradiction(factors: Mapping[str, Fraction], ratio: Ratio) -> str:
    """A sentence about two physical units whose factors defy physics (1 kg = 900 g), or ""."""
    physical = [unit for unit in factors if ratio(unit, unit) is not None]
    for unit, other in combinations(physical, 2):
        held = ratio(unit, other)
        told = factors[unit] / factors[other]
        if held is not None and held != told:
            return f"one {unit} is stated to be {plain(told)} {other}, but it is {plain(held)}"
    return ""


def read_shop(product: Sellable, ratio: Ratio) -> SkuUnits:
    """The units of an OroCommerce product.

    OroCommerce keeps a rate as a nullable FLOAT, so only a rate that is an integer, or whose reciprocal is
    one, is taken at its word. The base is the smallest unit of which all accepted ones are whole multiples.
    """
    rates, doubts = _rates(product.units)
    stated = SkuUnits(product.sku, "", rates, {unit.code: unit.precision for unit in product.units}, doubts)
    primary = product.units[0].code if product.units else ""
    if rates.get(primary) != 1:
        return unusable(
            product, f"the primary unit {primary!r} must have rate 1, or the others refer to nothing"
        )
    if reason := contradiction(rates, ratio):
        return unusable(product, reason)
    base = min(rates, key=rates.__getitem__)
    factors = {unit: rate / rates[base] for unit, rate in rates.items()}
    odd = [unit for unit, factor in factors.items() if factor.denominator != 1]
    if odd:
        reason = f"no unit divides all others: one {odd[0]} is {plain(factors[odd[0]])} {base}"
        return evolve(stated, doubt=reason)
    return evolve(stated, base=base, factors=factors)


def unusable(product: Sellable, reason: str) -> SkuUnits:
    """A product none of whose units can be trusted, and why."""
    return SkuUnits(product.sku, "", {}, doubts={unit.code: reason for unit in product.units}, doubt=reason)


def _rates(units: Sequence[SellingUnit]) -> tuple[dict[str, Fraction], dict[str, str]]:
    rates: dict[str, Fraction] = {}
    doubts: dict[str, str] = {}
    for unit in units:
        rate = _clean(unit.rate)
        if rate is None:
            doubts[unit.code] = (
                f"its rate {unit.rate} is neither a whole number nor one part of a whole number"
            )
        elif rates.setdefault(unit.code, rate) != rate:
            doubts[unit.code] = "it is listed twice with different rates"
    return {code: rate for code, rate in rates.items() if code not in doubts}, doubts


def _clean(rate: Decimal | None) -> Fraction | None:
    try:
        value = exact(rate) if rate is not None else Fraction(0)
    except MappingError:
        return None
    return value if sane(value) and 1 in (value.numerator, value.denominator) else None


def overrule(declared: SkuUnits, shop: SkuUnits, ratio: Ratio) -> SkuUnits:
    """`declared` with what OroCommerce adds to it; where both name a unit, the declaration stands.

    A unit that only OroCommerce names joins when both agree on every unit they share, and either the declared
    base is one of the shared ones or all shared numbers are equal (the base merely has another name). Else
    nobody knows how it relates to the declared base, and it stays in doubt until somebody declares it.
    """
    shared = {
        unit: factor for unit in shop.factors if (factor := within(declared.factors, unit, ratio)) is not None
    }
    scales = {factor / shop.factors[unit] for unit, factor in shared.items()}
    anchored = within(shop.factors, declared.base, ratio) is not None
    linked = len(scales) == 1 and (anchored or scales == {1})
    factors, doubts = dict(declared.factors), {}
    for unit, factor in shop.factors.items():
        if unit not in shared and linked:
            factors[unit] = factor * next(iter(scales))
        elif unit not in shared:
            doubts[unit] = f"no agreed unit ties it to the declared base {declared.base!r}"
    doubts |= {unit: why for unit, why in shop.doubts.items() if unit not in declared.factors}
    return evolve(
        declared,
        factors=factors,
        precisions={**shop.precisions, **declared.precisions},
        doubts=doubts,
        notes=(
            *declared.notes,
            *shop.notes,
            *_differences(declared, shop, shared),
            *_settled(declared, shop),
        ),
    )


def _differences(declared: SkuUnits, shop: SkuUnits, shared: Mapping[str, Fraction]) -> list[str]:
    anchor = declared.base if declared.base in shared else next(iter(shared), "")
    told = {unit: shop.factors[unit] * shared[anchor] / shop.factors[anchor] for unit in shared}
    return [
        f"{declared.sku}: one {unit} is {plain(factor)} {declared.base} as declared, which overrules"
        f" {plain(told[unit])} {declared.base}"
        for unit, factor in shared.items()
        if told[unit] != factor
    ]


def _settled(declared: SkuUnits, shop: SkuUnits) -> list[str]:
    return [
        f"{declared.sku}: one {unit} is {plain(declared.factors[unit])} {declared.base} as declared,"
        f" which settles a doubt: {why}"
        for unit, why in shop.doubts.items()
        if unit in declared.factors
    ]
