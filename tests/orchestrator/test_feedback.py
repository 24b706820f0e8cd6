"""Dispatches into the books and trackings into OroCommerce, each exactly once (R21)."""

from __future__ import annotations

import pytest
from attrs import evolve

from orogxo.errors import AuthenticationError, Conflict, Invalid, NotSent, OrogxoError, ReplyLost, Unavailable
from orogxo.model import Package, State, Tracking
from orogxo.orchestrator import trace
from support.links import Bench
from support.orders import a_shipment, an_order

PARCELS = (Package("P-1", ("1Z1",)), Package("P-2", ("1Z2", "1Z2 ")))


def sent() -> Bench:
    bench = Bench()
    bench.shop.put(an_order())
    bench.run()
    return bench


def numbers(bench: Bench) -> list[str]:
    return [tracking.number for tracking in bench.shop.shown.get("17", [])]


def test_every_parcels_tracking_is_shown_once_and_the_order_closes() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(packages=PARCELS)]
    report = bench.run(minutes=1)
    assert (report.count("shipments"), report.count("tracked")) == (1, 2)
    assert numbers(bench) == ["1Z1", "1Z2"]
    assert bench.fulfilment().state is State.CLOSED
    bench.site.feed += bench.site.feed
    bench.run(minutes=1)
    assert numbers(bench) == ["1Z1", "1Z2"], "a shipment told twice changes nothing"


def test_a_feed_of_many_pages_is_read_to_its_end_and_the_cursor_kept() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(2, id=f"S-{number}") for number in range(6)]
    assert bench.run(minutes=1).count("shipments") == 6
    assert bench.run(minutes=1).count("shipments") == 0
    assert bench.fulfilment().lines[0].shipped == 12


def test_a_tracking_that_is_there_already_is_not_added_again() -> None:
    bench = sent()
    bench.shop.shown["17"] = [Tracking("UPS", "1Z1")]
    bench.site.feed = [a_shipment(packages=PARCELS[:1])]
    bench.run(minutes=1)
    assert numbers(bench) == ["1Z1"]
    assert bench.fulfilment().state is State.CLOSED


@pytest.mark.parametrize("taken", [True, False])
def test_a_lost_reply_to_a_tracking_is_looked_up_after_the_quarantine(taken: bool) -> None:
    bench = sent()
    bench.shop.lose_after_effect = taken
    bench.shop.failures["add_tracking"] = [ReplyLost("timeout")]
    bench.site.feed = [a_shipment(packages=PARCELS[:1])]
    bench.run(minutes=1)
    bench.shop.lose_after_effect = False
    assert bench.fulfilment().state is State.SHIPPED
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.SHIPPED, "still in quarantine"
    bench.run(minutes=3)
    assert numbers(bench) == ["1Z1"]
    assert bench.fulfilment().state is State.CLOSED


@pytest.mark.parametrize(
    ("error", "pauses"),
    [(NotSent("refused"), False), (Unavailable(status=503), True), (AuthenticationError(status=401), True)],
)
def test_trouble_with_oro_only_delays_a_tracking(error: OrogxoError, pauses: bool) -> None:
    bench = sent()
    bench.shop.failures["trackings"] = [error]
    bench.site.feed = [a_shipment(packages=PARCELS[:1])]
    assert bench.run(minutes=1).problems == (f"feedback: {error}",)
    assert (bench.engine.paused("oro") is not None) is pauses
    bench.run(minutes=2)
    assert numbers(bench) == ["1Z1"]


@pytest.mark.parametrize(
    "error",
    [
        Invalid("too long", status=400, problems=("number: too long",)),
        Conflict("closed", status=403, code="ORDER_NOT_EDITABLE"),
    ],
)
def test_a_refused_tracking_is_an_exception_that_closes_when_it_goes(error: OrogxoError) -> None:
    bench = sent()
    bench.shop.failures["add_tracking"] = [error]
    bench.site.feed = [a_shipment(packages=PARCELS)]
    bench.run(minutes=1)
    assert numbers(bench) == ["1Z2"], "the other parcel's number is shown"
    (item,) = bench.open()
    assert (item.code, item.path, item.blocks) == ("TRACKING_REFUSED", "1Z1", False)
    bench.run(hours=2)
    assert sorted(numbers(bench)) == ["1Z1", "1Z2"]
    assert bench.open() == []


