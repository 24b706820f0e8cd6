"""What logs, observers and error copies may show."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import NotSent, ReplyLost
from orogxo.http import Reply, Request, operation, status_error
from orogxo.http.redact import hide_secrets, report, safe_reply

ASK = Request("post", "https://user:canary@x.example/v1/orders?token=canary#canary")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"access_token": "canary", "a": 1}', '{"access_token": "***", "a": 1}'),
        ('{"client_secret":"can\\"ary"}', '{"client_secret":"***"}'),
        ('{"access_token": "canary cut o', '{"access_token": "***"'),
        ('{"token": 4711}', '{"token": "***"}'),
        ("grant_type=x&client_secret=canary&scope=y", "grant_type=x&client_secret=***&scope=y"),
        ("GET /x?access_token=canary&page=2", "GET /x?access_token=***&page=2"),
        ("Authorization: Bearer canary.canary", "Authorization: Bearer ***"),
        ("basic Y2FuYXJ5", "basic ***"),
        ("a Basic unit and 12 tokens", "a Basic unit and 12 tokens"),
    ],
)
def test_hide_secrets(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_a_copied_body_without_secrets_is_unchanged(body: bytes) -> None:
    if hide_secrets(body.decode("latin-1")).encode("latin-1") == body:
        assert safe_reply(Reply(500, {}, body)).body == body


def test_operation_shows_method_and_path_only() -> None:
    assert operation(ASK) == "POST /v1/orders"
    assert operation(Request("GET", "https://x.example")) == "GET /"
    assert operation(Request("GET", "https://[broken/secret")) == "GET (unreadable URL)"


class Told:
    def __init__(self) -> None:
        self.calls: list[tuple[str, int | None, float, str]] = []

    def exchanged(self, operation: str, status: int | None, seconds: float, error: str) -> None:
        self.calls.append((operation, status, seconds, error))


def test_report_tells_observer_and_log(caplog: pytest.LogCaptureFixture) -> None:
    told = Told()
    refused = status_error(ASK, Reply(409, {"x-request-id": "req-9"}), system="gxo", problems=["canary"])
    with caplog.at_level(logging.DEBUG, logger="orogxo.http"):
        report(told, ASK, Reply(201, {}), 0.25)
        report(told, ASK, refused, 0.5)
        report(told, ASK, NotSent("refused by proxy?token=canary"), 1)
        report(None, ASK, ReplyLost("reset"), 2)
    assert told.calls == [
        ("POST /v1/orders", 201, 0.25, ""),
        ("POST /v1/orders", 409, 0.5, "CONFLICT"),
        ("POST /v1/orders", None, 1, "NOT_SENT: refused by proxy?token=***"),
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "POST /v1/orders -> 201 in 250 ms",
        "POST /v1/orders -> 409 in 500 ms (CONFLICT) request id 'req-9'",
        "POST /v1/orders -> no reply in 1000 ms (NOT_SENT: refused by proxy?token=***)",
        "POST /v1/orders -> no reply in 2000 ms (REPLY_LOST: reset)",
    ]


def test_a_failing_observer_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def exchanged(self, operation: str, status: int | None, seconds: float, error: str) -> None:
            raise RuntimeError("metrics are down")

    report(Broken(), ASK, Reply(200), 0.1)
    assert "the observer failed on POST /v1/orders" in caplog.text


def test_the_logger_is_silent_unless_the_host_listens() -> None:
    handlers = logging.getLogger("orogxo.http").handlers
    assert [type(handler) for handler in handlers] == [logging.NullHandler]
