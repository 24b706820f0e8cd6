"""Decisions when an order changes in OroCommerce while the warehouse has it.

A cancellation or an edit is asked of the warehouse, and there are three answers: done, refused, not yet.
Until it is answered an exception says so; nothing is ever assumed.
"""

from __future__ import annotations

import datetime as dt

from attrs import evolve

from orogxo.mapping import apply, opening_ledger
from orogxo.model import Answer, Command, Fulfilment, FulfilmentRequest, Order, State
from orogxo.orchestrator.books import give_up_rest, state_of
from orogxo.orchestrator.decision import Decision, entry, moved, submit_command, unchanged
from orogxo.orchestrator.events import CancelAnswered, ChangeAnswered, OrderRead, Standing
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.states import AT_WAREHOUSE
from orogxo.rules import Violation

GONE = "ORDER_GONE"
CANCELLED = "ORDER_CANCELLED_AFTER_SUBMIT"
CHANGED = "ORDER_CHANGED_AFTER_SUBMIT"
TOO_LATE = "CANCEL_REFUSED"
REOPENED = "ORDER_REOPENED"
CHANGE_REFUSED = "CHANGE_REFUSED"
IN_DOUBT = "SUBMIT_IN_DOUBT"

_STOPPABLE = (State.ACCEPTED, State.PICKING, State.PARTLY_SHIPPED)


def was_sent(fulfilment: Fulfilment) -> bool:
    """Whether the warehouse has, had or may have the order."""
    return fulfilment.at_warehouse or fulfilment.state in (*AT_WAREHOUSE, State.CLOSED)


def news(fulfilment: Fulfilment, event: OrderRead, now: dt.datetime, policy: Policy) -> Decision:
    """The order as OroCommerce has it now, compared with what was sent."""
    order = event.order
    known = evolve(fulfilment, changed_at=order.updated_at or fulfilment.changed_at)
    if order.status in policy.cancelled:
        return _cancelled(known, order, now)
    if known.cancel is not None:
        return _reopened(known, order)
    if known.state is State.READY:
        return _maybe_there(known, event, now)
    return _compared(known, event, now, policy)


def _cancelled(fulfilment: Fulfilment, order: Order, now: dt.datetime) -> Decision:
    if fulfilment.cancel is Answer.DONE:
        return Decision(fulfilment, settled=frozenset({CANCELLED, REOPENED, GONE}))
    if fulfilment.cancel is Answer.REFUSED or fulfilment.state in (State.SHIPPED, State.CLOSED):
        refused = evolve(fulfilment, cancel=Answer.REFUSED)
        return Decision(refused, raised=(_too_late(refused),), settled=frozenset({CANCELLED, GONE}))
    contested = Violation(
        code=CANCELLED,
        path="status",
        message=f"order {order.identifier} was cancelled in OroCommerce while the warehouse has it",
        evidence=(f"status: {order.status}",),
    )
    wanted = evolve(fulfilment, cancel=Answer.PENDING)
    # Ready, and maybe there already: a cancellation asks the question better than sending it once more.
    stoppable = (*_STOPPABLE, State.READY)
    decision = begin_cancel(wanted, now) if fulfilment.state in stoppable else Decision(wanted)
    return evolve(decision, raised=(contested,), settled=frozenset({GONE}))


def begin_cancel(fulfilment: Fulfilment, now: dt.datetime) -> Decision:
    """Ask the warehouse to stop: one command a revision, asked again until it is answered."""
    order_id = fulfilment.order_id
    command = Command(
        key=f"cancel:{order_id}:r{fulfilment.revision}", kind="cancel", order_id=order_id, created_at=now
    )
    text = "cancelled in OroCommerce: the warehouse is asked to stop"
    return Decision(
        evolve(fulfilment, state=State.CANCELLING),
        commands=(command,),
        entries=(entry(order_id, now, "cancelling", text, {"state": "cancelling"}),),
    )


