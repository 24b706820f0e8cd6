"""The twin can commit every sin, and the judge names each: a guard that is removed will show."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk, faithful, gxo_line, line_refs

CASE = [("WIDGET-001", 1, "case")]


def world(**options):
    twin = Twin(**options)
    return Talk(twin), twin.place_order(lines=CASE)


def post_tracking(talk, order_id, number):
    orders = {"data": [{"type": "orders", "id": order_id}]}
    attributes = {"method": "UPS", "number": number}
    body = {"type": "ordershippingtrackings", "attributes": attributes, "relationships": {"orders": orders}}
    assert talk.oro("POST", "/ordershippingtrackings", {"data": body}).status == 201


def shipped_numbers(twin):
    return [
        number
        for shipment in twin.gxo_shipments().values()
        for package in shipment["packages"]
        for number in package["tracking"]
    ]


def faultless():
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id))
    talk.twin.work()
    for number in shipped_numbers(talk.twin):
        post_tracking(talk, order_id, number)
    return talk, order_id


def test_a_faultless_run_has_no_problems():
    talk, order_id = faultless()
    books = talk.twin.books()
    (line,) = line_refs(talk.twin, order_id)
    assert books.problems() == []
    assert books.ordered == books.accepted == books.shipped == {(order_id, line): 12}
    assert (books.orders_placed, books.duplicated, books.lost) == (1, {}, ())


def test_a_lost_order_is_named_unless_it_was_to_be_held():
    talk, order_id = world()
    assert talk.twin.books().problems() == ["order 1 was lost: the warehouse never got it"]
    assert talk.twin.books(held=[order_id]).problems() == []
    talk.twin.set_status(order_id, "pending")
    assert talk.twin.books().problems() == []


def test_a_site_that_duplicates_really_does():
    talk, order_id = world(gxo_duplicates=True)
    for _ in range(2):
        talk.put_order(faithful(talk.twin, order_id))
    (line,) = line_refs(talk.twin, order_id)
    assert talk.twin.ledger == {(order_id, line): 24}
    assert talk.twin.gxo_orders()[order_id]["jobs"] == 2
    talk.twin.work()
    assert len(talk.twin.gxo_shipments()) == 2
    assert talk.twin.books().shipped == {(order_id, line): 24}
    assert talk.twin.books().problems()[0] == (
        f"order 1, line {line}: 12 too many will be shipped (duplicated)"
    )


@pytest.mark.parametrize("second", ["ORO-1", "OX1", "ox_1"])
def test_a_second_reference_for_the_same_order_is_a_duplicate(second):
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id))
    talk.put_order(faithful(talk.twin, order_id, client_order_ref=second))
    (line,) = line_refs(talk.twin, order_id)
    assert talk.twin.books().duplicated == {(order_id, line): 12}


@pytest.mark.parametrize("reference", ["1-r2", "99"])
def test_a_reference_that_is_no_order_is_named(reference):
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id, client_order_ref=reference))
    problems = talk.twin.books().problems()
    assert f"the warehouse works on {reference}, which is no order of OroCommerce" in problems
    assert "order 1 was lost: the warehouse never got it" in problems


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("WIDGET-001", "11"), "ordered 12, the warehouse was told 11"),
        (("WIDGET-001", "13"), "ordered 12, the warehouse was told 13"),
        (("WIDGET-002", "12"), "ordered WIDGET-001, the warehouse was told WIDGET-002"),
    ],
)
def test_a_changed_line_is_named(line, told):
    talk, order_id = world()
    (line_ref,) = line_refs(talk.twin, order_id)
    talk.put_order(faithful(talk.twin, order_id, lines=[gxo_line(line_ref, *line)]))
    assert f"order 1, line {line_ref}: {told}" in talk.twin.books().problems()


def test_a_missing_and_an_invented_line_are_named():
    talk, order_id = world()
    (line_ref,) = line_refs(talk.twin, order_id)
    talk.put_order(faithful(talk.twin, order_id, lines=[gxo_line("777", "WIDGET-001", "12")]))
    problems = talk.twin.books().problems()
    assert f"order 1, line {line_ref}: the warehouse was not told about it" in problems
    assert "order 1: the warehouse has a line 777 that the order does not have" in problems


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"po_number": "PO-2026-000"}, "PO number"),
        ({"customer_org": {"id": "1", "name": "Northwind Group", "parent": None}}, "customer organisation"),
        ({"carrier": {"code": "UPS", "service_code": "NEXT_DAY", "scac": "UPSN"}}, "carrier"),
    ],
)
def test_a_changed_word_is_named(changes, what):
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id, **changes))
    (problem,) = talk.twin.books().problems()
    assert problem.startswith(f"order 1: the {what} is ")


def test_a_changed_address_is_named():
    talk, order_id = world()
    order = faithful(talk.twin, order_id)
    order["ship_to"]["street"] = "1 Billing Way"
    talk.put_order(order)
    assert "ship-to address" in talk.twin.books().problems()[0]


@pytest.mark.parametrize("written", [None, "", "  ", "N/A"])
def test_an_order_without_a_po_may_only_bear_the_waived_one(written):
    talk = Talk(Twin())
    order_id = talk.twin.place_order(lines=CASE, po_number=written)
    talk.put_order(faithful(talk.twin, order_id, po_number="PO-WAIVED"))
    assert talk.twin.books().problems() == []
    talk.put_order(faithful(talk.twin, order_id, po_number="N/A"))
    assert talk.twin.books().problems() == ["order 1: the PO number is 'PO-WAIVED' and 'N/A' was sent"]


def test_a_held_order_that_was_sent_is_named():
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id))
    assert talk.twin.books(held=[order_id]).problems() == ["order 1 was to be held and the warehouse has it"]


def test_an_order_sent_while_cancelled_is_named():
    talk, order_id = world()
    talk.twin.cancel_order(order_id)
    talk.put_order(faithful(talk.twin, order_id))
    talk.twin.set_status(order_id, "open")
    assert talk.twin.books().problems() == ["order 1 was sent while its status was cancelled"]


def test_cancelling_after_it_was_sent_is_nobodys_sin():
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id))
    talk.twin.cancel_order(order_id)
    assert talk.twin.books().problems() == []


def test_an_edit_after_sending_shows_unless_it_is_declared():
    talk, order_id = world()
    talk.put_order(faithful(talk.twin, order_id))
    talk.twin.edit_order(order_id, lines=[("WIDGET-001", 2, "case")], po_number="PO-2")
    assert len(talk.twin.books().problems()) == 2
    assert talk.twin.books(amended=[order_id]).problems() == []


def test_doubled_missing_and_invented_trackings_are_named():
    talk, order_id = faultless()
    first, second = shipped_numbers(talk.twin)
    post_tracking(talk, order_id, first)
    post_tracking(talk, order_id, "MADE-UP")
    talk.oro("DELETE", "/ordershippingtrackings/2")
    assert talk.twin.books().problems() == [
        f"order 1: tracking {second} was shipped and OroCommerce does not show it",
        "order 1: tracking MADE-UP is shown in OroCommerce and was never shipped",
        f"order 1: tracking {first} is shown more than once in OroCommerce",
    ]


def test_a_tracking_that_a_person_typed_is_no_invention():
    talk, order_id = faultless()
    talk.twin.add_tracking(order_id, "DHL", "BY-HAND")
    assert talk.twin.books().problems() == []


def test_a_tracking_of_an_earlier_version_may_stay():
    talk, order_id = faultless()
    (shipment_ref,) = talk.twin.gxo_shipments()
    talk.twin.reship(shipment_ref, trackings=1)
    (number,) = shipped_numbers(talk.twin)
    assert talk.twin.books().trackings_missing == ((order_id, number),)
    post_tracking(talk, order_id, number)
    assert talk.twin.books().problems() == []


# The judge's own arithmetic -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sku", "quantity", "unit", "eaches"),
    [
        ("WIDGET-001", 1, "pallet", 480),
        ("GADGET-100", 1, "case", 10),
        ("GADGET-100", 7, "item", 7),
        ("SHEET-7", 1, "item", 4),
        ("SHEET-7", "2.375", "kg", Fraction(19, 8)),
        ("SHEET-7", 0.1, "kg", Fraction(1, 10)),
        ("ODD-333", 3, "third", Fraction(999999, 1000000)),
        ("NULL-1", 1, "case", None),
        ("GONE-9", 1, "item", None),
        ("WIDGET-001", 1, "kg", None),
    ],
)
def test_what_a_line_asks_for(sku, quantity, unit, eaches):
    twin = Twin()
    twin.place_order(lines=[(sku, quantity, unit)])
    assert list(twin.books().ordered.values()) == [eaches]


def test_a_kit_is_its_components_and_a_free_form_line_is_nothing_known():
    twin = Twin()
    twin.place_order(kits=[("KIT-1", 3)], free_form=[("Custom plate", 4, "item")])
    first, second, plate = twin.books().ordered
    assert (first, second, plate) == (("1", "1.1"), ("1", "1.2"), ("1", "2"))
    assert list(twin.books().ordered.values()) == [3, 6, None]


def test_goods_of_unknown_quantity_must_not_be_sent():
    talk, order_id = world()
    talk.twin.corrupt_order(order_id, "lineItems.0.quantity", None)
    talk.put_order(faithful(talk.twin, order_id))
    assert "nobody knows how many" in " ".join(talk.twin.books().problems())


def test_a_product_of_ones_own():
    talk = Talk(Twin())
    talk.twin.add_product("OWN-1", units=[("box", 1), ("item", "0.2")])
    talk.twin.add_product("OWN-2", gxo_knows=False)
    order_id = talk.twin.place_order(lines=[("OWN-1", 1, "box")])
    (line,) = line_refs(talk.twin, order_id)
    assert talk.twin.books().ordered[order_id, line] == 5
    assert talk.gxo("GET", "/items/OWN-1").status == 200
    assert talk.gxo("GET", "/items/OWN-2").status == 404
    assert len(talk.read("/products?filter[sku]=OWN-1,OWN-2")["data"]) == 2
