"""Decisions while nothing is at the warehouse: hold, make ready, drop."""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.model import Fulfilment, FulfilmentRequest, Order, State
from orogxo.orchestrator.after_send import CANCELLED, GONE, news, was_sent
from orogxo.orchestrator.decision import Decision, entry, moved, submit_command, unchanged
from orogxo.orchestrator.events import OrderRead, OrderUnreadable, Standing
from orogxo.orchestrator.policy import Policy
from orogxo.rules import Violation

RATE_CHANGED = "UNIT_RATE_CHANGED"


def order_read(fulfilment: Fulfilment | None, event: OrderRead, now: dt.datetime, policy: Policy) -> Decision:
    """An order was read from OroCommerce."""
    order = event.order
    ended_unseen = fulfilment is None and event.standing is Standing.ENDED
    if ended_unseen or _outside(order, policy) or _stale(fulfilment, order):
        return unchanged(fulfilment)
    if fulfilment and was_sent(fulfilment):
        return news(fulfilment, event, now, policy)
    return _unsent(fulfilment or Fulfilment(order.id, order.identifier, seen_at=now), event, now, policy)


def _unsent(fulfilment: Fulfilment, event: OrderRead, now: dt.datetime, policy: Policy) -> Decision:
    order = event.order
    fulfilment = evolve(
        fulfilment,
        identifier=order.identifier,
        po_number=(order.po_number or "").strip(),
        customer=order.customer,
        captured=event.prepared.captured,
        unclear=event.prepared.unclear,
        changed_at=order.updated_at or fulfilment.changed_at,
    )
    violations = (*_doubts(order, event.standing, policy), *_by_people(fulfilment))
    if event.standing is Standing.ENDED:
        return _dropped(fulfilment, f"status {order.status!r} in OroCommerce", now)
    if event.standing is Standing.WAITING and not violations:
        return _waiting(fulfilment, order, now)
    violations += event.prepared.violations
    request = event.prepared.request
    if violations or request is None:
        return _held(fulfilment, violations, now)
    return _ready(evolve(fulfilment, order=order), request, now, asked=event.asked)


def order_unreadable(fulfilment: Fulfilment | None, event: OrderUnreadable, now: dt.datetime) -> Decision:
    """An order that nobody can work with is held, by name, with every problem."""
    order = event.order
    violation = Violation(
        code="ORDER_UNREADABLE",
        path="",
        message=f"order {order.identifier or order.id} cannot be read: " + "; ".join(order.problems),
        evidence=order.problems,
    )
    if fulfilment is None:
        fulfilment = Fulfilment(order_id=order.id, identifier=order.identifier or order.id, seen_at=now)
    if fulfilment.state in (State.NEW, State.HELD, State.READY):
        # Its lines as last read may be out of date: nobody knows what it takes of any SKU. The books stand.
        unclear = () if was_sent(fulfilment) else ("",)
        return _held(evolve(fulfilment, unclear=unclear), (violation,), now)
    return Decision(fulfilment, raised=(violation,))


def order_gone(fulfilment: Fulfilment | None, now: dt.datetime) -> Decision:
    """OroCommerce no longer returns the order: deleted, or hidden from the API user. A person must say."""
    if fulfilment is None or fulfilment.state in (State.CANCELLED, State.CLOSED):
        return unchanged(fulfilment)
    if not was_sent(fulfilment) and GONE in {waiver.code for waiver in fulfilment.waivers}:
        return _dropped(fulfilment, "a person confirmed that it was deleted in OroCommerce", now)
    gone = Violation(
        code=GONE,
        path="",
        message=f"order {fulfilment.identifier} is no longer found in OroCommerce",
        evidence=(f"fulfilment state: {fulfilment.state.value}",),
    )
    if was_sent(fulfilment):
        return Decision(fulfilment, raised=(gone,))
    return _held(fulfilment, (gone,), now)


def _outside(order: Order, policy: Policy) -> bool:
    """Whether this order is none of our business: from before go-live, or the wrong half of a split order."""
    if policy.go_live and order.created_at and order.created_at < policy.go_live:
        return True
    if policy.suborders == "parents":
        return order.parent_id is not None
    return policy.suborders == "leaves" and bool(order.sub_order_ids)


