"""Reading dispatches: everything a site tells, exactly; what cannot be read is named and hides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from orogxo.errors import DecodeError
from orogxo.gxo.shipments import shipment_page
from orogxo.model import Package, PackageLine, Quantity, Shipment, ShipmentLine
from orogxo.ports import ShipmentPage
from support.gateway import SSCC, URL, ea, package, reply, shipment, shipment_line, shipments_page, site


def read(*items: object, asked: str = "c-0") -> ShipmentPage:
    return shipment_page(shipments_page(*items), asked=asked)


def one(**changes: object) -> Shipment:
    page = read(shipment(**changes))
    assert page.unreadable == ()
    (found,) = page.shipments
    return found


def complaint(item: object) -> str:
    """What is said about `item`, read between two good ones that it must not hide."""
    page = read(shipment(shipment_ref="A"), item, shipment(shipment_ref="B"))
    assert [found.id for found in page.shipments] == ["A/1042", "B/1042"]
    assert (page.cursor, page.more) == ("c-1", False)
    (told,) = page.unreadable
    return told


def each(amount: int | str) -> Quantity:
    return Quantity(amount, "EA")


def test_a_whole_shipment() -> None:
    assert one() == Shipment(
        id="SHP-1/1042",
        order_ref="1042",
        lines=(ShipmentLine("101", "WIDGET-001", each(12), each(12)),),
        packages=(Package("P-1", ("1Z1",), SSCC, (PackageLine("101", "WIDGET-001", each(12)),)),),
        version=1,
        shipped_at=dt.datetime(2026, 11, 3, 16, 5, tzinfo=dt.UTC),
        carrier="UPS",
        service="GROUND",
        po_number="PO-2026-0001",
        final=True,
    )


def test_a_partial_shipment_tells_what_stays_open_and_what_never_comes() -> None:
    line = shipment_line(
        shipped=ea("6"),
        backordered=ea("3"),
        short=ea("2"),
        cancelled=ea("1"),
        reason="out_of_stock",
        raw_reason="01",
    )
    found = one(lines=[line], final=False, version=2)
    assert (found.final, found.version) == (False, 2)
    assert found.lines == (
        ShipmentLine("101", "WIDGET-001", each(6), each(12), each(3), each(2), each(1), "out_of_stock", "01"),
    )


def test_a_shipment_with_the_least_that_it_can_say() -> None:
    line = {"order_line_ref": "101", "sku": "W", "shipped": ea("12")}
    told = {"shipment_ref": "S", "version": 1, "order_refs": ["1042", "1042"], "lines": [line]}
    (found,) = read(told).shipments
    assert found == Shipment("S/1042", "1042", (ShipmentLine("101", "W", each(12)),))


@pytest.mark.parametrize(
    ("told", "reason", "raw"),
    [
        ({"reason": "cat_ate_it", "raw_reason": "Z9"}, "unmapped:cat_ate_it", "Z9"),
        ({"reason": "cat_ate_it"}, "unmapped:cat_ate_it", "cat_ate_it"),
        ({"raw_reason": "Z9"}, "", "Z9"),
        ({"reason": "other"}, "other", "other"),
    ],
)
def test_an_unknown_reason_is_kept_as_the_site_wrote_it(told: dict[str, str], reason: str, raw: str) -> None:
    (line,) = one(lines=[shipment_line(**told)]).lines
    assert (line.reason, line.raw_reason) == (reason, raw)


def test_two_parcels_keep_all_their_tracking_numbers() -> None:
    second = package(package_ref="P-2", tracking=["1Z3", "1Z4"], sscc=None, lines=None)
    found = one(packages=[package(tracking=["1Z1", "1Z2"]), second])
    assert [parcel.tracking for parcel in found.packages] == [("1Z1", "1Z2"), ("1Z3", "1Z4")]
    assert [parcel.sscc for parcel in found.packages] == [SSCC, ""]
    assert found.packages[1].lines == ()


def test_lot_serials_and_expiry() -> None:
    goods = {
        "order_line_ref": "101",
        "sku": "WIDGET-001",
        "qty": ea("2"),
        "lot": "L-7",
        "serials": ["SN1", "SN2"],
        "expiry": "2027-01-31",
    }
    (parcel,) = one(packages=[package(lines=[goods])]).packages
    assert parcel.lines == (
        PackageLine("101", "WIDGET-001", each(2), "L-7", ("SN1", "SN2"), dt.date(2027, 1, 31)),
    )


@pytest.mark.parametrize(
    ("told", "exactly"),
    [("0", "0"), ("0.250", "0.25"), (12, "12"), (Decimal("0.1"), "0.1"), ("0" * 20 + "12.50", "12.5")],
)
def test_quantities_are_exact(told: object, exactly: str) -> None:
    (line,) = one(lines=[shipment_line(shipped=ea(told))]).lines
    assert line.shipped == Quantity(exactly, "EA")


@pytest.mark.parametrize(
    ("quantity", "wrong"),
    [
        (ea("-1"), "expected a quantity that is not negative"),
        (ea(-1), "expected a quantity that is not negative"),
        (ea("1/3"), "expected a quantity with a decimal value"),
        (ea("1e3"), "expected a quantity with a decimal value"),
        (ea("12\n"), "expected a quantity with a decimal value"),
        (ea("١٢"), "expected a quantity with a decimal value"),
        (ea(""), "expected a quantity with a decimal value"),
        (ea(None), "expected a quantity with a decimal value"),
        (ea(True), "expected a quantity with a decimal value"),
        (ea("1" * 41), "expected a quantity with a decimal value"),
        (ea(Decimal("1e99")), "expected a quantity of a sensible size"),
        ({"value": "12"}, "expected a quantity with a uom"),
        ({"value": "12", "uom": " "}, "expected a quantity with a uom"),
        ("12", 'expected a quantity {"value", "uom"}'),
    ],
)
def test_a_quantity_that_is_none_makes_the_shipment_unreadable(quantity: object, wrong: str) -> None:
    told = complaint(shipment(lines=[shipment_line(shipped=quantity)]))
    assert told.startswith("shipment SHP-1 version 1 cannot be read: ")
    assert wrong in told
    assert "$.lines[0].shipped" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": None}, "expected a whole number, not negative, not None @ $.version"),
        ({"order_refs": []}, "expected at least one order @ $.order_refs"),
        ({"order_refs": "1042"}, "expected a list, not '1042' @ $.order_refs"),
        ({"order_refs": [""]}, "expected filled text, not '' @ $.order_refs[0]"),
        ({"lines": []}, "no line is of order '1042' @ $.lines"),
        ({"lines": {}}, "expected a list, not {} @ $.lines"),
        ({"lines": ["101"]}, "expected an object, not '101' @ $.lines[0]"),
        ({"final": "yes"}, "expected true or false, not 'yes' @ $.final"),
        (
            {"shipped_at": "2026-11-03T17:05:00"},
            "instant with its offset from UTC, not '2026-11-03T17:05:00'",
        ),
        ({"shipped_at": "0001-01-01T00:00:00+14:00"}, "instant with its offset from UTC"),
        ({"shipped_at": 1762189500}, "instant with its offset from UTC, not 1762189500 @ $.shipped_at"),
        ({"packages": [package(tracking="1Z1")]}, "expected a list, not '1Z1' @ $.packages[0].tracking"),
        ({"packages": [package(lines=[{"qty": 1}])]}, "required field missing @ $.packages[0].lines[0].sku"),
        ({"lines": [shipment_line(order_ref="9")]}, "'9' is not one of order_refs @ $.lines[0].order_ref"),
    ],
)
def test_what_is_not_as_agreed_is_named_with_its_path(changes: dict[str, object], told: str) -> None:
    assert told in complaint(shipment(**changes))


@pytest.mark.parametrize("expiry", ["2027-02-30", "20270131", "31.01.2027", 20270131, ""])
def test_a_date_that_is_none(expiry: object) -> None:
    goods = {"order_line_ref": "101", "sku": "W", "qty": ea("2"), "expiry": expiry}
    told = complaint(shipment(packages=[package(lines=[goods])]))
    assert f"expected a date YYYY-MM-DD, not {expiry!r} @ $.packages[0].lines[0].expiry" in told


def test_all_problems_of_a_shipment_are_one_sentence() -> None:
    told = complaint({"shipment_ref": "SHP-1", "lines": [{"sku": "W"}]})
    for missing in ("version", "order_refs", "lines[0].order_line_ref", "lines[0].shipped"):
        assert f"required field missing @ $.{missing}" in told


def test_a_shipment_with_endless_problems_is_told_in_brief() -> None:
    told = complaint(shipment(lines=[shipment_line(sku="")] * 500))
    assert told.count("$.lines[") == 50
    assert told.endswith("and 450 more")


@pytest.mark.parametrize(
    "item", [None, "SHP-1", [], {"version": 3, "shipment_ref": " "}, {"shipment_ref": 7}]
)
def test_a_shipment_without_a_name_is_shown_itself(item: object) -> None:
    told = complaint(item)
    assert told.startswith("a shipment without shipment_ref, ")
    assert "cannot be read" in told


def test_a_wrong_sscc_is_reported_and_hides_nothing() -> None:
    wrong = SSCC[:-1] + "0"
    page = read(shipment(packages=[package(sscc=wrong), package(package_ref="P-2", tracking=["1Z2"])]))
    (found,) = page.shipments
    assert [(parcel.sscc, parcel.tracking) for parcel in found.packages] == [("", ("1Z1",)), (SSCC, ("1Z2",))]
    (told,) = page.unreadable
    assert told.startswith("shipment SHP-1 version 1 was read, but without an SSCC: ")
    assert f"{wrong!r} of package P-1" in told


# Several orders in one shipment ---------------------------------------------------------------------------


def consolidated(**changes: object) -> dict[str, Any]:
    def goods(order: str) -> dict[str, object]:
        return {"order_ref": order, "order_line_ref": "101", "sku": "WIDGET-001", "qty": ea("6")}

    told = {
        "order_refs": ["A", "B"],
        "lines": [shipment_line(order_ref=ref, shipped=ea("6")) for ref in ("A", "B")],
        "packages": [
            package(lines=[goods("A"), goods("B")]),
            package(package_ref="P-2", sscc=None, tracking=["1Z2"], lines=[goods("B")]),
        ],
    }
    return shipment(**{**told, **changes})


def shown(shipments: Sequence[Shipment]) -> list[tuple[str, str, int, list[str]]]:
    return [
        (found.id, found.order_ref, len(found.lines), [parcel.ref for parcel in found.packages])
        for found in shipments
    ]


def test_each_order_gets_its_own_lines_and_parcels() -> None:
    page = read(consolidated())
    assert page.unreadable == ()
    assert shown(page.shipments) == [("SHP-1/A", "A", 1, ["P-1"]), ("SHP-1/B", "B", 1, ["P-1", "P-2"])]
    assert [found.lines[0].shipped for found in page.shipments] == [each(6), each(6)]
    assert [len(found.packages[0].lines) for found in page.shipments] == [1, 1]
    assert {found.po_number for found in page.shipments} == {None}


def test_a_correction_that_adds_an_order_keeps_the_ids() -> None:
    """Under a new id the first version would stay in the books, and its goods be counted twice."""
    alone = shipment(order_refs=["A"])
    before, after = read(alone).shipments, read(consolidated(version=2)).shipments
    assert before[0].id == after[0].id == "SHP-1/A"
    assert (before[0].version, after[0].version) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"lines": [shipment_line()]},
            "required where a shipment is of several orders @ $.lines[0].order_ref",
        ),
        ({"lines": [shipment_line(order_ref="A")]}, "no line is of order 'B' @ $.lines"),
        (
            {"packages": [package()]},
            "required where a shipment is of several orders @ $.packages[0].lines[0]",
        ),
        (
            {"packages": [package(lines=[])]},
            "nothing tells which order the package is of @ $.packages[0].lines",
        ),
        ({"order_refs": ["A", "B", "C"]}, "no line is of order 'C' @ $.lines"),
        ({"order_refs": ["A"]}, "'B' is not one of order_refs @ $.lines[1].order_ref"),
    ],
)
def test_goods_whose_order_is_not_told_are_not_guessed(changes: dict[str, object], told: str) -> None:
    assert told in complaint(consolidated(**changes))


# Pages ----------------------------------------------------------------------------------------------------


def test_the_cursor_moves_past_what_cannot_be_read() -> None:
    page = shipment_page(shipments_page({}, cursor="c-9", more=True), asked="c-8")
    assert (page.shipments, page.cursor, page.more, len(page.unreadable)) == ((), "c-9", True, 1)


@pytest.mark.parametrize("cursor", [None, ""])
def test_a_last_page_without_a_cursor_leaves_ours(cursor: str | None) -> None:
    assert shipment_page(shipments_page(cursor=cursor), asked="c-8").cursor == "c-8"


def test_the_same_cursor_again_is_fine_once_nothing_more_is_promised() -> None:
    page = shipment_page(shipments_page(cursor="c-8"), asked="c-8")
    assert (page.cursor, page.more) == ("c-8", False)


@pytest.mark.parametrize("cursor", ["c-8", "", None])
def test_more_that_leads_nowhere_is_an_error_not_a_loop(cursor: str | None) -> None:
    client, sender = site(reply(200, shipments_page(shipment(), cursor=cursor, more=True)))
    with pytest.raises(DecodeError, match="leads nowhere new") as caught:
        client.shipments("c-8")
    assert caught.value.paths[0].endswith("@ $.next_cursor")
    assert len(sender.sent) == 1


@pytest.mark.parametrize(
    "value",
    [[], None, {}, {"items": {}, "has_more": False}, {"items": [], "has_more": "no"}, {"items": []}],
)
def test_a_page_that_is_none_is_an_error_and_moves_no_cursor(value: object) -> None:
    client, _ = site(reply(200, value))
    with pytest.raises(DecodeError):
        client.shipments("c-8")


def test_the_question() -> None:
    client, sender = site(reply(200, shipments_page()), reply(200, shipments_page()))
    client.shipments()
    client.shipments("a&b=c/+")
    assert [sent.url for sent in sender.sent] == [
        f"{URL}/v1/shipments?client_id=ACME",
        f"{URL}/v1/shipments?client_id=ACME&cursor=a%26b%3Dc%2F%2B",
    ]
