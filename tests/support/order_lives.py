"""Fulfilments as they come about: an order and what happens to it, one event after the other."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from attrs import evolve

from orogxo.mapping import Uoms
from orogxo.mapping.inventory import in_base
from orogxo.model import (
    Acknowledgement,
    Answer,
    CancelAnswer,
    Claim,
    Fulfilment,
    Quantity,
    UnreadableOrder,
)
from orogxo.orchestrator import Policy, decide
from orogxo.orchestrator import events as ev
from orogxo.orchestrator.events import Standing
from orogxo.orchestrator.stock.claims import claims_of
from support.orders import NOW, UNITS, a_line, a_shipment, an_order, prepared

POLICY = Policy(suborders="parents", send_changes=True)
LATER = NOW + dt.timedelta(hours=1)
TWO = {"lines": (a_line(quantity=Quantity(2, "case")),)}


def to_base(sku: str, quantity: Quantity) -> Fraction:
    return in_base(sku, quantity, UNITS, Uoms({"each": "EA", "case": "CS"}))


def claims(fulfilment: Fulfilment) -> list[Claim]:
    return list(claims_of(fulfilment, to_base))


def amounts(fulfilment: Fulfilment | None) -> dict[str, int]:
    assert fulfilment is not None
    return {claim.line: claim.amount for claim in claims(fulfilment)}


def read(standing: Standing = Standing.AUTHORISED, **changes: object) -> ev.OrderRead:
    order = an_order(**changes)
    return ev.OrderRead(order, prepared(order), standing)


def after(*events: ev.Event, start: Fulfilment | None = None) -> Fulfilment:
    """What becomes of an order when these things happen to it."""
    fulfilment = start
    for event in events:
        fulfilment = decide(fulfilment, event, NOW, POLICY).fulfilment
    assert fulfilment is not None
    return fulfilment


def shipped(eaches: int | str, **changes: object) -> ev.ShipmentRead:
    return ev.ShipmentRead(a_shipment(eaches, **changes))


def telling(**changes: object) -> ev.ShipmentRead:
    """A shipment whose one line says otherwise than asked."""
    return shipped(12, lines=(evolve(a_shipment(5).lines[0], **changes),))


ACCEPTED = ev.Acknowledged(Acknowledgement("17", "accepted"))
REFUSED = ev.Refused("UNKNOWN_SKU", ("no such SKU",))
UNREADABLE = ev.OrderUnreadable(UnreadableOrder("17", ("lines[1].quantity is null",), "ORD-0017"))
SENT = (read(), ev.SendBegun(), ACCEPTED)
CANCELLED = read(Standing.ENDED, status="cancelled")
STOPPED = ev.CancelAnswered(CancelAnswer(Answer.DONE, "", "cancelled"))
