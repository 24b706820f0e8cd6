"""Plays the story: orders go, a worker is killed, another takes over, goods leave, trackings come back."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from attrs import define, field
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from orogxo.config import Config
from orogxo.connector import Connector
from orogxo.demo.files import Folder, Sftp
from orogxo.demo.gateway import Gateway
from orogxo.demo.orders import FAULTY, Expected, place_orders
from orogxo.demo.result import Outcome, Result
from orogxo.demo.site import Plan, Site
from orogxo.demo.telling import announce, tell
from orogxo.demo.worker import Worker
from orogxo.model import State
from orogxo.opening import connect
from orogxo.sandbox import Served, Twin, serve
from orogxo.storage import SQLiteStore

PATIENCE = 120.0
SITES: dict[str, type[Gateway | Folder]] = {"gateway": Gateway, "x12": Folder, "x12-sftp": Sftp}
"""By what `orogxo demo --warehouse` calls them."""


@define
class Demo:
    """One run: the twin, the way to its warehouse, the workers, and a terminal."""

    console: Console
    twin: Twin
    expected: Expected
    folder: Path
    site: Site
    patience: float = PATIENCE
    worker: Worker = field(init=False)
    was_killed: bool = field(default=False, init=False)
    left_behind: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self.worker = Worker(self.folder / "orogxo.toml", self.folder / "worker.log")

    def run(self) -> Result:
        """Play the whole story and have it judged."""
        with ExitStack() as stack:
            self.site.open(stack)
            served = stack.enter_context(serve(self.twin, real_time=True, hook=self.site.watch))
            self._write_settings(served)
            self._story()
            link = stack.enter_context(connect(Config.from_toml(self.worker.settings, environ={})))
            return self._result(link)

    def _write_settings(self, served: Served) -> None:
        oro = f'[oro]\nurl = "{served.oro_url}"\nclient_id = "demo"\nclient_secret = "demo-secret"\n'
        care = '[release]\nquarantine_seconds = 2\nlease_seconds = 4\nsuborders = "parents"\n'
        known = '\n[organisations]\nlisted_only = true\n[organisations.codes]\n2 = "2"\n3 = "3"\n'
        mapping = self.twin.config_toml().replace("[release]\n", care) + known
        text = f'store = "orogxo.db"\n\n{oro}\n{self.site.settings(served)}\n{mapping}'
        self.worker.settings.write_text(text, "utf-8")

    def _story(self) -> None:
        goal, bars = self.expected.goal, (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(TextColumn("{task.description:<44}"), *bars, console=self.console) as progress:
            try:
                self.site.start_doomed(self.worker)
                told = "a worker sends orders, until it is killed"
                self._until(progress, told, self.site.plan.kill_at, self._taken, self._is_killed)
                self._bury()
                for order_id in self.expected.corrected:
                    self.twin.edit_order(order_id, po_number=f"PO-LATE-{order_id}")
                self.worker.start()
                all_taken = partial(self._reached, self._taken)
                self._until(progress, "a second worker takes over", goal, self._taken, all_taken)
                self._ship()
                told = "the warehouse ships, tracking comes back"
                self._until(progress, told, goal, self._closed, self._all_told)
            finally:
                self.worker.stop()
                self.site.receive()

    def _until(
        self,
        progress: Progress,
        told: str,
        total: int,
        count: Callable[[], int],
        done: Callable[[], bool],
    ) -> None:
        """Wait until it is `done`; give up after a while, the books will tell what is missing."""
        step = progress.add_task(told, total=total)
        deadline = time.monotonic() + self.patience
        while not done() and time.monotonic() < deadline:
            self.site.receive()
            progress.update(step, completed=min(count(), total))
            time.sleep(0.05)
        self.site.receive()
        reached = min(count(), total)
        progress.update(step, completed=reached, total=reached if done() else total)

    def _is_killed(self) -> bool:
        return self.worker.was_killed

    def _reached(self, count: Callable[[], int]) -> bool:
        return count() >= self.expected.goal

    def _all_told(self) -> bool:
        return self.site.is_quiet(self.worker) and self._reached(self._closed)

    def _bury(self) -> None:
        """What the first worker left behind; one that was not killed ends here all the same."""
        self.was_killed = self.worker.was_killed
        self.worker.stop()
        self.left_behind = self.site.left_behind()

    def _ship(self) -> None:
        """In the order of the shop, not of arrival: so the same seed gives the same tracking numbers."""
        for ref in sorted(self.twin.gxo_orders(), key=int):
            self.twin.pick(ref)
            self.twin.ship(ref)
            self.site.tell()

    def _taken(self) -> int:
        return len(self.twin.gxo_orders())

    def _closed(self) -> int:
        store = SQLiteStore(self.folder / "orogxo.db")
        try:
            with store.transaction() as rows:
                return rows.counts().get(State.CLOSED, 0)
        finally:
            store.close()

    # The judgement ----------------------------------------------------------------------------------------

    def _result(self, link: Connector) -> Result:
        held: dict[str, tuple[str, ...]] = {}
        for item in link.exceptions.open():
            if item.blocks:
                held[item.subject] = tuple(sorted((*held.get(item.subject, ()), item.code)))
        books = self.twin.books(held=set(self.expected.still_held))
        trackings = {order: self._shown(order) for order in self.expected.placed}
        return Result(
            outcome=Outcome(held, books.shipped, trackings),
            books=books,
            counts=link.counts(),
            submitted=self._taken(),
            looked_up=sum("found by look-up" in line for line in self._stories(link)),
            left_behind=self.left_behind,
            problems=(*books.problems(), *self._amiss(held), *self.site.missed()),
        )

    def _amiss(self, held: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Orders that are held otherwise than expected, or not at their end; a kill that did not happen."""
        expected = {order: (code,) for order, code in self.expected.still_held.items()}
        told = [
            f"order {order} is held by {held.get(order, ())}, expected was {expected.get(order, ())}"
            for order in self.expected.placed
            if held.get(order) != expected.get(order)
        ]
        if self._closed() != self.expected.goal:
            told.append(f"{self._closed()} orders came to their end, expected were {self.expected.goal}")
        return told + ["the first worker was not killed"] * (not self.was_killed)

    def _shown(self, order: str) -> tuple[str, ...]:
        return tuple(sorted(number for _, number in self.twin.trackings(order)))

    def _stories(self, link: Connector) -> list[str]:
        with link.engine.store.transaction() as rows:
            return [entry.text for order_id in self.expected.placed for entry in rows.journal(order_id)]


