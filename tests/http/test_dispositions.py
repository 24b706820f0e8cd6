"""What is sent again, what is not, and what the caller is to do: this keeps goods from going twice."""

from __future__ import annotations

import pytest

from orogxo import errors
from orogxo.errors import ApiError, AuthenticationError, Disposition, NotSent, ReplyLost, StatusError
from orogxo.http import ClientCredentials, Reply, Request, RetryPolicy
from orogxo.http.conversation import converse
from orogxo.http.retry import REPLY_TOO_LARGE
from support.exchanges import ManualClock, Played, a_token, one, play, recorded, some_terms

URL = "https://gxo.example/v1/orders/PO-1"
READ = Request("GET", URL)
WRITE = Request("POST", URL, body=b"{}")
SETTLED = Request("PUT", URL, body=b"{}", repeatable=True)
ASKED = {"Retry-After": "3"}

RETRY, WAIT, RECONCILE, REVIEW = (
    Disposition.RETRY,
    Disposition.WAIT,
    Disposition.RECONCILE,
    Disposition.REVIEW,
)


def ask(request: Request, *answers: Reply | Exception) -> Played:
    """Play `request`; the last answer repeats until the exchange ends."""
    clock = ManualClock()
    return play(converse(one(request), some_terms(clock)), *answers, *[answers[-1]] * 9, clock=clock)


@pytest.mark.parametrize(
    ("request_", "answer", "sends", "kind", "disposition"),
    [
        (READ, NotSent(), 4, NotSent, RETRY),
        (READ, ReplyLost(), 4, ReplyLost, RETRY),
        (READ, ReplyLost("long", code=REPLY_TOO_LARGE), 1, ReplyLost, REVIEW),
        (READ, Reply(408), 4, errors.ServerError, RETRY),
        (READ, Reply(429), 4, errors.RateLimited, WAIT),
        (READ, Reply(500), 4, errors.ServerError, RETRY),
        (READ, Reply(501), 1, errors.ServerError, RETRY),
        (READ, Reply(502), 4, errors.ServerError, RETRY),
        (READ, Reply(503), 4, errors.Unavailable, WAIT),
        (READ, Reply(504), 4, errors.ServerError, RETRY),
        (READ, Reply(404), 1, errors.NotFound, REVIEW),
        (READ, recorded("oro-6.1.8", "error_415_maintenance_app_level"), 1, errors.Unavailable, WAIT),
        (WRITE, NotSent(), 4, NotSent, RETRY),
        (WRITE, ReplyLost(), 1, ReplyLost, RECONCILE),
        (WRITE, ReplyLost("long", code=REPLY_TOO_LARGE), 1, ReplyLost, RECONCILE),
        (WRITE, Reply(400), 1, errors.Invalid, REVIEW),
        (WRITE, Reply(408), 1, errors.ServerError, RECONCILE),
        (WRITE, Reply(409), 1, errors.Conflict, REVIEW),
        (WRITE, Reply(429), 4, errors.RateLimited, WAIT),
        (WRITE, Reply(500), 1, errors.ServerError, RECONCILE),
        (WRITE, Reply(501), 1, errors.ServerError, RECONCILE),
        (WRITE, Reply(502), 1, errors.ServerError, RECONCILE),
        (WRITE, Reply(503), 1, errors.Unavailable, RECONCILE),
        (WRITE, Reply(503, ASKED), 4, errors.Unavailable, WAIT),
        (WRITE, Reply(503, {"Retry-After": "soon"}), 1, errors.Unavailable, RECONCILE),
        (WRITE, Reply(504, ASKED), 1, errors.ServerError, RECONCILE),
        (WRITE, recorded("oro-6.1.8", "s61_maintenance_app_patch"), 1, errors.Unavailable, WAIT),
        (WRITE, recorded("oro-7.0.3", "error_405_maintenance_token_nginx"), 1, errors.Unavailable, WAIT),
        (SETTLED, NotSent(), 4, NotSent, RETRY),
        (SETTLED, ReplyLost(), 4, ReplyLost, RECONCILE),
        (SETTLED, Reply(500), 4, errors.ServerError, RECONCILE),
        (SETTLED, Reply(429), 4, errors.RateLimited, WAIT),
        (SETTLED, Reply(409), 1, errors.Conflict, REVIEW),
    ],
)
def test_sends_class_and_disposition(
    request_: Request, answer: Reply | Exception, sends: int, kind: type[ApiError], disposition: Disposition
) -> None:
    played = ask(request_, answer)
    assert len(played.requests) == sends
    assert type(played.error) is kind
    assert played.error.disposition is disposition
    assert (played.error.system, played.error.attempts) == ("gxo", sends)
    assert played.error.operation == f"{request_.method} /v1/orders/PO-1"


