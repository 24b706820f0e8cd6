"""The way back: what the warehouse shipped, booked against what was ordered.

The books are always made anew from the latest version of every shipment. So the order of arrival does not
matter, a replay changes nothing, and a correction may lower a figure as well as raise it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from attrs import define, evolve, field

from orogxo.mapping.violations import Violation
from orogxo.model.fulfilment import FulfilmentRequest, LineLedger, Shipment, ShipmentLine, Substitute
from orogxo.model.orders import Tracking
from orogxo.model.quantities import Quantity, plain


def opening_ledger(request: FulfilmentRequest) -> tuple[LineLedger, ...]:
    """The books of a request before anything was shipped."""
    return tuple(
        LineLedger(
            ref=line.ref,
            order_line_id=line.order_line_id,
            sku=line.sku,
            unit=line.quantity.unit,
            uom=line.uom,
            sold=line.sold,
            ordered=line.quantity.amount,
        )
        for line in request.lines
    )


def merge(shipments: Iterable[Shipment], new: Shipment) -> tuple[Shipment, ...]:
    """`shipments` with `new`, keeping the highest version of each id, in a fixed order.

    Two different texts under one id and version are both kept, for `apply` to report: neither is the truth.
    """
    return _latest((*shipments, new))


def _latest(shipments: Iterable[Shipment]) -> tuple[Shipment, ...]:
    by_id: dict[str, list[Shipment]] = {}
    for shipment in shipments:
        kept = by_id.get(shipment.id, [])
        if not kept or shipment.version > kept[0].version:
            by_id[shipment.id] = [shipment]
        elif shipment.version == kept[0].version and shipment not in kept:
            kept.append(shipment)
    return tuple(shipment for id_ in sorted(by_id) for shipment in sorted(by_id[id_], key=repr))


def apply(
    lines: Iterable[LineLedger], shipments: Iterable[Shipment]
) -> tuple[tuple[LineLedger, ...], tuple[Violation, ...]]:
    """The books of `lines` after `shipments`, and what is wrong with them.

    A shipment line is booked only if its line, SKU and unit are the ones that were asked for, else it is
    reported: UNKNOWN_SHIPMENT_LINE, WRONG_SKU, UNIT_MISMATCH, SHIPMENT_UNREADABLE (a negative quantity).
    Of two texts under one id and version (SHIPMENT_CONTRADICTED) the first is booked. OVER_SHIPPED: more was
    shipped than ordered. After a `final` shipment the rest of each line is booked as short and reported
    (SHORT_UNDECLARED), back-orders included, except on lines that a refused shipment line may belong to.
    """
    books = _Books({line.ref: _unbooked(line) for line in lines})
    booked: dict[str, Shipment] = {}
    for shipment in _latest(shipments):
        if booked.setdefault(shipment.id, shipment) is shipment:
            books.book(shipment)
        else:
            told = (
                f"shipment {shipment.id} arrived twice as version {shipment.version} with different content"
            )
            books.problems.append(Violation("SHIPMENT_CONTRADICTED", f"shipments[{shipment.id}]", told))
    if any(shipment.final for shipment in booked.values()):
        books.close()
    books.check_overs()
    return tuple(books.lines.values()), tuple(books.problems)


_NONE = Fraction(0)
SUBSTITUTED = "substituted"


def _unbooked(line: LineLedger) -> LineLedger:
    return evolve(line, shipped=_NONE, short=_NONE, cancelled=_NONE, substitutes=())


@define
class _Books:
    lines: dict[str, LineLedger]
    problems: list[Violation] = field(factory=list)
    unclear: set[str] = field(factory=set)
    """Line refs and SKUs of refused shipment lines: what became of those goods a person finds out."""

    def book(self, shipment: Shipment) -> None:
        for told in shipment.lines:
            where = f"shipments[{shipment.id}].lines[{told.line_ref}]"
            if self._substituted(told, where):
                continue
            refusal = self._refusal(told, where)
            if refusal is None:
                line = self.lines[told.line_ref]
                self.lines[told.line_ref] = evolve(
                    line,
                    shipped=line.shipped + told.shipped.amount,
                    short=line.short + _amount(told.short),
                    cancelled=line.cancelled + _amount(told.cancelled),
                )
            else:
                self.problems.append(refusal)
                self.unclear |= {told.line_ref, told.sku}

    def _substituted(self, told: ShipmentLine, where: str) -> bool:
        """Other goods, sent knowingly: the line is short by them, and they stand beside it."""
        line = self.lines.get(told.line_ref)
        if line is None or told.reason != SUBSTITUTED or told.sku == line.sku or told.shipped.amount < 0:
            return False
        instead = Substitute(told.sku, told.shipped)
        short = min(line.open, told.shipped.amount)
        self.lines[told.line_ref] = evolve(
            line, short=line.short + short, substitutes=(*line.substitutes, instead)
        )
        message = f"the warehouse sent {told.shipped} of {told.sku} in place of {line.sku}"
        self.problems.append(Violation("SUBSTITUTED", where, message, (f"instead: {instead.quantity}",)))
        return True

    def _refusal(self, told: ShipmentLine, where: str) -> Violation | None:
        line = self.lines.get(told.line_ref)
        evidence = (f"SKU {told.sku}", f"shipped {told.shipped}")
        if line is None:
            message = f"the warehouse shipped line {told.line_ref!r}, which was not asked for"
            return Violation("UNKNOWN_SHIPMENT_LINE", where, message, evidence)
        if told.sku != line.sku:
            message = f"the warehouse shipped {told.sku!r} on a line of {line.sku!r}"
            return Violation("WRONG_SKU", where, message, evidence)
        figures = [figure for figure in (told.shipped, told.short, told.cancelled) if figure is not None]
        if foreign := sorted({figure.unit for figure in figures} - {line.uom}):
            message = f"the warehouse counted {line.sku} in {', '.join(foreign)}; it was asked in {line.uom}"
            return Violation("UNIT_MISMATCH", where, message, evidence)
        if any(figure.amount < 0 for figure in figures):
            message = f"the warehouse reported a negative quantity of {line.sku}"
            return Violation("SHIPMENT_UNREADABLE", where, message, tuple(str(figure) for figure in figures))
        return None

    def close(self) -> None:
        for ref, line in self.lines.items():
            if line.open and not self.unclear & {ref, line.sku}:
                rest = f"{plain(line.open)} {line.unit}"
                told = (
                    f"the last shipment came and {rest} of {line.sku} were never mentioned; booked as short"
                )
                self.problems.append(Violation("SHORT_UNDECLARED", f"lines[{ref}]", told, (f"open {rest}",)))
                self.lines[ref] = evolve(line, short=line.short + line.open)

    def check_overs(self) -> None:
        for ref, line in self.lines.items():
            if line.over:
                over = f"{plain(line.over)} {line.unit}"
                told = f"{over} of {line.sku} shipped or given up beyond the {plain(line.ordered)} ordered"
                self.problems.append(Violation("OVER_SHIPPED", f"lines[{ref}]", told, (f"over {over}",)))


def _amount(quantity: Quantity | None) -> Fraction:
    return quantity.amount if quantity is not None else _NONE


def trackings(shipment: Shipment, carrier_name: str) -> tuple[Tracking, ...]:
    """One tracking row per distinct number in all packages, trimmed, in the order of the packages."""
    numbers = (number.strip() for package in shipment.packages for number in package.tracking)
    return tuple(Tracking(carrier_name, number) for number in Counter(numbers) if number)


def deviations(request: FulfilmentRequest, shipment: Shipment) -> tuple[Violation, ...]:
    """Where the warehouse did otherwise than asked: CARRIER_OVERRIDE, REFERENCE_LOST (another PO number).

    What the shipment does not tell (empty carrier or service, no PO number) is no deviation.
    """
    found = []
    asked, path = request.carrier, f"shipments[{shipment.id}]"
    carriers = {"", asked.carrier.casefold(), asked.scac.casefold()}
    services = {"", asked.service.casefold()}
    carrier, service = shipment.carrier.strip(), shipment.service.strip()
    if carrier.casefold() not in carriers or service.casefold() not in services:
        went = f"{carrier} {service}".strip()
        told = f"asked for {asked.carrier} {asked.service}, shipped with {went}"
        found.append(Violation("CARRIER_OVERRIDE", f"{path}.carrier", told, (went,)))
    if shipment.po_number is not None and shipment.po_number != request.po_number:
        told = f"sent PO number {request.po_number!r}, the shipment shows {shipment.po_number!r}"
        found.append(Violation("REFERENCE_LOST", f"{path}.po_number", told, (shipment.po_number,)))
    return tuple(found)
