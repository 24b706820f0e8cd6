"""Guards of the stock flow, taken away one at a time: a judge that cannot see this proves nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import pytest
from attrs import evolve

from orogxo.gxo.stock_source import GxoStockSource
from orogxo.model import Answer
from orogxo.orchestrator.stock import funds, orders, pool, projection, targets
from orogxo.orchestrator.stock.orders import Orders
from orogxo.ports.stock import MovementPage, SnapshotPage

Plant: TypeAlias = Callable[[pytest.MonkeyPatch], None]


def _naive_copy(patch: pytest.MonkeyPatch) -> None:
    """Every row shows all that the pool holds of it, as if it were the only one."""
    patch.setattr(projection, "strict", lambda pools, rows, _: projection.floor(pools, rows))


def _orders_not_read(patch: pytest.MonkeyPatch) -> None:
    """A push knows those orders that the release flow has read, whenever that was."""

    def read(self: Orders) -> None:
        self.began = self.ended = self.engine.now()
        self.claim()

    patch.setattr(Orders, "read", read)


def _cancelled_too_early(patch: pytest.MonkeyPatch) -> None:
    """A cancelled order takes nothing from the moment that the buyer cancels."""
    claims_of = orders.claims_of
    wanted = (Answer.PENDING, Answer.REFUSED)
    patch.setattr(
        orders, "claims_of", lambda one, to_base: () if one.cancel in wanted else claims_of(one, to_base)
    )


def _ties_known(patch: pytest.MonkeyPatch) -> None:
    """What happened in the very second of a snapshot counts as known to it."""
    figure = funds.figure

    def late(*args: Any, as_of: dt.datetime, **more: Any) -> pool.Figure:
        return figure(*args, as_of=as_of + dt.timedelta(microseconds=1), **more)

    patch.setattr(funds, "figure", late)


def _movements_twice(patch: pytest.MonkeyPatch) -> None:
    """A movement that is told twice counts twice."""
    movements, count = GxoStockSource.movements, itertools.count()

    def renamed(self: GxoStockSource, cursor: str) -> MovementPage:
        page = movements(self, cursor)
        return evolve(page, movements=[evolve(one, id=f"{one.id}/{next(count)}") for one in page.movements])

    patch.setattr(GxoStockSource, "movements", renamed)


def _incomplete_taken(patch: pytest.MonkeyPatch) -> None:
    """A snapshot that says itself that it is not complete is taken for the whole stock."""
    snapshot = GxoStockSource.snapshot

    def whole(self: GxoStockSource, *, known: str = "") -> Iterator[SnapshotPage]:
        return (evolve(page, complete=page.last) for page in snapshot(self, known=known))

    patch.setattr(GxoStockSource, "snapshot", whole)


def _raised_at_once(patch: pytest.MonkeyPatch) -> None:
    """Rows are raised in the same batch as others are lowered."""
    begin = targets._Judge.__init__

    def heedless(self: Any, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        self.over = {}

    patch.setattr(targets._Judge, "__init__", heedless)


def _known_claims_subtracted(patch: pytest.MonkeyPatch) -> None:
    """Orders are subtracted although the figure leaves out their goods already."""
    patch.setattr(pool, "KNOWING", dict.fromkeys(pool.KNOWING, frozenset[str]()))


DEFECTS: Mapping[str, Plant] = {
    "naive-copy": _naive_copy,
    "orders-not-read": _orders_not_read,
    "cancelled-too-early": _cancelled_too_early,
    "ties-known": _ties_known,
    "movements-twice": _movements_twice,
    "incomplete-taken": _incomplete_taken,
    "raised-at-once": _raised_at_once,
    "known-subtracted": _known_claims_subtracted,
}
"""What can be planted, by name; the docstring of each says what is wrong then."""
