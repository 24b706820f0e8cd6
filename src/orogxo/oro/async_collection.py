"""`orogxo.oro.collection` for asyncio: the same names, arguments and meanings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from orogxo.http import AsyncShell
from orogxo.oro.api import Headers
from orogxo.oro.batch import BatchUpdate, Mode
from orogxo.oro.batch_result import BatchPolicy, BatchResult, Item
from orogxo.oro.capabilities import Known
from orogxo.oro.endpoint import NOTHING, Endpoint, Included, RawReply, Slice
from orogxo.oro.jsonapi import Links, Resource
from orogxo.oro.keyset import walk
from orogxo.oro.query import Fields, Filter, Names, Query, query
from orogxo.oro.relationships import AsyncRelationships

R = TypeVar("R", bound=Resource)


@frozen
class AsyncPage(Generic[R]):
    """Some records of a list; `total` counts the whole list (None: not told); `await next()` reads on."""

    items: Sequence[R]
    total: int | None
    next: Callable[[], Awaitable[AsyncPage[R] | None]] = field(repr=False, eq=False)


class AsyncCollection(Generic[R]):
    """One resource type."""

    def __init__(self, shell: AsyncShell, endpoint: Endpoint[R], known: Known | None = None) -> None:
        self._shell, self._endpoint, self._known = shell, endpoint, known or Known()

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
        included: Iterable[Included] = (),
        headers: Headers = NOTHING,
    ) -> R:
        """Create a record (POST). It is sent once: after ReplyLost, look before you send again.

        `included` are records made along with it, which a relation names by a temporary id.
        """
        return await self._shell.run(
            self._endpoint.create(attributes, relationships, meta, included=included, headers=headers)
        )

    async def update(
        self,
        record_id: str,
        *,
        attributes: Mapping[str, Any] = NOTHING,
        relationships: Links = NOTHING,
        meta: Mapping[str, Any] = NOTHING,
        included: Iterable[Included] = (),
        headers: Headers = NOTHING,
    ) -> R:
        """Change what is named (PATCH), sent once. None writes null; a to-many relation is replaced whole.

        OroCommerce may ignore what it does not let you write and answer 200 all the same: read what comes
        back. Raises NotFound, Invalid, PermissionDenied (ORDER_NOT_EDITABLE for a closed order).
        """
        return await self._shell.run(
            self._endpoint.update(
                record_id, attributes, relationships, meta, included=included, headers=headers
            )
        )

    async def upsert(
        self,
        *,
        by: Sequence[str] | str,
        attributes: Mapping[str, Any] = NOTHING,
        relationships: Links = NOTHING,
        included: Iterable[Included] = (),
        headers: Headers = NOTHING,
    ) -> R:
        """Create the record, or change the one that has the same `by`: `oro.orders.upsert(by="identifier")`.

        `by="id"` is for types whose ids are codes (product units); `attributes` name the id. Few types and
        fields can do it: any other is Invalid. Sent once.
        """
        return await self._shell.run(
            self._endpoint.upsert(by, attributes, relationships, included=included, headers=headers)
        )

    async def delete(self, record_id: str, *, headers: Headers = NOTHING) -> None:
        """Delete a record, sent once. Raises NotFound."""
        return await self._shell.run(self._endpoint.delete(record_id, headers))

    async def update_many(
        self,
        items: Iterable[Item],
        *,
        key: str = "id",
        mode: Mode = "async",
        policy: BatchPolicy | None = None,
        headers: Headers = NOTHING,
    ) -> BatchResult:
        """Change many records (batch PATCH): `[{"id": "7", "quantity": "120"}, ...]`, also from a generator.

        An item is its id and attributes; `relationships` and `included` of it stand under those names. `key`
        names the member that tells the caller's items apart in the result; one other than id is not sent.
        `mode="sync"` asks for the outcome in the same reply, a hundred items at a time, each hundred all or
        nothing; an installation that does not offer it does the work in the background all the same.
        Raises ApiError where the first request is refused; all else is in the result (`orogxo.oro.batch`).
        """
        return await self._shell.run(self._batch(key, mode, policy, headers).run(items))

    @property
    def relationships(self) -> AsyncRelationships:
        """Read, add to, replace and remove from a relation of one record."""
        return AsyncRelationships(self._shell, self._endpoint)

    @property
    def with_raw(self) -> AsyncRawCollection[R]:
        """The same reads, answered with status, headers and body as they came."""
        return AsyncRawCollection(self._shell, self._endpoint)

    def _batch(self, key: str, mode: Mode, policy: BatchPolicy | None, headers: Headers) -> BatchUpdate:
        return BatchUpdate(
            self._endpoint, self._known, policy or BatchPolicy(), mode=mode, key=key, headers=headers
        )

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
