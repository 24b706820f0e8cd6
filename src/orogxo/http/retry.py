"""When to try again, and when never: a lost reply to a write may be an order that already ships."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from attrs import Attribute, field, frozen
from tenacity import RetryCallState, Retrying
from tenacity.stop import stop_after_attempt, stop_any, stop_before_delay
from tenacity.wait import wait_exponential

from orogxo.errors import ApiError, ConfigError, Disposition, NotSent, ReplyLost, StatusError
from orogxo.messages import Request

REPLY_TOO_LARGE = "REPLY_TOO_LARGE"
"""The code of a ReplyLost whose reply was there but longer than is read: asking again gives the same."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PASSING = frozenset({408, 429, 500, 502, 503, 504})


def _in_range(low: float, high: float) -> Any:
    def check(_policy: RetryPolicy, attribute: Attribute[float], value: float) -> None:
        if not (math.isfinite(value) and low <= value <= high):
            raise ConfigError(
                f"retry {attribute.name} is {value}; it must be a number from {low:g} to {high:g}"
            )

    return check


@frozen
class RetryPolicy:
    """How often and how patiently one request is tried; all times in seconds.

    `attempts` counts the first one too. `budget` bounds the whole exchange from its start, sends and waits
    included: a wait that would reach it is not begun. Backoff doubles from `first` up to `cap`; `jitter` is
    the share of each backoff that is random (0 none, 1 all). What a server asks for in Retry-After is a
    minimum, up to `cap`.
    """

    attempts: int = field(default=4, validator=_in_range(1, 100))
    budget: float = field(default=120.0, validator=_in_range(0, 86_400))
    first: float = field(default=0.5, validator=_in_range(0, 3_600))
    cap: float = field(default=60.0, validator=_in_range(0, 3_600))
    jitter: float = field(default=0.5, validator=_in_range(0, 1))


class Retries:
    """The retries of one exchange that began at `started` (clock.monotonic())."""

    def __init__(self, policy: RetryPolicy, *, started: float, random: Random) -> None:
        self._policy, self._random = policy, random
        self._backoff = wait_exponential(multiplier=policy.first, max=policy.cap)
        self._stop = stop_any(stop_after_attempt(policy.attempts), stop_before_delay(policy.budget))
        self._state = RetryCallState(Retrying(), None, (), {})
        self._state.start_time = started

    def delay(self, *, now: float, asked: float | None) -> float | None:
        """Seconds to wait before the next attempt, or None when this was the last one.

        `asked` is what the server wants to be left alone for, if it said so.
        """
        backoff = self._backoff(self._state) * (1 - self._policy.jitter * self._random.random())
        delay = min(max(backoff, asked or 0.0), self._policy.cap)
        self._state.outcome_timestamp, self._state.upcoming_sleep = now, delay
        if self._stop(self._state):
            return None
        self._state.attempt_number += 1
        return delay

    def leaves_room(self, wait: float, *, now: float) -> bool:
        """Whether a wait of that many seconds stays inside the budget."""
        return now - self._state.start_time + wait < self._policy.budget


def is_safe(request: Request) -> bool:
    """Whether `request` changes nothing on the other side (RFC 9110, section 9.2.1)."""
    return request.method.upper() in _SAFE_METHODS


def outcome_unknown(failure: ApiError) -> bool:
    """Whether the other side may have acted on a request that failed so.

    It has not where nothing was sent, where it refused (4xx), and where a 503 says when to come back; a bare
    503 may come from a proxy that lost patience with a request already at work. A system that says itself
    it does not know (gateway code `upstream_timeout`) is believed at any status.
    """
    if not isinstance(failure, StatusError):
        return isinstance(failure, ReplyLost)
    if failure.disposition is Disposition.RECONCILE:
        return True
    asked_to_wait = failure.status == 503 and failure.retry_after is not None
    return failure.status == 408 or (failure.status >= 500 and not asked_to_wait)


def may_try_again(request: Request, failure: ApiError) -> bool:
    """Whether sending `request` once more after `failure` can help and cannot do anything twice.

    Reads and repeatable requests: after anything that may pass. Writes: only where the first one was provably
    not processed, which is NotSent, 429, and 503 with Retry-After.
    """
    if isinstance(failure, NotSent):
        return True
    repeatable = is_safe(request) or request.repeatable
    if isinstance(failure, StatusError):
        if failure.status not in _PASSING:
            return False
        return repeatable or failure.status == 429 or not outcome_unknown(failure)
    return repeatable and isinstance(failure, ReplyLost) and failure.code != REPLY_TOO_LARGE


def disposition_of_read(failure: ApiError) -> Disposition:
    """What to do next about a request that changes nothing: there is never anything to reconcile."""
    if failure.disposition is not Disposition.RECONCILE:
        return failure.disposition
    return Disposition.REVIEW if failure.code == REPLY_TOO_LARGE else Disposition.RETRY
