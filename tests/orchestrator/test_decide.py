"""`decide` is total, moves only along the table, and keeps the books, whatever happens in whatever order."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.model import (
    Acknowledgement,
    Answer,
    CancelAnswer,
    Fulfilment,
    Quantity,
    ShipmentLine,
    State,
    Tracking,
    UnreadableOrder,
    Waiver,
)
from orogxo.orchestrator import Policy, decide, outcomes
from orogxo.orchestrator import events as ev
from orogxo.orchestrator.decide import KIND
from orogxo.orchestrator.events import Standing
from support.orders import NOW, a_fulfilment, a_shipment, an_order, prepared

POLICY = Policy(suborders="parents")


def order_read(standing: Standing = Standing.AUTHORISED, **changes: object) -> ev.OrderRead:
    order = an_order(**changes)
    return ev.OrderRead(order, prepared(order), standing)


EVENTS: list[ev.Event] = [
    *(order_read(standing) for standing in Standing),
    order_read(po_number=None),
    order_read(po_number="another"),
    order_read(updated_at=NOW - dt.timedelta(days=1)),
    ev.OrderRead(an_order(), prepared(an_order()), Standing.AUTHORISED, asked=True),
    ev.OrderUnreadable(UnreadableOrder("17", ("lines[1].quantity is null",), "ORD-0017")),
    ev.OrderGone("17"),
    ev.SendBegun(),
    ev.NotSentYet("connection refused"),
    ev.OutcomeUnknown("timeout", answerable=True),
    ev.OutcomeUnknown("timeout", answerable=False),
    ev.MayResend("asked"),
    *(
        ev.Acknowledged(Acknowledgement("17", state))
        for state in ("accepted", "picking", "shipped", "cancelled", "teleported")
    ),
    ev.Refused("UNKNOWN_SKU", ("no such SKU",)),
    *(ev.CancelAnswered(CancelAnswer(answer, "why", "picking")) for answer in Answer),
    ev.ChangeAnswered(Acknowledgement("17", "accepted", version=2)),
    ev.ChangeAnswered(None, ("too late",)),
    order_read(Standing.ENDED, status="cancelled"),
    *(
        ev.ShipmentRead(a_shipment(eaches, final=final))
        for eaches in (0, 5, 12, 13)
        for final in (False, True)
    ),
    ev.ShipmentRead(a_shipment(11, version=2)),
    ev.ShipmentRead(a_shipment(2, id="S-2")),
    ev.TrackingShown(Tracking("UPS", "1Z1")),
    ev.TrackingRefused(Tracking("UPS", "1Z1"), ("too long",)),
    ev.Waived(Waiver("PO_MISSING", "Amanda", "phoned", NOW)),
]


def books_hold(fulfilment: Fulfilment | None) -> bool:
    return fulfilment is None or all(
        line.ordered == line.shipped - line.over + line.short + line.cancelled + line.open and line.open >= 0
        for line in fulfilment.lines
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_in_every_state_has_an_answer_that_the_table_allows(
    state: State, event: ev.Event
) -> None:
    fulfilment = a_fulfilment(state)
    decision = decide(fulfilment, event, NOW, POLICY)
    assert decision.fulfilment is not None
    assert decision.fulfilment.state in {state, *outcomes(KIND[type(event)], state)}
    assert books_hold(decision.fulfilment)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_only_news_of_an_order_creates_a_fulfilment(event: ev.Event) -> None:
    decision = decide(None, event, NOW, POLICY)
    created = decision.fulfilment is not None
    assert created == (
        isinstance(event, ev.OrderUnreadable)
        or (isinstance(event, ev.OrderRead) and event.standing is not Standing.ENDED)
    )


@settings(max_examples=200)
@given(st.lists(st.sampled_from(EVENTS), max_size=25))
def test_books_and_table_hold_along_any_story(story: list[ev.Event]) -> None:
    fulfilment: Fulfilment | None = None
    for event in story:
        before = State.NEW if fulfilment is None else fulfilment.state
        decision = decide(fulfilment, event, NOW, POLICY)
        fulfilment = decision.fulfilment
        if fulfilment is not None:
            assert fulfilment.state in {before, *outcomes(KIND[type(event)], before)}
        assert books_hold(fulfilment)


@settings(max_examples=100)
@given(
    st.permutations(
        [
            a_shipment(5),
            a_shipment(6, version=2),
            a_shipment(4, id="S-2"),
            a_shipment(2, id="S-3", final=True),
        ]
    ),
    st.data(),
)
def test_shipments_in_any_order_with_repeats_end_in_the_same_books(
    arrivals: list, data: st.DataObject
) -> None:
    repeated = [*arrivals, *data.draw(st.lists(st.sampled_from(arrivals), max_size=4))]
    fulfilment = a_fulfilment()
    for shipment in repeated:
        decision = decide(fulfilment, ev.ShipmentRead(shipment), NOW, POLICY)
        assert decision.fulfilment is not None
        fulfilment = decision.fulfilment
    assert fulfilment.lines[0].shipped == 12
    assert fulfilment.state is State.CLOSED


def test_a_held_order_has_no_command_and_one_exception_for_each_problem() -> None:
    event = order_read(po_number=" n/a ", shipping_method="ups_9", customer=None)
    decision = decide(None, event, NOW, POLICY)
    assert decision.fulfilment is not None
    assert decision.fulfilment.state is State.HELD
    assert decision.commands == ()
    assert {violation.code for violation in decision.raised} == {
        "PO_PLACEHOLDER",
        "SHIP_METHOD_UNMAPPED",
        "ORGANISATION_MISSING",
    }


def test_ready_twice_is_one_command() -> None:
    first = decide(None, order_read(), NOW, POLICY)
    second = decide(first.fulfilment, order_read(), NOW, POLICY)
    assert [command.key for command in first.commands] == ["submit:17:r1"]
    assert second.commands == ()
    assert second.fulfilment == first.fulfilment


def test_an_order_edited_before_it_is_sent_gets_a_new_revision_and_the_old_command_is_stale() -> None:
    first = decide(None, order_read(), NOW, POLICY)
    second = decide(first.fulfilment, order_read(po_number="PO-9"), NOW, POLICY)
    assert [command.key for command in second.commands] == ["submit:17:r2"]
    assert second.fulfilment is not None
    assert second.fulfilment.request is not None
    assert second.fulfilment.request.po_number == "PO-9"
    assert second.fulfilment.request.ref == "17"


def test_an_order_reopened_after_it_was_dropped_goes_again() -> None:
    ready = decide(None, order_read(), NOW, POLICY).fulfilment
    dropped = decide(ready, order_read(Standing.ENDED, status="cancelled"), NOW, POLICY).fulfilment
    assert dropped is not None
    assert dropped.state is State.CANCELLED
    again = decide(dropped, order_read(), NOW, POLICY)
    assert [command.key for command in again.commands] == ["submit:17:r2"]


def test_twelve_shipped_is_one_case_and_eleven_are_eleven_twelfths() -> None:
    whole = decide(a_fulfilment(), ev.ShipmentRead(a_shipment(12)), NOW, POLICY).fulfilment
    part = decide(a_fulfilment(), ev.ShipmentRead(a_shipment(11)), NOW, POLICY).fulfilment
    assert whole is not None
    assert whole.lines[0].shipped_as_sold == Quantity(1, "case")
    assert whole.state is State.CLOSED
    assert part is not None
    assert part.lines[0].shipped_as_sold == Quantity("11/12", "case")
    assert part.state is State.PARTLY_SHIPPED


def test_what_the_warehouse_gave_up_on_is_short_and_the_order_is_done() -> None:
    line = ShipmentLine("101", "WIDGET-001", Quantity(7, "EA"), short=Quantity(5, "EA"))
    done = decide(a_fulfilment(), ev.ShipmentRead(a_shipment(lines=(line,), final=True)), NOW, POLICY)
    assert done.fulfilment is not None
    assert done.fulfilment.state is State.CLOSED
    assert (done.fulfilment.lines[0].short, done.raised) == (5, ())


def test_a_shipment_of_an_order_that_was_never_sent_is_news_for_ops_not_a_booking() -> None:
    decision = decide(a_fulfilment(State.HELD), ev.ShipmentRead(a_shipment()), NOW, POLICY)
    assert decision.fulfilment == a_fulfilment(State.HELD)
    assert [violation.code for violation in decision.raised] == ["UNKNOWN_ORDER_SHIPPED"]


def test_a_change_after_the_send_is_told_fact_by_fact_and_forgotten_when_it_is_undone() -> None:
    sent = a_fulfilment(State.ACCEPTED)
    lines = (evolve(an_order().lines[0], quantity=Quantity(2, "case")),)
    changed = decide(sent, order_read(po_number="PO-2", lines=lines), NOW, POLICY)
    assert changed.fulfilment == sent
    (violation,) = changed.raised
    assert violation.code == "ORDER_CHANGED_AFTER_SUBMIT"
    assert violation.evidence == (
        "po_number: sent 'PO-2026-0001', now 'PO-2'",
        "line 101: sent 1 case of WIDGET-001, now 2 case of WIDGET-001",
    )
    undone = decide(sent, order_read(), NOW, POLICY)
    assert undone.raised == ()
    assert "ORDER_CHANGED_AFTER_SUBMIT" in undone.settled


def test_an_older_reading_of_the_order_changes_nothing() -> None:
    ready = decide(None, order_read(), NOW, POLICY).fulfilment
    old = order_read(po_number=None, updated_at=NOW - dt.timedelta(seconds=1))
    assert decide(ready, old, NOW, POLICY).fulfilment == ready


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parent_id": "16"}, "SUBORDER_UNDECIDED"),
        ({"sub_order_ids": ("18",)}, "SUBORDER_UNDECIDED"),
        ({"shipping_status": "partially_shipped"}, "ALREADY_SHIPPED"),
    ],
)
def test_an_order_that_might_ship_twice_is_held(changes: dict[str, object], code: str) -> None:
    decision = decide(None, order_read(**changes), NOW, Policy())
    assert decision.commands == ()
    assert [violation.code for violation in decision.raised] == [code]


@pytest.mark.parametrize(
    ("suborders", "changes", "sent"),
    [
        ("parents", {"sub_order_ids": ("18",)}, True),
        ("parents", {"parent_id": "16"}, False),
        ("leaves", {"sub_order_ids": ("18",)}, False),
        ("leaves", {"parent_id": "16"}, True),
    ],
)
def test_one_half_of_a_split_order_is_sent(suborders: str, changes: dict[str, object], sent: bool) -> None:
    decision = decide(None, order_read(**changes), NOW, Policy(suborders=suborders))
    assert bool(decision.commands) is sent


def test_orders_from_before_go_live_are_never_sent_and_undated_ones_are_held() -> None:
    policy = evolve(POLICY, go_live=NOW)
    assert decide(None, order_read(created_at=NOW - dt.timedelta(seconds=1)), NOW, policy).fulfilment is None
    assert decide(None, order_read(), NOW, policy).commands
    undated = decide(None, order_read(created_at=None), NOW, policy)
    assert [violation.path for violation in undated.raised] == ["created_at"]


def test_a_deleted_order_is_held_until_a_person_confirms_it() -> None:
    held = decide(a_fulfilment(State.READY), ev.OrderGone("17"), NOW, POLICY)
    assert held.fulfilment is not None
    assert held.fulfilment.holds == ("ORDER_GONE",)
    waived = evolve(held.fulfilment, waivers=(Waiver("ORDER_GONE", "Amanda", "test order", NOW),))
    dropped = decide(waived, ev.OrderGone("17"), NOW, POLICY).fulfilment
    assert dropped is not None
    assert dropped.state is State.CANCELLED


def test_policies_that_could_double_are_refused() -> None:
    with pytest.raises(Exception, match="twice the quarantine"):
        Policy(lease=dt.timedelta(minutes=1), quarantine=dt.timedelta(minutes=1))
    with pytest.raises(Exception, match="suborders"):
        Policy(suborders="both")


def test_a_tracking_that_is_known_is_no_news() -> None:
    known = a_fulfilment(State.SHIPPED, trackings=(Tracking("UPS", "1Z1"),))
    assert decide(known, ev.TrackingShown(Tracking("UPS", "1Z1")), NOW, POLICY).fulfilment == known
