"""943 Stock Transfer Shipment Advice and 944 Receipt Advice (contract x12, sections 2.2, 2.3 and 5.2)."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import Known, Quarantined, read_944, write_943
from orogxo.model import (
    Address,
    InboundAdvice,
    InboundLine,
    Quantity,
    Receipt,
    ReceiptLine,
    ReceivedCondition,
    ReturnAdvice,
)
from support.x12_documents import IN_5010, SITE, a_document, codes, text_of

ADVICE = InboundAdvice(
    ref="ASN-7",
    shipped_on=dt.date(2026, 11, 1),
    lines=(
        InboundLine("1", "WIDGET-001", Quantity(40, "CS"), "LOT-A"),
        InboundLine("2", "GADGET-100", Quantity("2.5", "KGM")),
    ),
    supplier=Address(company="Mill & Co", city="Hull", country="GB"),
    expected_on=dt.date(2026, 11, 4),
    shipment_ref="BOL-1",
    carrier="ABFS",
    container="MSCU1234567",
)


def test_a_943_in_full():
    assert text_of(write_943(ADVICE, SITE, control=3)).splitlines() == [
        "ST*943*0003",
        "W06*F*ASN-7*20261101*BOL-1",
        "N1*DE**92*NORTHWIND",
        "N1*WH**92*GXO-LEEDS",
        "N1*SF*Mill & Co",
        "N4*Hull***GB",
        "G62*17*20261104",
        "W27*M*ABFS****MSCU*1234567",
        "W04*40*CA**VN*WIDGET-001",
        "N9*LI*1",
        "N9*LT*LOT-A",
        "W04*2.5*KG**VN*GADGET-100",
        "N9*LI*2",
        "W03*42.5",
        "SE*15*0003",
    ]


def test_a_supplier_may_be_a_bare_name():
    rows = text_of(write_943(evolve(ADVICE, supplier=Address(name="Mill")), SITE, control=1)).splitlines()
    assert rows[rows.index("N1*SF*Mill") + 1] == "G62*17*20261104"


def test_a_943_cannot_do_without_site_carrier_and_lines():
    with pytest.raises(x12.X12Error) as caught:
        write_943(evolve(ADVICE, carrier="", lines=()), evolve(SITE, site=""), control=1)
    assert codes(caught.value.findings) == {"SITE_MISSING", "CARRIER_MISSING", "LINES_MISSING"}


def test_an_equipment_number_has_10_characters_in_4010_and_15_in_5010():
    long = evolve(ADVICE, container="TRAILER-0123")
    assert "W27*M*ABFS*****TRAILER-0123" in text_of(write_943(long, IN_5010, control=1))
    with pytest.raises(x12.X12Error, match="W2707"):
        write_943(long, SITE, control=1)


HEAD = "W17*F*20261104*RC-1*ASN-7\nN1*WH*Leeds*92*GXO-LEEDS"
LINES = """
W07*38*CA**VN*WIDGET-001***LOT-A
N9*LI*1
W13*2*CA*01**DM
W13*1*CA*02
W07*2.5*KG**VN*GADGET-100
N9*LI*2
N9*SE*S-1
W14*40.5
"""
KNOWN = Known(inbounds={"ASN-7": ADVICE}, skus={"WIDGET-001", "GADGET-100"}, returns={})


def read(text: str, known: Known = KNOWN, profile=SITE):
    (value,), findings = read_944(a_document("944", text), profile, known)
    return value, findings


def kept_back(text: str, known: Known = KNOWN) -> set[str]:
    value, _ = read(text, known)
    assert isinstance(value, Quarantined)
    return codes(value.reasons)


EXPECTED = Receipt(
    ref="RC-1",
    inbound_ref="ASN-7",
    received_at=dt.datetime(2026, 11, 4, 23, 59, 59, tzinfo=dt.UTC),
    lines=(
        ReceiptLine(
            "1",
            "WIDGET-001",
            Quantity(38, "CS"),
            (
                ReceivedCondition(Quantity(2, "CS"), "damaged", "01", "DM"),
                ReceivedCondition(Quantity(1, "CS"), "short", "02"),
            ),
            lot="LOT-A",
        ),
        ReceiptLine("2", "GADGET-100", Quantity("2.5", "KGM"), serials=("S-1",)),
    ),
    site="GXO-LEEDS",
)


def test_a_944_in_full():
    assert read(HEAD + LINES) == (EXPECTED, ())


def test_5010_puts_the_lines_under_lx():
    assert read(HEAD + "\nTD1*PLT*2\nLX*1\nMAN*GM*1" + LINES, profile=IN_5010) == (EXPECTED, ())


def test_a_time_at_the_site_makes_the_moment_exact():
    timed = HEAD.replace("ASN-7", "ASN-7**9*1337") + LINES
    assert read(timed)[0].received_at == dt.datetime(2026, 11, 4, 13, 37, tzinfo=dt.UTC)
    summer = timed.replace("20261104", "20260704").replace("1337", "133755")
    assert read(summer)[0].received_at == dt.datetime(2026, 7, 4, 12, 37, 55, tzinfo=dt.UTC)
    for bad in ("2561", "13", "noon"):
        value, findings = read(timed.replace("1337", bad))
        assert (value, codes(findings)) == (EXPECTED, {"TIME_UNREADABLE"})


def test_w14_is_compared_with_the_lines():
    value, findings = read(HEAD + LINES.replace("W14*40.5", "W14*41"))
    assert value == EXPECTED
    assert [(one.code, one.severity) for one in findings] == [("TOTAL_DIFFERS", "error")]


def test_a_lot_qualified_without_its_value_is_still_the_lot():
    """Some senders write LT in W0706, leave W0707 empty and put the lot in W0708."""
    value, _ = read(HEAD + "\nW07*120*CA**VN*WIDGET-001*LT**22413962", Known())
    assert value.lines == (ReceiptLine("", "WIDGET-001", Quantity(120, "CS"), lot="22413962"),)


def test_an_unknown_condition_is_kept_and_told():
    value, findings = read(HEAD + LINES.replace("W13*2*CA*01", "W13*2*CA*99"))
    assert value.lines[0].conditions[0].condition == "unmapped:99"
    assert codes(findings) == {"CODE_UNMAPPED"}


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("W17", "W18", {"SEGMENT_MISSING"}),
        ("RC-1", "", {"VALUE_MISSING"}),
        ("*20261104*", "*20269999*", {"DATE_MISSING"}),
        ("ASN-7", "ASN-8", {"INBOUND_UNKNOWN"}),
        ("N9*LI*2", "N9*LI*9", {"LINE_UNKNOWN"}),
        ("VN*GADGET-100", "VN*OTHER", {"SKU_UNKNOWN"}),
        ("W07*38", "W07*", {"QUANTITY_MISSING"}),
        ("W07*38", "W07*-38", {"QUANTITY_UNREADABLE"}),
        ("W13*2*CA", "W13*2*Q", {"UNIT_UNKNOWN"}),
        ("GADGET-100", "GADGET-100****2", {"REVERSAL"}),
    ],
)
def test_what_cannot_be_understood_is_kept_back_whole(old, new, reasons):
    assert kept_back((HEAD + LINES).replace(old, new)) == reasons


def test_a_receipt_without_lines_is_kept_back():
    assert kept_back(HEAD) == {"SEGMENT_MISSING"}


def test_a_return_received_by_944_is_known_by_its_rma():
    returned = HEAD.replace("ASN-7", "") + "\nN9*RZ*RMA-1" + LINES
    assert kept_back(returned) == {"RETURN_UNKNOWN"}
    advice = ReturnAdvice("RMA-1", "17", dt.date(2026, 11, 1), ())
    value, _ = read(returned, evolve(KNOWN, returns={"RMA-1": advice}))
    assert (value.rma_ref, value.inbound_ref) == ("RMA-1", "")
