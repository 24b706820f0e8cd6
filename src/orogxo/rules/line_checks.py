"""What must hold for the lines of an order before they may be picked."""

from __future__ import annotations

from attrs import define, field

from orogxo.errors import MappingError
from orogxo.mapping.lines import Pick, Uoms, fulfilment_line, picks
from orogxo.mapping.units import UnitBook
from orogxo.model.fulfilment import FulfilmentLine
from orogxo.model.orders import OrderLine
from orogxo.rules.violations import Violation, violated


@define
class LineChecks:
    """One run over the lines of one order: `found`, `captured`, `unclear` are its results beside the lines.

    `unclear` are the SKUs of which nobody knows how much the order takes; "" where it may be any SKU.
    `first_seen` are the lines as captured earlier; `granted` the waivable codes that a person let pass.
    """

    units: UnitBook
    uoms: Uoms
    unknown_skus: frozenset[str]
    granted: frozenset[str]
    first_seen: tuple[FulfilmentLine, ...]
    found: list[Violation] = field(factory=list)
    captured: tuple[FulfilmentLine, ...] = ()
    unclear: tuple[str, ...] = ()

    def run(self, lines: tuple[OrderLine, ...]) -> tuple[FulfilmentLine, ...]:
        """The lines to pick; complete only if `found` stays empty."""
        if not lines:
            self._blame("NO_SHIPPABLE_LINE", "lines", "the order has no lines")
        wanted = [pick for line in lines for pick in self._picks(line)]
        resolved = [line for pick in wanted if (line := self._resolve(pick)) is not None]
        refs = [pick.ref for pick in wanted]
        for ref in sorted({ref for ref in refs if refs.count(ref) > 1}):
            self._blame("REFERENCE_UNSENDABLE", f"lines[{ref}]", f"two lines share the reference {ref!r}")
        return tuple(resolved)

    def _blame(self, code: str, path: str, message: str) -> None:
        self.found.append(Violation(code, path, message))

    def _picks(self, line: OrderLine) -> tuple[Pick, ...]:
        path = f"lines[{line.id}]"
        if line.free_form:
            self._blame(
                "FREE_FORM_LINE", path, f"{line.sku or line.name!r} is not a product of the catalogue"
            )
            return ()
        if line.quantity.amount <= 0:
            self._blame(
                "QUANTITY_NOT_POSITIVE", f"{path}.quantity", f"{line.sku}: {line.quantity} cannot be picked"
            )
            return ()
        if line.product_id is None:
            self._blame("SKU_UNKNOWN", f"{path}.sku", f"{line.sku!r} is no product of OroCommerce any more")
        wanted = picks(line)
        if not wanted:
            self._blame("KIT_WITHOUT_COMPONENTS", path, f"kit {line.sku} shows no components to pick")
            self.unclear += ("",)
        elif line.components and not line.quantity.whole:
            told = f"{line.quantity} of kit {line.sku} is not a whole number of kits"
            self._blame("FRACTIONAL_EACH", f"{path}.quantity", told)
        return wanted

    def _resolve(self, pick: Pick) -> FulfilmentLine | None:
        """Map one pick, compare it with the first time it was seen, and remember the earlier of the two."""
        unknown = self._unknown(pick)
        earlier = next((line for line in self.first_seen if _same_sale(line, pick)), None)
        try:
            line = self._mapped(pick)
        except MappingError as error:
            if not (unknown and error.code == "SKU_UNMAPPED"):  # said once, by its cause
                self.found.append(violated(error, pick.path if error.path != pick.path else ""))
            line = None
        if line is not None and earlier is not None and _differs(earlier, line):
            self._rate_changed(pick, earlier, line)
            self.unclear += (pick.sku,)
        kept = earlier or line
        if kept is None:
            self.unclear += (pick.sku,)
        else:
            self.captured += (kept,)
        return line

    def _unknown(self, pick: Pick) -> bool:
        if pick.sku in self.unknown_skus:
            self._blame("SKU_UNKNOWN", f"{pick.path}.sku", f"the warehouse's item master has no {pick.sku!r}")
        return any(seen.code == "SKU_UNKNOWN" and seen.path == f"{pick.path}.sku" for seen in self.found)

    def _mapped(self, pick: Pick) -> FulfilmentLine:
        if pick.sold.amount <= 0:
            raise MappingError(
                f"{pick.sku}: {pick.sold} cannot be picked",
                code="QUANTITY_NOT_POSITIVE",
                path="quantity",
                value=str(pick.sold),
            )
        return fulfilment_line(pick, self.units, self.uoms)

    def _rate_changed(self, pick: Pick, earlier: FulfilmentLine, today: FulfilmentLine) -> None:
        if "UNIT_RATE_CHANGED" not in self.granted:
            told = f"{pick.sold} of {pick.sku} was {earlier.quantity} when first seen, {today.quantity} now"
            evidence = (f"captured {earlier.quantity} {earlier.uom}", f"today {today.quantity} {today.uom}")
            self.found.append(Violation("UNIT_RATE_CHANGED", f"{pick.path}.unit", told, evidence))


def _same_sale(line: FulfilmentLine, pick: Pick) -> bool:
    return (line.ref, line.sku, line.sold) == (pick.ref, pick.sku, pick.sold)


def _differs(earlier: FulfilmentLine, today: FulfilmentLine) -> bool:
    same_unit = earlier.quantity.unit == today.quantity.unit or earlier.uom == today.uom
    return earlier.quantity.amount != today.quantity.amount or not same_unit
