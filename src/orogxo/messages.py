"""One HTTP exchange as plain values: the leaf that ports, clients and the sandbox share."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, TypeAlias, TypeVar

from attrs import field, frozen

T = TypeVar("T")

SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


def _shown(headers: Mapping[str, str]) -> str:
    return repr({name: "***" if name.lower() in SECRET_HEADERS else value for name, value in headers.items()})


def _size(body: bytes | None) -> str:
    return f"<{len(body or b'')} bytes>"


class _Headed:
    """Case-insensitive look-up of a header (RFC 9110, section 5.1)."""

    __slots__ = ()
    headers: Mapping[str, str]

    def header(self, name: str) -> str | None:
        """The value of header `name`, or None."""
        wanted = name.lower()
        for key, value in self.headers.items():
            if key.lower() == wanted:
                return value
        return None


@frozen
class Request(_Headed):
    """A request to send: method, absolute URL, headers, body bytes or None.

    `timeout` is seconds for this exchange (None: the sender's own). `repeatable` says that sending it twice
    does no harm, so a lost reply may be answered by sending it again; only reads are, unless stated.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(factory=dict, repr=_shown)
    body: bytes | None = field(default=None, repr=_size)
    timeout: float | None = None
    repeatable: bool = field(default=False, repr=False)


@frozen
class Reply(_Headed):
    """What came back: status, headers, body bytes. A non-2xx status is a Reply too, not an exception."""

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=_shown)
    body: bytes = field(default=b"", repr=_size)


@frozen
class Wait:
    """A flow asks its shell to pause for `seconds`."""

    seconds: float


Flow: TypeAlias = Generator[Any, Any, T]
"""A conversation without I/O: yields `Request` (receives `Reply`) or `Wait` (receives None), returns T.

A shell throws `NotSent` or `ReplyLost` into it.
"""
