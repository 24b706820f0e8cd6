"""940 Warehouse Shipping Order: what the site is asked to ship, to change, or not to ship."""

from __future__ import annotations

from typing import Literal, TypeAlias

from orogxo.gxo.edi.documents._parties import (
    write_address,
    write_customer,
    write_customer_refs,
    write_site,
)
from orogxo.gxo.edi.documents._writing import Sheet
from orogxo.gxo.edi.documents.text import transliterate
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.x12 import Transaction
from orogxo.model import CarrierService, FulfilmentLine, FulfilmentRequest

Purpose: TypeAlias = Literal["new", "change", "cancel"]

NOTE = 80
_LONGEST_PO = 22


def write_940(
    request: FulfilmentRequest, profile: X12Profile, *, control: int, purpose: Purpose = "new"
) -> Transaction:
    """`request` as one 940 (contract x12, sections 2.2 and 2.3; functional id OW).

    W0501 new N, change R, cancel F; W0502 the order ref, W0503 the PO number (a longer one as N9*PO); N1*SF
    site, N1*ST delivery address, N1*BY customer; N9*CO the OroCommerce number and, in N903, its id; G62*38
    ship not later than; NTE in pieces of 80; W66 carrier; each line LX, W01, N9*LI; W76 the total. A cancel
    names the order and nothing else, with W76*0: an address that X12 cannot carry must not keep goods from
    being stopped.

    Raises X12Error (X12_UNWRITABLE) that lists every problem: VALUE_MISSING, VALUE_TOO_LONG,
    VALUE_TOO_SHORT, VALUE_PADDED, CHARACTER_REFUSED, UNIT_UNMAPPED, QUANTITY_NOT_POSITIVE,
    QUANTITY_NOT_DECIMAL, LINES_MISSING, LINE_REF_REPEATED, ADDRESS_INCOMPLETE, SEGMENTS_TOO_MANY,
    CARRIER_UNCLEAR.
    """
    sheet = Sheet("940", f"order {request.ref!r}", profile)
    po = request.po_number
    sheet.add("W05", profile.order_codes[purpose], request.ref, po if len(po) <= _LONGEST_PO else "")
    write_site(sheet, "SF")
    if purpose == "cancel":
        sheet.reference("web_order", request.identifier, request.order_id)
        sheet.add("W76", 0)
        return sheet.finish(control)
    _write_heading(sheet, request)
    sheet.line_refs(line.ref for line in request.lines)
    for number, line in enumerate(request.lines, start=1):
        _write_line(sheet, number, line)
    sheet.add("W76", sum(line.quantity.amount for line in request.lines))
    return sheet.finish(control)


def _write_heading(sheet: Sheet, request: FulfilmentRequest) -> None:
    profile = sheet.profile
    write_address(sheet, "ST", request.ship_to)
    write_customer(sheet, request.customer)
    sheet.at_most(10, "N1")
    sheet.reference("web_order", request.identifier, request.order_id)
    if len(request.po_number) > _LONGEST_PO:
        sheet.reference("po", request.po_number)
    write_customer_refs(sheet, request.customer)
    sheet.at_most(10, "N9")
    if request.ship_not_after:
        sheet.add("G62", "38", request.ship_not_after)
    for piece in note_pieces(transliterate(request.notes, profile)):
        sheet.add("NTE", profile.note_code, piece)
    carrier = request.carrier
    mode = profile.transport_modes.get(carrier.scac) or profile.transport_modes.get(carrier.carrier)
    mode = mode or profile.transport_mode
    routing = _routing(sheet, carrier)
    sheet.add("W66", profile.payment, mode, "", "", routing, "", "", "", "", carrier.scac)


def _routing(sheet: Sheet, carrier: CarrierService) -> str:
    separator = sheet.profile.routing_separator
    if not carrier.carrier or separator in carrier.carrier:
        told = f"W6605 cannot hold carrier {carrier.carrier!r}: it must be there, without {separator!r}"
        sheet.refuse("CARRIER_UNCLEAR", told, 5)
    return carrier.carrier + (separator + carrier.service if carrier.service else "")


def _write_line(sheet: Sheet, number: int, line: FulfilmentLine) -> None:
    sheet.add("LX", number)
    amount = sheet.amount(line.quantity, line.sku)
    sheet.add("W01", amount, sheet.unit(line.uom), "", sheet.profile.sku_qualifiers[0], line.sku)
    sheet.reference("line", line.ref)


def note_pieces(note: str) -> list[str]:
    """`note` in pieces of at most 80 characters (NTE02), cut between words where that is possible.

    A piece of exactly 80 that is not the last was cut inside a word: the next one follows without a space.
    """
    pieces = []
    while len(note) > NOTE:
        cut = note.rfind(" ", 0, NOTE)
        pieces.append(note[: cut if cut > 0 else NOTE])
        note = note[cut if cut > 0 else NOTE :].lstrip()
    return [*pieces, note] if note else pieces
