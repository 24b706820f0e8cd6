"""Where the I/O happens: each shell sends, sleeps and locks as a conversation asks, and decides nothing."""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from random import Random
from typing import Any, Self, TypeVar, cast

from attrs import evolve

from orogxo.errors import ApiError
from orogxo.http.auth import Auth, Exclusive, Explain, NoAuth
from orogxo.http.clock import AsyncSystemClock, SystemClock
from orogxo.http.conversation import converse
from orogxo.http.exchange import Terms
from orogxo.http.retry import RetryPolicy
from orogxo.messages import Flow, Request, Wait
from orogxo.ports import AsyncClock, AsyncSender, Clock, Limiter, Observer, Sender

T = TypeVar("T")


class _Shell:
    _terms: Terms

    def with_options(self, *, timeout: float | None = None, retry: RetryPolicy | None = None) -> Self:
        """A copy with another timeout (seconds per exchange) or retry policy; all else is shared."""
        twin = copy.copy(self)
        twin._terms = evolve(
            self._terms,
            timeout=self._terms.timeout if timeout is None else timeout,
            retry=retry or self._terms.retry,
        )
        return twin


class Shell(_Shell):
    """Drives flows over a `Sender`; any number of threads may share one.

    `system` ("oro" or "gxo") names the backend in errors and to the `limiter`. `classify` explains an error
    reply in the system's own terms; without it, `status_error` does. `run` raises what the flow raises, which
    is an ApiError for all that went wrong outside. What a sender raises besides NotSent and ReplyLost is a
    bug and comes out unchanged.
    """

    def __init__(
        self,
        sender: Sender,
        *,
        system: str,
        auth: Auth | None = None,
        retry: RetryPolicy | None = None,
        clock: Clock | None = None,
        limiter: Limiter | None = None,
        observer: Observer | None = None,
        classify: Explain | None = None,
        random: Random | None = None,
    ) -> None:
        self._sender = sender
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._terms = Terms(
            system=system,
            auth=auth or NoAuth(),
            retry=retry or RetryPolicy(),
            clock=self._clock,
            limiter=limiter,
            observer=observer,
            classify=classify,
            random=random or Random(),  # noqa: S311 - jitter guards no secret
        )

    def run(self, flow: Flow[T]) -> T:
        """Drive `flow` to its end and return its value."""
        return self._drive(converse(flow, self._terms))

    def _drive(self, flow: Flow[T]) -> T:
        with closing(flow):
            resume: Callable[[], Any] = partial(next, flow)
            while True:
                try:
                    step = resume()
                except StopIteration as done:
                    return cast("T", done.value)
                try:
                    resume = partial(flow.send, self._answer(step))
                except ApiError as error:
                    resume = partial(flow.throw, error)

    def _answer(self, step: object) -> object:
        match step:
            case Request():
                return self._sender.send(step)
            case Wait():
                self._clock.sleep(step.seconds)
                return None
            case Exclusive():
                with self._lock:
                    return self._drive(step.flow)
        raise _unknown(step)


class AsyncShell(_Shell):
    """`Shell` for asyncio: the same conversations, any number of tasks of one event loop."""

    def __init__(
        self,
        sender: AsyncSender,
        *,
        system: str,
        auth: Auth | None = None,
        retry: RetryPolicy | None = None,
        clock: AsyncClock | None = None,
        limiter: Limiter | None = None,
        observer: Observer | None = None,
        classify: Explain | None = None,
        random: Random | None = None,
    ) -> None:
        self._sender = sender
        self._clock = clock or AsyncSystemClock()
        self._lock = asyncio.Lock()
        self._terms = Terms(
            system=system,
            auth=auth or NoAuth(),
            retry=retry or RetryPolicy(),
            clock=self._clock,
            limiter=limiter,
            observer=observer,
            classify=classify,
            random=random or Random(),  # noqa: S311 - jitter guards no secret
        )

    async def run(self, flow: Flow[T]) -> T:
        """Drive `flow` to its end and return its value."""
        return await self._drive(converse(flow, self._terms))

    async def _drive(self, flow: Flow[T]) -> T:
        with closing(flow):
            resume: Callable[[], Any] = partial(next, flow)
            while True:
                try:
                    step = resume()
                except StopIteration as done:
                    return cast("T", done.value)
                try:
                    resume = partial(flow.send, await self._answer(step))
                except ApiError as error:
                    resume = partial(flow.throw, error)

    async def _answer(self, step: object) -> object:
        match step:
            case Request():
                return await self._sender.send(step)
            case Wait():
                await self._clock.sleep(step.seconds)
                return None
            case Exclusive():
                async with self._lock:
                    return await self._drive(step.flow)
        raise _unknown(step)


def _unknown(step: object) -> TypeError:
    return TypeError(f"a flow may yield Request and Wait, not {type(step).__name__}")
