"""The default senders against a real socket: what was certainly not sent, and what may have been."""

from __future__ import annotations

import asyncio
import gzip
import json
import pickle
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from orogxo.errors import ConfigError, NotSent, ReplyLost, TransportError
from orogxo.http import AsyncHttpxSender, HttpxSender, Reply, Request, _httpx
from orogxo.http.retry import REPLY_TOO_LARGE
from support.loopback import End, free_port, listening, says

Send = Callable[..., Reply]


def send(request: Request, **settings: Any) -> Reply:
    with HttpxSender(trust_env=False, **settings) as sender:
        return sender.send(request)


def send_async(request: Request, **settings: Any) -> Reply:
    async def main() -> Reply:
        async with AsyncHttpxSender(trust_env=False, **settings) as sender:
            return await sender.send(request)

    return asyncio.run(main())


colours = pytest.mark.parametrize("send", [send, send_async])
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@colours
def test_a_request_arrives_as_it_is_and_so_does_the_reply(send: Send) -> None:
    raw = b"HTTP/1.1 207 Odd\r\nX-One: 1\r\nContent-Length: 3\r\n\r\n\xff{}"
    request = Request(
        "PATCH", "", {"Authorization": "Bearer t1", "Accept": "application/vnd.api+json"}, b'{"a":1}'
    )
    with listening(says(raw)) as end:
        reply = send(_at(end, request, "/admin/api/orders?page[size]=1"))
    assert (reply.status, reply.header("x-one"), reply.body) == (207, "1", b"\xff{}")
    head, _, body = end.read[0].partition(b"\r\n\r\n")
    assert head.startswith(b"PATCH /admin/api/orders?page")
    assert b"authorization: bearer t1" in head.lower()
    assert b"accept: application/vnd.api+json" in head.lower()
    assert b"content-type" not in head.lower()
    assert body == b'{"a":1}'


def _at(end: End, request: Request, path: str = "/x") -> Request:
    return Request(request.method, end.url + path, request.headers, request.body, request.timeout)


@colours
@pytest.mark.parametrize(
    "url", ["http://[broken", "ftp://127.0.0.1/x", "no-scheme", "http://user:canary@127.0.0.1:canary/"]
)
def test_an_unusable_url_is_not_sent(send: Send, url: str) -> None:
    with pytest.raises(NotSent) as caught:
        send(Request("POST", url, {}, b"{}"))
    assert "canary" not in str(caught.value)


@colours
def test_a_refused_connection_is_not_sent(send: Send) -> None:
    with pytest.raises(NotSent, match=r"was not sent \(ConnectError"):
        send(Request("POST", f"http://127.0.0.1:{free_port()}/x", {}, b"{}"))


@colours
def test_a_failed_tls_handshake_is_not_sent(send: Send) -> None:
    with listening(says(b"HTTP/1.1 400 This is no TLS\r\n\r\n")) as end, pytest.raises(NotSent, match="SSL"):
        send(Request("POST", end.url.replace("http:", "https:"), {}, b"{}"))


@colours
def test_a_header_that_cannot_be_written_is_not_sent_and_not_shown(send: Send) -> None:
    with listening(says(OK)) as end, pytest.raises(NotSent, match="UnicodeEncodeError") as caught:
        send(_at(end, Request("POST", "", {"X-Api-Key": "canary-ü"})))
    assert end.read == []
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


@colours
def test_an_exhausted_pool_is_not_sent(send: Send) -> None:
    # With no connection allowed, none becomes free within the timeout.
    with listening(says(OK)) as end, pytest.raises(NotSent, match="PoolTimeout"):
        send(_at(end, Request("POST", "", timeout=0.01)), max_connections=0)
    assert end.read == []


def _reads_then_closes(connection: socket.socket, request: bytes) -> None:
    assert request.startswith(b"POST")


def _stays_silent(connection: socket.socket, _: bytes) -> None:
    connection.recv(1)


