"""The snapshots of stock that the site takes: at once when asked, or earlier; in pages; whole or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from attrs import define, field, frozen

from orogxo.sandbox.clock import stamp
from orogxo.sandbox.gxo_stock import Bucket, Stock, quantity

KEPT = 20
"""So many snapshots can be read; older ones are gone."""


@frozen
class Snapshot:
    """All stock at one instant; `lost_page` (1 is the first) cannot be read."""

    id: str
    number: int
    as_of: str
    rows: tuple[Mapping[str, Any], ...]
    complete: bool = True
    lost_page: int | None = None

    def page(self, number: int, size: int) -> dict[str, Any] | None:
        """A page as the gateway shows it, None where there is none."""
        if number == self.lost_page or (number > 1 and (number - 1) * size >= len(self.rows)):
            return None
        end = number * size
        last = end >= len(self.rows)
        head = {"snapshot_id": self.id, "as_of": self.as_of, "sequence": self.number}
        following = None if last else f"{self.id}.{number + 1}"
        rows = self.rows[end - size : end]
        return {**head, "complete": self.complete and last, "page_cursor": following, "rows": rows}


@define
class Snapshots:
    """`page_size` rows go on a page. While `scheduled`, the newest is the last one taken, however old."""

    stock: Stock
    page_size: int = 1000
    scheduled: bool = False
    _taken: dict[str, Snapshot] = field(factory=dict)
    _count: int = 0
    _newest: tuple[str, int] = ("", -1)

    def take(
        self, *, complete: bool = True, without: Collection[str] = (), lost_page: int | None = None
    ) -> Snapshot:
        """Count everything now. `without`: SKUs that are missing from it."""
        self._count += 1
        self._newest = ("", -1)
        as_of = stamp(self.stock.clock.now())
        rows = tuple(
            self._row(bucket, eaches) for bucket, eaches in self.stock.rows() if bucket.sku not in without
        )
        taken = Snapshot(f"SNAP-{self._count:06d}", self._count, as_of, rows, complete, lost_page)
        self._taken[taken.id] = taken
        for old in list(self._taken)[:-KEPT]:
            del self._taken[old]
        return taken

    def _row(self, bucket: Bucket, eaches: Any) -> dict[str, Any]:
        place = {"sku": bucket.sku, "site_id": bucket.site, "lot": bucket.lot, "expiry": bucket.expiry}
        uom = self.stock.world.products[bucket.sku].uom
        return {**place, "status": bucket.status, "qty": quantity(eaches, uom)}

    def latest(self) -> Snapshot:
        """The newest one; one that is taken now, where nobody takes them by schedule and something is new."""
        newest = self._taken[max(self._taken)] if self._taken else None
        state = (stamp(self.stock.clock.now()), self.stock.changes)
        if newest is None or (not self.scheduled and state != self._newest):
            newest = self.take()
            self._newest = state
        return newest

    def read(self, wanted: str, cursor: str) -> dict[str, Any] | None:
        """A page of the snapshot `wanted` ("latest" or an id), the one that `cursor` names; None: gone."""
        name, _, number = cursor.rpartition(".")
        if cursor and not (number.isdigit() and len(number) < 7):
            return None
        snapshot = self._taken.get(name) if cursor else self._wanted(wanted)
        return snapshot.page(int(number) if cursor else 1, self.page_size) if snapshot else None

    def _wanted(self, wanted: str) -> Snapshot | None:
        return self.latest() if wanted == "latest" else self._taken.get(wanted)
