"""A snapshot of stock with 2 % changed, staged and taken over by `SQLiteStore`, next to the bare comparison.

The bare comparison is `EXCEPT` both ways of two tables with the same rows and keys, already filled, each
difference read: what nobody can do without who compares in SQL. Each size runs in a process of its own, so
the memory measured is its alone. The run fails where another number of SKUs falls due than was changed.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from benchmarks import Measurement
from orogxo.model import Quantity, SnapshotMark, StockRow
from orogxo.storage import SQLiteStore

SIZES = (10_000, 100_000, 1_000_000)
PAGE, EVERY = 5_000, 50
MOST_TIMES, MOST_MEGABYTES = 1.5, 150.0
NOW = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

BARE = (
    "ATTACH ? AS other",
    "SELECT * FROM other.stock_figures EXCEPT SELECT * FROM main.stock_figures",
    "SELECT * FROM main.stock_figures EXCEPT SELECT * FROM other.stock_figures",
)


def run() -> Iterator[Measurement]:
    """Rows staged a second, seconds to take over and to compare barely, and how far memory's peak grew."""
    context = multiprocessing.get_context("spawn")
    for size in SIZES:
        with context.Pool(1, maxtasksperchild=1) as pool:
            stage, take_over, grown = pool.apply(measure, (size,))
            bare = pool.apply(compare_barely, (size,))
        yield Measurement(f"stock_store_stage_{size}", size / stage, "rows/s")
        yield Measurement(f"stock_store_take_over_{size}", take_over, "s", bare, take_over / bare)
        memory = Measurement(f"stock_store_memory_growth_{size}", grown, "MB", MOST_MEGABYTES)
        yield replace(memory, ratio=grown / MOST_MEGABYTES)
        if size == SIZES[-1] and (take_over > MOST_TIMES * bare or grown > MOST_MEGABYTES):
            raise SystemExit(f"{take_over:.2f} s against {bare:.2f} s, {grown:.1f} MB: more than may be")


def measure(size: int) -> tuple[float, float, float]:
    """(seconds to stage, seconds to take over, megabytes grown) for `size` SKUs, 2 % of them changed."""
    with tempfile.TemporaryDirectory() as folder, closing(SQLiteStore(Path(folder) / "stock.db")) as store:
        before = _peak()
        first, second = SnapshotMark("S-1", NOW, size), SnapshotMark("S-2", NOW + HOUR, size)
        _stage(store, first)
        _take_over(store, first)
        with store.transaction() as tx:
            while due := tx.due("", PAGE):
                tx.settle(due)
        stage = _timed(lambda: _stage(store, second, changed=True))
        take_over = _timed(lambda: _take_over(store, second))
        grown = _peak() - before
        with store.transaction() as tx:
            count, _ = tx.count_due()
            if count != size // EVERY or tx.figures(["SKU-0000000"])["SKU-0000000"][0].quantity.amount != 1:
                raise SystemExit(f"{count} SKUs fell due and {size // EVERY} were changed")
        return stage, take_over, grown


def compare_barely(size: int) -> float:
    """Seconds for the same two snapshots, in two files, in tables of the same form."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("old.db", "new.db")]
        for path in paths:
            with closing(SQLiteStore(path)) as store:
                mark = SnapshotMark("S-1", NOW, size)
                _stage(store, mark, changed=path is paths[1])
                _take_over(store, mark)
        attach, *differences = BARE
        with closing(sqlite3.connect(paths[0])) as connection:
            connection.execute(attach, [str(paths[1])])
            for name in ("main", "other"):
                connection.execute(f"PRAGMA {name}.cache_size = -32768")
            return _timed(lambda: [sum(1 for _ in connection.execute(sql)) for sql in differences])


def _rows(start: int, *, changed: bool) -> Iterator[StockRow]:
    for at in range(start, start + PAGE):
        amount = at % 997 + (changed and at % EVERY == 0)
        yield StockRow(f"SKU-{at:07}", "available", Quantity(amount, "EA"), "ATL1")


def _stage(store: SQLiteStore, mark: SnapshotMark, *, changed: bool = False) -> None:
    for start in range(0, mark.rows, PAGE):
        with store.transaction() as tx:
            tx.stage(mark.id, _rows(start, changed=changed), page=str(start))


def _take_over(store: SQLiteStore, mark: SnapshotMark) -> None:
    with store.transaction() as tx:
        tx.take_over(mark, now=NOW)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _peak() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