@pytest.mark.parametrize("method", ["get", "HEAD", "options"])
def test_safe_methods_are_reads(method: str) -> None:
    played = ask(Request(method, URL), ReplyLost(), Reply(200))
    assert played.value == Reply(200)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_all_other_methods_are_writes_unless_stated(method: str) -> None:
    assert len(ask(Request(method, URL), ReplyLost()).requests) == 1


def test_a_write_is_sent_again_only_as_the_same_bytes() -> None:
    played = ask(WRITE, NotSent(), Reply(429, ASKED), Reply(503, ASKED), Reply(201))
    assert played.value.status == 201
    assert played.requests == [WRITE] * 4
    assert played.waits == [0.5, 3.0, 3.0]


@pytest.mark.parametrize("doubt", [ReplyLost(), Reply(500), Reply(504)])
@pytest.mark.parametrize(
    "last",
    [
        NotSent("refused"),
        Reply(400),
        Reply(401),
        Reply(403),
        Reply(404),
        Reply(409),
        Reply(429),
        Reply(503, ASKED),
    ],
)
def test_after_one_doubtful_attempt_no_refusal_means_not_processed(
    doubt: Reply | Exception, last: Reply | Exception
) -> None:
    """An engine reads NotSent, 401, 403 as "not processed" and 400, 409 as "refused": both would be wrong."""
    played = ask(SETTLED, doubt, last)
    assert type(played.error) is ReplyLost
    assert played.error.disposition is RECONCILE
    assert played.error.message.startswith("an earlier attempt may have taken effect")
    assert played.error.attempts == len(played.requests) >= 2
    assert isinstance(played.error.__cause__, NotSent | StatusError)


def test_doubt_is_over_once_the_request_is_answered() -> None:
    assert ask(SETTLED, ReplyLost(), Reply(500), Reply(200)).value == Reply(200)


def test_reads_leave_no_doubt() -> None:
    played = ask(READ, ReplyLost(), Reply(404))
    assert type(played.error) is errors.NotFound
    assert played.error.disposition is REVIEW


def test_doubt_survives_a_token_that_cannot_be_fetched() -> None:
    clock = ManualClock()
    auth = ClientCredentials("https://gxo.example/token", "id", "secret")
    terms = some_terms(clock, auth=auth)
    answers = [a_token(expires_in=60), ReplyLost(), Reply(401), *[Reply(401)] * 3]
    played = play(converse(one(SETTLED), terms), *answers, clock=clock)
    assert type(played.error) is ReplyLost
    assert type(played.error.__cause__) is AuthenticationError


def test_retry_after_is_kept_for_whoever_waits_longer() -> None:
    played = ask(READ, Reply(503, {"Retry-After": "3600"}))
    assert played.waits == [60.0]
    assert isinstance(played.error, errors.Unavailable)
    assert played.error.retry_after == 3600.0


def test_the_budget_ends_retries_before_the_attempts_do() -> None:
    clock = ManualClock()
    terms = some_terms(clock, retry=RetryPolicy(jitter=0, budget=10, attempts=9))
    played = play(converse(one(READ), terms), *[Reply(429, {"Retry-After": "6"})] * 9, clock=clock)
    assert played.waits == [6.0]
    assert isinstance(played.error, errors.RateLimited)
    assert (played.error.attempts, played.error.retry_after) == (2, 6.0)
    assert clock.monotonic() == 1006.0


def test_time_spent_sending_counts_against_the_budget() -> None:
    clock = ManualClock()

    def slow(_: Request) -> Reply:
        clock.seconds += 100
        return Reply(500)

    played = play(converse(one(READ), some_terms(clock)), slow, slow, slow, clock=clock)
    assert len(played.requests) == 2
