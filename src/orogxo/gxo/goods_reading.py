"""Reads items, inbounds, receipts, movements, returns, holds and events into values.

An unknown word is kept as `unmapped:` and told; a row that cannot be read is told and hides no other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from orogxo.errors import MappingError
from orogxo.gxo.codes import Codes
from orogxo.gxo.goods import HOLD_KINDS, Event, FeedPage, Hold, ReturnStatus
from orogxo.gxo.goods_records import (
    CancelInboundRecord,
    EventRecord,
    FeedRecord,
    HoldRecord,
    InboundRecord,
    MovementRecord,
    ReceiptLineRecord,
    ReceiptRecord,
    ReturnOutcomeRecord,
    ReturnRecord,
)
from orogxo.gxo.reading import CANCEL_ANSWERS, NO_CODES, same_subject
from orogxo.gxo.records import UnreadableError, structure
from orogxo.gxo.vocabulary import (
    CONDITIONS,
    DISPOSITIONS,
    EVENT_TYPES,
    HOLD_SOURCES,
    INBOUND_STATES,
    RETURN_STATES,
)
from orogxo.gxo.words import Words
from orogxo.model import (
    Acknowledgement,
    CancelAnswer,
    Quantity,
    Receipt,
    ReceiptLine,
    ReceivedCondition,
    ReturnOutcome,
    StockMovement,
)

T = TypeVar("T")


def feed_page(
    value: Any,
    *,
    asked: str,
    name: str,
    id_member: str,
    row: Callable[[Any, Words], T],
    codes: Codes = NO_CODES,
) -> FeedPage[T]:
    """The page of a feed that a gateway with `codes` gave for cursor `asked`; `row` reads one `name` of it.

    Raises UnreadableError when the page itself is not readable, or promises more and leads nowhere.
    """
    page = structure(FeedRecord, value)
    if page.has_more and page.next_cursor in (None, "", asked):
        told = f"has_more is true, but the next cursor {page.next_cursor!r} leads nowhere new"
        raise UnreadableError([f"{told} @ $.next_cursor"])
    rows: list[T] = []
    unreadable: list[str] = []
    unmapped: list[str] = []
    for item in page.items:
        words = Words(codes)
        try:
            rows.append(row(item, words))
        except (UnreadableError, MappingError) as error:
            unreadable.append(f"{title(item, name, id_member)} cannot be read: {error}")
        else:
            unmapped += [f"{title(item, name, id_member)}: {told}" for told in words.unknown]
    # A last page without a cursor leaves ours where it is: "" would begin again from the very first row.
    return FeedPage(tuple(rows), page.next_cursor or asked, page.has_more, tuple(unreadable), tuple(unmapped))


def title(item: Any, name: str, id_member: str) -> str:
    """What to call an item of a feed: by its id, else by its beginning."""
    told = item.get(id_member) if isinstance(item, dict) else None
    if isinstance(told, str) and told.strip():
        return f"{name} {told[:60]}"
    article = "an" if name[0] in "aeiou" else "a"
    return f"{article} {name} without {id_member}, {json.dumps(item, default=str)[:200]},"


# Inbounds and receipts ------------------------------------------------------------------------------------


def inbound(value: Any, *, ref: str, depositor: str) -> Acknowledgement:
    """An inbound as what the warehouse says about advice `ref` of ours."""
    told = structure(InboundRecord, value)
    same_subject(
        "inbound", "client_asn_ref", told.client_asn_ref, ref, owner=told.client_id, depositor=depositor
    )
    state = Words().known("state", told.state, INBOUND_STATES)
    return Acknowledgement(ref, state, told.version, None, told.reason or "")


def inbound_cancel_answer(value: Any, *, ref: str) -> CancelAnswer:
    """The answer to the cancellation of an inbound; any word but the contract's three is unreadable."""
    told = structure(CancelInboundRecord, value)
    same_subject("inbound", "client_asn_ref", told.client_asn_ref, ref)
    if told.answer not in CANCEL_ANSWERS:
        raise UnreadableError(
            [f"expected one of {', '.join(CANCEL_ANSWERS)}, not {told.answer[:60]!r} @ $.answer"]
        )
    return CancelAnswer(CANCEL_ANSWERS[told.answer], told.reason or "", told.state or "")


