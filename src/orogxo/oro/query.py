"""Builds the query of a read: filters, includes, sparse fieldsets, order and page, percent-encoded.

OroCommerce refuses an unknown filter with 400 and ignores an unknown include or field in silence. A range is
written as a text, `"2026-01-01..2026-01-31"`. `poNumber[exists]` false finds those that have one, in all
versions seen.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, unquote

from attrs import evolve, field, frozen

from orogxo.errors import MappingError
from orogxo.oro.fields import default_fields, related_type

Value: TypeAlias = str | int | bool | Decimal | dt.datetime | dt.date
Filter: TypeAlias = Mapping[str, Value | Iterable[Value]]
"""`{"id[gt]": "1000", "poNumber": "PO-7", "identifier": ["A", "B"]}`: a list means "any of these"."""

Names: TypeAlias = str | Iterable[str]
"""Names, also as one comma-separated text: `["lineItems", "customer"]` or `"lineItems,customer"`."""

Fields: TypeAlias = Literal["all"] | Mapping[str, Names] | Names | None
"""Sparse fieldsets by resource type; bare names are those of the type asked for; "all" turns them off."""

Tree: TypeAlias = dict[str, "Tree"]

ALL = -1
"""The page size that means: everything."""

_KEY = re.compile(r"([A-Za-z][\w.]*)(?:\[([a-z_]+)\])?", re.ASCII)
_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_SORT = re.compile(r"-?[A-Za-z][\w.]*", re.ASCII)


@frozen
class Query:
    """What is asked of one resource type. Make it with `query(...)`; it is checked there."""

    type: str
    filters: Mapping[str, str] = field(factory=dict)
    include: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(factory=dict)
    sort: tuple[str, ...] = ()
    page_size: int | None = None
    page_number: int | None = None

    def encode(self) -> str:
        """The query string, in a fixed order; brackets, `+` and all else that is special are encoded."""
        pairs = [(_bracketed("filter", key), value) for key, value in self.filters.items()]
        pairs += [("include", _joined(self.include))] if self.include else []
        pairs += [(f"fields[{name}]", _joined(names)) for name, names in self.fields.items()]
        pairs += [("sort", _joined(self.sort))] if self.sort else []
        pairs += [("page[number]", str(self.page_number))] if self.page_number is not None else []
        pairs += [("page[size]", str(self.page_size))] if self.page_size is not None else []
        return "&".join(f"{quote(name, safe='')}={value}" for name, value in pairs)

    def body(self) -> tuple[dict[str, Any], str]:
        """The query as a JSON body, and what of it must stay in the URL.

        A body holds one operator a field in some versions; further ones (the two ends of a range) are short
        and stay. Every value is a text: a number would be refused.
        """
        filters: dict[str, Any] = {}
        kept: dict[str, str] = {}
        for key, value in self.filters.items():
            name, _, operator = key.removesuffix("]").partition("[")
            if name in filters:
                kept[key] = value
            else:
                filters[name] = {operator: unquote(value)} if operator else unquote(value)
        page = {"number": self.page_number, "size": self.page_size}
        body = {
            "filter": filters,
            "include": ",".join(self.include),
            "fields": {name: ",".join(names) for name, names in self.fields.items()},
            "sort": ",".join(self.sort),
            "page": {name: str(value) for name, value in page.items() if value is not None},
        }
        return {name: value for name, value in body.items() if value}, Query(self.type, kept).encode()

    def by_external_ids(self) -> Query:
        """The query as ext_id mode needs it: `filter[product]=SKU` finds nothing on inventory levels there,
        and says so to nobody (recordings extid_inventorylevels_filter_product*).
        """
        if self.type != "inventorylevels":
            return self
        renamed = {re.sub(r"^product(?=\[|$)", "product.id", key): one for key, one in self.filters.items()}
        return evolve(self, filters=renamed)

    def where(self, **changes: Any) -> Query:
        """A copy with other members (`page_size=`, `sort=`, ...)."""
        return evolve(self, **changes)

    def filtered(self, filters: Filter) -> Query:
        """A copy with further filters; one that is there already is replaced."""
        return evolve(self, filters={**self.filters, **_filters(filters)})

    def asking_for(self, *names: str) -> Query:
        """A copy whose fieldset of the type asked for contains `names` too."""
        asked = self.fields.get(self.type)
        if asked is None:
            return self
        return evolve(self, fields={**self.fields, self.type: tuple(dict.fromkeys([*asked, *names]))})

    def tree(self) -> Tree:
        """The include paths as a tree: `{"lineItems": {"product": {}}}`."""
        tree: Tree = {}
        for path in self.include:
            branch = tree
            for name in path.split("."):
                branch = branch.setdefault(name, {})
        return tree


def query(
    wire_type: str,
    *,
    filter: Filter | None = None,
    include: Names = (),
    fields: Fields = None,
    sort: Names = (),
    page_size: int | None = None,
    page_number: int | None = None,
) -> Query:
    """Check and build a query for `wire_type`.

    Raises MappingError (FILTER_COMMA) for a filter value that contains a comma: OroCommerce would split it,
    and no escape exists. Raises ValueError for what is malformed, TypeError for a value of a wrong type.
    """
    if page_size is not None and page_size != ALL and page_size < 1:
        raise ValueError(f"page_size is 1 or more, or -1 for everything, not {page_size}")
    if page_number is not None and page_number < 1:
        raise ValueError(f"page_number counts from 1, not {page_number}")
    asked = Query(
        wire_type,
        _filters(filter or {}),
        _names(include, _PATH, "include"),
        sort=_names(sort, _SORT, "sort"),
        page_size=page_size,
        # Everything is one page, which has no number.
        page_number=None if page_size == ALL else page_number,
    )
    return evolve(asked, fields=_fieldsets(asked, fields))


def filter_value(key: str, value: Value) -> str:
    """One filter value as OroCommerce reads it, not yet encoded. Raises like `query`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return _instant(key, value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str | int | Decimal):
        raise TypeError(f"filter[{key}] takes no {type(value).__name__}: {value!r}")
    text = str(value)
    if "," in text:
        raise MappingError(
            f"{text!r} contains a comma, and OroCommerce splits filter values at commas",
            code="FILTER_COMMA",
            path=f"filter[{key}]",
            value=text,
            hint="several values go in as a list; a single value with a comma cannot be filtered",
        )
    return text


