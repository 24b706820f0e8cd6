"""Law: what a site means is what is read, for every document that only sites write, and in both releases.

The writers here are the sites' side; they share nothing with the product's readers.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.gxo.edi import codes
from orogxo.gxo.edi.documents import read_846, read_944, read_945, read_947
from orogxo.model import (
    Package,
    PackageLine,
    Quantity,
    Receipt,
    ReceiptLine,
    ReceivedCondition,
    Shipment,
    ShipmentLine,
    StockMovement,
    StockRow,
    StockSnapshot,
)
from support.x12_documents import RELEASES, a_document, on_the_wire

X12_OF = {"EA": "EA", "CS": "CA", "KGM": "KG"}
RELEASE = st.sampled_from(RELEASES)
KEY = st.text("ABCDEFGHKLMN0123456789-._", min_size=1, max_size=12)
AMOUNT = st.decimals("0.01", "9999", places=2).map(Decimal.normalize)
QUANTITY = st.builds(Quantity, AMOUNT, st.sampled_from(sorted(X12_OF)))
DAY = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
STATUS = st.sampled_from(["CC", "CP", "BP", "CU", "SH"])


def said(quantity: Quantity) -> tuple[str, str]:
    return f"{Decimal(quantity.amount.numerator) / quantity.amount.denominator:f}", X12_OF[quantity.unit]


def end_of(day: dt.date, profile) -> dt.datetime:
    return profile.last_moment(day)


@st.composite
def shipments(draw: st.DrawFn) -> tuple[dt.date, list[tuple[str, str, str, Quantity, Decimal, str]]]:
    """A day, and lines of (ref, SKU, status, shipped, rest, lot)."""
    line = st.tuples(KEY, KEY, STATUS, QUANTITY, AMOUNT, st.just("") | KEY)
    return draw(DAY), draw(st.lists(line, min_size=1, max_size=4, unique_by=lambda made: made[0]))


@settings(max_examples=100)
@given(shipments(), RELEASE)
def test_945(drawn, profile):
    day, lines = drawn
    text, expected, packages = [f"W06*F*17*{day:%Y%m%d}*S-1**PO-7", "W27*U*UPSN*UPS/GROUND"], [], []
    total = Decimal(0)
    for number, (ref, sku, status, shipped, spare, lot) in enumerate(lines, start=1):
        amount, unit = said(shipped)
        rest = Quantity(Decimal(0) if status == "CC" else spare, shipped.unit)
        ordered = shipped + rest
        total += Decimal(amount)
        text += [f"LX*{number}", f"MAN*CP*1Z{number}"]
        text += [f"W12*{status}*{said(ordered)[0]}*{amount}**{unit}**VN*{sku}*{lot}", f"N9*LI*{ref}"]
        packages.append(Package(f"1Z{number}", (f"1Z{number}",), "", (PackageLine(ref, sku, shipped, lot),)))
        expected.append(
            ShipmentLine(
                ref, sku, shipped, ordered,
                backordered=rest if status == "BP" else None,
                short=rest if status == "CP" else None,
                cancelled=rest if status == "CU" else None,
                reason="unmapped:SH" if status == "SH" else "",
                raw_reason="" if status == "CC" else status,
            )
        )  # fmt: skip
    sent = a_document("945", "\n".join([*text, f"W03*{total:f}"]))
    (value,), findings = read_945(on_the_wire(sent, profile), profile)
    assert value == Shipment(
        "S-1/17", "17", tuple(expected), tuple(packages), shipped_at=end_of(day, profile), carrier="UPS",
        service="GROUND", po_number="PO-7",
    )  # fmt: skip
    assert [one.code for one in findings] == ["CODE_UNMAPPED"] * sum(line[2] == "SH" for line in lines)


CONDITIONS = st.lists(st.tuples(QUANTITY, st.sampled_from(sorted(codes.CONDITIONS)), KEY), max_size=2)
RECEIVED = st.lists(st.tuples(KEY, KEY, QUANTITY, KEY, CONDITIONS), min_size=1, max_size=4)


@settings(max_examples=100)
@given(DAY, RECEIVED, RELEASE)
def test_944(day, drawn, profile):
    text = [f"W17*F*{day:%Y%m%d}*RC-1*ASN-7", *(["LX*1"] if profile.release == "005010" else [])]
    expected, total = [], Decimal(0)
    for ref, sku, received, lot, conditions in drawn:
        amount, unit = said(received)
        total += Decimal(amount)
        text += [f"W07*{amount}*{unit}**VN*{sku}***{lot}", f"N9*LI*{ref}"]
        text += ["W13*{}*{}*{}*{}".format(*said(some), code, part) for some, code, part in conditions]
        told = tuple(
            ReceivedCondition(some, codes.CONDITIONS[code], code, "", part) for some, code, part in conditions
        )
        expected.append(ReceiptLine(ref, sku, received, told, lot))
    sent = a_document("944", "\n".join([*text, f"W14*{total:f}"]))
    (value,), findings = read_944(on_the_wire(sent, profile), profile)
    assert findings == ()
    assert value == Receipt("RC-1", "ASN-7", end_of(day, profile), tuple(expected), "", "GXO-LEEDS")


FIGURES = st.dictionaries(
    st.tuples(KEY, KEY),
    st.dictionaries(st.sampled_from(["33", "QH", "17"]), QUANTITY, min_size=1),
    max_size=4,
)


@settings(max_examples=100)
@given(DAY, st.times(), FIGURES, RELEASE)
def test_846(day, time, figures, profile):
    text, rows = [f"BIA*00*SI*SNAP-1*{day:%Y%m%d}*{time:%H%M%S}"], []
    for (sku, lot), stock in figures.items():
        text.append(f"LIN**VN*{sku}*LT*{lot}")
        for qualifier, quantity in stock.items():
            text.append("QTY*{}*{}*{}".format(qualifier, *said(quantity)))
            rows.append(StockRow(sku, codes.STOCK_STATUSES[qualifier], quantity, "GXO-LEEDS", lot))
    sent = a_document("846", "\n".join([*text, f"CTT*{len(figures)}"]))
    (value,), findings = read_846(on_the_wire(sent, profile), profile)
    at = profile.moment(day, time.replace(microsecond=0))
    assert (value, findings) == (StockSnapshot("SNAP-1", at, complete=True, rows=tuple(rows)), ())


CHANGES = st.lists(
    st.tuples(st.sampled_from(sorted(codes.ADJUSTMENTS)), KEY, QUANTITY, KEY), min_size=1, max_size=5
)


@settings(max_examples=100)
@given(DAY, CHANGES, RELEASE)
def test_947(day, drawn, profile):
    text, expected = [f"W15*{day:%Y%m%d}*ADJ-1"], []
    for number, (code, sku, quantity, lot) in enumerate(drawn, start=1):
        meant = codes.ADJUSTMENTS[code]
        amount, unit = said(quantity)
        text.append(f"W19*{code}*{'-' if meant.direction < 0 else ''}{amount}*{unit}**VN*{sku}***{lot}")
        ways = ("available", "") if meant.direction < 0 else ("", "available")
        if meant.is_transfer:
            ways = (meant.from_status, meant.to_status)
        expected.append(
            StockMovement(
                f"ADJ-1/{number}", end_of(day, profile), sku, quantity, *ways, meant.reason, code, lot,
                site="GXO-LEEDS", reference="ADJ-1", earliest=profile.moment(day, dt.time()),
            )
        )  # fmt: skip
    values, findings = read_947(on_the_wire(a_document("947", "\n".join(text)), profile), profile)
    assert (values, findings) == (tuple(expected), ())
