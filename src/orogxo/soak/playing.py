"""Plays a day: real connectors on one store, over a twin, until the evening, when all must be settled."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from attrs import define, field, frozen

from orogxo.config import Config
from orogxo.connector import Connector
from orogxo.gxo import GxoClient
from orogxo.http import RetryPolicy
from orogxo.model import Fulfilment, State
from orogxo.oro import OroClient
from orogxo.ports import Store
from orogxo.sandbox import Twin
from orogxo.soak import day as plan
from orogxo.soak.day import Day
from orogxo.soak.interruptions import HUNG, Crash, SkewedClock, Watch, WatchedSender, WatchedStore
from orogxo.soak.laws import Broken, Evening, broken_by_save, judge
from orogxo.soak.people import People
from orogxo.storage import MemoryStore, SQLiteStore

SECRET = "canary-5f1e"  # noqa: S105  # the point of a canary is that everybody may know it
EVENING_ROUNDS = 14
STEP = dt.timedelta(minutes=16)
"""Longer than the longest wait that the connector prescribes itself, but for refused trackings (an hour)."""


@frozen
class Outcome:
    """What became of a day. `violations` is empty when every law was kept."""

    violations: tuple[Broken, ...]
    orders: int
    crashes: int
    requests: int
    faults: int
    lost: int
    duplicated: int


def play(day: Day) -> Outcome:
    """Play `day` to its end and judge it. The same day gives the same outcome, always."""
    with _store(day) as store:
        return Stage.set(day, store).play()


@contextmanager
def _store(day: Day) -> Iterator[Store]:
    if not day.sqlite:
        yield MemoryStore()
        return
    with tempfile.TemporaryDirectory(prefix="orogxo-soak-") as folder:
        store = SQLiteStore(Path(folder) / "orogxo.db")
        try:
            yield store
        finally:
            store.close()


@define
class Worker:
    """A worker by its number. It lives from its first run until it dies; a new life knows nothing."""

    number: int
    lives: int = 0
    link: Connector | None = None
    watch: Watch | None = None
    frozen_for: dt.timedelta = dt.timedelta()


@define
class Stage:
    """One day under way."""

    day: Day
    twin: Twin
    store: Store
    people: People
    workers: dict[int, Worker] = field(factory=dict)
    crashes: int = 0
    broken: list[Broken] = field(factory=list)
    heard: list[str] = field(factory=list)
    tokens: set[str] = field(factory=set)

    @classmethod
    def set(cls, day: Day, store: Store) -> Stage:
        """Everything in place, nothing happened yet."""
        twin = Twin(seed=day.seed, gxo_duplicates=day.duplicates, gxo_lookup=day.lookup)
        return cls(day, twin, store, People(twin, {basket.name: basket for basket in day.orders}))

    def play(self) -> Outcome:
        """The day, the evening, the judgement."""
        for happening in self.day.happenings:
            self._happen(happening)
        self._evening()
        evening = Evening(self.twin, self.people, tuple(self.heard), frozenset({SECRET, *self.tokens}))
        with self.store.transaction() as rows:
            found = tuple(judge(evening, rows))
        books = evening.books()
        return Outcome(
            violations=(*dict.fromkeys(self.broken), *found),
            orders=len(self.people.ids),
            crashes=self.crashes,
            requests=len(self.twin.calls),
            faults=sum(bool(call.fault) for call in self.twin.calls),
            lost=len(books.lost),
            duplicated=len(books.duplicated),
        )

    def _happen(self, happening: plan.Happening) -> None:
        if isinstance(happening, plan.Run):
            self._run(happening)
        else:
            self.people.do(happening)

    # Workers ----------------------------------------------------------------------------------------------

    def _run(self, run: plan.Run) -> None:
        worker = self.workers.setdefault(run.worker, Worker(run.worker))
        if worker.watch is not None:
            return
        worker.watch, worker.frozen_for = Watch(list(run.interruptions)), dt.timedelta()
        try:
            if worker.link is None:
                worker.link = self._connector(worker)
            report = worker.link.run_once()
            self.heard.append(repr(report))
        except Crash:
            worker.link = None
            self.crashes += 1
        except Exception as error:  # noqa: BLE001  # run_once promises to raise nothing: whatever it is, is news
            self.broken.append(Broken("raised", f"a worker raised {type(error).__name__}: {error}"))
            worker.link = None
        finally:
            worker.watch = None

    def _connector(self, worker: Worker) -> Connector:
        worker.lives += 1
        skew = self.day.skews[(worker.number - 1) % len(self.day.skews)]
        clock = SkewedClock(self.twin.clock, dt.timedelta(seconds=skew))
        told = _Told(self, worker)
        # Without jitter, so that a day can be played again to the second.
        retry = RetryPolicy(attempts=self.day.attempts, jitter=0)
        oro = OroClient(
            "http://oro.test",
            "id",
            SECRET,
            sender=WatchedSender(self.twin.oro, "oro", told, self.tokens),
            clock=clock,
            retry=retry,
            timeout=30,
        )
        gxo = GxoClient(
            "http://gxo.test",
            "id",
            SECRET,
            depositor="ACME",
            site="GXO-1",
            sender=WatchedSender(self.twin.gxo, "gxo", told, self.tokens),
            clock=clock,
            retry=retry,
            timeout=30,
        )
        return Connector(
            oro=oro,
            gxo=gxo,
            store=WatchedStore(self.store, told, self._saved),
            config=_config(self.twin.config_toml()),
            clock=clock,
            worker=f"worker {worker.number}, life {worker.lives}",
        )

    def _saved(self, before: Fulfilment | None, after: Fulfilment) -> None:
        self.broken += broken_by_save(before, after)

    def reach(self, worker: Worker, side: str, label: str) -> None:
        """A worker comes to a moment: maybe it stands still while other things happen, maybe it dies."""
        if worker.watch is None:
            return
        if side == "after" and label == "commit":
            worker.frozen_for = dt.timedelta()
        for interruption in worker.watch.due(side, label):
            worker.frozen_for += self._meanwhile(interruption)
        if side == "after" and " GET " in label:
            # What follows a look is decided after it, so only standing still after that counts.
            worker.frozen_for = dt.timedelta()
        writes = side == "before" and " GET " not in label and "/oauth" not in label and label != "commit"
        if writes and worker.frozen_for > HUNG:
            raise Crash

    def _meanwhile(self, interruption: plan.Interruption) -> dt.timedelta:
        began = self.twin.clock.now()
        self.people.midway += 1
        try:
            for happening in interruption.happens:
                if isinstance(happening, plan.Die):
                    raise Crash
                self._happen(happening)
        finally:
            self.people.midway -= 1
        return self.twin.clock.now() - began

    # The evening ------------------------------------------------------------------------------------------

    def _evening(self) -> None:
        """Faults stop, checkouts come through, the warehouse ships, and workers run until all is quiet."""
        self.twin.faults.clear()
        self.people.commit_all()
        quiet = 0
        for number in range(EVENING_ROUNDS):
            self.twin.clock.advance(STEP)
            calls = len(self._writes())
            self._run(plan.Run(1 + number % 2))
            self._answer_doubts()
            self.twin.work()
            settled = self._settled() and len(self._writes()) == calls
            quiet = quiet + 1 if settled else 0
            if quiet == 2:
                return

    def _writes(self) -> list[str]:
        return [call.path for call in self.twin.calls if call.effect]

    def _settled(self) -> bool:
        with self.store.transaction() as rows:
            counts = rows.counts()
        return not counts.keys() - {State.CLOSED, State.CANCELLED, State.HELD, State.REJECTED}

    def _answer_doubts(self) -> None:
        """A person looks whether the warehouse has an order that nobody else can ask after."""
        link = next((worker.link for worker in self.workers.values() if worker.link), None)
        if link is None:
            return
        for item in link.exceptions.open():
            if item.code == "SUBMIT_IN_DOUBT":
                there = item.subject in self.twin.gxo_orders()
                link.exceptions.answer(item.id, at_warehouse=there, by="Kim", reason="looked at the screen")


@frozen
class _Told:
    """Passes the moments of one worker on to the stage."""

    stage: Stage
    worker: Worker

    def reach(self, side: str, label: str) -> None:
        """See `interruptions.Moments`."""
        self.stage.reach(self.worker, side, label)


@cache
def _config(text: str) -> Config:
    # One request at a time: threads would make every play of a day another one.
    return Config.from_text(text.replace("[release]", "[release]\nworkers = 1"), environ={})
