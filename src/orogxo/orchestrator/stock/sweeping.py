"""Decides what is looked at although nothing new was told of it: a part of all rows, and what had problems.

Checkouts read a row and write it back without a lock, so one may overwrite a push; people edit rows, units
and settings; none of them tells. Every run looks at the next rows, so that in time all have been.
"""

from __future__ import annotations

import datetime as dt

from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.stock.policy import StockEnds
from orogxo.orchestrator.stock.problems import Problems
from orogxo.orchestrator.stock.unfinished import read_writes

SWEPT, RECHECKED = "stock:swept", "stock:rechecked"
BEGINNING = "0"


def sweep(engine: Engine, ends: StockEnds) -> int:
    """Let the SKUs of the next rows fall due; how many rows they are. Raises ApiError."""
    with engine.store.transaction() as rows:
        after = rows.cursor(SWEPT) or BEGINNING
    levels = ends.front.levels_after(after, ends.policy.sweep)
    whole = len(levels) < ends.policy.sweep
    with engine.store.transaction() as rows:
        rows.fall_due({level.sku for level in levels}, now=engine.now(), why="its turn in the sweep")
        rows.set_cursor(SWEPT, BEGINNING if whole else levels[-1].id)
    return len(levels)


def look_again(engine: Engine, ends: StockEnds, problems: Problems) -> None:
    """Let SKUs with an unfinished write fall due, and now and then those with an open exception."""
    now = engine.now()
    with engine.store.transaction() as rows:
        stuck = {sku for write in read_writes(rows) for sku in write.skus}
        rows.fall_due(sorted(stuck), now=now, why="a write of it is unfinished")
        told = rows.cursor(RECHECKED)
        if not told or now >= dt.datetime.fromisoformat(told) + ends.policy.recheck_every:
            rows.fall_due(problems.skus, now=now, why="it has an open exception")
            rows.set_cursor(RECHECKED, now.isoformat())
