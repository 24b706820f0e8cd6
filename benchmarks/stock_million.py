"""A snapshot of up to 1,000,000 SKUs with 2 % changed: taken in, and what changed pushed to OroCommerce.

All parts are the real ones, over `SQLiteStore`: the gateway's pages as bytes, client, feeds, store, stock
flow, OroCommerce client with its batches. Both ends are simulated in the process, cheaply: the shop's time is
not counted, its memory is. Each size runs in a process of its own. Printed for each:

- the seconds from the first byte to "these SKUs are due", beside those of `_bare` for the same bytes; both
  take turns in the same run, and the best turn of each counts. At the greatest size once more with the SKUs
  in no order;
- how far memory's peak grew, from before the first snapshot to the end; for the other sizes also the peak of
  the Python heap alone, in a run that is traced;
- rows written, beside the rows that differ by the plain arithmetic of `_catalogue`;
- requests that write, beside rows / batch size. Each slice leaves a part-filled batch in each of its rounds
  (two where one row of a SKU must be lowered before another is raised): so many more are allowed, none else.
  Requests that ask how a batch is doing, and that read back, are printed apart;
- what the push costs a changed row, and what it waited for OroCommerce (here that passes at once).

Last comes the slope from the smallest size to the greatest. The run fails where a row too many or too few is
written, and where it takes more time, memory or requests than it may.
"""

from __future__ import annotations

import math
import multiprocessing
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing.pool import Pool
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from benchmarks import Measurement, _bare
from benchmarks import _catalogue as catalogue
from benchmarks._million import BATCH, POLICY, Company, Pushed, timed

Workers: TypeAlias = tuple[Pool, Pool]
"""The process of the company, and that of the bare comparison."""

SIZES = (10_000, 100_000, 1_000_000)
TURNS = 5
"""An odd number: the last snapshot then differs from the first."""

STRIDE = 617_003
"""A prime: multiples of it, modulo any size, are every place once, in no order."""

MOST_TIMES, MOST_MEGABYTES = 1.5, 150.0
ROUNDS = 2
"""Rounds that write, of a slice in which nothing goes wrong: lower first, then raise what waited for that."""

MOST_POLLS = 3
"""Requests about one batch here: new, finished, and the list of its errors."""


@frozen
class Times:
    """Seconds to take a snapshot in, ours and those of the bare comparison."""

    ours: float
    bare: float


@frozen
class Found:
    """What was measured at one size, memory in megabytes; of unsorted pages only where they were read."""

    size: int
    times: Times
    pushed: Pushed
    grown: float
    unsorted: Times | None = None
    grown_unsorted: float = 0.0


def run() -> Iterator[Measurement]:
    """All sizes and the slope between them."""
    found: list[Found] = []
    for size in SIZES:
        last = size == SIZES[-1]
        found.append(_measured(size, TURNS, unsorted=last))
        yield from _told(found[-1])
        if not last:
            heap = _measured(size, 1, traced=True).grown
            yield Measurement(f"stock_million_python_heap_{size}", heap, "MB")
    yield from _slope(found)
    for times in filter(None, (found[-1].times, found[-1].unsorted)):
        if times.ours > MOST_TIMES * times.bare:
            raise SystemExit(f"{times.ours:.2f} s against {times.bare:.2f} s: more than may be")


def quick() -> Iterator[Measurement]:
    """The smallest size once, for tests: rows, requests and memory are judged, no time is."""
    yield from _told(_measured(SIZES[0], 1))


def _measured(size: int, turns: int, *, traced: bool = False, unsorted: bool = False) -> Found:
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name, context.Pool(1) as theirs:
        folder = Path(name)
        with context.Pool(1, _open, (folder, size, traced)) as ours:
            workers = ours, theirs
            _turn(workers, folder, size, 1)
            times = [_turn(workers, folder, size, snapshot) for snapshot in range(2, turns + 2)]
            best = Times(min(one.ours for one in times), min(one.bare for one in times))
            pushed, grown = ours.apply(_push), ours.apply(_grown)
            if not unsorted:
                return Found(size, best, pushed, grown)
            mixed = _turn(workers, folder, size, turns + 2, stride=STRIDE)
            return Found(size, best, pushed, grown, mixed, ours.apply(_grown))


