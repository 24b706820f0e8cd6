"""Stock figures in base units: what the warehouse counts, in the unit that the pool is kept in."""

from __future__ import annotations

from fractions import Fraction

from orogxo.errors import MappingError
from orogxo.mapping.lines import Uoms
from orogxo.mapping.units import UnitBook
from orogxo.model.quantities import Quantity


def in_base(sku: str, quantity: Quantity, units: UnitBook, uoms: Uoms) -> Fraction:
    """`quantity`, in a unit of the warehouse (UN/ECE Rec 20), as base units of `sku`.

    The base unit's own code counts one for one; any other code must belong to one unit, or to one of several
    that the SKU comes in. Raises MappingError: STOCK_UNIT_UNKNOWN for a code that does not, and those of
    `UnitBook`: SKU_UNMAPPED, UNIT_UNMAPPED, UNIT_AMBIGUOUS.
    """
    base = units.base(sku)
    if quantity.unit in (uoms.codes.get(base), base):
        return quantity.amount
    named = [unit for unit, code in uoms.codes.items() if code == quantity.unit]
    if len(named) > 1:
        named = [unit for unit in named if unit in units.units(sku)]
    if len(named) != 1:
        raise MappingError(
            f"the warehouse counts {sku} in {quantity.unit!r}, which is no unit of it that orogxo knows",
            code="STOCK_UNIT_UNKNOWN",
            path="unit",
            value=quantity.unit,
            hint=f'add the code to the uoms table: case = "{quantity.unit}", and the unit to the units file',
            context={"sku": sku, "base unit": base},
        )
    return quantity.amount * units.factor(sku, named[0])
