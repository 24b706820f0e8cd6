"""The life of a fulfilment as data: which event may lead from which state to which.

`docs/explanation/states.md` and the tests are drawn from `TABLE`. A pair that is not listed leaves the
fulfilment where it is: late and repeated news is kept in the journal and changes nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from orogxo.model import State


class EventKind(enum.Enum):
    """What can happen to a fulfilment."""

    ORDER_READ = "order read"
    ORDER_UNREADABLE = "order unreadable"
    ORDER_GONE = "order gone"
    SEND_BEGUN = "send begun"
    NOT_SENT = "not sent"
    OUTCOME_UNKNOWN = "outcome unknown"
    MAY_RESEND = "may be sent again"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    CANCEL_ANSWERED = "cancellation answered"
    CHANGE_ANSWERED = "change answered"
    SHIPMENT_READ = "shipment read"
    TRACKING_SHOWN = "tracking shown"
    TRACKING_REFUSED = "tracking refused"
    WAIVED = "waived"


S, E = State, EventKind

UNSENT = (S.NEW, S.HELD, S.READY, S.REJECTED, S.CANCELLED)
"""Nothing is at the warehouse: an order may still be changed, held or dropped freely."""

REREAD = (S.NEW, S.HELD, S.READY, S.REJECTED)
"""Waiting for something in OroCommerce (or in the mapping): read again on every run."""

AT_WAREHOUSE = (
    S.SUBMITTING,
    S.IN_DOUBT,
    S.ACCEPTED,
    S.PICKING,
    S.PARTLY_SHIPPED,
    S.SHIPPED,
    S.CANCELLING,
)
"""The warehouse has it or may have it."""

BLOCKED = (S.HELD, S.REJECTED, S.IN_DOUBT)
"""The order waits for a person."""

_BEFORE_SEND = (S.NEW, S.HELD, S.READY, S.CANCELLED)
_AFTER_SHIPMENT = (S.PARTLY_SHIPPED, S.SHIPPED, S.CLOSED)

TABLE: Mapping[EventKind, Mapping[State, tuple[State, ...]]] = {
    E.ORDER_READ: dict.fromkeys((S.NEW, S.HELD, S.READY, S.CANCELLED), _BEFORE_SEND)
    | {S.REJECTED: (S.REJECTED, *_BEFORE_SEND)}
    | {S.READY: (*_BEFORE_SEND, S.CANCELLING, S.IN_DOUBT)}
    | {state: (state, S.CANCELLING) for state in (S.ACCEPTED, S.PICKING, S.PARTLY_SHIPPED)},
    E.ORDER_UNREADABLE: dict.fromkeys((S.NEW, S.HELD, S.READY), (S.HELD,)),
    E.ORDER_GONE: dict.fromkeys(REREAD, (S.HELD, S.CANCELLED)),
    E.SEND_BEGUN: {S.READY: (S.SUBMITTING,)},
    E.NOT_SENT: {S.SUBMITTING: (S.READY,)},
    E.OUTCOME_UNKNOWN: {S.SUBMITTING: (S.SUBMITTING, S.IN_DOUBT)},
    E.MAY_RESEND: {S.SUBMITTING: (S.READY,), S.IN_DOUBT: (S.READY,)},
    E.ACKNOWLEDGED: dict.fromkeys(
        (S.SUBMITTING, S.IN_DOUBT), (S.ACCEPTED, S.PICKING, S.REJECTED, S.CANCELLING)
    )
    | {S.ACCEPTED: (S.ACCEPTED, S.PICKING, S.REJECTED), S.PICKING: (S.PICKING, S.REJECTED)}
    | {S.CANCELLING: (S.CANCELLING, S.CANCELLED, S.SHIPPED, S.CLOSED)},
    E.REFUSED: dict.fromkeys((S.SUBMITTING, S.IN_DOUBT, S.ACCEPTED, S.PICKING), (S.REJECTED,)),
    E.CANCEL_ANSWERED: {
        S.CANCELLING: (
            S.CANCELLING,
            S.CANCELLED,
            S.ACCEPTED,
            S.PICKING,
            S.PARTLY_SHIPPED,
            S.SHIPPED,
            S.CLOSED,
        ),
    },
    E.SHIPMENT_READ: dict.fromkeys(
        (S.READY, S.SUBMITTING, S.IN_DOUBT, S.ACCEPTED), (S.ACCEPTED, *_AFTER_SHIPMENT)
    )
    | dict.fromkeys((S.PICKING, *_AFTER_SHIPMENT), (S.PICKING, *_AFTER_SHIPMENT))
    | {S.CANCELLING: (S.CANCELLING, S.SHIPPED, S.CLOSED), S.CANCELLED: (S.CANCELLED, S.SHIPPED, S.CLOSED)},
    E.TRACKING_SHOWN: {S.SHIPPED: (S.SHIPPED, S.CLOSED)},
}

WAREHOUSE_STATES: Mapping[str, State] = {
    "submitted": S.ACCEPTED,
    "accepted": S.ACCEPTED,
    "on_hold": S.ACCEPTED,
    "released": S.ACCEPTED,
    "allocated": S.ACCEPTED,
    "picking": S.PICKING,
    "packed": S.PICKING,
    "partially_shipped": S.PICKING,
    "shipped": S.PICKING,
    "closed": S.PICKING,
    "rejected": S.REJECTED,
    "cancelled": S.REJECTED,
}
"""Gateway order states (contract gateway-v1, "Order states") in our words; only shipments prove "shipped"."""


def outcomes(kind: EventKind, state: State) -> tuple[State, ...]:
    """The states that `kind` may lead to from `state`; at least `state` itself."""
    return TABLE.get(kind, {}).get(state, (state,))
