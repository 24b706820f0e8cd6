"""Order lines as the warehouse picks them: kits taken apart, every quantity in base units."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.mapping.units import UnitBook
from orogxo.model.fulfilment import FulfilmentLine
from orogxo.model.orders import OrderLine
from orogxo.model.quantities import Quantity

UN_ECE_REC_20: Mapping[str, str] = {
    "each": "EA", "item": "EA", "piece": "EA", "set": "SET",
    "kg": "KGM", "g": "GRM", "lb": "LBR", "m": "MTR", "l": "LTR",
}  # fmt: skip
"""Unit codes of UN/ECE Recommendation 20 for the usual base units."""

_REF = re.compile(r"[A-Za-z0-9._-]{1,64}")


@frozen
class Uoms:
    """The warehouse's code for each base unit (UN/ECE Recommendation 20)."""

    codes: Mapping[str, str] = field(default=UN_ECE_REC_20)

    def code(self, unit: str) -> str:
        """The code of `unit`. Raises MappingError (UOM_UNMAPPED)."""
        if not self.codes.get(unit):
            raise MappingError(
                f"base unit {unit!r} has no UN/ECE Rec 20 code",
                code="UOM_UNMAPPED",
                path="unit",
                value=unit,
                hint=f'add to the uoms table: {unit} = "<its code, as agreed with the warehouse>"',
            )
        return self.codes[unit]


@frozen
class Pick:
    """One SKU to pick for an order line: the line itself, or one component of a kit.

    `sold` is what the customer bought of this SKU; `path` leads to it in the order.
    """

    ref: str
    order_line_id: str
    sku: str
    sold: Quantity
    path: str


def picks(line: OrderLine) -> tuple[Pick, ...]:
    """What to pick for `line`: itself, or for a kit its components as sold, never the kit's own SKU.

    A component's quantity is for one kit, so it is multiplied by the line's (a kit without components: none).
    """
    path = f"lines[{line.id}]"
    if not (line.is_kit or line.components):
        return (Pick(line.id, line.id, line.sku, line.quantity, path),)
    return tuple(
        Pick(
            f"{line.id}.{part.id}",
            line.id,
            part.sku,
            part.quantity * line.quantity.amount,
            f"{path}.components[{part.id}]",
        )
        for part in line.components
    )


def sendable_ref(ref: str, path: str) -> str:
    """`ref` if every warehouse format can carry it. Raises MappingError (REFERENCE_UNSENDABLE)."""
    if not _REF.fullmatch(ref):
        raise MappingError(
            f"reference {ref[:80]!r} cannot be sent",
            code="REFERENCE_UNSENDABLE",
            path=path,
            value=ascii(ref[:80]),
            hint="use 1 to 64 of the characters A-Z a-z 0-9 . _ - in the reference prefix and in ids",
        )
    return ref


def fulfilment_line(pick: Pick, units: UnitBook, uoms: Uoms) -> FulfilmentLine:
    """`pick` in the base unit of its SKU.

    Raises MappingError: SKU_UNMAPPED, UNIT_UNMAPPED, UNIT_AMBIGUOUS, FRACTIONAL_EACH (the base unit cannot be
    divided that finely), UOM_UNMAPPED, REFERENCE_UNSENDABLE.
    """
    quantity = units.to_base(pick.sku, pick.sold)
    if not units.whole_enough(pick.sku, quantity):
        raise MappingError(
            f"{pick.sold} of {pick.sku} is {quantity}, which cannot be picked exactly",
            code="FRACTIONAL_EACH",
            path="quantity",
            value=str(quantity),
            hint="correct the line's quantity or unit in OroCommerce",
        )
    uom = uoms.code(quantity.unit)
    return FulfilmentLine(
        sendable_ref(pick.ref, pick.path), pick.order_line_id, pick.sku, quantity, uom, pick.sold
    )
