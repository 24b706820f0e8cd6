"""The answer of `decide`: the next value of a fulfilment and everything that follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from attrs import evolve, frozen

from orogxo.model import Command, Fulfilment, JournalEntry, State, Tracking
from orogxo.rules import Violation


@frozen
class Decision:
    """What one event means.

    `fulfilment` None: nothing is to be kept. `commands` go to the outbox, `entries` to the journal, `raised`
    become exceptions; exceptions of this order named in `settled` ("CODE", or "CODE:path" for one of several)
    that are not raised again are closed.
    All of it is written in one transaction.
    """

    fulfilment: Fulfilment | None
    commands: tuple[Command, ...] = ()
    entries: tuple[JournalEntry, ...] = ()
    raised: tuple[Violation, ...] = ()
    settled: frozenset[str] = frozenset()


def entry(
    subject: str, now: dt.datetime, kind: str, text: str, data: Mapping[str, str] | None = None
) -> JournalEntry:
    """A line of the story of `subject`."""
    return JournalEntry(at=now, subject=subject, kind=kind, text=text, data=dict(data or {}))


def moved(fulfilment: Fulfilment, state: State, now: dt.datetime, kind: str, text: str) -> Decision:
    """The fulfilment in `state`, with one line in its story."""
    return Decision(
        evolve(fulfilment, state=state),
        entries=(entry(fulfilment.order_id, now, kind, text, {"state": state.value}),),
    )


def unchanged(fulfilment: Fulfilment | None) -> Decision:
    """Nothing follows."""
    return Decision(fulfilment)


def submit_command(fulfilment: Fulfilment, now: dt.datetime) -> Command:
    """Send this revision. One key per revision: the same content is never queued twice."""
    revision = str(fulfilment.revision)
    return Command(
        key=f"submit:{fulfilment.order_id}:r{revision}",
        kind="submit",
        order_id=fulfilment.order_id,
        created_at=now,
        payload={"revision": revision},
    )


def look_command(fulfilment: Fulfilment, now: dt.datetime, first: dt.datetime) -> Command:
    """Look from time to time, `first` the first time, how the warehouse gets on with this revision."""
    key = f"look:{fulfilment.order_id}:r{fulfilment.revision}"
    return Command(key=key, kind="look", order_id=fulfilment.order_id, created_at=now, not_before=first)


def tracking_command(order_id: str, tracking: Tracking, now: dt.datetime) -> Command:
    """Show this tracking in OroCommerce. One key per order, method and number."""
    return Command(
        key=f"track:{order_id}:{tracking.method}:{tracking.number}",
        kind="track",
        order_id=order_id,
        created_at=now,
        payload={"method": tracking.method, "number": tracking.number},
    )
