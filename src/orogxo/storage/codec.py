"""Model values as JSON text and back, exactly.

`decode(encode(value), type(value)) == value` for every model class. Rationals are text such as "11/12",
Decimals text, instants ISO 8601 in UTC with microseconds (so that they sort as text), enums their value.
A wrong type is refused while writing: a row that nobody can read again would stop its order for good.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from cattrs import Converter, transform_error

from orogxo.errors import Disposition, StoreError

T = TypeVar("T")

_RATIONAL = re.compile(r"(-?[0-9]+)(?:/([0-9]+))?")


def encode(value: object) -> str:
    """`value` (an attrs instance of the model) as compact ASCII JSON.

    Raises StoreError (UNSTORABLE) where a field holds what its type does not allow: a float as an amount,
    a datetime without a zone, None where text belongs.
    """
    return dump(plain(value))


def plain(value: object) -> Any:
    """`value` as dicts, lists, text and whole numbers. Raises StoreError like `encode`."""
    try:
        return _CONVERTER.unstructure(value)
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise unstorable(f"a {type(value).__name__} cannot be stored: {error}") from error


def dump(tree: object) -> str:
    """`tree` (dicts, lists, text, whole numbers) as canonical JSON: sorted keys, no spaces, ASCII."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)


def decode(text: str, kind: type[T], row: str = "") -> T:
    """The `kind` that `text` holds. Unknown keys are ignored (a newer minor version wrote them), missing
    ones take their defaults. Raises StoreError (UNREADABLE_ROW) that names `row` and every bad field.
    """
    return _read(lambda: json.loads(text), kind, row)


def build(tree: object, kind: type[T], row: str = "") -> T:
    """The `kind` that `tree` holds, which is what `plain` makes of it. Raises StoreError like `decode`."""
    return _read(lambda: tree, kind, row)


def _read(tree: Callable[[], object], kind: type[T], row: str) -> T:
    try:
        return _CONVERTER.structure(tree(), kind)
    except Exception as error:
        name = f"{kind.__name__} {row}".rstrip()
        raise StoreError(
            f"the stored {name} cannot be read: {'; '.join(transform_error(error))}. "
            "Restore it from a backup, or upgrade orogxo if a newer version wrote it.",
            code="UNREADABLE_ROW",
            disposition=Disposition.REVIEW,
            context={"row": name},
        ) from error


def instant(value: dt.datetime) -> str:
    """`value` in UTC as text of fixed width, which sorts as instants do. Raises StoreError (UNSTORABLE)."""
    if value.tzinfo is None:
        raise unstorable(f"{value.isoformat()} has no time zone and names no instant")
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def key(text: str) -> str:
    """`text`, if a database can hold it. Raises StoreError (UNSTORABLE) for lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise unstorable(f"{text!r} is no valid Unicode text") from error
    return text


def searchable(text: str) -> str:
    """`text` for an index that is searched, where lone surrogates (JSON may carry them) become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def unstorable(message: str) -> StoreError:
    """For a value that could not be read back."""
    return StoreError(message, code="UNSTORABLE", disposition=Disposition.REVIEW)


def _only(kind: type[T]) -> Callable[..., T]:
    def check(value: T, _: object = None) -> T:
        # `type`, not isinstance: True must not pass for 1, nor a datetime for a date.
        if type(value) is not kind:
            raise TypeError(f"expected {kind.__name__}, not {type(value).__name__}")
        return value

    return check


def _read_text(read: Callable[[str], T]) -> Callable[[Any, object], T]:
    text = _only(str)

    def hook(value: Any, _: object) -> T:
        return read(text(value))

    return hook


def rational(value: Fraction) -> str:
    """`value` in its one form, such as "12" or "11/12": equal amounts are equal text. Raises TypeError."""
    if not isinstance(value, Fraction):
        raise TypeError(f"expected Fraction, not {type(value).__name__}")
    return str(value)


def read_rational(text: str) -> Fraction:
    """What `rational` wrote. Raises ValueError."""
    match = _RATIONAL.fullmatch(text)
    if match is None:
        raise ValueError("expected a rational such as 11/12")
    return Fraction(int(match[1]), int(match[2] or 1))


def _instant(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError("expected an instant with a zone")
    return value


def _make_converter() -> Converter:
    converter = Converter()
    for kind in (str, int, bool):
        converter.register_unstructure_hook(kind, _only(kind))
        converter.register_structure_hook(kind, _only(kind))
    date, decimal = _only(dt.date), _only(Decimal)
    converter.register_unstructure_hook(Fraction, rational)
    converter.register_unstructure_hook(Decimal, lambda value: str(decimal(value)))
    converter.register_unstructure_hook(dt.date, lambda value: date(value).isoformat())
    converter.register_unstructure_hook(dt.datetime, instant)
    converter.register_structure_hook(Fraction, _read_text(read_rational))
    converter.register_structure_hook(Decimal, _read_text(Decimal))
    converter.register_structure_hook(dt.date, _read_text(dt.date.fromisoformat))
    converter.register_structure_hook(dt.datetime, _read_text(_instant))
    return converter


_CONVERTER = _make_converter()
