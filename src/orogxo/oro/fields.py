"""Descriptors that give a resource its typed fields: `po_number = Text("poNumber")`.

Every field may be null, so each reads as its type or None. An absent one raises NotLoaded; a value of the
wrong JSON type raises DecodeError that names resource, field and value.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, overload

from orogxo.errors import DecodeError
from orogxo.oro.jsonapi import Resource, class_of

V = TypeVar("V")
T = TypeVar("T", bound=Resource)

_DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,20})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_SHOWN = 60


class Member:
    """A named member of a resource. `default` False: it is costly or rare, and read only when asked for."""

    def __init__(self, name: str, *, default: bool = True) -> None:
        self.name = name
        self.default = default


class Attribute(Member, ABC, Generic[V]):
    """An attribute. Subclasses say what JSON they expect and what Python value it becomes."""

    expects: ClassVar[str]

    @overload
    def __get__(self, resource: None, owner: type[Resource]) -> Self: ...
    @overload
    def __get__(self, resource: Resource, owner: type[Resource]) -> V | None: ...
    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Self | V | None:
        """The value, None for null. Raises NotLoaded, DecodeError."""
        if resource is None:
            return self
        value = resource.attributes.get(self.name)
        if value is None:
            # Null, unless it is not there at all, which raises.
            return cast("V | None", resource.attribute(self.name))
        try:
            return self._read(value)
        except ValueError:
            raise _unexpected(resource, f"attributes/{self.name}", value, self.expects) from None

    @abstractmethod
    def _read(self, value: Any) -> V:
        """The Python value. Raises ValueError when `value` is not what the contract says."""


class Text(Attribute[str]):
    """A JSON text, kept as it is."""

    expects = "a text"

    def _read(self, value: Any) -> str:
        return value if type(value) is str else cast("str", _of_type(value, str))


class Flag(Attribute[bool]):
    """A JSON boolean."""

    expects = "true or false"

    def _read(self, value: Any) -> bool:
        return cast("bool", _of_type(value, bool))


class Whole(Attribute[int]):
    """A JSON number without a fraction."""

    expects = "a whole number"

    def _read(self, value: Any) -> int:
        return cast("int", _of_type(value, int))


class Number(Attribute[Decimal]):
    """A JSON number as a Decimal, exactly as written (line quantities, conversion rates)."""

    expects = "a number"

    def _read(self, value: Any) -> Decimal:
        number = Decimal(_of_type(value, int, Decimal))
        if not number.is_finite():
            raise ValueError
        return number


class DecimalText(Attribute[Decimal]):
    """A number written as a JSON text, exactly as written (inventory quantities)."""

    expects = 'a number written as a text, such as "12.5"'

    def _read(self, value: Any) -> Decimal:
        if not _DECIMAL.fullmatch(_of_type(value, str)):
            raise ValueError
        return Decimal(value)


class Money(DecimalText):
    """An amount of money, written as a text with four decimals; the currency stands in another field."""

    expects = 'an amount written as a text, such as "12.5000"'


class Instant(Attribute[dt.datetime]):
    """A point in time (ISO 8601 with an offset), as an aware datetime in UTC."""

    expects = "a date and time with an offset"

    def _read(self, value: Any) -> dt.datetime:
        instant = dt.datetime.fromisoformat(_of_type(value, str))
        if instant.tzinfo is None:
            raise ValueError
        return instant if instant.tzinfo is dt.UTC else instant.astimezone(dt.UTC)


class Date(Attribute[dt.date]):
    """A calendar day, `YYYY-MM-DD`."""

    expects = "a date such as 2026-12-15"

    def _read(self, value: Any) -> dt.date:
        if not _DATE.fullmatch(_of_type(value, str)):
            raise ValueError
        return dt.date.fromisoformat(value)


class Anything(Attribute[Any]):
    """Any JSON, kept as it is."""

    expects = "any JSON"

    def _read(self, value: Any) -> Any:
        return value


class Relation(Member, Generic[T]):
    """A relation to resources of `wire_type` ("" for any)."""

    def __init__(self, name: str, wire_type: str = "", *, default: bool = True) -> None:
        super().__init__(name, default=default)
        self.wire_type = wire_type

    def _check(
        self, resource: Resource, related: Resource | tuple[Resource, ...] | None, *, many: bool
    ) -> None:
        """Raise DecodeError unless `related` is what the relation declares."""
        found = related if isinstance(related, tuple) else () if related is None else (related,)
        wrong = [one.type for one in found if self.wire_type not in ("", one.type)]
        if wrong or isinstance(related, tuple) is not many:
            shown = wrong[0] if wrong else "many" if isinstance(related, tuple) else "one"
            expected = f"{'many' if many else 'one'} of {self.wire_type or 'any type'}"
            raise _unexpected(resource, f"relationships/{self.name}", shown, expected)


class ToOne(Relation[T]):
    """A relation to one resource or none.

    A resource that is named but not contained in the reply comes with `loaded` False: its id is there.
    """

    @overload
    def __get__(self, resource: None, owner: type[Resource]) -> Self: ...
    @overload
    def __get__(self, resource: Resource, owner: type[Resource]) -> T | None: ...
    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Self | T | None:
        """The resource, None for null. Raises NotLoaded, DecodeError."""
        if resource is None:
            return self
        related = resource.related(self.name)
        if related is None:
            return None
        self._check(resource, related, many=False)
        return cast("T", related)


class ToMany(Relation[T]):
    """A relation to any number of resources, in the order of the reply."""

    @overload
    def __get__(self, resource: None, owner: type[Resource]) -> Self: ...
    @overload
    def __get__(self, resource: Resource, owner: type[Resource]) -> tuple[T, ...]: ...
    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Self | tuple[T, ...]:
        """The resources, `()` for none. Raises NotLoaded, DecodeError."""
        if resource is None:
            return self
        related = resource.related(self.name)
        self._check(resource, related, many=True)
        return cast("tuple[T, ...]", related)


def members(cls: type[Resource]) -> Iterator[Member]:
    """The fields that `cls` and its bases declare."""
    for base in reversed(cls.__mro__):
        yield from (member for member in vars(base).values() if isinstance(member, Member))


def default_fields(wire_type: str) -> tuple[str, ...]:
    """The sparse fieldset that is asked for by default; empty (all fields) for a type without a class."""
    return tuple(member.name for member in members(class_of(wire_type)) if member.default)


def related_type(wire_type: str, relation: str) -> str:
    """The resource type that `relation` of `wire_type` points to; "" where that is not known."""
    for member in members(class_of(wire_type)):
        if isinstance(member, Relation) and member.name == relation:
            return member.wire_type
    return ""


def _of_type(value: Any, *types: type) -> Any:
    # bool is an int in Python, never in JSON.
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise ValueError
    return value


def _unexpected(resource: Resource, where: str, value: object, expected: str) -> DecodeError:
    shown = repr(value)
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "..."
    name = where.rpartition("/")[2]
    return DecodeError(
        f"{name} of {resource.type} {resource.id} is {shown}, expected {expected}",
        paths=(f"/{resource.type}/{resource.id}/{where}",),
        system="oro",
        context={"resource": f"{resource.type} {resource.id}", "field": name},
    )
