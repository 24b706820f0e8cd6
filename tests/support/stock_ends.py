"""Both ends of the stock flow as fakes that can misbehave, and a bench to run the flow on.

The shop sells as OroCommerce does: a checkout lowers the row of the unit sold and no other, and a write sets
an absolute number whatever was sold since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field

from orogxo.errors import OrogxoError
from orogxo.mapping import Carriers, UnitBook
from orogxo.model import (
    ExceptionItem,
    InventoryLevel,
    LevelChange,
    OrderNews,
    Product,
    ProductUnit,
    Quantity,
    SellingTerms,
    StockMovement,
    StockRow,
    exact,
)
from orogxo.orchestrator import Engine, ExceptionDesk, FlowReport, Policy, run_flows
from orogxo.orchestrator.stock.policy import StockEnds, StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.strict import EACH_FIRST
from orogxo.ports import Store
from orogxo.ports.stock import BadFigure, LevelError, MovementPage, NewsPage, SnapshotPage, WriteReport
from orogxo.rules import Tables
from orogxo.storage import MemoryStore
from support.ends import FakeClock, FakeStorefront, FakeWarehouse
from support.orders import UPS, a_line, an_order

ON_HAND = FigureTerms("on_hand")
HOUR = dt.timedelta(hours=1)
BOUND = SellingTerms("", manage=True, decrement=True, back_order=False, threshold=Fraction(0))


def _next(failures: dict[str, list[OrogxoError | None]], method: str) -> None:
    waiting = failures.get(method)
    error = waiting.pop(0) if waiting else None
    if error is not None:
        raise error


@define(slots=False)
class FakeSource:
    """The warehouse's books. `pages`: the newest snapshot, cut into pages by the test."""

    pages: list[SnapshotPage] = field(factory=list)
    moves: list[StockMovement] = field(factory=list)
    told: list[OrderNews] = field(factory=list)
    bad_moves: list[BadFigure] = field(factory=list)
    unreadable: list[str] = field(factory=list)
    failures: dict[str, list[OrogxoError | None]] = field(factory=dict)

    def take(self, as_of: dt.datetime, stock: Mapping[str, Any], **more: Any) -> None:
        """A complete snapshot of one page: SKU to eaches, or to rows."""
        rows = [
            row
            for sku, amount in stock.items()
            for row in (
                amount if isinstance(amount, list) else [StockRow(sku, "available", Quantity(amount, "EA"))]
            )
        ]
        page = SnapshotPage(f"SNAP-{as_of:%d%H%M%S}", as_of, rows, last=True, complete=True)
        self.pages = [evolve(page, **more)]

    def snapshot(self, *, known: str = "") -> Iterator[SnapshotPage]:
        _next(self.failures, "snapshot")
        return iter([page for page in self.pages if page.id != known])

    def movements(self, cursor: str) -> MovementPage:
        _next(self.failures, "movements")
        at = int(cursor or 0)
        more = at + 2 < len(self.moves)
        bad, self.bad_moves = self.bad_moves, []
        return MovementPage(self.moves[at : at + 2], str(min(at + 2, len(self.moves))), more, bad)

    def news(self, cursor: str) -> NewsPage:
        _next(self.failures, "news")
        at = int(cursor or 0)
        more = at + 2 < len(self.told)
        unreadable, self.unreadable = self.unreadable, []
        return NewsPage(self.told[at : at + 2], str(min(at + 2, len(self.told))), more, unreadable)


