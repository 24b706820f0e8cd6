"""What the parts of the contract for stock share: figures, movements, and what is due."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import evolve

from orogxo.model import Quantity, SnapshotMark, StockMovement, StockRow
from orogxo.ports import Store, Transaction
from orogxo.testing.store_contract.base import MINUTE, NOW

HOUR = 60 * MINUTE


def row(sku: str = "WIDGET", amount: Any = 10, **fields: Any) -> StockRow:
    """A figure of what is available."""
    return evolve(StockRow(sku, "available", Quantity(amount, "EA")), **fields)


def movement(name: str = "m1", sku: str = "WIDGET", at: dt.datetime = NOW, **fields: Any) -> StockMovement:
    """Five units that were taken out of the available stock."""
    found = StockMovement(name, at, sku, Quantity(5, "EA"), "available", "", "picked")
    return evolve(found, **fields)


def mark(number: int, rows: int) -> SnapshotMark:
    """The snapshot of that many hours after `NOW`."""
    return SnapshotMark(f"S-{number}", NOW + number * HOUR, rows)


def snapshot(store: Store, number: int, *rows: StockRow) -> int:
    """Stage a whole snapshot and take it over; how many SKUs fell due."""
    with store.transaction() as tx:
        tx.stage(f"S-{number}", rows)
        return tx.take_over(mark(number, len(rows)), now=NOW + number * HOUR)


def due(tx: Transaction) -> list[str]:
    """All SKUs that are due."""
    return [one.sku for one in tx.due("", 1000)]


def settle(store: Store) -> None:
    """Let nothing be due."""
    with store.transaction() as tx:
        tx.settle(tx.due("", 1000))
