"""The books of a fulfilment: what its lines, shipments and trackings say about where it stands."""

from __future__ import annotations

from attrs import evolve

from orogxo.mapping import apply, trackings
from orogxo.model import Answer, Fulfilment, LineLedger, Shipment, State, Tracking
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.states import WAREHOUSE_STATES
from orogxo.rules import Violation


def book(fulfilment: Fulfilment, shipments: tuple[Shipment, ...]) -> tuple[Fulfilment, tuple[Violation, ...]]:
    """The books made anew from these shipments; after a confirmed cancellation the rest is given up."""
    lines, problems = apply(fulfilment.lines, shipments)
    if fulfilment.cancel is Answer.DONE:
        lines = give_up_rest(lines)
    return evolve(fulfilment, lines=lines, shipments=shipments), problems


def give_up_rest(lines: tuple[LineLedger, ...]) -> tuple[LineLedger, ...]:
    """What is still open will never ship: it was cancelled."""
    return tuple(evolve(line, cancelled=line.cancelled + line.open) for line in lines)


def expected(fulfilment: Fulfilment, policy: Policy) -> tuple[Tracking, ...]:
    """Every tracking that OroCommerce should show."""
    asked = fulfilment.request.carrier.carrier if fulfilment.request else ""
    found = (
        tracking
        for shipment in fulfilment.shipments
        for tracking in trackings(shipment, policy.tracking_name(shipment.carrier or asked))
    )
    return tuple(dict.fromkeys(found))


def state_of(fulfilment: Fulfilment, policy: Policy) -> State:
    """Where a fulfilment that the warehouse has stands, by its books."""
    shipped = any(line.shipped for line in fulfilment.lines)
    if any(line.open for line in fulfilment.lines):
        if fulfilment.state is State.CANCELLING and fulfilment.cancel is Answer.PENDING:
            return State.CANCELLING
        return State.PARTLY_SHIPPED if shipped else _unshipped(fulfilment)
    if not shipped and fulfilment.cancel is Answer.DONE:
        return State.CANCELLED
    shown = all(tracking in fulfilment.trackings for tracking in expected(fulfilment, policy))
    return State.CLOSED if shown else State.SHIPPED


def _unshipped(fulfilment: Fulfilment) -> State:
    if fulfilment.state in (State.READY, State.SUBMITTING, State.IN_DOUBT, State.ACCEPTED):
        return State.ACCEPTED
    if fulfilment.state is State.CANCELLING:
        known = WAREHOUSE_STATES.get(fulfilment.warehouse_state, State.ACCEPTED)
        return State.PICKING if known is State.PICKING else State.ACCEPTED
    return State.PICKING
