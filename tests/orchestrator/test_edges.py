"""Corners of the durable flows: short leases, superseded commands, distant changes, kits, flow exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from attrs import evolve

from orogxo.errors import ServerError
from orogxo.mapping import Uoms
from orogxo.model import KitComponent, Package, Product, ProductUnit, Quantity, State
from orogxo.orchestrator import Policy
from support.links import Bench
from support.orders import a_line, a_shipment, an_order

TIGHT = Policy(
    suborders="parents", overlap_ids=0, quarantine=dt.timedelta(minutes=3), lease=dt.timedelta(minutes=6)
)


def test_a_change_far_behind_the_newest_order_is_found_by_its_time_of_change() -> None:
    bench = Bench(policy=TIGHT)
    bench.shop.put(an_order(id="1"), an_order(id="900"))
    bench.run()
    bench.shop.edit("1", po_number="PO-2")
    bench.run(minutes=1)
    assert bench.codes("1") == ["ORDER_CHANGED_AFTER_SUBMIT"]


def test_without_a_filter_on_changes_open_orders_are_read_by_name() -> None:
    bench = Bench(policy=TIGHT)
    bench.shop.known = evolve(bench.shop.known, updated_at_filter=False)
    bench.shop.put(an_order(id="1"), an_order(id="900"))
    bench.run()
    bench.shop.edit("1", status="cancelled")
    bench.run(minutes=1)
    assert bench.codes("1") == ["CANCEL_REFUSED"]
    del bench.shop.held["1"]
    bench.run(minutes=1)
    assert "ORDER_GONE" in bench.codes("1")


def test_a_lease_that_a_slow_request_used_up_is_given_back_not_sent_under() -> None:
    bench = Bench(policy=TIGHT)
    bench.shop.put(an_order(id="1"), an_order(id="2"))
    original = bench.site.submit

    def slow(request: object) -> object:
        bench.clock.advance(minutes=4)
        return original(request)  # type: ignore[arg-type]

    bench.site.submit = slow  # type: ignore[method-assign, assignment]
    bench.run()
    assert bench.site.calls == ["submit 1", "submit 2"], "the second one went under a lease of its own"
    with bench.store.transaction() as rows:
        command = rows.command("submit:2:r1")
    assert command is not None
    assert command.attempts == 2


def test_a_lease_used_up_before_a_tracking_is_added_is_given_back_too() -> None:
    bench = Bench(policy=TIGHT)
    bench.shop.put(an_order())
    bench.run()
    bench.site.feed = [a_shipment(packages=(Package("P-1", ("1Z1",)),))]
    original = bench.shop.trackings

    def slow(order_id: str) -> object:
        bench.clock.advance(minutes=5)
        return original(order_id)

    bench.shop.trackings = slow  # type: ignore[method-assign, assignment]
    bench.run(minutes=1)
    assert bench.shop.shown == {}
    bench.shop.trackings = original  # type: ignore[method-assign]
    bench.run(minutes=1)
    assert [shown.number for shown in bench.shop.shown["17"]] == ["1Z1"]


def test_a_worker_that_finds_the_order_changed_under_its_command_drops_the_command() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.shop.failures["orders"] = [ServerError("boom", status=500, system="oro")]
    bench.run()
    assert bench.fulfilment().state is State.READY, "it was not read again, so it was not sent"
    bench.shop.edit("17", po_number="PO-2")
    bench.run(minutes=11)
    assert [request.po_number for request in bench.site.effects] == ["PO-2"]
    with bench.store.transaction() as rows:
        first = rows.command("submit:17:r1")
    assert first is not None
    assert first.note == "superseded"


def test_an_order_edited_between_two_reads_of_one_run_is_sent_as_it_is_last() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    original = bench.shop.orders

    def edited_meanwhile(order_ids: list[str]) -> object:
        if bench.shop.held["17"].po_number == "PO-2026-0001":  # type: ignore[union-attr]
            bench.shop.edit("17", po_number="PO-2")
        return original(order_ids)

    bench.shop.orders = edited_meanwhile  # type: ignore[method-assign, assignment]
    bench.run()
    assert [request.po_number for request in bench.site.effects] == ["PO-2"]


def test_a_kit_is_sent_as_its_components_and_the_kit_sku_needs_no_unit() -> None:
    bench = Bench()
    bench.shop.catalogue["WIDGET-002"] = Product("2", "WIDGET-002", (ProductUnit("each", Decimal(1)),))
    kit = a_line(
        sku="KIT-1",
        quantity=Quantity(2, "set"),
        is_kit=True,
        components=(
            KitComponent("1", "WIDGET-001", Quantity(1, "case"), "1"),
            KitComponent("2", "WIDGET-002", Quantity(2, "each"), "2"),
        ),
    )
    bench.shop.put(an_order(lines=(kit,)))
    bench.run()
    (request,) = bench.site.effects
    assert [(line.ref, line.sku, line.quantity) for line in request.lines] == [
        ("101.1", "WIDGET-001", Quantity(24, "each")),
        ("101.2", "WIDGET-002", Quantity(4, "each")),
    ]


def test_a_flow_exception_is_not_an_order_and_re_checking_it_reads_nothing() -> None:
    bench = Bench()
    bench.shop.failures["orders_after"] = [ServerError("boom", status=500, system="oro")]
    bench.run()
    (item,) = bench.open("flow:release")
    assert bench.desk.recheck(item.id).is_open


def test_an_order_that_ended_before_it_was_seen_leaves_no_trace_and_free_form_lines_ask_no_catalogue() -> (
    None
):
    bench = Bench()
    free = a_line(sku="FREE-1", product_id=None, free_form=True)
    bench.shop.put(an_order(id="1", status="closed"), an_order(lines=(free,)))
    bench.run()
    assert bench.codes() == ["FREE_FORM_LINE"]
    with bench.store.transaction() as rows:
        assert rows.fulfilment("1") is None


def failing_on(poison: str, original: Callable[[object], object]) -> Callable[[list[str]], object]:
    """`original`, but any question that names `poison` fails."""

    def ask(skus: list[str]) -> object:
        if poison in skus:
            raise ServerError("boom", status=500)
        return original(skus)

    return ask


@pytest.mark.parametrize("end", ["shop", "site"])
def test_a_sku_that_always_fails_delays_no_other(end: str) -> None:
    """Complaint 10: one bad record must not block the rest."""
    bench = Bench()
    for sku in ("POISON", "A", "B"):
        bench.shop.catalogue[sku] = Product(sku, sku, (ProductUnit("case", Decimal(1)),))
    bench.tables = evolve(bench.tables, uoms=Uoms({"case": "CS", "each": "EA"}))
    bench.shop.put(
        *(an_order(id=str(n), lines=(a_line(sku=sku),)) for n, sku in enumerate(("A", "POISON", "B"), 1))
    )
    method = "products" if end == "shop" else "unknown_skus"
    side = getattr(bench, end)
    original = getattr(side, method)
    setattr(side, method, failing_on("POISON", original))
    bench.run()
    assert sorted(request.ref for request in bench.site.effects) == ["1", "3"]
    assert bench.codes("2") == ["SKU_UNMAPPED" if end == "shop" else "SKU_UNKNOWN"]
    setattr(side, method, original)
    bench.run(minutes=1)
    assert sorted(request.ref for request in bench.site.effects) == ["1", "2", "3"]


def test_where_every_sku_fails_it_is_the_other_side_and_no_order_is_blamed() -> None:
    bench = Bench()
    bench.shop.put(an_order(), an_order(id="18", lines=(a_line(sku="A"),)))
    bench.shop.failures["products"] = [ServerError("boom", status=500)] * 3
    assert not bench.run().ok
    assert bench.codes() == []
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.ACCEPTED


def test_a_single_sku_that_fails_is_blamed_only_when_it_fails_again() -> None:
    """Alone it cannot be told from a shop in trouble; the second time within the hour it is set apart."""
    bench = Bench()
    bench.shop.put(an_order(lines=(a_line(sku="POISON"),)))
    original = bench.shop.products
    bench.shop.products = failing_on("POISON", original)  # type: ignore[method-assign, assignment]
    assert not bench.run().ok
    with bench.store.transaction() as rows:
        assert rows.fulfilment("17") is None
    bench.shop.put(an_order(id="18"))
    bench.run(minutes=1)
    assert bench.codes() == ["SKU_UNMAPPED"]
    assert [request.ref for request in bench.site.effects] == ["18"]


def test_a_shop_that_fails_for_everything_is_not_asked_about_every_sku() -> None:
    bench = Bench()
    skus = [f"SKU-{number}" for number in range(40)]
    bench.shop.put(an_order(lines=tuple(a_line(id=sku, sku=sku) for sku in skus)))
    bench.shop.failures["products"] = [ServerError("boom", status=500)] * 200
    assert not bench.run().ok
    assert len(bench.shop.failures["products"]) > 170
