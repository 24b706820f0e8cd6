"""Conversations driven by hand: what they ask of a shell, and what they hand to the operation."""

from __future__ import annotations

import random

import pytest

from orogxo.errors import Conflict, DecodeError, NotFound, NotSent, RateLimited, ReplyLost, StatusError
from orogxo.http import ApiKey, Flow, Reply, Request, Wait, decode_json, operation, status_error
from orogxo.http.conversation import converse
from support.exchanges import ManualClock, one, play, some_terms

URL = "https://gxo.example/v1/orders/PO-1?token=canary"
GET = Request("GET", URL)
POST = Request("POST", URL)
JSON = {"Content-Type": "application/json"}


def test_step_by_step() -> None:
    """next() asks for the first send, send() answers it; Wait comes between two sends."""
    talk = converse(one(GET), some_terms())
    assert next(talk) == GET
    assert talk.send(Reply(500)) == Wait(0.5)
    assert talk.send(None) == GET
    assert talk.throw(ReplyLost("reset")) == Wait(1.0)
    assert talk.send(None) == GET
    with pytest.raises(StopIteration) as done:
        talk.send(Reply(200, {}, b"ok"))
    assert done.value.value == Reply(200, {}, b"ok")


def test_backoff_is_jittered_by_the_given_randomness() -> None:
    from orogxo.http import RetryPolicy

    def first_wait(seed: int) -> Wait:
        talk = converse(one(GET), some_terms(retry=RetryPolicy(), random=random.Random(seed)))
        next(talk)
        return talk.throw(NotSent())

    assert first_wait(1) == first_wait(1) != first_wait(2)


@pytest.mark.parametrize("status", [200, 202, 204, 302, 304])
def test_below_400_is_a_reply_and_redirects_are_not_followed(status: int) -> None:
    """OroCommerce 5.1 answers an upsert with 302, a body and a Location (orocommerce-observed, upsert)."""
    reply = Reply(status, {"Location": "https://elsewhere.example/"}, b"{}")
    assert play(converse(one(POST), some_terms()), reply).value == reply


def test_the_operation_may_answer_an_error_with_another_request() -> None:
    def submit() -> Flow[str]:
        try:
            yield POST
        except ReplyLost:
            found = yield GET
            return f"found {found.status}"
        return "sent"

    played = play(converse(submit(), some_terms()), ReplyLost(), Reply(200))
    assert played.value == "found 200"
    assert played.requests == [POST, GET]


def test_an_error_the_operation_does_not_handle_comes_out() -> None:
    played = play(converse(one(GET), some_terms()), Reply(404))
    assert type(played.error) is NotFound


def test_waits_of_the_operation_reach_the_shell() -> None:
    def poll() -> Flow[int]:
        answered = yield Wait(2.5)
        assert answered is None
        return (yield GET).status

    played = play(converse(poll(), some_terms()), Reply(200))
    assert (played.value, played.waits) == (200, [2.5])


def test_a_closed_conversation_closes_the_operation() -> None:
    closed = []

    def operation_() -> Flow[None]:
        try:
            yield GET
        finally:
            closed.append("operation")

    talk = converse(operation_(), some_terms())
    next(talk)
    talk.close()
    assert closed == ["operation"]


def test_each_request_has_its_own_attempts_and_budget() -> None:
    def two() -> Flow[int]:
        yield GET
        return (yield GET).status

    clock = ManualClock()
    three_times = [Reply(500)] * 3
    played = play(
        converse(two(), some_terms(clock)), *three_times, Reply(200), *three_times, Reply(201), clock=clock
    )
    assert played.value == 201


@pytest.mark.parametrize(
    "bare", [NotSent(), ReplyLost("x"), ReplyLost("x", system="?", operation="?", attempts=9)]
)
def test_errors_of_a_foreign_sender_are_completed(bare: NotSent | ReplyLost) -> None:
    message = bare.message
    error = play(converse(one(POST), some_terms()), *[bare] * 4).error
    assert error is bare
    assert (bare.system, bare.operation) == ("gxo", "POST /v1/orders/PO-1")
    assert bare.attempts == (4 if isinstance(bare, NotSent) else 1)
    assert bare.message == message
    assert "canary" not in str(bare)


def test_any_other_exception_of_a_sender_passes_unchanged() -> None:
    bug = ZeroDivisionError("in the host's sender")
    played = play(converse(one(POST), some_terms()), bug)
    assert played.error is bug
    assert len(played.requests) == 1


