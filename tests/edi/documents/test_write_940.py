"""Writes 940 Warehouse Shipping Orders (contract x12, sections 2.2 and 2.3)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.errors import Disposition
from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import write_940
from orogxo.model import Address, CarrierService, FulfilmentLine, Organisation, Quantity
from support.orders import DOCK, a_request
from support.x12_documents import IN_5010, SITE, codes, text_of

REQUEST = evolve(a_request(), ship_not_after=dt.date(2026, 11, 20), notes="Ring the bell at door 4")

GOLDEN = """
ST*940*0007
W05*N*17*PO-2026-0001
N1*DE**92*NORTHWIND
N1*SF**92*GXO-LEEDS
N1*ST*Northwind Retail GmbH
N2*Amanda Cole
N3*1 Dock Road
N4*Rochester*NY*14608*US
N1*BY*Northwind Retail GmbH
N1*ZZ*Northwind Group
N9*CO*ORD-0017*17
N9*11*2*1
N9*11*1*2
G62*38*20261120
NTE*DEL*Ring the bell at door 4
W66*PP*M***UPS/GROUND*****UPSN
LX*1
W01*12*EA**VN*WIDGET-001
N9*LI*101
W76*12
SE*21*0007
""".strip()


def refusal(request, profile=SITE, **more) -> x12.X12Error:
    with pytest.raises(x12.X12Error) as caught:
        write_940(request, profile, control=1, **more)
    return caught.value


def rows(request, profile=SITE, **more) -> list[str]:
    return text_of(write_940(request, profile, control=1, **more)).splitlines()


def test_a_new_order_in_full():
    assert text_of(write_940(REQUEST, SITE, control=7)) == GOLDEN


def test_a_change_differs_from_a_new_order_in_its_status_only():
    new, change = rows(REQUEST), rows(REQUEST, purpose="change")
    assert change[1] == "W05*R*17*PO-2026-0001"
    assert change[2:] == new[2:]


def test_a_cancel_names_the_order_and_has_no_lines():
    assert rows(REQUEST, purpose="cancel")[1:-1] == [
        "W05*F*17*PO-2026-0001",
        "N1*DE**92*NORTHWIND",
        "N1*SF**92*GXO-LEEDS",
        "N9*CO*ORD-0017*17",
        "W76*0",
    ]


def test_a_cancel_is_not_held_up_by_what_it_does_not_say():
    unwritable = evolve(REQUEST, ship_to=evolve(DOCK, city="東京"), lines=(), notes="~")
    assert rows(unwritable, purpose="cancel")[1] == "W05*F*17*PO-2026-0001"


def test_a_site_may_have_other_order_codes():
    awkward = evolve(SITE, order_codes={"new": "N", "change": "R", "cancel": "C"})
    assert rows(REQUEST, awkward, purpose="cancel")[1].startswith("W05*C*17")


@pytest.mark.parametrize(("length", "w05", "n9"), [(22, True, False), (23, False, True), (30, False, True)])
def test_a_po_number_too_long_for_w0503_goes_to_n9(length, w05, n9):
    po = "P" * length
    written = rows(evolve(REQUEST, po_number=po))
    assert (written[1] == f"W05*N*17*{po}") is w05
    assert (f"N9*PO*{po}" in written) is n9


def test_n902_is_30_long_in_4010_and_50_in_5010():
    request = evolve(REQUEST, po_number="P" * 50)
    assert codes(refusal(request).findings) == {"VALUE_TOO_LONG"}
    assert f"N9*PO*{'P' * 50}" in rows(request, IN_5010)
    assert codes(refusal(evolve(request, po_number="P" * 51), IN_5010).findings) == {"VALUE_TOO_LONG"}


def test_the_order_number_has_at_most_22_characters():
    assert rows(evolve(REQUEST, ref="r" * 22))[1].startswith("W05*N*" + "r" * 22 + "*")
    error = refusal(evolve(REQUEST, ref="r" * 23))
    assert "W0502 (order number)" in str(error)
    assert "23 characters of at most 22" in str(error)


@pytest.mark.parametrize(
    ("region", "country", "street2", "expected"),
    [
        ("US-NY", "US", "Floor 2", ["N3*1 Dock Road*Floor 2", "N4*Rochester*NY*14608*US"]),
        ("NY", "US", "", ["N3*1 Dock Road", "N4*Rochester*NY*14608*US"]),
        ("GB-KEN", "GB", "", ["N3*1 Dock Road", "N3*GB-KEN", "N4*Rochester**14608*GB"]),
        ("Kent", "GB", "Unit 5", ["N3*1 Dock Road*Unit 5", "N3*Kent", "N4*Rochester**14608*GB"]),
        ("", "GB", "", ["N3*1 Dock Road", "N4*Rochester**14608*GB"]),
    ],
)
def test_n402_has_exactly_two_characters_or_none(region, country, street2, expected):
    ship_to = Address("Amanda Cole", "", "1 Dock Road", street2, "Rochester", "14608", region, country)
    written = [row for row in rows(evolve(REQUEST, ship_to=ship_to)) if row.startswith(("N3", "N4"))]
    assert written == expected


def test_names_lines_and_telephone_of_an_address_each_have_their_place():
    ship_to = Address(
        company="Northwind", street2="Back entrance", city="York", country="GB", phone="+44 1904 1"
    )
    written = rows(evolve(REQUEST, ship_to=ship_to))
    start = written.index("N1*ST*Northwind")
    assert written[start + 1 : start + 4] == ["N3*Back entrance", "N4*York***GB", "PER*IC**TE*+44 1904 1"]


def test_a_customer_with_a_code_is_named_in_n1():
    group = Organisation("C-1", "Group", Organisation("C-0", "Holding"))
    written = rows(evolve(REQUEST, customer=Organisation("C-42", "Acme", group)))
    assert [row for row in written if row.startswith(("N1*BY", "N1*ZZ"))] == [
        "N1*BY*Acme*92*C-42",
        "N1*ZZ*Group*92*C-1",
        "N1*ZZ*Holding*92*C-0",
    ]
    assert not [row for row in written if row.startswith("N9*11")]


def test_a_site_without_by_gets_the_customer_in_n9():
    written = rows(REQUEST, evolve(SITE, customer_entity=""))
    assert not [row for row in written if row.startswith(("N1*BY", "N1*ZZ"))]
    assert [row for row in written if row.startswith("N9*11")] == [
        "N9*11*2*1 Northwind Retail GmbH",
        "N9*11*1*2 Northwind Group",
    ]


def test_a_family_larger_than_the_document_is_refused():
    customer = Organisation("C0", "Top")
    for generation in range(9):
        customer = Organisation(f"D{generation}", "Child", customer)
    assert codes(refusal(evolve(REQUEST, customer=customer)).findings) == {"SEGMENTS_TOO_MANY"}
    in_n9 = evolve(SITE, customer_entity="")
    assert codes(refusal(evolve(REQUEST, customer=customer), in_n9).findings) == {"SEGMENTS_TOO_MANY"}


def test_notes_are_cut_between_words_into_pieces_of_80():
    note = " ".join(["parcel"] * 30)
    pieces = [row.removeprefix("NTE*DEL*") for row in rows(evolve(REQUEST, notes=note)) if row[:3] == "NTE"]
    assert len(pieces) == 3
    assert all(0 < len(piece) <= 80 for piece in pieces)
    assert " ".join(pieces) == note


def test_a_word_longer_than_80_is_cut_at_80():
    pieces = [row[8:] for row in rows(evolve(REQUEST, notes="x" * 200 + " end")) if row[:3] == "NTE"]
    assert pieces == ["x" * 80, "x" * 80, "x" * 40 + " end"]


def test_the_transport_mode_is_that_of_the_carrier_or_of_its_scac():
    modes = evolve(SITE, transport_mode="LT", transport_modes={"UPSN": "U", "EVRI": "A"})
    assert rows(REQUEST, modes)[15].startswith("W66*PP*U*")
    evri = evolve(REQUEST, carrier=CarrierService("EVRI", "NEXTDAY"))
    assert rows(evri, modes)[15] == "W66*PP*A***EVRI/NEXTDAY"
    other = evolve(REQUEST, carrier=CarrierService("DPD", ""))
    assert rows(other, modes)[15] == "W66*PP*LT***DPD"


def test_everything_wrong_is_told_at_once_with_its_element():
    half = FulfilmentLine("101", "101", "S" * 49, Quantity("1/3", "each"), "XXX", Quantity(1, "case"))
    none = FulfilmentLine("101", "102", "WIDGET~2", Quantity(0, "each"), "EA", Quantity(1, "case"))
    request = evolve(
        REQUEST,
        ref="",
        po_number=" PO 7",
        ship_to=Address(city="X", country="GB", postal_code="1"),
        carrier=CarrierService("ROYAL/MAIL", "24", "X"),
        lines=(half, none),
    )
    error = refusal(request)
    assert codes(error.findings) == {
        "VALUE_MISSING", "VALUE_PADDED", "ADDRESS_INCOMPLETE", "VALUE_TOO_SHORT", "CARRIER_UNCLEAR",
        "VALUE_TOO_LONG", "QUANTITY_NOT_DECIMAL", "UNIT_UNMAPPED", "QUANTITY_NOT_POSITIVE",
        "CHARACTER_REFUSED", "LINE_REF_REPEATED",
    }  # fmt: skip
    assert error.code == "X12_UNWRITABLE"
    assert error.disposition is Disposition.REVIEW
    assert {finding.severity for finding in error.findings} == {"error"}
    for place in ("W0502", "W0503", "N401", "N403", "W6610", "W0101", "W0105"):
        assert place in str(error)


def test_a_line_that_cannot_be_named_is_refused():
    nameless = evolve(REQUEST.lines[0], ref="")
    assert codes(refusal(evolve(REQUEST, lines=(nameless,))).findings) == {"LINE_REF_REPEATED"}


def test_an_order_without_lines_is_no_order():
    assert codes(refusal(evolve(REQUEST, lines=())).findings) == {"LINES_MISSING"}


def test_amounts_are_exact_and_added_up():
    first, second = (
        FulfilmentLine(str(ref), str(ref), "W", Quantity(amount, "each"), "KGM", Quantity(1, "case"))
        for ref, amount in ((1, "0.125"), (2, Fraction(10**10, 4)))
    )
    written = rows(evolve(REQUEST, lines=(first, second)))
    assert "W01*0.125*KG**VN*W" in written
    assert "W01*2500000000*KG**VN*W" in written
    assert "W76*2500000000.125" in written
    fine = evolve(first, quantity=Quantity("1234567890.123456", "each"))
    assert "W0101 (quantity) '1234567890.123456' has 16 characters" in str(
        refusal(evolve(REQUEST, lines=(fine,)))
    )


def test_more_than_the_total_can_count_is_refused():
    lines = tuple(
        FulfilmentLine(str(n), str(n), "W", Quantity(999_999_999_999_999, "each"), "EA", Quantity(1, "case"))
        for n in range(2)
    )
    assert "W7601 (total quantity)" in str(refusal(evolve(REQUEST, lines=lines)))


def test_without_po_ship_date_and_notes_nothing_empty_is_written():
    written = rows(evolve(REQUEST, po_number="", ship_not_after=None, notes="  ", identifier=""))
    assert written[1] == "W05*N*17"
    assert not [row for row in written if row.startswith(("G62", "NTE", "N9*CO", "N9*PO"))]
    assert not [row for row in written if row.endswith("*")]
