"""The default senders: the one module that knows the HTTP library (httpx2 where installed, else httpx).

The library is imported when the first sender is made, and none of its objects leaves this module, not even as
the cause of an error.
"""

from __future__ import annotations

import importlib
import ssl
import time
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import ModuleType
from typing import Any, ClassVar, Self

from orogxo.errors import ConfigError, NotSent, ReplyLost, TransportError
from orogxo.http.decode import MAX_BYTES
from orogxo.http.redact import hide_secrets, operation
from orogxo.http.retry import REPLY_TOO_LARGE
from orogxo.http.tls import ClientCertificate
from orogxo.messages import Reply, Request


def _library() -> ModuleType:
    try:
        return importlib.import_module("httpx2")
    except ModuleNotFoundError:
        return importlib.import_module("httpx")


def _as_is(request: Any) -> Any:
    # Without an auth of its own the library would let user:password@ in a URL replace our Authorization.
    return request


class _Wire:
    """What both senders share: settings, limits, and what each failure means."""

    _client_class: ClassVar[str]

    def __init__(
        self,
        *,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        total_timeout: float = 45.0,
        verify: ssl.SSLContext | bool = True,
        max_connections: int = 20,
        max_reply_bytes: int = MAX_BYTES,
        trust_env: bool = True,
        certificate: ClientCertificate | None = None,
    ) -> None:
        if verify is False:
            raise ConfigError(
                "TLS certificates are always verified; for a private authority pass an SSLContext"
            )
        if certificate is not None:
            verify = certificate.shown_by(None if verify is True else verify)
        self._lib = lib = _library()
        self._connect, self._read, self._total = connect_timeout, read_timeout, total_timeout
        self._max_bytes = max_reply_bytes
        self._client = getattr(lib, self._client_class)(
            verify=verify,
            follow_redirects=False,
            trust_env=trust_env,
            limits=lib.Limits(max_connections=max_connections, max_keepalive_connections=max_connections),
            # A server's cookies would tie one request to another: none is kept.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": "orogxo"},
        )
        # A header outside ASCII fails while the request is put together.
        self._before_sending = (
            lib.ConnectError,
            lib.ConnectTimeout,
            lib.PoolTimeout,
            lib.ProxyError,
            lib.UnsupportedProtocol,
            lib.InvalidURL,
            UnicodeEncodeError,
        )
        self._failures = (lib.HTTPError, *self._before_sending)

    def _arguments(self, request: Request) -> dict[str, Any]:
        read = self._read if request.timeout is None else request.timeout
        return {
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            "content": request.body,
            "auth": _as_is,
            "timeout": self._lib.Timeout(read, connect=min(self._connect, read)),
        }

    def _failure(self, request: Request, error: Exception) -> TransportError:
        before = isinstance(error, self._before_sending)
        kind = NotSent if before else ReplyLost
        # Of a URL or header that could not be used, the text may quote a secret.
        quotable = not isinstance(error, self._lib.InvalidURL | UnicodeEncodeError)
        what = type(error).__name__ + (f": {hide_secrets(str(error))}" if quotable and str(error) else "")
        sentence = (
            "the request was not sent" if before else "the request was sent, but no whole reply came back"
        )
        return kind(f"{sentence} ({what})", operation=operation(request))


class _Body:
    """Collects a reply's bytes, up to a size and until a moment."""

    def __init__(self, request: Request, response: Any, wire: _Wire) -> None:
        self._request, self._response, self._max_bytes = request, response, wire._max_bytes
        self._until = time.monotonic() + (wire._total if request.timeout is None else request.timeout)
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Keep one more piece. Raises ReplyLost when it is too much or too late."""
        self._size += len(chunk)
        self._chunks.append(chunk)
        if self._size > self._max_bytes:
            raise ReplyLost(
                f"a reply came back, but longer than the {self._max_bytes} bytes that are read",
                code=REPLY_TOO_LARGE,
                operation=operation(self._request),
            )
        if time.monotonic() > self._until:
            raise ReplyLost(
                "the request was sent, but its reply took longer than the timeout allows",
                operation=operation(self._request),
            )

    def reply(self) -> Reply:
        """The whole reply."""
        return Reply(self._response.status_code, dict(self._response.headers), b"".join(self._chunks))


class HttpxSender(_Wire):
    """Sends over pooled connections; threads may share one. Close it, or use it in a `with` statement.

    Timeouts are seconds: `connect_timeout` for a connection, `read_timeout` between two pieces of a reply,
    `total_timeout` for receiving a whole one; `Request.timeout` replaces the last two. With the retry budget
    they bound how long a request lives, which must stay below the orchestrator's quarantine.

    Redirects are not followed, cookies not kept, certificates always verified (`verify` takes an SSLContext
    for a private authority). `certificate` is who we are, where the other side wants to see one. `trust_env`
    honours HTTPS_PROXY and the like.

    Raises NotSent where no byte of the request can have reached the other side, ReplyLost for everything
    later. A reply beyond `max_reply_bytes` is a ReplyLost of code REPLY_TOO_LARGE; it is not asked for again.
    """

    _client_class = "Client"

    def send(self, request: Request, /) -> Reply:
        """Send `request`, return what came back, whatever its status."""
        try:
            with self._client.stream(**self._arguments(request)) as response:
                body = _Body(request, response, self)
                for chunk in response.iter_bytes():
                    body.add(chunk)
                return body.reply()
        except self._failures as error:
            failure = self._failure(request, error)
        # Outside of the except block, so that no object of the library (with headers) is kept as context.
        raise failure

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncHttpxSender(_Wire):
    """`HttpxSender` for asyncio: the same settings and meanings, for the tasks of one event loop."""

    _client_class = "AsyncClient"

    async def send(self, request: Request, /) -> Reply:
        """Send `request`, return what came back, whatever its status."""
        try:
            async with self._client.stream(**self._arguments(request)) as response:
                body = _Body(request, response, self)
                async for chunk in response.aiter_bytes():
                    body.add(chunk)
                return body.reply()
        except self._failures as error:
            failure = self._failure(request, error)
        raise failure

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()
