"""One question to a gateway: headers, the reply as JSON, a 404 that means "there is none"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from orogxo.errors import DecodeError, Disposition, NotFound, StatusError
from orogxo.gxo.errors import SYSTEM, foreign_404, says_absent
from orogxo.gxo.records import UnreadableError
from orogxo.http import Census, Flow, Reply, Request, decode_json, operation

T = TypeVar("T")

ACCEPT = {"Accept": "application/json, application/problem+json"}
SENDING = {**ACCEPT, "Content-Type": "application/json"}


def get(url: str) -> Request:
    """A request to read `url`."""
    return Request("GET", url, ACCEPT)


def asked(request: Request, reader: Callable[[Any], T]) -> Flow[T]:
    """What `reader` makes of the reply."""
    reply = yield request
    return read(request, reply, reader)


def found(request: Request, reader: Callable[[Any], T], *absent: str) -> Flow[T | None]:
    """What `reader` makes of the reply; None for the gateway's own 404 with one of the codes `absent`."""
    try:
        reply = yield request
    except StatusError as error:
        if says_absent(error, *absent):
            return None
        if not isinstance(error, NotFound):
            raise
        raise foreign_404(request, error) from error
    return read(request, reply, reader)


def written(request: Request, reader: Callable[[Any], T], **context: str) -> Flow[T]:
    """What `reader` makes of the reply to a write; an answer that cannot be read leaves it in doubt.

    The gateway has had it then: the DecodeError has disposition RECONCILE and `context`.
    """
    reply = yield request
    try:
        return read(request, reply, reader)
    except DecodeError as error:
        error.disposition = Disposition.RECONCILE
        error.context |= context
        raise


def read(request: Request, reply: Reply, reader: Callable[[Any], T], census: Census | None = None) -> T:
    """What `reader` makes of the JSON in `reply`. Raises DecodeError naming all problems with their paths.

    `census`: see `decode_json`.
    """
    told = operation(request)
    if reply.status not in (200, 201):
        raise DecodeError(
            f"the warehouse answered {reply.status}, which gateway-v1 does not know",
            code="UNEXPECTED_STATUS",
            system=SYSTEM,
            operation=told,
        )
    value = decode_json(reply, system=SYSTEM, operation=told, census=census)
    try:
        return reader(value)
    except UnreadableError as error:
        message, paths = f"the reply of the warehouse is not gateway-v1: {error}", error.problems
    raise DecodeError(message, paths=paths, system=SYSTEM, operation=told)
