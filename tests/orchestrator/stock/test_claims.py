"""What orders take from the pools before and after they are sent: waiting, held, refused, changed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.model import Acknowledgement, Answer, Claim, KitComponent, Left, Quantity, State
from orogxo.orchestrator import events as ev
from orogxo.orchestrator.events import Standing
from support.order_lives import (
    ACCEPTED,
    CANCELLED,
    REFUSED,
    SENT,
    TWO,
    UNREADABLE,
    after,
    amounts,
    claims,
    read,
    shipped,
)
from support.orders import NOW, a_line, a_shipment, an_order, prepared

# Before it is sent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (read(), State.READY),
        (read(Standing.WAITING), State.NEW),
        (read(po_number=None), State.HELD),
        (read(Standing.UNKNOWN), State.HELD),
    ],
)
def test_an_order_of_a_case_counts_as_twelve_from_the_first_look(event, state):
    fulfilment = after(event)
    assert fulfilment.state is state
    assert claims(fulfilment) == [Claim("17", "101", "WIDGET-001", Fraction(12), unproven=True)]


def test_a_kit_counts_by_its_components():
    parts = (KitComponent("1", "WIDGET-001", Quantity(2, "case")),)
    kit = a_line(sku="KIT-1", quantity=Quantity(3, "set"), components=parts, is_kit=True)
    assert [(claim.sku, claim.amount) for claim in claims(after(read(lines=(kit,))))] == [("WIDGET-001", 72)]
    unknown = evolve(kit, components=())
    assert [(claim.sku, claim.unclear) for claim in claims(after(read(lines=(unknown,))))] == [("", True)]


def test_an_order_dropped_before_it_was_sent_counts_no_longer():
    assert amounts(after(read(), CANCELLED)) == {}


def test_a_line_whose_unit_has_no_rate_is_unclear_and_the_others_count():
    drum = a_line(id="102", quantity=Quantity(1, "drum"))
    held = after(read(lines=(a_line(), drum, a_line(id="103", sku="NEW-1"))))
    unclear = [claim for claim in claims(held) if claim.unclear]
    assert amounts(held) == {"101": 12, "unclear:WIDGET-001": 0, "unclear:NEW-1": 0}
    assert [(claim.sku, claim.closed) for claim in unclear] == [("WIDGET-001", False), ("NEW-1", False)]


def test_an_order_that_cannot_be_read_may_take_anything_on_top_of_what_was_read_before():
    assert claims(after(UNREADABLE)) == [Claim("17", "unclear:", "", Fraction(0), unclear=True)]
    assert amounts(after(read(), UNREADABLE)) == {"101": 12, "unclear:": 0}
    assert amounts(after(read(), UNREADABLE, read())) == {"101": 12}
    assert amounts(after(UNREADABLE, CANCELLED)) == {}


def test_two_lines_of_one_reference_hold_the_order_and_both_count():
    held = after(read(lines=(a_line(), a_line(quantity=Quantity(5, "each")))))
    assert amounts(held) == {"101": 12, "101#1": 5}


def test_an_order_changed_before_it_could_be_sent_counts_as_it_is_now():
    begun = after(read(), ev.SendBegun(), ev.NotSentYet("connection refused"))
    assert amounts(begun) == {"101": 12}
    assert amounts(after(read(**TWO), start=begun)) == {"101": 24}
    assert amounts(after(read(po_number=None, **TWO), start=begun)) == {"101": 24}
    assert amounts(after(CANCELLED, start=begun)) == {}


def test_what_people_shipped_while_orogxo_only_watched_has_left():
    """Shadow mode: the fulfilment has shipments and was never sent."""
    watched = evolve(after(read()), shipments=(a_shipment(5, recorded_at=NOW),))
    (claim,) = claims(watched)
    assert (claim.amount, claim.left, claim.ref) == (12, (Left("S-1", Fraction(5), NOW),), "")
    final = evolve(watched, shipments=(a_shipment(5, recorded_at=NOW, final=True),))
    assert (claims(final)[0].amount, claims(final)[0].given_up) == (5, 7)


# Sent -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), (ACCEPTED,), (ev.OutcomeUnknown("timeout", answerable=False),)])
def test_what_the_warehouse_may_have_counts_under_its_reference(more):
    sent = after(read(), ev.SendBegun(), *more)
    assert claims(sent) == [Claim("17", "101", "WIDGET-001", Fraction(12), ref="17")]


def test_a_refused_order_still_counts_and_its_states_prove_nothing():
    refused = after(*SENT, REFUSED)
    assert refused.state is State.REJECTED
    assert claims(refused) == [Claim("17", "101", "WIDGET-001", Fraction(12), ref="17", unproven=True)]
    corrected = after(read(**TWO), start=refused)
    assert claims(corrected) == [Claim("17", "101", "WIDGET-001", Fraction(24), ref="17", unproven=True)]
    assert claims(after(ev.SendBegun(), ACCEPTED, start=corrected))[0].unproven, "accepted before, as another"
    assert amounts(after(CANCELLED, start=refused)) == {}


def test_an_order_asked_again_and_never_there_counts_once():
    again = after(read(), ev.SendBegun(), ev.MayResend("asked"))
    assert (amounts(again), claims(again)[0].unproven) == ({"101": 12}, True)


def test_a_sent_order_that_cannot_be_read_any_more_counts_by_the_books():
    assert amounts(after(*SENT, UNREADABLE)) == {"101": 12}
    maybe = after(read(), ev.SendBegun(), ev.MayResend("no key", absent=False))
    assert maybe.state is State.READY
    assert amounts(after(UNREADABLE, start=maybe)) == {"101": 12}


# Changed after sending --------------------------------------------------------------------------------------


def test_of_a_change_after_sending_the_greater_amount_counts_while_nobody_answered():
    asked = after(*SENT, read(**TWO))
    assert (asked.change, amounts(asked)) == (Answer.PENDING, {"101": 12, "101:changed": 12})
    (first, more) = claims(asked)
    assert (first.ref, first.unproven, more.ref) == ("17", True, "")
    fewer = after(*SENT, read(lines=(a_line(quantity=Quantity(5, "each")),)))
    assert amounts(fewer) == {"101": 12}
    one = after(*SENT, read(lines=(a_line(quantity=Quantity(13, "each")),)))
    assert amounts(one) == {"101": 12, "101:changed": 1}
    elsewhere = after(*SENT, read(po_number="PO-2"))
    assert (elsewhere.change, amounts(elsewhere)) == (Answer.PENDING, {"101": 12})


def test_a_line_that_only_the_change_has_counts_under_its_own_sku():
    other = evolve(prepared(an_order()).request.lines[0], sku="GADGET-100")
    asked = after(*SENT, read(**TWO))
    replaced = evolve(asked, proposed=evolve(asked.proposed, lines=(other, evolve(other, ref="102"))))
    found = {(claim.line, claim.sku, claim.amount) for claim in claims(replaced)}
    assert found == {
        ("101", "WIDGET-001", 12),
        ("101:changed", "GADGET-100", 12),
        ("102:changed", "GADGET-100", 12),
    }


def test_an_adopted_change_counts_alone_and_older_states_prove_nothing_of_it():
    changed = after(*SENT, read(**TWO), ev.ChangeAnswered(Acknowledgement("17", "accepted", version=2)))
    assert (amounts(changed), claims(changed)[0].unproven) == ({"101": 24}, True)


def test_a_refused_change_counts_until_the_order_has_ended():
    refused = after(*SENT, read(**TWO), ev.ChangeAnswered(None, ("too late",)))
    assert amounts(refused) == {"101": 12, "101:changed": 12}
    assert amounts(after(shipped(5), start=refused)) == {"101": 12, "101:changed": 12}
    done = after(shipped(12), start=refused)
    assert (done.state, amounts(done)) == (State.CLOSED, {"101": 12})


def test_a_change_that_is_still_asked_for_may_be_taken_after_all_was_shipped():
    asked = after(*SENT, read(**TWO), shipped(12))
    assert amounts(asked) == {"101": 12, "101:changed": 12}
