"""What holds an order, who owns it, and the only ways to let it go (R73, R74, corrections 9 and 13)."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import NotSent, OrogxoError, ReleaseRefused, ServerError, Unavailable
from orogxo.mapping import PurchaseOrders
from orogxo.model import Owner, Quantity, State, UnreadableOrder
from orogxo.orchestrator import Policy, decide, release
from orogxo.orchestrator.events import OrderUnreadable
from orogxo.ports import StorefrontFacts
from support.links import Bench
from support.orders import NOW, TABLES, a_fulfilment, a_line, an_order

BLIND = StorefrontFacts(order_status=False, updated_at_filter=False)


@pytest.mark.parametrize("po_number", ["", "   ", "N/A", None])
def test_an_order_without_po_makes_no_call_and_goes_on_when_the_po_is_filled_in(
    po_number: str | None,
) -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number=po_number))
    for _ in range(3):
        assert bench.run(minutes=1).ok
    assert bench.site.calls == []
    (item,) = bench.open()
    assert item.code in {"PO_MISSING", "PO_PLACEHOLDER"}
    assert (item.owner, item.blocks) == (Owner.CUSTOMER_SERVICE, True)
    bench.shop.edit("17", po_number="PO-1")
    bench.run(minutes=1)
    assert [request.po_number for request in bench.site.effects] == ["PO-1"]
    assert bench.open() == []
    assert bench.desk.get(item.id).closed_by == "re-check passed"


def test_all_problems_of_an_order_stand_side_by_side_and_close_one_by_one() -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number="", shipping_method="ups_9"))
    bench.run()
    assert bench.codes() == ["PO_MISSING", "SHIP_METHOD_UNMAPPED"]
    opened = {item.code: item.opened_at for item in bench.open()}
    bench.shop.edit("17", po_number="PO-1")
    bench.run(minutes=5)
    (item,) = bench.open()
    assert item.code == "SHIP_METHOD_UNMAPPED"
    assert item.opened_at == opened[item.code], "its age is kept"


def test_a_waiver_is_signed_recorded_and_sends_the_configured_value() -> None:
    tables = evolve(TABLES, purchase_orders=PurchaseOrders(waived_value="PO-WAIVED"))
    bench = Bench(tables=tables)
    bench.shop.put(an_order(po_number=None))
    bench.run()
    (item,) = bench.open()
    for by, reason in (("", "why"), ("Amanda", " ")):
        with pytest.raises(OrogxoError, match="UNSIGNED"):
            bench.desk.waive(item.id, by=by, reason=reason)
    closed = bench.desk.waive(item.id, by="Amanda", reason="blanket order, agreed by phone")
    assert closed.closed_by == "waiver of Amanda"
    assert bench.site.calls == [], "waiving sends nothing by itself"
    bench.run(minutes=1)
    assert [request.po_number for request in bench.site.effects] == ["PO-WAIVED"]
    (waiver,) = bench.fulfilment().waivers
    assert (waiver.by, waiver.at) == ("Amanda", bench.clock.now() - dt.timedelta(minutes=1))


def test_what_only_a_correction_can_cure_cannot_be_waived() -> None:
    bench = Bench()
    bench.shop.put(an_order(shipping_method="ups_9"))
    bench.run()
    (item,) = bench.open()
    with pytest.raises(OrogxoError, match="NOT_WAIVABLE"):
        bench.desk.waive(item.id, by="Amanda", reason="hurry")
    with pytest.raises(OrogxoError, match="STILL_BLOCKS"):
        bench.desk.acknowledge(item.id, by="Amanda", reason="hurry")
    assert bench.desk.recheck(item.id).is_open


def test_a_corrected_mapping_releases_too() -> None:
    """Corrections 9: a fix in the mapping is a correction like one in OroCommerce."""
    bench = Bench()
    bench.shop.put(an_order(lines=(a_line(quantity=a_line().quantity * 1, sku="OTHER"),)))
    bench.run()
    assert bench.codes() == ["SKU_UNMAPPED"]
    units = TABLES.units.from_text('[skus.OTHER]\nbase = "each"\ncase = 6\n')
    bench.tables = evolve(TABLES, units=units)
    bench.run(minutes=1)
    assert [line.quantity.amount for request in bench.site.effects for line in request.lines] == [6]


def test_a_sku_the_item_master_does_not_know_is_held() -> None:
    bench = Bench()
    bench.site.strangers = frozenset({"WIDGET-001"})
    bench.shop.put(an_order())
    bench.run()
    assert bench.codes() == ["SKU_UNKNOWN"]
    bench.site.known = evolve(bench.site.known, item_master=False)
    bench.run(minutes=1)
    assert len(bench.site.effects) == 1


def test_a_changed_pack_size_never_alters_an_order_already_captured() -> None:
    """R56: the order was captured with a case of 12; a later case of 10 stops it."""
    bench = Bench()
    bench.shop.put(an_order(po_number=None))
    bench.run()
    bench.tables = evolve(
        TABLES, units=TABLES.units.from_text('[skus."WIDGET-001"]\nbase = "each"\ncase = 10\n')
    )
    bench.shop.edit("17", po_number="PO-1")
    bench.run(minutes=1)
    assert bench.codes() == ["UNIT_RATE_CHANGED"]
    assert bench.site.calls == []


def test_one_unreadable_order_and_one_that_trips_a_bug_never_stop_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    bench.shop.put(
        UnreadableOrder("1", ("lines[5].quantity is null",), "ORD-1"), an_order(id="2"), an_order(id="3")
    )
    real = bench.engine.tables.organisations.__class__.resolve

    def trips(self: object, customer: object) -> object:
        trips.calls += 1  # type: ignore[attr-defined]
        if trips.calls == 1:  # type: ignore[attr-defined]
            raise ZeroDivisionError("a bug")
        return real(self, customer)  # type: ignore[arg-type]

    trips.calls = 0  # type: ignore[attr-defined]
    monkeypatch.setattr(bench.engine.tables.organisations.__class__, "resolve", trips)
    bench.run()
    assert [request.ref for request in bench.site.effects] == ["3"]
    (first,), (second,) = bench.open("1"), bench.open("2")
    assert "lines[5].quantity is null" in first.message
    assert "ZeroDivisionError: a bug" in second.message
    bench.shop.put(an_order(id="1"))
    bench.run(minutes=1)
    assert sorted(request.ref for request in bench.site.effects) == ["1", "2", "3"]
    assert bench.open(None) == []


def test_an_order_not_yet_authorised_waits_and_goes_when_it_is() -> None:
    bench = Bench()
    bench.shop.put(an_order(status="pending"))
    bench.run()
    assert (bench.fulfilment().state, bench.open()) == (State.NEW, [])
    bench.run(minutes=1)
    assert len(bench.story()) == 1, "waiting is told once"
    bench.shop.edit("17", status="open")
    bench.run(minutes=1)
    assert len(bench.site.effects) == 1


@pytest.mark.parametrize("status", ["on_credit_check", "pending"])
def test_an_unknown_status_authorises_nothing(status: str) -> None:
    bench = Bench()
    bench.shop.put(an_order(status=status))
    bench.run()
    assert bench.site.calls == []


def test_a_status_hidden_on_one_order_holds_that_order() -> None:
    bench = Bench()
    bench.shop.put(an_order(status=None), an_order(id="18"))
    bench.run()
    assert bench.codes() == ["STATUS_UNREADABLE"]
    assert [request.ref for request in bench.site.effects] == ["18"]


def test_where_no_status_can_be_read_release_refuses_and_names_the_two_ways_out() -> None:
    bench = Bench()
    bench.shop.known = BLIND
    bench.shop.put(an_order(status=None))
    with pytest.raises(ReleaseRefused, match=r"api.yml.*host_authorises = true.*authorised="):
        release(bench.engine)
    report = bench.run()
    assert not report.ok
    assert bench.codes("flow:release") == ["FLOW_FAILED"]
    assert bench.site.calls == []


@pytest.mark.parametrize(("policy", "has_predicate"), [(True, False), (False, True)])
def test_one_way_out_alone_is_not_enough(policy: bool, has_predicate: bool) -> None:
    bench = Bench(policy=Policy(host_authorises=policy, suborders="parents"))
    bench.predicate = (lambda order: True) if has_predicate else None
    bench.shop.known = BLIND
    with pytest.raises(ReleaseRefused):
        release(bench.engine)


def test_the_hosts_own_predicate_decides_order_by_order() -> None:
    bench = Bench(policy=Policy(host_authorises=True, suborders="parents"))
    paid = {"17"}
    bench.predicate = lambda order: order.id in paid
    bench.shop.known = BLIND
    bench.shop.put(an_order(status=None), an_order(id="18", status=None))
    bench.run()
    assert [request.ref for request in bench.site.effects] == ["17"]
    paid.add("18")
    bench.run(minutes=1)
    assert [request.ref for request in bench.site.effects] == ["17", "18"]


def test_an_order_deleted_or_hidden_is_asked_about_not_forgotten() -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number=None))
    bench.run()
    kept = bench.shop.held.pop("17")
    bench.run(minutes=1)
    assert bench.codes() == ["ORDER_GONE"]
    bench.shop.held["17"] = kept
    bench.run(minutes=1)
    assert bench.codes() == ["PO_MISSING"], "it was only hidden"
    bench.shop.held.pop("17")
    bench.run(minutes=1)
    (item,) = bench.open()
    bench.desk.waive(item.id, by="Amanda", reason="a test order")
    assert bench.fulfilment().state is State.CANCELLED
    assert bench.open() == []


def test_trouble_with_oro_stops_the_flow_says_so_and_closes_when_it_runs_again() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.shop.failures["orders_after"] = [ServerError("boom", status=500, system="oro")]
    assert not bench.run().ok
    assert bench.codes("flow:release") == ["FLOW_FAILED"]
    assert bench.run(minutes=1).ok
    assert bench.open(None) == []
    assert len(bench.site.effects) == 1


def test_maintenance_pauses_oro_for_every_worker() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.shop.failures["facts"] = [Unavailable("maintenance", status=503, retry_after=120, system="oro")]
    bench.run()
    report = bench.run("release", minutes=1)
    assert "left alone until" in report.problems[0]
    bench.run(minutes=2)
    assert len(bench.site.effects) == 1


def test_assigning_and_unknown_exceptions() -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number=None))
    bench.run()
    (item,) = bench.open()
    assert bench.desk.assign(item.id, to="Amanda").assigned_to == "Amanda"
    bench.run(minutes=1)
    assert bench.desk.get(item.id).assigned_to == "Amanda"
    with pytest.raises(OrogxoError, match="EXCEPTION_UNKNOWN"):
        bench.desk.get("nope")
    with pytest.raises(OrogxoError, match="NOT_IN_DOUBT"):
        bench.desk.answer(item.id, at_warehouse=True, by="Amanda", reason="x")


def test_a_waived_pack_size_is_that_one_and_not_the_next() -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number=None))
    bench.run()

    def case_of(size: int) -> None:
        text = f'[skus."WIDGET-001"]\nbase = "each"\ncase = {size}\n'
        bench.tables = evolve(TABLES, units=TABLES.units.from_text(text))

    case_of(10)
    bench.shop.edit("17", po_number="PO-1")
    bench.site.failures["submit"] = [NotSent("connection refused")]
    bench.run(minutes=1)
    (item,) = bench.open()
    bench.desk.waive(item.id, by="Amanda", reason="the new pack, agreed")
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.READY
    case_of(8)
    bench.run(minutes=5)
    assert bench.codes() == ["UNIT_RATE_CHANGED"]
    assert bench.site.effects == []


def test_what_nobody_knows_of_a_held_order_is_kept_until_it_is_known() -> None:
    bench = Bench()
    drum = a_line(id="102", quantity=Quantity(1, "drum"))
    bench.shop.put(an_order(lines=(a_line(), drum)))
    bench.run()
    held = bench.fulfilment()
    assert (held.state, held.unclear) == (State.HELD, ("WIDGET-001",))
    assert [line.quantity.amount for line in held.captured] == [12]
    bench.shop.edit("17", status="pending")
    bench.run(minutes=1)
    assert (bench.fulfilment().state, bench.fulfilment().unclear) == (State.NEW, ("WIDGET-001",)), "it waits"
    bench.shop.edit("17", status="open", lines=(a_line(),))
    bench.run(minutes=1)
    assert (len(bench.site.effects), bench.fulfilment().unclear) == (1, ())


def test_an_order_that_cannot_be_read_may_take_any_sku_until_it_can() -> None:
    bench = Bench()
    bench.shop.put(an_order(po_number=None))
    bench.run()
    bench.shop.put(UnreadableOrder("17", ("lines[5].quantity is null",), "ORD-0017"))
    bench.run(minutes=1)
    assert (bench.fulfilment().state, bench.fulfilment().unclear) == (State.HELD, ("",))
    assert [line.quantity.amount for line in bench.fulfilment().captured] == [12]
    bench.shop.put(an_order(po_number="PO-1"))
    bench.run(minutes=1)
    assert (len(bench.site.effects), bench.fulfilment().unclear) == (1, ())


@pytest.mark.parametrize("state", [State.READY, State.ACCEPTED])
def test_of_an_order_that_the_warehouse_may_have_the_books_stand_when_it_cannot_be_read(state: State) -> None:
    event = OrderUnreadable(UnreadableOrder("17", ("lines[5].quantity is null",), "ORD-0017"))
    there = a_fulfilment(state, at_warehouse=True)
    decision = decide(there, event, NOW, Policy(suborders="parents"))
    assert decision.fulfilment is not None
    assert (decision.fulfilment.unclear, decision.fulfilment.lines) == ((), there.lines)
    assert [violation.code for violation in decision.raised] == ["ORDER_UNREADABLE"]
