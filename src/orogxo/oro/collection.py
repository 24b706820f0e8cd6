"""A resource type as callers use it: `get`, `list`, `iter`, `create`; relations come whole, `iter` by keyset.

`filter`, `include`, `fields` and `sort` are described in `orogxo.oro.query`. `headers` are added to a call's
own; credentials and content headers cannot be given. Every method raises ApiError subclasses for what went
wrong outside, ValueError and MappingError for what cannot be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from orogxo.http import Shell
from orogxo.oro.api import Headers
from orogxo.oro.endpoint import NOTHING, Endpoint, Links, RawReply, Slice
from orogxo.oro.jsonapi import Resource
from orogxo.oro.keyset import walk
from orogxo.oro.query import Fields, Filter, Names, Query, query

R = TypeVar("R", bound=Resource)


@frozen
class Page(Generic[R]):
    """Some records of a list; `total` counts the whole list (None: not told).

    `next()` reads the following page number, None at the end. Over a list that changes meanwhile, page
    numbers skip and repeat: use `iter` for work that must see every record.
    """

    items: Sequence[R]
    total: int | None
    next: Callable[[], Page[R] | None] = field(repr=False, eq=False)


class Collection(Generic[R]):
    """One resource type."""

    def __init__(self, shell: Shell, endpoint: Endpoint[R]) -> None:
        self._shell, self._endpoint = shell, endpoint

    def get(
        self, record_id: str, *, include: Names = (), fields: Fields = None, headers: Headers = NOTHING
    ) -> R:
        """Read one record. Raises NotFound."""
        return self._shell.run(self._endpoint.get(record_id, include, fields, headers))

    def list(
        self,
        *,
        filter: Filter | None = None,
        include: Names = (),
        fields: Fields = None,
        sort: Names = (),
        page_size: int = 50,
        page_number: int = 1,
        total: bool = True,
        headers: Headers = NOTHING,
    ) -> Page[R]:
        """Read one page; `page_size=-1` reads everything. `total` asks for the count of the whole list."""
        asked = query(
            self._endpoint.wire_type,
            filter=filter,
            include=include,
            fields=fields,
            sort=sort,
            page_size=page_size,
            page_number=page_number,
        )
        return self._page(asked, headers, total=total)

    def iter(
        self,
        *,
        filter: Filter | None = None,
        include: Names = (),
        fields: Fields = None,
        sort: Names = "id",
        page_size: int = 100,
        headers: Headers = NOTHING,
    ) -> Iterator[R]:
        """Every record, page by page; `sort` is id, updatedAt or createdAt (see `orogxo.oro.keyset`)."""
        asked = query(
            self._endpoint.wire_type,
            filter=filter,
            include=include,
            fields=fields,
            sort=sort,
            page_size=page_size,
        )
        steps = walk(asked)
        while steps.query is not None:
            yield from steps.take(self.ask(steps.query, headers=headers).items)

    def ask(self, asked: Query, *, headers: Headers = NOTHING, total: bool = False) -> Slice[R]:
        """Read the page that a prepared query describes (`orogxo.oro.query.query`)."""
        return self._shell.run(self._endpoint.page(asked, headers, total=total))

    def create(
        self,
        *,
        attributes: Mapping[str, Any] = NOTHING,
        relationships: Links = NOTHING,
        meta: Mapping[str, Any] = NOTHING,
        headers: Headers = NOTHING,
    ) -> R:
        """Create a record (POST). It is sent once: after ReplyLost, look before you send again."""
        return self._shell.run(self._endpoint.create(attributes, relationships, meta, headers))

    @property
    def with_raw(self) -> RawCollection[R]:
        """The same reads, answered with status, headers and body as they came."""
        return RawCollection(self._shell, self._endpoint)

    def _page(self, asked: Query, headers: Headers, *, total: bool) -> Page[R]:
        found = self.ask(asked, headers=headers, total=total)

        def following() -> Page[R] | None:
            return None if found.following is None else self._page(found.following, headers, total=total)

        return Page(found.items, found.total, following)


class RawCollection(Generic[R]):
    """Reads of one resource type that hand out the reply as it came."""

    def __init__(self, shell: Shell, endpoint: Endpoint[R]) -> None:
        self._shell, self._endpoint = shell, endpoint

    def get(
        self, record_id: str, *, include: Names = (), fields: Fields = None, headers: Headers = NOTHING
    ) -> RawReply[R]:
        """Read one record. Raises NotFound."""
        return self._shell.run(self._endpoint.raw_get(record_id, include, fields, headers))

    def list(
        self,
        *,
        filter: Filter | None = None,
        include: Names = (),
        fields: Fields = None,
        sort: Names = (),
        page_size: int = 50,
        page_number: int = 1,
        total: bool = True,
        headers: Headers = NOTHING,
    ) -> RawReply[tuple[R, ...]]:
        """Read one page."""
        asked = query(
            self._endpoint.wire_type,
            filter=filter,
            include=include,
            fields=fields,
            sort=sort,
            page_size=page_size,
            page_number=page_number,
        )
        return self._shell.run(self._endpoint.raw_page(asked, headers, total=total))