def _reopened(fulfilment: Fulfilment, order: Order) -> Decision:
    """The order is open again. What was asked cannot be unasked."""
    if fulfilment.cancel is Answer.REFUSED or fulfilment.state in (State.SUBMITTING, State.IN_DOUBT):
        forgotten = evolve(fulfilment, cancel=None)
        return Decision(forgotten, settled=frozenset({CANCELLED, TOO_LATE, REOPENED, GONE}))
    reopened = Violation(
        code=REOPENED,
        path="status",
        message=f"order {order.identifier} is {order.status!r} again, but the warehouse was told to stop",
        evidence=(
            f"status: {order.status}",
            f"cancellation: {fulfilment.cancel and fulfilment.cancel.value}",
        ),
    )
    return Decision(fulfilment, raised=(reopened,), settled=frozenset({CANCELLED, GONE}))


def _maybe_there(fulfilment: Fulfilment, event: OrderRead, now: dt.datetime) -> Decision:
    """To be sent once more, and maybe there already: what goes is the order as it is now, or nothing."""
    order, request = event.order, event.prepared.request
    if event.standing is not Standing.AUTHORISED or request is None:
        told = f"order {order.identifier} may be at the warehouse, and may not be sent as it is now"
        problems = tuple(violation.message for violation in event.prepared.violations)
        doubt = Violation(IN_DOUBT, "", told, (f"status: {order.status}", *problems))
        return evolve(moved(fulfilment, State.IN_DOUBT, now, "in doubt", told), raised=(doubt,))
    if request == to_send(fulfilment):
        return Decision(fulfilment)
    changed = evolve(
        fulfilment,
        revision=fulfilment.revision + 1,
        change=Answer.PENDING,
        proposed=request,
        proposed_order=order,
    )
    text = f"changed in OroCommerce: revision {changed.revision} is sent instead"
    return Decision(
        changed, commands=(submit_command(changed, now),), entries=(entry(order.id, now, "ready", text),)
    )


def to_send(fulfilment: Fulfilment) -> FulfilmentRequest | None:
    """What the next request says: a change that is still to be taken, else the request itself."""
    return fulfilment.proposed if fulfilment.change is Answer.PENDING else fulfilment.request


def _compared(fulfilment: Fulfilment, event: OrderRead, now: dt.datetime, policy: Policy) -> Decision:
    order = event.order
    differences = _differences(fulfilment.order or order, order)
    if not differences or fulfilment.state is State.CLOSED:
        undone = evolve(fulfilment, change=None, proposed=None, proposed_order=None)
        return Decision(undone, settled=frozenset({CHANGED, CHANGE_REFUSED, CANCELLED, GONE}))
    changed = Violation(
        code=CHANGED,
        path="",
        message=f"order {order.identifier} was changed in OroCommerce after it was sent",
        evidence=differences,
    )
    told = Decision(fulfilment, raised=(changed,), settled=frozenset({CANCELLED, GONE}))
    request = event.prepared.request
    askable = policy.send_changes and fulfilment.state is State.ACCEPTED and request is not None
    if not askable or request in (fulfilment.request, fulfilment.proposed):
        return told
    number = fulfilment.revision + 1
    proposed = evolve(
        fulfilment, revision=number, change=Answer.PENDING, proposed=request, proposed_order=order
    )
    command = Command(
        key=f"change:{order.id}:r{number}",
        kind="change",
        order_id=order.id,
        created_at=now,
        payload={"revision": str(number)},
    )
    text = f"changed in OroCommerce: the warehouse is asked for revision {number}"
    return evolve(
        told, fulfilment=proposed, commands=(command,), entries=(entry(order.id, now, "changing", text),)
    )


