"""Walks a moving list page by page without page numbers: each page starts where the last one ended.

With page numbers, a record that appears or vanishes between two pages shifts all later ones, and some are
read twice or never. Here the next page is asked for by the last value read (recordings
orders_list_filter_id_gt, s61_orders_updatedAt_gt).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from orogxo.errors import DecodeError
from orogxo.oro.jsonapi import Resource
from orogxo.oro.query import ALL, Filter, Query

R = TypeVar("R", bound=Resource)

TIMES = ("updatedAt", "createdAt")


class Walk(Protocol):
    """A walk in progress: ask for `query`, then `take` what came; at its end `query` is None."""

    query: Query | None

    def take(self, page: Sequence[R]) -> list[R]:
        """Those of `page` that are new; moves `query` on. Raises DecodeError for a list out of order."""
        ...


def walk(query: Query) -> Walk:
    """The walk for the order of `query`: id (also by default), updatedAt or createdAt, all ascending."""
    order = query.sort[0] if query.sort else "id"
    if order == "id" and query.sort in ((), ("id",)):
        return IdWalk(query)
    if order in TIMES and query.sort in ((order,), (order, "id")):
        return TimeWalk(query, order)
    shown = ",".join(query.sort)
    raise ValueError(
        f"iter goes by id, updatedAt or createdAt, ascending, not by {shown!r}; list by anything"
    )


class IdWalk:
    """By id: everything that is there when the walk comes by, once."""

    def __init__(self, query: Query) -> None:
        self._base = query.where(sort=("id",))
        self._last: int | None = None
        self._seen: set[str] = set()
        self.query: Query | None = self._base

    def take(self, page: Sequence[R]) -> list[R]:
        """See `Walk`."""
        asked, self.query = self.query, None
        full = asked is not None and len(page) == asked.page_size
        numbers = [int(one.id) for one in page if one.id.isascii() and one.id.isdigit()]
        if len(numbers) < len(page):
            return self._by_name(page, full=full)
        known = [] if self._last is None else [self._last]
        if [*known, *numbers] != sorted({*known, *numbers}):
            raise _out_of_order(page, "id")
        if full:
            self._last = numbers[-1]
            self.query = _after(self._base, "id", "gt", str(self._last))
        return list(page)

    def _by_name(self, page: Sequence[R], *, full: bool) -> list[R]:
        # Ids that are codes or UUIDs cannot be compared by a filter; such lists are short: read in one go.
        new = [one for one in page if one.id not in self._seen]
        self._seen.update(one.id for one in page)
        if full:
            self.query = self._base.where(page_size=ALL)
        return new


class TimeWalk:
    """By a time of whole seconds: what changes during the walk comes (again) at its new place.

    Several records share a second, so each page starts inside the last second read, and what was taken from
    it is left out. When one second fills a whole page, that second is walked by id, then the walk goes on
    behind it. What changes within a second just read may be missed: begin the next walk a little earlier.
    """

    def __init__(self, query: Query, name: str) -> None:
        self._name = name
        self._base = query.where(sort=(name, "id")).asking_for(name)
        self._taken: set[tuple[str, str]] = set()
        self._second: tuple[str, IdWalk] | None = None
        self.query: Query | None = self._base

    def take(self, page: Sequence[R]) -> list[R]:
        """See `Walk`."""
        return self._within_second(page) if self._second else self._onwards(page)

    def _onwards(self, page: Sequence[R]) -> list[R]:
        asked, self.query = self.query, None
        times = [self._time(one) for one in page]
        if times != sorted(times):
            raise _out_of_order(page, self._name)
        new = [one for one, at in zip(page, times, strict=True) if (at, one.id) not in self._taken]
        earlier = {(at, record_id) for at, record_id in self._taken if times and at == times[-1]}
        self._taken = earlier | {(at, one.id) for one, at in zip(page, times, strict=True) if at == times[-1]}
        if asked is None or len(page) != asked.page_size:
            return new
        last = times[-1]
        if times[0] == last:
            inside = _after(_after(self._base, self._name, "gte", last), self._name, "lte", last)
            self._second = last, IdWalk(inside)
            self.query = self._second[1].query
        else:
            self.query = _after(self._base, self._name, "gte", last)
        return new

    def _within_second(self, page: Sequence[R]) -> list[R]:
        assert self._second  # noqa: S101 - take() asks first; this tells the type checker
        second, inner = self._second
        new = [one for one in inner.take(page) if (second, one.id) not in self._taken]
        self.query = inner.query
        if self.query is None:
            self._second = None
            self.query = _after(self._base, self._name, "gt", second)
        return new

    def _time(self, one: Resource) -> str:
        value = one.attribute(self._name)
        if not isinstance(value, str):
            where = f"/{one.type}/{one.id}/attributes/{self._name}"
            message = f"{self._name} of {one.type} {one.id} is {value!r}, expected a date and time"
            raise DecodeError(message, paths=(where,), system="oro")
        return value


def _after(base: Query, name: str, operator: str, value: str) -> Query:
    bound: Filter = {f"{name}[{operator}]": value}
    return base.filtered(bound)


def _out_of_order(page: Sequence[Resource], name: str) -> DecodeError:
    kind = page[0].type
    return DecodeError(
        f"the page of {kind} is not in order of {name}; reading on could skip records",
        paths=("/data",),
        system="oro",
    )
