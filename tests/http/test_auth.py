"""Credentials: put on every request, fetched once, renewed in time, never replaced."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs

import pytest
from attrs import evolve

from orogxo.errors import AuthenticationError, ConfigError, NotSent, RateLimited, ReplyLost
from orogxo.http import ApiKey, Auth, ClientCredentials, NoAuth, Reply, Request, Secret, TokenCache
from orogxo.http.auth import Exclusive
from orogxo.http.conversation import converse
from support.exchanges import ManualClock, Played, a_token, one, play, recorded, some_terms

TOKEN_URL = "https://shop.example/oauth2-token"
GET = Request("GET", "https://shop.example/admin/api/orders")
OK = Reply(200)


def credentials(**changes: object) -> ClientCredentials:
    return ClientCredentials(
        **({"token_url": TOKEN_URL, "client_id": "id", "client_secret": "sec"} | changes)
    )


def ask(auth: Auth, *answers: object, clock: ManualClock | None = None, request: Request = GET) -> Played:
    clock = clock or ManualClock()
    return play(converse(one(request), some_terms(clock, auth=auth, system="oro")), *answers, clock=clock)


def sent_tokens(played: Played) -> list[str | None]:
    return [request.header("Authorization") for request in played.requests if request.method == "GET"]


def test_a_token_is_fetched_under_the_lock_and_then_shared() -> None:
    auth = credentials()
    first = ask(auth, a_token("t1"), OK)
    assert [type(step) for step in first.steps] == [Exclusive, Request, Request]
    assert sent_tokens(first) == ["Bearer t1"]
    second = ask(auth, OK)
    assert second.steps == [second.requests[0]]
    assert sent_tokens(second) == ["Bearer t1"]


def test_form_body_is_the_default() -> None:
    """RFC 6749, section 4.4.2; recording oauth_token_ok_form."""
    request = ask(credentials(client_secret="a&b=ü", scope="all"), a_token(), OK).requests[0]
    assert (request.method, request.url) == ("POST", TOKEN_URL)
    assert request.header("Content-Type") == "application/x-www-form-urlencoded"
    assert request.body is not None
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["id"],
        "client_secret": ["a&b=ü"],
        "scope": ["all"],
    }


def test_json_body() -> None:
    """Recording oauth_token_ok."""
    request = ask(credentials(style="json"), a_token(), OK).requests[0]
    assert request.header("Content-Type") == "application/json"
    told = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "sec"}
    assert json.loads(request.body or b"") == told


def test_http_basic() -> None:
    """RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined."""
    request = ask(credentials(client_id="i:d", client_secret="s ü", style="basic"), a_token(), OK).requests[0]
    told = base64.b64decode((request.header("Authorization") or "").removeprefix("Basic "))
    assert told == b"i%3Ad:s+%C3%BC"
    assert request.body == b"grant_type=client_credentials"


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (3600, 3570),
        ("3600", 3570),
        (40, 20),
        (10**9, 86_370),
        (None, 270),
        (0, 270),
        (-5, 270),
        (True, 270),
        ("soon", 270),
        ([], 270),
        (1.5, 270),
    ],
)
def test_a_token_is_renewed_30_seconds_early_whatever_expires_in_says(
    expires_in: object, seconds: int
) -> None:
    auth, clock = credentials(), ManualClock()
    ask(auth, a_token("t1", expires_in=expires_in), OK, clock=clock)
    clock.seconds += seconds - 1
    assert sent_tokens(ask(auth, OK, clock=clock)) == ["Bearer t1"]
    clock.seconds += 1
    assert sent_tokens(ask(auth, a_token("t2"), OK, clock=clock)) == ["Bearer t2"]


def test_a_missing_expires_in_and_token_type_are_tolerated() -> None:
    reply = Reply(200, {"Content-Type": "application/json"}, b'{"access_token": "t1"}')
    assert sent_tokens(ask(credentials(), reply, OK)) == ["Bearer t1"]


VERSIONS = ["oro-5.1.8", "oro-6.1.8", "oro-7.0.3"]
REFUSALS = ["bad_token", "expired_token", "revoked_token", "tampered_token", "no_token", "user_disabled"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_401_renews_the_token_and_sends_once_more(version: str, name: str) -> None:
    """All have empty bodies; WWW-Authenticate is WSSE, Bearer or absent (recordings error_401_*)."""
    auth = credentials()
    played = ask(auth, a_token("t1"), recorded(version, f"error_401_{name}"), a_token("t2"), OK)
    assert played.value == OK
    assert sent_tokens(played) == ["Bearer t1", "Bearer t2"]
    assert played.waits == []


def test_a_second_401_is_an_authentication_error() -> None:
    played = ask(credentials(), a_token("t1"), Reply(401), a_token("t2"), Reply(401))
    assert type(played.error) is AuthenticationError
    assert (played.error.attempts, played.error.operation) == (2, "GET /admin/api/orders")


def test_a_401_to_a_write_is_proof_that_it_was_not_processed() -> None:
    write = Request("POST", GET.url, body=b"{}")
    played = ask(credentials(), a_token("t1"), Reply(401), a_token("t2"), Reply(201), request=write)
    assert played.value.status == 201


def test_a_renewed_token_of_another_thread_is_used_and_not_dropped() -> None:
    auth = credentials()
    ask(auth, a_token("t1"), OK)

    def renewed_meanwhile(_: Request) -> Reply:
        clock = ManualClock()
        assert ask(auth, Reply(401), a_token("t2"), OK, clock=clock).value == OK
        return Reply(401)

    played = ask(auth, renewed_meanwhile, OK)
    assert sent_tokens(played) == ["Bearer t1", "Bearer t2"]
    assert len(played.requests) == 2


def test_whoever_waited_for_the_lock_finds_the_token_there() -> None:
    auth = credentials()
    talk = converse(one(GET), some_terms(auth=auth))
    waiting = next(talk)
    assert isinstance(waiting, Exclusive)
    ask(auth, a_token("t1"), OK)
    with pytest.raises(StopIteration) as done:
        next(waiting.flow)
    assert done.value.value == Secret("t1")
    assert talk.send(done.value.value).header("Authorization") == "Bearer t1"
    talk.close()


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_callers_header_never_replaces_ours(name: str) -> None:
    request = evolve(GET, headers={name: "Bearer forged", "Accept": "x"})
    played = ask(credentials(), a_token("t1"), OK, request=request)
    assert played.requests[1].headers == {"Accept": "x", "Authorization": "Bearer t1"}
    keyed = ask(ApiKey("k", header="Authorization", prefix="Key "), OK, request=request)
    assert keyed.requests[0].headers == {"Accept": "x", "Authorization": "Key k"}


def test_without_credentials_headers_stay() -> None:
    request = evolve(GET, headers={"authorization": "mine"})
    played = ask(NoAuth(), Reply(401), request=request)
    assert played.requests == [request]
    assert type(played.error) is AuthenticationError


def test_a_key_is_not_renewed() -> None:
    played = ask(ApiKey("k"), Reply(401))
    assert [request.header("x-api-key") for request in played.requests] == ["k"]
    assert type(played.error) is AuthenticationError


@pytest.mark.parametrize(
    "other", [{"client_secret": "wrong"}, {"client_id": "i"}, {"token_url": TOKEN_URL + "2"}, {"scope": "x"}]
)
def test_a_shared_cache_never_approves_other_credentials(other: dict[str, str]) -> None:
    cache = TokenCache()
    ask(credentials(cache=cache), a_token("t1"), OK)
    assert sent_tokens(ask(credentials(cache=cache), OK)) == ["Bearer t1"]
    refused = Reply(401, {"Content-Type": "application/json"}, b'{"error": "invalid_client"}')
    assert type(ask(credentials(cache=cache, **other), refused).error) is AuthenticationError


def test_dropping_spares_a_newer_token_and_minds_nothing_missing() -> None:
    auth = credentials()
    ask(auth, a_token("t1"), OK)
    auth.refused(evolve(GET, headers={"Authorization": "Bearer older"}))
    auth.refused(GET)
    assert sent_tokens(ask(auth, OK)) == ["Bearer t1"]
    auth.refused(evolve(GET, headers={"Authorization": "Bearer t1"}))
    auth.refused(evolve(GET, headers={"Authorization": "Bearer t1"}))
    assert sent_tokens(ask(auth, a_token("t2"), OK)) == ["Bearer t2"]


def test_a_lost_token_reply_is_asked_for_again() -> None:
    played = ask(credentials(), ReplyLost(), Reply(500), a_token("t1"), OK)
    assert played.value == OK
    assert played.waits == [0.5, 1.0]


def test_a_token_that_never_comes_means_the_request_was_not_sent() -> None:
    """A write that waited for it must not end as "may have happened"."""
    write = Request("POST", GET.url, body=b"{}")
    error = ask(credentials(), *[ReplyLost("reset")] * 4, request=write).error
    assert type(error) is NotSent
    assert error.message == "no access token came back (reset), so POST /admin/api/orders was not sent"
    assert (error.system, error.operation, error.attempts) == ("oro", "POST /oauth2-token", 4)


def test_token_and_request_share_one_budget() -> None:
    clock = ManualClock()
    busy = Reply(429, {"Retry-After": "50"})
    error = ask(credentials(), a_token(), busy, busy, Reply(401), busy, clock=clock).error
    assert type(error) is RateLimited
    assert error.operation == "POST /oauth2-token"
    assert clock.slept == [50, 50]


@pytest.mark.parametrize("name", ["token_url", "client_id", "client_secret"])
def test_empty_credentials_are_a_config_error(name: str) -> None:
    with pytest.raises(ConfigError, match=f"ClientCredentials needs a {name}"):
        credentials(**{name: ""})


def test_other_config_errors() -> None:
    with pytest.raises(ConfigError, match="ApiKey needs a key"):
        ApiKey("")
    with pytest.raises(ConfigError, match="form, json or basic"):
        credentials(style="xml")
