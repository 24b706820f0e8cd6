"""An engine on the fakes, and the questions that tests ask of its store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define, evolve, field

from orogxo.model import ExceptionItem, Fulfilment, Order
from orogxo.orchestrator import Engine, ExceptionDesk, Intake, Policy, RunReport, run_flows
from orogxo.ports import Store
from orogxo.rules import Tables
from orogxo.storage import MemoryStore
from support.ends import FakeClock, FakeStorefront, FakeWarehouse
from support.orders import TABLES


@define
class Bench:
    """Both fakes, a store and an engine over them."""

    shop: FakeStorefront = field(factory=FakeStorefront)
    site: FakeWarehouse = field(factory=FakeWarehouse)
    clock: FakeClock = field(factory=FakeClock)
    store: Store = field(factory=MemoryStore)
    policy: Policy = Policy(suborders="parents")  # noqa: RUF009  # frozen
    tables: Tables = TABLES
    predicate: Callable[[Order], bool] | None = None
    workers: int = 1

    @property
    def engine(self) -> Engine:
        return Engine(
            storefront=self.shop,
            warehouse=self.site,
            store=self.store,
            tables=self.tables,
            policy=self.policy,
            clock=self.clock,
            worker="worker-1",
            host_authorised=self.predicate,
            workers=self.workers,
        )

    @property
    def desk(self) -> ExceptionDesk:
        engine = self.engine
        return ExceptionDesk(
            engine, lambda order_id: Intake(engine, self.shop.known).reread([order_id], asked=True)
        )

    def run(self, *flows: str, **later: float) -> RunReport:
        """Run the flows (all, unless named), after letting time pass."""
        self.clock.advance(**later)
        return run_flows(self.engine, flows) if flows else run_flows(self.engine)

    def fulfilment(self, order_id: str = "17") -> Fulfilment:
        with self.store.transaction() as rows:
            found = rows.fulfilment(order_id)
        assert found is not None, f"no fulfilment of order {order_id}"
        return found

    def set_fulfilment(self, fulfilment: Fulfilment) -> None:
        with self.store.transaction() as rows:
            rows.save(evolve(fulfilment, version=0))

    def open(self, subject: str | None = "17") -> Sequence[ExceptionItem]:
        return list(self.desk.open(order_id=subject))

    def codes(self, subject: str | None = "17") -> list[str]:
        return sorted(item.code for item in self.open(subject))

    def story(self, subject: str = "17") -> list[str]:
        with self.store.transaction() as rows:
            return [entry.text for entry in rows.journal(subject)]
