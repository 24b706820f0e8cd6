"""A resource type as callers use it: read one, a page or all; write one or many. Relations come whole.

`filter`, `include`, `fields` and `sort` are described in `orogxo.oro.query`. `headers` are added to a call's
own; credentials and content headers cannot be given. Every method raises ApiError subclasses for what went
wrong outside, ValueError and MappingError for what cannot be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from orogxo.http import Shell
from orogxo.oro.api import Headers
from orogxo.oro.batch import BatchUpdate, Mode
from orogxo.oro.batch_result import BatchPolicy, BatchResult, Item
from orogxo.oro.capabilities import Known
from orogxo.oro.endpoint import NOTHING, Endpoint, Included, RawReply, Slice
from orogxo.oro.jsonapi import Links, Resource
from orogxo.oro.keyset import walk
from orogxo.oro.query import Fields, Filter, Names, Query, query
from orogxo.oro.relationships import Relationships

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

    def __init__(self, shell: Shell, endpoint: Endpoint[R], known: Known | None = None) -> None:
        self._shell, self._endpoint, self._known = shell, endpoint, known or Known()

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
        included: Iterable[Included] = (),
        headers: Headers = NOTHING,
    ) -> R:
        """Create a record (POST). It is sent once: after ReplyLost, look before you send again.

        `included` are records made along with it, which a relation names by a temporary id.
        """
        return self._shell.run(
            self._endpoint.create(attributes, relationships, meta, included=included, headers=headers)
        )

    def update(
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
        return self._shell.run(
            self._endpoint.update(
                record_id, attributes, relationships, meta, included=included, headers=headers
            )
        )

    def upsert(
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
        return self._shell.run(
            self._endpoint.upsert(by, attributes, relationships, included=included, headers=headers)
        )

    def delete(self, record_id: str, *, headers: Headers = NOTHING) -> None:
        """Delete a record, sent once. Raises NotFound."""
        return self._shell.run(self._endpoint.delete(record_id, headers))

    def update_many(
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
        return self._shell.run(self._batch(key, mode, policy, headers).run(items))

    @property
    def relationships(self) -> Relationships:
        """Read, add to, replace and remove from a relation of one record."""
        return Relationships(self._shell, self._endpoint)

    @property
    def with_raw(self) -> RawCollection[R]:
        """The same reads, answered with status, headers and body as they came."""
        return RawCollection(self._shell, self._endpoint)

    def _batch(self, key: str, mode: Mode, policy: BatchPolicy | None, headers: Headers) -> BatchUpdate:
        return BatchUpdate(
            self._endpoint, self._known, policy or BatchPolicy(), mode=mode, key=key, headers=headers
        )

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
