"""The twin's time: it moves only when somebody moves it, so nothing in the sandbox ever waits."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable


class TwinClock:
    """A clock that stands still until it is advanced; `sleep` advances it instead of waiting.

    After `follow_wall_clock()` it is the computer's own clock plus whatever was advanced, and `sleep` waits:
    that is for the twin served over real HTTP.
    """

    def __init__(self, start: dt.datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the twin's clock needs an aware datetime")
        self._start = start.astimezone(dt.UTC)
        self._passed = dt.timedelta()
        self.follows_wall = False
        self._lock = threading.Lock()
        self._watchers: list[Callable[[], None]] = []

    def on_advance(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` whenever time has been moved on."""
        self._watchers.append(watcher)

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        base = dt.datetime.now(dt.UTC) if self.follows_wall else self._start
        return base + self._passed

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        base = time.monotonic() if self.follows_wall else 0.0
        return base + self._passed.total_seconds()

    def advance(self, step: dt.timedelta) -> None:
        """Let `step` pass at once. Raises ValueError for a negative one: time does not go back."""
        if step < dt.timedelta():
            raise ValueError(f"time cannot go back by {-step}")
        with self._lock:
            self._passed += step
        for watcher in self._watchers:
            watcher()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass: at once, or really, once the wall clock is followed."""
        if self.follows_wall:
            time.sleep(max(0.0, seconds))
        else:
            self.advance(dt.timedelta(seconds=max(0.0, seconds)))

    def follow_wall_clock(self) -> None:
        """From now on tell the computer's time."""
        self.follows_wall = True


class AsyncTwinClock:
    """The same clock for asynchronous code."""

    def __init__(self, clock: TwinClock) -> None:
        self._clock = clock

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass: at once, or really, once the wall clock is followed."""
        if self._clock.follows_wall:
            await asyncio.sleep(max(0.0, seconds))
        else:
            self._clock.sleep(seconds)


def stamp(instant: dt.datetime) -> str:
    """`2026-11-02T08:00:00Z`: UTC to the second, as both ends write instants."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
