"""One order's whole life, interrupted at every store commit and every request: shipped once, shown once.

The site really ships again whatever it is sent again (corrections 1), so a missing guard would show. Single
interruptions are run here, all pairs of them in `make soak`.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import define

from orogxo import Connector
from orogxo.model import Fulfilment, State
from orogxo.ports import Store
from orogxo.storage import MemoryStore, SQLiteStore
from support.interruptions import Crash, CrashingStore, FaultySender, Interruptions, Points
from support.worlds import ONCE, World


@define
class Life:
    """One order of two lines from checkout to tracking, over a twin, with interruptions."""

    world: World
    plan: Interruptions
    order_id: str

    def worker(self) -> Connector:
        """A new worker process: nothing survives of the old one but the store."""
        twin = self.world.twin
        ends = (("oro", twin.oro), ("gxo", twin.gxo))
        oro, gxo = (FaultySender(sender, self.plan, name) for name, sender in ends)
        return self.world.connector(oro=oro, gxo=gxo)

    def live(self) -> None:
        """Run until the order is closed: workers come back, time passes, the warehouse works."""
        store = self.world.store
        self.world.store = CrashingStore(store, self.plan.deaths)
        for _ in range(16):
            with suppress(Crash):
                self.worker().run_once()
            self.world.twin.clock.advance(dt.timedelta(minutes=11))
            self.world.twin.work()
            if self.fulfilment(store) and self.fulfilment(store).state is State.CLOSED:
                break
        self.world.store = store

    def fulfilment(self, store: Store) -> Fulfilment | None:
        with store.transaction() as rows:
            found = rows.fulfilment(self.order_id)
        for line in found.lines if found else ():
            assert line.ordered == line.shipped - line.over + line.short + line.cancelled + line.open
        return found


def a_life(
    store: Store | None = None,
    deaths: tuple[int, ...] = (),
    losses: tuple[int, ...] = (),
    *,
    sparse: bool = False,
) -> Life:
    world = World.new(gxo_duplicates=True)
    world.store, world.retry = store or MemoryStore(), ONCE
    order_id = world.place(lines=[("WIDGET-001", 1, "case"), ("WIDGET-002", 5, "item")])
    plan = Interruptions(Points(frozenset(deaths), sparse), Points(frozenset(losses), sparse))
    return Life(world, plan, order_id)


def shipped_once(life: Life) -> None:
    label = f"died {life.plan.deaths.chosen()}, lost {life.plan.losses.chosen()}"
    fulfilment = life.fulfilment(life.world.store)
    assert fulfilment is not None, label
    assert fulfilment.state is State.CLOSED, label
    assert life.world.twin.books().problems() == [], label
    assert life.world.twin.gxo_orders()[life.order_id]["times_received"] == 1, label


def reached(*, sparse: bool = False) -> tuple[int, int]:
    """How many points an undisturbed life passes: of deaths, of losses."""
    life = a_life(sparse=sparse)
    life.live()
    shipped_once(life)
    return life.plan.deaths.passed, life.plan.losses.passed


def test_the_worker_dies_at_every_point() -> None:
    deaths, _ = reached()
    assert deaths > 50
    for at in range(1, deaths + 1):
        life = a_life(deaths=(at,))
        life.live()
        shipped_once(life)


def test_a_request_or_its_reply_is_lost_at_every_point() -> None:
    _, losses = reached()
    assert losses > 30
    for at in range(1, losses + 1):
        life = a_life(losses=(at,))
        life.live()
        shipped_once(life)


def test_the_worker_dies_at_every_commit_of_a_real_database(tmp_path: Path) -> None:
    life = a_life()
    life.live()
    commits = [at for at, label in enumerate(life.plan.deaths.labels, 1) if label.endswith("a commit")]
    for at in commits[::3]:
        store = SQLiteStore(tmp_path / f"{at}.db")
        life = a_life(store, deaths=(at,))
        life.live()
        shipped_once(life)
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, 61))
def test_every_pair(first: int) -> None:
    """Two deaths, two losses, and a death with a loss, at every pair of telling points (`make soak`)."""
    deaths, losses = reached(sparse=True)
    assert 15 < deaths <= 60, "the range of `first` covers them all"
    assert 15 < losses <= 60
    pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    if first <= deaths:
        pairs += [((first, second), ()) for second in range(first + 1, deaths + 9)]
        pairs += [((first,), (second,)) for second in range(1, losses + 9)]
    if first <= losses:
        pairs += [((), (first, second)) for second in range(first + 1, losses + 9)]
    for died, lost in pairs:
        life = a_life(deaths=died, losses=lost, sparse=True)
        life.live()
        shipped_once(life)


def test_the_judge_sees_a_worker_without_guards() -> None:
    """The same story with a naive resend: the books must cry."""
    life = a_life()
    worker = life.worker()
    worker.run_once()
    fulfilment = life.fulfilment(life.world.store)
    assert fulfilment is not None
    assert fulfilment.request is not None
    worker.engine.warehouse.submit(fulfilment.request)
    life.world.twin.work()
    books = life.world.twin.books()
    assert sum(books.duplicated.values()) == 17
    assert books.problems() != []
