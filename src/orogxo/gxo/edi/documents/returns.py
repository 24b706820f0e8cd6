"""180 Return Merchandise Authorization: out, what may come back; in, what became of it."""

from __future__ import annotations

from orogxo.gxo.edi.documents._parties import write_site
from orogxo.gxo.edi.documents._reading import (
    DEFAULT,
    NOTHING,
    Known,
    Loop,
    Read,
    Reading,
    find,
    find_all,
    read,
    split,
)
from orogxo.gxo.edi.documents._writing import Sheet
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Transaction
from orogxo.gxo.vocabulary import UNMAPPED
from orogxo.model import ReturnAdvice, ReturnLine, ReturnOutcome, ReturnReceipt

_LONGEST_PO = 22


def write_180(advice: ReturnAdvice, profile: X12Profile, *, control: int) -> Transaction:
    """`advice` as one 180 (contract x12, sections 2.2, 2.3 and 5.4; functional id AN).

    BGN purpose 00, RMA number, day; PRF the PO number (a longer one as N9*PO); N9*CO the order; each line
    BLI, N9*LI, RDR with the disposition that we ask for and the reason. Raises X12Error (X12_UNWRITABLE) with
    every problem: those of `write_940` that apply, and CODE_UNMAPPED for a word without an X12 code.
    """
    sheet = Sheet("180", f"return {advice.ref!r}", profile)
    sheet.add("BGN", "00", advice.ref, advice.authorised_on)
    if advice.po_number and len(advice.po_number) <= _LONGEST_PO:
        sheet.add("PRF", advice.po_number)
    elif advice.po_number:
        sheet.reference("po", advice.po_number)
    sheet.reference("web_order", advice.order_ref)
    write_site(sheet, "WH")
    sheet.line_refs(line.ref for line in advice.lines)
    for line in advice.lines:
        _write_line(sheet, line)
    return sheet.finish(control)


def _write_line(sheet: Sheet, line: ReturnLine) -> None:
    profile = sheet.profile
    amount, unit = sheet.amount(line.quantity, line.sku), sheet.unit(line.quantity.unit)
    sheet.add("BLI", profile.sku_qualifiers[0], line.sku, amount, unit)
    sheet.reference("line", line.ref)
    codes = []
    for table, word in ((profile.dispositions, line.disposition), (profile.return_reasons, line.reason)):
        if word and word not in table:
            sheet.refuse("CODE_UNMAPPED", f"{word!r} on line {line.ref} has no X12 code at this site")
        codes.append(table.get(word, ""))
    if any(codes):
        sheet.add("RDR", *codes)


def read_180(
    transaction: Transaction, profile: X12Profile = DEFAULT, known: Known = NOTHING
) -> Read[ReturnReceipt]:
    """A 180 of the site as a ReturnReceipt (contract x12, sections 2.2, 2.3 and 5.4), and all findings.

    BGN02 is the document's number and BGN03 the day; the RMA number is N9*RZ, else BGN02. Each BLI is one
    outcome: RDR01 what was done, RDR02 or RDR03 why. A disposition that the profile does not know is kept as
    `unmapped:` and never raises stock.

    Quarantined: WRONG_DOCUMENT, SEGMENT_MISSING (BGN, BLI), VALUE_MISSING, VALUE_TOO_LONG, DATE_MISSING,
    QUANTITY_MISSING, QUANTITY_UNREADABLE, UNIT_UNKNOWN, SKU_MISSING, SKU_UNKNOWN, RETURN_UNKNOWN,
    LINE_UNKNOWN. Findings on what is read all the same: CODE_UNMAPPED, DISPOSITION_MISSING,
    DATE_UNREADABLE, TIME_UNREADABLE.
    """
    return read(transaction, "180", _receipt, profile, known)


def _receipt(reading: Reading) -> ReturnReceipt | None:
    bgn = reading.needed("BGN")
    if bgn is None:
        return None
    id_ = reading.text(bgn, 2, "reference")
    heading, loops = split(reading.segments, "BLI")
    rma = reading.reference = reading.named(heading, "rma") or id_
    outcomes = tuple(_outcome(reading, heading, loop) for loop in loops)
    if not outcomes:
        reading.refuse("SEGMENT_MISSING", "there is no BLI, so it does not say what came back", bgn)
    _check_return(reading, rma, outcomes)
    prf = find(heading, "PRF")
    day, time = reading.day(bgn, 3), reading.clock(bgn, 4)
    if day is None:
        reading.refuse("DATE_MISSING", "BGN03 does not tell when it was", bgn, 3)
        return None
    at = reading.profile.moment(day, time) if time else reading.profile.last_moment(day)
    po = (prf.element(1) if prf else "") or reading.named(heading, "po")
    return ReturnReceipt(id_, rma, at, outcomes, reading.named(heading, "web_order"), po)


def _outcome(reading: Reading, heading: Loop, loop: Loop) -> ReturnOutcome:
    at, profile = loop[0], reading.profile
    # An RDR in the heading speaks for every line that has none of its own.
    rdr = find(loop, "RDR") or find(heading, "RDR")
    code = rdr.element(1) if rdr else ""
    disposition = reading.mapped(profile.disposed, code, "disposition", rdr or at, 1)
    if not code:
        reading.doubt("DISPOSITION_MISSING", "no RDR01 tells what was done with the goods", at)
    words = {x12: word for word, x12 in profile.return_reasons.items()}
    request, response = (rdr.element(2), rdr.element(3)) if rdr else ("", "")
    reason = reading.mapped(words, request, "return reason", rdr or at, 2)
    lot, _ = reading.lot(loop, "")
    return ReturnOutcome(
        line_ref=reading.named(loop, "line"),
        sku=reading.sku(at, at.pairs(1)),
        quantity=reading.quantity(at, 3, 4),
        disposition=disposition,
        raw_disposition=code,
        reason=reason or (UNMAPPED + response if response else ""),
        raw_reason=request or response,
        lot=lot,
        serials=reading.all_named(loop, "serial"),
        note=" ".join(segment.element(2) for segment in find_all(loop, "NTE")),
    )


def _check_return(reading: Reading, rma: str, outcomes: tuple[ReturnOutcome, ...]) -> None:
    returns = reading.known.returns
    if returns is None:
        return
    if rma not in returns:
        reading.refuse("RETURN_UNKNOWN", f"RMA {rma!r} is not ours")
        return
    authorised = {line.ref for line in returns[rma].lines}
    for outcome in outcomes:
        if outcome.line_ref and outcome.line_ref not in authorised:
            reading.refuse("LINE_UNKNOWN", f"RMA {rma} has no line {outcome.line_ref!r}")
