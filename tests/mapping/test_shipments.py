"""Dispatches booked against the order: every case where the warehouse did otherwise than asked is told."""

from __future__ import annotations

import pytest
from attrs import evolve

from orogxo.mapping import apply, deviations, merge, opening_ledger, trackings
from orogxo.model import LineLedger, Package, Quantity, Shipment, ShipmentLine, Substitute, Tracking
from support.orders import a_request

REQUEST = a_request()
LEDGER = opening_ledger(REQUEST)


def ea(amount: int) -> Quantity:
    return Quantity(amount, "EA")


def a_told_line(eaches: int = 12, **changes: object) -> ShipmentLine:
    return evolve(ShipmentLine("101", "WIDGET-001", ea(eaches)), **changes)


def a_shipment(*lines: ShipmentLine, **changes: object) -> Shipment:
    return evolve(Shipment("S1", "17", lines or (a_told_line(),)), **changes)


def booked(*shipments: Shipment) -> tuple[LineLedger, list[str]]:
    (line,), problems = apply(LEDGER, shipments)
    return line, [problem.code for problem in problems]


def test_the_books_open_with_what_was_asked():
    (line,) = LEDGER
    assert (line.ref, line.sku, line.unit, line.uom) == ("101", "WIDGET-001", "each", "EA")
    assert (line.ordered, line.open, line.shipped) == (12, 12, 0)
    assert line.sold == Quantity(1, "case")


def test_twelve_shipped_are_one_case():
    line, problems = booked(a_shipment())
    assert (line.shipped_as_sold, line.open, problems) == (Quantity(1, "case"), 0, [])


def test_eleven_shipped_are_eleven_twelfths_of_a_case():
    line, problems = booked(a_shipment(a_told_line(11)))
    assert (line.shipped_as_sold, line.open, problems) == (Quantity("11/12", "case"), 1, [])


def test_two_shipments_and_two_lots_of_one_line_add_up():
    lots = a_shipment(a_told_line(3), a_told_line(4))
    line, problems = booked(lots, a_shipment(a_told_line(5), id="S2"))
    assert (line.shipped, problems) == (12, [])


def test_what_never_ships_is_booked_as_declared():
    line, problems = booked(a_shipment(a_told_line(8, short=ea(3), cancelled=ea(1)), final=True))
    assert (line.shipped, line.short, line.cancelled, line.open, problems) == (8, 3, 1, 0, [])


def test_a_backorder_stays_open():
    line, problems = booked(a_shipment(a_told_line(8, backordered=ea(4))))
    assert (line.open, problems) == (4, [])


def test_a_correction_counts_alone_whichever_comes_first():
    first, corrected = a_shipment(), a_shipment(a_told_line(10), version=2)
    assert booked(first, corrected) == booked(corrected, first) == booked(corrected)
    assert booked(corrected)[0].shipped == 10


def test_booking_again_changes_nothing():
    lines, _ = apply(LEDGER, [a_shipment(a_told_line(5))])
    again, _ = apply(lines, [a_shipment(a_told_line(5))] * 3)
    assert again == lines


def test_over_shipment_shows():
    line, problems = booked(a_shipment(), a_shipment(a_told_line(1), id="S2"))
    assert (line.over, line.open, problems) == (1, 0, ["OVER_SHIPPED"])


def test_a_final_shipment_closes_what_nobody_mentioned():
    line, problems = booked(a_shipment(a_told_line(11), final=True))
    assert (line.short, line.open, problems) == (1, 0, ["SHORT_UNDECLARED"])
    line, problems = booked(a_shipment(a_told_line(8, backordered=ea(4)), final=True))
    assert (line.short, line.open, problems) == (4, 0, ["SHORT_UNDECLARED"])


def test_a_final_shipment_that_overtook_an_earlier_one_is_put_right():
    final, earlier = a_shipment(a_told_line(5), final=True, id="S2"), a_shipment(a_told_line(7))
    assert booked(final)[0].short == 7
    line, problems = booked(final, earlier)
    assert (line.shipped, line.short, problems) == (12, 0, [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (a_told_line(line_ref="999"), "UNKNOWN_SHIPMENT_LINE"),
        (a_told_line(sku="WIDGET-002"), "WRONG_SKU"),
        (a_told_line(shipped=Quantity(1, "CS")), "UNIT_MISMATCH"),
        (a_told_line(0, short=Quantity(1, "CS")), "UNIT_MISMATCH"),
        (a_told_line(0, cancelled=Quantity(1, "CS")), "UNIT_MISMATCH"),
        (a_told_line(-1), "SHIPMENT_UNREADABLE"),
        (a_told_line(0, short=ea(-1)), "SHIPMENT_UNREADABLE"),
    ],
)
def test_a_line_that_does_not_fit_is_told_and_not_booked_nor_given_up(line, code):
    """Even a final shipment must not turn goods that left under a wrong name into a shortage."""
    found, problems = booked(a_shipment(line, final=True))
    assert (found.shipped, found.short, found.open, problems) == (0, 0, 12, [code])


