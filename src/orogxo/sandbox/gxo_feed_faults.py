"""The movement feed, and what befalls movements on their way into it: lost, repeated, out of order, late."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

from attrs import define, field, frozen

Row: TypeAlias = tuple[str, dict[str, Any]]
Mishap: TypeAlias = Literal["lose", "repeat", "reorder", "delay"]


@frozen
class MovementFault:
    """What happens to the movements with `ids`, and to a `share` of all (0 to 1), as the seed decides.

    "lose": it is never told; "repeat": told twice; "reorder": told after the next one; "delay": told when
    `by` has passed since.
    """

    mishap: Mishap = field()
    ids: Collection[str] = ()
    share: Fraction = Fraction()
    by: dt.timedelta = dt.timedelta(hours=2)

    @mishap.validator
    def _check(self, _: object, value: str) -> None:
        if value not in get_args(Mishap):
            raise ValueError(f"no such mishap: {value!r}; there are {', '.join(get_args(Mishap))}")

    def strikes(self, seed: int, number: str) -> bool:
        """Whether it meets the movement of that id."""
        told = hashlib.sha256(f"{seed}/{self.mishap}/{number}".encode()).digest()
        return number in self.ids or Fraction(int.from_bytes(told[:4], "big"), 2**32) < self.share


@define
class MovementFeed:
    """Movements as they happened (`journal`) and as they are told (`rows`, append only)."""

    seed: int
    tell: Callable[[str, Mapping[str, Any]], None]
    journal: list[Row] = field(factory=list)
    rows: list[Row] = field(factory=list)
    faults: list[MovementFault] = field(factory=list)
    _late: list[tuple[dt.datetime, Row]] = field(factory=list)
    _after_next: list[Row] = field(factory=list)

    def add(self, owner: str, told: Mapping[str, Any], now: dt.datetime) -> None:
        """Write a movement down; the first fault that strikes decides when and how often it is told."""
        number = len(self.journal) + 1
        row = (owner, {"movement_id": f"M-{number:06d}", "seq": number, **told})
        self.journal.append(row)
        self.arrive(now)
        waiting, self._after_next = self._after_next, []
        self._meet(row, now)
        self.rows += waiting
        self.tell(owner, row[1])

    def _meet(self, row: Row, now: dt.datetime) -> None:
        fault = next(
            (fault for fault in self.faults if fault.strikes(self.seed, row[1]["movement_id"])), None
        )
        mishap = fault.mishap if fault else ""
        if fault and mishap == "delay":
            self._late.append((now + fault.by, row))
        elif mishap == "reorder":
            self._after_next.append(row)
        elif mishap != "lose":
            self.rows += [row] * (2 if mishap == "repeat" else 1)

    def arrive(self, now: dt.datetime) -> None:
        """Tell those late ones whose time has come."""
        self.rows += [row for due, row in self._late if due <= now]
        self._late = [(due, row) for due, row in self._late if due > now]

    def flush(self) -> None:
        """Tell everything that was held back so far."""
        self.rows += [*self._after_next, *(row for _, row in self._late)]
        self._after_next, self._late = [], []
