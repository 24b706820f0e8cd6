"""Whose turn it is: one worker at a time runs the stock flow, and a dead one loses its turn by itself.

Two workers could each lower what the other raised. A command that is never finished is the lease: whoever
claims it runs, and must show signs of life before and after each write.
"""

from __future__ import annotations

import datetime as dt

from attrs import define

from orogxo.errors import LeaseLost
from orogxo.model import Command
from orogxo.orchestrator.engine import Engine
from orogxo.ports import Transaction

KIND = "stock"
KEY = "stock:turn"


@define
class Turn:
    """The turn of one worker. Make it with `take`."""

    engine: Engine
    lease: dt.timedelta
    _held: Command

    @classmethod
    def take(cls, engine: Engine, lease: dt.timedelta) -> Turn | None:
        """The turn, or None while another worker has it."""
        with engine.store.transaction() as rows:
            rows.enqueue(Command(KEY, KIND, "", created_at=engine.now()))
            held = _claim(rows, engine, lease)
        return None if held is None else cls(engine, lease, held)

    def keep(self, rows: Transaction) -> None:
        """Begin the lease anew, within `rows`. Raises LeaseLost where another worker has the turn by now."""
        rows.postpone(self._held, until=self.engine.now(), note="at work")
        held = _claim(rows, self.engine, self.lease)
        if held is None:  # pragma: no cover - the store gives back what it has just taken
            raise LeaseLost("the turn of the stock flow was lost")
        self._held = held

    def end(self) -> None:
        """Let the next worker have it; whoever lost it has nothing to give back."""
        with self.engine.store.transaction() as rows:
            try:
                rows.postpone(self._held, until=self.engine.now(), note="done")
            except LeaseLost:
                return


def _claim(rows: Transaction, engine: Engine, lease: dt.timedelta) -> Command | None:
    found = rows.claim(KIND, now=engine.now(), lease=lease, owner=engine.worker, limit=1)
    return found[0] if found else None
