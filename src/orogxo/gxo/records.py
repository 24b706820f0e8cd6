"""The shapes that a gateway sends, as plain classes, and the strict converter that fills them.

Unknown members are ignored. Nothing is coerced: "1" is no integer, "no" no bool, a string no list of letters.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any, NewType, NoReturn, TypeVar, get_origin

import attrs
from attrs import frozen
from cattrs import ClassValidationError, Converter, IterableValidationError, transform_error
from cattrs.cols import list_structure_factory
from cattrs.dispatch import StructureHook
from cattrs.gen import make_dict_structure_fn

from orogxo.errors import MappingError
from orogxo.model import Quantity, exact

T = TypeVar("T")

Filled = NewType("Filled", str)
"""Text that must not be empty."""

SignedQuantity = NewType("SignedQuantity", Quantity)
"""A quantity that may be negative."""

MOST_PROBLEMS = 50
"""How many problems of one reply are told one by one."""

_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GREATEST = 2**63 - 1


@frozen
class OrderRecord:
    """What we read of an order resource."""

    client_order_ref: Filled
    state: Filled
    client_id: str | None = None
    version: int = 1
    po_number: str | None = None
    reason: str | None = None


@frozen
class CancelRecord:
    """The answer to a cancellation."""

    client_order_ref: Filled
    answer: Filled
    state: str | None = None
    reason: str | None = None


@frozen
class PackageLineRecord:
    """Goods in a package."""

    order_line_ref: Filled
    sku: Filled
    qty: Quantity
    order_ref: str | None = None
    lot: str | None = None
    serials: list[str] | None = None
    expiry: dt.date | None = None


@frozen
class PackageRecord:
    """A parcel or pallet."""

    package_ref: Filled
    sscc: str | None = None
    tracking: list[str] | None = None
    lines: list[PackageLineRecord] | None = None


@frozen
class ShipmentLineRecord:
    """What a shipment says of one order line."""

    order_line_ref: Filled
    sku: Filled
    shipped: Quantity
    order_ref: str | None = None
    ordered: Quantity | None = None
    backordered: Quantity | None = None
    short: Quantity | None = None
    cancelled: Quantity | None = None
    reason: str | None = None
    raw_reason: str | None = None


@frozen
class ShipmentRecord:
    """A dispatch of one or several orders."""

    shipment_ref: Filled
    version: int
    order_refs: list[Filled]
    lines: list[ShipmentLineRecord]
    packages: list[PackageRecord] | None = None
    po_number: str | None = None
    shipped_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    carrier: str | None = None
    service: str | None = None
    final: bool = False


@frozen
class ShipmentsRecord:
    """One page of shipments; each item is read on its own, so that a bad one hides no other."""

    items: list[Any]
    has_more: bool
    next_cursor: str | None = None


@frozen
class StockRowRecord:
    """One figure of a snapshot."""

    sku: Filled
    status: Filled
    qty: Quantity
    site_id: str | None = None
    lot: str | None = None
    expiry: dt.date | None = None


@frozen
class StockRecord:
    """One page of a snapshot."""

    snapshot_id: Filled
    as_of: dt.datetime
    rows: list[StockRowRecord]
    sequence: int | None = None
    complete: bool = False
    page_cursor: str | None = None


@frozen
class CapabilitiesRecord:
    """What a site says it can do; what it does not mention, it cannot."""

    natural_key: bool = False
    lookup: bool = False
    item_master: bool = False
    cancel: bool = False
    change: bool = False


class UnreadableError(Exception):
    """A value is not what gateway-v1 says; `problems` are all of them, each with its path."""

    def __init__(self, problems: list[str]) -> None:
        told, more = problems[:MOST_PROBLEMS], len(problems) - MOST_PROBLEMS
        self.problems = tuple(told if more <= 0 else [*told, f"and {more} more"])
        super().__init__("; ".join(self.problems))


def structure(kind: type[T], value: Any) -> T:
    """`value` as a record of that kind. Raises UnreadableError with every problem."""
    try:
        return _CONVERTER.structure(value, kind)
    except (ClassValidationError, IterableValidationError, _WrongError) as error:
        raise UnreadableError(transform_error(error, format_exception=_told)) from None


class _WrongError(ValueError):
    """A value is not of the kind that is wanted here; the text says how."""


def _told(error: BaseException, _type: type | None) -> str:
    return "required field missing" if isinstance(error, KeyError) else str(error)


def _wrong(wanted: str, value: Any) -> NoReturn:
    shown = repr(value)
    raise _WrongError(f"expected {wanted}, not {shown if len(shown) <= 60 else shown[:60] + '...'}")


def _text(value: Any, _: Any) -> str:
    return value if isinstance(value, str) else _wrong("text", value)


def _filled(value: Any, _: Any) -> Filled:
    return Filled(value) if isinstance(value, str) and value.strip() else _wrong("filled text", value)


def _truth(value: Any, _: Any) -> bool:
    return value if isinstance(value, bool) else _wrong("true or false", value)


def _count(value: Any, _: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _GREATEST:
        _wrong("a whole number, not negative", value)
    return value


def _date(value: Any, _: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except (TypeError, ValueError):
        _wrong("a date YYYY-MM-DD", value)


def _instant(value: Any, _: Any) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            return instant.astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    _wrong("an ISO 8601 instant with its offset from UTC", value)


def _quantity(value: Any, kind: Any) -> Quantity:
    """{"value": "12", "uom": "EA"}, not negative."""
    quantity = _signed(value, kind)
    return quantity if quantity.amount >= 0 else _wrong("a quantity that is not negative", value)


def _signed(value: Any, _: Any) -> SignedQuantity:
    """{"value": "-12", "uom": "EA"}; a JSON number is read too, as it arrives here without loss."""
    if not isinstance(value, dict):
        _wrong('a quantity {"value", "uom"}', value)
    uom: object = value.get("uom")
    amount: Any = value.get("value")
    if not isinstance(uom, str) or not uom.strip():
        _wrong("a quantity with a uom", value)
    readable = isinstance(amount, int | Decimal) and not isinstance(amount, bool)
    if not readable and not (isinstance(amount, str) and _DECIMAL.fullmatch(amount)):
        _wrong("a quantity with a decimal value", value)
    try:
        return SignedQuantity(Quantity(exact(amount), uom))
    except MappingError:
        _wrong("a quantity of a sensible size", value)


def _list_hook(kind: Any, converter: Converter) -> StructureHook:
    return _only(list, "a list", list_structure_factory(kind, converter))


def _record_hook(kind: Any, converter: Converter) -> StructureHook:
    # The declared types are text because of the future import; cattrs wants the types themselves.
    return _only(dict, "an object", make_dict_structure_fn(attrs.resolve_types(kind), converter))


def _only(json_type: type, wanted: str, inner: StructureHook) -> StructureHook:
    def hook(value: Any, kind: Any) -> Any:
        return inner(value, kind) if isinstance(value, json_type) else _wrong(wanted, value)

    return hook


def _converter() -> Converter:
    converter = Converter(detailed_validation=True)
    for kind, hook in (
        (str, _text),
        (bool, _truth),
        (int, _count),
        (dt.date, _date),
        (dt.datetime, _instant),
        (Filled, _filled),
        (Quantity, _quantity),
        (SignedQuantity, _signed),
    ):
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(attrs.has, lambda kind: _record_hook(kind, converter))
    converter.register_structure_hook_factory(_is_list, lambda kind: _list_hook(kind, converter))
    return converter


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list


_CONVERTER = _converter()
