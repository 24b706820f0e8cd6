"""Decisions about a request on its way to the warehouse, and about what both ends then report."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.mapping import deviations, merge, opening_ledger
from orogxo.model import Acknowledgement, Answer, CancelAnswer, Fulfilment, Shipment, State
from orogxo.orchestrator.after_send import (
    IN_DOUBT,
    adopted,
    begin_cancel,
    cancel_answered,
    change_refused,
    was_sent,
)
from orogxo.orchestrator.books import book, expected, state_of
from orogxo.orchestrator.decision import (
    Decision,
    entry,
    look_command,
    moved,
    submit_command,
    tracking_command,
    unchanged,
)
from orogxo.orchestrator.events import (
    Acknowledged,
    CancelAnswered,
    MayResend,
    NotSentYet,
    OutcomeUnknown,
    Refused,
    SendBegun,
    ShipmentRead,
    TrackingRefused,
    TrackingShown,
)
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.states import WAREHOUSE_STATES
from orogxo.rules import Violation

BOOKS = frozenset(
    {
        "UNKNOWN_SHIPMENT_LINE",
        "WRONG_SKU",
        "SUBSTITUTED",
        "UNIT_MISMATCH",
        "SHIPMENT_UNREADABLE",
        "SHIPMENT_CONTRADICTED",
        "OVER_SHIPPED",
        "SHORT_UNDECLARED",
    }
)
"""Found anew with every shipment, because the books are."""

_ASKED = (State.SUBMITTING, State.IN_DOUBT)


def send_begun(fulfilment: Fulfilment, event: SendBegun, now: dt.datetime, policy: Policy) -> Decision:
    """Intent before effect: from this commit on, the order may be at the warehouse."""
    if fulfilment.state is not State.READY or fulfilment.request is None:
        return unchanged(fulfilment)
    decision = moved(
        fulfilment,
        State.SUBMITTING,
        now,
        "sending",
        f"sending revision {fulfilment.revision} to the warehouse",
    )
    opened = evolve(fulfilment, state=State.SUBMITTING, lines=opening_ledger(fulfilment.request))
    return evolve(decision, fulfilment=opened)


def not_sent(fulfilment: Fulfilment, event: NotSentYet, now: dt.datetime, policy: Policy) -> Decision:
    """Nothing left this machine: it is simply still to be sent."""
    if fulfilment.state is not State.SUBMITTING:
        return unchanged(fulfilment)
    return moved(fulfilment, State.READY, now, "not sent", f"not sent: {event.why}")


def outcome_unknown(
    fulfilment: Fulfilment, event: OutcomeUnknown, now: dt.datetime, policy: Policy
) -> Decision:
    """A lost reply is a question. Where nobody can answer it, a person decides."""
    if fulfilment.state is not State.SUBMITTING:
        return unchanged(fulfilment)
    if event.answerable:
        text = f"outcome unknown, will be looked up: {event.why}"
        return Decision(fulfilment, entries=(entry(fulfilment.order_id, now, "outcome unknown", text),))
    doubt = Violation(
        code=IN_DOUBT,
        path="",
        message=f"nobody can tell whether the warehouse has order {fulfilment.identifier}",
        evidence=(event.why, "the site neither honours our key nor can be asked"),
    )
    decision = moved(fulfilment, State.IN_DOUBT, now, "in doubt", f"in doubt: {event.why}")
    return evolve(decision, raised=(doubt,))


def may_resend(fulfilment: Fulfilment, event: MayResend, now: dt.datetime, policy: Policy) -> Decision:
    """It is safe to send again, as a new revision with its own command."""
    if fulfilment.state not in (State.SUBMITTING, State.IN_DOUBT):
        return unchanged(fulfilment)
    again = evolve(fulfilment, revision=fulfilment.revision + 1, at_warehouse=not event.absent)
    decision = moved(again, State.READY, now, "looked up", f"may be sent again: {event.why}")
    return evolve(decision, commands=(submit_command(again, now),), settled=frozenset({IN_DOUBT}))


def acknowledged(fulfilment: Fulfilment, event: Acknowledged, now: dt.datetime, policy: Policy) -> Decision:
    """The warehouse has the order, or no longer does."""
    acknowledgement = event.acknowledgement
    if fulfilment.state not in (*_ASKED, State.ACCEPTED, State.PICKING, State.CANCELLING):
        return unchanged(fulfilment)
    target = WAREHOUSE_STATES.get(acknowledgement.state, State.ACCEPTED)
    if fulfilment.state is State.CANCELLING:
        stopped = acknowledgement.state == "cancelled"
        answer = CancelAnswer(
            Answer.DONE if stopped else Answer.PENDING, acknowledgement.reason, acknowledgement.state
        )
        return cancel_answered(fulfilment, CancelAnswered(answer), now, policy)
    if target is State.REJECTED:
        why = acknowledgement.reason or f"the warehouse says {acknowledgement.state}"
        return refused(fulfilment, Refused(acknowledgement.state.upper(), (why,)), now, policy)
    known = evolve(
        fulfilment,
        at_warehouse=True,
        warehouse_state=acknowledgement.state,
        warehouse_version=acknowledgement.version,
    )
    if fulfilment.state in _ASKED:
        return _taken(evolve(known, state=target), event, now, policy)
    forward = State.PICKING if State.PICKING in (target, fulfilment.state) else State.ACCEPTED
    if forward is fulfilment.state:
        return Decision(known, raised=_unknown_state(fulfilment, acknowledgement))
    return moved(known, forward, now, "picking", f"the warehouse says {acknowledgement.state!r}")


def _taken(known: Fulfilment, event: Acknowledged, now: dt.datetime, policy: Policy) -> Decision:
    acknowledgement = event.acknowledgement
    news: tuple[Violation, ...] = ()
    if known.proposed and event.as_before:
        known = evolve(known, change=Answer.REFUSED)
        news = (change_refused(known, (acknowledgement.reason,)),)
    elif known.proposed:
        known = adopted(known, known.proposed)
    how = "found by look-up" if event.looked_up else "acknowledged"
    text = f"{how}: the warehouse has it, state {acknowledgement.state!r}"
    decision = moved(known, known.state, now, "accepted", text)
    if known.cancel is Answer.PENDING:
        asked = begin_cancel(known, now)
        decision = evolve(asked, entries=(*decision.entries, *asked.entries))
    return evolve(
        decision,
        commands=(*decision.commands, look_command(known, now, now + policy.look_every)),
        raised=(*news, *_echo(known, acknowledgement.po_number), *_unknown_state(known, acknowledgement)),
        settled=frozenset({IN_DOUBT}),
    )


def refused(fulfilment: Fulfilment, event: Refused, now: dt.datetime, policy: Policy) -> Decision:
    """The warehouse read the request and does not take it, or dropped it later."""
    if fulfilment.state not in (*_ASKED, State.ACCEPTED, State.PICKING):
        return unchanged(fulfilment)
    why = "; ".join(event.problems) or event.code
    violation = Violation(
        code="SUBMIT_REJECTED",
        path="",
        message=f"the warehouse refused order {fulfilment.identifier}: {why}",
        evidence=(event.code, *event.problems),
    )
    # A change that was still asked for is over with it: what goes next is the order as it is read then.
    dropped = evolve(
        fulfilment, at_warehouse=False, cancel=None, change=None, proposed=None, proposed_order=None
    )
    decision = moved(dropped, State.REJECTED, now, "refused", f"refused by the warehouse: {why}")
    return evolve(decision, raised=(violation,), settled=frozenset({IN_DOUBT}))


def shipment_read(fulfilment: Fulfilment, event: ShipmentRead, now: dt.datetime, policy: Policy) -> Decision:
    """A dispatch. The books are made anew from the latest version of every shipment, in whatever order."""
    shipment = event.shipment
    if not was_sent(fulfilment):
        return Decision(fulfilment, raised=(_never_sent(fulfilment, shipment),))
    merged = merge(fulfilment.shipments, shipment)
    if merged == fulfilment.shipments:
        return unchanged(fulfilment)
    booked, problems = book(evolve(fulfilment, at_warehouse=True), merged)
    booked = evolve(booked, state=state_of(booked, policy))
    missing = [tracking for tracking in expected(booked, policy) if tracking not in booked.trackings]
    text = f"shipment {shipment.id} version {shipment.version}: " + ", ".join(
        f"{line.shipped} of {line.sku}" for line in shipment.lines
    )
    asked = () if fulfilment.request is None else deviations(fulfilment.request, shipment)
    return Decision(
        booked,
        commands=tuple(tracking_command(fulfilment.order_id, tracking, now) for tracking in missing),
        entries=(entry(fulfilment.order_id, now, "shipped", text, {"state": booked.state.value}),),
        raised=(*problems, *asked, *_against_cancel(fulfilment, shipment)),
        settled=BOOKS | {IN_DOUBT, *_told_by(shipment)},
    )


def _against_cancel(fulfilment: Fulfilment, shipment: Shipment) -> tuple[Violation, ...]:
    if fulfilment.cancel is not Answer.DONE or not any(line.shipped.amount for line in shipment.lines):
        return ()
    told = f"the warehouse shipped order {fulfilment.identifier} after it had confirmed the cancellation"
    return (Violation("SHIPPED_AFTER_CANCEL", shipment.id, told, (f"shipment {shipment.id}",)),)


def _told_by(shipment: Shipment) -> tuple[str, ...]:
    """What a later version of this very shipment takes back."""
    path = f"shipments[{shipment.id}]"
    return (f"CARRIER_OVERRIDE:{path}.carrier", f"REFERENCE_LOST:{path}.po_number")


def tracking_shown(
    fulfilment: Fulfilment, event: TrackingShown, now: dt.datetime, policy: Policy
) -> Decision:
    """OroCommerce shows a tracking."""
    if event.tracking in fulfilment.trackings:
        return unchanged(fulfilment)
    known = evolve(fulfilment, trackings=(*fulfilment.trackings, event.tracking))
    if known.state is State.SHIPPED and state_of(known, policy) is State.CLOSED:
        known = evolve(known, state=State.CLOSED)
    how = "was already shown" if event.found else "is shown"
    text = f"tracking {event.tracking.method} {event.tracking.number} {how} in OroCommerce"
    return Decision(
        known,
        entries=(entry(known.order_id, now, "tracking", text, {"state": known.state.value}),),
        settled=frozenset({f"TRACKING_REFUSED:{event.tracking.number}"}),
    )


def tracking_refused(
    fulfilment: Fulfilment, event: TrackingRefused, now: dt.datetime, policy: Policy
) -> Decision:
    """OroCommerce does not take a tracking: the goods left, so customer service must know."""
    number = event.tracking.number
    violation = Violation(
        code="TRACKING_REFUSED",
        path=number,
        message=f"OroCommerce does not take tracking {number} of order {fulfilment.identifier}",
        evidence=event.problems,
    )
    text = f"tracking {number} refused: " + "; ".join(event.problems)
    return Decision(
        fulfilment, entries=(entry(fulfilment.order_id, now, "tracking refused", text),), raised=(violation,)
    )


def _never_sent(fulfilment: Fulfilment, shipment: Shipment) -> Violation:
    return Violation(
        code="UNKNOWN_ORDER_SHIPPED",
        path=shipment.id,
        message=f"the warehouse shipped order {fulfilment.identifier}, which orogxo has not sent",
        evidence=(f"shipment {shipment.id}", f"fulfilment state: {fulfilment.state.value}"),
    )


def _unknown_state(fulfilment: Fulfilment, acknowledgement: Acknowledgement) -> tuple[Violation, ...]:
    if acknowledgement.state in WAREHOUSE_STATES:
        return ()
    word = acknowledgement.state.removeprefix("unmapped:")
    told = f"the warehouse says {word!r} of order {fulfilment.identifier}, a state that nobody explained yet"
    return (Violation("WAREHOUSE_STATE_UNKNOWN", "warehouse_state", told, (f"state: {word}",)),)


def _echo(fulfilment: Fulfilment, po_number: str | None) -> tuple[Violation, ...]:
    sent = fulfilment.request.po_number if fulfilment.request else ""
    if po_number is None or po_number == sent:
        return ()
    return (
        Violation(
            code="REFERENCE_LOST",
            path="po_number",
            message=f"order {fulfilment.identifier} was sent with PO {sent!r}, now it is {po_number!r}",
            evidence=(f"sent: {sent}", f"echoed: {po_number}"),
        ),
    )
