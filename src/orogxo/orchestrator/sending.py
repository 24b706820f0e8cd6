"""Sends what is ready, each order at most once: intent first, lost replies looked up, nothing guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeAlias

from attrs import define, field

from orogxo.errors import Conflict, Disposition, Invalid, MappingError, OrogxoError
from orogxo.model import Acknowledgement, Command, Fulfilment, FulfilmentRequest, State
from orogxo.orchestrator.after_send import to_send
from orogxo.orchestrator.engine import Engine, chunks, not_processed, pause_for, too_many
from orogxo.orchestrator.events import (
    Acknowledged,
    Event,
    MayResend,
    NotSentYet,
    OutcomeUnknown,
    Refused,
    SendBegun,
)
from orogxo.orchestrator.intake import Intake
from orogxo.ports import Transaction, WarehouseFacts

KIND = "submit"

Answer: TypeAlias = "Acknowledgement | OrogxoError | None"


@define
class Sending:
    """One pass over the submit commands that are due."""

    engine: Engine
    intake: Intake
    submitted: int = 0
    refused: int = 0
    looked_up: int = 0
    troubles: list[OrogxoError] = field(factory=list)
    _in_a_row: int = 0

    def run(self) -> None:
        """Claim and send until nothing is due, or the warehouse wants to be left alone."""
        if self.engine.policy.shadow:
            return
        with self.engine.store.transaction() as rows:
            waiting = rows.counts().get(State.READY, 0)
        if too_many(self.engine, "SUBMITS_UNUSUAL", waiting, self.engine.policy.most_submits, "orders"):
            return
        while self.engine.paused("gxo") is None:
            claimed = self.engine.claim(KIND)
            if not claimed:
                return
            self._work(claimed)

    def _work(self, claimed: Sequence[Command]) -> None:
        facts = self.engine.warehouse.facts()
        unsure, fresh = [], []
        with self.engine.store.transaction() as rows:
            for command in claimed:
                fulfilment = rows.fulfilment(command.order_id)
                if fulfilment is not None and fulfilment.state is State.SUBMITTING:
                    unsure.append(command)
                elif _current(fulfilment, command):
                    fresh.append(command)
                else:
                    rows.abandon(command, now=self.engine.now(), note="superseded")
        for command in self._until_paused(unsure):
            self._settle_doubt(command, facts)
        # The order is read again just before it is sent: a cancelled or edited one must not go out as it was.
        self.intake.reread([command.order_id for command in fresh])
        for group in chunks(self._until_paused(fresh), self.engine.workers):
            self._send(group, facts)

    def _until_paused(self, commands: Sequence[Command]) -> Iterator[Command]:
        """The commands, as long as the warehouse may be talked to; then the rest is given back for later."""
        for command in commands:
            pause = self.engine.paused("gxo")
            if pause is None:
                yield command
                continue
            with self.engine.store.transaction() as rows:
                rows.postpone(command, until=pause.until, note=f"the warehouse is left alone: {pause.reason}")

    def _settle_doubt(self, command: Command, facts: WarehouseFacts) -> None:
        """An earlier attempt may have reached the warehouse; no request of it can be under way any more."""
        if facts.lookup:
            answer = self._find(command.order_id)
            if isinstance(answer, OrogxoError):
                self._postpone(command, answer)
                return
            event: Event = MayResend("the warehouse was asked and has no such order")
            if answer is not None:
                event = Acknowledged(answer, looked_up=True)
            self.looked_up += answer is not None
        elif facts.natural_key:
            event = MayResend("the site treats a repeated order as the same order", absent=False)
        else:
            event = OutcomeUnknown("a worker stopped while sending, or a reply was lost", answerable=False)
        with self.engine.store.transaction() as rows:
            self.engine.happen(rows, command.order_id, event)
            rows.complete(command, now=self.engine.now(), note=type(event).__name__)

    def _send(self, group: Sequence[Command], facts: WarehouseFacts) -> None:
        begun: list[tuple[Command, FulfilmentRequest]] = []
        with self.engine.store.transaction() as rows:
            for command in group:
                request = self._begin(rows, command)
                if request is not None:
                    begun.append((command, request))
        answers = self.engine.overlap(self._submit, [request for _, request in begun]) if begun else []
        for (command, request), answer in zip(begun, answers, strict=True):
            self._record(command, self._asked_again(request, answer, facts), facts)

    def _begin(self, rows: Transaction, command: Command) -> FulfilmentRequest | None:
        now, fulfilment = self.engine.now(), rows.fulfilment(command.order_id)
        if not _current(fulfilment, command):
            rows.abandon(command, now=now, note="superseded")
            return None
        if not self.engine.covered(command):
            rows.postpone(command, until=now, note="lease too short to send under")
            return None
        begun = self.engine.happen(rows, command.order_id, SendBegun())
        return to_send(begun) if begun else None

    def _submit(self, request: FulfilmentRequest) -> Acknowledgement | OrogxoError:
        try:
            return self.engine.warehouse.submit(request)
        except OrogxoError as error:
            return error

    def _find(self, order_id: str) -> Answer:
        with self.engine.store.transaction() as rows:
            fulfilment = rows.fulfilment(order_id)
        ref = fulfilment.request.ref if fulfilment and fulfilment.request else order_id
        try:
            return self.engine.warehouse.find(ref)
        except OrogxoError as error:
            return error

    def _asked_again(
        self, request: FulfilmentRequest, answer: Acknowledgement | OrogxoError, facts: WarehouseFacts
    ) -> Acknowledged | OrogxoError:
        """After a lost reply or a conflict the warehouse is asked at once; a "no" proves nothing yet."""
        if isinstance(answer, Acknowledgement):
            return Acknowledged(answer)
        if isinstance(answer, Conflict) and not facts.lookup and self._may_have_it(request.order_id):
            # A repeated order is refused because the first one is there: that answers the question.
            there = Acknowledgement(request.ref, "accepted", reason=answer.message)
            return Acknowledged(there, looked_up=True, as_before=True)
        if facts.lookup and (isinstance(answer, Conflict) or _unknown(answer)):
            with suppress(OrogxoError):
                found = self.engine.warehouse.find(request.ref)
                return answer if found is None else Acknowledged(found, looked_up=True)
        return answer

    def _may_have_it(self, order_id: str) -> bool:
        with self.engine.store.transaction() as rows:
            fulfilment = rows.fulfilment(order_id)
        return fulfilment is not None and fulfilment.at_warehouse

    def _record(self, command: Command, answer: Acknowledged | OrogxoError, facts: WarehouseFacts) -> None:
        with self.engine.store.transaction() as rows:
            now = self.engine.now()
            if isinstance(answer, Acknowledged):
                self.engine.happen(rows, command.order_id, answer)
                note = "found by look-up" if answer.looked_up else "acknowledged"
                rows.complete(command, now=now, note=note)
                self._in_a_row = 0
                self.submitted += 1
                self.looked_up += answer.looked_up
            elif isinstance(answer, Invalid | Conflict | MappingError):
                problems = getattr(answer, "problems", ()) or (answer.message,)
                self.engine.happen(rows, command.order_id, Refused(answer.code, tuple(problems)))
                rows.complete(command, now=now, note=f"refused: {answer.code}")
                self.refused += 1
            elif not_processed(answer):
                self.engine.happen(rows, command.order_id, NotSentYet(str(answer)))
                rows.postpone(command, until=self._later(command), note=str(answer))
                self._troubled(rows, answer)
            else:
                self._record_unknown(rows, command, answer, facts)

    def _record_unknown(
        self, rows: Transaction, command: Command, error: OrogxoError, facts: WarehouseFacts
    ) -> None:
        answerable = facts.lookup or facts.natural_key
        self.troubles.append(error)
        self.engine.happen(rows, command.order_id, OutcomeUnknown(str(error), answerable=answerable))
        if answerable:
            until = self.engine.now() + self.engine.policy.quarantine
            rows.postpone(command, until=until, note=f"outcome unknown: {error}")
        else:
            rows.complete(command, now=self.engine.now(), note="in doubt: a person decides")

    def _postpone(self, command: Command, error: OrogxoError) -> None:
        with self.engine.store.transaction() as rows:
            rows.postpone(command, until=self._later(command), note=str(error))
            self._troubled(rows, error)

    def _troubled(self, rows: Transaction, error: OrogxoError) -> None:
        """Trouble with the warehouse as a whole, not with this order: pause it and say so."""
        self.troubles.append(error)
        self._in_a_row += 1
        if error.disposition is not Disposition.RETRY or self._in_a_row >= self.engine.policy.circuit:
            pause_for(self.engine, rows, "gxo", error)

    def _later(self, command: Command) -> dt.datetime:
        return self.engine.now() + self.engine.policy.retry_after(command.attempts)


def _current(fulfilment: Fulfilment | None, command: Command) -> bool:
    if fulfilment is None or fulfilment.state is not State.READY:
        return False
    return command.payload.get("revision") == str(fulfilment.revision)


def _unknown(error: OrogxoError) -> bool:
    return not isinstance(error, Invalid | MappingError) and not not_processed(error)
