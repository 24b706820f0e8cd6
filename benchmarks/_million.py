"""A company with a catalogue of any size: both ends simulated, everything between them real.

It lives in a process of its own, so what goes wrong is a RuntimeError: SystemExit would end the process
without a word to the one that waits for it.
"""

from __future__ import annotations

import resource
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

from attrs import define, frozen

from benchmarks import _catalogue as catalogue
from benchmarks._ends import Gateway, Shop, ShortClock
from orogxo.gxo import GxoClient, GxoWarehouse
from orogxo.gxo.stock_source import GxoStockSource
from orogxo.mapping import Carriers, UnitBook
from orogxo.model import InventoryLevel
from orogxo.orchestrator import Engine, Policy
from orogxo.orchestrator.stock.feeds import Feeds
from orogxo.orchestrator.stock.flow import run_stock
from orogxo.orchestrator.stock.policy import StockEnds, StockPolicy
from orogxo.orchestrator.stock.pool import FigureTerms
from orogxo.orchestrator.stock.strict import Shares
from orogxo.oro import OroClient
from orogxo.oro.batch_result import BatchPolicy
from orogxo.oro.selling_terms import ShopDeclared
from orogxo.oro.stock_front import OroStockFront
from orogxo.oro.storefront import OroStorefront
from orogxo.rules import Tables
from orogxo.storage import SQLiteStore

BATCH = BatchPolicy().chunk
DECLARED = ShopDeclared(manage=True, decrement=True, back_order=False, threshold=Fraction(0))
POLICY = StockPolicy(
    figures=FigureTerms("on_hand"), movements=True, shares=Shares("case_first"), slice=25_000
)
SETTLED_AT_ONCE = 5_000


@frozen
class Pushed:
    """What a push did. `seconds` are ours alone, `waited` those for OroCommerce.

    `rows` were written and `rows_due` differ; `wrong`: written although they do not, or wrongly, or twice, or
    not at all. `requests` by kind.
    """

    seconds: float
    waited: float
    due: int
    rows: int
    rows_due: int
    wrong: int
    requests: Mapping[str, int]


@define
class Company:
    """One company; make it with `new`, in a process of its own."""

    size: int
    engine: Engine
    ends: StockEnds
    gateway: Gateway
    shop: Shop
    clock: ShortClock
    before: float

    @classmethod
    def new(cls, folder: Path, size: int, *, traced: bool = False) -> Company:
        """Its rows in OroCommerce show the first snapshot, and its store knows that; none is taken in yet."""
        before = _peak()
        if traced:
            tracemalloc.start()
        gateway, shop, clock = Gateway(folder, size), Shop(size), ShortClock()
        gxo = GxoClient(
            "http://gxo.test",
            "",
            "",
            depositor="ACME",
            site="ATL1",
            api_key="key",
            sender=gateway,
            clock=clock,
        )
        oro = OroClient("http://oro.test", "id", "secret", sender=shop, clock=clock)
        ends = StockEnds(GxoStockSource(gxo), OroStockFront(oro, clock, declared=DECLARED), POLICY)
        store = SQLiteStore(folder / "orogxo.db")
        engine = Engine(
            storefront=OroStorefront(oro),
            warehouse=GxoWarehouse(gxo),
            store=store,
            tables=Tables(units=UnitBook.from_text(""), carriers=Carriers.from_mapping({})),
            policy=Policy(suborders="parents"),
            clock=clock,
            worker="worker-1",
            stock=ends,
        )
        with store.transaction() as rows:
            rows.put_levels(
                InventoryLevel(
                    str(level), catalogue.sku(at), catalogue.unit(level), Fraction(shown), clock.now()
                )
                for at in range(size)
                for level, shown in catalogue.rows_of(at, 1).items()
            )
        return cls(size, engine, ends, gateway, shop, clock, before)

    def take_in(self, snapshot: int) -> float:
        """Seconds from the first byte of that snapshot to the SKUs that are due, all that changed."""
        self.settle()
        self.gateway.snapshot, self.gateway.telling = snapshot, False
        feeds = Feeds(self.engine, self.ends.source)
        seconds = timed(feeds.run)
        with self.engine.store.transaction() as rows:
            due, _ = rows.count_due()
        expected = self.size if snapshot == 1 else self.size // catalogue.EVERY
        if feeds.troubles or due != expected:
            raise RuntimeError(f"{due} SKUs are due and {expected} were changed; {feeds.troubles}")
        return seconds

    def settle(self) -> None:
        """Forget what is due."""
        with self.engine.store.transaction() as rows:
            while due := rows.due("", SETTLED_AT_ONCE):
                rows.settle(due)

    def push(self) -> Pushed:
        """Let the flow bring the rows to the newest snapshot, which differs from the first."""
        self.gateway.telling = True
        Feeds(self.engine, self.ends.source).run()
        waited, shop = self.clock.waited, self.shop
        begun = time.perf_counter()
        report = run_stock(self.engine, self.ends)
        seconds = time.perf_counter() - begun - shop.seconds
        if report.troubles or report.counts["excepted"] or report.counts["settled"] != report.counts["due"]:
            raise RuntimeError(f"the push was not clean: {dict(report.counts)} {report.troubles}")
        expected = catalogue.changed_rows(self.size)
        differ = expected.items() ^ shop.written.items()
        return Pushed(
            seconds,
            self.clock.waited - waited,
            report.counts["due"],
            shop.rows_written,
            len(expected),
            len({level for level, _ in differ}) + abs(shop.rows_written - len(shop.written)),
            Counter(shop.requests),
        )

    def grown(self) -> float:
        """Megabytes by which the peak of memory grew; where it is traced, the peak of the Python heap."""
        if tracemalloc.is_tracing():
            return tracemalloc.get_traced_memory()[1] / 2**20
        return _peak() - self.before


def timed(act: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _peak() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
