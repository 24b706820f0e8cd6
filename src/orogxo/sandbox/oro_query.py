"""Query strings as OroCommerce reads them: filters, sorting, paging, sparse fields, includes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, field, frozen

from orogxo.messages import Reply
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.wire import json_reply

JSON_API = "application/vnd.api+json"
_NUMBERED = re.compile(r"\d+(?:-\d+)+")
_DATETIMES = frozenset({"createdAt", "updatedAt"})
_BOOLEANS = frozenset({"external"})
_OPERATORS = frozenset({"eq", "neq", "neq_or_null", "exists"})
_ORDERED = frozenset({"gt", "gte", "lt", "lte"})
_DAY, _MINUTE, _SECOND = dt.timedelta(days=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1)
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_INSTANT = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?"
)


class Refused(Exception):
    """The request is answered with an error instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def error(status: int, title: str, detail: str = "", **source: str) -> dict[str, Any]:
    """One JSON:API error object; `source` is `parameter` or `pointer`."""
    body: dict[str, Any] = {"status": str(status), "title": title}
    if detail:
        body["detail"] = detail
    return body | ({"source": source} if source else {})


def refused(*errors: dict[str, Any]) -> Refused:
    """An error document with the status of its first error."""
    return Refused(json_reply(int(errors[0]["status"]), {"errors": list(errors)}, JSON_API))


def unsupported_filter(parameter: str) -> Refused:
    """A filter or query parameter that the resource does not have."""
    return refused(error(400, "filter constraint", "The filter is not supported.", parameter=parameter))


def unexpected(kind: str, value: str, parameter: str) -> Refused:
    """A filter value of the wrong type."""
    told = f'Expected {kind} value. Given "{value}".'
    return refused(error(400, "filter constraint", told, parameter=parameter))


@define
class Query:
    """A query string, taken apart and checked."""

    filters: list[tuple[str, str, str]] = field(factory=list)
    include: list[str] = field(factory=list)
    fields: dict[str, frozenset[str]] = field(factory=dict)
    sort: list[str] = field(factory=list)
    page: int = 1
    size: int = 10


def read_query(
    data: OroData, pairs: Sequence[tuple[str, str]], *, listing: bool, json_api: bool = True
) -> Query:
    """Parse; on a single record only `fields`, `include` and `meta` exist. Raises Refused."""
    query = Query()
    for key, value in pairs:
        group, _, rest = key.partition("[")
        inner = rest.removesuffix("]")
        if key == "include" and json_api:
            query.include = [path for path in value.split(",") if path]
        elif group == "fields" and inner in data.resources and json_api:
            query.fields[inner] = frozenset(value.split(","))
        elif listing and key == "sort":
            query.sort = value.split(",")
        elif listing and key == "page[size]":
            query.size = _number(value, key, least=-1)
        elif listing and key == "page[number]":
            query.page = _number(value, key, least=1)
        elif listing and group == "filter" and rest:
            path, _, operator = inner.partition("][")
            query.filters.append((path, operator or "eq", value))
        elif key != "meta":
            raise unsupported_filter(key)
    return query


def _number(value: str, parameter: str, *, least: int) -> int:
    if not re.fullmatch(r"-?\d+", value):
        raise unexpected("integer", value, parameter)
    if int(value) < least:
        told = f"The value should be greater than or equals to {least}."
        raise refused(error(400, "filter constraint", told, parameter=parameter))
    return int(value)


# Filters --------------------------------------------------------------------------------------------------


@frozen
class _Field:
    """The end of a filter path: `kind` is int, text, folded, datetime or bool."""

    path: tuple[str, ...]
    kind: str


def select(data: OroData, kind: str, rows: Sequence[Row], query: Query) -> list[Row]:
    """The rows that pass every filter, sorted. Raises Refused."""
    chosen = list(rows)
    for path, operator, value in query.filters:
        keep = _Filter(data, kind, path, operator).predicate(value)
        chosen = [row for row in chosen if keep(row)]
    return _sorted(data, kind, chosen, query.sort)


