"""Law: what a writer accepts is read back as the same value, for every document and both releases."""

from __future__ import annotations

import contextlib
import datetime as dt
import string
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.gxo.edi import codes, x12
from orogxo.gxo.edi.documents import (
    ElementError,
    GroupReceipt,
    SegmentError,
    SetReceipt,
    read_997,
    read_999,
    write_180,
    write_940,
    write_943,
    write_997,
    write_999,
)
from orogxo.model import (
    Address,
    CarrierService,
    FulfilmentLine,
    FulfilmentRequest,
    InboundAdvice,
    InboundLine,
    Organisation,
    Quantity,
    ReturnAdvice,
    ReturnLine,
)
from support.x12_documents import (
    RELEASES,
    a_document,
    on_the_wire,
    read_940,
    read_943,
    read_advice_180,
)

LETTERS = string.ascii_letters + string.digits + " .,-_'&()#%!?:;/=+"
UNITS = sorted(uom for uom, x12_code in codes.UNITS.items() if codes.UNITS_READ[x12_code] == uom)


def words(least: int, most: int, letters: str = LETTERS) -> st.SearchStrategy[str]:
    """Text without needless spaces, which is what a document carries."""
    text = st.text(letters, min_size=least, max_size=most)
    return text.map(lambda made: " ".join(made.split())).filter(lambda made: least <= len(made) <= most)


def keys(least: int, most: int) -> st.SearchStrategy[str]:
    return words(least, most, LETTERS.replace(" ", ""))


AMOUNTS = st.decimals("0.001", "9999", places=3).map(Decimal.normalize)
DAYS = st.dates(dt.date(1999, 12, 31), dt.date(2100, 1, 1))
RELEASE = st.sampled_from(RELEASES)
ADDRESSES = st.builds(
    Address, name=words(1, 60), company=st.just("") | words(1, 60), street=words(1, 55),
    street2=st.just("") | words(1, 55), city=words(2, 30), postal_code=st.just("") | words(3, 15),
    region=st.sampled_from(["", "US-NY", "GB-KEN", "Kent"]), country=st.just("US"),
    phone=st.just("") | words(1, 80),
)  # fmt: skip


def families(generations: int) -> st.SearchStrategy[Organisation]:
    parent = st.none() if generations == 1 else st.none() | families(generations - 1)
    return st.builds(Organisation, keys(1, 20), words(1, 60), parent)


