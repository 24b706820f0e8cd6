"""Signed requests: proof that a request comes from the holder of a key, is whole, and is recent.

This is orogxo's own scheme, for gateways that were built to it; it is not RFC 9421. The signature is the
base64 of HMAC-SHA256 over these lines, joined by LF, without one at the end:

    OROGXO-HMAC-SHA256
    the method in capitals
    the path and query exactly as sent, "/" where the path is empty
    the value of the Date header (RFC 9110, section 6.6.1)
    the SHA-256 of the body as lower-case hexadecimal digits (of no bytes, where there is none)

It travels as `Authorization: OROGXO-HMAC-SHA256 keyId="...", signature="..."`. The gateway compares in
constant time and refuses a Date more than five minutes off.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen

from orogxo.errors import ConfigError
from orogxo.http.auth import Line, with_header
from orogxo.messages import Flow, Request
from orogxo.secret import Secret, as_secret

ALGORITHM = "OROGXO-HMAC-SHA256"
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SHORTEST = 16


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _plain_key_id(_owner: object, _attribute: Attribute[Any], value: str) -> None:
    if not _KEY_ID.fullmatch(value):
        raise ConfigError("a key_id is 1 to 100 letters, digits, dots, underscores and hyphens")


def _long_enough(_owner: object, _attribute: Attribute[Any], value: Secret) -> None:
    if len(value.reveal()) < _SHORTEST:
        raise ConfigError(f"a signing secret has at least {_SHORTEST} characters; the given one is shorter")


@frozen
class SignedRequests:
    """Signs every request with `secret`, which the gateway knows as `key_id`.

    `now` gives the time of the Date header, aware. Every attempt is signed anew. Raises ConfigError for a
    key_id with other letters, or a secret under 16 characters.
    """

    key_id: str = field(validator=_plain_key_id)
    secret: Secret = field(converter=as_secret, validator=_long_enough)
    now: Callable[[], dt.datetime] = field(default=_now, repr=False, eq=False)

    def sign(self, request: Request, _line: Line, /) -> Flow[Request]:
        """`request` with Date and Authorization."""
        yield from ()
        date = format_datetime(self.now().astimezone(dt.UTC), usegmt=True)
        given = signature(self.secret, request.method, request.url, date, request.body)
        told = f'{ALGORITHM} keyId="{self.key_id}", signature="{given}"'
        return with_header(with_header(request, "Date", date), "Authorization", told)

    def refused(self, _signed: Request, /) -> bool:
        """A key stays what it is."""
        return False


def signature(secret: Secret, method: str, url: str, date: str, body: bytes | None) -> str:
    """The signature of a request: for the client, and for a gateway that checks it."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    digest = hashlib.sha256(body or b"").hexdigest()
    signed = f"{ALGORITHM}\n{method.upper()}\n{target}\n{date}\n{digest}"
    return base64.b64encode(
        hmac.new(secret.reveal().encode(), signed.encode(), hashlib.sha256).digest()
    ).decode()
