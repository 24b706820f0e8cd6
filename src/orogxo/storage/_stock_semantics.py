"""What every store decides alike about stock, as pure functions of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import TypeVar

from orogxo.errors import Disposition, StoreError
from orogxo.model import SnapshotMark
from orogxo.storage import codec
from orogxo.storage._stock_rows import ClaimRow, MovementRow

T = TypeVar("T")

NEWS_WITHOUT_CLAIM = dt.timedelta(days=7)
"""News of an order may come before its claims, which are made with the next push."""

CLAIMS_CHANGED = "what orders claim of it changed"
NEWS_CAME = "the warehouse told news of an order that claims it"


def add(one: str, other: str) -> str:
    """The sum of two amounts, in their one form."""
    return codec.rational(codec.read_rational(one) + codec.read_rational(other))


def distinct(names: Iterable[str]) -> list[str]:
    """In order, each once. Raises StoreError (UNSTORABLE) for what no database can hold."""
    return sorted({codec.key(name) for name in names})


def batches(rows: Iterable[T], size: int = 1000) -> Iterator[list[T]]:
    """`rows` in lists of up to `size`."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def grouped(rows: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    """(name, value) pairs, sorted by name, as a table."""
    return {name: tuple(value for _, value in pairs) for name, pairs in groupby(rows, lambda row: row[0])}


def is_taken_over(newest: SnapshotMark | None, snapshot_id: str) -> bool:
    """Whether that snapshot is the newest one already."""
    return newest is not None and newest.id == snapshot_id


def check_take_over(newest: SnapshotMark | None, new: SnapshotMark, staged: tuple[str, int] | None) -> None:
    """Raises StoreError for a snapshot that is older than the newest, or of which not all rows are staged."""
    if newest is not None and new.as_of < newest.as_of:
        raise StoreError(
            f"snapshot {new.id} is of {new.as_of.isoformat()} and the newest, {newest.id}, of "
            f"{newest.as_of.isoformat()}: figures never go back in time, read the newest snapshot",
            code="SNAPSHOT_OLD",
            disposition=Disposition.REVIEW,
            context={"snapshot": new.id},
        )
    if staged != (new.id, new.rows):
        found = f"{staged[1]} rows of snapshot {staged[0]} are" if staged else "nothing is"
        raise StoreError(
            f"{new.rows} rows of snapshot {new.id} were read and {found} staged: another worker came "
            "between, or this one began anew; read the snapshot again from its beginning",
            code="SNAPSHOT_NOT_STAGED",
            context={"snapshot": new.id},
        )


def snapshot_came(new: SnapshotMark) -> str:
    """Why a SKU falls due."""
    return f"snapshot {new.id} changed it"


def movement_came(row: MovementRow) -> str:
    """Why a SKU falls due."""
    return f"movement {row.id}"


def new_movements(
    rows: Mapping[tuple[str, str], MovementRow],
    known: Collection[tuple[str, str]],
    before: SnapshotMark | None,
) -> list[MovementRow]:
    """Those of `rows` that are not `known`, nor from before the snapshot `before` the newest one."""
    needed = codec.instant(before.as_of) if before else ""
    return sorted(row for key, row in rows.items() if key not in known and row.occurred_at >= needed)


def newer_doubts(
    rows: Iterable[tuple[str, ...]], known: Mapping[tuple[str, str], str]
) -> list[tuple[str, ...]]:
    """Of each (sku, code) the newest, the last of equals, unless it is older than the `known` instant."""
    newest: dict[tuple[str, str], tuple[str, ...]] = {}
    times = dict(known)
    for row in rows:
        sku, code, _, at = row
        if at >= times.get((sku, code), ""):
            times[sku, code], newest[sku, code] = at, row
    return list(newest.values())


def claims_changed(
    before: Mapping[str, Sequence[ClaimRow]], after: Mapping[str, Sequence[ClaimRow]]
) -> tuple[list[str], list[str]]:
    """The orders whose claims are others than before, and the SKUs on which they are."""
    orders = [order_id for order_id, rows in after.items() if tuple(rows) != tuple(before.get(order_id, ()))]
    skus: set[str] = set()
    for order_id in orders:
        old, new = (_bodies(side.get(order_id, ())) for side in (before, after))
        skus |= {sku for sku in old.keys() | new.keys() if old.get(sku) != new.get(sku)}
    return orders, sorted(skus)


def _bodies(rows: Collection[ClaimRow]) -> dict[str, tuple[str, ...]]:
    return grouped(sorted((row.sku, row.body) for row in rows))
