"""What tests of conversations need: a clock that is moved by hand, scripted ends, recorded replies."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from attrs import field, frozen, mutable

from orogxo.http.auth import Exclusive, NoAuth
from orogxo.http.exchange import Terms
from orogxo.http.retry import RetryPolicy
from orogxo.messages import Flow, Reply, Request, Wait

RECORDINGS = Path(__file__).parent.parent / "recordings"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
STEADY = RetryPolicy(jitter=0)
"""Backoff of 0.5, 1, 2 seconds, without jitter."""

Answer = Reply | BaseException | Callable[[Request], Reply]


@mutable
class ManualClock:
    """Moves only when slept on or told to; remembers every sleep."""

    seconds: float = 1000.0
    slept: list[float] = field(factory=list)

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=self.seconds - 1000)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class AsyncManualClock(ManualClock):
    async def sleep(self, seconds: float) -> None:  # type: ignore[override]  # the other colour
        ManualClock.sleep(self, seconds)


class ScriptedSender:
    """Answers one request after the other from a list; keeps what it was sent."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: Iterator[Answer] = iter(answers)
        self.sent: list[Request] = []

    def send(self, request: Request, /) -> Reply:
        self.sent.append(request)
        return answered(next(self.answers), request)


class AsyncScriptedSender(ScriptedSender):
    async def send(self, request: Request, /) -> Reply:  # type: ignore[override]  # the other colour
        return ScriptedSender.send(self, request)


def answered(answer: Answer, request: Request) -> Reply:
    if isinstance(answer, BaseException):
        raise answer
    return answer if isinstance(answer, Reply) else answer(request)


@frozen
class Played:
    """How a conversation went: what it asked of the shell, and its value or its error."""

    steps: list[object]
    value: Any = None
    error: Exception | None = None

    @property
    def requests(self) -> list[Request]:
        return [step for step in self.steps if isinstance(step, Request)]

    @property
    def waits(self) -> list[float]:
        return [step.seconds for step in self.steps if isinstance(step, Wait)]


def play(flow: Flow[Any], *answers: Answer, clock: ManualClock | None = None) -> Played:
    """Drive `flow` by hand, without any shell; an Exclusive is recorded and entered."""
    steps: list[object] = []
    rest = iter(answers)

    def drive(running: Flow[Any]) -> Any:
        step = next_step(lambda: next(running))
        while not isinstance(step, _Done):
            steps.append(step)
            try:
                sent = answer_to(step)
            except Exception as error:  # noqa: BLE001 - as a generator would get it
                step = next_step(lambda error=error: running.throw(error))
            else:
                step = next_step(lambda sent=sent: running.send(sent))
        return step.value

    def answer_to(step: object) -> Any:
        if isinstance(step, Request):
            return answered(next(rest), step)
        if isinstance(step, Exclusive):
            return drive(step.flow)
        if clock is not None and isinstance(step, Wait):
            clock.sleep(step.seconds)
        return None

    try:
        return Played(steps, value=drive(flow))
    except Exception as error:  # noqa: BLE001 - it is what the test looks at
        return Played(steps, error=error)


@frozen
class _Done:
    value: Any


def next_step(resume: Callable[[], object]) -> object:
    try:
        return resume()
    except StopIteration as done:
        return _Done(done.value)


def one(request: Request) -> Flow[Reply]:
    """The smallest operation: one request, its reply."""
    return (yield request)


def some_terms(clock: ManualClock | None = None, **changes: Any) -> Terms:
    settings: dict[str, Any] = {
        "system": "gxo",
        "auth": NoAuth(),
        "retry": STEADY,
        "clock": clock or ManualClock(),
        "random": random.Random(7),
    }
    return Terms(**(settings | changes))


def a_token(value: str = "token-1", **members: Any) -> Reply:
    told = {"token_type": "Bearer", "expires_in": 3600, "access_token": value} | members
    return Reply(200, {"Content-Type": "application/json; charset=UTF-8"}, json.dumps(told).encode())


def recorded(version: str, name: str) -> Reply:
    """The reply in `tests/recordings/<version>/<name>.json`."""
    told = json.loads((RECORDINGS / version / f"{name}.json").read_text())["response"]
    body = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"])
    return Reply(told["status"], told["headers"], body.encode())
