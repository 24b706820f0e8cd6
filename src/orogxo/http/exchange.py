"""One request until it is answered or given up: throttled, signed, sent, explained, tried again."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Protocol

from attrs import evolve, frozen

from orogxo.errors import ApiError, DecodeError, Disposition, NotSent, RateLimited, ReplyLost, StatusError
from orogxo.http.auth import Auth, Explain, NoAuth
from orogxo.http.classify import is_page, status_error
from orogxo.http.redact import hide_secrets, operation, report, safe_reply
from orogxo.http.retry import (
    Retries,
    RetryPolicy,
    disposition_of_read,
    is_safe,
    may_try_again,
    outcome_unknown,
)
from orogxo.http.retry_after import LONGEST_ASKED, retry_after
from orogxo.messages import Flow, Reply, Request, Wait
from orogxo.ports import Limiter, Observer


class Time(Protocol):
    """The part of a clock that both colours share."""

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...


@frozen(kw_only=True)
class Terms:
    """What all exchanges with one system have in common."""

    system: str
    auth: Auth
    retry: RetryPolicy
    clock: Time
    random: Random
    classify: Explain | None = None
    limiter: Limiter | None = None
    observer: Observer | None = None
    timeout: float | None = None

    def explain(self, request: Request, reply: Reply) -> StatusError:
        """What an error reply means; a web page is never shown to `classify`, which would parse it."""
        if self.classify is None or is_page(reply):
            return status_error(request, reply, system=self.system)
        return self.classify(request, reply)


class Exchange:
    """One request until it is answered or given up; errors leave it complete and with the right disposition.

    It gives an Auth the line to its own endpoint: such a side exchange shares the budget (`started`) and, as
    it has no effect of its own, leaves nothing to reconcile.
    """

    def __init__(self, terms: Terms, request: Request, *, started: float | None = None) -> None:
        self._terms = terms
        self._request = request if request.timeout is not None else evolve(request, timeout=terms.timeout)
        self._explain: Explain = terms.explain
        self._auth = terms.auth
        self._started = terms.clock.monotonic() if started is None else started
        self._retries = Retries(terms.retry, started=self._started, random=terms.random)
        self._has_effect = not is_safe(request)
        # Set once some attempt may have taken effect: no later refusal proves that it has not.
        self._in_doubt = False
        self._attempts = 0
        self.system = terms.system

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return self._terms.clock.monotonic()

    def side_exchange(self, request: Request, explain: Explain) -> Flow[Reply]:
        """Send `request` as it is, retried within the budget of this exchange."""
        side = Exchange(self._terms, request, started=self._started)
        side._explain, side._auth, side._has_effect = explain, NoAuth(), False
        return side.run()

    def run(self) -> Flow[Reply]:
        """The reply, of a status below 400. Raises ApiError."""
        try:
            return (yield from self._answered())
        except ApiError as error:
            failure = self._settled(error)
        raise failure

    def _answered(self) -> Flow[Reply]:
        renewed = False
        while True:
            yield from self._throttled()
            signed = yield from self._auth.sign(self._request, self)
            outcome = yield from self._sent(signed)
            if isinstance(outcome, Reply):
                return outcome
            refused = isinstance(outcome, StatusError) and outcome.status == 401
            if refused and not renewed and self._auth.refused(signed):
                renewed = True
                continue
            delay = self._delay(outcome)
            if delay is None:
                raise outcome
            yield Wait(delay)

    def _throttled(self) -> Flow[None]:
        limiter = self._terms.limiter
        pause = limiter.delay(self.system) if limiter else 0.0
        if pause <= 0:
            return
        if not self._retries.leaves_room(pause, now=self.monotonic()):
            raise RateLimited(
                f"our own limit for {self.system} asks to wait {pause:g} s, which is beyond the time budget",
                code="OWN_LIMIT",
                retry_after=min(pause, LONGEST_ASKED),
                system=self.system,
                operation=operation(self._request),
                attempts=self._attempts,
            )
        yield Wait(pause)

    def _sent(self, signed: Request) -> Flow[Reply | ApiError]:
        self._attempts += 1
        begun = self.monotonic()
        outcome: Reply | ApiError
        try:
            outcome = yield signed
        except (NotSent, ReplyLost) as error:
            outcome = error
        seconds = self.monotonic() - begun
        if isinstance(outcome, Reply) and outcome.status >= 400:
            outcome = self._explained(outcome)
        if isinstance(outcome, ApiError):
            self._complete(outcome)
        report(self._terms.observer, self._request, outcome, seconds)
        return outcome

    def _explained(self, reply: Reply) -> StatusError:
        try:
            error = self._explain(self._request, reply)
        except DecodeError:
            # The body is not what its system promises; the status still says what happened.
            error = status_error(self._request, reply, system=self.system)
        error.status = reply.status
        error.reply = error.reply or safe_reply(reply)
        if error.retry_after is None:
            error.retry_after = retry_after(reply, now=self._terms.clock.now())
        return error

    def _complete(self, failure: ApiError) -> None:
        # A foreign sender need not know what the request was for, how often it was sent, or what is secret.
        failure.system = self.system
        failure.operation = operation(self._request)
        failure.attempts = self._attempts
        failure.message = hide_secrets(failure.message)
        failure.args = (failure.message,)
        if not self._has_effect:
            failure.disposition = disposition_of_read(failure)
        elif outcome_unknown(failure):
            self._in_doubt = True

    def _delay(self, failure: ApiError) -> float | None:
        if not may_try_again(self._request, failure):
            return None
        asked = failure.retry_after if isinstance(failure, StatusError) else None
        return self._retries.delay(now=self.monotonic(), asked=asked)

    def _settled(self, failure: ApiError) -> ApiError:
        if not self._in_doubt:
            return failure
        if outcome_unknown(failure):
            failure.disposition = Disposition.RECONCILE
            return failure
        # Whoever sees NotSent or a refusal takes the request for not processed, and an earlier one may be.
        lost = ReplyLost(
            f"an earlier attempt may have taken effect; the last one failed: {failure.message}",
            system=self.system,
            operation=operation(self._request),
            attempts=self._attempts,
        )
        lost.__cause__ = failure
        return lost