def numbered(line: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(line, min_size=1, max_size=4, unique_by=lambda made: made.ref).map(tuple)


def request_line(ref: str, sku: str, amount: Decimal, uom: str) -> FulfilmentLine:
    quantity = Quantity(amount, "each")
    return FulfilmentLine(ref, ref, sku, quantity, uom, quantity)


REQUESTS = st.builds(
    FulfilmentRequest, ref=keys(1, 22), order_id=keys(1, 20), identifier=keys(1, 30),
    po_number=st.just("") | words(1, 30), customer=families(3), ship_to=ADDRESSES,
    carrier=st.builds(CarrierService, keys(1, 15).map(lambda code: code.replace("/", "-")),
                      st.just("") | words(1, 19), st.sampled_from(["", "UPSN", "FX"])),
    lines=numbered(st.builds(request_line, keys(1, 30), keys(1, 48), AMOUNTS, st.sampled_from(UNITS))),
    ship_not_after=st.none() | DAYS, notes=st.just("") | words(1, 300),
)  # fmt: skip


@settings(max_examples=150)
@given(REQUESTS, RELEASE, st.sampled_from(["new", "change"]))
def test_940(request, profile, purpose):
    arrived = on_the_wire(write_940(request, profile, control=1, purpose=purpose), profile)
    read = read_940(arrived, profile)
    # A space after a word of exactly 80 letters is all that a note can lose.
    assert read.notes.replace(" ", "") == request.notes.replace(" ", "")
    assert all(len(segment.element(2)) <= 80 for segment in arrived.segments if segment.id == "NTE")
    assert {**vars_of(read), "notes": ""} == {**vars_of(request), "notes": ""}


def vars_of(request: FulfilmentRequest) -> dict[str, object]:
    return {name: getattr(request, name) for name in FulfilmentRequest.__slots__ if name[:2] != "__"}


ADVICES = st.builds(
    InboundAdvice, ref=keys(1, 22), shipped_on=DAYS,
    lines=numbered(st.builds(
        InboundLine, keys(1, 30), keys(1, 48), st.builds(Quantity, AMOUNTS, st.sampled_from(UNITS)),
        st.just("") | keys(1, 30),
    )),
    supplier=st.none() | ADDRESSES, expected_on=st.none() | DAYS, shipment_ref=st.just("") | keys(1, 30),
    carrier=st.sampled_from(["ABFS", "Smith and Sons"]) | words(1, 35),
    container=st.sampled_from(["", "MSCU1234567", "TRAILER-7", "0042"]),
)  # fmt: skip


@settings(max_examples=100)
@given(ADVICES, RELEASE)
def test_943(advice, profile):
    assert read_943(on_the_wire(write_943(advice, profile, control=1), profile), profile) == advice


RETURNS = st.builds(
    ReturnAdvice, ref=keys(1, 30), order_ref=keys(1, 30), authorised_on=DAYS,
    lines=numbered(st.builds(
        ReturnLine, keys(1, 30), keys(1, 48), st.builds(Quantity, AMOUNTS, st.sampled_from(UNITS)),
        st.sampled_from(["", *codes.RETURN_REASONS]), st.sampled_from(["", *codes.DISPOSITIONS]),
    )),
    po_number=st.just("") | words(1, 30),
)  # fmt: skip


@settings(max_examples=100)
@given(RETURNS, RELEASE)
def test_180(advice, profile):
    assert read_advice_180(on_the_wire(write_180(advice, profile, control=1), profile), profile) == advice


COUNTS = st.integers(0, 999_999)
ERRORS = st.lists(st.sampled_from(["1", "5", "19"]), max_size=5).map(tuple)


def receipts(*, in_5010: bool) -> st.SearchStrategy[GroupReceipt]:
    part = st.none() | st.integers(1, 9) if in_5010 else st.none()
    version = st.sampled_from(["", "005010"]) if in_5010 else st.just("")
    element = st.builds(
        ElementError, st.integers(1, 99), st.sampled_from(["1", "7"]), part, part,
        st.sampled_from(["", "67"]), st.just("") | words(1, 99),
    )  # fmt: skip
    segment = st.builds(
        SegmentError, st.sampled_from(["N9", "W05"]), st.integers(1, 999_999),
        st.sampled_from(["", "8"]), st.sampled_from(["", "LX"]), st.lists(element, max_size=2).map(tuple),
    )  # fmt: skip
    one = st.builds(
        SetReceipt, st.just("945"), st.sampled_from(["0001", "123456789"]), st.sampled_from("AER"), ERRORS,
        st.lists(segment, max_size=2).map(tuple), version,
    )  # fmt: skip
    return st.builds(
        GroupReceipt, st.just("SW"), st.sampled_from(["1", "000000042"]), st.sampled_from("AEPR"),
        COUNTS, COUNTS, COUNTS, st.lists(one, max_size=2).map(tuple), ERRORS, version,
    )  # fmt: skip


@settings(max_examples=100)
@given(st.data(), st.sampled_from(["997", "999"]), RELEASE)
def test_997_and_999(data, code, profile):
    in_5010 = profile.release == "005010"
    if code == "999" and not in_5010:
        return
    write, read = (write_997, read_997) if code == "997" else (write_999, read_999)
    receipt = data.draw(receipts(in_5010=in_5010))
    (back,), _ = read(on_the_wire(write(receipt, profile, control=1), profile), profile)
    assert back == receipt


@settings(max_examples=100)
@given(st.text(max_size=40), st.text(max_size=40), RELEASE)
def test_whatever_a_writer_accepts_survives_the_wire(name, ref, profile):
    """Any Unicode at all: it is refused as a whole, or it arrives."""
    line = ReturnLine("1", "WIDGET-001", Quantity(1, "EA"))
    advice = ReturnAdvice(ref, name, dt.date(2026, 11, 2), (line,))
    with contextlib.suppress(x12.X12Error):
        sent = write_180(advice, profile, control=1)
        assert read_advice_180(on_the_wire(sent, profile), profile) == advice


def test_the_test_reader_would_notice_a_changed_quantity():
    request = read_940(a_document("940", "W05*N*1\nN1*ST*A\nN1*BY*B*92*C2\nW66*PP*M***X\nW76*0"), RELEASES[0])
    assert request.lines == ()
    with pytest.raises(AssertionError):
        read_940(
            a_document("940", "W05*N*1\nN1*ST*A\nN1*BY*B*92*C2\nW66*PP*M***X\nLX*1\nW01*2*EA**VN*S\nW76*3"),
            RELEASES[0],
        )
