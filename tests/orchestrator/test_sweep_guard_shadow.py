"""The completeness sweep, the blast-radius guard and shadow mode (B13, B14, B20)."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import OrogxoError
from orogxo.model import Package, State, UnreadableOrder
from orogxo.orchestrator import Policy
from support.links import Bench
from support.orders import NOW, a_shipment, an_order

DAY = dt.timedelta(days=1)


def test_an_order_that_appears_behind_the_cursor_with_an_old_date_is_found_by_the_sweep() -> None:
    """[s61_order_post_createdAt_past]: it escapes every watermark; a late commit escapes the ids."""
    bench = Bench()
    bench.shop.put(an_order(id="900"))
    bench.run()
    bench.shop.put(an_order(id="7", updated_at=NOW - DAY, created_at=NOW - DAY))
    bench.run(hours=1)
    assert [request.ref for request in bench.site.effects] == ["900"]
    bench.run(hours=6)
    assert sorted(request.ref for request in bench.site.effects) == ["7", "900"]
    assert "sweep: 2 orders in OroCommerce, 1 of them read again" in bench.story("flow:release")


def test_a_change_that_the_feed_missed_is_found_by_the_sweep() -> None:
    bench = Bench(policy=Policy(suborders="parents", overlap_ids=0))
    bench.shop.put(an_order(id="1"), an_order(id="900", updated_at=NOW + DAY))
    bench.run()
    bench.shop.edit("1", po_number="PO-2")
    bench.run(hours=1)
    assert bench.codes("1") == []
    bench.run(hours=6)
    assert bench.codes("1") == ["ORDER_CHANGED_AFTER_SUBMIT"]


def test_without_times_of_change_the_sweep_reads_everything_that_is_not_closed() -> None:
    bench = Bench(policy=Policy(suborders="parents", overlap_ids=0))
    bench.shop.put(
        an_order(id="1", status="closed"),
        UnreadableOrder("2", ("status unknown",)),
        an_order(id="900", updated_at=None),
    )
    bench.run()
    bench.run(hours=7)
    told = bench.story("flow:release")
    assert told[-1] == "sweep: 3 orders in OroCommerce, 1 of them read again"


def test_unusually_many_orders_wait_for_a_person_and_go_when_one_agrees() -> None:
    bench = Bench(policy=Policy(suborders="parents", most_submits=3))
    bench.shop.put(*(an_order(id=str(number)) for number in range(1, 6)))
    bench.run()
    assert bench.site.effects == []
    (item,) = bench.open("flow:guard")
    assert "5 orders wait at once, more than 3" in item.message
    bench.run(minutes=1)
    assert bench.site.effects == []
    bench.desk.acknowledge(item.id, by="Amanda", reason="the sale begins today")
    bench.run(minutes=1)
    assert len(bench.site.effects) == 5


def test_unusually_few_again_closes_the_question() -> None:
    bench = Bench(policy=Policy(suborders="parents", most_submits=1))
    bench.shop.put(an_order(id="1"), an_order(id="2"))
    bench.run()
    assert len(bench.open("flow:guard")) == 1
    bench.shop.edit("2", status="cancelled")
    bench.run(minutes=1)
    assert [request.ref for request in bench.site.effects] == ["1"]
    assert bench.open("flow:guard") == []


def test_unusually_many_cancellations_are_not_asked_for_by_themselves() -> None:
    bench = Bench(policy=Policy(suborders="parents", most_cancels=1))
    bench.site.known = evolve(bench.site.known, cancel=True)
    bench.shop.put(an_order(id="1"), an_order(id="2"))
    bench.run()
    for order_id in ("1", "2"):
        bench.shop.edit(order_id, status="cancelled")
    bench.run(minutes=1)
    assert [call for call in bench.site.calls if "cancel" in call] == []
    (item,) = bench.open("flow:guard")
    assert item.code == "CANCELS_UNUSUAL"
    bench.desk.acknowledge(item.id, by="Amanda", reason="a closed customer")
    bench.run(minutes=1)
    assert bench.fulfilment("1").state is State.CANCELLED


def shadow() -> Bench:
    bench = Bench(policy=Policy(suborders="parents", shadow=True))
    bench.shop.put(an_order())
    bench.run()
    return bench


def test_shadow_mode_writes_nothing_outside_the_store() -> None:
    bench = shadow()
    bench.site.feed = [a_shipment(final=True, packages=(Package("P-1", ("1Z1",)),))]
    bench.run(minutes=1)
    bench.shop.edit("17", status="cancelled")
    bench.run(minutes=1)
    assert bench.site.calls == []
    assert bench.shop.shown == {}


def test_shadow_mode_says_where_people_did_the_same() -> None:
    bench = shadow()
    bench.site.feed = [a_shipment(5), a_shipment(7, id="S-2", final=True)]
    bench.run(minutes=1)
    assert "shadow: people shipped the same" in bench.story()
    assert bench.open() == []


@pytest.mark.parametrize("order_ref", ["17", "HAND-4711"])
def test_shadow_mode_shows_the_difference_also_where_people_used_a_number_of_their_own(
    order_ref: str,
) -> None:
    bench = shadow()
    bench.site.feed = [
        a_shipment(1, order_ref=order_ref, po_number="PO-2026-0001", carrier="DHL", final=True)
    ]
    bench.run(minutes=1)
    (item,) = bench.open()
    assert item.code == "SHADOW_DIFFERENCE"
    assert "WIDGET-001: people shipped 1 EA, orogxo would have asked for 12" in item.message
    assert "shipped with DHL" in item.message


def test_shadow_mode_knows_strangers_and_held_orders() -> None:
    bench = shadow()
    bench.shop.put(an_order(id="18", po_number=None))
    bench.run(minutes=1)
    bench.site.feed = [a_shipment(order_ref="404"), a_shipment(id="S-2", order_ref="18", final=True)]
    bench.run(minutes=1)
    assert bench.codes("flow:feedback") == ["UNKNOWN_ORDER_SHIPPED"]
    assert bench.codes("18") == ["PO_MISSING"]


def test_when_shadow_mode_ends_what_people_shipped_is_not_sent_again() -> None:
    bench = shadow()
    bench.shop.put(an_order(id="18"))
    bench.run(minutes=1)
    bench.site.feed = [a_shipment(final=True)]
    bench.run(minutes=1)
    bench.policy = Policy(suborders="parents")
    bench.run(minutes=1)
    assert [request.ref for request in bench.site.effects] == ["18"]
    assert bench.codes() == ["ALREADY_SHIPPED"]


def test_a_person_is_needed_to_agree() -> None:
    bench = Bench(policy=Policy(suborders="parents", most_submits=1))
    bench.shop.put(an_order(id="1"), an_order(id="2"))
    bench.run()
    (item,) = bench.open("flow:guard")
    with pytest.raises(OrogxoError, match="UNSIGNED"):
        bench.desk.acknowledge(item.id, by="", reason="")
