"""Asks the warehouse about orders that it has: to cancel, to change, and how it gets on.

Asking twice does no harm here: a cancellation heard twice is one, a change with the same content is a no-op
where the site says so, a look-up changes nothing. So a lost reply simply means asking again later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from attrs import define, field

from orogxo.errors import Conflict, Disposition, Invalid, MappingError, NotFound, OrogxoError
from orogxo.model import Answer, CancelAnswer, Command, Fulfilment, State
from orogxo.orchestrator.engine import Engine, pause_for, too_many
from orogxo.orchestrator.events import Acknowledged, CancelAnswered, ChangeAnswered, Event
from orogxo.ports import WarehouseFacts

PENDING_AGAIN = dt.timedelta(minutes=10)


@define
class Asking:
    """One pass over the questions that are due."""

    engine: Engine
    answered: int = 0
    troubles: list[OrogxoError] = field(factory=list)

    def run(self) -> None:
        """Ask everything that is due, cancellations first, until the warehouse wants to be left alone."""
        ask: Mapping[str, Callable[[Fulfilment, WarehouseFacts], Event | None]] = {
            "cancel": self._cancel,
            "change": self._change,
            "look": self._look,
        }
        if self.engine.policy.shadow:
            return
        for kind, question in ask.items():
            if kind == "cancel" and self._unusual():
                continue
            while self.engine.paused("gxo") is None:
                claimed = self.engine.claim(kind)
                if not claimed:
                    break
                for command in claimed:
                    self._ask(command, question)

    def _unusual(self) -> bool:
        with self.engine.store.transaction() as rows:
            waiting = rows.counts().get(State.CANCELLING, 0)
        most = self.engine.policy.most_cancels
        return too_many(self.engine, "CANCELS_UNUSUAL", waiting, most, "cancellations")

    def _ask(self, command: Command, question: Callable[[Fulfilment, WarehouseFacts], Event | None]) -> None:
        with self.engine.store.transaction() as rows:
            fulfilment = rows.fulfilment(command.order_id)
            if fulfilment is None or not _current(fulfilment, command):
                rows.complete(command, now=self.engine.now(), note="no longer asked")
                return
        try:
            event = question(fulfilment, self.engine.warehouse.facts())
        except OrogxoError as error:
            self._failed(command, error)
            return
        with self.engine.store.transaction() as rows:
            known = self.engine.happen(rows, command.order_id, event) if event else fulfilment
            if known is not None and _current(known, command):
                wait = PENDING_AGAIN if command.kind == "cancel" else self.engine.policy.look_every
                rows.postpone(command, until=self.engine.now() + wait, note="asked, to be asked again")
            else:
                rows.complete(command, now=self.engine.now(), note="answered")
                self.answered += 1

    def _cancel(self, fulfilment: Fulfilment, facts: WarehouseFacts) -> Event:
        if not facts.cancel:
            why = "the site takes no cancellations from here; only its people can still stop it"
            return CancelAnswered(CancelAnswer(Answer.REFUSED, why, fulfilment.warehouse_state))
        try:
            return CancelAnswered(self.engine.warehouse.cancel(_ref(fulfilment)))
        except (Conflict, Invalid) as refusal:
            why = "; ".join(refusal.problems) or refusal.message
            return CancelAnswered(CancelAnswer(Answer.REFUSED, why, fulfilment.warehouse_state))
        except NotFound:
            if fulfilment.warehouse_state:
                raise
            return CancelAnswered(CancelAnswer(Answer.DONE, "the warehouse never had the order"))

    def _change(self, fulfilment: Fulfilment, facts: WarehouseFacts) -> Event:
        if not facts.change or not facts.natural_key or fulfilment.proposed is None:
            return ChangeAnswered(None, ("the site takes no changes from here",))
        try:
            version = fulfilment.warehouse_version
            return ChangeAnswered(self.engine.warehouse.change(fulfilment.proposed, version))
        except (Conflict, Invalid, MappingError) as refusal:
            return ChangeAnswered(None, tuple(getattr(refusal, "problems", ())) or (refusal.message,))

    def _look(self, fulfilment: Fulfilment, facts: WarehouseFacts) -> Event | None:
        found = self.engine.warehouse.find(_ref(fulfilment)) if facts.lookup else None
        if found is None and facts.lookup:
            raise NotFound(
                f"the warehouse no longer knows order {fulfilment.identifier}, which it had accepted",
                system="gxo",
                context={"order": fulfilment.order_id},
            )
        return Acknowledged(found, looked_up=True) if found else None

    def _failed(self, command: Command, error: OrogxoError) -> None:
        now, policy = self.engine.now(), self.engine.policy
        self.troubles.append(error)
        with self.engine.store.transaction() as rows:
            if error.disposition in (Disposition.WAIT, Disposition.FATAL):
                pause_for(self.engine, rows, "gxo", error)
            rows.postpone(command, until=now + policy.retry_after(command.attempts), note=str(error))


def _ref(fulfilment: Fulfilment) -> str:
    return fulfilment.request.ref if fulfilment.request else fulfilment.order_id


def _current(fulfilment: Fulfilment, command: Command) -> bool:
    """Whether this is still a question."""
    if command.kind == "cancel":
        return fulfilment.state is State.CANCELLING
    if command.kind == "change":
        return (
            fulfilment.change is Answer.PENDING
            and fulfilment.state is State.ACCEPTED
            and command.payload.get("revision") == str(fulfilment.revision)
        )
    return fulfilment.state in (State.ACCEPTED, State.PICKING)
