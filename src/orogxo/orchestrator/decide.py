"""`decide`: the one function that moves a fulfilment. Pure: no clock, no I/O, no randomness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from orogxo.model import Fulfilment
from orogxo.orchestrator import after_send, at_warehouse, before_send
from orogxo.orchestrator import events as ev
from orogxo.orchestrator.decision import Decision, entry, unchanged
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.states import EventKind

KIND: dict[type, EventKind] = {
    ev.OrderRead: EventKind.ORDER_READ,
    ev.OrderUnreadable: EventKind.ORDER_UNREADABLE,
    ev.OrderGone: EventKind.ORDER_GONE,
    ev.SendBegun: EventKind.SEND_BEGUN,
    ev.NotSentYet: EventKind.NOT_SENT,
    ev.OutcomeUnknown: EventKind.OUTCOME_UNKNOWN,
    ev.MayResend: EventKind.MAY_RESEND,
    ev.Acknowledged: EventKind.ACKNOWLEDGED,
    ev.Refused: EventKind.REFUSED,
    ev.CancelAnswered: EventKind.CANCEL_ANSWERED,
    ev.ChangeAnswered: EventKind.CHANGE_ANSWERED,
    ev.ShipmentRead: EventKind.SHIPMENT_READ,
    ev.TrackingShown: EventKind.TRACKING_SHOWN,
    ev.TrackingRefused: EventKind.TRACKING_REFUSED,
    ev.Waived: EventKind.WAIVED,
}


def decide(fulfilment: Fulfilment | None, event: ev.Event, now: dt.datetime, policy: Policy) -> Decision:
    """What `event` means for `fulfilment` at `now` under `policy`.

    Total: every event in every state has an answer, and the resulting state is one of
    `states.outcomes(kind, state)`. Only news of an order may come without a fulfilment; any other event for
    an order that is not known leaves things as they are.
    """
    if isinstance(event, ev.OrderRead):
        return before_send.order_read(fulfilment, event, now, policy)
    if isinstance(event, ev.OrderUnreadable):
        return before_send.order_unreadable(fulfilment, event, now)
    if isinstance(event, ev.OrderGone):
        return before_send.order_gone(fulfilment, now)
    if fulfilment is None:
        return unchanged(None)
    return _HANDLERS[type(event)](fulfilment, event, now, policy)


def _waived(fulfilment: Fulfilment, event: ev.Waived, now: dt.datetime, policy: Policy) -> Decision:
    """A waiver is evidence for the next re-check; by itself it moves nothing."""
    waiver = event.waiver
    text = f"{waiver.code} waived by {waiver.by}: {waiver.reason}"
    others = tuple(known for known in fulfilment.waivers if known.code != waiver.code)
    return Decision(
        evolve(fulfilment, waivers=(*others, waiver)),
        entries=(entry(fulfilment.order_id, now, "waived", text, {"by": waiver.by, "code": waiver.code}),),
    )


_HANDLERS: Mapping[type, Callable[[Fulfilment, Any, dt.datetime, Policy], Decision]] = {
    ev.SendBegun: at_warehouse.send_begun,
    ev.NotSentYet: at_warehouse.not_sent,
    ev.OutcomeUnknown: at_warehouse.outcome_unknown,
    ev.MayResend: at_warehouse.may_resend,
    ev.Acknowledged: at_warehouse.acknowledged,
    ev.Refused: at_warehouse.refused,
    ev.CancelAnswered: after_send.cancel_answered,
    ev.ChangeAnswered: after_send.change_answered,
    ev.ShipmentRead: at_warehouse.shipment_read,
    ev.TrackingShown: at_warehouse.tracking_shown,
    ev.TrackingRefused: at_warehouse.tracking_refused,
    ev.Waived: _waived,
}