def _doubts(order: Order, standing: Standing, policy: Policy) -> tuple[Violation, ...]:
    found = []
    if standing is Standing.UNKNOWN:
        found.append(
            Violation(
                code="STATUS_UNREADABLE",
                path="status",
                message=f"order {order.identifier} shows no status, so it may be cancelled",
                evidence=(f"status: {order.status!r}",),
            )
        )
    if not policy.suborders and (order.parent_id is not None or order.sub_order_ids):
        found.append(
            Violation(
                code="SUBORDER_UNDECIDED",
                path="parent",
                message=f"order {order.identifier} is part of a split order, which might ship twice",
                evidence=(f"parent: {order.parent_id}", f"parts: {', '.join(order.sub_order_ids) or 'none'}"),
            )
        )
    if order.shipping_status in ("shipped", "partially_shipped"):
        found.append(
            Violation(
                code="ALREADY_SHIPPED",
                path="shipping_status",
                message=f"OroCommerce shows order {order.identifier} as shipped, and orogxo never sent it",
                evidence=(f"shipping status: {order.shipping_status}",),
            )
        )
    if policy.go_live and order.created_at is None:
        found.append(
            Violation(
                code="ORDER_UNREADABLE",
                path="created_at",
                message=f"order {order.identifier} shows no creation time, so it may be from before go-live",
                evidence=(f"go-live: {policy.go_live.isoformat()}",),
            )
        )
    return tuple(found)


def _by_people(fulfilment: Fulfilment) -> tuple[Violation, ...]:
    """What was seen shipped in shadow mode must not go again when shadow mode ends."""
    if not fulfilment.shipments:
        return ()
    seen = tuple(f"shipment {shipment.id}" for shipment in fulfilment.shipments)
    told = f"people shipped order {fulfilment.identifier} themselves while orogxo only watched"
    return (Violation("ALREADY_SHIPPED", "shipments", told, seen),)


def _stale(fulfilment: Fulfilment | None, order: Order) -> bool:
    if fulfilment is None:
        return False
    return bool(order.updated_at and fulfilment.changed_at and order.updated_at < fulfilment.changed_at)


def _held(fulfilment: Fulfilment, violations: tuple[Violation, ...], now: dt.datetime) -> Decision:
    codes = tuple(dict.fromkeys(violation.code for violation in violations))
    news = fulfilment.state is not State.HELD or codes != fulfilment.holds
    text = f"held: {', '.join(codes)}"
    return Decision(
        evolve(fulfilment, state=State.HELD, holds=codes),
        entries=(entry(fulfilment.order_id, now, "held", text, {"state": "held"}),) if news else (),
        raised=violations,
        settled=frozenset(fulfilment.holds),
    )


def _ready(fulfilment: Fulfilment, request: FulfilmentRequest, now: dt.datetime, *, asked: bool) -> Decision:
    same = request == fulfilment.request
    if same and (fulfilment.state is State.READY or (fulfilment.state is State.REJECTED and not asked)):
        return unchanged(fulfilment)
    ready = evolve(
        fulfilment,
        state=State.READY,
        request=request,
        # A waived pack size is the one of today: the next change is asked about again.
        captured=request.lines,
        waivers=tuple(waiver for waiver in fulfilment.waivers if waiver.code != RATE_CHANGED),
        revision=fulfilment.revision + 1,
        holds=(),
    )
    return Decision(
        ready,
        commands=(submit_command(ready, now),),
        entries=(
            entry(
                ready.order_id, now, "ready", f"ready to send, revision {ready.revision}", {"state": "ready"}
            ),
        ),
        settled=frozenset({*fulfilment.holds, "SUBMIT_REJECTED", "ORDER_UNREADABLE"}),
    )


def _waiting(fulfilment: Fulfilment, order: Order, now: dt.datetime) -> Decision:
    text = f"waits: status {order.status!r} does not authorise sending"
    news = fulfilment.version == 0 or fulfilment.state is not State.NEW
    return Decision(
        evolve(fulfilment, state=State.NEW, holds=()),
        entries=(entry(fulfilment.order_id, now, "waiting", text, {"state": "new"}),) if news else (),
        settled=frozenset(fulfilment.holds),
    )


def _dropped(fulfilment: Fulfilment, why: str, now: dt.datetime) -> Decision:
    if fulfilment.state is State.CANCELLED:
        return unchanged(fulfilment)
    decision = moved(fulfilment, State.CANCELLED, now, "dropped", f"not sent and never will be: {why}")
    return evolve(
        decision,
        fulfilment=evolve(fulfilment, state=State.CANCELLED, holds=(), cancel=None),
        settled=frozenset({*fulfilment.holds, "SUBMIT_REJECTED", CANCELLED}),
    )
