"""Writes whose outcome is not known, remembered before they are sent, until a read back shows what became.

A row has at most one of them. While there is one the row is not written and its SKU is not raised, since
OroCommerce may still write the earlier number over whatever stands there.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import evolve, field, frozen

from orogxo.model import InventoryLevel, LevelChange, exact, plain
from orogxo.ports import Transaction
from orogxo.rules import Violation

UNFINISHED, CONFIRMED = "stock:unfinished", "stock:confirmed"
WRITE_OPEN = "STOCK_WRITE_UNFINISHED"


@frozen
class Sent:
    """One row of a write: what it showed and what it was told to show."""

    sku: str
    unit: str
    before: Fraction
    after: Fraction


@frozen
class Write:
    """A write, by level id. `taken`: OroCommerce is known to have it and had not finished; else nobody knows
    whether it ever arrived."""

    at: dt.datetime
    rows: Mapping[str, Sent] = field(factory=dict)
    taken: bool = False

    @property
    def name(self) -> str:
        """What it is called in an exception."""
        return self.at.isoformat()

    @property
    def skus(self) -> list[str]:
        """The SKUs of its rows, in order."""
        return sorted({row.sku for row in self.rows.values()})


def begun(changes: Iterable[LevelChange], now: dt.datetime) -> Write:
    """The write of `changes`, about to be sent."""
    rows = {one.level_id: Sent(one.sku, one.unit, one.before, one.after) for one in changes}
    return Write(now, rows)


def stuck(writes: Iterable[Write]) -> dict[str, Fraction]:
    """By level id, the most that the row may show while a write of it is unfinished."""
    return {level_id: max(row.before, row.after) for one in writes for level_id, row in one.rows.items()}


def resolved(
    writes: Iterable[Write],
    levels: Mapping[str, InventoryLevel],
    looked_at: Collection[str],
    *,
    now: dt.datetime,
    quarantine: dt.timedelta,
    confirmed: dt.datetime | None,
    dismissed: Collection[str],
) -> list[Write]:
    """What is still unfinished after the rows of the SKUs `looked_at` were read back as `levels` (by id).

    A row is settled when it shows what it was told to, or more than before: only the write did it. A write
    that may never have arrived is over when its quarantine has passed, longer than a request and a batch that
    is worked on can live. One that OroCommerce has taken is over once the quarantine has passed and a later
    one was finished, or some of its rows show it; or when a person who looked says so (`dismissed`, by name).
    """
    left: list[Write] = []
    for write in writes:
        rested = now - write.at >= quarantine
        seen = {level_id: row for level_id, row in write.rows.items() if row.sku in looked_at}
        shown = {level_id for level_id, row in seen.items() if _shows(row, levels.get(level_id))}
        over = rested and (not write.taken or bool(shown) or (confirmed is not None and confirmed > write.at))
        if over or write.name in dismissed:
            shown = set(seen)
        rows = {level_id: row for level_id, row in write.rows.items() if level_id not in shown}
        if rows:
            left.append(evolve(write, rows=rows))
    return left


def _shows(row: Sent, level: InventoryLevel | None) -> bool:
    if level is None:
        return True
    return level.quantity == row.after or (row.after > row.before and level.quantity > row.before)


def read_writes(rows: Transaction) -> list[Write]:
    """All unfinished writes."""
    return [
        Write(
            dt.datetime.fromisoformat(told["at"]),
            {
                level_id: Sent(sku, unit, exact(before), exact(after))
                for level_id, (sku, unit, before, after) in told["rows"].items()
            },
            told["taken"],
        )
        for told in json.loads(rows.cursor(UNFINISHED) or "[]")
    ]


def keep_writes(rows: Transaction, writes: Sequence[Write]) -> None:
    """Remember these and no others."""
    told = [
        {
            "at": write.at.isoformat(),
            "taken": write.taken,
            "rows": {
                level_id: (row.sku, row.unit, plain(row.before), plain(row.after))
                for level_id, row in write.rows.items()
            },
        }
        for write in writes
    ]
    rows.set_cursor(UNFINISHED, json.dumps(told) if told else "")


def violations(writes: Iterable[Write]) -> list[Violation]:
    """One for each write that OroCommerce has taken and not finished."""
    return [
        Violation(
            WRITE_OPEN,
            write.name,
            f"OroCommerce took {len(write.rows)} rows of stock at {write.at:%Y-%m-%d %H:%M:%S}Z and has not "
            "written them: is its message consumer running?",
            (f"SKUs: {', '.join(write.skus[:20])}",),
        )
        for write in writes
        if write.taken
    ]