def receipt(value: Any, words: Words) -> Receipt:
    """A row of the receipt feed. `received` counts everything taken in, damaged goods too."""
    told = words.record(ReceiptRecord, value)
    return Receipt(
        ref=told.receipt_ref,
        inbound_ref=told.inbound_ref,
        received_at=told.arrived_at,
        lines=tuple(_receipt_line(line, words) for line in told.lines),
        rma_ref=told.rma_ref or "",
        site=told.site_id or "",
    )


def _receipt_line(line: ReceiptLineRecord, words: Words) -> ReceiptLine:
    counted: dict[str, Quantity | None] = {
        "damaged": line.damaged,
        "rejected": line.rejected,
        "over": line.over,
        "short": line.short,
    }
    conditions = [
        ReceivedCondition(quantity, word)
        for word, quantity in counted.items()
        if quantity and quantity.amount
    ]
    if line.condition:
        word = words.known("condition", line.condition, CONDITIONS)
        raw = line.raw_condition or line.condition
        conditions.append(ReceivedCondition(line.received, word, raw_condition=raw, lot=line.lot or ""))
    return ReceiptLine(
        line_ref=line.inbound_line_ref or "",
        sku=line.sku,
        received=line.received,
        conditions=tuple(conditions),
        lot=line.lot or "",
        serials=tuple(line.serials or ()),
        expiry=line.expiry,
    )


# Stock movements ------------------------------------------------------------------------------------------


def movement(value: Any, words: Words) -> StockMovement:
    """A row of the movement feed: two statuses give the direction, or one status and the sign of `qty`."""
    told = words.record(MovementRecord, value)
    source, target = told.from_status or "", told.to_status or ""
    quantity: Quantity = told.qty
    if quantity.amount < 0:
        if bool(source) == bool(target):
            raise UnreadableError(["a negative quantity needs exactly one status @ $.qty"])
        source, target = source or target, ""
        quantity = Quantity(-quantity.amount, quantity.unit)
    reason = told.reason or ""
    return StockMovement(
        id=told.movement_id,
        occurred_at=told.occurred_at,
        sku=told.sku,
        quantity=quantity,
        from_status=words.status("from_status", source),
        to_status=words.status("to_status", target),
        reason=words.movement_reason(reason),
        raw_reason=told.raw_reason or reason,
        lot=told.lot or "",
        expiry=told.expiry,
        site=told.site_id or "",
        reference=told.ref or "",
    )


# Returns, holds, events -----------------------------------------------------------------------------------


def return_status(value: Any, *, ref: str, depositor: str, codes: Codes = NO_CODES) -> ReturnStatus:
    """A return as what the warehouse says about RMA `ref` of ours."""
    words = Words(codes)
    told = words.record(ReturnRecord, value)
    same_subject("return", "rma_ref", told.rma_ref, ref, owner=told.client_id, depositor=depositor)
    outcomes = tuple(_outcome(outcome, words) for outcome in told.outcome or ())
    state = words.known("state", told.state, RETURN_STATES)
    return ReturnStatus(ref, state, told.version, outcomes, told.reason or "", tuple(words.unknown))


def _outcome(told: ReturnOutcomeRecord, words: Words) -> ReturnOutcome:
    condition = told.condition or ""
    return ReturnOutcome(
        line_ref=told.line_ref or "",
        sku=told.sku,
        quantity=told.qty,
        disposition=words.known("disposition", told.disposition, DISPOSITIONS),
        raw_disposition=told.raw_disposition or told.disposition,
        reason=words.known("condition", condition, CONDITIONS),
        raw_reason=told.raw_condition or condition,
        lot=told.lot or "",
        serials=tuple(told.serials or ()),
        note=told.note or "",
    )


def hold(value: Any, *, hold_id: str = "") -> Hold:
    """A hold. Raises UnreadableError when it is not the one with `hold_id`, where that is given."""
    told, words = structure(HoldRecord, value), Words()
    if hold_id:
        same_subject("hold", "id", told.id, hold_id)
    return Hold(
        id=told.id,
        kind=words.known("kind", told.kind, HOLD_KINDS),
        opened_at=told.opened_at,
        note=told.note or "",
        source=words.known("source", told.source or "", HOLD_SOURCES),
        released_at=told.released_at,
    )


def event(value: Any, words: Words) -> Event:
    """A row of the event feed, or the body of a webhook."""
    told = structure(EventRecord, value)
    return Event(
        id=told.id,
        type=words.known("type", told.type, EVENT_TYPES),
        occurred_at=told.occurred_at,
        resource=told.resource,
        version=told.version,
        seq=told.seq,
        data=told.data or {},
    )
