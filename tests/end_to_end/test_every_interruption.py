"""One order's whole life, interrupted once at every store write and every request: shipped once, shown once.

The site really ships again whatever it is sent again (corrections 1), so a missing guard would show.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import define

from orogxo import Connector
from orogxo.model import State
from orogxo.ports import Store
from orogxo.storage import MemoryStore, SQLiteStore
from support.interruptions import Crash, CrashingStore, FaultySender, Points
from support.worlds import ONCE, World


@define
class Life:
    """One order from checkout to tracking, over a twin, with one interruption."""

    world: World
    points: Points
    crash: bool
    order_id: str

    def worker(self) -> Connector:
        """A new worker process: nothing survives of the old one but the store."""
        twin = self.world.twin
        oro, gxo = (
            FaultySender(sender, self.points, name, self.crash)
            for name, sender in (("oro", twin.oro), ("gxo", twin.gxo))
        )
        return self.world.connector(oro=oro, gxo=gxo)

    def live(self) -> None:
        """Run until the order is closed: workers come back, time passes, the warehouse works."""
        store = self.world.store
        if self.crash:
            self.world.store = CrashingStore(store, self.points)
        for _ in range(12):
            with suppress(Crash):
                self.worker().run_once()
            self.world.twin.clock.advance(dt.timedelta(minutes=11))
            self.world.twin.work()
            if self.state(store) is State.CLOSED:
                break
        self.world.store = store

    def state(self, store: Store) -> State | None:
        with store.transaction() as rows:
            found = rows.fulfilment(self.order_id)
        return found.state if found else None


def a_life(store: Store, points: Points, *, crash: bool) -> Life:
    world = World.new(gxo_duplicates=True)
    world.store, world.retry = store, ONCE
    order_id = world.place(lines=[("WIDGET-001", 1, "case"), ("WIDGET-002", 5, "item")])
    return Life(world, points, crash, order_id)


def shipped_once(life: Life) -> None:
    label = f"interrupted {life.points.labels[life.points.at - 1]}" if life.points.at else "not interrupted"
    assert life.state(life.world.store) is State.CLOSED, label
    assert life.world.twin.books().problems() == [], label
    assert life.world.twin.gxo_orders()[life.order_id]["times_received"] == 1, label


def every_point(crash: bool) -> range:
    points = Points()
    a_life(MemoryStore(), points, crash=crash).live()
    return range(1, points.passed + 1)


@pytest.mark.parametrize("crash", [True, False], ids=["the worker dies", "a request or reply is lost"])
def test_at_every_point(crash: bool) -> None:
    reached = every_point(crash)
    assert len(reached) > 60
    for at in reached:
        life = a_life(MemoryStore(), Points(at), crash=crash)
        life.live()
        shipped_once(life)


def test_at_every_commit_of_a_real_database(tmp_path: Path) -> None:
    labels = Points()
    a_life(MemoryStore(), labels, crash=True).live()
    commits = [number for number, label in enumerate(labels.labels, 1) if label.endswith("a commit")]
    until_quiet = commits[: 2 * len(commits) // 3]
    for at in until_quiet[::3]:
        store = SQLiteStore(tmp_path / f"{at}.db")
        life = a_life(store, Points(at), crash=True)
        life.live()
        shipped_once(life)
        store.close()


def test_the_judge_sees_a_worker_without_guards() -> None:
    """The same story with a naive resend: the books must cry."""
    life = a_life(MemoryStore(), Points(), crash=True)
    worker = life.worker()
    worker.run_once()
    fulfilment = worker.trace(life.order_id)[0].fulfilment
    assert fulfilment.request is not None
    worker.engine.warehouse.submit(fulfilment.request)
    life.world.twin.work()
    books = life.world.twin.books()
    assert sum(books.duplicated.values()) == 17
    assert books.problems() != []
