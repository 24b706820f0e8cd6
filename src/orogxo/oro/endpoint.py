"""The operations on one resource type as flows without I/O: read one, read a page, create."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from orogxo.errors import DecodeError
from orogxo.http import Flow, Reply, Request
from orogxo.oro.api import Api, Headers, document_of, total_of
from orogxo.oro.completion import complete, cut_relations
from orogxo.oro.jsonapi import Document, Resource
from orogxo.oro.query import Fields, Names, Query, query

R = TypeVar("R", bound=Resource)
P = TypeVar("P")

Link: TypeAlias = Resource | tuple[str, str] | None
"""What a relation is set to: a resource, its (type, id), or None."""

Links: TypeAlias = Mapping[str, Link | Sequence[Link]]
"""Relations by name; a list is a to-many relation."""

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
        document = document_of(request, (yield request))
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
        reply: Reply = yield request
        document = yield from complete(self.api, asked, document_of(request, reply), headers)
        items, count = self._many(document), total_of(reply)
        return Slice(items, count, _following(asked, len(items), count))

    def create(
        self, attributes: Mapping[str, Any], relationships: Links, meta: Mapping[str, Any], headers: Headers
    ) -> Flow[R]:
        """Create a record, sent once."""
        data = {"type": self.wire_type, "attributes": dict(attributes)}
        data |= {"relationships": {name: {"data": _linkage(link)} for name, link in relationships.items()}}
        data |= {"meta": dict(meta)} if meta else {}
        request = self.api.post((self.wire_type,), {"data": data}, headers=headers)
        document = document_of(request, (yield request))
        return document.resource(self.cls, self.wire_type)

    def raw_get(self, record_id: str, include: Names, fields: Fields, headers: Headers) -> Flow[RawReply[R]]:
        """Read one record, as it comes."""
        asked = query(self.wire_type, include=include, fields=fields)
        request = self.api.get((self.wire_type, str(record_id)), asked, headers=headers)
        return _raw(request, (yield request), lambda document: document.resource(self.cls, self.wire_type))

    def raw_page(self, asked: Query, headers: Headers, *, total: bool) -> Flow[RawReply[tuple[R, ...]]]:
        """Read one page, as it comes."""
        request = self.api.get((self.wire_type,), asked, headers=headers, total=total)
        return _raw(request, (yield request), self._many)

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


def _linkage(link: Link | Sequence[Link]) -> Any:
    match link:
        case None:
            return None
        case Resource():
            return {"type": link.type, "id": link.id}
        case (str(wire_type), str(record_id)):
            return {"type": wire_type, "id": record_id}
        case _:
            return [_linkage(one) for one in link]
