"""The twin's stock: goods that really lie there, three kinds of figure that tell of them, and the truth."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from orogxo.sandbox import Twin
from orogxo.sandbox.gxo_feed_faults import MovementFault
from support.twin_stock import SKU, feed, moves, put, rows, sent
from support.twins import Talk

KINDS = ("on_hand", "less_allocated", "less_accepted")


# The three kinds of figure --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("on_hand", [{"available": "50"}, {"available": "50"}, {"available": "50"}, {"available": "43"}]),
        (
            "less_allocated",
            [{"available": "50"}, {"available": "50"}, {"available": "38", "allocated": "12"},
             {"available": "38", "allocated": "5"}],
        ),
        (
            "less_accepted",
            [{"available": "50"}, *[{"available": "38", "allocated": "12"}] * 2,
             {"available": "38", "allocated": "5"}],
        ),
    ],
)  # fmt: skip
def test_what_available_means_at_each_step_of_an_order(kind: Any, after: list[dict[str, str]]) -> None:
    twin = Twin(gxo_figure=kind)
    twin.stock(SKU, 50)
    order_id = twin.place_order(lines=[(SKU, 12, "item")])
    seen = [rows(twin)]
    put(twin, order_id, 12)
    seen.append(rows(twin))
    twin.allocate(order_id)
    seen.append(rows(twin))
    (line,) = twin.gxo_orders()[order_id]["lines"]
    twin.ship(order_id, {line["line_ref"]: 7})
    seen.append(rows(twin))
    assert seen == after
    assert twin.free_to_sell(SKU) == 38


@pytest.mark.parametrize(("kind", "count"), [("on_hand", 0), ("less_allocated", 2), ("less_accepted", 2)])
def test_what_is_cancelled_or_rejected_goes_back(kind: Any, count: int) -> None:
    twin = Twin(gxo_figure=kind)
    first, second = sent(twin), sent(twin, 3)
    twin.allocate(first)
    twin.allocate(second)
    Talk(twin).gxo("POST", f"/orders/{first}/cancel", {"client_order_ref": first})
    twin.reject(second, "no such carrier")
    assert rows(twin) == {"available": "100000"}
    back = [move[1:] for move in moves(twin) if move[1] == "allocated>available"]
    assert back == [
        ("allocated>available", "12", "transfer", first),
        ("allocated>available", "3", "transfer", second),
    ][:count]  # fmt: skip


def test_a_change_of_an_accepted_order_moves_the_difference() -> None:
    twin = Twin(gxo_figure="less_accepted")
    order_id = sent(twin)
    twin.edit_order(order_id, lines=[(SKU, 5, "item")])
    assert put(twin, order_id, 5) == 200
    assert [move[1:3] for move in moves(twin)] == [
        ("available>allocated", "12"),
        ("allocated>available", "7"),
    ]
    twin.allocate(order_id)
    twin.edit_order(order_id, lines=[(SKU, 6, "item")])
    assert put(twin, order_id, 6) == 409


def test_movements_have_the_time_at_which_things_happened() -> None:
    twin = Twin(gxo_figure="less_allocated")
    order_id = sent(twin)
    twin.clock.advance(dt.timedelta(hours=1))
    twin.pick(order_id)
    twin.clock.advance(dt.timedelta(hours=1))
    (shipment_ref,) = twin.ship(order_id)
    twin.clock.advance(dt.timedelta(hours=1))
    (line,) = twin.gxo_orders()[order_id]["lines"]
    twin.reship(shipment_ref, {line["line_ref"]: 9})
    twin.repeat_shipment(shipment_ref, 1)
    twin.clock.advance(dt.timedelta(hours=9))
    told = [
        (row["occurred_at"][11:16], row["ref"], row["qty"]["value"], row["to_status"]) for row in feed(twin)
    ]
    assert told == [
        ("09:00", order_id, "12", "allocated"),
        ("10:00", shipment_ref, "12", None),
        ("11:00", shipment_ref, "3", "available"),
    ]
    versions = [each["updated_at"][11:16] for each in twin.floor.feed]
    assert versions == ["10:00", "11:00", "10:00"]
    assert {each["shipped_at"][11:16] for each in twin.floor.feed} == {"10:00"}


def test_a_corrected_shipment_of_an_open_order_keeps_what_is_still_to_go() -> None:
    twin = Twin(gxo_figure="less_allocated")
    order_id = sent(twin)
    twin.allocate(order_id)
    (line,) = twin.gxo_orders()[order_id]["lines"]
    (ref,) = twin.ship(order_id, {line["line_ref"]: 9})
    twin.reship(ref, {line["line_ref"]: 7})
    assert rows(twin) == {"available": "99988", "allocated": "5"}
    assert moves(twin)[-1][1:] == (">allocated", "2", "shipment", ref)
    twin.reship(ref, {line["line_ref"]: 15})
    assert rows(twin) == {"available": "99985"}
    assert twin.free_to_sell(SKU) == 99985


def test_goods_that_did_not_leave_after_all_are_set_aside_again() -> None:
    twin = Twin(gxo_figure="less_accepted")
    order_id = sent(twin)
    (line,) = twin.gxo_orders()[order_id]["lines"]
    (ref,) = twin.ship(order_id, final=False)
    twin.reship(ref, {line["line_ref"]: 7})
    assert [move[1:] for move in moves(twin)[-2:]] == [
        ("allocated>", "12", "shipment", ref),
        (">allocated", "5", "shipment", ref),
    ]


def test_goods_that_are_not_there_are_not_worked_on() -> None:
    twin = Twin()
    twin.stock(SKU, 20)
    orders = [sent(twin), sent(twin), sent(twin, 8)]
    twin.work()
    assert [twin.gxo_orders()[ref]["state"] for ref in orders] == ["shipped", "accepted", "shipped"]
    assert (twin.free_to_sell(SKU), twin.oversold()) == (-12, {SKU: Fraction(12)})
    twin.move_stock(SKU, 12, "", "available", reason="count")
    twin.work()
    assert twin.oversold() == {}


def test_goods_that_are_allocated_are_nobody_else_s() -> None:
    twin = Twin()
    twin.stock(SKU, 15)
    first, second = sent(twin), sent(twin, 5)
    twin.allocate(first)
    (line,) = twin.gxo_orders()[first]["lines"]
    twin.ship(first, {line["line_ref"]: 2}, final=False)
    twin.work(0.5)
    assert twin.gxo_orders()[second]["state"] == "accepted"
    twin.work()
    assert [twin.gxo_orders()[ref]["state"] for ref in (first, second)] == ["shipped", "accepted"]


def test_an_unknown_kind_of_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="less_accepted"):
        Twin(gxo_figure="about")  # type: ignore[arg-type]


# The truth ------------------------------------------------------------------------------------------------


def test_every_order_counts_until_it_is_cancelled_at_both_ends() -> None:
    twin = Twin()
    twin.stock(SKU, 100)
    held = twin.place_order(lines=[(SKU, 1, "case")], status="on_hold")
    working = sent(twin, 10)
    assert twin.free_to_sell(SKU) == 78
    twin.cancel_order(held)
    assert twin.free_to_sell(SKU) == 90
    twin.pick(working)
    twin.cancel_order(working)
    assert twin.free_to_sell(SKU) == 90, "people are picking it, whatever the shop says"
    refused = sent(twin, 10)
    twin.reject(refused, "no such carrier")
    assert twin.free_to_sell(SKU) == 80, "it will be sent again"
    gone = sent(twin, 10)
    twin.cancel_order(gone)
    Talk(twin).gxo("POST", f"/orders/{gone}/cancel", {"client_order_ref": gone})
    assert twin.free_to_sell(SKU) == 80
    hidden = twin.place_order(lines=[(SKU, 10, "item")])
    twin.hide_order(hidden)
    assert twin.free_to_sell(SKU) == 80
    twin.show_order(hidden)
    assert twin.free_to_sell(SKU) == 70


def test_kits_and_what_nobody_can_count() -> None:
    twin = Twin()
    twin.place_order(kits=[("KIT-1", 3)], lines=[("NULL-1", 2, "case")], free_form=[("Ribbon", 1, "item")])
    assert (twin.free_to_sell(SKU), twin.free_to_sell("WIDGET-002")) == (99997, 99994)
    assert twin.free_to_sell("NULL-1") == 100000


class Floor(RuleBasedStateMachine):
    """Whatever people do: the three kinds of figure tell of the same goods, and movements explain them."""

    @initialize(stock=st.integers(0, 60), kind=st.sampled_from(KINDS))
    def begin(self, stock: int, kind: Any) -> None:
        self.twin = Twin(gxo_figure=kind)
        self.kind = kind
        self.twin.stock(SKU, stock)
        self.opening = {"available": Fraction(stock)}
        self.shipments: list[str] = []

    @rule(eaches=st.integers(1, 20))
    def order(self, eaches: int) -> None:
        sent(self.twin, eaches)

    @rule(
        data=st.data(), what=st.sampled_from(["allocate", "pick", "ship", "part", "cancel", "reject", "edit"])
    )
    def touch(self, data: st.DataObject, what: str) -> None:
        orders = self.twin.gxo_orders()
        if not orders:
            return
        ref = data.draw(st.sampled_from(sorted(orders)))
        if orders[ref]["jobs"] == 0 and what in ("allocate", "pick"):
            return
        if what == "cancel":
            Talk(self.twin).gxo("POST", f"/orders/{ref}/cancel", {"client_order_ref": ref})
        elif what == "reject":
            if orders[ref]["state"] == "accepted":
                self.twin.reject(ref, "no")
        elif what == "edit":
            eaches = data.draw(st.integers(1, 20))
            self.twin.edit_order(ref, lines=[(SKU, eaches, "item")])
            put(self.twin, ref, eaches)
        elif what in ("ship", "part"):
            (line,) = orders[ref]["lines"]
            part = {line["line_ref"]: data.draw(st.integers(1, 5))} if what == "part" else None
            self.shipments += self.twin.ship(ref, part)
        else:
            getattr(self.twin, what)(ref)

    @rule(data=st.data(), eaches=st.integers(0, 20))
    def correct(self, data: st.DataObject, eaches: int) -> None:
        if self.shipments:
            ref = data.draw(st.sampled_from(self.shipments))
            (line,) = self.twin.gxo_shipments()[ref]["lines"]
            self.twin.reship(ref, {line["order_line_ref"]: eaches})

    @rule()
    def work(self) -> None:
        self.twin.work()

    @invariant()
    def the_movements_explain_the_snapshot(self) -> None:
        books = dict(self.opening)
        for row in feed_of(self.twin):
            for status, sign in ((row["from_status"], -1), (row["to_status"], 1)):
                if status:
                    books[status] = books.get(status, Fraction()) + sign * Fraction(row["qty"]["value"])
        told = {status: Fraction(value) for status, value in rows(self.twin).items()}
        assert {status: eaches for status, eaches in books.items() if eaches} == {
            status: eaches for status, eaches in told.items() if eaches
        }

    @invariant()
    def available_means_what_its_kind_says(self) -> None:
        told = {status: Fraction(value) for status, value in rows(self.twin).items()}
        good = told.get("available", Fraction()) + told.get("allocated", Fraction())
        left = sum(
            (Fraction(line["shipped"]["value"]) for each in self.twin.gxo_shipments().values()
             for line in each["lines"]), Fraction(),
        )  # fmt: skip
        assert good == self.opening["available"] - left
        open_of = {
            entry.ref: sum(
                (Fraction(line.open) for job in entry.jobs for line in job.lines.values()), Fraction()
            )
            for entry in self.twin.floor.entries.values()
        }
        known = {
            "on_hand": [],
            "less_allocated": [entry.ref for entry in self.twin.floor.entries.values() if entry.allocated],
            "less_accepted": list(open_of),
        }[self.kind]
        assert told.get("allocated", Fraction()) == sum((open_of[ref] for ref in known), Fraction())


def feed_of(twin: Twin) -> list[dict[str, Any]]:
    return [row for _, row in twin._goods.stock.feed.rows]


TestFloor = Floor.TestCase
TestFloor.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_the_same_seed_and_calls_give_the_same_bytes() -> None:
    def bytes_of() -> list[bytes]:
        twin = Twin(seed=3, gxo_figure="less_accepted")
        twin.stock(SKU, 7, lot="L1")
        twin.movement_fault(MovementFault("reorder", share=Fraction(1, 2)))
        for eaches in (3, 4, 5):
            sent(twin, eaches)
        twin.work()
        talk = Talk(twin)
        return [talk.gxo("GET", f"/{path}").body for path in
                ("inventory/movements", "inventory/snapshots/latest", "events", "shipments")]  # fmt: skip

    assert bytes_of() == bytes_of()