def test_unknown_orders_and_unreadable_shipments_are_kept_and_told_and_can_be_acknowledged() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(id="S-9", order_ref="404"), a_shipment(packages=PARCELS)]
    bench.site.unreadable = ["shipment S-7: lines[0].shipped.value is 'twelve'"]
    bench.run(minutes=1)
    assert bench.codes("flow:feedback") == ["SHIPMENT_UNREADABLE", "UNKNOWN_ORDER_SHIPPED"]
    assert bench.fulfilment().state is State.CLOSED, "the readable one is booked"
    for item in bench.open("flow:feedback"):
        bench.desk.acknowledge(item.id, by="Amanda", reason="asked the site")
    bench.run(minutes=1)
    assert bench.open(None) == []


def test_a_carrier_changed_at_the_packing_bench_is_told_once() -> None:
    """R15."""
    bench = sent()
    bench.site.feed = [a_shipment(6, carrier="DHL", packages=PARCELS[:1])]
    bench.run(minutes=1)
    (item,) = bench.open()
    assert item.code == "CARRIER_OVERRIDE"
    bench.desk.acknowledge(item.id, by="Amanda", reason="truck was full")
    bench.run(minutes=1)
    assert bench.open() == []
    assert bench.shop.shown["17"] == [Tracking("DHL", "1Z1")]


def test_a_change_in_oro_after_the_send_is_told_acknowledged_and_told_anew_when_it_changes_again() -> None:
    bench = sent()
    bench.shop.edit("17", po_number="PO-2")
    bench.run(minutes=1)
    (item,) = bench.open()
    assert item.code == "ORDER_CHANGED_AFTER_SUBMIT"
    bench.desk.acknowledge(item.id, by="Amanda", reason="told the site")
    bench.run(minutes=1)
    assert bench.open() == []
    bench.shop.edit("17", po_number="PO-3")
    bench.run(minutes=1)
    assert bench.codes() == ["ORDER_CHANGED_AFTER_SUBMIT"]
    bench.shop.edit("17", po_number="PO-2026-0001")
    bench.run(minutes=1)
    assert bench.open() == []


def test_where_is_my_order_answers_by_any_number_in_plain_words() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(11, packages=PARCELS[:1])]
    bench.run(minutes=1)
    for text in ("17", "ORD-0017", "PO-2026-0001", "1Z1"):
        (story,) = trace(bench.engine, text)
        told = str(story)
        assert "Order ORD-0017 (PO PO-2026-0001): partly shipped" in told
        assert "ordered 12, shipped 11, open 1 each; as sold: 11/12 case of 1 case" in told
        assert "tracking UPS 1Z1" in told
    assert trace(bench.engine, "nothing") == []


def test_a_held_orders_story_names_owner_and_way_out() -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number=None))
    bench.run()
    (story,) = trace(bench.engine, "17")
    assert "! PO_MISSING, owner customer service" in str(story)
    assert "to settle it:" in str(story)


def test_a_shipment_corrected_later_moves_the_books_by_its_own_version() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(12, packages=PARCELS[:1])]
    bench.run(minutes=1)
    bench.site.feed.append(evolve(bench.site.feed[0], version=2, lines=a_shipment(11).lines))
    bench.run(minutes=1)
    assert (bench.fulfilment().lines[0].shipped, bench.fulfilment().state) == (11, State.PARTLY_SHIPPED)


def test_a_shop_in_trouble_is_left_alone_in_the_middle_of_a_batch() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(packages=tuple(Package(f"P-{n}", (f"1Z{n}",)) for n in range(10)))]
    bench.shop.failures["add_tracking"] = [NotSent("connection refused")] * 10
    bench.run(minutes=1)
    assert len(bench.shop.failures["add_tracking"]) == 5
    assert bench.engine.paused("oro") is not None
    bench.shop.failures.clear()
    bench.run(minutes=2)
    assert len(numbers(bench)) == 10


def test_two_unreadable_shipments_that_begin_alike_are_two_exceptions() -> None:
    bench = sent()
    bench.site.unreadable = [f"shipment {'S' * 100} line {number}" for number in (1, 2)]
    bench.run(minutes=1)
    assert bench.codes("flow:feedback") == ["SHIPMENT_UNREADABLE"] * 2
