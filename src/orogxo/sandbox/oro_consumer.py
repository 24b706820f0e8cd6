"""The message queue of the twin's OroCommerce: jobs that fall due as the twin's clock moves."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from typing import Any

from orogxo.sandbox.clock import TwinClock


class Consumer:
    """One consumer, which does one job after the other. Switched off, the jobs wait.

    What people do at a planned moment stands in the same line, but waits for nobody.
    """

    def __init__(self, clock: TwinClock) -> None:
        self.on = True
        self._clock = clock
        self._jobs: list[tuple[dt.datetime, int, Callable[[dt.datetime], None]]] = []
        self._people: list[tuple[dt.datetime, int, Callable[[dt.datetime], object]]] = []
        self._queued = 0
        self._busy_until: dt.datetime | None = None
        self._moment: dt.datetime | None = None

    def now(self) -> dt.datetime:
        """The moment of the job that is being done, or of the clock."""
        return self._moment or self._clock.now()

    def later(self, when: dt.datetime, job: Callable[[dt.datetime], None]) -> None:
        """Do `job` at `when`, or as soon as it can be done; it is told the moment."""
        self._queued += 1
        heapq.heappush(self._jobs, (when, self._queued, job))

    def people(self, when: dt.datetime, action: Callable[[], object]) -> None:
        """Do `action` at `when`, whatever the consumer does."""
        self._queued += 1
        heapq.heappush(self._people, (when, self._queued, lambda _: action()))

    def block(self, until: dt.datetime) -> None:
        """The job that runs now lasts so long: everything else waits behind it."""
        self._busy_until = until

    def catch_up(self) -> None:
        """Do everything that is due. A job that looks at the time again does not start another round."""
        if self._moment is not None:
            return
        try:
            while (due := self._next()) is not None and due[0] <= self._clock.now():
                when, line = due
                _, _, job = heapq.heappop(line)
                self._moment = when
                job(when)
        finally:
            self._moment = None

    def _next(self) -> tuple[dt.datetime, list[Any]] | None:
        """The moment of what comes next, and the line that it stands in."""
        due: list[tuple[dt.datetime, list[Any]]] = []
        if self._people:
            due.append((self._people[0][0], self._people))
        if self.on and self._jobs:
            when = self._jobs[0][0]
            due.append((max(when, self._busy_until or when), self._jobs))
        return min(due, key=lambda one: one[0], default=None)
