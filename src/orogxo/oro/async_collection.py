"""`orogxo.oro.collection` for asyncio: the same names, arguments and meanings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from orogxo.http import AsyncShell
from orogxo.oro.api import Headers
from orogxo.oro.endpoint import NOTHING, Endpoint, Links, RawReply, Slice
from orogxo.oro.jsonapi import Resource
from orogxo.oro.keyset import walk
from orogxo.oro.query import Fields, Filter, Names, Query, query

R = TypeVar("R", bound=Resource)


@frozen
class AsyncPage(Generic[R]):
    """Some records of a list; `total` counts the whole list (None: not told); `await next()` reads on."""

    items: Sequence[R]
    total: int | None
    next: Callable[[], Awaitable[AsyncPage[R] | None]] = field(repr=False, eq=False)


class AsyncCollection(Generic[R]):
    """One resource type."""

    def __init__(self, shell: AsyncShell, endpoint: Endpoint[R]) -> None:
        self._shell, self._endpoint = shell, endpoint

    async def get(
        self, record_id: str, *, include: Names = (), fields: Fields = None, headers: Headers = NOTHING
    ) -> R:
        """Read one record. Raises NotFound."""
        return await self._shell.run(self._endpoint.get(record_id, include, fields, headers))

    async def list(
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
    ) -> AsyncPage[R]:
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
        return await self._page(asked, headers, total=total)

    async def iter(
        self,
        *,
        filter: Filter | None = None,
        include: Names = (),
        fields: Fields = None,
        sort: Names = "id",
        page_size: int = 100,
        headers: Headers = NOTHING,
    ) -> AsyncIterator[R]:
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
            found = await self.ask(steps.query, headers=headers)
            for one in steps.take(found.items):
                yield one

    async def ask(self, asked: Query, *, headers: Headers = NOTHING, total: bool = False) -> Slice[R]:
        """Read the page that a prepared query describes (`orogxo.oro.query.query`)."""
        return await self._shell.run(self._endpoint.page(asked, headers, total=total))

    async def create(
        self,
        *,
        attributes: Mapping[str, Any] = NOTHING,
        relationships: Links = NOTHING,
        meta: Mapping[str, Any] = NOTHING,
        headers: Headers = NOTHING,
    ) -> R:
        """Create a record (POST). It is sent once: after ReplyLost, look before you send again."""
        return await self._shell.run(self._endpoint.create(attributes, relationships, meta, headers))

    @property
    def with_raw(self) -> AsyncRawCollection[R]:
        """The same reads, answered with status, headers and body as they came."""
        return AsyncRawCollection(self._shell, self._endpoint)

    async def _page(self, asked: Query, headers: Headers, *, total: bool) -> AsyncPage[R]:
        found = await self.ask(asked, headers=headers, total=total)

        async def following() -> AsyncPage[R] | None:
            return (
                None if found.following is None else await self._page(found.following, headers, total=total)
            )

        return AsyncPage(found.items, found.total, following)


class AsyncRawCollection(Generic[R]):
    """Reads of one resource type that hand out the reply as it came."""

    def __init__(self, shell: AsyncShell, endpoint: Endpoint[R]) -> None:
        self._shell, self._endpoint = shell, endpoint

    async def get(
        self, record_id: str, *, include: Names = (), fields: Fields = None, headers: Headers = NOTHING
    ) -> RawReply[R]:
        """Read one record. Raises NotFound."""
        return await self._shell.run(self._endpoint.raw_get(record_id, include, fields, headers))

    async def list(
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
        return await self._shell.run(self._endpoint.raw_page(asked, headers, total=total))