def _instant(key: str, instant: dt.datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError(f"filter[{key}] needs a datetime with a time zone, not {instant.isoformat()}")
    whole = instant.astimezone(dt.UTC).replace(microsecond=0)
    # Oro stores and compares whole seconds. Rounding goes to the side that lets no record slip through.
    if key.endswith("[lt]") and instant.microsecond:
        whole += dt.timedelta(seconds=1)
    return whole.strftime("%Y-%m-%dT%H:%M:%SZ")


def _filters(filters: Filter) -> dict[str, str]:
    encoded = {}
    for key, value in filters.items():
        if not _KEY.fullmatch(key):
            raise ValueError(f"a filter is named like poNumber, customer.name or id[gt], not {key!r}")
        scalar = isinstance(value, str) or not isinstance(value, Iterable)
        values = [value] if scalar else list(value)  # type: ignore[arg-type]  # narrowed by `scalar`
        if not values:
            raise ValueError(f"filter[{key}] has an empty list, which matches nothing: do not ask")
        encoded[key] = _joined(filter_value(key, one) for one in values)  # type: ignore[arg-type]  # as above
    return encoded


def _fieldsets(asked: Query, fields: Fields) -> dict[str, tuple[str, ...]]:
    if fields == "all":
        return {}
    own: Mapping[str, Names] = {}
    if fields is not None:
        own = fields if isinstance(fields, Mapping) else {asked.type: fields}
    sets = {name: default_fields(name) for name in dict.fromkeys(_types(asked))}
    sets |= {name: _names(names, _PATH, "fields") for name, names in own.items()}
    for owner, relation in _steps(asked):
        # A relation that is included must be in its owner's fieldset, or the reply does not link to it.
        if sets.get(owner) and relation not in sets[owner]:
            sets[owner] = (*sets[owner], relation)
    return {name: names for name, names in sets.items() if names}


def _types(asked: Query) -> Iterator[str]:
    yield asked.type
    for owner, relation in _steps(asked):
        target = related_type(owner, relation)
        if target:
            yield target


def _steps(asked: Query) -> Iterator[tuple[str, str]]:
    for path in asked.include:
        owner = asked.type
        for relation in path.split("."):
            yield owner, relation
            owner = related_type(owner, relation)


def _names(names: Names, pattern: re.Pattern[str], what: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(names.split(",") if isinstance(names, str) else names))
    found = () if found == ("",) else found
    for name in found:
        if not pattern.fullmatch(name):
            raise ValueError(f"{name!r} cannot stand in {what}")
    return found


def _bracketed(prefix: str, key: str) -> str:
    name, _, operator = key.removesuffix("]").partition("[")
    return f"{prefix}[{name}]" + (f"[{operator}]" if operator else "")


def _joined(values: Iterable[str]) -> str:
    return ",".join(quote(value, safe="") for value in values)
