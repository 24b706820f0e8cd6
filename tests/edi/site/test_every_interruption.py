"""An order's whole life over files, with the worker dying at every commit, staging, rename and archiving.

The site works again on whatever file it finds: a second file is a second shipment.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import define

from orogxo.model import State
from support.files import CrashingDrop, FilesWorld
from support.interruptions import Crash, CrashingStore, Points


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushing to the disk guards against a power cut, not against a worker's death, and takes its time."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@define
class Life:
    """One order of two lines from checkout to tracking, over files, with deaths."""

    world: FilesWorld
    deaths: Points
    order_id: str

    def live(self) -> None:
        """Run until the order is closed and its 945 answered: workers come back, the site works."""
        store, drop = self.world.store, self.world.drop
        self.world.store = CrashingStore(store, self.deaths)
        self.world.drop = CrashingDrop(drop, self.deaths)
        for _ in range(16):
            with suppress(Crash):
                self.world.connector().run_once()
            self.world.twin.clock.advance(dt.timedelta(minutes=11))
            self.world.ship()
            with store.transaction() as rows:
                found = rows.fulfilment(self.order_id)
            if found is not None and found.state is State.CLOSED and self.world.door.acknowledged:
                break
        self.world.store, self.world.drop = store, drop


def a_life(folder: Path, *deaths: int) -> Life:
    world = FilesWorld.new(folder)
    order_id = world.place(lines=[("WIDGET-001", 1, "case"), ("WIDGET-002", 5, "item")])
    return Life(world, Points(frozenset(deaths)), order_id)


def shipped_once(life: Life) -> None:
    label = f"died {life.deaths.chosen()}"
    assert life.world.fulfilment(life.order_id).state is State.CLOSED, label
    assert life.world.twin.books().problems() == [], label
    assert life.world.twin.gxo_orders()[life.order_id]["times_received"] == 1, label
    orders = [name for name in life.world.door.taken if name.startswith("940")]
    assert len(orders) == 1, label
    assert life.world.door.acknowledged, label


def test_the_worker_dies_at_every_point(tmp_path: Path) -> None:
    undisturbed = a_life(tmp_path / "0")
    undisturbed.live()
    shipped_once(undisturbed)
    labels = undisturbed.deaths.labels
    for step in ("before staging 940", "after staging 940", "before renaming 940", "after renaming 940",
                 "before archiving 945", "after archiving 945", "after renaming 997"):  # fmt: skip
        assert any(label.startswith(step) for label in labels), step
    for at in range(1, len(labels) + 1):
        life = a_life(tmp_path / str(at), at)
        life.live()
        assert life.deaths.chosen(), at
        shipped_once(life)


def test_the_worker_dies_twice_around_the_send(tmp_path: Path) -> None:
    """Every pair whose first death is between the intent and the record of the send."""
    undisturbed = a_life(tmp_path / "0")
    undisturbed.live()
    labels = undisturbed.deaths.labels
    first = next(at for at, label in enumerate(labels, 1) if label.startswith("before staging 940"))
    last = next(at for at, label in enumerate(labels, 1) if label.startswith("after renaming 940")) + 4
    for one in range(first, last):
        for two in range(one + 1, one + 12):
            life = a_life(tmp_path / f"{one}-{two}", one, two)
            life.live()
            shipped_once(life)


@pytest.mark.parametrize("step", ["before renaming 940", "after renaming 940"])
def test_the_same_interchange_goes_under_the_same_number_and_name(tmp_path: Path, step: str) -> None:
    undisturbed = a_life(tmp_path / "0")
    undisturbed.live()
    at = next(at for at, label in enumerate(undisturbed.deaths.labels, 1) if label.startswith(step))
    life = a_life(tmp_path / "1", at)
    life.live()
    shipped_once(life)
    assert [name for name in life.world.door.taken if name.startswith("940")] == [
        name for name in undisturbed.world.door.taken if name.startswith("940")
    ]


def test_the_judge_sees_a_warehouse_without_its_guard(tmp_path: Path) -> None:
    """The same story with a file that is simply put there again: the books must cry."""
    life = a_life(tmp_path)
    life.world.run()
    (file,) = (tmp_path / "outbox").iterdir()
    again = file.read_bytes()
    life.world.door.receive()
    file.write_bytes(again)
    life.world.ship()
    assert sum(life.world.twin.books().duplicated.values()) == 17


def test_a_site_that_checks_control_numbers_is_told_by_them(tmp_path: Path) -> None:
    world = FilesWorld.new(tmp_path, checks_control=True)
    order_id = world.place()
    world.run()
    (file,) = (tmp_path / "outbox").iterdir()
    again = file.read_bytes()
    world.door.receive()
    file.write_bytes(again)
    world.ship()
    assert world.twin.gxo_orders()[order_id]["times_received"] == 1
    world.run()
    world.run()
    world.agrees()
