"""Reading OroCommerce: single records, lists, sub-resources, relationships."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from orogxo.messages import Reply
from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_query import (
    JSON_API,
    Query,
    Refused,
    error,
    page_of,
    read_query,
    refused,
    select,
    unexpected,
)
from orogxo.sandbox.oro_render import API, Renderer, include_tree, page_links, plain
from orogxo.sandbox.oro_schema import Relation, Resource
from orogxo.sandbox.wire import Call, json_reply

MISSING = {
    "": "An entity with the requested identifier does not exist.",
    "parent": "The parent entity does not exist.",
    "asyncoperations": "The asynchronous operation does not exist.",
}
_BIGGEST_ID = 2**31 - 1
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def x_include(call: Call) -> list[str]:
    """The keys of the X-Include header, which semicolons separate."""
    return [key.strip() for key in (call.request.header("X-Include") or "").split(";")]


def renderer_for(data: OroData, call: Call, query: Query) -> Renderer:
    """A renderer that does what this request asks for."""
    return Renderer(data, call.origin, query.fields, hateoas="noHateoas" not in x_include(call))


def existing(data: OroData, resource: Resource, row_id: str, *, parent: bool = False) -> Row:
    """The row that an address names. Raises Refused: 400 for a malformed id, 404 for an unknown one."""
    if resource.numeric_id and not row_id.isdigit():
        told = f'Expected integer value. Given "{row_id}".'
        raise refused(error(400, "entity identifier constraint", told))
    if resource.type == "webhooks" and not _GUID.fullmatch(row_id):
        raise refused(error(400, "entity identifier constraint", f'Expected GUID value. Given "{row_id}".'))
    if resource.numeric_id and int(row_id) > _BIGGEST_ID and not data.old:
        raise refused(error(500, "driver exception"))
    row = data.row(resource.type, row_id)
    if row is None:
        told = MISSING.get(resource.type, MISSING["parent"]) if parent else MISSING[""]
        raise refused(error(404, "not found http exception", told))
    return row


def single(renderer: Renderer, kind: str, row: Row | None, query: Query) -> dict[str, Any]:
    """The document of one record, or of none, without links of its own."""
    document: dict[str, Any] = {"data": row and renderer.resource(kind, row)}
    included = renderer.included(kind, [row] if row else [], include_tree(query.include))
    return document | ({"included": included} if included else {})


@frozen
class Read:
    """One GET of `resource`; `json_api`: which of its two forms the answer has."""

    data: OroData
    call: Call
    resource: Resource
    json_api: bool

    def answer(self, steps: Sequence[str]) -> Reply:
        """The reply; `steps` are the path segments after the API root. Raises Refused."""
        kind = steps[0]
        if kind == "ordersubtotals" and len(steps) > 1:
            raise Refused(Reply(404, {"Content-Type": JSON_API}))
        if len(steps) == 1:
            query = self._query(listing=True)
            if kind == "ordersubtotals":
                return self._subtotals(query)
            if not self.resource.stored:
                query.size = -1
            rows = list(self.data.table(kind).values())
            return self._list(kind, rows, query, self._address(kind))
        row = existing(self.data, self.resource, steps[1], parent=len(steps) > 2)
        if len(steps) == 2:
            return self._one(kind, row, self._address(kind))
        related = steps[2] == "relationships" and len(steps) == 4
        relation = self.resource.relations.get(steps[-1])
        if relation is None or not relation.has_links or (len(steps) > 3 and not related):
            raise refused(error(404, "relationship constraint", "Unsupported subresource."))
        return self._sub(kind, row, relation, identifiers=related)

    def _subtotals(self, query: Query) -> Reply:
        """They are computed for one order at a time."""
        wanted = [value for path, operator, value in query.filters if (path, operator) == ("order", "eq")]
        if not wanted:
            raise refused(error(400, "filter constraint", 'The "order" filter is required.'))
        if not wanted[0].isdigit():
            raise unexpected("integer", wanted[0], "filter[order]")
        order = self.data.row("orders", wanted[0])
        ids = order.relations.get("orderSubtotals") or [] if order is not None else []
        found = [self.data.row("ordersubtotals", each) for each in ids]
        rows = sorted((row for row in found if row is not None), key=lambda row: row.id.rpartition("-")[2])
        query.filters, query.sort, query.size = [], ["order"], -1
        return self._list("ordersubtotals", rows, query, self._address("ordersubtotals"))

    def _address(self, *steps: str) -> str:
        return f"{self.call.origin}{API}/{'/'.join(steps)}"

    def _query(self, *, listing: bool) -> Query:
        return read_query(self.data, self.call.query, listing=listing, json_api=self.json_api)

    def _one(self, kind: str, row: Row | None, own: str) -> Reply:
        query = self._query(listing=False)
        if not self.json_api:
            return json_reply(200, row and plain(self.data, kind, row), "application/json")
        renderer = renderer_for(self.data, self.call, query)
        document = single(renderer, kind, row, query)
        if renderer.hateoas and self.resource.type != "asyncoperations":
            document["links"] = {"self": own}
        return json_reply(200, document, JSON_API)

    def _list(self, kind: str, rows: Sequence[Row], query: Query, own: str, *, sub: bool = False) -> Reply:
        chosen = select(self.data, kind, rows, query)
        page, more = page_of(chosen, query)
        # The total of products is the number on the page: recorded in all three versions.
        headers = self._count(len(page if kind == "products" else chosen), sub=sub)
        more = more and not (headers and kind == "products")
        if not self.json_api:
            listed = [plain(self.data, kind, row) for row in page]
            return json_reply(200, listed, "application/json", headers)
        renderer = renderer_for(self.data, self.call, query)
        document: dict[str, Any] = {"data": [renderer.resource(kind, row) for row in page]}
        self._include(document, renderer, kind, page, query)
        if renderer.hateoas:
            document["links"] = {"self": own, **page_links(own, self.call.query, query, more=more)}
        return json_reply(200, document, JSON_API, headers)

    def _include(
        self, document: dict[str, Any], renderer: Renderer, kind: str, rows: Sequence[Row], query: Query
    ) -> None:
        included = renderer.included(kind, rows, include_tree(query.include))
        if included:
            document["included"] = included

    def _count(self, total: int, *, sub: bool) -> dict[str, str]:
        if "totalCount" not in x_include(self.call):
            return {}
        if sub and self.data.old:
            raise refused(error(500, "error exception"))
        return {"X-Include-Total-Count": str(total)}

    def _sub(self, kind: str, row: Row, relation: Relation, *, identifiers: bool) -> Reply:
        ids = self.data.related(kind, row, relation.name)
        rows = [self.data.row(relation.target, row_id) or Row(row_id) for row_id in ids]
        own = self._address(kind, row.id, relation.name)
        if identifiers:
            return self._identifiers(kind, row, relation, rows)
        if not relation.many:
            return self._one(relation.target, rows[0] if rows else None, own)
        return self._list(relation.target, rows, self._query(listing=True), own, sub=True)

    def _identifiers(self, kind: str, row: Row, relation: Relation, rows: Sequence[Row]) -> Reply:
        query = self._query(listing=relation.many)
        page, _ = page_of(list(rows), query)
        headers = self._count(len(rows), sub=True) if relation.many else {}
        renderer = renderer_for(self.data, self.call, query)
        members = [renderer.identifier(relation.target, each.id) for each in page]
        document: dict[str, Any] = {"data": members if relation.many else (members[0] if members else None)}
        if renderer.hateoas:
            own = self._address(kind, row.id, "relationships", relation.name)
            # As recorded: first and prev are there, next never is.
            links = page_links(own, self.call.query, query, more=False)
            document["links"] = {"self": own, "related": self._address(kind, row.id, relation.name), **links}
        return json_reply(200, document, JSON_API, headers)