# Explanations ---------------------------------------------------------------------------------------------


def by_title(request: Request, reply: Reply) -> StatusError:
    told = decode_json(reply, system="gxo", operation=operation(request))
    return status_error(request, reply, system="gxo", problems=[told["title"]])


def explained(reply: Reply) -> StatusError:
    error = play(converse(one(POST), some_terms(classify=by_title)), reply).error
    assert isinstance(error, StatusError)
    return error


def test_classify_explains_in_the_systems_own_terms() -> None:
    assert explained(Reply(409, JSON, b'{"title": "already shipped"}')).problems == ("already shipped",)


def test_a_body_that_breaks_its_contract_does_not_hide_the_status() -> None:
    error = explained(Reply(409, JSON, b'{"title": '))
    assert (type(error), error.problems) == (Conflict, ())


def test_a_web_page_is_never_shown_to_classify() -> None:
    def never(request: Request, reply: Reply) -> StatusError:
        raise AssertionError("classify saw a page")

    page = Reply(409, {"Content-Type": "text/html"}, b"<h1>")
    assert type(play(converse(one(POST), some_terms(classify=never)), page).error) is Conflict


def test_what_classify_leaves_out_is_filled_in() -> None:
    def terse(request: Request, reply: Reply) -> StatusError:
        return Conflict("no")

    reply = Reply(409, {"Retry-After": "Mon, 23 Nov 2026 12:00:05 GMT", "Set-Cookie": "canary"}, b"why")
    error = play(converse(one(POST), some_terms(classify=terse)), reply).error
    assert isinstance(error, Conflict)
    assert (error.status, error.retry_after, error.attempts, error.system) == (409, 5.0, 1, "gxo")
    assert error.reply == Reply(409, {"Retry-After": reply.headers["Retry-After"]}, b"why")


def test_classify_sees_the_request_without_credentials() -> None:
    seen = []

    def look(request: Request, reply: Reply) -> StatusError:
        seen.append(request)
        raise DecodeError

    play(converse(one(POST), some_terms(classify=look, auth=ApiKey("canary"))), Reply(409))
    assert seen == [POST]


# Throttling, timeout, observer ----------------------------------------------------------------------------


class Limits:
    def __init__(self, *pauses: float) -> None:
        self.pauses = iter(pauses)
        self.asked: list[str] = []

    def delay(self, backend: str) -> float:
        self.asked.append(backend)
        return next(self.pauses)


def test_the_limiter_is_obeyed_before_every_send() -> None:
    limits = Limits(0, 0.2, -1)
    played = play(converse(one(GET), some_terms(limiter=limits)), Reply(500), Reply(500), Reply(200))
    assert played.waits == [0.5, 0.2, 1.0]
    assert limits.asked == ["gxo"] * 3


@pytest.mark.parametrize(("pause", "told"), [(120.0, 120.0), (float("inf"), 86_400.0)])
def test_a_limit_beyond_the_budget_is_an_error_to_wait_on(pause: float, told: float) -> None:
    played = play(converse(one(POST), some_terms(limiter=Limits(pause))))
    assert isinstance(played.error, RateLimited)
    assert (played.error.code, played.error.retry_after, played.error.attempts) == ("OWN_LIMIT", told, 0)
    assert played.requests == []


def test_timeout_of_the_shell_applies_unless_the_request_has_its_own() -> None:
    own = Request("GET", URL, timeout=3)
    assert play(converse(one(GET), some_terms(timeout=9)), Reply(200)).requests[0].timeout == 9
    assert play(converse(one(own), some_terms(timeout=9)), Reply(200)).requests[0].timeout == 3


def test_the_observer_hears_of_every_exchange() -> None:
    clock = ManualClock()
    heard = []

    class Ear:
        def exchanged(self, operation: str, status: int | None, seconds: float, error: str) -> None:
            heard.append((operation, status, seconds, error))

    def slow(_: Request) -> Reply:
        clock.seconds += 0.75
        return Reply(503)

    terms = some_terms(clock, observer=Ear())
    play(converse(one(GET), terms), slow, NotSent("refused"), Reply(200), clock=clock)
    name = "GET /v1/orders/PO-1"
    assert heard == [
        (name, 503, 0.75, "UNAVAILABLE"),
        (name, None, 0, "NOT_SENT: refused"),
        (name, 200, 0, ""),
    ]
