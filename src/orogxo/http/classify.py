"""Turns an error reply into the one error class that says what it means and who can do what about it."""

from __future__ import annotations

from collections.abc import Sequence

from orogxo.errors import (
    AuthenticationError,
    Conflict,
    Invalid,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
    Unavailable,
)
from orogxo.http.redact import operation, safe_reply
from orogxo.http.retry_after import retry_after
from orogxo.messages import Reply, Request

SYSTEM_NAMES = {"oro": "OroCommerce", "gxo": "the warehouse"}

_CLASSES: dict[int, type[StatusError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    405: Conflict,
    # The server gave up waiting for the request: what became of a write is as open as after a 500.
    408: ServerError,
    409: Conflict,
    412: Conflict,
    429: RateLimited,
    503: Unavailable,
}
_CODES = {405: "METHOD_NOT_ALLOWED", 408: "REQUEST_TIMEOUT"}
_MAINTENANCE = frozenset({405, 415, 503})
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})

_ADVICE = {
    401: "it refused the credentials; check the client id and secret and that the user is enabled",
    403: "the API user may not do this; an administrator can extend its role",
    404: "there is no such record or resource",
    405: "this resource does not allow that method",
    408: "it gave up waiting for the request",
    409: "the record's state does not allow this",
    412: "the record was changed by someone else in the meantime",
    413: "the content is too large",
    414: "the URL is too long",
    415: "it does not accept this media type",
    429: "there were too many requests",
    503: "it is down for maintenance or overloaded",
}


def media_type(reply: Reply) -> str:
    """The reply's media type, lower-case and without parameters; "" when it names none."""
    return (reply.header("Content-Type") or "").partition(";")[0].strip().lower()


def is_page(reply: Reply) -> bool:
    """Whether `reply` is a web page: not the API but something in front of it answered."""
    return media_type(reply) in _PAGE_TYPES


def error_class(reply: Reply) -> type[StatusError]:
    """The class for `reply`: by status, except that maintenance pages come with 405, 415 and 503.

    Which of the three depends on where the request is stopped (recordings error_503_maintenance_nginx,
    error_405_maintenance_token_nginx, error_415_maintenance_app_level).
    """
    if reply.status in _MAINTENANCE and is_page(reply):
        return Unavailable
    if reply.status < 400:
        return StatusError
    return _CLASSES.get(reply.status, ServerError if reply.status >= 500 else Invalid)


def status_error(
    request: Request,
    reply: Reply,
    *,
    system: str,
    problems: Sequence[str] = (),
    message: str | None = None,
    code: str | None = None,
    attempts: int = 1,
) -> StatusError:
    """The error for `reply`, by its status; the body is copied (capped, without secrets) and never parsed.

    `problems` are the server's own sentences, found by a caller that knows its format; `message` and `code`
    replace the general ones where the caller knows better.
    """
    kind = error_class(reply)
    return kind(
        message or _sentence(kind, reply, system, problems),
        status=reply.status,
        problems=problems,
        reply=safe_reply(reply),
        retry_after=retry_after(reply),
        system=system,
        operation=operation(request),
        attempts=attempts,
        code=code or (_CODES.get(reply.status) if kind is not Unavailable else None),
    )


def _sentence(kind: type[StatusError], reply: Reply, system: str, problems: Sequence[str]) -> str:
    who = SYSTEM_NAMES.get(system, system or "the other side")
    if kind is Unavailable and is_page(reply):
        return (
            f"{who} answered {reply.status} with a web page instead of data: most likely it is in maintenance"
        )
    default = "it failed while it worked on the request" if kind is ServerError else "it refused the content"
    told = "; ".join(problems) or _ADVICE.get(reply.status, default)
    return f"{who} answered {reply.status}: {told}"
