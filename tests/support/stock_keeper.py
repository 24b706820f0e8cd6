"""The worker that keeps the stock of a `StockWorld`, and the laws that every run of it must obey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from attrs import define, field

from orogxo import Connector
from orogxo.orchestrator import FlowReport
from orogxo.orchestrator.stock.funds import funds
from orogxo.orchestrator.stock.gather import read_books, read_shop, tables_of
from orogxo.orchestrator.stock.unfinished import read_writes
from orogxo.sandbox.network import Exchange
from support.interruptions import Crash, CrashingStore, FaultySender, Interruptions, Points
from support.stock_world import GOODS, StockWorld

TAKE_OVER = 31 * 60
"""Seconds until the turn of a dead worker is over, and every pause and quarantine, too."""
ANSWERED = 16 * 60
"""Seconds until whatever failed or was not answered has been tried once more."""

Amounts = Mapping[str, Fraction]


@define
class Keeper:
    """Runs the stock flow over a world. A run that nothing crosses is judged at every request and at its end.

    `whole`: runs that were judged. `crossed`: runs in which people did something.
    """

    shop: StockWorld
    connector: Connector = field(init=False)
    whole: int = 0
    crossed: int = 0
    deaths: int = 0

    def __attrs_post_init__(self) -> None:
        self.connector = self.shop.world.connector()

    # Runs ---------------------------------------------------------------------------------------------------

    def push(self, *, pace: float = 0.0) -> None:
        """A run in a quiet moment. What is offered never exceeds what is free, not even halfway through: with
        a `pace` OroCommerce saves a row each so many seconds."""
        shop, before = self.shop, self.shop.offered()
        rows, rested = shop.twin.levels(), self._rested()
        # A loss of which this run reads is lowered within it, so until then the old rows stand.
        most = {sku: max(before[sku], free) for sku, free in shop.most(self._mark()).items()}
        end = shop.twin.between(lambda _: self._at_most(most, "in the middle of a run"))
        shop.twin.set_batch_pace(item=pace)
        report = self.connector.stock()
        shop.twin.set_batch_pace()
        end()
        if not (rested and report.ok and "due" in report.counts) or self._unfinished():
            return
        self.whole += 1
        known = shop.most(self._mark())
        self._at_most(known, "after a run")
        self._computed_at_most(known)
        self._nothing_zeroed(before)
        if not shop.decrement:
            risen = {row: shown for row, shown in shop.twin.levels().items() if shown > rows[row]}
            risen = {row: shown for row, shown in risen.items() if row[0] in GOODS}
            assert risen == {}, "rows that bind nobody are raised"

    def push_while(self, number: int, action: Callable[[], object], *, pace: float = 0.0) -> FlowReport:
        """A run that is crossed by `action` after its `number`-th request; with a `pace`, between rows."""
        twin = self.shop.twin
        self.crossed += 1
        left = number

        def cross(_: Exchange) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                action()

        if pace:
            twin.set_batch_pace(item=pace)
            twin.later(number * pace, action)
            report = self.connector.stock()
            twin.set_batch_pace()
            self.shop.wait(number * pace)
            return report
        end = twin.between(cross)
        try:
            return self.connector.stock()
        finally:
            end()

    def die(self, at: int) -> None:
        """The worker dies at the `at`-th point of a run; when its turn is over another takes over."""
        twin, world = self.shop.twin, self.shop.world
        plan, store = Interruptions(deaths=Points(frozenset({at}))), world.store
        world.store = CrashingStore(store, plan.deaths)
        oro, gxo = FaultySender(twin.oro, plan, "oro"), FaultySender(twin.gxo, plan, "gxo")
        try:
            world.connector(oro=oro, gxo=gxo).stock()
        except Crash:
            self.deaths += 1
        world.store = store
        self.shop.wait(TAKE_OVER)
        self.connector = world.connector()

    def lose(self, at: int) -> None:
        """The `at`-th request of a run, or its reply, is lost."""
        twin = self.shop.twin
        plan = Interruptions(losses=Points(frozenset({at}), sparse=True))
        oro, gxo = FaultySender(twin.oro, plan, "oro"), FaultySender(twin.gxo, plan, "gxo")
        self.shop.world.connector(oro=oro, gxo=gxo).stock()
        self.shop.wait(TAKE_OVER)

    def tell_all(self) -> None:
        """Everything is told and answered: checkouts, movements, shipments, cancellations."""
        self.shop.commit()
        self.shop.twin.tell_movements()
        self.shop.twin.hesitate(yes=False)
        for _ in range(3):
            self.connector.release()
            self.connector.feedback()
            self.shop.wait(ANSWERED)

    # Laws ---------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """All is told, and a fresh snapshot after it: the sum is the truth, and that is what is offered."""
        shop = self.shop
        self.tell_all()
        shop.wait(TAKE_OVER)
        shop.snapshot("whole")
        shop.wait(2)
        self.push()
        self.push()
        free, pools, withheld = shop.truth(), self.computed(), shop.withheld()
        for sku, pool in pools.items():
            assert free[sku] - withheld[sku] <= pool <= free[sku], f"{sku}: {pool} computed, {free[sku]} free"
        if shop.decrement:
            assert shop.offered() == pools, "strict hides nothing of the pool"
        shown, calls = shop.twin.levels(), len(shop.twin.calls)
        report = self.connector.stock()
        assert report.ok, report.problems
        writes = [call.path for call in shop.twin.calls[calls:] if call.method in {"PATCH", "DELETE"}]
        assert (writes, shop.twin.levels()) == ([], shown), "a second run writes nothing"

    def computed(self) -> Amounts:
        """The pools as the product computes them now."""
        engine = self.connector.engine
        ends = engine.stock
        assert ends is not None
        assert ends.policy.figures is not None
        shop = read_shop(engine, ends, GOODS)
        tables = tables_of(engine, shop)
        with engine.store.transaction() as rows:
            mark, _ = rows.snapshots()
            assert mark is not None
            books = read_books(
                rows, mark, shop, ends, (), now=engine.now(), prefix=engine.tables.reference_prefix
            )
        found = funds(GOODS, books, tables, ends.policy, ends.policy.figures)
        return {sku: pool.amount for sku, pool in found.pools.items()}

    def _computed_at_most(self, most: Amounts) -> None:
        for sku, pool in self.computed().items():
            assert pool <= most[sku], f"{sku}: {pool} computed, {most[sku]} free"

    def _at_most(self, most: Amounts, when: str) -> None:
        for sku, eaches in self.shop.offered().items():
            if not self.shop.overdrawn(sku):
                assert eaches <= most[sku], f"{sku}: {eaches} offered {when}, {most[sku]} free"

    def _nothing_zeroed(self, before: Amounts) -> None:
        """What nobody can prove may be hidden: what orders and people moved, and no more."""
        shop, now = self.shop, self.shop.offered()
        orders, free = shop.ordered(), shop.truth()
        for sku in GOODS:
            if before[sku] and not now[sku]:
                assert free[sku] <= orders[sku] + shop.touched[sku], f"{sku} is zeroed by accident"

    def _mark(self) -> str:
        with self.connector.engine.store.transaction() as rows:
            mark, _ = rows.snapshots()
        return mark.id if mark else "SNAP-0"

    def _rested(self) -> bool:
        return all(self.connector.engine.paused(system) is None for system in ("oro", "gxo"))

    def _unfinished(self) -> bool:
        with self.connector.engine.store.transaction() as rows:
            return bool(read_writes(rows))
