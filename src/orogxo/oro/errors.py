"""What OroCommerce's error replies mean, in words for people, with a code for each case that has a name.

Replies that are web pages never come here: the shell knows a maintenance page by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orogxo.errors import DecodeError, Disposition, StatusError
from orogxo.http import Reply, Request, decode_json, operation, status_error

WEB_API_OFF = "WEB_API_OFF"
ORDER_NOT_EDITABLE = "ORDER_NOT_EDITABLE"
FILTER_UNSUPPORTED = "FILTER_UNSUPPORTED"
SORT_UNSUPPORTED = "SORT_UNSUPPORTED"
RESOURCE_NOT_EXPOSED = "RESOURCE_NOT_EXPOSED"

_NOT_EXPOSED = frozenset({"resource not accessible exception", "entity type constraint"})
_UNSUPPORTED = {"filter constraint": FILTER_UNSUPPORTED, "sort constraint": SORT_UNSUPPORTED}
_NO_EDIT = 'No access by "EDIT" permission'
_ORDERS = re.compile(r"/orders(/|$)")
_MOST_PROBLEMS = 100
_LONGEST = 500


def classify(request: Request, reply: Reply) -> StatusError:
    """The error for `reply` (status 400 or above); `problems` are OroCommerce's own sentences, one each."""
    entries = _entries(request, reply)
    problems = tuple(filter(None, map(_sentence, entries)))[:_MOST_PROBLEMS]
    code, message = _named(request, reply, entries, problems)
    error = status_error(request, reply, system="oro", problems=problems, code=code, message=message)
    if code == WEB_API_OFF:
        error.disposition = Disposition.FATAL
    return error


def _named(
    request: Request, reply: Reply, entries: list[Mapping[str, Any]], problems: tuple[str, ...]
) -> tuple[str | None, str | None]:
    """The code and message of a case that has a name; None leaves both to the status."""
    first = entries[0] if entries else {}
    title, detail = _text(first, "title"), _text(first, "detail")
    told = "; ".join(problems)
    if reply.status == 404 and title == "not found http exception" and not detail:
        return WEB_API_OFF, (
            "OroCommerce knows no API at this address: is the web API switched on? An administrator finds it "
            "under System Configuration > Integrations; also check the base URL and the prefix"
        )
    if reply.status == 404 and title in _NOT_EXPOSED:
        return RESOURCE_NOT_EXPOSED, (
            f"this OroCommerce has no such resource, or the API user may not see it: {told}"
        )
    if reply.status == 403 and _NO_EDIT in detail and _ORDERS.search(operation(request)):
        return ORDER_NOT_EDITABLE, (
            "OroCommerce does not let this order be edited: it is closed or cancelled, or the API user's "
            f"role may not edit it ({told})"
        )
    if reply.status == 400 and title in _UNSUPPORTED and "not supported" in detail:
        return _UNSUPPORTED[title], f"this OroCommerce does not offer what was asked for: {told}"
    return None, None


def _entries(request: Request, reply: Reply) -> list[Mapping[str, Any]]:
    """The error objects: of an errors document, or the bare list that comes with 406 and 415."""
    if not reply.body:
        return []
    try:
        document = decode_json(reply, system="oro", operation=operation(request))
    except DecodeError:
        # An unreadable explanation must not hide the status, which is told in any case.
        return []
    found = document.get("errors") if isinstance(document, dict) else document
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _sentence(entry: Mapping[str, Any]) -> str:
    source = entry.get("source")
    places = [_text(source, name) for name in ("pointer", "parameter", "propertyPath")]
    place = next(filter(None, places), "")
    words = ": ".join(filter(None, (_text(entry, "title"), _text(entry, "detail"))))
    return (f"{words} ({place})" if place else words)[:_LONGEST]


def _text(entry: object, name: str) -> str:
    value = entry.get(name) if isinstance(entry, dict) else None
    return value.strip() if isinstance(value, str) else ""