def cancel_answered(
    fulfilment: Fulfilment, event: CancelAnswered, now: dt.datetime, policy: Policy
) -> Decision:
    """Done, refused (too late), or not yet: then the warehouse may still ship."""
    answer = event.answer
    if fulfilment.state is not State.CANCELLING:
        return unchanged(fulfilment)
    if answer.answer is Answer.PENDING:
        return unchanged(evolve(fulfilment, warehouse_state=answer.state or fulfilment.warehouse_state))
    settled = evolve(fulfilment, cancel=answer.answer, warehouse_state=answer.state)
    if answer.answer is Answer.DONE:
        settled = evolve(settled, lines=give_up_rest(settled.lines))
    settled = evolve(settled, state=state_of(settled, policy))
    text = f"cancellation {answer.answer.value} by the warehouse" + f": {answer.reason}" * bool(answer.reason)
    return Decision(
        settled,
        entries=(entry(settled.order_id, now, "cancel answered", text, {"state": settled.state.value}),),
        raised=() if answer.answer is Answer.DONE else (_too_late(settled),),
        settled=frozenset({CANCELLED}),
    )


def change_answered(
    fulfilment: Fulfilment, event: ChangeAnswered, now: dt.datetime, policy: Policy
) -> Decision:
    """The warehouse works on the changed order from here on, or stays with the one it has."""
    if fulfilment.change is not Answer.PENDING or fulfilment.proposed is None:
        return unchanged(fulfilment)
    if event.acknowledgement is None:
        why = "; ".join(event.problems)
        told = entry(fulfilment.order_id, now, "change refused", f"change refused by the warehouse: {why}")
        refused = (change_refused(fulfilment, event.problems),)
        return Decision(evolve(fulfilment, change=Answer.REFUSED), entries=(told,), raised=refused)
    changed = evolve(
        adopted(fulfilment, fulfilment.proposed), warehouse_version=event.acknowledgement.version
    )
    text = f"the warehouse has revision {changed.revision}"
    return Decision(
        changed,
        entries=(entry(changed.order_id, now, "changed", text),),
        settled=frozenset({CHANGED, CHANGE_REFUSED}),
    )


def adopted(fulfilment: Fulfilment, request: FulfilmentRequest) -> Fulfilment:
    """The proposed `request` is the one that the warehouse has; the books begin anew with it."""
    return evolve(
        fulfilment,
        request=request,
        order=fulfilment.proposed_order,
        po_number=request.po_number,
        captured=request.lines,
        lines=apply(opening_ledger(request), fulfilment.shipments)[0],
        change=None,
        proposed=None,
        proposed_order=None,
    )


def change_refused(fulfilment: Fulfilment, problems: tuple[str, ...]) -> Violation:
    """The warehouse stays with the order as it was sent first."""
    why = "; ".join(problems)
    return Violation(
        code=CHANGE_REFUSED,
        path="",
        message=f"the warehouse does not take the change of order {fulfilment.identifier}: {why}",
        evidence=problems,
    )


def _too_late(fulfilment: Fulfilment) -> Violation:
    return Violation(
        code=TOO_LATE,
        path="status",
        message=f"order {fulfilment.identifier} is cancelled in OroCommerce, but the warehouse ships it",
        evidence=("the warehouse refused the cancellation, or had shipped before it was asked",),
    )


def _differences(sent: Order, today: Order) -> tuple[str, ...]:
    """Commercial facts that differ; a changed mapping or pack size is no change of the order."""
    facts = ("po_number", "customer", "ship_to", "shipping_method", "shipping_method_type", "ship_until")
    found = [
        f"{name}: sent {getattr(sent, name)!r}, now {getattr(today, name)!r}"
        for name in facts
        if getattr(sent, name) != getattr(today, name)
    ]
    before, after = _goods(sent), _goods(today)
    found += [
        f"line {ref}: sent {before.get(ref, 'nothing')}, now {after.get(ref, 'nothing')}"
        for ref in dict.fromkeys((*before, *after))
        if before.get(ref) != after.get(ref)
    ]
    return tuple(found)


def _goods(order: Order) -> dict[str, str]:
    goods = {line.id: f"{line.quantity} of {line.sku}" for line in order.lines}
    parts = {
        f"{line.id}.{part.id}": f"{part.quantity} of {part.sku} a kit"
        for line in order.lines
        for part in line.components
    }
    return goods | parts
