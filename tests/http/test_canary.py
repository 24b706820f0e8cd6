"""A secret put in at one end comes out nowhere but on the wire."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from functools import partial
from typing import ClassVar

import pytest
from attrs import evolve

from orogxo.errors import ApiError, NotSent, ReplyLost, StatusError
from orogxo.http import ApiKey, Auth, ClientCredentials, Reply, Request, RetryPolicy, Shell, operation
from support.exchanges import ManualClock, ScriptedSender, a_token, one

CANARY = "hush-5f1e77"
TOKEN = "hush-token-9a2b"
ASK = Request("POST", f"https://gxo.example/v1/orders?api_key={CANARY}", body=b"{}")
JSON = {"Content-Type": "application/json"}


class Listening:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def exchanged(self, operation: str, status: int | None, seconds: float, error: str) -> None:
        self.heard += [operation, status, error]


def oauth(style: str = "form") -> ClientCredentials:
    return ClientCredentials("https://gxo.example/token", "id", CANARY, style=style)  # type: ignore[arg-type]  # parametrized


KEYS = [
    oauth,
    partial(oauth, "json"),
    partial(oauth, "basic"),
    partial(ApiKey, CANARY),
    partial(ApiKey, CANARY, header="X-Warehouse-Pass"),
]
ECHO = {"access_token": TOKEN, "you": f"Bearer {TOKEN}", "client_secret": CANARY}
TROUBLE: list[Callable[[], Reply]] = [
    lambda: Reply(401),
    lambda: Reply(403, {"WWW-Authenticate": "Bearer"}),
    lambda: Reply(400, JSON | {"Set-Cookie": TOKEN}, json.dumps(ECHO).encode()),
    lambda: Reply(503, {"Retry-After": "1"}, f"token={TOKEN}&x=1".encode()),
    lambda: raising(NotSent(f"proxy said token={TOKEN}")),
    lambda: raising(ReplyLost(f"after Authorization: Bearer {TOKEN}")),
]


def raising(error: Exception) -> Reply:
    raise error


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("credentials", KEYS)
@pytest.mark.parametrize("token_works", [True, False])
def test_no_secret_in_reprs_logs_errors_tracebacks_or_pickles(
    credentials: Callable[[], Auth],
    trouble: Callable[[], Reply],
    token_works: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class End:
        sent: ClassVar[list[Request]] = []

        def send(self, request: Request, /) -> Reply:
            self.sent.append(request)
            return a_token(TOKEN) if token_works and request.url.endswith("/token") else trouble()

    ears, auth, end = Listening(), credentials(), End()
    retry = RetryPolicy(attempts=2, jitter=0)
    shell = Shell(end, system="gxo", auth=auth, clock=ManualClock(), observer=ears, retry=retry)
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiError) as caught:
        shell.run(one(ASK))
    error = caught.value
    logging.getLogger("host").error("it failed", exc_info=error)
    shown = [
        repr(auth),
        repr([evolve(request, url=operation(request)) for request in end.sent]),
        repr(ears.heard),
        caplog.text,
        str(error),
        repr(error),
        repr(error.__dict__),
        "".join(traceback.format_exception(error)),
        pickle.dumps(error).decode("latin-1"),
        repr(error.reply.body) if isinstance(error, StatusError) and error.reply else "",
        repr(shell._terms),
    ]
    assert "POST /" in caplog.text
    for text in shown:
        assert "hush" not in text
        assert base64.b64encode(f"id:{CANARY}".encode()).decode() not in text


def test_the_wire_does_get_the_secret() -> None:
    """Else the test above would prove nothing."""
    end = ScriptedSender(a_token(TOKEN), Reply(200))
    Shell(end, system="gxo", auth=oauth(), clock=ManualClock()).run(one(ASK))
    assert CANARY.encode() in (end.sent[0].body or b"")
    assert end.sent[1].header("Authorization") == f"Bearer {TOKEN}"


def test_a_pickled_error_comes_back_whole() -> None:
    end = ScriptedSender(Reply(409, {"Set-Cookie": TOKEN, "X-Request-Id": "r1"}, b"why"))
    with pytest.raises(ApiError) as caught:
        Shell(end, system="gxo", clock=ManualClock()).run(one(ASK))
    back = pickle.loads(pickle.dumps(caught.value))
    assert type(back) is type(caught.value)
    assert back.__dict__ == caught.value.__dict__
    assert back.reply == Reply(409, {"X-Request-Id": "r1"}, b"why")
