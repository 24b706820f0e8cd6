"""945 Warehouse Shipping Advice: what really left the site. Nothing but a 945 proves a shipment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from orogxo.gxo.edi.documents._packages import packages
from orogxo.gxo.edi.documents._reading import (
    DEFAULT,
    NOTHING,
    Known,
    Loop,
    Placed,
    Read,
    Reading,
    find,
    read,
    split,
)
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Transaction
from orogxo.gxo.vocabulary import UNMAPPED
from orogxo.model import FulfilmentLine, FulfilmentRequest, PackageLine, Quantity, Shipment, ShipmentLine

_CLOSING = frozenset({"shipped_complete", "short_closed", "cancelled"})
_STAYING = frozenset({"short_backordered", "backordered"})
_MAY_BE_EMPTY = frozenset({"cancelled", "backordered", "out_of_stock", "held"})
_REASONS = {"out_of_stock": "out_of_stock", "held": "on_hold", "substituted": "substituted"}


def read_945(
    transaction: Transaction, profile: X12Profile = DEFAULT, known: Known = NOTHING
) -> Read[Shipment]:
    """A 945 as a Shipment (contract x12, sections 2.2 to 2.4 and 5.1), and all findings.

    W0602 is the order ref, W0603 the day (`shipped_at` is its last moment, `earliest` its first), the
    id is W0604 and the order ref, as a gateway's is; version is always 1, for X12 counts none: a second 945
    under the same id with other figures contradicts the first. W27 is the carrier. Lines come from W12, one
    for each order line (N9*LI) however many lots it went in. W1201 alone says whether the rest is short (CP),
    back-ordered (BP) or cancelled (CU); the rest is W1202 less W1203, so a later shipment must name in W1202
    what was still open. `final` is set only where W2708 closes the order and no line waits. Packages come
    from LX, MAN, N9*2I and N9*LV.

    Quarantined: WRONG_DOCUMENT, SEGMENT_MISSING (W06, W12), VALUE_MISSING, VALUE_TOO_LONG, QUANTITY_MISSING,
    QUANTITY_UNREADABLE, UNIT_UNKNOWN, SKU_MISSING, SKU_UNKNOWN, ORDER_UNKNOWN, LINE_UNKNOWN,
    LINE_REF_MISSING, LINE_CONTRADICTED, REVERSAL. Findings on what is read all the same: CODE_UNMAPPED,
    STATUS_MISSING, STATUS_CONTRADICTED, DIFFERENCE_WRONG, ORDERED_DIFFERS, OVER_SHIPPED, REST_UNKNOWN,
    TOTAL_DIFFERS, LINE_REF_BY_SKU, SKU_DIFFERS, SSCC_WRONG, MARKS_UNKNOWN, PLATES_DIFFER, DATE_UNREADABLE.
    """
    return read(transaction, "945", _shipment, profile, known)


@frozen
class _Item:
    """One W12 and what follows it, understood on its own."""

    at: Placed
    loop: Loop
    line_ref: str
    sku: str
    uom: str
    shipped: Fraction
    ordered: Fraction | None
    status: str
    goods: PackageLine


def _shipment(reading: Reading) -> Shipment | None:
    w06 = reading.needed("W06")
    if w06 is None:
        return None
    order_ref = reading.reference = reading.text(w06, 2, "depositor order number")
    shipment_ref = reading.text(w06, 4, "shipment identification number")
    request = _request(reading, w06, order_ref)
    heading, loops = split(reading.segments, "LX", "W12")
    items = [_item(reading, loop, request) for loop in loops if loop[0].id == "W12"]
    if not items:
        reading.refuse("SEGMENT_MISSING", "there is no W12, so it does not say what was shipped", w06)
    lines = _lines(reading, items)
    _check_total(reading, items)
    carrier, service, closes = _carrier(reading, heading)
    waits = any(line.backordered for line in lines)
    if closes and waits:
        reading.doubt("STATUS_CONTRADICTED", "W27 closes the order and a line is back-ordered", w06)
    day = reading.day(w06, 3)
    goods = {item.at.place: item.goods for item in items}
    return Shipment(
        id=f"{shipment_ref}/{order_ref}",
        order_ref=order_ref,
        lines=lines,
        packages=packages(reading, heading, loops, goods),
        shipped_at=reading.profile.last_moment(day) if day else None,
        carrier=carrier,
        service=service,
        po_number=w06.element(6) or reading.named(heading, "po") or None,
        final=closes and not waits,
        earliest=reading.profile.first_moment(day) if day else None,
    )


def _request(reading: Reading, w06: Placed, order_ref: str) -> FulfilmentRequest | None:
    orders = reading.known.orders
    if orders is None:
        return None
    if order_ref not in orders:
        reading.refuse("ORDER_UNKNOWN", f"order {order_ref!r} is not ours", w06, 2)
        return None
    return orders[order_ref]


def _item(reading: Reading, loop: Loop, request: FulfilmentRequest | None) -> _Item:
    at, status = loop[0], loop[0].element(1)
    if at.element(20) == "2":
        reading.refuse("REVERSAL", "W1220 takes an earlier document back; a person decides", at, 20)
    sku = reading.sku(at, at.pairs(7, 17, 21), at.element(6))
    line_ref, line = _line_of(reading, loop, sku, request)
    uom = reading.uom(at, 5, at.element(5), line.uom if line else "")
    empty = not at.element(3) and reading.profile.outcomes.get(status) in _MAY_BE_EMPTY
    shipped = Fraction(0) if empty else reading.amount(at, 3)
    lot, expiry = reading.lot(loop, at.element(9))
    serials = reading.all_named(loop, "serial")
    goods = PackageLine(line_ref, sku, Quantity(shipped, uom), lot, serials, expiry)
    ordered = reading.number(at, 2)
    difference = reading.number(at, 4, signed=True)
    if ordered is not None:
        _check_difference(reading, at, difference, ordered - shipped)
        _check_ordered(reading, at, line, Quantity(ordered, uom))
    elif difference:
        ordered = shipped + difference
    return _Item(at, loop, line_ref, sku, uom, shipped, ordered, status, goods)


def _line_of(
    reading: Reading, loop: Loop, sku: str, request: FulfilmentRequest | None
) -> tuple[str, FulfilmentLine | None]:
    """The line ref in N9*LI, else the only line of that SKU; with what was asked, where that is known."""
    at, ref = loop[0], reading.named(loop, "line")
    lines = {line.ref: line for line in request.lines} if request else {}
    same = [line for line in lines.values() if line.sku == sku]
    if ref and request and ref not in lines:
        reading.refuse("LINE_UNKNOWN", f"order {request.ref} has no line {ref!r}", at)
    elif not ref and len(same) == 1:
        ref = same[0].ref
        reading.note("LINE_REF_BY_SKU", f"no N9*LI: {sku} stands on line {ref} alone", at)
    elif not ref:
        reading.refuse("LINE_REF_MISSING", f"nothing tells which line {sku!r} is of", at)
    line = lines.get(ref)
    if line and line.sku != sku:
        reading.doubt("SKU_DIFFERS", f"line {ref} is of {line.sku}, and {sku} was shipped", at)
    return ref, line


def _check_difference(reading: Reading, at: Placed, told: Fraction | None, rest: Fraction) -> None:
    """Senders leave W1204 empty or 0, so it is never used where it can be computed."""
    if told and told != rest:
        reading.note("DIFFERENCE_WRONG", f"W1204 is {told}, not {rest}", at, 4)


def _check_ordered(reading: Reading, at: Placed, line: FulfilmentLine | None, ordered: Quantity) -> None:
    if line and line.uom == ordered.unit and ordered.amount != line.quantity.amount:
        told = f"W1202 of line {line.ref} is {ordered}, and {line.quantity} were asked for"
        reading.note("ORDERED_DIFFERS", told, at, 2)


def _lines(reading: Reading, items: Iterable[_Item]) -> tuple[ShipmentLine, ...]:
    by_line: dict[str, list[_Item]] = {}
    for item in items:
        by_line.setdefault(item.line_ref, []).append(item)
    return tuple(_line(reading, parts) for parts in by_line.values())


def _line(reading: Reading, parts: Sequence[_Item]) -> ShipmentLine:
    first = parts[0]
    if len({(part.sku, part.uom) for part in parts}) > 1:
        told = f"line {first.line_ref} was shipped as several SKUs or in several units"
        reading.refuse("LINE_CONTRADICTED", told, first.at)
    shipped = sum((part.shipped for part in parts), Fraction(0))
    ordered = _ordered(reading, parts)
    rest = None if ordered is None else ordered - shipped
    outcome = _outcome(reading, parts)
    _check_outcome(reading, first.at, outcome, rest)
    left = None if rest is None else Quantity(max(rest, Fraction(0)), first.uom)
    reason, raw_reason = _reason(reading, parts, outcome)
    return ShipmentLine(
        line_ref=first.line_ref,
        sku=first.sku,
        shipped=Quantity(shipped, first.uom),
        ordered=None if ordered is None else Quantity(ordered, first.uom),
        backordered=left if outcome in _STAYING else None,
        short=left if outcome == "short_closed" else None,
        cancelled=left if outcome == "cancelled" else None,
        reason=reason,
        raw_reason=raw_reason,
    )


def _ordered(reading: Reading, parts: Sequence[_Item]) -> Fraction | None:
    """W1202 of the whole line: of each part it is the line's own, or, by profile, the part's."""
    figures = [part.ordered for part in parts if part.ordered is not None]
    if len(figures) < len(parts):
        return None
    if reading.profile.ordered_of_parts == "part":
        return sum(figures, Fraction(0))
    if len(set(figures)) > 1:
        told = f"the parts of line {parts[0].line_ref} name different ordered quantities"
        reading.refuse("LINE_CONTRADICTED", told, parts[0].at, 2)
    return figures[0]


def _outcome(reading: Reading, parts: Sequence[_Item]) -> str:
    """What became of a line; where only some parts say "complete", what the others say of the rest."""
    table = reading.profile.outcomes
    words = [reading.mapped(table, part.status, "line status", part.at, 1) for part in parts]
    told = dict.fromkeys(word for word in words if word != "shipped_complete")
    if "" in told:
        reading.doubt("STATUS_MISSING", "W1201 is empty, so the rest stays open", parts[0].at, 1)
    if len(told) > 1:
        shown = ", ".join(part.status for part in parts)
        message = f"line {parts[0].line_ref} comes with statuses {shown}"
        reading.refuse("LINE_CONTRADICTED", message, parts[0].at, 1)
    return next(iter(told), "shipped_complete")


def _check_outcome(reading: Reading, at: Placed, outcome: str, rest: Fraction | None) -> None:
    """The status is believed, and whatever the figures say against it is told."""
    leaves = outcome in _STAYING or outcome in {"short_closed", "cancelled"}
    if rest is None:
        if leaves:
            reading.doubt("REST_UNKNOWN", f"{at.element(1)} without W1202: the rest stays open", at, 2)
    elif rest < 0:
        reading.doubt("OVER_SHIPPED", f"{-rest} more were shipped than ordered", at, 3)
    elif (rest > 0 and outcome == "shipped_complete") or (rest == 0 and leaves and outcome != "cancelled"):
        told = f"W1201 {at.element(1)} and a rest of {rest} contradict each other"
        reading.doubt("STATUS_CONTRADICTED", told, at, 1)


def _reason(reading: Reading, parts: Sequence[_Item], outcome: str) -> tuple[str, str]:
    """Canonical reason and the site's code: W1219, else what the status itself says."""
    for part in parts:
        if code := part.at.element(19):
            return reading.mapped(reading.profile.line_reasons, code, "reason", part.at, 19), code
    spoken = outcome if outcome.startswith(UNMAPPED) else _REASONS.get(outcome, "")
    return spoken, "" if outcome == "shipped_complete" else parts[0].status


def _check_total(reading: Reading, items: Iterable[_Item]) -> None:
    """W0301 is the sum of all W1203."""
    w03 = find(reading.segments, "W03")
    shipped = sum((item.shipped for item in items), Fraction(0))
    if w03 is not None and (total := reading.amount(w03, 1)) != shipped:
        reading.doubt("TOTAL_DIFFERS", f"W0301 is {total}, and the lines add up to {shipped}", w03, 1)


def _carrier(reading: Reading, heading: Loop) -> tuple[str, str, bool]:
    """Carrier, service, and whether W2708 closes the order.

    W2703 is split only where it holds our separator; free text there is no service.
    """
    w27 = find(heading, "W27")
    if w27 is None:
        return "", "", False
    carrier, separator, service = w27.element(3).partition(reading.profile.routing_separator)
    if not separator:
        carrier, service = w27.element(2) or w27.element(3), ""
    outcome = reading.mapped(reading.profile.outcomes, w27.element(8), "order status", w27, 8)
    return carrier, service, outcome in _CLOSING
