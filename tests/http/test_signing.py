"""Signed requests: orogxo's own scheme, checked against a calculation by hand and by a gateway."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable

import pytest
from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.gxo import GxoClient
from orogxo.http import Auth, Reply, Request, Secret, SignedRequests
from orogxo.http.conversation import converse
from orogxo.http.signing import signature
from support.exchanges import ManualClock, ScriptedSender, one, play, some_terms

SECRET = "canary-secret-0123456789"
AT = dt.datetime(2026, 11, 2, 9, 0, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
DATE = "Mon, 02 Nov 2026 08:00:05 GMT"
PUT = Request("put", "https://gw.example/v1/orders/1042?client_id=A%26B", {"date": "x"}, b'{"a":1}')


def signed(request: Request, now: Callable[[], dt.datetime] = lambda: AT) -> Request:
    auth = SignedRequests("key-1", SECRET, now)
    clock = ManualClock()
    return play(converse(one(request), some_terms(clock, auth=auth)), Reply(200), clock=clock).requests[0]


def test_the_signature_by_hand() -> None:
    digest = hashlib.sha256(b'{"a":1}').hexdigest()
    lines = f"OROGXO-HMAC-SHA256\nPUT\n/v1/orders/1042?client_id=A%26B\n{DATE}\n{digest}"
    wanted = base64.b64encode(hmac.digest(SECRET.encode(), lines.encode(), "sha256")).decode()
    sent = signed(PUT)
    assert sent.header("Authorization") == f'OROGXO-HMAC-SHA256 keyId="key-1", signature="{wanted}"'
    assert (sent.header("Date"), sent.body) == (DATE, PUT.body)
    assert [name.lower() for name in sent.headers].count("date") == 1


@pytest.mark.parametrize(
    "other",
    [
        {"method": "POST"},
        {"url": "https://gw.example/v1/orders/1043?client_id=A%26B"},
        {"url": "https://gw.example/v1/orders/1042?client_id=A"},
        {"url": "https://gw.example/v1/orders/1042"},
        {"body": b'{"a":2}'},
        {"body": None},
    ],
)
def test_whatever_is_changed_on_the_way_breaks_it(other: dict[str, object]) -> None:
    assert signed(evolve(PUT, **other)).header("Authorization") != signed(PUT).header("Authorization")


def test_a_root_without_path_or_body_is_signed_as_it_is_sent() -> None:
    bare = signature(Secret(SECRET), "GET", "https://gw.example", DATE, None)
    assert bare == signature(Secret(SECRET), "get", "https://other.example/", DATE, b"")


def test_each_attempt_is_signed_anew() -> None:
    times = iter([AT, AT + dt.timedelta(seconds=9)])
    auth: Auth = SignedRequests("key-1", Secret(SECRET), lambda: next(times))
    clock = ManualClock()
    played = play(
        converse(one(evolve(PUT, method="GET", body=None)), some_terms(clock, auth=auth)),
        Reply(503), Reply(200), clock=clock,
    )  # fmt: skip
    dates = [request.header("Date") for request in played.requests]
    assert dates == [DATE, DATE.replace(":05 ", ":14 ")]
    assert not auth.refused(played.requests[0])


def test_the_time_is_now_unless_it_is_given() -> None:
    auth = SignedRequests("key-1", SECRET)
    assert abs(auth.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("key_id", "secret", "told"),
    [("", SECRET, "key_id"), ('a"b', SECRET, "key_id"), ("k\n", SECRET, "key_id"), ("k", "short", "16")],
)
def test_settings_that_cannot_work(key_id: str, secret: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        SignedRequests(key_id, secret)


def test_no_secret_is_shown() -> None:
    sent = signed(PUT)
    proof = (sent.header("Authorization") or "").split('"')[3]
    shown = repr(SignedRequests("key-1", SECRET)) + repr(sent)
    assert SECRET not in shown
    assert proof not in shown


def test_a_gateway_client_signs_with_it() -> None:
    sender = ScriptedSender(Reply(200, {}, b'{"lookup": true}'))
    client = GxoClient("https://gw.example", "", "", depositor="A", site="S", sender=sender,
                       auth=SignedRequests("key-1", SECRET, lambda: AT))  # fmt: skip
    assert client.capabilities().lookup
    (sent,) = sender.sent
    wanted = signature(Secret(SECRET), "GET", sent.url, DATE, None)
    assert f'signature="{wanted}"' in (sent.header("Authorization") or "")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"client_id": "i"}, "must be empty where an auth is given"),
        ({"api_key": "k"}, "exclude each other"),
    ],
)
def test_one_kind_of_credentials_only(settings: dict[str, str], told: str) -> None:
    good = {"base_url": "https://gw.example", "client_id": "", "client_secret": "", "depositor": "A"}
    with pytest.raises(ConfigError, match=told):
        GxoClient(**{**good, "site": "S", **settings}, auth=SignedRequests("k", SECRET))  # type: ignore[arg-type]  # as meant