def _turn(workers: Workers, folder: Path, size: int, snapshot: int, *, stride: int = 1) -> Times:
    """Both take in one snapshot, one after the other."""
    ours, theirs = workers
    for page in folder.glob("snapshot-*.json"):
        page.unlink()
    theirs.apply(catalogue.write_pages, (folder, size, snapshot, stride))
    seconds = ours.apply(_take_in, (snapshot,))
    return Times(seconds, theirs.apply(_take_in_barely, (folder, size, snapshot)))


_companies: list[Company] = []
"""The one company of a process."""


def _open(folder: Path, size: int, traced: bool) -> None:  # noqa: FBT001  # a pool passes values by place
    _companies.append(Company.new(folder, size, traced=traced))


def _take_in(snapshot: int) -> float:
    return _companies[0].take_in(snapshot)


def _push() -> Pushed:
    return _companies[0].push()


def _grown() -> float:
    return _companies[0].grown()


def _take_in_barely(folder: Path, size: int, snapshot: int) -> float:
    return timed(lambda: _bare.take_in(folder / "bare.db", catalogue.pages_of(folder, size, snapshot)))


def _told(found: Found) -> Iterator[Measurement]:
    size, pushed, requests = found.size, found.pushed, found.pushed.requests

    def told(what: str, value: float, unit: str, baseline: float | None = None) -> Measurement:
        ratio = value / baseline if baseline else None
        return Measurement(f"stock_million_{what}_{size}", value, unit, baseline, ratio)

    reads = sum(number for kind, number in requests.items() if kind.startswith("read"))
    fewest = math.ceil(pushed.rows_due / BATCH)
    part_filled = ROUNDS * math.ceil(pushed.due / POLICY.slice)
    yield told("take_in", found.times.ours, "s", found.times.bare)
    if found.unsorted:
        yield told("take_in_unsorted", found.unsorted.ours, "s", found.unsorted.bare)
        yield told("memory_growth_unsorted", found.grown_unsorted, "MB", MOST_MEGABYTES)
    yield told("memory_growth", found.grown, "MB", MOST_MEGABYTES)
    yield told("rows_written", pushed.rows, "rows", pushed.rows_due)
    yield told("rows_wrong", pushed.wrong, "rows")
    yield told("write_requests", requests["batch"], "requests", fewest)
    yield told("write_requests_at_most", fewest + part_filled, "requests")
    yield told("polls", requests["poll"], "requests", MOST_POLLS * requests["batch"])
    yield told("reads", reads, "requests")
    yield told("reads_per_1000_due", 1000 * reads / pushed.due, "requests")
    yield told("push", pushed.seconds, "s")
    yield told("push_per_row", 1000 * pushed.seconds / pushed.rows, "ms")
    yield told("push_waited", pushed.waited, "s")
    most = max(found.grown, found.grown_unsorted)
    if pushed.wrong or most > MOST_MEGABYTES:
        raise SystemExit(f"{pushed.wrong} rows wrong, {most:.1f} MB: more than may be")
    if requests["batch"] > fewest + part_filled or requests["poll"] > MOST_POLLS * requests["batch"]:
        raise SystemExit(f"{dict(requests)}: more requests than may be")


def _slope(found: list[Found]) -> Iterator[Measurement]:
    """How much dearer one SKU, or one row, is at the greatest size; and the memory that each size adds."""
    first, last = found[0], found[-1]
    times = {
        "take_in": (first.times.ours / first.size, last.times.ours / last.size),
        "bare": (first.times.bare / first.size, last.times.bare / last.size),
        "push": (first.pushed.seconds / first.pushed.rows, last.pushed.seconds / last.pushed.rows),
    }
    for what, (at_first, at_last) in times.items():
        yield Measurement(f"stock_million_slope_{what}", at_last / at_first, "times")
    for one, other in pairwise(found):
        name = f"stock_million_slope_memory_{one.size}_{other.size}"
        yield Measurement(name, other.grown - one.grown, "MB")
