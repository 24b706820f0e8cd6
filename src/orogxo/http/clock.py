"""The real time, for both colours."""

from __future__ import annotations

import asyncio
import datetime as dt
import time


class SystemClock:
    """The machine's time; `sleep` blocks the thread."""

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, and let other threads work."""
        time.sleep(seconds)


class AsyncSystemClock:
    """The machine's time; `sleep` gives way to other asyncio tasks."""

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait, and let other tasks work."""
        await asyncio.sleep(seconds)