@define(slots=False)
class FakeFront:
    """OroCommerce's rows. `on`: what happens once, after the n-th call of a method ("write", "levels", ...)
    from now, or before it ("before write"). `working` False: the consumer is off and writes queue up."""

    clock: FakeClock
    rows: dict[str, InventoryLevel] = field(factory=dict)
    known: dict[str, SellingTerms] = field(factory=dict)
    working: bool = True
    refuses: dict[str, str] = field(factory=dict)
    on: dict[str, list[Callable[[], object] | None]] = field(factory=dict)
    failures: dict[str, list[OrogxoError | None]] = field(factory=dict)
    lose_after_effect: bool = False
    queue: list[LevelChange] = field(factory=list)
    writes: list[list[LevelChange]] = field(factory=list)
    statuses: list[tuple[str, bool]] = field(factory=list)
    seconds: float = 5

    def levels(self, skus: Collection[str]) -> Mapping[str, Sequence[InventoryLevel]]:
        self._happen("before levels")
        _next(self.failures, "levels")
        found: dict[str, list[InventoryLevel]] = {}
        for row in self.rows.values():
            if row.sku in skus:
                found.setdefault(row.sku, []).append(evolve(row, read_at=self.clock.now()))
        self._happen("levels")
        return found

    def levels_after(self, level_id: str, limit: int) -> Sequence[InventoryLevel]:
        _next(self.failures, "levels_after")
        after = [row for row in self.rows.values() if int(row.id) > int(level_id)]
        return sorted(after, key=lambda row: int(row.id))[:limit]

    def terms(self, skus: Collection[str]) -> Mapping[str, SellingTerms]:
        _next(self.failures, "terms")
        return {sku: self.known[sku] for sku in skus if sku in self.known}

    def kits_of(self, skus: Collection[str]) -> Mapping[str, Collection[str]]:
        kits = {sku: terms.kit for sku, terms in self.known.items() if terms.is_kit}
        found = {
            kit: set(skus) - {kit} if parts is None else set(parts) & set(skus) for kit, parts in kits.items()
        }
        return {kit: parts for kit, parts in found.items() if parts}

    def write(self, changes: Sequence[LevelChange]) -> WriteReport:
        self._happen("before write")
        self.writes.append(list(changes))
        _next(self.failures, "write")
        self.clock.advance(seconds=self.seconds)
        if not self.working:
            self.queue += changes
            told = [LevelError(one.level_id, "NO_CONSUMER", "still new", open=True) for one in changes]
            return WriteReport(len(changes), 1, told)
        errors = [
            LevelError(one.level_id, "REFUSED", self.refuses[one.level_id])
            for one in changes
            if one.level_id in self.refuses
        ]
        for one in changes:
            if one.level_id not in self.refuses:
                self.set(one.level_id, one.after)
        self._happen("write")
        _next(self.failures, "write done")
        return WriteReport(len(changes), 1, errors)

    def show_in_stock(self, product_ids: Mapping[str, bool]) -> WriteReport:
        _next(self.failures, "show_in_stock")
        errors = [
            LevelError(one, *self.refuses[one].split(":", 1), open=self.refuses[one].startswith("OPEN"))
            for one in product_ids
            if one in self.refuses
        ]
        for product_id, status in product_ids.items():
            if product_id not in self.refuses:
                self.statuses.append((product_id, status))
                for sku, terms in self.known.items():
                    if terms.product_id == product_id:
                        self.known[sku] = evolve(terms, in_stock=status)
        return WriteReport(len(product_ids), 1, errors)

    def work(self) -> None:
        """The consumer comes back."""
        self.working = True
        for change in self.queue:
            self.set(change.level_id, change.after)
        self.queue.clear()

    def set(self, level_id: str, quantity: Any) -> None:
        self.rows[level_id] = evolve(self.rows[level_id], quantity=exact(quantity))

    def _happen(self, name: str) -> None:
        waiting = self.on.get(name)
        action = waiting.pop(0) if waiting else None
        if action is not None:
            action()


