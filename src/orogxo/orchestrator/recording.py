"""Writes a decision: fulfilment, commands, journal and exceptions, together or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from attrs import evolve

from orogxo.model import ExceptionItem, Fulfilment
from orogxo.orchestrator.decide import decide
from orogxo.orchestrator.decision import Decision, entry
from orogxo.orchestrator.events import Event
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.states import BLOCKED
from orogxo.ports import Transaction
from orogxo.rules import Violation, rule


def happen(
    rows: Transaction, order_id: str, event: Event, *, now: dt.datetime, policy: Policy
) -> Fulfilment | None:
    """Let `event` happen to the order: read its fulfilment, decide, and write all that follows."""
    before = rows.fulfilment(order_id)
    decision = decide(before, event, now, policy)
    return write(rows, before, decision, now=now)


def write(
    rows: Transaction, before: Fulfilment | None, decision: Decision, *, now: dt.datetime
) -> Fulfilment | None:
    """Write `decision`; returns the fulfilment as saved."""
    fulfilment = decision.fulfilment
    if fulfilment is None:
        return None
    if fulfilment != before:
        fulfilment = rows.save(fulfilment)
    for command in decision.commands:
        rows.enqueue(command)
    for line in decision.entries:
        rows.record(line)
    waived = {waiver.code: waiver.by for waiver in fulfilment.waivers}
    settle(rows, fulfilment.order_id, decision.settled, decision.raised, now=now, waived=waived)
    blocks = fulfilment.state in BLOCKED
    for violation in decision.raised:
        raise_item(
            rows, fulfilment.order_id, violation, now=now, identifier=fulfilment.identifier, blocks=blocks
        )
    return fulfilment


def raise_item(
    rows: Transaction,
    subject: str,
    violation: Violation,
    *,
    now: dt.datetime,
    identifier: str = "",
    blocks: bool = False,
) -> ExceptionItem:
    """Open the exception for `violation`, or refresh it if the same one is open: age and assignment stay.

    One that a person has acknowledged stays closed as long as its evidence is the same.
    """
    known = rule(violation.code)
    item = ExceptionItem(
        id=item_id(subject, violation),
        code=violation.code,
        subject=subject,
        message=violation.message,
        owner=known.owner,
        hint=known.hint,
        fixed_by=known.fixed_by,
        opened_at=now,
        identifier=identifier,
        path=violation.path,
        evidence=violation.evidence,
        waivable=known.waivable,
        blocks=blocks,
    )
    earlier = rows.exception(item.id)
    if earlier is not None and earlier.acknowledged and earlier.evidence == item.evidence:
        return earlier
    if earlier is not None and earlier.is_open:
        item = evolve(item, opened_at=earlier.opened_at, assigned_to=earlier.assigned_to)
    if item != earlier:
        rows.put_exception(item)
    if earlier is None or not earlier.is_open:
        text = f"exception {item.code}, owner {item.owner.value}: {item.message}"
        rows.record(entry(subject, now, "exception", text, {"code": item.code}))
    return item


def settle(
    rows: Transaction,
    subject: str,
    codes: Iterable[str],
    still: Iterable[Violation],
    *,
    now: dt.datetime,
    waived: dict[str, str] | None = None,
) -> None:
    """Close open exceptions of `subject` with one of `codes` ("CODE" or "CODE:path") not found again."""
    again = {item_id(subject, violation) for violation in still}
    wanted = frozenset(codes)
    if not wanted:
        return
    for item in rows.exceptions(subject=subject):
        if wanted & {item.code, f"{item.code}:{item.path}"} and item.id not in again:
            by = f"waiver of {waived[item.code]}" if waived and item.code in waived else "re-check passed"
            close_item(rows, item, now=now, by=by)


def close_item(rows: Transaction, item: ExceptionItem, *, now: dt.datetime, by: str) -> None:
    """Close one exception and say so in the story."""
    rows.put_exception(evolve(item, closed_at=now, closed_by=by))
    text = f"exception {item.code} closed: {by}"
    rows.record(entry(item.subject, now, "exception closed", text, {"code": item.code}))


def item_id(subject: str, violation: Violation) -> str:
    """The same problem found twice is one item."""
    return ":".join(part for part in (subject, violation.code, violation.path) if part)
