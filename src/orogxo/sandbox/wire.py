"""Plain HTTP helpers of the sandbox: reading requests, writing JSON as each end writes it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from orogxo.messages import Reply, Request


def dumps(value: Any) -> str:
    """JSON text, compact; a Decimal becomes an exact JSON number (`2.375`, never a rounded float)."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{dumps(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    if isinstance(value, Decimal):
        return plain_number(value)
    return json.dumps(value)


def plain_number(value: Decimal) -> str:
    """`12`, `2.375`: without an exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def loads(body: bytes | None) -> Any:
    """The JSON value of a request body, numbers exact. Raises ValueError when it is not JSON."""
    return json.loads(body or b"", parse_float=Decimal)


def json_reply(
    status: int, document: Any, content_type: str, headers: Mapping[str, str] | None = None
) -> Reply:
    """A reply with a JSON body."""
    return Reply(status, {"Content-Type": content_type, **(headers or {})}, dumps(document).encode())


class Call:
    """One request taken apart: method, scheme and host, decoded path segments, query pairs in order."""

    def __init__(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.request = request
        self.method = request.method.upper()
        self.origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "http://localhost"
        self.path = parts.path
        self.target = parts.path + (f"?{parts.query}" if parts.query else "")
        self.query = parse_qsl(parts.query, keep_blank_values=True)

    def media_type(self, header: str) -> str:
        """The value of a media-type header, lower case, with its parameters."""
        return (self.request.header(header) or "").strip().lower()


def credentials(call: Call) -> dict[str, str]:
    """The fields of a token request: from JSON, from a form, from HTTP Basic (RFC 6749, section 2.3.1)."""
    body = call.request.body or b""
    if call.media_type("Content-Type").startswith("application/json"):
        sent = loads(body)
        fields = {str(key): str(value) for key, value in sent.items()} if isinstance(sent, dict) else {}
    else:
        fields = dict(parse_qsl(body.decode("utf-8", "replace")))
    scheme, _, encoded = (call.request.header("Authorization") or "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return fields
        fields |= {"client_id": name, "client_secret": secret}
    return fields
