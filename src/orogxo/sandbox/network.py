"""The wire between a client and the twin: one request at a time, under the fault plan, all of them logged."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from attrs import define, evolve, field, frozen

from orogxo.errors import NotSent, ReplyLost
from orogxo.messages import Reply, Request
from orogxo.sandbox.clock import TwinClock
from orogxo.sandbox.faults import BEFORE_EFFECT, Fault, Faults, mishap


@frozen
class Exchange:
    """One request that was seen. `path` includes the query; `status` None: no answer arrived.

    `effect`: something was changed by it. `fault`: the mishap it met, "" for none.
    """

    system: str
    method: str
    path: str
    status: int | None
    effect: bool
    fault: str
    at: dt.datetime
    body: bytes = field(repr=False)


@frozen
class Outcome:
    """What becomes of a request: a whole `reply`, or how it breaks: "refused", "lost" or "truncated".

    `delay` is how many seconds late it is.
    """

    reply: Reply | None
    broken: str
    delay: float
    exchange: Exchange


class End(Protocol):
    """One of the two systems."""

    def answer(self, request: Request) -> Reply:
        """Carry it out."""
        ...

    def refusal(self, fault: Fault) -> Reply:
        """The system's own words for a planned 401 or 500."""
        ...


class Network:
    """Carries requests to both ends. `work_taken_in` counts what the warehouse has taken in so far.

    `hooks` are called with each exchange before its reply arrives; what they send calls no hook.
    """

    def __init__(
        self, ends: Mapping[str, End], faults: Faults, clock: TwinClock, work_taken_in: Callable[[], int]
    ) -> None:
        self.faults = faults
        self.clock = clock
        self.calls: list[Exchange] = []
        self.lock = threading.RLock()
        self.hooks: list[Callable[[Exchange], object]] = []
        self._hooked = False
        self._ends = ends
        self._work_taken_in = work_taken_in

    def exchange(self, system: str, request: Request) -> Outcome:
        """Carry out one request, as far as the fault plan lets it."""
        parts = urlsplit(request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with self.lock:
            fault = self.faults.next(system, request.method, parts.path)
            action = fault.action if fault else ""
            reply, effect = None, False
            if action not in BEFORE_EFFECT:
                reply, effect = self._carry_out(system, request, parts.path)
            arrived, broken, delay = self._befall(system, request, fault, reply)
            status = arrived.status if arrived else None
            # Credentials are nobody's business, in a log least of all.
            body = b"" if "oauth" in parts.path else request.body or b""
            seen = Exchange(system, request.method, path, status, effect, action, self.clock.now(), body)
            self.calls.append(seen)
            self._call_hooks(seen)
        return Outcome(arrived, broken, delay, seen)

    def _call_hooks(self, seen: Exchange) -> None:
        if self._hooked:
            return
        self._hooked = True
        try:
            for hook in list(self.hooks):
                hook(seen)
        finally:
            self._hooked = False

    def _carry_out(self, system: str, request: Request, path: str) -> tuple[Reply, bool]:
        before = self._work_taken_in()
        reply = self._ends[system].answer(request)
        if system == "gxo":
            return reply, self._work_taken_in() != before
        writes = request.method not in {"GET", "HEAD"} and path != "/oauth2-token"
        return reply, writes and reply.status < 300

    def _befall(
        self, system: str, request: Request, fault: Fault | None, reply: Reply | None
    ) -> tuple[Reply | None, str, float]:
        """What arrives of `reply`, how it breaks, and how late it is."""
        if fault is None:
            return reply, "", 0.0
        if fault.action in {"refuse", "lose_request", "lose_reply"}:
            return None, "refused" if fault.action == "refuse" else "lost", 0.0
        if fault.action == "truncate":
            return reply, "truncated", 0.0
        if fault.action == "slow":
            too_late = request.timeout is not None and fault.seconds > request.timeout
            return (None, "lost", request.timeout or 0.0) if too_late else (reply, "", fault.seconds)
        if fault.action in {"status_401", "empty_401", "status_500_before", "status_500_after"}:
            return self._ends[system].refusal(fault), "", 0.0
        return mishap(fault, self.clock.now()), "", 0.0


@define
class TwinSender:
    """A `Sender` into one end of the twin; any host name is accepted."""

    _network: Network
    _system: str

    def send(self, request: Request) -> Reply:
        """The reply. Raises NotSent or ReplyLost as the fault plan says."""
        outcome = self._network.exchange(self._system, request)
        self._network.clock.sleep(outcome.delay)
        operation = f"{request.method} {urlsplit(request.url).path}"
        if outcome.broken == "refused":
            raise NotSent("the connection was refused", system=self._system, operation=operation)
        if outcome.reply is None:
            raise ReplyLost("no reply arrived", system=self._system, operation=operation)
        if outcome.broken == "truncated":
            return evolve(outcome.reply, body=outcome.reply.body[: len(outcome.reply.body) // 2])
        return outcome.reply


@define
class AsyncTwinSender:
    """The same for asynchronous code."""

    _sender: TwinSender

    async def send(self, request: Request) -> Reply:
        """The reply. Raises NotSent or ReplyLost as the fault plan says."""
        return self._sender.send(request)
