"""Writes JSON for OroCommerce: exact numbers, times in UTC, and nothing that only looks like JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal


def to_json(value: object) -> bytes:
    """`value` as JSON. A Decimal is a number with exactly its digits, a datetime a text in UTC.

    Raises TypeError for what has no JSON form, ValueError for a number that is not finite and a datetime
    without a time zone.
    """
    return _text(value).encode()


def _text(value: object) -> str:
    match value:
        case None | bool() | int() | str():
            return json.dumps(value)
        case float() | Decimal():
            return _number(Decimal(repr(value)) if isinstance(value, float) else value)
        case dt.datetime():
            return json.dumps(_instant(value))
        case dt.date():
            return json.dumps(value.isoformat())
        case Mapping():
            return (
                "{" + ",".join(f"{json.dumps(_name(name))}:{_text(one)}" for name, one in value.items()) + "}"
            )
        case bytes() | bytearray():
            raise TypeError("bytes have no JSON form")
        case Iterable():
            return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r}")


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is no JSON number")
    return format(value, "f")


def _instant(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"a datetime needs a time zone: {value.isoformat()}")
    return value.astimezone(dt.UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a member is named by a text, not by {name!r}")
    return name
