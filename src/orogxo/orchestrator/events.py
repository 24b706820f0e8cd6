"""What can happen to a fulfilment, as values."""

from __future__ import annotations

import enum
from typing import TypeAlias

from attrs import frozen

from orogxo.model import Acknowledgement, CancelAnswer, Order, Shipment, Tracking, UnreadableOrder, Waiver
from orogxo.rules import Prepared


class Standing(enum.Enum):
    """What OroCommerce's status (or the host's own predicate) says about sending an order."""

    AUTHORISED = "authorised"
    WAITING = "waiting"
    ENDED = "ended"
    UNKNOWN = "unknown"


@frozen
class OrderRead:
    """The order as it is now, what the rules say of it, and whether it may be sent.

    `asked`: a person asked for this re-check, so a refused request may go out again unchanged.
    """

    order: Order
    prepared: Prepared
    standing: Standing
    asked: bool = False


@frozen
class OrderUnreadable:
    """OroCommerce returned the order and it cannot be understood."""

    order: UnreadableOrder


@frozen
class OrderGone:
    """OroCommerce no longer has the order."""

    order_id: str


@frozen
class SendBegun:
    """From here on the request may be at the warehouse."""


@frozen
class NotSentYet:
    """The request provably never reached the warehouse."""

    why: str


@frozen
class OutcomeUnknown:
    """No usable reply came back. `answerable`: the site can be asked, or honours our key."""

    why: str
    answerable: bool


@frozen
class MayResend:
    """No request can be under way any more, and sending again cannot double: `why` is the proof.

    `absent`: the warehouse was asked and has no such order. Otherwise it may have it, and would only take a
    repeated order as the same one.
    """

    why: str
    absent: bool = True


@frozen
class Acknowledged:
    """The warehouse has the order. `looked_up`: we learnt it by asking, not from the reply.

    `as_before`: it refused what was sent last, because it has the order as it was sent before.
    """

    acknowledgement: Acknowledgement
    looked_up: bool = False
    as_before: bool = False


@frozen
class Refused:
    """The warehouse has read the request and does not take it; `problems` are its own sentences."""

    code: str
    problems: tuple[str, ...]


@frozen
class CancelAnswered:
    """The warehouse answered a cancellation."""

    answer: CancelAnswer


@frozen
class ChangeAnswered:
    """The warehouse took a changed order (`acknowledgement`), or would not (`problems`)."""

    acknowledgement: Acknowledgement | None
    problems: tuple[str, ...] = ()


@frozen
class ShipmentRead:
    """The warehouse reports a dispatch."""

    shipment: Shipment


@frozen
class TrackingShown:
    """OroCommerce shows this tracking. `found`: it was already there."""

    tracking: Tracking
    found: bool = False


@frozen
class TrackingRefused:
    """OroCommerce does not take the tracking."""

    tracking: Tracking
    problems: tuple[str, ...]


@frozen
class Waived:
    """A person lets the order go in spite of one rule."""

    waiver: Waiver


Event: TypeAlias = (
    OrderRead
    | OrderUnreadable
    | OrderGone
    | SendBegun
    | NotSentYet
    | OutcomeUnknown
    | MayResend
    | Acknowledged
    | Refused
    | CancelAnswered
    | ChangeAnswered
    | ShipmentRead
    | TrackingShown
    | TrackingRefused
    | Waived
)
