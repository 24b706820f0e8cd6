"""The main job on the twin, as the brief tells it: sent once, in eaches, with its papers, tracked back."""

from __future__ import annotations

import pytest

from orogxo.errors import ReleaseRefused
from orogxo.model import Owner, Quantity, State
from orogxo.sandbox import Fault
from support.worlds import ONCE, World

VERSIONS = ("5.1", "6.1", "7.0")


def shown(world: World, order_id: str) -> list[str]:
    return [number for _, number in world.twin.trackings(order_id)]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_order_ships_once_and_its_tracking_comes_back(version: str) -> None:
    """The same connector works by what `capabilities()` finds; 5.1 here with its status exposed."""
    world = World.new(version, status_exposed=version == "5.1" or None, gxo_duplicates=True)
    order_id = world.place()
    assert world.run().ok
    order = world.twin.gxo_orders()[order_id]
    assert [line["qty"] for line in order["lines"]] == [{"value": "12", "uom": "EA"}]
    world.twin.work()
    world.run()
    world.run()
    (story,) = world.connector().trace("PO-2026-0001")
    assert story.fulfilment.state is State.CLOSED
    assert story.fulfilment.lines[0].shipped_as_sold == Quantity(1, "case")
    assert shown(world, order_id) == [tracking.number for tracking in story.fulfilment.trackings]
    world.agrees()


def test_eleven_of_twelve_shipped_are_eleven_twelfths_of_a_case() -> None:
    world = World.new()
    order_id = world.place()
    world.run()
    (line,) = world.twin.gxo_orders()[order_id]["lines"]
    world.twin.ship(order_id, {line["line_ref"]: 11})
    world.run()
    (story,) = world.connector().trace(order_id)
    assert story.fulfilment.state is State.PARTLY_SHIPPED
    assert story.fulfilment.lines[0].shipped_as_sold == Quantity("11/12", "case")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("po_number", ["", "   ", "N/A", None])
def test_without_po_no_call_is_made_until_it_is_filled_in_oro(po_number: str | None, version: str) -> None:
    world = World.new(version, status_exposed=version == "5.1" or None)
    order_id = world.place(po_number=po_number)
    world.run()
    world.run()
    assert world.twin.gxo_calls(order_id) == []
    (item,) = world.connector().exceptions.open()
    assert (item.owner, item.code[:3]) == (Owner.CUSTOMER_SERVICE, "PO_")
    world.twin.edit_order(order_id, po_number="PO-77")
    world.run()
    assert world.twin.gxo_orders()[order_id]["po_number"] == "PO-77"
    assert world.held() == {}


def test_po_organisation_parent_carrier_and_service_arrive_in_their_own_fields() -> None:
    world = World.new()
    order_id = world.place(po_number="PO 4711, second half")
    world.run()
    order = world.twin.gxo_orders()[order_id]
    assert order["po_number"] == "PO 4711, second half"
    assert order["customer_org"]["name"] == "Northwind Retail GmbH"
    assert order["customer_org"]["parent"]["name"] == "Northwind Group"
    assert order["carrier"] == {"code": "UPS", "service_code": "GROUND", "scac": "UPSN"}


def test_an_order_with_none_of_them_cannot_be_sent() -> None:
    world = World.new()
    order_id = world.place(po_number=None, customer=None, shipping_method="ups_9")
    world.run()
    assert world.held() == {order_id: ["ORGANISATION_MISSING", "PO_MISSING", "SHIP_METHOD_UNMAPPED"]}
    assert world.twin.gxo_calls(order_id) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_an_order_of_130_lines_is_sent_whole(version: str) -> None:
    """[order_get_big130]: 5.1 shows 100 lines of it, with no sign but the count."""
    world = World.new(version, status_exposed=version == "5.1" or None)
    order_id = world.place(lines=[("WIDGET-001", number + 1, "item") for number in range(130)])
    world.run()
    assert len(world.twin.gxo_orders()[order_id]["lines"]) == 130
    world.twin.work()
    world.run()
    world.agrees()


def test_a_kit_is_sent_as_its_components() -> None:
    """[order_get_kit]: 2 kits of 1 WIDGET-001 and 2 WIDGET-002."""
    world = World.new()
    order_id = world.place(lines=[], kits=[("KIT-1", 2)])
    world.run()
    goods = [(line["sku"], line["qty"]["value"]) for line in world.twin.gxo_orders()[order_id]["lines"]]
    assert goods == [("WIDGET-001", "2"), ("WIDGET-002", "4")]
    world.twin.work()
    world.run()
    world.agrees()


