"""A small endpoint for webhook deliveries, as an ASGI or a WSGI application: verify, keep, answer.

One slow receiver blocks every other webhook of the shop, so the work itself belongs behind `keep`. The
answers follow what OroCommerce does with them (recordings webhooks/retry_*): 2xx is done; 503 is sent again
about every ten seconds; 500 and most others lose the event for ever; 410 deletes the subscription, so it
never comes from here, and neither do 404 and 500.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

from orogxo.errors import WebhookError
from orogxo.http import Secret
from orogxo.oro.webhooks import MAX_BYTES, WebhookEvent, parse, verify

_log = logging.getLogger(__name__)

_PHRASES = {
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    413: "Content Too Large",
    503: "Service Unavailable",
}


class Keep(Protocol):
    """Stores an event durably. It may get one twice: `event.key` tells. What it raises is answered 503."""

    def __call__(self, event: WebhookEvent, /) -> None:
        """Return when the event is safe."""
        ...


class Receiver:
    """Decides about one delivery; `hook` names the subscription that posts to it.

    Give each subscription its own receiver, path and secret: the id of an event is the same for all of them.
    """

    def __init__(self, secret: str | Secret, keep: Keep, *, hook: str = "") -> None:
        self._secret = secret if isinstance(secret, Secret) else Secret(secret)
        self._keep = keep
        self._hook = hook

    def receive(self, method: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status to answer; never raises for what comes from outside or from `keep`."""
        if method != "POST":
            return 405
        try:
            verify(body, headers, self._secret)
            event = parse(body, headers, hook=self._hook)
        except WebhookError as error:
            _log.warning("a webhook delivery was turned away: %s", error)
            return 401 if error.code.startswith("SIGNATURE") else 400
        try:
            self._keep(event)
        except Exception:  # noqa: BLE001 - see below
            # Anything that keeps an event from being stored must be answered 503, or it is lost.
            _log.exception("webhook event %s of %s could not be kept", event.message_id, event.topic)
            return 503
        return 204


class WsgiReceiver(Receiver):
    """The receiver as a WSGI application (PEP 3333)."""

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]
    ) -> Iterable[bytes]:
        """Answer one request."""
        status = self._answer(environ)
        start_response(f"{status} {_PHRASES[status]}", [("Content-Length", "0")])
        return [b""]

    def _answer(self, environ: Mapping[str, Any]) -> int:
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if not (length.isascii() and length.isdigit()):
            return 400
        # int() of thousands of digits is slow and may fail; no body is that long.
        if len(length) > 12 or int(length) > MAX_BYTES:
            return 413
        try:
            body = environ["wsgi.input"].read(int(length))
        except OSError:
            return 503
        headers = {
            name.removeprefix("HTTP_").replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and isinstance(value, str)
        }
        return self.receive(str(environ.get("REQUEST_METHOD", "")), headers, body)


class AsgiReceiver(Receiver):
    """The receiver as an ASGI application (version 3), for asyncio; `keep` runs in a thread."""

    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request; other kinds of connection are not for it."""
        if scope["type"] != "http":
            raise TypeError(f"a webhook comes over http, not {scope['type']}")
        body = await _body(receive)
        if body is None:
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status = 413
        if len(body) <= MAX_BYTES:
            status = await asyncio.to_thread(self.receive, scope["method"], headers, body)
        start = {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})


async def _body(receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> bytes | None:
    """The whole body, or a little more than may be; None when the other side hung up."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        parts.append(part)
        if size > MAX_BYTES or not message.get("more_body", False):
            return b"".join(parts)
