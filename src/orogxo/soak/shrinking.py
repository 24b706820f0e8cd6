"""Shortens a failing day to the shortest story that still breaks the same law, by delta debugging.

A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from attrs import define, evolve

from orogxo.soak.day import Basket, Day, Happening, Interruption, Pass, Run, Trouble

T = TypeVar("T")
LIMIT = 600


def shrink(day: Day, fails: Callable[[Day], bool], *, limit: int = LIMIT) -> Day:
    """The shortest day found within `limit` plays for which `fails` is still true; it is true for `day`."""
    search = _Search(day, fails, limit)
    while search.left and search.round():
        pass
    return search.day


@define
class _Search:
    day: Day
    fails: Callable[[Day], bool]
    left: int

    def round(self) -> bool:
        """Try everything once; says whether anything became shorter."""
        before = self.day
        for name, simpler in (("happenings", _simpler), ("orders", _plainer)):
            self._drop(name)
            for place in range(len(getattr(self.day, name))):
                self._simplify(name, place, simpler)
        for name, usual in (("skews", (0, 0, 0)), ("attempts", 1), ("lookup", True), ("sqlite", False)):
            self._accept(_with(self.day, name, usual))
        return self.day != before

    def _accept(self, candidate: Day) -> bool:
        if candidate == self.day or self.left <= 0:
            return False
        self.left -= 1
        if self.fails(candidate):
            self.day = candidate
            return True
        return False

    def _drop(self, name: str) -> None:
        """Drop parts of the list `name`, large ones first (ddmin, complements only)."""
        size = len(getattr(self.day, name))
        while size:
            start = 0
            while start < len(getattr(self.day, name)):
                whole = getattr(self.day, name)
                without = (*whole[:start], *whole[start + size :])
                if not self._accept(_with(self.day, name, without)):
                    start += size
            size //= 2

    def _simplify(self, name: str, place: int, simpler: Callable[[Any], Iterator[Any]]) -> None:
        again = True
        while again:
            whole = getattr(self.day, name)
            candidates = (
                _with(self.day, name, (*whole[:place], other, *whole[place + 1 :]))
                for other in simpler(whole[place])
            )
            again = any(self._accept(candidate) for candidate in candidates)


def _with(day: Day, name: str, value: Any) -> Day:
    changed: Day = evolve(day, **{name: value})
    return changed


def _simpler(happening: Happening) -> Iterator[Happening]:
    """Smaller versions of one happening, the smallest first."""
    if isinstance(happening, Run):
        for fewer in _without_one(happening.interruptions):
            yield evolve(happening, interruptions=fewer)
        for place, interruption in enumerate(happening.interruptions):
            for other in _calmer(interruption):
                parts = happening.interruptions
                yield evolve(happening, interruptions=(*parts[:place], other, *parts[place + 1 :]))
        if happening.worker > 1:
            yield evolve(happening, worker=1)
    elif isinstance(happening, Trouble):
        plain = evolve(happening, times=1, seconds=Trouble("slow", "gxo").seconds)
        yield from (each for each in (plain, evolve(happening, times=1)) if each != happening)
    elif isinstance(happening, Pass):
        yield from (Pass(seconds) for seconds in (0, 1, 60) if seconds < happening.seconds)


def _calmer(interruption: Interruption) -> Iterator[Interruption]:
    for fewer in _without_one(interruption.happens):
        if fewer:
            yield evolve(interruption, happens=fewer)
    for place, happening in enumerate(interruption.happens):
        for other in _simpler(happening):
            parts = interruption.happens
            yield evolve(interruption, happens=(*parts[:place], other, *parts[place + 1 :]))


def _plainer(basket: Basket) -> Iterator[Basket]:
    plain = Basket(basket.name)
    yield from (each for each in (plain, evolve(plain, wrong=basket.wrong)) if each != basket)
    yield from (evolve(basket, lines=lines) for lines in _without_one(basket.lines) if lines)


def _without_one(parts: Sequence[T]) -> Iterator[tuple[T, ...]]:
    yield from ((*parts[:place], *parts[place + 1 :]) for place in range(len(parts)))
