"""How long to wait and when to stop: Retry-After, backoff, budget."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import ConfigError, Disposition, Unavailable
from orogxo.http import Reply, Request, RetryPolicy
from orogxo.http.retry import Retries, may_try_again, outcome_unknown
from orogxo.http.retry_after import LONGEST_ASKED, retry_after
from support.exchanges import NOON

HALF_PAST_SEVEN = "Mon, 23 Nov 2026 07:30:00 GMT"


@pytest.mark.parametrize(
    ("told", "sent", "seconds"),
    [
        ("120", None, 120.0),
        (" 0 ", None, 0.0),
        ("1.5", None, 1.5),
        ("999999999999", None, LONGEST_ASKED),
        ("-5", None, None),
        ("1e3", None, None),
        ("٣", None, None),
        ("soon", None, None),
        ("", None, None),
        # The server's own clock counts: it is four and a half hours behind ours.
        ("Mon, 23 Nov 2026 07:30:20 GMT", HALF_PAST_SEVEN, 20.0),
        ("Mon, 23 Nov 2026 07:30:20 -0000", HALF_PAST_SEVEN, 20.0),
        ("Mon, 23 Nov 2026 12:00:45 GMT", None, 45.0),
        ("Mon, 23 Nov 2026 12:00:45 GMT", "not a date", 45.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", None, 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, LONGEST_ASKED),
        ("Mon, 99 Nov 2026 11:00:00 GMT", None, None),
    ],
)
def test_retry_after_in_both_forms(told: str, sent: str | None, seconds: float | None) -> None:
    """RFC 9110, section 10.2.3."""
    headers = {"retry-after": told} | ({"Date": sent} if sent else {})
    assert retry_after(Reply(503, headers), now=NOON) == seconds


def test_retry_after_absent_or_without_any_clock() -> None:
    assert retry_after(Reply(503), now=NOON) is None
    assert retry_after(Reply(503, {"Retry-After": HALF_PAST_SEVEN})) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"budget": -1},
        {"budget": float("inf")},
        {"first": float("nan")},
        {"cap": -0.1},
        {"jitter": 1.1},
    ],
)
def test_a_policy_must_make_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=f"retry {next(iter(wrong))} is"):
        RetryPolicy(**wrong)  # type: ignore[arg-type]  # that is the point


def delays(policy: RetryPolicy, asked: list[float | None], seed: int = 7, work: float = 0.0) -> list[float]:
    """The delays granted when every attempt takes `work` seconds and asks for the next of `asked`."""
    now = 50.0
    retries = Retries(policy, started=now, random=Random(seed))
    granted = []
    for seconds in asked:
        now += work
        delay = retries.delay(now=now, asked=seconds)
        if delay is None:
            return granted
        granted.append(delay)
        now += delay
    return granted


def test_backoff_doubles_and_attempts_end_it() -> None:
    assert delays(RetryPolicy(jitter=0), [None] * 9) == [0.5, 1.0, 2.0]
    assert delays(RetryPolicy(jitter=0, attempts=6, cap=3), [None] * 9) == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert delays(RetryPolicy(attempts=1), [None]) == []


def test_what_the_server_asks_for_is_a_minimum_up_to_the_cap() -> None:
    assert delays(RetryPolicy(jitter=0), [7.0, 0.0, 3600.0]) == [7.0, 1.0, 60.0]


def test_a_wait_that_would_reach_the_budget_is_not_begun() -> None:
    assert delays(RetryPolicy(jitter=0, budget=8.0), [7.9]) == [7.9]
    assert delays(RetryPolicy(jitter=0, budget=8.0), [8.0]) == []
    assert delays(RetryPolicy(jitter=0, budget=8.0), [7.0], work=1.5) == []


def test_jitter_spreads_the_waits() -> None:
    seen = {delays(RetryPolicy(), [None], seed=seed)[0] for seed in range(20)}
    assert len(seen) == 20
    assert all(0.25 <= delay <= 0.5 for delay in seen)


policies = st.builds(
    RetryPolicy,
    attempts=st.integers(1, 100),
    budget=st.floats(0, 86_400),
    first=st.floats(0, 3_600),
    cap=st.floats(0, 3_600),
    jitter=st.floats(0, 1),
)


@settings(max_examples=200)
@given(
    policies,
    st.lists(st.none() | st.floats(0, LONGEST_ASKED), max_size=120),
    st.integers(),
    st.floats(0, 400),
)
def test_law_delays_stay_within_cap_attempts_and_budget(
    policy: RetryPolicy, asked: list[float | None], seed: int, work: float
) -> None:
    granted = delays(policy, asked, seed, work)
    assert all(0 <= delay <= policy.cap for delay in granted)
    assert len(granted) < policy.attempts
    spent = sum(granted) + work * len(granted)
    assert not granted or spent <= policy.budget + 1e-6  # floats are added in another order here
    for delay, seconds in zip(granted, asked, strict=False):
        assert delay >= min(seconds or 0, policy.cap)


def test_a_system_that_does_not_know_itself_is_believed_even_with_a_retry_after() -> None:
    """Contract gateway-v1: `upstream_timeout` means look up before any retry, at any status."""
    put = Request("PUT", "https://gxo.example.com/v1/orders/7")
    failure = Unavailable("?", status=503, retry_after=1, disposition=Disposition.RECONCILE)
    assert outcome_unknown(failure)
    assert not may_try_again(put, failure)
