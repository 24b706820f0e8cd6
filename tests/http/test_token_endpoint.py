"""What token endpoints answer, as recorded and as imagined, and the sentence a person gets."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest

from orogxo.errors import (
    ApiError,
    AuthenticationError,
    Disposition,
    RateLimited,
    ServerError,
    StatusError,
    Unavailable,
)
from orogxo.http import ClientCredentials, Reply, Request
from orogxo.http.conversation import converse
from support.exchanges import ManualClock, a_token, one, play, recorded, some_terms

VERSIONS = ["oro-5.1.8", "oro-6.1.8", "oro-7.0.3"]
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
SECRET = "canary-secret"
GET = Request("GET", "https://shop.example/admin/api/orders")


def refusal(*answers: Reply, secret: str = SECRET) -> StatusError:
    clock = ManualClock()
    auth = ClientCredentials("https://shop.example/oauth2-token", "id", secret)
    terms = some_terms(clock, auth=auth, system="oro")
    error = play(converse(one(GET), terms), *answers, *[answers[-1]] * 3, clock=clock).error
    assert isinstance(error, ApiError)
    assert (error.system, error.operation) == ("oro", "POST /oauth2-token")
    assert isinstance(error, StatusError)
    return error


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["oauth_token_ok", "oauth_token_ok_form"])
def test_recorded_tokens_are_used(version: str, name: str) -> None:
    auth = ClientCredentials("https://shop.example/oauth2-token", "id", SECRET)
    played = play(converse(one(GET), some_terms(auth=auth)), recorded(version, name), Reply(200))
    assert played.requests[1].header("Authorization") == "Bearer TOKEN"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "name", ["bad_client", "bad_secret", "client_deactivated", "missing_secret", "user_disabled", "bad_grant"]
)
def test_recorded_refusals_name_every_likely_cause(version: str, name: str) -> None:
    error = refusal(recorded(version, f"oauth_token_{name}"))
    assert type(error) is AuthenticationError
    assert error.disposition is Disposition.FATAL
    assert error.attempts == 1
    word = "unsupported_grant_type" if name == "bad_grant" else "invalid_client"
    assert error.problems[0] == word
    for cause in (
        word,
        "wrong client id or secret",
        "deactivated",
        "disabled user",
        "web API is switched off",
    ):
        assert cause in error.message


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_404_asks_for_the_url_and_never_looks_like_a_missing_order(version: str) -> None:
    error = refusal(recorded(version, "oauth_token_admin_prefix"))
    assert (type(error), error.code) == (AuthenticationError, "TOKEN_URL")
    assert error.message == "the token endpoint answered 404; is the token URL wrong?"


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("oro-6.1.8", "s61_maintenance_app_token"),
        ("oro-7.0.3", "error_405_maintenance_token_nginx"),
        ("oro-5.1.8", "error_503_maintenance_nginx"),
        ("oro-6.1.8", "error_415_maintenance_app_level"),
    ],
)
def test_recorded_maintenance_is_unavailable(version: str, name: str) -> None:
    error = refusal(recorded(version, name))
    assert (type(error), error.disposition) == (Unavailable, Disposition.WAIT)


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (Reply(503), Unavailable, "UNAVAILABLE"),
        (Reply(429, JSON), RateLimited, "RATE_LIMITED"),
        (Reply(500, JSON, b"[]"), ServerError, "SERVER_ERROR"),
        (Reply(200, HTML, b"<html>"), Unavailable, "UNAVAILABLE"),
        (Reply(302, HTML), AuthenticationError, "TOKEN_UNREADABLE"),
        (Reply(404, HTML), AuthenticationError, "TOKEN_URL"),
        (Reply(405, JSON), AuthenticationError, "TOKEN_URL"),
        (Reply(403), AuthenticationError, "AUTHENTICATION"),
        (Reply(200, JSON, b""), AuthenticationError, "TOKEN_UNREADABLE"),
        (Reply(200, JSON, b"[]"), AuthenticationError, "TOKEN_UNREADABLE"),
        (Reply(200, JSON, b"{}"), AuthenticationError, "TOKEN_UNREADABLE"),
        (a_token(""), AuthenticationError, "TOKEN_UNREADABLE"),
        (a_token("two\r\nX-Evil: 1"), AuthenticationError, "TOKEN_UNREADABLE"),
        (a_token("x" * 20_000), AuthenticationError, "TOKEN_UNREADABLE"),
        (a_token(["t1"]), AuthenticationError, "TOKEN_UNREADABLE"),  # type: ignore[arg-type]  # the point
        (a_token("t1", token_type="mac"), AuthenticationError, "TOKEN_UNREADABLE"),
    ],
)
def test_other_answers(reply: Reply, kind: type[StatusError], code: str) -> None:
    error = refusal(reply)
    assert (type(error), error.code, error.status) == (kind, code, reply.status)


@pytest.mark.parametrize("secret", [SECRET, 'canary"\\ü&secret'])
def test_an_endpoint_that_echoes_the_secret_does_not_spread_it(secret: str) -> None:
    told = {"error": "invalid_client", "error_description": f"you sent {secret}", "hint": quote_plus(secret)}
    error = refusal(Reply(401, JSON, json.dumps(told).encode()), secret=secret)
    assert error.problems == ("invalid_client", "you sent ***", "***")
    assert error.reply is not None
    assert b"canary" not in error.reply.body
    assert "canary" not in f"{error} {error.__dict__}"


def test_a_secret_as_short_as_a_word_does_not_blot_out_the_answer() -> None:
    error = refusal(Reply(401, JSON, b'{"error": "invalid_client"}'), secret="inva")
    assert error.problems == ("invalid_client",)
