"""The connector: both ends, a store and the settings, put together. The only module that sees everything."""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, cast

from attrs import frozen

from orogxo.config import Config
from orogxo.errors import ConfigError
from orogxo.gxo import GxoClient, GxoWarehouse
from orogxo.http import SystemClock
from orogxo.model import Order, State
from orogxo.orchestrator import Engine, ExceptionDesk, FlowReport, Intake, RunReport, Story, run_flows, trace
from orogxo.orchestrator.runner import feedback, release
from orogxo.oro import OroClient, OroStorefront
from orogxo.ports import Clock, Store, Warehouse


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
    the host's to close.
    """

    def __init__(
        self,
        *,
        oro: OroClient,
        gxo: GxoClient | None = None,
        warehouse: Warehouse | None = None,
        store: Store,
        config: Config | None = None,
        clock: Clock | None = None,
        authorised: Callable[[Order], bool] | None = None,
        worker: str | None = None,
    ) -> None:
        if (gxo is None) == (warehouse is None):
            raise ConfigError("give either gxo, a client of the gateway, or a warehouse")
        config = config or Config()
        self.config = config
        self._oro, self._gxo, self._store = oro, gxo, store
        self.engine = Engine(
            storefront=OroStorefront(oro),
            warehouse=GxoWarehouse(gxo) if gxo is not None else cast("Warehouse", warehouse),
            store=store,
            tables=config.tables(),
            policy=config.policy(),
            clock=clock or SystemClock(),
            worker=worker or f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
            host_authorised=authorised,
            workers=config.release.workers,
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

    def jobs(self) -> Sequence[Job]:
        """The flows for the host's scheduler."""
        return (
            Job("release", dt.timedelta(minutes=1), self.release),
            Job("feedback", dt.timedelta(minutes=2), self.feedback),
        )

    def trace(self, text: str) -> Sequence[Story]:
        """The story so far, by order id, identifier, PO number or tracking number; `print` one to read it."""
        return trace(self.engine, text)

    def counts(self) -> Mapping[State, int]:
        """How many orders stand in each state."""
        with self._store.transaction() as rows:
            return rows.counts()

    def _reread(self, order_id: str) -> None:
        Intake(self.engine, self.engine.storefront.facts()).reread([order_id], asked=True)
