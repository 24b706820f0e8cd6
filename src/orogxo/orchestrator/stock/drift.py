"""Whether what moved between two snapshots explains their difference, and what was likely missed if not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from orogxo.model import Claim, SnapshotMark, StockMovement, StockRow, plain
from orogxo.orchestrator.stock.pool import NONE, FigureTerms, ToBase, changes, here, total

MOST_SUMS = 4096
"""So many different sums of movements that may lie on either side of a snapshot are tried."""


@frozen
class Drift:
    """Base units that came or went and no movement tells of: found - (before + moved)."""

    sku: str
    before: Fraction
    moved: Fraction
    found: Fraction
    cause: str

    @property
    def difference(self) -> Fraction:
        """Positive where there is more than the movements say."""
        return self.found - self.before - self.moved


def drift(
    sku: str,
    rows: tuple[Sequence[StockRow], Sequence[StockRow]],
    marks: tuple[SnapshotMark, SnapshotMark],
    movements: Iterable[StockMovement],
    claims: Iterable[Claim],
    *,
    terms: FigureTerms,
    to_base: ToBase,
) -> Drift | None:
    """None where the movements explain how the rows of the first snapshot became those of the second.

    `rows` and `marks`: the earlier snapshot's and the later one's. Raises as `pool.figure`.
    """
    before, found = (total(sku, side, terms, to_base) for side in rows)
    start, end = (mark.as_of for mark in marks)
    movements = list(movements)
    certain, perhaps, outside = NONE, [], []
    for movement, change in changes(movements, terms, to_base):
        first = movement.earliest or movement.occurred_at
        if movement.occurred_at < start or first > end:
            outside.append((movement, change))
        elif start < first and movement.occurred_at < end and here(movement, terms):
            certain += change
        else:
            perhaps.append(change)
    missing = found - before - certain
    if _some_make(missing, perhaps):
        return None
    unnamed = _shipped(missing, claims, {movement.reference for movement in movements}, (start, end))
    cause = _late(missing, outside) or unnamed or _lost(missing)
    return Drift(sku, before, certain, found, cause)


def _some_make(missing: Fraction, changes: Sequence[Fraction]) -> bool:
    """Whether some of `changes`, or none, add up to `missing`. With too many sums: whether it is in reach."""
    sums = {NONE}
    for change in changes:
        sums |= {one + change for one in sums}
        if len(sums) > MOST_SUMS:
            least, most = (sum((pick(NONE, one) for one in changes), NONE) for pick in (min, max))
            return least <= missing <= most
    return missing in sums


def _late(missing: Fraction, outside: Iterable[tuple[StockMovement, Fraction]]) -> str:
    for movement, change in outside:
        if change == missing:
            return f"movement {movement.id} tells of as much, dated {movement.occurred_at:%Y-%m-%d %H:%M}Z"
    return ""


def _shipped(
    missing: Fraction, claims: Iterable[Claim], named: Container[str], span: tuple[dt.datetime, dt.datetime]
) -> str:
    for claim in claims:
        for left in claim.left:
            in_time = left.at is not None and span[0] <= left.at <= span[1]
            if -left.amount == missing and in_time and left.ref not in named:
                return f"shipment {left.ref} of order {claim.order_id} took as much, and no movement names it"
    return ""


def _lost(missing: Fraction) -> str:
    word = "less" if missing < 0 else "more"
    told = plain(abs(missing))
    return f"{told} {word} than the movements tell: a lost message, a count, or a unit mistaken"