def play(
    site: type[Gateway | Folder],
    *,
    seed: int,
    orders: int,
    folder: Path,
    console: Console,
    patience: float = PATIENCE,
) -> Result:
    """One demo with the warehouse behind `site`. `patience`: seconds to wait for each part of the story."""
    folder.mkdir(parents=True, exist_ok=True)
    # The site really ships again whatever it receives again: a missing guard would show.
    twin = Twin(seed=seed, oro_version="6.1", gxo_duplicates=True)
    count = max(orders, 2 * len(FAULTY))
    expected = place_orders(twin, count, seed)
    door = site(twin, Plan.of(count), folder)
    announce(console, expected, door)
    result = Demo(console, twin, expected, folder, door, patience).run()
    tell(console, expected, door, result, folder / "orogxo.toml")
    return result


def run_demo(*, seed: int, orders: int, folder: Path | None, warehouse: str = "gateway") -> int:
    """Place, ship and judge `orders` orders. Returns the exit status: 0 only if the twin's books agree.

    `warehouse` is "gateway", "x12" or "x12-sftp". Raises ConfigError where the last lacks its extra.
    """
    where = folder or Path(tempfile.mkdtemp(prefix="orogxo-demo-"))
    result = play(SITES[warehouse], seed=seed, orders=orders, folder=where, console=Console())
    return 1 if result.problems else 0
