"""What a gateway's error reply means: RFC 9457 problem documents with gateway-v1's codes.

{"type", "title", "status", "code", "detail", "errors": [{"pointer", "code", "message"}], "trace_id"}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from orogxo.errors import (
    AuthenticationError,
    Conflict,
    DecodeError,
    Disposition,
    Invalid,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
    Unavailable,
)
from orogxo.http import Reply, Request, decode_json, operation, status_error
from orogxo.http.redact import hide_secrets

SYSTEM = "gxo"

MEANINGS: Mapping[str, type[StatusError]] = {
    "invalid_request": Invalid,
    "validation_failed": Invalid,
    "unknown_sku": Invalid,
    "unknown_uom": Invalid,
    "unknown_carrier": Invalid,
    "invalid_address": Invalid,
    "duplicate_order": Conflict,
    "idempotency_conflict": Conflict,
    "version_conflict": Conflict,
    "order_not_editable": Conflict,
    "not_cancellable": Conflict,
    "insufficient_stock": Conflict,
    "site_closed": Conflict,
    "unauthorised": AuthenticationError,
    "forbidden_operation": PermissionDenied,
    "not_found": NotFound,
    "rate_limited": RateLimited,
    "site_unavailable": Unavailable,
    "upstream_timeout": ServerError,
}
"""What each code means. It counts where the status only says "refused"; any other status says more itself."""

_REFUSED = frozenset({400, 404, 405, 409, 410, 412, 422})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MOST_PROBLEMS = 100
_LONGEST = 500


def classify(request: Request, reply: Reply) -> StatusError:
    """The error that `reply` (status 400 and above) is: the gateway's code in capitals, its own sentences.

    A write that failed inside the gateway (5xx) or behind it (`upstream_timeout`, whatever the status) may
    have been done: its disposition is RECONCILE. Without a problem document, the status alone counts.
    """
    problem = read_problem(reply)
    code = _code(problem)
    error = status_error(
        request, reply, system=SYSTEM, problems=_sentences(problem), code=code.upper() or None
    )
    if reply.status in _REFUSED and code in MEANINGS:
        error = _as(MEANINGS[code], error)
    trace = problem.get("trace_id")
    if isinstance(trace, str) and trace:
        error.context["trace_id"] = trace[:100]
    wrote = request.method.upper() not in ("GET", "HEAD")
    if wrote and (isinstance(error, ServerError) or code == "upstream_timeout"):
        error.disposition = Disposition.RECONCILE
    return error


def read_problem(reply: Reply) -> Mapping[str, Any]:
    """The problem document in `reply`; empty where there is none (a web page, text, broken JSON)."""
    try:
        problem = decode_json(reply, system=SYSTEM, operation="")
    except DecodeError:
        return {}
    return problem if isinstance(problem, dict) else {}


def says_absent(error: StatusError, *codes: str) -> bool:
    """Whether the gateway itself says that it has no such thing: a 404 with its document and one of `codes`.

    A 404 of a proxy, a wrong base URL or a login page says nothing about any order.
    """
    return error.status == 404 and error.reply is not None and _code(read_problem(error.reply)) in codes


def foreign_404(request: Request, error: StatusError) -> NotFound:
    """What to raise for a 404 that `says_absent` does not accept."""
    return NotFound(
        "a 404 came back without the gateway's own not_found document, so it does not say that the warehouse "
        "has no such record; check the base URL and what stands in front of the gateway",
        status=error.status,
        problems=error.problems,
        reply=error.reply,
        system=SYSTEM,
        operation=operation(request),
        attempts=error.attempts,
        code="NOT_THE_GATEWAY",
    )


def _as(kind: type[StatusError], error: StatusError) -> StatusError:
    return kind(
        error.message,
        status=error.status,
        problems=error.problems,
        reply=error.reply,
        retry_after=error.retry_after,
        system=error.system,
        operation=error.operation,
        attempts=error.attempts,
        code=error.code,
    )


def _code(problem: Mapping[str, Any]) -> str:
    code = problem.get("code")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _sentences(problem: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence an entry of `errors`; without entries, `detail` or `title`."""
    entries = problem.get("errors")
    if isinstance(entries, list) and entries:
        told = [hide_secrets(_sentence(entry)) for entry in entries[:_MOST_PROBLEMS]]
        more = len(entries) - len(told)
        return tuple([*told, f"and {more} more"] if more else told)
    general = next((text for name in ("detail", "title") if isinstance(text := problem.get(name), str)), "")
    return (hide_secrets(general[:_LONGEST]),) if general else ()


def _sentence(entry: Any) -> str:
    if not isinstance(entry, dict):
        return json.dumps(entry, default=str)[:_LONGEST]
    pointer, message, code = (_text(entry, name) for name in ("pointer", "message", "code"))
    said = f"{message} ({code})" if message and code else message or code
    told = ": ".join(part for part in (pointer, said) if part)
    return (told or json.dumps(entry, default=str))[:_LONGEST]


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
