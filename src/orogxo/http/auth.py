"""Who we are: puts credentials on requests; OAuth2 tokens by client credentials (RFC 6749, section 4.4)."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias
from urllib.parse import quote_plus, urlencode

from attrs import Attribute, evolve, field, frozen

from orogxo.errors import ConfigError, NotSent, ReplyLost, StatusError
from orogxo.http.redact import operation
from orogxo.http.token_reply import Token, explain_refusal, read_token
from orogxo.messages import Flow, Reply, Request
from orogxo.secret import Secret, as_secret


@frozen
class Exclusive:
    """Asks the shell to run `flow` under its lock; the answer is the value of `flow`."""

    flow: Flow[Any]


Explain: TypeAlias = Callable[[Request, Reply], StatusError]
"""Says what an error reply (status 400 and above) means."""


class Line(Protocol):
    """What an Auth may use to reach its own endpoint."""

    system: str

    def side_exchange(self, request: Request, explain: Explain) -> Flow[Reply]:
        """Send `request` as it is, retried within the budget of the exchange that needs it."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...


class Auth(Protocol):
    """Puts credentials on requests, without I/O of its own."""

    def sign(self, request: Request, line: Line, /) -> Flow[Request]:
        """`request` with credentials; yields `Exclusive` when they must be fetched first."""
        ...

    def refused(self, signed: Request, /) -> bool:
        """`signed` was answered with 401: whether signing anew may help."""
        ...


class _Hidden(str):
    """A header value that hides in the repr of whatever carries it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def with_header(request: Request, name: str, value: str) -> Request:
    """`request` with one header more, whose value hides in every repr."""
    # A caller's header of the same name, in any case, gives way.
    others = {key: told for key, told in request.headers.items() if key.lower() != name.lower()}
    return evolve(request, headers={**others, name: _Hidden(value)})


@frozen
class NoAuth:
    """No credentials; headers stay as the caller set them."""

    def sign(self, request: Request, _line: Line, /) -> Flow[Request]:
        """`request` as it is."""
        yield from ()
        return request

    def refused(self, _signed: Request, /) -> bool:
        """Nothing to renew."""
        return False


def _filled(owner: object, attribute: Attribute[Any], value: object) -> None:
    if not value:
        raise ConfigError(f"{type(owner).__name__} needs a {attribute.name}; it is empty")


@frozen
class ApiKey:
    """A fixed key in a header."""

    key: Secret = field(converter=as_secret, validator=_filled)
    header: str = field(default="X-Api-Key", validator=_filled)
    prefix: str = ""

    def sign(self, request: Request, _line: Line, /) -> Flow[Request]:
        """`request` with the key."""
        yield from ()
        return with_header(request, self.header, self.prefix + self.key.reveal())

    def refused(self, _signed: Request, /) -> bool:
        """A key stays what it is."""
        return False


class TokenCache:
    """Tokens by what they were granted for; safe for threads. Clients that share one share tokens."""

    def __init__(self) -> None:
        self._tokens: dict[object, Token] = {}
        self._lock = threading.Lock()

    def get(self, key: object, *, now: float) -> Secret | None:
        """The token for `key`, unless it is about to run out."""
        token = self._tokens.get(key)
        return token.value if token and now < token.good_until else None

    def put(self, key: object, token: Token) -> None:
        """Keep `token`."""
        # Under the lock too, or a drop could look at the old token and delete this one.
        with self._lock:
            self._tokens[key] = token

    def drop(self, key: object, value: str) -> None:
        """Forget the token for `key` if it is still `value`; a newer one stays."""
        with self._lock:
            token = self._tokens.get(key)
            if token and token.value == Secret(value):
                del self._tokens[key]


def _known_style(_owner: object, _attribute: Attribute[str], value: str) -> None:
    if value not in ("form", "json", "basic"):
        raise ConfigError(f"token request style {value!r} is unknown; it is form, json or basic")


@frozen
class ClientCredentials:
    """OAuth2 client credentials: one token for all threads and tasks, renewed 30 s early and after a 401.

    `style` says where id and secret go: `form` (in the body, default), `json` (a JSON body, not in the RFC
    but OroCommerce's own way) or `basic` (RFC 6749, section 2.3.1). `scope` is sent when given.
    """

    token_url: str = field(validator=_filled)
    client_id: str = field(validator=_filled)
    client_secret: Secret = field(converter=as_secret, validator=_filled)
    scope: str = ""
    style: Literal["form", "json", "basic"] = field(default="form", validator=_known_style)
    cache: TokenCache = field(factory=TokenCache, repr=False, eq=False)

    def sign(self, request: Request, line: Line, /) -> Flow[Request]:
        """`request` with `Authorization: Bearer`; OroCommerce does not know the scheme in lower case."""
        token = self._cached(line)
        if token is None:
            token = yield Exclusive(self._fetch(request, line))
        return with_header(request, "Authorization", f"Bearer {token.reveal()}")

    def refused(self, signed: Request, /) -> bool:
        """Forget the refused token, unless another thread has renewed it already; a new one may do."""
        scheme_and_token = signed.header("Authorization") or ""
        self.cache.drop(self._key, scheme_and_token.removeprefix("Bearer "))
        return True

    def explain(self, request: Request, reply: Reply, *, system: str) -> StatusError:
        """What an error reply of the token endpoint means."""
        return explain_refusal(request, reply, system=system, secret=self.client_secret)

    @property
    def _key(self) -> object:
        # The secret belongs to it: with a wrong one, nobody may live on a token that the right one got.
        return self.token_url, self.client_id, self.client_secret, self.scope

    def _cached(self, line: Line) -> Secret | None:
        return self.cache.get(self._key, now=line.monotonic())

    def _fetch(self, wanted_for: Request, line: Line) -> Flow[Secret]:
        # Whoever held the lock before may have fetched one.
        found = self._cached(line)
        if found is not None:
            return found
        request = self._token_request()
        try:
            reply = yield from line.side_exchange(request, partial(self.explain, system=line.system))
        except ReplyLost as error:
            # A lost token leaves nothing to reconcile: the request that needed it has not been sent.
            unsent = NotSent(
                f"no access token came back ({error.message}), so {operation(wanted_for)} was not sent",
                system=error.system,
                operation=error.operation,
                attempts=error.attempts,
            )
            raise unsent from error
        token = read_token(request, reply, system=line.system, now=line.monotonic())
        self.cache.put(self._key, token)
        return token.value

    def _token_request(self) -> Request:
        headers = {"Accept": "application/json"}
        grant = {"grant_type": "client_credentials", **({"scope": self.scope} if self.scope else {})}
        secret = self.client_secret.reveal()
        if self.style == "basic":
            pair = f"{quote_plus(self.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            grant |= {"client_id": self.client_id, "client_secret": secret}
        body, headers["Content-Type"] = self._encoded(grant)
        # Two tokens do no more harm than one, so a lost reply is simply asked for again.
        return Request("POST", self.token_url, headers, body, repeatable=True)

    def _encoded(self, grant: Mapping[str, str]) -> tuple[bytes, str]:
        if self.style == "json":
            return json.dumps(grant).encode(), "application/json"
        return urlencode(grant).encode(), "application/x-www-form-urlencoded"
