"""A connector takes a gateway or any other warehouse, one of them."""

from __future__ import annotations

import pytest

from orogxo import Connector, GxoClient, OroClient
from orogxo.errors import ConfigError
from orogxo.sandbox import Twin
from orogxo.storage import MemoryStore
from support.ends import FakeWarehouse


def ends(twin: Twin) -> tuple[OroClient, GxoClient]:
    oro = OroClient("http://oro.test", "id", "secret", sender=twin.oro, clock=twin.clock)
    gxo = GxoClient(
        "http://gxo.test", "id", "secret", depositor="A", site="B", sender=twin.gxo, clock=twin.clock
    )
    return oro, gxo


def test_any_warehouse_will_do() -> None:
    oro, _ = ends(Twin())
    site = FakeWarehouse()
    with Connector(oro=oro, warehouse=site, store=MemoryStore()) as link:
        assert link.engine.warehouse is site


def test_exactly_one_is_needed() -> None:
    oro, gxo = ends(Twin())
    for given in ({}, {"gxo": gxo, "warehouse": FakeWarehouse()}):
        with pytest.raises(ConfigError, match="either gxo"):
            Connector(oro=oro, store=MemoryStore(), **given)  # type: ignore[arg-type]  # as a host may call it
