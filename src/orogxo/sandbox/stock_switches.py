"""Stock at the twin: what lies in the building, how the site tells of it, and the truth about it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any

from orogxo.sandbox.accounts import order_id_of, wanted
from orogxo.sandbox.clock import TwinClock
from orogxo.sandbox.gxo_feed_faults import MovementFault
from orogxo.sandbox.gxo_floor import Floor
from orogxo.sandbox.gxo_goods import Goods
from orogxo.sandbox.gxo_jobs import Entry
from orogxo.sandbox.gxo_stock import EVERYBODY, Bucket, still_open
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.world import World


class StockSwitches:
    """The part of `Twin` that concerns stock. Quantities are base units: int, str, Decimal or Fraction."""

    clock: TwinClock
    world: World
    _data: OroData
    _floor: Floor
    _goods: Goods
    _lock: AbstractContextManager[Any]

    # The building -----------------------------------------------------------------------------------------

    def stock(
        self,
        sku: str,
        eaches: Any,
        *,
        status: str = "available",
        site: str = "SITE-1",
        lot: str | None = None,
        expiry: str | None = None,
    ) -> None:
        """Let so much of a SKU lie there, without a movement that tells of it: the opening stock.

        Later on it is what nobody wrote down. A SKU that was never stocked has 100,000 available. `expiry` is
        YYYY-MM-DD. Orders are shipped from SITE-1.
        """
        with self._lock:
            self._goods.stock.put(Bucket(sku, status, site, lot, expiry), Fraction(eaches))

    def move_stock(
        self, sku: str, eaches: Any, source: str, target: str, *, reason: str = "count", ref: str = ""
    ) -> None:
        """People move goods between two statuses, "" is outside: counted, damaged, put on hold, released."""
        ways = (source, target)
        with self._lock:
            self._goods.stock.move(EVERYBODY, sku, Fraction(eaches), ways, reason=reason, ref=ref)

    def allocate(self, ref: str) -> None:
        """Set goods aside for an order, whether they are there or not."""
        with self._lock:
            self._floor.allocate(ref, self.clock.now())

    # How it is told ---------------------------------------------------------------------------------------

    def take_snapshot(
        self, *, complete: bool = True, without: Collection[str] = (), lost_page: int | None = None
    ) -> str:
        """The site counts now; from here on that is the newest snapshot, until the next is taken. Its id.

        `complete` False: it says itself that it is not. `without`: SKUs that it does not have. `lost_page`:
        that one (1 is the first) cannot be read.
        """
        with self._lock:
            self._goods.snapshots.scheduled = True
            return self._goods.snapshots.take(complete=complete, without=without, lost_page=lost_page).id

    def snapshots_when_asked(self) -> None:
        """Each reader gets a snapshot of that very moment: so it is until `take_snapshot`."""
        with self._lock:
            self._goods.snapshots.scheduled = False

    def snapshot_pages(self, size: int) -> None:
        """So many rows go on a page of a snapshot. Raises ValueError for less than one."""
        if size < 1:
            raise ValueError(f"a page of {size} rows")
        with self._lock:
            self._goods.snapshots.page_size = size

    def movement_fault(self, fault: MovementFault) -> None:
        """From here on movements meet this on their way into the feed; the first that strikes counts."""
        with self._lock:
            self._goods.stock.feed.faults.append(fault)

    def tell_movements(self) -> None:
        """Everything that was held back comes into the feed now, and no fault strikes any more."""
        with self._lock:
            self._goods.stock.feed.faults.clear()
            self._goods.stock.feed.flush()

    # The truth --------------------------------------------------------------------------------------------

    def free_to_sell(self, sku: str) -> Fraction:
        """The judge's own figure: good stock less all that open orders will still take, sent or not.

        Negative where more is sold than there is. An order counts until it is cancelled at both ends; a line
        that nobody can count (no rate, no such product) does not.
        """
        with self._lock:
            return self._goods.stock.good(sku) - self._demand().get(sku, Fraction())

    def oversold(self) -> dict[str, Fraction]:
        """By how much open orders exceed what is in the building, by SKU, where they do."""
        with self._lock:
            demand = self._demand()
            free = {
                product.sku: self._goods.stock.good(product.sku) - demand.get(product.sku, Fraction())
                for product in self.world.products.values()
                if product.in_gxo
            }
        return {sku: -eaches for sku, eaches in free.items() if eaches < 0}

    def _demand(self) -> dict[str, Fraction]:
        """What will still be taken: what people will pick, and all orders that they have no work for yet."""
        demand = still_open(list(self._floor.entries.values()))
        entries: dict[str | None, list[Entry]] = {}
        for entry in self._floor.entries.values():
            entries.setdefault(order_id_of(entry.ref), []).append(entry)
        for order in self._data.table("orders").values():
            if self._will_be_sent(order, entries.get(order.id, [])):
                for line in wanted(self._data, self.world, order):
                    if line.sku is not None and line.eaches is not None:
                        demand[line.sku] = demand.get(line.sku, Fraction()) + line.eaches
        return demand

    def _will_be_sent(self, order: Row, entries: list[Entry]) -> bool:
        worked_on = any(entry.jobs or entry.state == "cancelled" for entry in entries)
        return not worked_on and order.relations.get("internalStatus") != "cancelled"
