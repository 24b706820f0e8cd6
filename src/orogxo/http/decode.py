"""Reads JSON from outside: exact numbers, strict text, bounded size and depth."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from orogxo.errors import DecodeError
from orogxo.http.classify import SYSTEM_NAMES, is_page, media_type
from orogxo.messages import Reply

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
_DEEP = f"is nested deeper than {MAX_DEPTH} levels"
MAX_EXPONENT = 400
"""A number of a few bytes such as 1e999999999 would fill the memory once it is made a fraction."""

_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_ALL_SQUARE = bytes.maketrans(b"{}", b"[]")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_SPACES = (b" ", b"\t", b"\n", b"\r")

Census: TypeAlias = "Callable[[Any], tuple[int, int] | None]"
"""Counts a value of an expected shape: its objects and lists, and the members of all its objects. At most
`MAX_DEPTH` of those objects and lists may lie within each other. None: the value has another shape."""


def decode_json(reply: Reply, *, system: str, operation: str, census: Census | None = None) -> Any:
    """The JSON value in `reply`; every number that is not an integer is a Decimal, nothing is a float.

    Raises DecodeError for a body that is empty, too large (`MAX_BYTES`), a web page or another media type,
    not UTF-8, cut off or malformed, nested deeper than `MAX_DEPTH`, or that has NaN, Infinity, a number out
    of all proportion, or an object with one name twice (where RFC 8259, section 4, lets each reader guess).
    The message quotes no content.

    A `census` makes large replies of one shape more than twice as fast, and no less strict: where the text
    cannot have more names and brackets than were counted, no name stands there twice and nothing is nested
    deeper than the shape is. Any other reply is read as if there were none.
    """
    try:
        return _value(reply, census)
    except _RefusedError as error:
        what, paths = str(error), error.paths
    # Outside of the except block: the parser's own error, kept as context, would hold the whole body.
    who = SYSTEM_NAMES.get(system, system or "the other side")
    sentence = f"the reply of {who} (status {reply.status}) {what}"
    raise DecodeError(sentence, paths=paths, system=system, operation=operation)


class _RefusedError(Exception):
    def __init__(self, what: str, *paths: str) -> None:
        super().__init__(what)
        self.paths = paths


def _value(reply: Reply, census: Census | None) -> Any:
    if problem := _unreadable(reply):
        raise _RefusedError(problem)
    try:
        text = reply.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _RefusedError("is not valid UTF-8", f"byte {error.start}") from error
    value = None if census is None else _parsed(text, None)
    if census is None or census(value) != _most(reply.body):
        value = _parsed(text, _unique_names)
        if _too_deep(reply.body):
            raise _RefusedError(_DEEP)
    if _SURROGATE.search(reply.body) and _half_characters(value):
        raise _RefusedError("has half a character (a lone surrogate)")
    return value


def _parsed(text: str, hook: Callable[[Sequence[tuple[str, Any]]], dict[str, Any]] | None) -> Any:
    try:
        return json.loads(text, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=hook)
    except json.JSONDecodeError as error:
        ends_early = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        where = f"line {error.lineno} column {error.colno}"
        raise _RefusedError("is cut off" if ends_early else "is not JSON", where) from error
    except RecursionError as error:
        raise _RefusedError(_DEEP) from error
    except ValueError as error:
        raise _RefusedError("has an integer of thousands of digits") from error


def _most(body: bytes) -> tuple[int, int]:
    """The most objects and lists, and the most members, that JSON text can have; strings may add to both.

    A name ends in a quote; its colon follows at once or after white space.
    """
    names = body.count(b'":')
    names += sum(body.count(space + b":") for space in _SPACES if space in body)
    return body.count(b"{") + body.count(b"["), names


def _unreadable(reply: Reply) -> str:
    kind = media_type(reply)
    if len(reply.body) > MAX_BYTES:
        return f"is larger than {MAX_BYTES} bytes"
    if not reply.body.strip():
        return "is empty where JSON was expected"
    if is_page(reply):
        return "is a web page, not data; something in front of the API answered"
    if kind and kind != "application/json" and not kind.endswith("+json"):
        return f"is of type {kind[:80]}, not JSON"
    return ""


def _number(text: str) -> Decimal:
    exponent = re.split("[eE]", text)[1:]
    if exponent and abs(int(exponent[0])) > MAX_EXPONENT:
        raise _RefusedError("has a number out of all proportion")
    return Decimal(text)


def _no_constant(name: str) -> NoReturn:
    raise _RefusedError(f"has {name}, which is not a JSON number")


def _unique_names(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    raise _RefusedError("names one thing twice in one object, so which value counts is open", *twice)


def _too_deep(body: bytes) -> bool:
    # Strings and all but brackets are dropped; then each pass removes the innermost level, at C speed.
    # The body has parsed, so the brackets are balanced.
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _STRINGS.sub(b"", body).translate(_ALL_SQUARE, _NO_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _half_characters(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return True
    return False