def _drips(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n.")
    connection.recv(1)


LOST = {
    "closed after the request": _reads_then_closes,
    "no reply in time": _stays_silent,
    "silence within the body": _drips,
    "body shorter than announced": says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
    "chunks cut off": says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal"),
    "not HTTP": says(b"220 smtp.example ESMTP\r\n"),
    "not the encoding it says": says(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    ),
}


@colours
@pytest.mark.parametrize("behave", LOST.values(), ids=LOST.keys())
def test_whatever_goes_wrong_later_is_a_lost_reply(send: Send, behave: Any) -> None:
    with listening(behave) as end, pytest.raises(ReplyLost, match="was sent, but") as caught:
        send(_at(end, Request("POST", "", {"Authorization": "Bearer canary"}, b"{}", timeout=0.2)))
    assert len(end.read) == 1
    _holds_nothing_of_the_library(caught.value)


def _holds_nothing_of_the_library(error: TransportError) -> None:
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.operation == "POST /x"
    assert "canary" not in f"{error} {error.__dict__}"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@colours
def test_a_longer_reply_than_allowed_is_not_read_to_its_end(send: Send) -> None:
    body = b"x" * 2000
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + body
    with listening(says(raw)) as end:
        assert send(_at(end, Request("GET", "")), max_reply_bytes=2000).body == body
        with pytest.raises(ReplyLost, match="longer than the 1999 bytes") as caught:
            send(_at(end, Request("GET", "")), max_reply_bytes=1999)
    assert caught.value.code == REPLY_TOO_LARGE


@colours
def test_the_size_counts_after_unpacking(send: Send) -> None:
    packed = gzip.compress(b"0" * 1_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with listening(says(head + packed)) as end:
        assert len(send(_at(end, Request("GET", ""))).body) == 1_000_000
        with pytest.raises(ReplyLost, match="longer than"):
            send(_at(end, Request("GET", "")), max_reply_bytes=999_999)


@colours
@pytest.mark.parametrize("own", [None, 5.0])
def test_a_reply_that_comes_in_drips_ends_at_the_timeout(
    send: Send, own: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    instants = iter([100.0, 100.0 + (own or 45.0) + 0.1])
    monkeypatch.setattr(_httpx, "time", SimpleNamespace(monotonic=lambda: next(instants)))
    with listening(says(OK)) as end, pytest.raises(ReplyLost, match="longer than the timeout allows"):
        send(_at(end, Request("GET", "", timeout=own)))


@colours
def test_redirects_are_not_followed(send: Send) -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\n{}"
    with listening(says(raw)) as end:
        reply = send(_at(end, Request("POST", "")))
    assert (reply.status, reply.body, len(end.read)) == (302, b"{}", 1)


def test_cookies_are_not_kept() -> None:
    raw = b"HTTP/1.1 200 OK\r\nSet-Cookie: _csrf=x; path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listening(says(raw)) as end, HttpxSender(trust_env=False) as sender:
        sender.send(_at(end, Request("GET", "")))
        sender.send(_at(end, Request("GET", "")))
    assert len(end.read) == 2
    assert b"cookie" not in end.read[1].lower()


@colours
def test_credentials_in_a_url_do_not_replace_ours(send: Send) -> None:
    with listening(says(OK)) as end:
        url = end.url.replace("//", "//user:password@")
        send(Request("GET", url, {"Authorization": "Bearer t1"}))
    assert end.read[0].lower().count(b"authorization:") == 1
    assert b"Bearer t1" in end.read[0]


def test_certificates_are_verified_always() -> None:
    with pytest.raises(ConfigError, match="always verified"):
        HttpxSender(verify=False)
    HttpxSender(verify=ssl.create_default_context()).close()


def test_defaults_are_finite_and_a_requests_own_timeout_wins() -> None:
    with HttpxSender() as sender:
        usual = sender._arguments(Request("GET", "http://x.example"))["timeout"]
        short = sender._arguments(Request("GET", "http://x.example", timeout=2.0))["timeout"]
    assert (usual.connect, usual.read, usual.write, usual.pool) == (5.0, 30.0, 30.0, 30.0)
    assert (short.connect, short.read, short.write, short.pool) == (2.0, 2.0, 2.0, 2.0)


def test_importing_the_package_loads_no_http_library() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import orogxo.http, sys, json; print(json.dumps(list(sys.modules)))"],
        capture_output=True,
        check=True,
    ).stdout
    loaded = {name.partition(".")[0] for name in json.loads(told)}
    assert "orogxo" in loaded
    assert not loaded & {"httpx", "httpx2", "httpcore", "anyio"}


@pytest.mark.parametrize(("installed", "chosen"), [({"httpx2", "httpx"}, "httpx2"), ({"httpx"}, "httpx")])
def test_httpx2_is_preferred_where_it_is_installed(
    installed: set[str], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str) -> str:
        if name not in installed:
            raise ModuleNotFoundError(name)
        return name

    monkeypatch.setattr(_httpx, "importlib", SimpleNamespace(import_module=load))
    assert str(_httpx._library()) == chosen
