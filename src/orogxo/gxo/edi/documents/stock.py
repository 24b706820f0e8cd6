"""846 Inventory Advice: the stock of one site as it counted it, on one day or at one moment."""

from __future__ import annotations

import datetime as dt

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
from orogxo.model import Quantity, StockRow, StockSnapshot

_LIN_PAIRS = range(2, 31, 2)


def read_846(
    transaction: Transaction, profile: X12Profile = DEFAULT, known: Known = NOTHING
) -> Read[StockSnapshot]:
    """An 846 as a StockSnapshot (contract x12, sections 2.2 and 2.3), and all findings.

    BIA03 is its id, BIA04 with BIA05 its moment; without BIA05 the first moment of the day, for the figures
    may be that old. Each LIN is a SKU (and lot, qualifier LT), each QTY under it one row; QTY01 names the
    status by the profile's table, an unknown one is kept as `unmapped:`. The unit is QTY03, else UIT01, else
    the profile's. `complete` is False where CTT01 counts other lines. One figure that cannot be read makes
    every total wrong, so it quarantines the snapshot.

    Quarantined: WRONG_DOCUMENT, SEGMENT_MISSING (BIA), VALUE_MISSING, VALUE_TOO_LONG, DATE_MISSING,
    QUANTITY_MISSING, QUANTITY_UNREADABLE, UNIT_UNKNOWN, SKU_MISSING, SKU_UNKNOWN, NOT_ORIGINAL,
    ROW_REPEATED. Findings on what is read all the same: CODE_UNMAPPED, TOTAL_DIFFERS, QUANTITY_ABSENT,
    TIME_UNREADABLE.
    """
    return read(transaction, "846", _snapshot, profile, known)


def _snapshot(reading: Reading) -> StockSnapshot | None:
    bia = reading.needed("BIA")
    if bia is None:
        return None
    reading.reference = reading.text(bia, 3, "reference")
    if bia.element(1) not in {"", "00", "05", "07"}:
        told = f"BIA01 {bia.element(1)!r} does not say that these are the figures themselves"
        reading.refuse("NOT_ORIGINAL", told, bia, 1)
    heading, loops = split(reading.segments, "LIN")
    site = reading.site(heading)
    rows = tuple(row for loop in loops for row in _rows(reading, loop, site))
    complete = _check_count(reading, len(loops))
    _check_rows(reading, bia, rows)
    day, time = reading.day(bia, 4), reading.clock(bia, 5)
    if day is None:
        reading.refuse("DATE_MISSING", "BIA04 does not tell of when these figures are", bia, 4)
        return None
    as_of = reading.profile.moment(day, time or dt.time())
    return StockSnapshot(reading.reference, as_of, complete, rows)


def _rows(reading: Reading, loop: Loop, site: str) -> list[StockRow]:
    at = loop[0]
    pairs = at.pairs(*_LIN_PAIRS)
    sku = reading.sku(at, pairs)
    lot = dict(reversed(pairs)).get(reading.profile.references["lot"], "")
    named = find(loop, "N1", {"WH", "SF"})
    site = (named.element(4) if named else "") or site
    _, quantities = split(loop, "QTY")
    if not quantities:
        reading.doubt("QUANTITY_ABSENT", f"{sku} comes without a QTY", at)
    return [_row(reading, quantity, sku, site, lot) for quantity in quantities]


def _row(reading: Reading, loop: Loop, sku: str, site: str, lot: str) -> StockRow:
    at = loop[0]
    status = reading.mapped(reading.profile.stock_statuses, at.element(1), "stock status", at, 1)
    amount = reading.amount(at, 2, signed=True)
    return StockRow(sku, status, Quantity(amount, _uom(reading, loop, at)), site, lot)


def _uom(reading: Reading, loop: Loop, at: Placed) -> str:
    uit = find(loop, "UIT")
    stated = at.segment.component(3, 1).strip() or (uit.segment.component(1, 1).strip() if uit else "")
    if not stated and reading.profile.default_uom:
        return reading.profile.default_uom
    return reading.uom(at, 3, stated)


def _check_count(reading: Reading, lines: int) -> bool:
    ctt = find(reading.segments, "CTT")
    if ctt is not None and (count := reading.number(ctt, 1)) not in {None, lines}:
        reading.doubt("TOTAL_DIFFERS", f"CTT01 counts {count} lines, and there are {lines}", ctt, 1)
        return False
    return True


def _check_rows(reading: Reading, bia: Placed, rows: tuple[StockRow, ...]) -> None:
    """A figure given twice would be counted twice."""
    seen: set[tuple[str, str, str, str]] = set()
    for row in rows:
        key = (row.sku, row.status, row.site, row.lot)
        if row.sku and key in seen:
            told = f"{row.status} of {row.sku} stands there twice; which figure is right?"
            reading.refuse("ROW_REPEATED", told, bia)
        seen.add(key)
