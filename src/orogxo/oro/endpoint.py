"""The operations on one resource type as flows without I/O: read one, read a page, write one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from orogxo.errors import DecodeError
from orogxo.http import Flow, Reply, Request
from orogxo.oro.api import Api, Headers, document_of, reading, total_of
from orogxo.oro.completion import complete, cut_relations
from orogxo.oro.jsonapi import Document, Links, Resource, linkage
from orogxo.oro.query import Fields, Names, Query, query

R = TypeVar("R", bound=Resource)
P = TypeVar("P")

Included: TypeAlias = Resource | Mapping[str, Any]
"""A record that is written along with another: a resource, or its JSON:API object."""

NOTHING: Mapping[str, Any] = {}


@frozen
class RawReply(Generic[P]):
    """One reply as it came. `parse()` reads it alone: the resource, or the tuple of resources, in it.

    `parse` raises DecodeError: with code CUT where a relation may be cut, since completing it takes further
    requests, which `get` and `list` send by themselves.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    parse: Callable[[], P] = field(repr=False, eq=False)


@frozen
class Slice(Generic[R]):
    """One page of a list, how many records there are in all (where told), and what to ask for next."""

    items: tuple[R, ...]
    total: int | None
    following: Query | None


@frozen
class Endpoint(Generic[R]):
    """One resource type of one API; replies are read as `cls`."""

    api: Api
    cls: type[R]
    wire_type: str

    @classmethod
    def of(cls, api: Api, resource: type[R], wire_type: str = "") -> Endpoint[R]:
        """The endpoint of a typed class, or of any `wire_type`."""
        found = wire_type or next(iter(resource.wire_types), "")
        if not found:
            raise ValueError(f"{resource.__name__} names no resource type; say which")
        return cls(api, resource, found)

    def get(self, record_id: str, include: Names, fields: Fields, headers: Headers) -> Flow[R]:
        """Read one record with whole relations. Raises NotFound, DecodeError."""
        asked = query(self.wire_type, include=include, fields=fields)
        request = self.api.get((self.wire_type, str(record_id)), asked, headers=headers)
        document = document_of(request, (yield from reading(request)))
        document = yield from complete(self.api, asked, document, headers)
        found = document.resource(self.cls, self.wire_type)
        if found.id != str(record_id):
            message = f"asked for {self.wire_type} {record_id}, got {found.id}"
            raise DecodeError(message, paths=("/data/id",), system="oro")
        return found

    def page(self, asked: Query, headers: Headers, *, total: bool = False) -> Flow[Slice[R]]:
        """Read one page with whole relations. Raises DecodeError."""
        return (yield from self.page_at((self.wire_type,), asked, headers, total=total))

    def page_at(
        self, path: tuple[str, ...], asked: Query, headers: Headers, *, total: bool = False
    ) -> Flow[Slice[R]]:
        """`page`, from where another path lists resources of this type (a sub-resource)."""
        request = self.api.get(path, asked, headers=headers, total=total)
        reply = yield from reading(request)
        document = yield from complete(self.api, asked, document_of(request, reply), headers)
        items, count = self._many(document), total_of(reply)
        return Slice(items, count, _following(asked, len(items), count))

    def create(
        self,
        attributes: Mapping[str, Any],
        relationships: Links,
        meta: Mapping[str, Any],
        *,
        included: Iterable[Included],
        headers: Headers,
    ) -> Flow[R]:
        """Create a record, sent once."""
        document = self.document(None, attributes, relationships, meta, included)
        return (yield from self._written("POST", (self.wire_type,), document, headers))

    def update(
        self,
        record_id: str,
        attributes: Mapping[str, Any],
        relationships: Links,
        meta: Mapping[str, Any],
        *,
        included: Iterable[Included],
        headers: Headers,
    ) -> Flow[R]:
        """Change a record, sent once."""
        document = self.document(str(record_id), attributes, relationships, meta, included)
        return (yield from self._written("PATCH", (self.wire_type, str(record_id)), document, headers))

    def upsert(
        self,
        by: Sequence[str] | str,
        attributes: Mapping[str, Any],
        relationships: Links,
        *,
        included: Iterable[Included],
        headers: Headers,
    ) -> Flow[R]:
        """Create or change the record that has these attributes in common, sent once.

        `by` "id" names it by the id that stands in `attributes`.
        """
        members = dict(attributes)
        record_id = str(members.pop("id")) if by == "id" else None
        meta = {"upsert": True if by == "id" else [by] if isinstance(by, str) else list(by)}
        document = self.document(record_id, members, relationships, meta, included)
        return (yield from self._written("POST", (self.wire_type,), document, headers))

    def delete(self, record_id: str, headers: Headers) -> Flow[None]:
        """Delete a record, sent once. Raises NotFound."""
        yield self.api.write("DELETE", (self.wire_type, str(record_id)), headers=headers)

    def document(
        self,
        record_id: str | None,
        attributes: Mapping[str, Any],
        relationships: Links,
        meta: Mapping[str, Any],
        included: Iterable[Included],
    ) -> dict[str, Any]:
        """The JSON:API document of a write."""
        document: dict[str, Any] = {"data": self.entry(record_id, attributes, relationships, meta)}
        others = [one.to_dict() if isinstance(one, Resource) else dict(one) for one in included]
        return document | ({"included": others} if others else {})

    def entry(
        self,
        record_id: str | None,
        attributes: Mapping[str, Any],
        relationships: Links,
        meta: Mapping[str, Any],
    ) -> dict[str, Any]:
        """One resource object of a write; an empty part is left out, a null or [] within it is not."""
        data: dict[str, Any] = {"type": self.wire_type}
        data |= {"id": record_id} if record_id is not None else {}
        data |= {"attributes": dict(attributes)} if attributes else {}
        relations = {name: {"data": linkage(to)} for name, to in relationships.items()}
        data |= {"relationships": relations} if relations else {}
        return data | ({"meta": dict(meta)} if meta else {})

    def _written(
        self, method: str, path: tuple[str, ...], document: Mapping[str, Any], headers: Headers
    ) -> Flow[R]:
        request = self.api.write(method, path, document, headers=headers)
        found = document_of(request, (yield request))
        return found.resource(self.cls, self.wire_type)

    def raw_get(self, record_id: str, include: Names, fields: Fields, headers: Headers) -> Flow[RawReply[R]]:
        """Read one record, as it comes."""
        asked = query(self.wire_type, include=include, fields=fields)
        request = self.api.get((self.wire_type, str(record_id)), asked, headers=headers)
        return _raw(
            request,
            (yield from reading(request)),
            lambda document: document.resource(self.cls, self.wire_type),
        )

    def raw_page(self, asked: Query, headers: Headers, *, total: bool) -> Flow[RawReply[tuple[R, ...]]]:
        """Read one page, as it comes."""
        request = self.api.get((self.wire_type,), asked, headers=headers, total=total)
        return _raw(request, (yield from reading(request)), self._many)

    def _many(self, document: Document) -> tuple[R, ...]:
        if not document.many:
            raise DecodeError("expected a list of resources", paths=("/data",), system="oro")
        return document.resources(self.cls, self.wire_type)


def _raw(request: Request, reply: Reply, read: Callable[[Document], P]) -> RawReply[P]:
    def parse() -> P:
        document = document_of(request, reply)
        cut = cut_relations(document)
        if cut:
            message = f"relations of this reply may be cut: {', '.join(cut[:5])}; get and list complete them"
            raise DecodeError(message, code="CUT", paths=cut, system="oro")
        return read(document)

    return RawReply(reply.status, reply.headers, reply.body, parse)


def _following(asked: Query, count: int, total: int | None) -> Query | None:
    if asked.page_number is None or asked.page_size is None or count < asked.page_size:
        return None
    if total is not None and asked.page_number * asked.page_size >= total:
        return None
    return asked.where(page_number=asked.page_number + 1)
