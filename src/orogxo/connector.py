"""The connector: both ends, a store and the settings, put together. The only module that sees everything."""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self, cast

from attrs import evolve, frozen

from orogxo.config import Config
from orogxo.errors import ConfigError
from orogxo.gxo import GxoClient, GxoWarehouse
from orogxo.gxo.edi.stock_source import X12StockSource
from orogxo.gxo.edi.warehouse import X12Warehouse
from orogxo.gxo.site import SiteProfile
from orogxo.gxo.stock_source import GxoStockSource
from orogxo.http import SystemClock
from orogxo.model import LevelChange, Order, State
from orogxo.orchestrator import Engine, ExceptionDesk, FlowReport, Intake, RunReport, Story, run_flows, trace
from orogxo.orchestrator.runner import feedback, release, stock
from orogxo.orchestrator.schedule import Advice, PushCosts
from orogxo.orchestrator.stock.advising import stock_advice
from orogxo.orchestrator.stock.flow import preview, stock_due
from orogxo.orchestrator.stock.policy import StockEnds
from orogxo.orchestrator.stock.pool import FigureTerms, Kind
from orogxo.oro import OroClient, OroStorefront
from orogxo.oro.stock_front import OroStockFront
from orogxo.ports import Clock, Store, Warehouse
from orogxo.ports.stock import StockSource


@frozen
class Job:
    """A flow for the host's own scheduler: call `run` about every `interval`."""

    name: str
    interval: dt.timedelta
    run: Callable[[], FlowReport | RunReport]


class Connector:
    """Orders from OroCommerce to the warehouse, dispatches back; called on the host's own schedule.

    `authorised` answers for installations that show no order status (with `[release] host_authorises`).
    Any number of connectors, in any number of processes, may share one store. The warehouse is either `gxo`,
    a gateway, or any other `warehouse`, such as `orogxo.gxo.edi.warehouse.X12Warehouse`, which is
    the host's to close. With `[stock]` in the settings the rows of stock are kept, too, by the books of the
    warehouse or of `stock_source`.
    """

    def __init__(
        self,
        *,
        oro: OroClient,
        gxo: GxoClient | None = None,
        warehouse: Warehouse | None = None,
        stock_source: StockSource | None = None,
        store: Store,
        config: Config | None = None,
        clock: Clock | None = None,
        authorised: Callable[[Order], bool] | None = None,
        worker: str | None = None,
    ) -> None:
        if (gxo is None) == (warehouse is None):
            raise ConfigError("give either gxo, a client of the gateway, or a warehouse")
        config, clock = config or Config(), clock or SystemClock()
        self.config = config
        self._oro, self._gxo, self._store = oro, gxo, store
        client = warehouse.client if isinstance(warehouse, GxoWarehouse) else gxo
        self.engine = Engine(
            storefront=OroStorefront(oro),
            warehouse=GxoWarehouse(gxo) if gxo is not None else cast("Warehouse", warehouse),
            store=store,
            tables=config.tables(),
            policy=config.policy(),
            clock=clock,
            worker=worker or f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
            host_authorised=authorised,
            workers=config.release.workers,
            stock=_stock_ends(
                config,
                oro,
                stock_source or _books(client, warehouse),
                client.profile if client else None,
                clock,
            ),
        )
        self.exceptions = ExceptionDesk(self.engine, self._reread)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release connections and files of the clients and the store."""
        self._oro.close()
        if self._gxo is not None:
            self._gxo.close()
        self._store.close()

    def run_once(self) -> RunReport:
        """Every flow once. Never raises for trouble with either end: the report and the exceptions tell."""
        return run_flows(self.engine)

    def release(self) -> FlowReport:
        """Read orders, hold or send them.

        Raises ReleaseRefused where no order status can be read, ApiError where an end fails.
        """
        return release(self.engine)

    def feedback(self) -> FlowReport:
        """Read dispatches, show their trackings in OroCommerce. Raises ApiError where an end fails."""
        return feedback(self.engine)

    def stock(self) -> FlowReport:
        """Make every row of stock in OroCommerce right. Raises StoreError; other trouble is in the report."""
        return stock(self.engine)

    def next_due(self) -> dt.datetime:
        """When the stock must be pushed next (UTC); at or before now: at once. Raises ConfigError without
        `[stock]`."""
        return stock_due(self.engine, self._stock_ends())

    def stock_advice(self, costs: PushCosts, skus: Collection[str]) -> Advice:
        """How often to push and what to hold back for the budget of `[stock.budget]`, in words and money.

        From the demand recorded so far and what is free to sell now. Raises ConfigError for what is missing,
        ApiError where OroCommerce fails.
        """
        return stock_advice(self.engine, self._stock_ends(), costs, skus)

    def _stock_ends(self) -> StockEnds:
        if self.engine.stock is None:
            raise ConfigError("the settings have no table [stock]: its stock is not kept by orogxo")
        return self.engine.stock

    def preview_stock(self) -> Iterator[LevelChange]:
        """What the next push would write and why, row by row; nothing is written. Raises ApiError."""
        ends = self.engine.stock
        return iter(()) if ends is None else preview(self.engine, ends)

    def jobs(self) -> Sequence[Job]:
        """The flows for the host's scheduler."""
        jobs = (
            Job("release", dt.timedelta(minutes=1), self.release),
            Job("feedback", dt.timedelta(minutes=2), self.feedback),
        )
        ends = self.engine.stock
        return jobs if ends is None else (*jobs, Job("stock", ends.policy.interval, self.stock))

    def trace(self, text: str) -> Sequence[Story]:
        """The story so far, by order id, identifier, PO number or tracking number; `print` one to read it."""
        return trace(self.engine, text)

    def counts(self) -> Mapping[State, int]:
        """How many orders stand in each state."""
        with self._store.transaction() as rows:
            return rows.counts()

    def _reread(self, order_id: str) -> None:
        Intake(self.engine, self.engine.storefront.facts()).reread([order_id], asked=True)


def _books(client: GxoClient | None, warehouse: Warehouse | None) -> StockSource | None:
    if isinstance(warehouse, X12Warehouse):
        return X12StockSource(warehouse)
    return None if client is None else GxoStockSource(client)


def _stock_ends(
    config: Config,
    oro: OroClient,
    source: StockSource | None,
    profile: SiteProfile | None,
    clock: Clock,
) -> StockEnds | None:
    if config.stock is None:
        return None
    if source is None:
        raise ConfigError("[stock] needs the warehouse's books: this warehouse has none, give stock_source")
    front = OroStockFront(oro, clock, declared=config.stock.shop.declared())
    policy = config.stock.policy()
    if policy.figures is None and profile is not None and profile.stock.figure:
        agreed = profile.stock
        terms = FigureTerms(cast("Kind", agreed.figure), agreed.statuses, config.stock.sites)
        policy = evolve(policy, figures=terms)
    return StockEnds(source, front, policy)
