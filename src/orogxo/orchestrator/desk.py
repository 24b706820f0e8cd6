"""The exception desk: what waits for people, and the only ways to let it go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from orogxo.errors import OrogxoError
from orogxo.model import Acknowledgement, ExceptionItem, Fulfilment, Waiver
from orogxo.orchestrator.decision import entry
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.events import Acknowledged, Event, MayResend, Waived
from orogxo.orchestrator.recording import close_item
from orogxo.ports import Transaction


@frozen
class ExceptionDesk:
    """Open exceptions and what may be done about them.

    An exception closes only by a re-check that passes, by a waiver of a rule that can be waived, or (for an
    order in doubt) by a person's answer. Nothing here sends anything: the next run does, after a fresh read.
    """

    engine: Engine
    reread: Callable[[str], None]

    def open(self, *, order_id: str | None = None) -> Sequence[ExceptionItem]:
        """Open exceptions, oldest first; of one order if given."""
        with self.engine.store.transaction() as rows:
            return rows.exceptions(subject=order_id)

    def get(self, exception_id: str) -> ExceptionItem:
        """The exception with that id, open or closed. Raises OrogxoError (EXCEPTION_UNKNOWN)."""
        with self.engine.store.transaction() as rows:
            return _item(rows, exception_id)

    def assign(self, exception_id: str, *, to: str) -> ExceptionItem:
        """Put a person or team in charge."""
        with self.engine.store.transaction() as rows:
            item = evolve(_item(rows, exception_id), assigned_to=to)
            rows.put_exception(item)
            now = self.engine.now()
            rows.record(entry(item.subject, now, "assigned", f"exception {item.code} assigned to {to}"))
            return item

    def waive(self, exception_id: str, *, by: str, reason: str) -> ExceptionItem:
        """Let the order go in spite of this rule: recorded with user, reason and time, then re-checked.

        Raises OrogxoError: UNSIGNED without user or reason, NOT_WAIVABLE where only a correction helps.
        """
        _signed(by, reason)
        with self.engine.store.transaction() as rows:
            item, now = _item(rows, exception_id), self.engine.now()
            if not item.waivable:
                raise OrogxoError(
                    f"{item.code} cannot be waived: {item.hint}",
                    code="NOT_WAIVABLE",
                    context={"order": item.identifier or item.subject},
                )
            waiver = Waiver(code=item.code, by=by, reason=reason, at=now)
            self.engine.happen(rows, item.subject, Waived(waiver))
        self.reread(item.subject)
        return self.get(exception_id)

    def acknowledge(self, exception_id: str, *, by: str, reason: str) -> ExceptionItem:
        """Close news that blocks nothing (another carrier, an over-shipment) once somebody saw to it.

        The same news with the same evidence stays closed; other evidence opens it again. Raises OrogxoError:
        STILL_BLOCKS for an exception that holds an order, UNSIGNED without user or reason.
        """
        _signed(by, reason)
        with self.engine.store.transaction() as rows:
            item = _item(rows, exception_id)
            if item.blocks:
                raise OrogxoError(f"{item.code} holds the order: {item.hint}", code="STILL_BLOCKS")
            item = evolve(item, acknowledged=True)
            close_item(rows, item, now=self.engine.now(), by=f"{by}: {reason}")
        return self.get(exception_id)

    def recheck(self, exception_id: str) -> ExceptionItem:
        """Read the order again and decide anew; returns the exception, closed if the re-check passed.

        What is about a SKU ("sku:...") is looked at by the next run of the stock flow.
        """
        item = self.get(exception_id)
        if item.subject.startswith("sku:"):
            now, sku = self.engine.now(), item.subject.removeprefix("sku:")
            with self.engine.store.transaction() as rows:
                rows.fall_due([sku], now=now, why=f"{item.code} is to be checked again")
        elif not item.subject.startswith("flow:"):
            self.reread(item.subject)
        return self.get(exception_id)

    def answer(self, exception_id: str, *, at_warehouse: bool, by: str, reason: str) -> Fulfilment:
        """Settle an order in doubt: does the warehouse have it? Only a person who looked there can say.

        Raises OrogxoError: NOT_IN_DOUBT for any other exception, UNSIGNED without user or reason.
        """
        _signed(by, reason)
        with self.engine.store.transaction() as rows:
            item = _item(rows, exception_id)
            known = rows.fulfilment(item.subject)
            if item.code != "SUBMIT_IN_DOUBT" or known is None or known.request is None:
                raise OrogxoError(f"{item.code} asks no such question", code="NOT_IN_DOUBT")
            why = f"{by} looked at the warehouse: {reason}"
            event: Event = MayResend(why)
            if at_warehouse:
                event = Acknowledged(
                    Acknowledgement(known.request.ref, "accepted", reason=why), looked_up=True
                )
            now = self.engine.now()
            rows.record(entry(item.subject, now, "answered", why, {"by": by}))
            settled = self.engine.happen(rows, item.subject, event)
            return settled or known


def _signed(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise OrogxoError("this needs the name of a person and a reason", code="UNSIGNED")


def _item(rows: Transaction, exception_id: str) -> ExceptionItem:
    item = rows.exception(exception_id)
    if item is None:
        raise OrogxoError(f"there is no exception {exception_id!r}", code="EXCEPTION_UNKNOWN")
    return item
