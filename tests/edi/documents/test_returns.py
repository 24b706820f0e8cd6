"""180 Return Merchandise Authorization, out and in (contract x12, sections 2.2 and 5.4)."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import Known, Quarantined, read_180, write_180
from orogxo.model import Quantity, ReturnAdvice, ReturnLine, ReturnOutcome, ReturnReceipt
from support.x12_documents import SITE, a_document, codes, text_of

ADVICE = ReturnAdvice(
    ref="RMA-7",
    order_ref="17",
    authorised_on=dt.date(2026, 11, 1),
    lines=(
        ReturnLine("1", "WIDGET-001", Quantity(3, "EA"), "damaged", "destroy"),
        ReturnLine("2", "GADGET-100", Quantity(1, "CS"), reason="wrong_goods"),
        ReturnLine("3", "SHEET-7", Quantity(1, "EA")),
    ),
    po_number="PO-7",
)


def test_a_180_in_full():
    assert text_of(write_180(ADVICE, SITE, control=5)).splitlines() == [
        "ST*180*0005",
        "BGN*00*RMA-7*20261101",
        "PRF*PO-7",
        "N9*CO*17",
        "N1*DE**92*NORTHWIND",
        "N1*WH**92*GXO-LEEDS",
        "BLI*VN*WIDGET-001*3*EA",
        "N9*LI*1",
        "RDR*DI*DA",
        "BLI*VN*GADGET-100*1*CA",
        "N9*LI*2",
        "RDR**WG",
        "BLI*VN*SHEET-7*1*EA",
        "N9*LI*3",
        "SE*15*0005",
    ]


def test_a_long_po_number_goes_to_n9():
    assert "N9*PO*" + "P" * 23 in text_of(write_180(evolve(ADVICE, po_number="P" * 23), SITE, control=1))


def test_words_without_a_code_are_told_together():
    line = ReturnLine("1", "W", Quantity(1, "EA"), "bored", "frame it")
    with pytest.raises(x12.X12Error) as caught:
        write_180(evolve(ADVICE, lines=(line,)), SITE, control=1)
    assert [finding.code for finding in caught.value.findings] == ["CODE_UNMAPPED"] * 2


TEXT = """
BGN*00*GXO-R-1*20261105
PRF*PO-7
N9*RZ*RMA-7
N9*CO*17
BLI*VN*WIDGET-001*2*EA
N9*LI*1
N9*SE*S-1
N9*LT*LOT-A
RDR*DI*DA
NTE*GEN*Crushed
BLI*VN*GADGET-100*1*CA
N9*LI*2
RDR*RA**IO
"""
KNOWN = Known(returns={"RMA-7": ADVICE}, skus={"WIDGET-001", "GADGET-100"})


def read(text: str = TEXT, profile=SITE, known: Known = KNOWN):
    (value,), findings = read_180(a_document("180", text), profile, known)
    return value, findings


def test_what_became_of_a_return():
    value, findings = read()
    assert value == ReturnReceipt(
        id="GXO-R-1",
        rma_ref="RMA-7",
        received_at=dt.datetime(2026, 11, 5, 23, 59, 59, tzinfo=dt.UTC),
        outcomes=(
            ReturnOutcome(
                "1", "WIDGET-001", Quantity(2, "EA"), "destroy", "DI", "damaged", "DA", "LOT-A", ("S-1",),
                "Crushed",
            ),
            ReturnOutcome(
                "2", "GADGET-100", Quantity(1, "CS"), "unmapped:RA", "RA", "unmapped:IO", "IO",
            ),
        ),
        order_ref="17",
        po_number="PO-7",
    )  # fmt: skip
    assert codes(findings) == {"CODE_UNMAPPED"}


def test_goods_are_restocked_only_where_the_site_agreed_on_the_code():
    agreed = evolve(SITE, disposed={**SITE.disposed, "RA": "restock"})
    assert [outcome.disposition for outcome in read()[0].outcomes] == ["destroy", "unmapped:RA"]
    assert read(profile=agreed)[0].outcomes[1].disposition == "restock"


def test_an_rdr_of_the_heading_speaks_for_lines_without_one():
    text = TEXT.replace("RDR*DI*DA\n", "").replace("N9*RZ", "RDR*SC\nN9*RZ")
    assert [outcome.raw_disposition for outcome in read(text)[0].outcomes] == ["SC", "RA"]


def test_goods_without_any_disposition_are_told():
    value, findings = read(TEXT.replace("RDR*DI*DA\n", ""))
    assert (value.outcomes[0].disposition, value.outcomes[0].reason) == ("", "")
    assert "DISPOSITION_MISSING" in codes(findings)


def test_without_rz_the_document_number_is_the_rma():
    value, _ = read(TEXT.replace("N9*RZ*RMA-7\n", "").replace("GXO-R-1", "RMA-7"))
    assert (value.id, value.rma_ref) == ("RMA-7", "RMA-7")


def test_a_time_makes_the_moment_exact_and_a_long_po_is_found():
    timed = TEXT.replace("*20261105", "*20261105*1410").replace("PRF*PO-7", "N9*PO*LONG")
    value, _ = read(timed)
    assert value.received_at == dt.datetime(2026, 11, 5, 14, 10, tzinfo=dt.UTC)
    assert value.po_number == "LONG"


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("BGN", "BGX", {"SEGMENT_MISSING"}),
        ("GXO-R-1", "", {"VALUE_MISSING"}),
        ("20261105", "", {"DATE_MISSING"}),
        ("RZ*RMA-7", "RZ*RMA-8", {"RETURN_UNKNOWN"}),
        ("LI*2", "LI*9", {"LINE_UNKNOWN"}),
        ("*2*EA", "*two*EA", {"QUANTITY_UNREADABLE"}),
        ("*2*EA", "*2*UN", {"UNIT_UNKNOWN"}),
        ("VN*WIDGET-001", "VN*OTHER", {"SKU_UNKNOWN"}),
        ("BLI", "BLX", {"SEGMENT_MISSING"}),
    ],
)
def test_what_cannot_be_understood_is_kept_back_whole(old, new, reasons):
    value, _ = read(TEXT.replace(old, new))
    assert isinstance(value, Quarantined)
    assert codes(value.reasons) == reasons


def test_every_fact_that_we_sent_can_come_back():
    agreed = evolve(SITE, disposed={code: word for word, code in SITE.dispositions.items()})
    sent = write_180(ADVICE, agreed, control=1)
    (value,), _ = read_180(sent, agreed, Known(returns={"RMA-7": ADVICE}))
    assert (value.rma_ref, value.order_ref, value.po_number) == ("RMA-7", "17", "PO-7")
    told = [(one.line_ref, one.sku, one.quantity, one.reason, one.disposition) for one in value.outcomes]
    assert told == [(one.ref, one.sku, one.quantity, one.reason, one.disposition) for one in ADVICE.lines]
