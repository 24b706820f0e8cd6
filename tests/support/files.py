"""A connector over a twin whose warehouse trades X12 files: what tests of the job over files start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import define, field

from orogxo import Config, Connector, OroClient
from orogxo.gxo.edi.exchange import Arrival, FileDrop
from orogxo.gxo.edi.folder import FolderDrop
from orogxo.gxo.edi.profile import X12Profile
from orogxo.gxo.edi.site import Site
from orogxo.gxo.edi.warehouse import X12Warehouse
from orogxo.model import Fulfilment
from orogxo.orchestrator import RunReport
from orogxo.ports import Store
from orogxo.sandbox import Twin
from orogxo.sandbox.x12_site import X12Site
from orogxo.storage import MemoryStore
from support.interruptions import Crash, Points

SITE = Site(
    sender="ACME",
    receiver="GXOLEEDS",
    complete="renamed",
    cancels=True,
    profile=X12Profile(depositor="ACME", site="GXO-LEEDS", time_zone="Europe/London"),
)


@define
class FilesWorld:
    """A twin, its X12 door, and connectors over them that share one store and one drop."""

    twin: Twin
    door: X12Site
    drop: FileDrop
    site: Site = SITE
    store: Store = field(factory=MemoryStore)

    @classmethod
    def new(
        cls, folder: Path, site: Site = SITE, *, checks_control: bool = False, **options: Any
    ) -> FilesWorld:
        """The site does again whatever it is sent again, unless it checks control numbers."""
        twin = Twin(seed=7, oro_version="6.1", gxo_duplicates=True, **options)
        drop = FolderDrop(folder)
        return cls(twin, X12Site(twin, folder, checks_control=checks_control), drop, site)

    def warehouse(self) -> X12Warehouse:
        return X12Warehouse(self.drop, self.site, self.store, self.twin.clock)

    def connector(self) -> Connector:
        """A new worker: nothing of an earlier one survives but the store and the files."""
        return Connector(
            oro=OroClient("http://oro.test", "id", "secret", sender=self.twin.oro, clock=self.twin.clock),
            warehouse=self.warehouse(),
            store=self.store,
            config=Config.from_text(self.twin.config_toml(), environ={}),
            clock=self.twin.clock,
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

    def ship(self) -> None:
        """The site takes what lies in the outbox, ships all that it has, and tells."""
        self.door.receive()
        self.twin.work()
        self.door.tell()

    def fulfilment(self, order_id: str) -> Fulfilment:
        with self.store.transaction() as rows:
            found = rows.fulfilment(order_id)
        assert found is not None, f"no fulfilment of order {order_id}"
        return found

    def told(self) -> list[str]:
        """What waits for people, as sentences."""
        return [item.message for item in self.connector().exceptions.open()]

    def agrees(self, *held: str) -> None:
        """The twin's own books have nothing to say; `held` orders are expected not to have gone."""
        assert self.twin.books(held=set(held)).problems() == []


@define
class CrashingDrop:
    """A drop whose worker dies before or after each step that changes a file."""

    drop: FileDrop
    deaths: Points

    def stage(self, name: str, data: bytes) -> None:
        self._here(f"before staging {name}")
        self.drop.stage(name, data)
        self._here(f"after staging {name}")

    def has_left(self, name: str) -> bool:
        return self.drop.has_left(name)

    def publish(self, name: str) -> bool:
        self._here(f"before renaming {name}")
        done = self.drop.publish(name)
        self._here(f"after renaming {name}")
        return done

    def withdraw(self, name: str) -> bool:
        self._here(f"before withdrawing {name}")
        done = self.drop.withdraw(name)
        self._here(f"after withdrawing {name}")
        return done

    def arrivals(self) -> Sequence[Arrival]:
        return self.drop.arrivals()

    def read(self, name: str) -> bytes | None:
        return self.drop.read(name)

    def archive(self, name: str, tag: str) -> None:
        self._here(f"before archiving {name}")
        self.drop.archive(name, tag)
        self._here(f"after archiving {name}")

    def close(self) -> None:
        self.drop.close()

    def _here(self, label: str) -> None:
        if self.deaths.here(label):
            raise Crash
