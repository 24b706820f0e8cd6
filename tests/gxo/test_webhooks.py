"""Webhooks of a gateway: the Standard Webhooks scheme, and everything that must not be believed."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import (
    ConfigError,
    Disposition,
    MalformedDelivery,
    Replayed,
    SignatureMismatch,
    SignatureMissing,
    WebhookError,
)
from orogxo.gxo import webhooks
from orogxo.gxo.webhooks import WebhookMessage, parse, verify
from orogxo.http import Secret
from support.gateway_goods import event

KEY = b"0123456789abcdef01234567"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OLD = "whsec_" + base64.b64encode(b"an older key, still good").decode()
NOW = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)
BODY = json.dumps(event()).encode()


def delivery(
    body: bytes = BODY, *, key: bytes = KEY, at: dt.datetime = NOW, **changes: str
) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    digest = hmac.new(key, b"msg_1." + seconds.encode() + b"." + body, hashlib.sha256).digest()
    headers = {"Webhook-Id": "msg_1", "Webhook-Timestamp": seconds}
    headers["Webhook-Signature"] = "v1," + base64.b64encode(digest).decode()
    return {**headers, **{name.replace("_", "-"): value for name, value in changes.items()}}


def test_the_example_of_the_standard() -> None:
    """Standard Webhooks, "Verifying signatures": its published secret, message and signature."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    told = verify(b'{"test": 2432232314}', headers, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], at)
    assert told == WebhookMessage("msg_p5jXN8AQM9LWM0D4loKWxJek", at)
    assert told.key == headers["webhook-id"]


def test_a_key_is_changed_without_losing_a_delivery() -> None:
    new, old = delivery()["Webhook-Signature"], "v1," + base64.b64encode(b"x" * 32).decode()
    both = delivery(Webhook_Signature=f"{old} v1a,other {new}")
    for secrets in ([SECRET], [OLD, Secret(SECRET)], [Secret(SECRET), OLD]):
        assert verify(BODY, both, secrets, NOW).id == "msg_1"
    with pytest.raises(SignatureMismatch):
        verify(BODY, both, [OLD], NOW)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_let_through(seconds: int) -> None:
    assert verify(BODY, delivery(), [SECRET], NOW + dt.timedelta(seconds=seconds)).timestamp == NOW


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_an_old_delivery_is_a_replay(seconds: int) -> None:
    with pytest.raises(Replayed) as caught:
        verify(BODY, delivery(), [SECRET], NOW + dt.timedelta(seconds=seconds))
    assert (caught.value.code, caught.value.disposition) == ("REPLAYED", Disposition.REVIEW)


def test_a_forged_time_is_no_replay_but_a_forgery() -> None:
    late = NOW + dt.timedelta(hours=1)
    forged = delivery(Webhook_Timestamp=str(int(late.timestamp())))
    with pytest.raises(SignatureMismatch):
        verify(BODY, forged, [SECRET], late)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"Webhook_Signature": ""}, SignatureMissing),
        ({"Webhook_Signature": "v1,"}, SignatureMismatch),
        ({"Webhook_Signature": "v2,abc"}, SignatureMismatch),
        ({"Webhook_Signature": "v1,äöü"}, SignatureMismatch),
        ({"Webhook_Signature": "v1,a " * 21}, MalformedDelivery),
        ({"Webhook_Id": "msg_2"}, SignatureMismatch),
        ({"Webhook_Id": ""}, MalformedDelivery),
        ({"Webhook_Id": "a b"}, MalformedDelivery),
        ({"Webhook_Timestamp": "soon"}, MalformedDelivery),
        ({"Webhook_Timestamp": "1" * 12}, MalformedDelivery),
        ({"Webhook_Timestamp": "-1"}, MalformedDelivery),
        ({"Webhook_Timestamp": "١٢٣"}, MalformedDelivery),
    ],
)
def test_headers_that_must_not_be_believed(changes: dict[str, str], error: type[WebhookError]) -> None:
    with pytest.raises(error):
        verify(BODY, delivery(**changes), [SECRET], NOW)


@settings(max_examples=100)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_changed_byte_is_a_mismatch(place: int, change: int) -> None:
    forged = bytearray(BODY)
    forged[place] ^= change
    with pytest.raises(SignatureMismatch):
        verify(bytes(forged), delivery(), [SECRET], NOW)


def test_the_same_json_written_anew_is_a_mismatch() -> None:
    with pytest.raises(SignatureMismatch):
        verify(json.dumps(json.loads(BODY), indent=1).encode(), delivery(), [SECRET], NOW)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_hush!hush", base64.b64encode(KEY).decode(), "whsec_aHVzaA=="]
)
def test_a_secret_that_cannot_be_used_is_named_by_its_place(secret: str) -> None:
    with pytest.raises(ConfigError, match="webhook secret 2 ") as caught:
        verify(BODY, delivery(), [SECRET, secret], NOW)
    assert "aHVzaA" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_what_a_host_may_do_wrong() -> None:
    with pytest.raises(ConfigError, match="without a secret"):
        verify(BODY, delivery(), [], NOW)
    with pytest.raises(TypeError, match="raw bytes"):
        verify(BODY.decode(), delivery(), [SECRET], NOW)  # type: ignore[arg-type]  # the mistake itself
    with pytest.raises(TypeError, match="aware"):
        verify(BODY, delivery(), [SECRET], NOW.replace(tzinfo=None))


def test_what_it_says() -> None:
    told = parse(BODY)
    assert (told.key, told.type, told.resource, told.version) == ("E-1", "order.changed", "orders/1042", 2)
    assert parse(json.dumps(event(type="cat.fed")).encode()).type == "unmapped:cat.fed"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b"[" * 9000, json.dumps(event(version="2")).encode(), b"<html>"]
)
def test_a_body_that_is_no_event(body: bytes) -> None:
    with pytest.raises(MalformedDelivery):
        parse(body)


def test_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MAX_BYTES", 10)
    with pytest.raises(MalformedDelivery, match="more than 10"):
        parse(BODY)
    with pytest.raises(MalformedDelivery, match="more than 10"):
        verify(BODY, delivery(), [SECRET], NOW)