def test_a_free_form_line_holds_the_whole_order() -> None:
    """[order_get_freeform]."""
    world = World.new()
    order_id = world.place(free_form=[("Custom engraved plate", 4, "item")])
    world.run()
    assert world.held() == {order_id: ["FREE_FORM_LINE"]}


@pytest.mark.parametrize("duplicates", [False, True])
def test_a_lost_reply_is_looked_up_and_the_order_ships_once(duplicates: bool) -> None:
    world = World.new(gxo_duplicates=duplicates)
    world.twin.faults.add(
        Fault(system="gxo", method="PUT", path=r"/v1/orders/.*", nth=1, action="lose_reply")
    )
    order_id = world.place()
    world.run()
    assert world.twin.gxo_orders()[order_id]["times_received"] == 1
    assert any("found by look-up" in entry.text for entry in world.connector().trace(order_id)[0].entries)
    world.twin.work()
    world.run()
    world.agrees()


def test_oro_5_1_as_delivered_refuses_to_release_and_names_both_ways_out() -> None:
    world = World.new("5.1")
    order_id = world.place()
    with pytest.raises(ReleaseRefused, match=r"exposes? internalStatus|expose internalStatus"):
        world.connector().release()
    assert world.twin.gxo_calls(order_id) == []


def test_oro_5_1_as_delivered_works_with_the_setting_and_the_hosts_predicate_together() -> None:
    world = World.new("5.1")
    world.settings = world.twin.config_toml().replace("[release]", "[release]\nhost_authorises = true")
    first, second = world.place(), world.place(po_number="PO-2")
    world.authorised = lambda order: order.id == first
    world.run()
    assert list(world.twin.gxo_orders()) == [first]
    assert world.held() == {}
    assert world.connector().trace(second)[0].fulfilment.state is State.NEW


BROKEN = ("truncate", "html_502", "maintenance_415", "maintenance_503", "empty_401", "status_500_before")


@pytest.mark.parametrize("action", BROKEN)
@pytest.mark.parametrize(
    ("system", "method", "path"),
    [
        ("oro", "GET", r"/admin/api/orders.*"),
        ("oro", "GET", r"/admin/api/products.*"),
        ("gxo", "PUT", r"/v1/orders/.*"),
        ("gxo", "GET", r"/v1/shipments.*"),
        ("oro", "GET", r"/admin/api/ordershippingtrackings.*"),
        ("oro", "POST", r"/admin/api/ordershippingtrackings.*"),
    ],
)
def test_broken_answers_delay_and_are_told_and_lose_and_double_nothing(
    system: str, method: str, path: str, action: str
) -> None:
    world = World.new(gxo_duplicates=True)
    world.retry = ONCE
    world.twin.faults.add(Fault(system=system, method=method, path=path, nth=1, action=action))
    orders = [world.place(po_number=f"PO-{number}") for number in range(3)]
    reports = [world.run(minutes=11) for _ in range(4)]
    world.twin.work()
    reports += [world.run(minutes=11) for _ in range(4)]
    assert sorted(world.twin.gxo_orders()) == sorted(orders)
    world.agrees()
    assert all(len(shown(world, order_id)) == len(set(shown(world, order_id))) > 0 for order_id in orders)
    told = [problem for report in reports for problem in report.problems]
    looked_up = sum(report.count("looked_up") for report in reports)
    assert told or looked_up or action == "empty_401", "the trouble left a trace"
    assert [item.code for item in world.connector().exceptions.open()] == []


def test_weird_orders_are_exceptions_that_name_them_and_the_rest_goes_on() -> None:
    world = World.new()
    odd, nulled, good = world.place(), world.place(), world.place()
    world.twin.set_status(odd, "teleported")
    world.twin.corrupt_order(nulled, "lineItems.0.quantity", None)
    world.run()
    assert list(world.twin.gxo_orders()) == [good]
    assert world.held() == {nulled: ["ORDER_UNREADABLE"]}
    (item,) = world.connector().exceptions.open(order_id=nulled)
    assert "quantity" in item.message
    assert world.connector().trace(odd)[0].fulfilment.state is State.NEW


def test_a_customer_that_the_api_user_may_not_see_holds_the_order_and_says_why() -> None:
    world = World.new()
    order_id = world.place()
    world.twin.hide("customers")
    world.run()
    (item,) = world.connector().exceptions.open()
    assert item.code == "ORGANISATION_MISSING"
    assert "may" in item.hint or "role" in item.hint
    world.twin.show("customers")
    world.run()
    assert list(world.twin.gxo_orders()) == [order_id]
