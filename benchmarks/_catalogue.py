"""A catalogue of any size that needs no memory: two snapshots of its stock, and what rows must show of them.

Every SKU is sold by the each; one in ten also by the case of twelve. Both come from one pool, and the cases
are served first, so a pool of 31 is shown as 2 cases and 7 eaches. What rows must show is computed here by
plain arithmetic and by nothing of orogxo.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

PAGE = 5_000
EVERY = 50
"""One SKU in so many differs from one snapshot to the next: 2 %."""

CASE = 12
AS_OF = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def sku(at: int) -> str:
    """The SKU at this place."""
    return f"SKU-{at:07}"


def place(of: str) -> int:
    """The place of this SKU."""
    return int(of.removeprefix("SKU-"))


def cased(at: int) -> bool:
    """Whether it is also sold by the case."""
    return at // EVERY % 10 == 0


def unit(level: int) -> str:
    """The unit of the row with this id."""
    return "each" if level % 2 else "case"


def eaches(at: int, snapshot: int) -> int:
    """How many there are by the snapshot of that number; every other snapshot shows the same."""
    amount = 20 + at % 977
    if snapshot % 2 or at % EVERY:
        return amount
    difference = 1 + at // EVERY % CASE
    return amount + difference if at // EVERY % 3 == 0 else amount - difference


def rows_of(at: int, snapshot: int) -> dict[int, int]:
    """What OroCommerce's rows of the SKU at this place must show, by level id."""
    amount = eaches(at, snapshot)
    by_the_each, by_the_case = 2 * at + 1, 2 * at + 2
    if not cased(at):
        return {by_the_each: amount}
    return {by_the_each: amount % CASE, by_the_case: amount // CASE}


def changed_rows(size: int) -> dict[int, int]:
    """The rows that must be written when the second snapshot follows the first, with what they must show."""
    return {
        level: shown
        for at in range(size)
        for level, shown in rows_of(at, 2).items()
        if rows_of(at, 1)[level] != shown
    }


def write_pages(folder: Path, size: int, snapshot: int, stride: int = 1) -> None:
    """Write the snapshot as the pages of a gateway, one file each, one at a time.

    SKUs come in order, or in that of the multiples of `stride`, which has no divisor in common with `size`.
    """
    for number, start in enumerate(range(0, size, PAGE), start=1):
        rows = [_row(at * stride % size, snapshot) for at in range(start, min(start + PAGE, size))]
        last = start + PAGE >= size
        page = {
            "snapshot_id": f"SNAP-{snapshot}",
            "as_of": (AS_OF + snapshot * HOUR).isoformat(),
            "sequence": snapshot,
            "complete": last,
            "page_cursor": None if last else f"SNAP-{snapshot}.{number + 1}",
            "rows": rows,
        }
        text = json.dumps(page, separators=(",", ":"))
        (folder / page_name(snapshot, number)).write_bytes(text.encode())


def pages_of(folder: Path, size: int, snapshot: int) -> Iterator[bytes]:
    """The bytes of those pages, read when they are wanted."""
    for number in range(1, -(-size // PAGE) + 1):
        yield (folder / page_name(snapshot, number)).read_bytes()


def movements(size: int, snapshot: int, after: int, limit: int) -> list[dict[str, object]]:
    """What moved between the snapshot before and this one, as a gateway tells it, from the SKU `after` on."""
    first = -(-after // EVERY) * EVERY
    return [_movement(at, snapshot) for at in range(first, size, EVERY)[:limit]]


def page_name(snapshot: int, number: int) -> str:
    """The file of a page, counted from 1."""
    return f"snapshot-{snapshot}-{number}.json"


def _row(at: int, snapshot: int) -> dict[str, object]:
    quantity = {"value": str(eaches(at, snapshot)), "uom": "EA"}
    place = {"sku": sku(at), "site_id": "ATL1", "lot": None, "expiry": None}
    return {**place, "status": "available", "qty": quantity}


def _movement(at: int, snapshot: int) -> dict[str, object]:
    came = eaches(at, snapshot) - eaches(at, snapshot - 1)
    return {
        "movement_id": f"MV-{snapshot}-{at:07}",
        "occurred_at": (AS_OF + snapshot * HOUR - HOUR / 2).isoformat(),
        "sku": sku(at),
        "site_id": "ATL1",
        "lot": None,
        "from_status": "available" if came < 0 else None,
        "to_status": "available" if came > 0 else None,
        "qty": {"value": str(abs(came)), "uom": "EA"},
        "reason": "receipt" if came > 0 else "correction",
    }
