"""The endpoint for deliveries: its answers decide whether OroCommerce sends again, gives up, unsubscribes."""

import asyncio
import io
import json
import logging

import pytest

from orogxo.oro.receiver import AsgiReceiver, Receiver, WsgiReceiver
from orogxo.oro.webhooks import MAX_BYTES
from support.exchanges import RECORDINGS
from support.outcomes import SECRET, b64decode

TOLD = json.loads((RECORDINGS / "oro-7.0.3" / "webhooks" / "order_created.json").read_text("utf-8"))
REQUEST = TOLD["deliveries"][0]["request"]
BODY, HEADERS = b64decode(REQUEST["body_base64"]), dict(REQUEST["headers"])
BAD = {**HEADERS, "Webhook-Signature": "0" * 64}


def environ(body=BODY, headers=HEADERS, method="POST", length=None):
    told = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    size = str(len(body)) if length is None else length
    return {"REQUEST_METHOD": method, "CONTENT_LENGTH": size, "wsgi.input": io.BytesIO(body), **told}


def wsgi(receiver, **request):
    answered = []
    parts = receiver(environ(**request), lambda status, headers: answered.append((status, headers)))
    assert b"".join(parts) == b""
    ((status, headers),) = answered
    assert headers == [("Content-Length", "0")]
    return int(status.split()[0])


def asgi(receiver, body=BODY, headers=HEADERS, method="POST", piece=100):
    scope = {
        "type": "http",
        "method": method,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]
    sent = []

    async def receive():
        part = pieces.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(pieces)}

    async def send(message):
        sent.append(message)

    asyncio.run(receiver(scope, receive, send))
    assert [one["type"] for one in sent] == ["http.response.start", "http.response.body"]
    return sent[0]["status"]


COLOURS = [(WsgiReceiver, wsgi), (AsgiReceiver, asgi)]


@pytest.mark.parametrize(("kind", "ask"), COLOURS)
def test_a_good_delivery_is_kept_and_answered_2xx(kind, ask):
    kept = []
    assert ask(kind(SECRET, kept.append, hook="orders")) == 204
    assert [(event.topic, event.hook) for event in kept] == [("orderlineitem.created", "orders")]


@pytest.mark.parametrize(("kind", "ask"), COLOURS)
def test_what_is_not_proven_is_not_kept(kind, ask):
    kept = []
    receiver = kind(SECRET, kept.append)
    assert ask(receiver, headers=BAD) == 401
    assert ask(receiver, headers={}) == 401
    assert ask(receiver, body=BODY + b" ") == 401
    assert ask(receiver, method="GET") == 405
    assert not kept


@pytest.mark.parametrize(("kind", "ask"), COLOURS)
@pytest.mark.parametrize("error", [OSError("disk full"), RuntimeError("no database"), KeyError("bug")])
def test_what_cannot_be_kept_is_answered_503_and_comes_again(kind, ask, error, caplog):
    """Recordings webhooks/retry_*: 500 loses the event, 410 deletes the subscription, 503 is sent again."""

    def keep(event):
        raise error

    with caplog.at_level(logging.ERROR):
        assert ask(kind(SECRET, keep)) == 503
    assert "could not be kept" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(("kind", "ask"), COLOURS)
def test_a_body_beyond_all_measure_is_not_read_on(kind, ask):
    kept = []
    options = {"length": str(MAX_BYTES + 1)} if kind is WsgiReceiver else {"piece": 2**20}
    large = BODY if kind is WsgiReceiver else b" " * (MAX_BYTES + 2**20)
    assert ask(kind(SECRET, kept.append), body=large, **options) == 413
    assert not kept


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5000])
def test_a_length_that_is_none_is_refused(length):
    assert wsgi(WsgiReceiver(SECRET, print), length=length) in (400, 413)


def test_a_connection_that_breaks_while_reading_is_to_come_again():
    class Broken:
        def read(self, size):
            raise OSError

    told = environ() | {"wsgi.input": Broken()}
    answered = []
    WsgiReceiver(SECRET, print)(told, lambda status, headers: answered.append(status))
    assert answered == ["503 Service Unavailable"]


def test_asgi_hung_up_and_other_kinds_of_connection():
    sent = []

    async def gone():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    receiver = AsgiReceiver(SECRET, print)
    asyncio.run(receiver({"type": "http", "method": "POST", "headers": []}, gone, send))
    assert not sent
    with pytest.raises(TypeError, match="websocket"):
        asyncio.run(receiver({"type": "websocket"}, gone, send))


def test_never_an_answer_that_loses_or_unsubscribes():
    receiver = Receiver(SECRET, lambda event: None)
    bodies = [b"", b"{}", BODY, b"[" * 1000]
    answers = {
        receiver.receive(method, headers, body)
        for method in ("POST", "GET", "DELETE")
        for headers in (HEADERS, BAD, {})
        for body in bodies
    }
    assert not answers & {404, 410, 500}


def test_a_signed_body_that_is_no_delivery_is_400():
    import hashlib
    import hmac

    signature = hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest()
    assert Receiver(SECRET, print).receive("POST", {"Webhook-Signature": signature}, b"{}") == 400
