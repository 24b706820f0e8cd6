"""Where is my order? The story of a fulfilment in plain words, from the journal alone."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from orogxo.model import ExceptionItem, Fulfilment, JournalEntry, State, plain
from orogxo.orchestrator.engine import Engine

MEANING: dict[State, str] = {
    State.NEW: "seen, waits for authorisation in OroCommerce",
    State.HELD: "held: not sent until the problems below are settled",
    State.READY: "ready, goes to the warehouse with the next run",
    State.SUBMITTING: "being sent; the outcome is not known yet",
    State.IN_DOUBT: "in doubt: a person must ask the warehouse whether it has the order",
    State.ACCEPTED: "the warehouse has it",
    State.REJECTED: "refused by the warehouse",
    State.PICKING: "being picked and packed",
    State.PARTLY_SHIPPED: "partly shipped",
    State.SHIPPED: "shipped; tracking is on its way into OroCommerce",
    State.CLOSED: "shipped, and OroCommerce shows it",
    State.CANCELLING: "a cancellation was asked for",
    State.CANCELLED: "not sent and never will be",
}


@frozen
class Story:
    """One fulfilment, what is open about it, and everything that happened so far."""

    fulfilment: Fulfilment
    exceptions: Sequence[ExceptionItem]
    entries: Sequence[JournalEntry]

    def __str__(self) -> str:
        fulfilment = self.fulfilment
        lines = [
            f"Order {fulfilment.identifier} (PO {fulfilment.po_number or '-'}): {MEANING[fulfilment.state]}"
        ]
        for item in self.exceptions:
            lines.append(f"  ! {item.code}, owner {item.owner.value}: {item.message}")
            lines.append(f"    to settle it: {item.hint}")
        for line in fulfilment.lines:
            books = f"ordered {plain(line.ordered)}, shipped {plain(line.shipped)}, open {plain(line.open)}"
            lines.append(f"  {line.sku}: {books} {line.unit}; as sold: {line.shipped_as_sold} of {line.sold}")
        lines.extend(f"  tracking {shown.method} {shown.number}" for shown in fulfilment.trackings)
        lines.extend(f"  {entry.at:%Y-%m-%d %H:%M:%S}Z {entry.text}" for entry in self.entries)
        return "\n".join(lines)


def trace(engine: Engine, text: str) -> Sequence[Story]:
    """The stories of the orders with that id, identifier, PO number or tracking number; none if unknown."""
    with engine.store.transaction() as rows:
        return [
            Story(found, rows.exceptions(subject=found.order_id), rows.journal(found.order_id))
            for found in rows.find(text)
        ]
