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
    """Counts the points that a run passes; at number `at` (from 1) something happens. 0: only count."""

    at: int = 0
    passed: int = 0
    labels: list[str] = field(factory=list)

    def here(self, label: str) -> bool:
        """Pass a point; says whether it is the one."""
        self.passed += 1
        self.labels.append(label)
        return self.passed == self.at


@define
class CrashingStore:
    """A store whose worker dies before or after the commit at the chosen point."""

    store: Store
    points: Points

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.transaction() as rows:
            yield rows
            if self.points.here("before a commit"):
                raise Crash
        if self.points.here("after a commit"):
            raise Crash

    def close(self) -> None:
        self.store.close()


@define
class FaultySender:
    """A sender at which the worker dies, or the request or its reply is lost, at the chosen point.

    `crash`: die before the request leaves, or after its effect. Else: connection refused, request lost on
    the way (no effect, no reply), or reply lost after the effect.
    """

    sender: Sender
    points: Points
    name: str
    crash: bool

    def send(self, request: Request) -> Reply:
        what = f"{self.name} {request.method} {request.url.partition('?')[0].rpartition('//')[2]}"
        if self.points.here(f"before {what}"):
            raise Crash if self.crash else NotSent("connection refused")
        if not self.crash and self.points.here(f"lost on the way: {what}"):
            raise ReplyLost("connection reset")
        reply = self.sender.send(request)
        if self.points.here(f"after {what}"):
            raise Crash if self.crash else ReplyLost("connection reset")
        return reply