@frozen
class _Filter:
    data: OroData
    resource: str
    path: str
    operator: str

    @property
    def parameter(self) -> str:
        """5.1 names the field only, later versions the whole parameter, as recorded."""
        suffix = "" if self.operator == "eq" or self.data.old else f"[{self.operator}]"
        return f"filter[{self.path}]{suffix}"

    def predicate(self, value: str) -> Callable[[Row], bool]:
        target = self._resolve()
        if self.operator not in _OPERATORS | (
            _ORDERED if target.kind in {"int", "datetime"} else frozenset()
        ):
            told = f'The operator "{self.operator}" is not supported.'
            raise refused(error(400, "filter constraint", told, parameter=self.parameter))
        if self.operator == "exists":
            wanted = self._truth(value)
            if self.path == "poNumber":
                wanted = True  # a bug of all recorded versions: `no` finds the orders that have one
            return lambda row: bool(self._values(row, target.path)) is wanted
        wanted_values = self._operand(target.kind, value)
        listed = target.kind == "int" and self.operator not in _ORDERED
        if listed and all(low == high for low, high in wanted_values):
            # Thousands of ids may be asked for at once, of thousands of rows.
            ids = frozenset(low for low, _ in wanted_values)
            return lambda row: self._verdict(
                values := self._values(row, target.path), hit=any(int(value) in ids for value in values)
            )
        return lambda row: self._passes(self._values(row, target.path), target.kind, wanted_values)

    def _resolve(self) -> _Field:
        steps = self._aliased().split(".")
        resource = self.data.resources[self.resource]
        for position, step in enumerate(steps):
            last = position == len(steps) - 1
            relation = resource.relations.get(step)
            if relation is not None and self._filterable(step):
                resource = self.data.resources[relation.target]
                if last:
                    return _Field((*steps, "id"), "int" if resource.numeric_id else "text")
            elif last and step == "id":
                return _Field(tuple(steps), "int" if resource.numeric_id else "text")
            elif last and step in resource.filters:
                return _Field(tuple(steps), _kind_of(step, folded=step in resource.ignores_case))
            else:
                break
        raise unsupported_filter(self.parameter)

    def _aliased(self) -> str:
        """Lines can be asked for by what their orders point at, since 6.1."""
        own = self.resource == "orderlineitems" and not self.data.old
        return f"orders.{self.path}" if own and self.path in {"customer", "customerUser"} else self.path

    def _filterable(self, step: str) -> bool:
        # Without options `status` reads null and cannot be filtered (recorded in 6.1 and 7.0).
        return step != "orderSubtotals" and (step != "status" or self.data.status_management)

    def _truth(self, value: str) -> bool:
        if value.lower() not in _TRUE | _FALSE:
            raise unexpected("boolean", value, self.parameter)
        return value.lower() in _TRUE

    def _values(self, row: Row, path: tuple[str, ...]) -> list[Any]:
        kind, rows = self.resource, [row]
        for step in path[:-1]:
            target = self.data.resources[kind].relations[step].target
            ids = [found for each in rows for found in self.data.related(kind, each, step)]
            rows = [self.data.row(target, found) or Row(found) for found in ids]
            kind = target
        if path[-1] == "id":
            return [each.id for each in rows]
        return [each.attributes[path[-1]] for each in rows if each.attributes.get(path[-1]) is not None]

    def _operand(self, kind: str, value: str) -> list[Any]:
        if kind == "int":
            return [self._integers(part, value) for part in value.split(",")]
        if kind == "datetime":
            return [self._period(part) for part in value.split(",")]
        if kind == "bool":
            return [self._truth(value)]
        return [part.casefold() if kind == "folded" else part for part in value.split(",")]

    def _integers(self, part: str, value: str) -> tuple[int, int]:
        low, dots, high = part.partition("..")
        if not re.fullmatch(r"\d+", low) or (dots and not re.fullmatch(r"\d+", high)):
            raise unexpected("integer", value, self.parameter)
        return int(low), int(high or low)

    def _period(self, part: str) -> tuple[dt.datetime, dt.datetime]:
        low, dots, high = part.partition("..")
        begin, end = self._instant(low, part)
        return (begin, self._instant(high, part)[1]) if dots else (begin, end)

    def _instant(self, text: str, told: str) -> tuple[dt.datetime, dt.datetime]:
        """The instant and the end of the period that a coarse value means."""
        match = _INSTANT.fullmatch(text)
        fraction = match[7] if match else None
        if match is None or (fraction and len(fraction) > 2 and not self.data.old):
            raise unexpected("datetime", told, self.parameter)
        year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
        zone = dt.datetime.fromisoformat(f"2000-01-01T00:00:00{match[8] or 'Z'}").tzinfo
        try:
            start = dt.datetime(
                year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=zone
            )
        except ValueError:
            raise unexpected("datetime", told, self.parameter) from None
        if month is None:
            return start, start.replace(year=start.year + 1)
        if day is None:
            return start, (start + dt.timedelta(days=32)).replace(day=1)
        length = _DAY if hour is None else _MINUTE if second is None else _SECOND
        return start + dt.timedelta(seconds=float(f"0.{fraction or 0}")), start + length

    def _passes(self, values: list[Any], kind: str, wanted: list[Any]) -> bool:
        hit = any(self._matches(value, kind, operand) for value in values for operand in wanted)
        return self._verdict(values, hit=hit)

    def _verdict(self, values: list[Any], *, hit: bool) -> bool:
        if self.operator == "neq":
            return bool(values) and not hit
        if self.operator == "neq_or_null":
            return not hit
        return hit

    def _matches(self, value: Any, kind: str, operand: Any) -> bool:
        if kind in {"int", "datetime"}:
            low, high = operand
            mine: Any = int(value) if kind == "int" else dt.datetime.fromisoformat(value)
            return self._compare(mine, low, high, half_open=kind == "datetime")
        return bool((value.casefold() if kind == "folded" else value) == operand)

    def _compare(self, mine: Any, low: Any, high: Any, *, half_open: bool) -> bool:
        comparisons = {"gt": mine > low, "gte": mine >= low, "lt": mine < low, "lte": mine <= low}
        if self.operator in comparisons:
            return bool(comparisons[self.operator])
        return bool(low <= mine < high if half_open else low <= mine <= high)


