"""943 Stock Transfer Shipment Advice (goods are on their way) and 944 Receipt Advice (what arrived)."""

from __future__ import annotations

import re

from orogxo.gxo.edi.documents._parties import write_address, write_site
from orogxo.gxo.edi.documents._reading import (
    DEFAULT,
    NOTHING,
    Known,
    Loop,
    Read,
    Reading,
    find,
    read,
    split,
)
from orogxo.gxo.edi.documents._writing import Sheet
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Transaction
from orogxo.model import InboundAdvice, Receipt, ReceiptLine, ReceivedCondition

_SCAC = re.compile(r"[A-Z]{2,4}")
_CONTAINER = re.compile(r"([A-Z]{1,4})([0-9]+)")


def write_943(advice: InboundAdvice, profile: X12Profile, *, control: int) -> Transaction:
    """`advice` as one 943 (contract x12, sections 2.2 and 2.3; functional id AR).

    W06 ref, day and shipment number; N1*WH site, N1*SF supplier; G62*17 expected; W27 carrier (two to four
    capitals are a SCAC, anything else routing text) and container; each line W04, N9*LI, N9*LT; W03 the sum.
    Raises X12Error (X12_UNWRITABLE) with every problem: those of `write_940`, and CARRIER_MISSING and
    SITE_MISSING, for W27 and N1 are mandatory.
    """
    sheet = Sheet("943", f"inbound {advice.ref!r}", profile)
    sheet.add("W06", profile.reporting_code, advice.ref, advice.shipped_on, advice.shipment_ref)
    write_site(sheet, "WH")
    if not profile.site:
        sheet.refuse("SITE_MISSING", "N1*WH cannot name the site; set x12.site")
    if advice.supplier:
        write_address(sheet, "SF", advice.supplier)
    if advice.expected_on:
        sheet.add("G62", "17", advice.expected_on)
    _write_carrier(sheet, advice)
    sheet.line_refs(line.ref for line in advice.lines)
    for line in advice.lines:
        amount, unit = sheet.amount(line.quantity, line.sku), sheet.unit(line.quantity.unit)
        sheet.add("W04", amount, unit, "", profile.sku_qualifiers[0], line.sku)
        sheet.reference("line", line.ref)
        sheet.reference("lot", line.lot)
    sheet.add("W03", sum(line.quantity.amount for line in advice.lines))
    return sheet.finish(control)


def _write_carrier(sheet: Sheet, advice: InboundAdvice) -> None:
    carrier, profile = advice.carrier, sheet.profile
    if not carrier:
        sheet.refuse("CARRIER_MISSING", "W27 needs a carrier: who brings the goods?", 2)
    scac = carrier if _SCAC.fullmatch(carrier) else ""
    marks = _CONTAINER.fullmatch(advice.container)
    initial, number = marks.groups() if marks else ("", advice.container)
    mode = profile.transport_modes.get(carrier, profile.transport_mode)
    sheet.add("W27", mode, scac, "" if scac else carrier, "", "", initial, number)


def read_944(
    transaction: Transaction, profile: X12Profile = DEFAULT, known: Known = NOTHING
) -> Read[Receipt]:
    """A 944 as a Receipt (contract x12, sections 2.2, 2.3 and 5.2), and all findings.

    W1703 is the site's receipt number, W1704 our reference, W1702 the day (with W1707, the moment). A W07
    is a line, under LX in 5010 and without it in 4010; the lot is W0708 or, in full, N9*LT; each W13 tells
    the condition of some of it. N9*RZ makes it a return's.

    Quarantined: WRONG_DOCUMENT, SEGMENT_MISSING (W17, W07), VALUE_MISSING, VALUE_TOO_LONG, DATE_MISSING,
    QUANTITY_MISSING, QUANTITY_UNREADABLE, UNIT_UNKNOWN, SKU_MISSING, SKU_UNKNOWN, INBOUND_UNKNOWN,
    RETURN_UNKNOWN, LINE_UNKNOWN, REVERSAL. Findings on what is read all the same: TOTAL_DIFFERS,
    CODE_UNMAPPED, DATE_UNREADABLE, TIME_UNREADABLE.
    """
    return read(transaction, "944", _receipt, profile, known)


def _receipt(reading: Reading) -> Receipt | None:
    w17 = reading.needed("W17")
    if w17 is None:
        return None
    ref = reading.text(w17, 3, "warehouse receipt number")
    reading.reference = w17.element(4) or ref
    heading, loops = split(reading.segments, "W07")
    rma = reading.named(heading, "rma")
    lines = tuple(_line(reading, loop) for loop in loops)
    _check(reading, lines, w17.element(4), rma)
    day, time = reading.day(w17, 2), reading.clock(w17, 7)
    if day is None:
        reading.refuse("DATE_MISSING", "W1702 does not tell when the goods came", w17, 2)
        return None
    at = reading.profile.moment(day, time) if time else reading.profile.last_moment(day)
    return Receipt(ref, w17.element(4), at, lines, rma, reading.site(heading))


def _line(reading: Reading, loop: Loop) -> ReceiptLine:
    at = loop[0]
    if at.element(9) == "2":
        reading.refuse("REVERSAL", "W0709 takes an earlier document back; a person decides", at, 9)
    # Some senders qualify the lot in W0706 with LT and leave W0707 empty: `pairs` skips such halves.
    sku = reading.sku(at, at.pairs(4, 6, 10), at.element(3))
    before, conditions = split(loop, "W13")
    lot, expiry = reading.lot(before, at.element(8))
    return ReceiptLine(
        line_ref=reading.named(before, "line"),
        sku=sku,
        received=reading.quantity(at, 1, 2),
        conditions=tuple(_condition(reading, condition) for condition in conditions),
        lot=lot,
        serials=reading.all_named(before, "serial"),
        expiry=expiry,
    )


def _condition(reading: Reading, loop: Loop) -> ReceivedCondition:
    at = loop[0]
    return ReceivedCondition(
        quantity=reading.quantity(at, 1, 2),
        condition=reading.mapped(reading.profile.conditions, at.element(3), "condition", at, 3),
        raw_condition=at.element(3),
        raw_reason=at.element(5),
        lot=at.element(4),
    )


def _check(reading: Reading, lines: tuple[ReceiptLine, ...], inbound_ref: str, rma: str) -> None:
    """Is it ours, and does W1401 say what the lines add up to?"""
    if not lines:
        reading.refuse("SEGMENT_MISSING", "there is no W07, so it does not say what was received")
    inbounds = reading.known.inbounds
    if not rma and inbounds is not None:
        _check_inbound(reading, inbounds.get(inbound_ref), inbound_ref, lines)
    returns = reading.known.returns
    if rma and returns is not None and rma not in returns:
        reading.refuse("RETURN_UNKNOWN", f"RMA {rma!r} is not ours")
    w14 = find(reading.segments, "W14")
    received = sum(line.received.amount for line in lines)
    if w14 is not None and (total := reading.amount(w14, 1)) != received:
        reading.doubt("TOTAL_DIFFERS", f"W1401 is {total}, and the lines add up to {received}", w14, 1)


def _check_inbound(
    reading: Reading, advice: InboundAdvice | None, ref: str, lines: tuple[ReceiptLine, ...]
) -> None:
    if advice is None:
        reading.refuse("INBOUND_UNKNOWN", f"inbound {ref!r} is not ours")
        return
    expected = {line.ref for line in advice.lines}
    for line in lines:
        if line.line_ref and line.line_ref not in expected:
            reading.refuse("LINE_UNKNOWN", f"inbound {ref} has no line {line.line_ref!r}")
