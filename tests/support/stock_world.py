"""A shop and its warehouse on the twin while a real connector keeps the stock, and the judge of both.

The truth is the twin's alone. What people do comes as small numbers, so that Hypothesis can draw it; what
cannot be done at the moment does nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define, field, frozen

from orogxo.sandbox import Twin
from orogxo.sandbox.accounts import wanted
from orogxo.sandbox.gxo_feed_faults import Mishap, MovementFault
from orogxo.sandbox.gxo_jobs import Entry
from support.worlds import ONCE, World

GOODS = {"WIDGET-001": 2400, "WIDGET-002": 320, "SHEET-7": 90}
"""What lies in the building in the beginning, in base units (pieces, and kilograms of sheet)."""

KIT = "KIT-1"
OFFERS: tuple[tuple[str, Any, str], ...] = (
    ("WIDGET-001", 1, "item"),
    ("WIDGET-001", 1, "case"),
    ("WIDGET-001", 1, "pallet"),
    ("WIDGET-002", 1, "item"),
    ("WIDGET-002", 1, "case"),
    ("SHEET-7", 1, "item"),
    ("SHEET-7", Decimal("0.5"), "kg"),
    (KIT, 1, "item"),
)
"""What a buyer may take, and how much of it at least."""

SETTINGS = """
[stock]
figures = "{kind}"
movements = true
shares = "fixed"
few = 10000
[stock.weights."WIDGET-001"]
item = 2
case = 1
pallet = 2
[stock.weights."WIDGET-002"]
item = 1
case = 1
[stock.weights."SHEET-7"]
item = 1
kg = 1
[stock.weights."KIT-1"]
item = 1
[stock.shop]
manage = true
decrement = {decrement}
back_order = false
threshold = 0
categories_override = false
"""

WAYS = (
    ("available", ""),
    ("available", "damaged"),
    ("available", "hold"),
    ("", "available"),
    ("hold", "available"),
)
"""How people move goods, from status to status; "" is outside the building."""

OPEN = ("accepted", "allocated", "picking", "partially_shipped")


@frozen
class Loss:
    """Goods that people took out of what may be sold; `snapshots` were taken before."""

    sku: str
    eaches: Fraction
    movements: frozenset[str]
    snapshots: int


@define(slots=False)
class StockWorld:
    """`touched`: base units that people moved, by SKU. `orders`: ids; those in `hidden` are not committed."""

    world: World
    kind: str
    decrement: bool
    orders: list[str] = field(factory=list)
    hidden: list[str] = field(factory=list)
    losses: list[Loss] = field(factory=list)
    touched: dict[str, Fraction] = field(factory=lambda: dict.fromkeys(GOODS, Fraction()))
    edited: set[str] = field(factory=set)
    refused: int = 0

    @classmethod
    def new(cls, kind: str, version: str = "6.1", *, decrement: bool = True, **options: Any) -> StockWorld:
        world = World.new(version, gxo_figure=kind)
        twin, world.retry = world.twin, ONCE
        world.settings = twin.config_toml() + SETTINGS.format(kind=kind, decrement=str(decrement).lower())
        made = cls(world, kind, decrement, **options)
        for sku, eaches in GOODS.items():
            twin.stock(sku, eaches)
        twin.set_kit_item(KIT, 1, maximum=1)
        twin.set_kit_item(KIT, 2, minimum=2, maximum=2)
        twin.set_shop_terms(decrement=decrement)
        if not decrement:
            # Nothing is ever raised in such a shop, so people have typed in what there was.
            for (sku, unit), shown in {("WIDGET-001", "item"): 900, ("WIDGET-001", "case"): 50}.items():
                twin.set_level(sku, unit, shown)
            twin.set_level("WIDGET-002", "item", 300)
            twin.set_level("SHEET-7", "kg", 80)
        return made

    @property
    def twin(self) -> Twin:
        return self.world.twin

    def wait(self, seconds: float) -> None:
        self.twin.clock.advance(dt.timedelta(seconds=seconds))

    # Buyers and clerks --------------------------------------------------------------------------------------

    def buy(self, wishes: Sequence[tuple[int, int]], *, po: bool = True, committed: bool = True) -> None:
        """A buyer orders (which offer, how often) as far as the rows allow it; without a PO it is held."""
        found = [self._wish(which, times) for which, times in wishes]
        order_id = self.twin.checkout(
            po_number=f"PO-{len(self.orders)}" if po else None,
            customer="Northwind Retail GmbH",
            lines=[wish for wish in found if wish[0] != KIT],
            kits=[(sku, amount) for sku, amount, _ in found if sku == KIT],
            shipping_method="ups_3",
            shipping_method_type="03",
        )
        if order_id is None:
            self.refused += 1
            return
        self.orders.append(order_id)
        if not committed:
            self.twin.hide_order(order_id)
            self.hidden.append(order_id)

    def _wish(self, which: int, times: int) -> tuple[str, Any, str]:
        sku, each, unit = OFFERS[which % len(OFFERS)]
        return sku, each if unit == "pallet" else each * times, unit

    def commit(self) -> None:
        """Every checkout that was not through comes through."""
        while self.hidden:
            self.twin.show_order(self.hidden.pop())

    def edit(self, pick: int, which: int, times: int) -> None:
        """A clerk changes what is ordered, and gives a PO; at the warehouse nobody has it yet."""
        here = [one for one in self.orders if one not in {*self.hidden, *self.twin.floor.entries}]
        if here:
            order_id, wish = here[pick % len(here)], self._wish(which % (len(OFFERS) - 1), times)
            self.edited.add(order_id)
            self.twin.edit_order(order_id, lines=[wish], kits=[], po_number=f"PO-E{order_id}")

    def cancel(self, pick: int, *, sent: bool = False) -> None:
        """Cancel an order; `sent`: one that the warehouse works on."""
        there = {entry.ref for entry in self.twin.floor.entries.values() if entry.state in OPEN}
        here = [one for one in self.orders if one not in self.hidden and (one in there or not sent)]
        if here:
            self.twin.cancel_order(here[pick % len(here)])

    def type_row(self, which: int, shown: int) -> None:
        """A person types another quantity into a row."""
        sku, _, unit = OFFERS[which % len(OFFERS)]
        self.twin.set_level(sku, unit, shown)

    def shift_rows(self, share: int) -> None:
        """A person moves stock from the rows of cases to that of pieces: in all they offer the same."""
        for sku, size in (("WIDGET-001", 12), ("WIDGET-002", 24)):
            cases = int(self.twin.level(sku, "case")) // (1 + share % 2)
            self.twin.set_level(sku, "case", self.twin.level(sku, "case") - cases)
            self.twin.set_level(sku, "item", self.twin.level(sku, "item") + size * cases)

    # The warehouse ------------------------------------------------------------------------------------------

    def allocate(self, pick: int) -> None:
        if entry := self._entry(pick, "accepted"):
            self.twin.allocate(entry.ref)

    def ship(self, pick: int, share: int, *, final: bool = False) -> None:
        """Ship one `share`-th of what is open (rounded down); `final`: the rest is short."""
        entry = self._entry(pick, *OPEN)
        if entry is None:
            return
        lines = [line for job in entry.jobs for line in job.lines.values()]
        parts = {line.line_ref: line.open if share == 1 else line.open // share for line in lines}
        if final or any(parts.values()):
            self.twin.ship(entry.ref, parts, final=final or None)

    def reject(self, pick: int) -> None:
        if entry := self._entry(pick, "accepted"):
            self.twin.reject(entry.ref, "no such lane")

    def _entry(self, pick: int, *states: str) -> Entry | None:
        found = [entry for entry in self.twin.floor.entries.values() if entry.state in states]
        return found[pick % len(found)] if found else None

    def move(self, which: int, eaches: int, way: tuple[str, str], *, mishap: str = "") -> None:
        """Goods go one of `WAYS`, no more than there are; the movements meet a `mishap`."""
        sku, (source, target) = list(GOODS)[which % len(GOODS)], way
        there = self._books(sku).get(source, Fraction()) if source else Fraction(eaches)
        moved, feed = min(Fraction(eaches), there), self.twin._goods.stock.feed
        if moved <= 0:
            return
        others, before = list(feed.faults), len(feed.journal)
        if mishap:
            feed.faults[:] = [MovementFault(mishap, share=Fraction(1))]  # type: ignore[arg-type]  # drawn
        self.twin.move_stock(sku, moved, source, target)
        feed.faults[:] = others
        self.touched[sku] += moved
        if source == "available":
            numbers = frozenset(row["movement_id"] for _, row in feed.journal[before:])
            self.losses.append(Loss(sku, moved, numbers, self.twin._goods.snapshots._count))

    def _books(self, sku: str) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        for bucket, eaches in self.twin._goods.stock.of(sku).items():
            found[bucket.status] = found.get(bucket.status, Fraction()) + eaches
        return found

    # What it tells ------------------------------------------------------------------------------------------

    def snapshot(self, how: str) -> None:
        """Count now: "whole", or so that it cannot be taken for whole; "asked": whenever somebody asks."""
        if how == "asked":
            self.twin.snapshots_when_asked()
        else:
            mistakes: dict[str, dict[str, Any]] = {
                "incomplete": {"complete": False, "without": ["WIDGET-001", "SHEET-7"]},
                "torn": {"lost_page": 2},
            }
            self.twin.snapshot_pages(3)
            self.twin.take_snapshot(**mistakes.get(how, {}))

    def trouble_movements(self, mishap: Mishap) -> None:
        """About half of all movements meet this from here on."""
        self.twin.movement_fault(MovementFault(mishap, share=Fraction(1, 2)))

    # The truth ----------------------------------------------------------------------------------------------

    def offered(self) -> dict[str, Fraction]:
        """Base units of each pool that the rows together let buyers order."""
        catalogue, offered = self.twin.world.products, dict.fromkeys(GOODS, Fraction())
        for (sku, unit), shown in self.twin.levels().items():
            product = catalogue[sku]
            step = Decimal(10) ** -next(one.precision for one in product.units if one.code == unit)
            units = max(shown, Decimal()) // step * step
            takes = product.kit or ((sku, Decimal(1), unit),)
            for part, amount, of in takes:
                if part in offered:
                    eaches = catalogue[part].eaches(units * amount, of)
                    assert eaches is not None
                    offered[part] += eaches
        return offered

    def truth(self) -> dict[str, Fraction]:
        """What may be sold, by SKU."""
        return {sku: max(self.twin.free_to_sell(sku), Fraction()) for sku in GOODS}

    def ordered(self) -> dict[str, Fraction]:
        """Base units that orders ask for or have asked for, shipped and cancelled ones too."""
        found = dict.fromkeys(GOODS, Fraction())
        for row in self.twin._data.table("orders").values():
            for line in wanted(self.twin._data, self.twin.world, row):
                assert line.eaches is not None
                found[str(line.sku)] += line.eaches
        return found

    def most(self, mark: str) -> dict[str, Fraction]:
        """The truth as one may have it who read all that was told, and whose newest snapshot is `mark`."""
        told = {row["movement_id"] for _, row in self.twin._goods.stock.feed.rows}
        taken = int(mark.removeprefix("SNAP-"))
        free = {sku: self.twin.free_to_sell(sku) for sku in GOODS}
        for loss in self.losses:
            if not loss.movements & told and loss.snapshots >= taken:
                free[loss.sku] += loss.eaches
        return {sku: max(eaches, Fraction()) for sku, eaches in free.items()}

    def overdrawn(self, sku: str) -> bool:
        """Whether the books of the warehouse themselves show less than nothing: rows are left then."""
        return any(eaches < 0 for eaches in self._books(sku).values())

    def withheld(self) -> dict[str, Fraction]:
        """What may be subtracted although the figure knows it, since nobody can prove that it does.

        An order that was changed or sent again may have been another one when the warehouse got it; and of
        what waits while a part of the order has left, nobody knows whether goods are set aside for it.
        """
        found = dict.fromkeys(GOODS, Fraction())
        for entry in self.twin.floor.entries.values():
            waits = self.kind == "less_allocated" and entry.state == "partially_shipped"
            changed = entry.times_received > 1 or entry.ref in self.edited
            if self.kind != "on_hand" and (waits or changed):
                for line in (line for job in entry.jobs for line in job.lines.values()):
                    found[line.sku] += Fraction(line.open) * line.size
        return found
