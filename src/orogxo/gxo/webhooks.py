"""Webhook deliveries of a gateway: is it the gateway's, is it recent, and what does it say.

The scheme is Standard Webhooks: headers webhook-id, webhook-timestamp and webhook-signature; the signature is
`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. A delivery is a hint that comes sooner: reading
the event feed is enough on its own, and an event says that something changed, not what it is now.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from attrs import frozen

from orogxo.errors import (
    ConfigError,
    DecodeError,
    MalformedDelivery,
    Replayed,
    SignatureMismatch,
    SignatureMissing,
)
from orogxo.gxo import goods_reading
from orogxo.gxo.goods import Event
from orogxo.gxo.records import UnreadableError
from orogxo.gxo.words import Words
from orogxo.http import Reply, Secret, decode_json

MAX_BYTES = 1024 * 1024
TOLERANCE = dt.timedelta(minutes=5)
MOST_SIGNATURES = 20
"""A sender that rotates keys signs with two or three; checking thousands would be work for an attacker."""

_ID = re.compile(r"[!-~]{1,200}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_PREFIX = "whsec_"
_SHORTEST_KEY = 16


@frozen
class WebhookMessage:
    """A delivery that may be believed: its id, the same for every attempt, and when it was signed (UTC)."""

    id: str
    timestamp: dt.datetime

    @property
    def key(self) -> str:
        """What makes two deliveries one. Remember it for seven days at least; gateways repeat that long."""
        return self.id


def verify(
    raw_body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str | Secret],
    now: dt.datetime,
) -> WebhookMessage:
    """Who sent `raw_body`, and when, if any of `secrets` (`whsec_` and base64) signed it.

    `raw_body` is what came over the wire, byte for byte: read it before anything decodes it. Several secrets
    are for the days in which a key is changed. `now` is aware. Nothing of the body is parsed.

    Raises SignatureMissing; SignatureMismatch where no secret fits; Replayed where it was signed more than
    five minutes before or after `now`; MalformedDelivery for a body over `MAX_BYTES` or headers of another
    shape; ConfigError where the secrets themselves cannot be used.
    """
    if not isinstance(raw_body, bytes):
        raise TypeError("the signature is over the raw bytes of the body")
    if now.tzinfo is None:
        raise TypeError("now must be aware")
    keys = [_key(secret, number) for number, secret in enumerate(secrets, start=1)]
    if not keys:
        raise ConfigError("a webhook cannot be verified without a secret")
    if len(raw_body) > MAX_BYTES:
        raise MalformedDelivery(f"the body has {len(raw_body)} bytes, more than {MAX_BYTES}")
    message_id, timestamp, told = (
        _header(headers, f"webhook-{name}") for name in ("id", "timestamp", "signature")
    )
    if not told:
        raise SignatureMissing
    if not _ID.fullmatch(message_id) or not _SECONDS.fullmatch(timestamp):
        raise MalformedDelivery("webhook-id or webhook-timestamp is missing or not a short text")
    signed = f"{message_id}.{timestamp}.".encode() + raw_body
    if not _fits(signed, _signatures(told), keys):
        raise SignatureMismatch
    # Only now: whoever cannot sign learns nothing about our clock.
    at = dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    if abs(now - at) > TOLERANCE:
        raise Replayed(f"it was signed at {at.isoformat()}, and it is {now.astimezone(dt.UTC).isoformat()}")
    return WebhookMessage(message_id, at)


def parse(raw_body: bytes) -> Event:
    """The event in a delivery that `verify` has let through.

    An unknown type is kept as `unmapped:` and the gateway's own word. Raises MalformedDelivery for a body
    over `MAX_BYTES`, too deeply nested, or of another shape.
    """
    if len(raw_body) > MAX_BYTES:
        raise MalformedDelivery(f"the body has {len(raw_body)} bytes, more than {MAX_BYTES}")
    try:
        return goods_reading.event(
            decode_json(Reply(200, {}, raw_body), system="gxo", operation="webhook"), Words()
        )
    except (DecodeError, UnreadableError) as error:
        told = error.message if isinstance(error, DecodeError) else str(error)
    raise MalformedDelivery(f"the body is no event of gateway-v1: {told}")


def _key(secret: str | Secret, number: int) -> bytes:
    text = secret.reveal() if isinstance(secret, Secret) else secret
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_PREFIX) or len(key) < _SHORTEST_KEY:
        # Its position, not its value: this sentence may be logged.
        raise ConfigError(
            f"webhook secret {number} is not {_PREFIX} and the base64 of {_SHORTEST_KEY} bytes or more"
        )
    return key


def _signatures(told: str) -> list[bytes]:
    """The `v1` signatures in the header; other versions are for other readers."""
    parts = told.split()
    if len(parts) > MOST_SIGNATURES:
        raise MalformedDelivery(f"{len(parts)} signatures came, more than the {MOST_SIGNATURES} looked at")
    return [part.removeprefix("v1,").encode() for part in parts if part.startswith("v1,")]


def _fits(signed: bytes, signatures: Sequence[bytes], keys: Sequence[bytes]) -> bool:
    # Every pair is compared, in constant time: how long it takes tells nothing about which one fits.
    fits = False
    for key in keys:
        wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
        for signature in signatures:
            fits |= hmac.compare_digest(wanted, signature)
    return fits


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value.strip() for key, value in headers.items() if key.lower() == name), "")
