"""A snapshot of up to 1,000,000 SKUs with 2 % changed: taken in, and what changed pushed to OroCommerce.

All parts are the real ones, over `SQLiteStore`: the gateway's pages as bytes, client, feeds, store, stock
flow, OroCommerce client with its batches. Both ends are simulated in the process, cheaply: the shop's time is
not counted, its memory is. Each size runs in a process of its own. Printed for each:

- the seconds from the first byte to "these SKUs are due", beside those of `_bare` for the same bytes; both
  take turns in the same run, and the best turn of each counts;
- how far memory's peak grew, from before the first snapshot to after the push; for all sizes but the
  greatest also the peak of the Python heap alone, in a run that is traced;
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
from multiprocessing.pool import Pool
from pathlib import Path

from attrs import frozen

from benchmarks import Measurement, _bare
from benchmarks import _catalogue as catalogue
from benchmarks._million import BATCH, POLICY, Company, Pushed, timed

SIZES = (10_000, 100_000, 1_000_000)
TURNS = 3
"""An odd number: the last snapshot then differs from the first."""

MOST_TIMES, MOST_MEGABYTES = 1.5, 150.0
ROUNDS = 2
"""Rounds that write, of a slice in which nothing goes wrong: lower first, then raise what waited for that."""

MOST_POLLS = 3
"""Requests about one batch here: new, finished, and the list of its errors."""


@frozen
class Found:
    """What was measured at one size: seconds to take in, ours and the bare ones, and the push."""

    size: int
    seconds: float
    bare: float
    pushed: Pushed


def run() -> Iterator[Measurement]:
    """All sizes and the slope between them."""
    found: list[Found] = []
    for size in SIZES:
        found.append(_measured(size, TURNS))
        yield from _told(found[-1])
        if size != SIZES[-1]:
            heap = _measured(size, 1, traced=True).pushed.traced
            yield Measurement(f"stock_million_python_heap_{size}", heap or 0, "MB")
    yield from _slope(found[0], found[-1])
    last = found[-1]
    if last.seconds > MOST_TIMES * last.bare:
        raise SystemExit(f"{last.seconds:.2f} s against {last.bare:.2f} s: more than may be")


def quick() -> Iterator[Measurement]:
    """The smallest size once, for tests: rows, requests and memory are judged, no time is."""
    yield from _told(_measured(SIZES[0], 1))


def _measured(size: int, turns: int, *, traced: bool = False) -> Found:
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name, context.Pool(1) as theirs:
        folder = Path(name)
        with context.Pool(1, _open, (folder, size, traced)) as ours:
            _turn(ours, theirs, folder, size, 1)
            times = [_turn(ours, theirs, folder, size, snapshot) for snapshot in range(2, turns + 2)]
            pushed = ours.apply(_push)
    return Found(size, min(one for one, _ in times), min(bare for _, bare in times), pushed)


def _turn(ours: Pool, theirs: Pool, folder: Path, size: int, snapshot: int) -> tuple[float, float]:
    """Seconds that we and the bare comparison take for one snapshot, one after the other."""
    for page in folder.glob("snapshot-*.json"):
        page.unlink()
    theirs.apply(catalogue.write_pages, (folder, size, snapshot))
    return ours.apply(_take_in, (snapshot,)), theirs.apply(_take_in_barely, (folder, size, snapshot))


_companies: list[Company] = []
"""The one company of a process."""


def _open(folder: Path, size: int, traced: bool) -> None:  # noqa: FBT001  # a pool passes places
    _companies.append(Company.new(folder, size, traced=traced))


def _take_in(snapshot: int) -> float:
    return _companies[0].take_in(snapshot)


def _push() -> Pushed:
    return _companies[0].push()


def _take_in_barely(folder: Path, size: int, snapshot: int) -> float:
    return timed(lambda: _bare.take_in(folder / "bare.db", catalogue.pages_of(folder, size, snapshot)))


def _told(found: Found) -> Iterator[Measurement]:
    size, pushed, requests = found.size, found.pushed, found.pushed.requests

    def told(what: str, value: float, unit: str, baseline: float | None = None) -> Measurement:
        ratio = value / baseline if baseline else None
        return Measurement(f"stock_million_{what}_{size}", value, unit, baseline, ratio)

    reads = sum(number for kind, number in requests.items() if kind.startswith("read"))
    fewest = math.ceil(pushed.rows / BATCH)
    left_over = ROUNDS * math.ceil(pushed.due / POLICY.slice)
    yield told("take_in", found.seconds, "s", found.bare)
    yield told("memory_growth", pushed.grown, "MB", MOST_MEGABYTES)
    yield told("rows_written", pushed.rows, "rows", pushed.rows_due)
    yield told("write_requests", requests["batch"], "requests", fewest)
    yield told("part_filled_at_most", left_over, "requests")
    yield told("polls", requests["poll"], "requests", MOST_POLLS * requests["batch"])
    yield told("reads", reads, "requests")
    yield told("reads_per_1000_due", 1000 * reads / pushed.due, "requests")
    yield told("push", pushed.seconds, "s")
    yield told("push_per_row", 1000 * pushed.seconds / pushed.rows, "ms")
    yield told("push_waited", pushed.waited, "s")
    if pushed.wrong or pushed.grown > MOST_MEGABYTES:
        raise SystemExit(f"{pushed.wrong} rows wrong, {pushed.grown:.1f} MB: more than may be")
    if requests["batch"] > fewest + left_over or requests["poll"] > MOST_POLLS * requests["batch"]:
        raise SystemExit(f"{dict(requests)}: more requests than may be")


def _slope(first: Found, last: Found) -> Iterator[Measurement]:
    """How much dearer one SKU, or one row, is at the greatest size, and how much more memory that takes."""
    times = {
        "take_in": (first.seconds / first.size, last.seconds / last.size),
        "bare": (first.bare / first.size, last.bare / last.size),
        "push": (first.pushed.seconds / first.pushed.rows, last.pushed.seconds / last.pushed.rows),
    }
    for what, (small, great) in times.items():
        yield Measurement(f"stock_million_slope_{what}", great / small, "times a row")
    more = last.pushed.grown - first.pushed.grown
    yield Measurement("stock_million_slope_memory", more, "MB", last.size / first.size)
