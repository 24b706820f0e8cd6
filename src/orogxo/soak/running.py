"""Plays many seeds, on several processors, and adds up what came of them."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from attrs import define, field, frozen

from orogxo.errors import ConfigError
from orogxo.soak.defects import DEFECTS, planted
from orogxo.soak.drawing import day_of
from orogxo.soak.laws import Broken
from orogxo.soak.playing import Outcome, play
from orogxo.soak.shrinking import shrink
from orogxo.soak.telling import as_test

SHOWN = 3
"""So many failing seeds are shrunk and printed; more would tell the same."""


@define
class Tally:
    """What came of all seeds so far. `failed` are the seeds that broke a law, and what they broke."""

    runs: int = 0
    orders: int = 0
    crash_points: int = 0
    requests: int = 0
    faults: int = 0
    lost: int = 0
    duplicated: int = 0
    failed: dict[int, tuple[Broken, ...]] = field(factory=dict)

    def add(self, seed: int, outcome: Outcome) -> None:
        """Count one day."""
        self.runs += 1
        self.orders += outcome.orders
        self.crash_points += outcome.crashes
        self.requests += outcome.requests
        self.faults += outcome.faults
        self.lost += outcome.lost
        self.duplicated += outcome.duplicated
        if outcome.violations:
            self.failed[seed] = outcome.violations

    def line(self) -> str:
        """All of it as one line of JSON.

        `crash_points`: workers that died, each at a moment of its own; `faults`: requests that met a mishap;
        `duplicated`: order lines of which too much was taken in for picking.
        """
        names = ("runs", "orders", "crash_points", "requests", "faults", "lost", "duplicated")
        violations = [
            {"seed": seed, "law": each.law, "told": each.told}
            for seed, broken in sorted(self.failed.items())
            for each in broken
        ]
        return json.dumps({name: getattr(self, name) for name in names} | {"violations": violations})


@frozen
class Seeds:
    """Seeds `first` to `last`, both included."""

    first: int
    last: int

    @classmethod
    def read(cls, text: str) -> Seeds:
        """ "1:2000", or one seed. Raises ConfigError."""
        written = re.fullmatch(r"([0-9]{1,9})(?::([0-9]{1,9}))?", text)
        first, last = (int(written[1]), int(written[2] or written[1])) if written else (1, 0)
        if first > last:
            raise ConfigError(f'seeds are written like "1:2000" or "17", not {text!r}')
        return cls(first, last)

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        return self.last - self.first + 1


def soak(
    seeds: Iterable[int],
    *,
    jobs: int | None = None,
    plant: str = "",
    progress: Callable[[Tally], None] | None = None,
) -> Tally:
    """Play every seed. `jobs`: how many processes, None for one a processor; `plant`: see `defects`.

    `progress` is told after every seed. Raises ConfigError for a defect that does not exist.
    """
    if plant and plant not in DEFECTS:
        raise ConfigError(f"there is no defect {plant!r}; there are {', '.join(DEFECTS)}")
    tally = Tally()
    with _players(jobs or os.cpu_count() or 1) as spread:
        for seed, outcome in spread(partial(_played, plant), seeds):
            tally.add(seed, outcome)
            if progress is not None:
                progress(tally)
    return tally


def first_failure(seeds: Iterable[int], *, plant: str) -> int | None:
    """The first seed that sees this defect, or None."""
    return next((seed for seed in seeds if _played(plant, seed)[1].violations), None)


def shortest(seed: int, *, plant: str = "") -> str:
    """A failing seed as the shortest test that breaks one of the laws that it breaks."""
    with planted(plant):
        day = day_of(seed)
        laws = {broken.law for broken in play(day).violations}
        small = shrink(day, lambda shorter: any(each.law in laws for each in play(shorter).violations))
        name = f"seed_{seed}" + (f"_with_{plant.replace('-', '_')}" if plant else "")
        return as_test(small, play(small).violations, name=name, defect=plant)


def stories(failed: Sequence[int], *, plant: str = "") -> Iterator[str]:
    """The first few failing seeds, each as a short test."""
    for seed in sorted(failed)[:SHOWN]:
        yield shortest(seed, plant=plant)


def run_soak(seeds: str, *, jobs: int, json_only: bool, plant: str) -> int:
    """What `orogxo soak` does. The exit status: 0 only if no law was broken. Raises ConfigError."""
    wanted = Seeds.read(seeds)
    shown = _shown(len(wanted)) if sys.stderr.isatty() else None
    tally = soak(wanted, jobs=jobs or None, plant=plant, progress=shown)
    if shown:
        print(file=sys.stderr)
    if not json_only:
        for story in stories(list(tally.failed), plant=plant):
            print(story)
    print(tally.line(), flush=True)
    return 1 if tally.failed else 0


def _shown(total: int) -> Callable[[Tally], None]:
    def show(tally: Tally) -> None:
        told = f"\r{tally.runs} of {total} days, {tally.crash_points} crashes, {len(tally.failed)} failed"
        print(told, end="", file=sys.stderr, flush=True)

    return show


def _played(plant: str, seed: int) -> tuple[int, Outcome]:
    with planted(plant):
        return seed, play(day_of(seed))


Spread = Callable[[Callable[[int], tuple[int, Outcome]], Iterable[int]], Iterable[tuple[int, Outcome]]]


@contextmanager
def _players(jobs: int) -> Iterator[Spread]:
    if jobs == 1:
        yield map
        return
    # Spawned, not forked: a child must not inherit locks that some thread of the host holds.
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield partial(pool.imap_unordered, chunksize=8)
