"""What a worker passes through: its clock, its store and its senders, each of which can be interrupted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from attrs import define, field, frozen

from orogxo.messages import Reply, Request
from orogxo.model import Fulfilment
from orogxo.ports import Clock, Sender, Store, Transaction
from orogxo.soak.day import Interruption

HUNG = dt.timedelta(seconds=30)
"""A worker that stood still for longer between its last look and a write is killed by its supervisor.

A process that hangs for hours with a request in hand, then sends it, is beyond any lease: only a site with a
natural key is safe from it. Quarantine (three minutes) less a request's longest life (two) leaves this much.
"""

_TOKEN = re.compile(rb'"access_token"\s*:\s*"([^"]+)"')


class Crash(BaseException):
    """The worker process is gone. Not an Exception: nothing may catch it."""


class Moments(Protocol):
    """Who is told each time that a worker comes to a moment, and may interrupt it."""

    def reach(self, side: str, label: str) -> None:
        """The worker is at `side` ("before", "after") of what `label` says. Raises Crash."""
        ...


@frozen
class SkewedClock:
    """The common time, some seconds off."""

    clock: Clock
    skew: dt.timedelta

    def now(self) -> dt.datetime:
        """The instant that this worker believes in."""
        return self.clock.now() + self.skew

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.clock.sleep(seconds)


@frozen
class WatchedRows:
    """The rows of a transaction; every fulfilment is shown, as it was and as it is saved."""

    rows: Transaction
    saved: Callable[[Fulfilment | None, Fulfilment], None]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rows, name)

    def save(self, fulfilment: Fulfilment) -> Fulfilment:
        """See `orogxo.ports.FulfilmentRows`."""
        before = self.rows.fulfilment(fulfilment.order_id)
        self.saved(before, fulfilment)
        return self.rows.save(fulfilment)


@frozen
class WatchedStore:
    """A store whose every commit is a moment, before it (all is rolled back) and after it."""

    store: Store
    moments: Moments
    saved: Callable[[Fulfilment | None, Fulfilment], None]

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """See `orogxo.ports.Store`."""
        with self.store.transaction() as rows:
            yield cast("Transaction", WatchedRows(rows, self.saved))
            self.moments.reach("before", "commit")
        self.moments.reach("after", "commit")

    def close(self) -> None:
        """Release nothing: the store is shared."""


@frozen
class WatchedSender:
    """A sender whose every request is a moment; it notes the tokens that came by, to look for them later."""

    sender: Sender
    system: str
    moments: Moments
    tokens: set[str]

    def send(self, request: Request) -> Reply:
        """See `orogxo.ports.Sender`."""
        label = f"{self.system} {request.method} {urlsplit(request.url).path}"
        self.moments.reach("before", label)
        reply = self.sender.send(request)
        self.tokens.update(token.decode() for token in _TOKEN.findall(reply.body))
        self.moments.reach("after", label)
        return reply


@define
class Watch:
    """The interruptions of one run: counts the moments and says when it is time."""

    waiting: list[Interruption]
    passed: dict[int, int] = field(factory=dict)

    def due(self, side: str, label: str) -> Iterator[Interruption]:
        """The interruptions of this moment."""
        for place, one in enumerate(self.waiting):
            if one.side == side and label.startswith(one.what):
                self.passed[place] = self.passed.get(place, 0) + 1
                if self.passed[place] == one.nth:
                    yield one
