"""Interrupts a connector at any numbered point: around every store commit and every request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field

from orogxo.errors import NotSent, ReplyLost
from orogxo.messages import Reply, Request
from orogxo.ports import Sender, Store, Transaction


class Crash(BaseException):
    """The worker process is gone. Not an Exception: nothing may catch it."""


@define
class Points:
    """Counts the points that a run passes; at the chosen numbers (from 1) something happens.

    `sparse` leaves out points that cannot differ from a neighbour: to die before an effect is to die after
    the one before; a commit that wrote nothing and a request that only reads change nothing.
    """

    at: frozenset[int] = frozenset()
    sparse: bool = False
    passed: int = 0
    labels: list[str] = field(factory=list)

    def here(self, label: str, *, telling: bool = True) -> bool:
        """Pass a point; says whether it is chosen. `telling`: it can make a difference of its own."""
        if self.sparse and not telling:
            return False
        self.passed += 1
        self.labels.append(label)
        return self.passed in self.at

    def chosen(self) -> list[str]:
        """What was going on at the chosen points that were reached."""
        return [self.labels[number - 1] for number in sorted(self.at) if number <= self.passed]


@define
class Interruptions:
    """Where the worker dies, and where a request or its reply is lost."""

    deaths: Points = field(factory=Points)
    losses: Points = field(factory=Points)


WRITES = frozenset(
    {
        "save",
        "enqueue",
        "claim",
        "complete",
        "postpone",
        "abandon",
        "record",
        "put_exception",
        "set_cursor",
        "pause",
    }
)


class Watched:
    """A transaction that notices whether anything was written in it."""

    def __init__(self, rows: Transaction) -> None:
        self._rows = rows
        self.wrote = False

    def __getattr__(self, name: str) -> object:
        self.wrote = self.wrote or name in WRITES
        return getattr(self._rows, name)


@define
class CrashingStore:
    """A store whose worker dies before or after the commit at a chosen point."""

    store: Store
    deaths: Points

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.transaction() as rows:
            watched = Watched(rows)
            yield watched  # type: ignore[misc]  # it has every method of the transaction
            if self.deaths.here("before a commit", telling=False):
                raise Crash
        if self.deaths.here("after a commit", telling=watched.wrote):
            raise Crash

    def close(self) -> None:
        self.store.close()


@define
class FaultySender:
    """Dies before a request leaves or after its effect; or refuses it, loses it, or loses its reply."""

    sender: Sender
    plan: Interruptions
    name: str

    def send(self, request: Request) -> Reply:
        what = f"{self.name} {request.method} {request.url.partition('?')[0].rpartition('//')[2]}"
        acts = request.method != "GET" and "oauth" not in request.url
        if self.plan.deaths.here(f"before {what}", telling=False):
            raise Crash
        if self.plan.losses.here(f"refused: {what}", telling=acts):
            raise NotSent("connection refused")
        if self.plan.losses.here(f"lost on the way: {what}"):
            raise ReplyLost("connection reset")
        reply = self.sender.send(request)
        if self.plan.deaths.here(f"after {what}", telling=acts):
            raise Crash
        if self.plan.losses.here(f"reply lost: {what}", telling=acts):
            raise ReplyLost("connection reset")
        return reply