def test_one_line_that_does_not_fit_leaves_the_others_booked():
    line, problems = booked(a_shipment(a_told_line(sku="X"), a_told_line(12)))
    assert (line.shipped, problems) == (12, ["WRONG_SKU"])


def test_a_problem_names_shipment_and_line():
    _, (problem,) = apply(LEDGER, [a_shipment(a_told_line(shipped=Quantity(1, "CS")))])
    assert problem.path == "shipments[S1].lines[101]"
    assert "CS" in problem.message
    assert "EA" in problem.message


def test_every_unit_that_was_not_asked_for_is_named():
    line = a_told_line(shipped=Quantity(1, "PL"), short=Quantity(1, "CS"), cancelled=Quantity(1, "BX"))
    _, (problem,) = apply(LEDGER, [a_shipment(line)])
    assert "counted WIDGET-001 in BX, CS, PL; it was asked in EA" in problem.message


def test_the_highest_version_is_kept_in_a_fixed_order():
    one, two, other = a_shipment(), a_shipment(version=2), a_shipment(id="S0")
    assert merge((one, other), two) == (other, two)
    assert merge((other, two), one) == (other, two)
    assert merge((other, two), two) == (other, two)


def test_two_texts_under_one_version_are_both_kept_and_told():
    one, other = a_shipment(a_told_line(5)), a_shipment(a_told_line(6))
    kept = merge((one,), other)
    assert kept == merge((other,), one)
    assert set(kept) == {one, other}
    assert booked(*kept) == booked(*reversed(kept))
    assert booked(*kept)[1] == ["SHIPMENT_CONTRADICTED"]
    assert booked(*merge(kept, a_shipment(a_told_line(7), version=2)))[1] == []


def test_one_tracking_for_each_number_in_order():
    packages = (Package("P1", (" 1Z2 ", "1Z1")), Package("P2", ("1Z2", "", "  ")), Package("P3", ("1Z3",)))
    assert trackings(a_shipment(packages=packages), "UPS") == tuple(
        Tracking("UPS", number) for number in ("1Z2", "1Z1", "1Z3")
    )
    assert trackings(a_shipment(), "UPS") == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"carrier": " ups", "service": "Ground ", "po_number": "PO-2026-0001"}, []),
        ({"carrier": "UPSN"}, []),
        ({"carrier": "FDEG"}, ["CARRIER_OVERRIDE"]),
        ({"carrier": "UPS", "service": "NEXTDAY"}, ["CARRIER_OVERRIDE"]),
        ({"service": "NEXTDAY"}, ["CARRIER_OVERRIDE"]),
        ({"po_number": ""}, ["REFERENCE_LOST"]),
        ({"po_number": "po-2026-0001"}, ["REFERENCE_LOST"]),
        ({"carrier": "FDEG", "po_number": "PO-2"}, ["CARRIER_OVERRIDE", "REFERENCE_LOST"]),
    ],
)
def test_deviations_from_what_was_asked(changes, codes):
    found = deviations(REQUEST, a_shipment(**changes))
    assert [deviation.code for deviation in found] == codes
    assert all(deviation.path.startswith("shipments[S1].") for deviation in found)


def test_a_deviation_names_what_went_instead():
    (found,) = deviations(REQUEST, a_shipment(carrier="FDEG"))
    assert (found.message, found.evidence) == ("asked for UPS GROUND, shipped with FDEG", ("FDEG",))


def test_other_goods_sent_knowingly_stand_beside_a_line_that_is_short_by_them() -> None:
    """X12 W1201 CS, gateway reason "substituted"; corrections 7: substitutions in their own ledger."""
    (ledger,) = opening_ledger(a_request())
    swapped = ShipmentLine("101", "WIDGET-002", Quantity(4, "EA"), reason="substituted")
    sent = ShipmentLine("101", "WIDGET-001", Quantity(8, "EA"))
    (line,), problems = apply((ledger,), (a_shipment(lines=(sent, swapped)),))
    assert (line.shipped, line.short, line.open) == (8, 4, 0)
    assert line.substitutes == (Substitute("WIDGET-002", Quantity(4, "EA")),)
    assert [problem.code for problem in problems] == ["SUBSTITUTED"]
    (again,), _ = apply((line,), (a_shipment(lines=(sent, swapped)),))
    assert again == line


def test_the_same_goods_called_a_substitute_are_simply_shipped() -> None:
    told = ShipmentLine("101", "WIDGET-001", Quantity(12, "EA"), reason="substituted")
    (line,), problems = apply(opening_ledger(a_request()), (a_shipment(lines=(told,)),))
    assert (line.shipped, problems) == (12, ())
