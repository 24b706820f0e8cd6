"""Webhook deliveries: is it OroCommerce's, and what does it say (contract, section 9.3).

A delivery is a hint, never a source: `order.updated` is built in the middle of a save and lacks what was just
added, and deletions are never delivered. Read the record again, and keep polling.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from orogxo.errors import DecodeError, MalformedDelivery, SignatureMismatch, SignatureMissing
from orogxo.http import Reply, Secret, decode_json
from orogxo.oro.jsonapi import Resource, class_of, read_document, typed

MAX_BYTES = 8 * 1024 * 1024
ALGORITHM = "HMAC-SHA256"

_HEX = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[!-~]{1,100}")
_TOPIC = re.compile(r"[!-~]{1,200}")
_LATEST = 253_402_300_799  # the last second of the year 9999


@frozen
class WebhookEvent:
    """What a delivery says.

    `record_type` and `record_id` name the record. `resource` is the record as it was told, None in the thin
    format and where OroCommerce could not build it; `fallback` says that it could not, and `record_type` is
    then the name of a PHP class. `timestamp` is the time of the event, not of the delivery.
    """

    topic: str
    message_id: str
    hook: str
    timestamp: dt.datetime
    record_type: str
    record_id: str
    resource: Resource | None = field(default=None, repr=False)
    fallback: bool = False
    event_data: Mapping[str, Any] = field(factory=dict, repr=False, eq=False)

    @property
    def key(self) -> tuple[str, str]:
        """What makes a delivery a repetition: OroCommerce gives all hooks of one event the same id."""
        return self.message_id, self.hook


def verify(raw_body: bytes, headers: Mapping[str, str], secret: str | Secret) -> None:
    """Raise SignatureMissing or SignatureMismatch unless `raw_body` was signed with `secret`.

    `raw_body` is what came over the wire, byte for byte: read it before anything decodes it. There is no
    signed time of delivery: replays are for the receiver to see, by `WebhookEvent.key`.
    """
    if not isinstance(raw_body, bytes):
        raise TypeError("the signature is over the raw bytes of the body")
    key = secret.reveal() if isinstance(secret, Secret) else secret
    if not key:
        raise ValueError("an empty secret signs nothing; give the webhook a secret")
    signature = _header(headers, "Webhook-Signature")
    if not signature:
        raise SignatureMissing
    algorithm = _header(headers, "Webhook-Signature-Algorithm")
    if algorithm not in ("", ALGORITHM) or not _HEX.fullmatch(signature):
        raise SignatureMismatch(f"the signature is not a {ALGORITHM} in lower-case hexadecimal digits")
    expected = hmac.new(key.encode(), raw_body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise SignatureMismatch


def parse(raw_body: bytes, headers: Mapping[str, str], *, hook: str = "") -> WebhookEvent:
    """Read a delivery that `verify` has let through; `hook` is the receiver's name for the subscription.

    Raises MalformedDelivery for a body over `MAX_BYTES`, too deeply nested, or of another shape, and for
    headers that contradict it.
    """
    if len(raw_body) > MAX_BYTES:
        raise MalformedDelivery(f"the body has {len(raw_body)} bytes, more than {MAX_BYTES}")
    try:
        body = decode_json(Reply(200, {}, raw_body), system="oro", operation="webhook")
    except DecodeError as error:
        raise MalformedDelivery(f"the body cannot be read: {error.message}") from None
    if not isinstance(body, dict):
        raise MalformedDelivery("the body is not an object")
    topic = _text(body.get("topic"), _TOPIC, "topic")
    message_id = _text(body.get("messageId"), _ID, "messageId")
    for name, told in (("Webhook-Topic", topic), ("Webhook-Id", message_id)):
        said = _header(headers, name)
        if said and said != told:
            raise MalformedDelivery(f"{name} is {said[:100]!r} in the headers and {told!r} in the body")
    record_type, record_id, resource = _record(body.get("eventData"))
    return WebhookEvent(
        topic,
        message_id,
        hook,
        _instant(body.get("timestamp")),
        record_type,
        record_id,
        resource,
        fallback="\\" in record_type,
        event_data=body["eventData"],
    )


def _record(told: object) -> tuple[str, str, Resource | None]:
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(data, dict):
        raise MalformedDelivery("eventData names no record")
    record_type, record_id = data.get("type"), data.get("id")
    if isinstance(record_id, int) and not isinstance(record_id, bool):
        # The fallback document and payment events have integers.
        record_id = str(record_id)
    if not (isinstance(record_type, str) and record_type and isinstance(record_id, str) and record_id):
        raise MalformedDelivery("eventData names no record: type and id are missing")
    if "attributes" not in data or "\\" in record_type:
        return record_type, record_id, None
    try:
        document = read_document({**told, "data": {**data, "id": record_id}})
    except DecodeError as error:
        raise MalformedDelivery(f"eventData is not a JSON:API document: {error.message}") from None
    found = document.primary[0]
    return record_type, record_id, typed(found, class_of(record_type), document.pool)


def _instant(value: object) -> dt.datetime:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LATEST:
        raise MalformedDelivery(f"timestamp is {str(value)[:40]}, not seconds since 1970")
    return dt.datetime.fromtimestamp(value, dt.UTC)


def _text(value: object, shape: re.Pattern[str], name: str) -> str:
    if isinstance(value, str) and shape.fullmatch(value):
        return value
    raise MalformedDelivery(f"{name} is missing or not a short text")


def _header(headers: Mapping[str, str], name: str) -> str:
    wanted = name.lower()
    return next((value.strip() for key, value in headers.items() if key.lower() == wanted), "")