@define(slots=False)
class StockBench:
    """The flow on the fakes: WIDGET in eaches and cases of 12 unless a test adds more."""

    clock: FakeClock = field(factory=FakeClock)
    store: Store = field(factory=MemoryStore)
    policy: Policy = Policy(suborders="parents")  # noqa: RUF009  # frozen
    stock: StockPolicy = StockPolicy(figures=ON_HAND, few=10_000, shares=EACH_FIRST)  # noqa: RUF009  # frozen
    declared: str = ""
    shop: FakeStorefront = field(factory=lambda: FakeStorefront(catalogue={}))
    site: FakeWarehouse = field(factory=FakeWarehouse)
    source: FakeSource = field(factory=FakeSource)
    worker: str = "worker-1"
    front: FakeFront = field(init=False)
    orders: int = 100

    def __attrs_post_init__(self) -> None:
        self.front = FakeFront(self.clock)

    @classmethod
    def new(cls, eaches: Any = None, /, **changes: Any) -> StockBench:
        """WIDGET with rows of 0 each and 0 case; `eaches` of it in a snapshot of now."""
        bench = cls(**changes)
        bench.product("WIDGET", each=0, case=0)
        if eaches is not None:
            bench.figures(WIDGET=eaches)
        return bench

    def product(self, sku: str, rates: Mapping[str, Any] | None = None, /, **rows: Any) -> None:
        """A product that is sold by these units, and its rows."""
        rates = {"each": 1, "case": 12, "pallet": 480} | dict(rates or {})
        number = str(len(self.shop.catalogue) + 1)
        units = tuple(
            ProductUnit(unit, None if rates[unit] is None else Decimal(str(rates[unit]))) for unit in rows
        )
        self.shop.catalogue[sku] = Product(number, sku, units)
        self.front.known[sku] = evolve(BOUND, sku=sku, product_id=number, in_stock=True)
        for unit, quantity in rows.items():
            self.row(sku, unit, quantity)

    def row(self, sku: str, unit: str, quantity: Any) -> str:
        level_id = str(1000 + len(self.front.rows))
        self.front.rows[level_id] = InventoryLevel(level_id, sku, unit, exact(quantity), self.clock.now())
        return level_id

    def kit(self, sku: str, parts: Mapping[str, int] | None, quantity: Any = 0) -> None:
        """A kit of so many eaches of each part."""
        self.product(sku, {"item": 1}, item=quantity)
        self.shop.catalogue[sku] = evolve(self.shop.catalogue[sku], is_kit=True)
        made_of = (
            None if parts is None else {part: Quantity(number, "each") for part, number in parts.items()}
        )
        self.front.known[sku] = evolve(self.front.known[sku], is_kit=True, kit=made_of)

    def terms(self, sku: str = "WIDGET", **changes: Any) -> None:
        self.front.known[sku] = evolve(self.front.known[sku], **changes)

    def figures(self, **stock: Any) -> None:
        self.source.take(self.clock.now(), stock)

    def level_id(self, sku: str = "WIDGET", unit: str = "each") -> str:
        return next(row.id for row in self.front.rows.values() if (row.sku, row.unit) == (sku, unit))

    def shown(self, sku: str = "WIDGET") -> dict[str, Fraction]:
        return {row.unit: row.quantity for row in self.front.rows.values() if row.sku == sku}

    def show(self, sku: str = "WIDGET", **rows: Any) -> None:
        for unit, quantity in rows.items():
            self.front.set(self.level_id(sku, unit), quantity)

    def order(self, amount: Any, unit: str = "each", sku: str = "WIDGET", **changes: Any) -> str:
        """An order that nobody's row shows yet."""
        self.orders += 1
        line = a_line(id=f"{self.orders}1", sku=sku, quantity=Quantity(amount, unit))
        wanted: dict[str, Any] = {
            "id": str(self.orders),
            "identifier": f"ORD-{self.orders}",
            "lines": (line,),
            "created_at": self.clock.now(),
            "updated_at": self.clock.now(),
        }
        self.shop.put(an_order(**(wanted | changes)))
        return str(self.orders)

    def sell(self, amount: Any, unit: str = "each", sku: str = "WIDGET") -> str:
        """A checkout: the row of this unit falls, and an order appears."""
        level_id = self.level_id(sku, unit)
        self.front.set(level_id, self.front.rows[level_id].quantity - exact(amount))
        return self.order(amount, unit, sku)

    @property
    def engine(self) -> Engine:
        carriers = Carriers.from_mapping({"ups_3:03": UPS})
        return Engine(
            storefront=self.shop,
            warehouse=self.site,
            store=self.store,
            tables=Tables(units=UnitBook.from_text(self.declared), carriers=carriers),
            policy=self.policy,
            clock=self.clock,
            worker=self.worker,
            stock=StockEnds(self.source, self.front, self.stock),
        )

    def run(self, **later: float) -> FlowReport:
        """The stock flow once, by whatever worker, after letting time pass."""
        self.clock.advance(**(later or {"minutes": 1}))
        (report,) = run_flows(self.engine, ["stock"]).flows
        return report

    @property
    def desk(self) -> ExceptionDesk:
        return ExceptionDesk(self.engine, lambda order_id: None)

    def open(self, subject: str | None = None) -> list[ExceptionItem]:
        return list(self.desk.open(order_id=subject))

    def codes(self, subject: str | None = "sku:WIDGET") -> list[str]:
        return sorted(item.code for item in self.open(subject))

    def due(self) -> list[str]:
        with self.store.transaction() as rows:
            return [one.sku for one in rows.due("", 100_000)]