def _kind_of(name: str, *, folded: bool) -> str:
    if name in _DATETIMES:
        return "datetime"
    if name in _BOOLEANS:
        return "bool"
    return "folded" if folded else "text"


# Sorting and paging ---------------------------------------------------------------------------------------


def _sorted(data: OroData, kind: str, rows: list[Row], sort: Sequence[str]) -> list[Row]:
    resource = data.resources[kind]
    if not resource.stored and not sort:
        return rows
    for wanted in reversed(sort or ["id"]):
        name = wanted.removeprefix("-")
        to_one = name in resource.relations and not resource.relations[name].many
        if name != "id" and name not in resource.sorts and not to_one:
            told = f'Sorting by "{name}" field is not supported.'
            raise refused(error(400, "sort constraint", told, parameter="sort"))
        rows = sorted(rows, key=lambda row: _sort_key(row, name), reverse=wanted.startswith("-"))
    return rows


def _sort_key(row: Row, name: str) -> tuple[bool, Decimal, str]:
    value = row.id if name == "id" else row.attributes.get(name, row.relations.get(name))
    text = "" if value is None else str(value)
    if _NUMBERED.fullmatch(text) and name == "id":
        text = "-".join(part.zfill(12) for part in text.split("-"))
    return value is None, Decimal(text) if name == "id" and text.isdigit() else Decimal(), text


def page_of(rows: list[Row], query: Query) -> tuple[list[Row], bool]:
    """The page that is asked for, and whether another follows; size -1 is everything."""
    if query.size < 0:
        return rows, False
    begin = (query.page - 1) * query.size
    return rows[begin : begin + query.size], begin + query.size < len(rows)
