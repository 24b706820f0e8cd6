"""Brings dispatches back: shipments into the books, tracking numbers into OroCommerce, each exactly once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from attrs import define, evolve, field

from orogxo.errors import Conflict, Disposition, Invalid, LeaseLost, NotFound, OrogxoError, PermissionDenied
from orogxo.mapping import merge, unlike
from orogxo.model import Command, Shipment, Tracking
from orogxo.orchestrator.decision import entry
from orogxo.orchestrator.engine import Engine, pause_for
from orogxo.orchestrator.events import ShipmentRead, TrackingRefused, TrackingShown
from orogxo.orchestrator.recording import raise_item
from orogxo.ports import Transaction
from orogxo.rules import Violation

CURSOR = "gxo:shipments"
KIND = "track"
REFUSED_AGAIN = dt.timedelta(hours=1)


@define
class Feedback:
    """One pass over the warehouse's dispatches and the trackings that OroCommerce does not show yet."""

    engine: Engine
    shipments: int = 0
    tracked: int = 0
    troubles: list[OrogxoError] = field(factory=list)
    _in_a_row: int = 0

    def run(self) -> None:
        """Read every new shipment, then write every tracking that is due."""
        if self.engine.paused("gxo") is None:
            self.read()
        while not self.engine.policy.shadow and self.engine.paused("oro") is None:
            claimed = self.engine.claim(KIND)
            if not claimed:
                return
            self._write(claimed)

    def read(self) -> None:
        """Read every new shipment into the books. Raises ApiError."""
        with self.engine.store.transaction() as rows:
            cursor = rows.cursor(CURSOR)
        more = True
        while more:
            page = self.engine.warehouse.shipments(cursor)
            with self.engine.store.transaction() as rows:
                for shipment in page.shipments:
                    self._dispatched(rows, shipment)
                for problem in page.unreadable:
                    self._raise(rows, "SHIPMENT_UNREADABLE", _short(problem), problem)
                for trouble in page.troubles:
                    self._raise(rows, trouble.code, trouble.path, trouble.message, *trouble.evidence)
                rows.set_cursor(CURSOR, page.cursor)
            cursor, more = page.cursor, page.more

    def _dispatched(self, rows: Transaction, shipment: Shipment) -> None:
        self.shipments += 1
        order_id = shipment.order_ref.removeprefix(self.engine.tables.reference_prefix)
        if self.engine.policy.shadow and self._done_by_people(rows, order_id, shipment):
            return
        if rows.fulfilment(order_id) is None:
            text = f"shipment {shipment.id} is for order {shipment.order_ref!r}, which is unknown here"
            self._raise(rows, "UNKNOWN_ORDER_SHIPPED", shipment.id, text)
            return
        self.engine.happen(rows, order_id, ShipmentRead(shipment))

    def _done_by_people(self, rows: Transaction, order_id: str, shipment: Shipment) -> bool:
        """In shadow mode: hold what people shipped against what would have been asked. False: unknown."""
        known = rows.fulfilment(order_id)
        found = [known] if known else rows.find(shipment.po_number or "")
        for fulfilment in found:
            shipments = merge(fulfilment.shipments, shipment)
            kept = rows.save(evolve(fulfilment, shipments=shipments))
            if not any(each.final for each in shipments) or kept.request is None:
                continue
            unalike, now = unlike(kept.request, shipments), self.engine.now()
            text = "shadow: people shipped " + ("otherwise: " + "; ".join(unalike) if unalike else "the same")
            rows.record(entry(kept.order_id, now, "shadow", text))
            if unalike:
                told = f"order {kept.identifier}: " + "; ".join(unalike)
                violation = Violation("SHADOW_DIFFERENCE", shipment.id, told, unalike)
                raise_item(rows, kept.order_id, violation, now=now, identifier=kept.identifier)
        return bool(found)

    def _raise(self, rows: Transaction, code: str, path: str, message: str, *evidence: str) -> None:
        violation = Violation(code=code, path=path, message=message, evidence=evidence or (message,))
        raise_item(rows, "flow:feedback", violation, now=self.engine.now())

    def _write(self, claimed: Sequence[Command]) -> None:
        shown: dict[str, Sequence[Tracking]] = {}
        for command in claimed:
            pause = self.engine.paused("oro")
            if pause is not None:
                with self.engine.store.transaction() as rows:
                    rows.postpone(command, until=pause.until, note="OroCommerce is left alone")
                continue
            tracking = Tracking(command.payload["method"], command.payload["number"])
            try:
                # OroCommerce takes the same tracking twice, so every attempt looks before it adds.
                if command.order_id not in shown:
                    shown[command.order_id] = self.engine.storefront.trackings(command.order_id)
                found = tracking in shown[command.order_id]
                if not found and not self.engine.covered(command):
                    raise LeaseLost("too little of the lease is left; the next run adds the tracking")
                if not found:
                    self.engine.storefront.add_tracking(command.order_id, tracking)
            except OrogxoError as error:
                self._failed(command, tracking, error)
                continue
            with self.engine.store.transaction() as rows:
                self.engine.happen(rows, command.order_id, TrackingShown(tracking, found=found))
                rows.complete(command, now=self.engine.now(), note="found" if found else "added")
            self.tracked += 1
            self._in_a_row = 0

    def _failed(self, command: Command, tracking: Tracking, error: OrogxoError) -> None:
        now, policy = self.engine.now(), self.engine.policy
        later = now + policy.retry_after(command.attempts)
        with self.engine.store.transaction() as rows:
            if isinstance(error, Invalid | Conflict | NotFound | PermissionDenied):
                problems = error.problems or (error.message,)
                self.engine.happen(rows, command.order_id, TrackingRefused(tracking, problems))
                later = now + REFUSED_AGAIN
            else:
                self.troubles.append(error)
                self._in_a_row += 1
                if error.disposition is Disposition.RECONCILE:
                    later = now + policy.quarantine
                elif error.disposition is not Disposition.RETRY or self._in_a_row >= policy.circuit:
                    pause_for(self.engine, rows, "oro", error)
            rows.postpone(command, until=later, note=str(error))


def _short(sentence: str) -> str:
    """A name for `sentence`; two that only begin alike have two."""
    return f"{sentence[:60]}#{hashlib.sha256(sentence.encode()).hexdigest()[:8]}"
