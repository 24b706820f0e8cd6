"""A canary in every secret: after good and bad exchanges it sings nowhere but on the wire."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path

import pytest

from orogxo import Config, Connector, GxoClient, OroClient
from orogxo.errors import OrogxoError
from orogxo.http import RetryPolicy
from orogxo.sandbox import Fault, Twin
from orogxo.storage import SQLiteStore

CANARY = "canary-7f3c9e"
TROUBLE = ("html_502", "empty_401", "truncate", "status_429", "lose_reply")


@pytest.mark.parametrize("action", TROUBLE)
def test_no_secret_in_store_logs_reports_reprs_or_pickles(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, action: str
) -> None:
    caplog.set_level(logging.DEBUG)
    twin = Twin(seed=7, oro_version="6.1")
    twin.place_order(
        po_number="",
        customer="Solo Shop Ltd",
        lines=[("WIDGET-001", 1, "case")],
        shipping_method="ups_3",
        shipping_method_type="03",
    )
    for system in ("oro", "gxo"):
        twin.faults.add(Fault(system=system, path=r"/(admin|v1)/.*", every=2, action=action))
        twin.faults.add(Fault(system=system, path=r"/oauth.*", nth=2, action=action))
    once = RetryPolicy(attempts=1)
    oro = OroClient("http://oro.test", "id", CANARY, sender=twin.oro, clock=twin.clock, retry=once)
    gxo = GxoClient(
        "http://gxo.test",
        "id",
        CANARY,
        depositor="A",
        site="S",
        sender=twin.gxo,
        clock=twin.clock,
        retry=once,
    )
    store = SQLiteStore(tmp_path / "orogxo.db")
    config = Config.from_text(twin.config_toml(), environ={})
    told = [repr(oro), repr(gxo), repr(config)]
    with Connector(oro=oro, gxo=gxo, store=store, config=config, clock=twin.clock) as link:
        told.append(repr(link.engine))
        for _ in range(6):
            twin.clock.sleep(700)
            report = link.run_once()
            told += [repr(report), *report.problems, *(repr(item) for item in link.exceptions.open())]
            try:
                oro.orders.get("404")
            except OrogxoError as error:
                told += [repr(error), str(error), repr(pickle.loads(pickle.dumps(error)).__dict__)]
    tokens = {line for exchange in twin.calls for line in [repr(exchange)] if CANARY in line}
    assert tokens == set()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    heard = "\n".join([*told, caplog.text, written.decode("utf-8", "replace")])
    assert len(twin.calls) > 10
    assert CANARY not in heard
    assert "Bearer ey" not in heard
