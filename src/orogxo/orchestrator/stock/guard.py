"""Stops a push that would zero or raise an unusual share of rows, and asks a person.

The share is judged over all that is due: rows are counted as they are computed, against as many rows as all
due SKUs will have if the rest are like the ones so far. So the memory is constant, and the question comes
before the first row beyond the share. While it is open no further row is zeroed (or raised), in any run.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import define, field

from orogxo.model import LevelChange
from orogxo.orchestrator.engine import Engine, too_many
from orogxo.orchestrator.recording import close_item
from orogxo.orchestrator.stock.policy import StockPolicy
from orogxo.ports import Transaction

UNUSUAL = {"zeroed": "STOCK_ZEROES_UNUSUAL", "raised": "STOCK_RAISES_UNUSUAL"}
GUARD = "flow:guard"


def kind_of(change: LevelChange) -> str:
    """What a guard calls this change: "zeroed", "raised", or "lowered", which needs no guard."""
    if change.raises:
        return "raised"
    return "zeroed" if change.after <= 0 < change.before else "lowered"


@define
class Guard:
    """The count of one run. `stopped`: the kinds of change that are not made until somebody agrees."""

    engine: Engine
    policy: StockPolicy
    due: int
    stopped: set[str] = field(factory=set)
    agreed: set[str] = field(factory=set)
    _counts: dict[str, int] = field(factory=lambda: dict.fromkeys(UNUSUAL, 0))
    _rows: int = 0
    _skus: int = 0

    @classmethod
    def begin(cls, engine: Engine, policy: StockPolicy, due: int) -> Guard:
        """The guard of a run with so many SKUs due; what was asked before and not answered stays stopped."""
        guard, today = cls(engine, policy, due), f"{engine.now():%Y-%m-%d}"
        with engine.store.transaction() as rows:
            asked = {item.code for item in rows.exceptions(subject=GUARD)}
            for kind, code in UNUSUAL.items():
                answer = rows.exception(f"{GUARD}:{code}:{today}")
                if answer is not None and answer.acknowledged:
                    guard.agreed.add(kind)
                elif code in asked:
                    guard.stopped.add(kind)
        return guard

    def count(self, skus: int, rows: int, changes: Iterable[LevelChange]) -> None:
        """Count a slice that was computed for the first time in this run: so many due SKUs, so many rows."""
        self._skus += skus
        self._rows += rows
        for change in changes:
            kind = kind_of(change)
            if kind in self._counts:
                self._counts[kind] += 1
        for kind in UNUSUAL.keys() - self.stopped - self.agreed:
            if self._counts[kind] > self._most(kind, self._expected()):
                self._ask(kind, self._expected())

    def lets(self, change: LevelChange) -> bool:
        """Whether the change may be made now."""
        return kind_of(change) not in self.stopped

    def end(self) -> bool:
        """Ask again with the numbers of the whole run, or close the question where it was not unusual.

        Returns whether anything that was stopped may be done after all.
        """
        before = set(self.stopped)
        for kind, code in UNUSUAL.items():
            if kind in self.stopped or self._counts[kind] <= self._most(kind, self._rows):
                self._ask(kind, self._rows)
            with self.engine.store.transaction() as rows:
                self._forget_other_days(rows, code)
        return before > self.stopped

    def _forget_other_days(self, rows: Transaction, code: str) -> None:
        now = self.engine.now()
        for item in rows.exceptions(subject=GUARD):
            if item.code == code and item.path != f"{now:%Y-%m-%d}":
                close_item(rows, item, now=now, by="asked anew today")

    def _expected(self) -> int:
        return max(self._rows, self._rows * self.due // max(1, self._skus))

    def _most(self, kind: str, rows: int) -> int:
        share: Fraction = self.policy.most_zeroed if kind == "zeroed" else self.policy.most_raised
        return max(self.policy.few, int(share * rows))

    def _ask(self, kind: str, rows: int) -> None:
        most = self._most(kind, rows)
        what = f"rows of stock to be {kind} (of {rows} that are looked at)"
        if too_many(self.engine, UNUSUAL[kind], self._counts[kind], most, what):
            self.stopped.add(kind)
        else:
            self.stopped.discard(kind)
            self.agreed.add(kind)
