"""A connector over a twin, in-process: what end-to-end tests start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from attrs import define, field

from orogxo import Config, Connector, GxoClient, OroClient
from orogxo.http import RetryPolicy
from orogxo.model import Order
from orogxo.orchestrator import RunReport
from orogxo.ports import Sender, Store
from orogxo.sandbox import Twin
from orogxo.storage import MemoryStore

ONCE = RetryPolicy(attempts=1)


@define
class World:
    """A twin, and connectors over it that share one store."""

    twin: Twin
    store: Store = field(factory=MemoryStore)
    settings: str = ""
    authorised: Callable[[Order], bool] | None = None
    retry: RetryPolicy | None = None

    @classmethod
    def new(cls, version: str = "6.1", **options: Any) -> World:
        return cls(Twin(seed=7, oro_version=version, **options))

    def connector(self, *, oro: Sender | None = None, gxo: Sender | None = None) -> Connector:
        """A new worker: nothing of an earlier one survives but the store."""
        clock, retry = self.twin.clock, self.retry
        return Connector(
            oro=OroClient(
                "http://oro.test", "id", "secret", sender=oro or self.twin.oro, clock=clock, retry=retry
            ),
            gxo=GxoClient(
                "http://gxo.test",
                "id",
                "secret",
                depositor="ACME",
                site="GXO-1",
                sender=gxo or self.twin.gxo,
                clock=clock,
                retry=retry,
            ),
            store=self.store,
            config=Config.from_text(self.settings or self.twin.config_toml(), environ={}),
            clock=clock,
            authorised=self.authorised,
        )

    def place(self, **changes: Any) -> str:
        """A clean order of one case of 12, but for `changes`."""
        order: dict[str, Any] = {
            "po_number": "PO-2026-0001",
            "customer": "Northwind Retail GmbH",
            "lines": [("WIDGET-001", 1, "case")],
            "shipping_method": "ups_3",
            "shipping_method_type": "03",
        }
        return self.twin.place_order(**(order | changes))

    def run(self, **later: float) -> RunReport:
        """One run by a new worker, after letting time pass."""
        self.twin.clock.advance(dt.timedelta(**(later or {"minutes": 1})))
        return self.connector().run_once()

    def held(self) -> dict[str, list[str]]:
        """Codes of the exceptions that block, by order id."""
        found: dict[str, list[str]] = {}
        for item in self.connector().exceptions.open():
            if item.blocks:
                found.setdefault(item.subject, []).append(item.code)
        return {order_id: sorted(codes) for order_id, codes in found.items()}

    def agrees(self, *held: str) -> None:
        """The twin's own books have nothing to say; `held` orders are expected not to have gone."""
        assert self.twin.books(held=set(held)).problems() == []
