"""Reads 945 Warehouse Shipping Advices: header, lines, quantities, and what is kept back (contract x12)."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.gxo.edi.documents import Known, Quarantined, read_945
from orogxo.mapping import apply, opening_ledger
from orogxo.model import (
    Address,
    CarrierService,
    FulfilmentLine,
    FulfilmentRequest,
    Organisation,
    Quantity,
    Shipment,
    ShipmentLine,
)
from support.x12_documents import SITE, a_document, codes

HEAD = "W06*F*17*20261105*SHP-9**PO-2026-0001\nN1*WH*Leeds*92*GXO-LEEDS\nW27*U*UPSN*UPS/GROUND"


def asked(ref: str, sku: str, amount: int, uom: str = "EA") -> FulfilmentLine:
    return FulfilmentLine(ref, ref, sku, Quantity(amount, "each"), uom, Quantity(1, "case"))


REQUEST = FulfilmentRequest(
    "17", "17", "ORD-0017", "PO-2026-0001", Organisation("2", "Northwind"), Address(name="A"),
    CarrierService("UPS", "GROUND", "UPSN"),
    (asked("101", "WIDGET-001", 12), asked("102", "GADGET-100", 5)),
)  # fmt: skip
KNOWN = Known(
    orders={"17": REQUEST}, skus={"WIDGET-001", "GADGET-100"}, gtins={"05012345678900": "GADGET-100"}
)


def read(lines: str, *, head: str = HEAD, profile=SITE, known: Known = KNOWN):
    (value,), findings = read_945(a_document("945", f"{head}\n{lines}"), profile, known)
    return value, findings


def shipment(lines: str, **more) -> Shipment:
    value, _ = read(lines, **more)
    assert isinstance(value, Shipment), value
    return value


def kept_back(lines: str, **more) -> set[str]:
    value, findings = read(lines, **more)
    assert isinstance(value, Quarantined)
    assert set(value.reasons) <= set(findings)
    assert value.reference in ("17", "99", "")
    return codes(value.reasons)


FULL = """
LX*1
W12*CC*12*12*0*EA**VN*WIDGET-001
N9*LI*101
LX*2
W12*CC*5*5**EA**VN*GADGET-100
N9*LI*102
W03*17
"""


def test_a_complete_order():
    value, findings = read(FULL)
    assert findings == ()
    assert value == Shipment(
        id="SHP-9/17",
        order_ref="17",
        lines=(
            ShipmentLine("101", "WIDGET-001", Quantity(12, "EA"), Quantity(12, "EA")),
            ShipmentLine("102", "GADGET-100", Quantity(5, "EA"), Quantity(5, "EA")),
        ),
        shipped_at=dt.datetime(2026, 11, 5, 23, 59, 59, tzinfo=dt.UTC),
        carrier="UPS",
        service="GROUND",
        po_number="PO-2026-0001",
    )


def test_the_books_of_the_order_close_with_it():
    lines, problems = apply(opening_ledger(REQUEST), [shipment(FULL)])
    assert problems == ()
    assert all(line.open == 0 and line.over == 0 for line in lines)


def test_a_day_is_its_last_second_at_the_site_so_it_is_never_taken_for_earlier():
    summer = HEAD.replace("20261105", "20260705")
    assert shipment(FULL, head=summer).shipped_at == dt.datetime(2026, 7, 5, 22, 59, 59, tzinfo=dt.UTC)
    assert shipment(FULL, head=summer).earliest == dt.datetime(2026, 7, 4, 23, tzinfo=dt.UTC)
    tokyo = evolve(SITE, time_zone="Asia/Tokyo")
    assert shipment(FULL, head=summer, profile=tokyo).shipped_at == dt.datetime(
        2026, 7, 5, 14, 59, 59, tzinfo=dt.UTC
    )


@pytest.mark.parametrize("date", ["CCYYMMDD", "20261340", "261105", "99991231", "²0261105"])
def test_a_date_that_is_none_is_left_open_and_told(date):
    value, findings = read(FULL, head=HEAD.replace("20261105", date))
    assert (value.shipped_at, value.earliest) == (None, None)
    assert codes(findings) == {"DATE_UNREADABLE"}


def test_without_a_date_there_is_nothing_to_tell():
    value, findings = read(FULL, head=HEAD.replace("20261105", ""))
    assert (value.shipped_at, findings) == (None, ())


@pytest.mark.parametrize(
    ("w27", "carrier", "service"),
    [
        ("W27*U*UPSN*UPS/GROUND", "UPS", "GROUND"),
        ("W27*U*UPSN*ships by UPS", "UPSN", ""),
        ("W27*U**Evri van", "Evri van", ""),
        ("G62*11*20261105", "", ""),
    ],
)
def test_free_routing_text_is_no_service(w27, carrier, service):
    value = shipment(FULL, head=HEAD.replace("W27*U*UPSN*UPS/GROUND", w27))
    assert (value.carrier, value.service) == (carrier, service)


def test_a_long_po_number_comes_in_n9():
    head = HEAD.replace("*PO-2026-0001", "") + "\nN9*PO*" + "P" * 30
    assert shipment(FULL, head=head).po_number == "P" * 30
    assert shipment(FULL, head=HEAD.replace("*PO-2026-0001", "")).po_number is None


def test_w03_is_compared_with_the_lines():
    value, findings = read(FULL.replace("W03*17", "W03*18"))
    assert isinstance(value, Shipment)
    assert [(one.code, one.severity, one.element) for one in findings] == [("TOTAL_DIFFERS", "error", 1)]
    assert "W0301 is 18, and the lines add up to 17" in str(findings[0])


def test_a_finding_names_the_segment_in_the_file():
    sent = a_document("945", f"{HEAD}\n{FULL.replace('W03*17', 'W03*18')}")
    placed = evolve(sent, index=100)
    _, (finding,) = read_945(placed, SITE, KNOWN)
    assert placed.segments[finding.segment - 101].id == "W03"


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        ("", {"SEGMENT_MISSING"}),
        ("LX*1\nMAN*GM*1", {"SEGMENT_MISSING"}),
        ("W12*CC*1**0*EA**VN*WIDGET-001\nN9*LI*101", {"QUANTITY_MISSING"}),
        ("W12*CC*1*-1**EA**VN*WIDGET-001\nN9*LI*101", {"QUANTITY_UNREADABLE"}),
        ("W12*CC*1*1e3**EA**VN*WIDGET-001\nN9*LI*101", {"QUANTITY_UNREADABLE"}),
        ("W12*CC*1*1/3**EA**VN*WIDGET-001\nN9*LI*101", {"QUANTITY_UNREADABLE"}),
        ("W12*CC*x*1**EA**VN*WIDGET-001\nN9*LI*101", {"QUANTITY_UNREADABLE"}),
        ("W12*CC*1*1**QQ**VN*WIDGET-001\nN9*LI*101", {"UNIT_UNKNOWN"}),
        ("W12*CC*1*1****VN*WIDGET-001\nN9*LI*101", {"UNIT_UNKNOWN"}),
        ("W12*CC*1*1**EA**VN*NOBODYS\nN9*LI*101", {"SKU_UNKNOWN"}),
        ("W12*CC*1*1**EA**ZZ*WIDGET-001\nN9*LI*101", {"SKU_MISSING"}),
        ("W12*CC*1*1**EA**VN*WIDGET-001\nN9*LI*999", {"LINE_UNKNOWN"}),
        ("W12*CC*1*1**EA**VN*WIDGET-001" + "*" * 12 + "2\nN9*LI*101", {"REVERSAL"}),
        ("W03*x\nW12*CC*1*1**EA**VN*WIDGET-001\nN9*LI*101", {"QUANTITY_UNREADABLE"}),
    ],
)
def test_what_cannot_be_understood_is_kept_back_whole(lines, reasons):
    assert kept_back(lines) == reasons


@pytest.mark.parametrize(
    ("head", "reasons"),
    [
        (HEAD.replace("W06", "W05"), {"SEGMENT_MISSING"}),
        (HEAD.replace("*17*", "*99*"), {"ORDER_UNKNOWN"}),
        (HEAD.replace("*17*", "**"), {"VALUE_MISSING", "ORDER_UNKNOWN"}),
        (HEAD.replace("SHP-9", ""), {"VALUE_MISSING"}),
    ],
)
def test_a_head_that_names_no_order_or_shipment_of_ours_is_kept_back(head, reasons):
    assert kept_back(FULL, head=head) == reasons


def test_another_document_is_kept_back():
    sent = a_document("944", FULL)
    (value,), findings = read_945(sent)
    assert value == Quarantined(sent, findings)
    assert codes(findings) == {"WRONG_DOCUMENT"}


def test_mandatory_w0601_may_be_empty_in_real_files():
    assert shipment(FULL, head=HEAD.replace("W06*F*", "W06**")) == shipment(FULL)


def test_without_a_line_ref_the_only_line_of_the_sku_is_meant():
    value, findings = read(FULL.replace("N9*LI*101", "N9*PC*X"))
    assert value == shipment(FULL)
    assert [(one.code, one.severity) for one in findings] == [("LINE_REF_BY_SKU", "warning")]


def test_a_line_that_could_be_two_is_kept_back():
    twice = evolve(REQUEST, lines=(*REQUEST.lines, asked("103", "WIDGET-001", 1)))
    found = kept_back(FULL.replace("N9*LI*101", "N9*PC*X"), known=evolve(KNOWN, orders={"17": twice}))
    assert found == {"LINE_REF_MISSING"}


def test_without_our_orders_a_line_ref_is_needed_and_believed():
    unknown = Known()
    assert shipment(FULL, known=unknown) == shipment(FULL)
    assert kept_back(FULL.replace("N9*LI*101", "N9*PC*X"), known=unknown) == {"LINE_REF_MISSING"}


def test_a_gtin_that_we_know_stands_for_its_sku():
    by_gtin = FULL.replace("VN*GADGET-100", "UK*05012345678900")
    assert shipment(by_gtin) == shipment(FULL)
    by_upc = FULL.replace("W12*CC*5*5**EA**VN*GADGET-100", "W12*CC*5*5**EA*05012345678900")
    assert shipment(by_upc) == shipment(FULL)


def test_another_sku_than_the_lines_is_told():
    value, findings = read(FULL.replace("VN*GADGET-100", "VN*WIDGET-001"))
    assert value.lines[1].sku == "WIDGET-001"
    assert codes(findings) == {"SKU_DIFFERS"}


def test_another_ordered_quantity_than_ours_is_told():
    value, findings = read(FULL.replace("*12*12*0*", "*10*10*0*").replace("W03*17", "W03*15"))
    assert value.lines[0].ordered == Quantity(10, "EA")
    assert [(one.code, one.severity) for one in findings] == [("ORDERED_DIFFERS", "warning")]


def test_what_we_asked_for_never_stands_in_for_a_missing_ordered_quantity():
    """Some of it may have been shipped before, which this document does not know."""
    value, findings = read(FULL.replace("W12*CC*5*5", "W12*CP**4").replace("W03*17", "W03*16"))
    assert (value.lines[1].ordered, value.lines[1].short) == (None, None)
    assert codes(findings) == {"REST_UNKNOWN"}


def test_ca_and_cs_are_both_a_case_and_the_unit_that_was_asked_comes_back():
    line = evolve(REQUEST, lines=(asked("101", "WIDGET-001", 1, "C62"),))
    known = evolve(KNOWN, orders={"17": line})
    units = {}
    for code in ("EA", "CA", "CS"):
        value = shipment(f"W12*CC*1*1**{code}**VN*WIDGET-001\nN9*LI*101", known=known)
        units[code] = value.lines[0].shipped.unit
    assert units == {"EA": "C62", "CA": "CS", "CS": "CS"}


def test_the_same_document_twice_is_the_same_value_and_a_changed_one_contradicts_it():
    again, changed = shipment(FULL), shipment(FULL.replace("W12*CC*5*5", "W12*CP*5*4"))
    assert again == shipment(FULL)
    assert (changed.id, changed.version) == (again.id, 1)
    _, problems = apply(opening_ledger(REQUEST), [again, changed])
    assert [problem.code for problem in problems] == ["SHIPMENT_CONTRADICTED"]
