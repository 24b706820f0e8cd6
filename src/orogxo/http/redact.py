"""Keeps secrets out of what people read, and tells logs and observers about each exchange."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

from attrs import evolve

from orogxo.errors import ApiError, StatusError
from orogxo.messages import SECRET_HEADERS, Reply, Request
from orogxo.ports import Observer

logger = logging.getLogger("orogxo.http")
logger.addHandler(logging.NullHandler())

REPLY_COPY_BYTES = 4096
"""How much of a reply's body an error carries."""

_NAMES = (
    r"(?:access_token|refresh_token|id_token|client_secret|client_assertion|api_?key|password|secret|token)"
)
_JSON_MEMBER = re.compile(rf'("{_NAMES}"\s*:\s*)("(?:[^"\\]|\\.)*+"?|[^\s,}}\]]+)', re.IGNORECASE)
_FORM_VALUE = re.compile(rf"(\b{_NAMES}=)[^&\s\"'<>]*", re.IGNORECASE)
_CREDENTIALS = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_REQUEST_IDS = ("X-Request-Id", "X-Correlation-Id", "X-Trace-Id")


def hide_secrets(text: str) -> str:
    """`text` with the values of tokens, secrets and credentials replaced by `***`.

    Knows JSON members, form and query parameters, and Authorization values, cut-off ones included.
    """
    text = _JSON_MEMBER.sub(r'\1"***"', text)
    text = _FORM_VALUE.sub(r"\1***", text)
    return _CREDENTIALS.sub(r"\1 ***", text)


def safe_reply(reply: Reply) -> Reply:
    """The copy of `reply` that an error carries: at most `REPLY_COPY_BYTES` of body, nothing secret."""
    headers = {name: value for name, value in reply.headers.items() if name.lower() not in SECRET_HEADERS}
    # One character a byte, so that any body goes through and comes out as it was.
    body = hide_secrets(reply.body[:REPLY_COPY_BYTES].decode("latin-1")).encode("latin-1")
    return evolve(reply, headers=headers, body=body[:REPLY_COPY_BYTES])


def operation(request: Request) -> str:
    """What `request` does, in words fit for logs: `GET /admin/api/orders/7`, without host and query."""
    try:
        path = urlsplit(request.url).path
    except ValueError:
        path = "(unreadable URL)"
    return f"{request.method.upper()} {path or '/'}"


def report(observer: Observer | None, request: Request, outcome: Reply | ApiError, seconds: float) -> None:
    """Tell the debug log and `observer` how one exchange went. A failing observer breaks nothing."""
    what, status, error = operation(request), _status(outcome), _error(outcome)
    logger.debug(
        "%s -> %s in %d ms%s%s",
        what,
        "no reply" if status is None else status,
        round(seconds * 1000),
        f" ({error})" if error else "",
        _request_id(outcome),
    )
    if observer is None:
        return
    try:
        observer.exchanged(what, status, seconds, error)
    except Exception:
        # A host's metrics must never stop an order.
        logger.warning("the observer failed on %s", what, exc_info=True)


def _status(outcome: Reply | ApiError) -> int | None:
    return outcome.status if isinstance(outcome, Reply | StatusError) else None


def _error(outcome: Reply | ApiError) -> str:
    if isinstance(outcome, Reply):
        return ""
    if isinstance(outcome, StatusError):
        # The server's own sentences may quote what was sent; the code says enough here.
        return outcome.code
    return f"{outcome.code}: {hide_secrets(outcome.message)}"


def _request_id(outcome: Reply | ApiError) -> str:
    reply = outcome.reply if isinstance(outcome, StatusError) else outcome
    if not isinstance(reply, Reply):
        return ""
    told = next((value for name in _REQUEST_IDS if (value := reply.header(name))), "")
    return f" request id {told[:80]!r}" if told else ""
