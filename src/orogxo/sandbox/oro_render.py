"""Rows as JSON:API documents, with OroCommerce's links, sparse fields, includes and silent truncation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from attrs import frozen

from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_query import Query
from orogxo.sandbox.oro_schema import Relation

API = "/admin/api"
Tree: TypeAlias = dict[str, Any]


def include_tree(paths: Iterable[str]) -> Tree:
    """`["lineItems.product"]` as `{"lineItems": {"product": {}}}`."""
    tree: Tree = {}
    for path in paths:
        branch = tree
        for step in path.split("."):
            branch = branch.setdefault(step, {})
    return tree


@frozen
class Renderer:
    """Renders rows of one installation for one request; `origin` starts every link."""

    data: OroData
    origin: str
    fields: Mapping[str, frozenset[str]]
    hateoas: bool

    def url(self, *steps: str) -> str:
        """The absolute address of a resource."""
        return "/".join((self.origin + API, *steps))

    def resource(self, kind: str, row: Row) -> dict[str, Any]:
        """One resource object, sparse where `fields` says so."""
        resource = self.data.resources[kind]
        body = self.identifier(kind, row.id)
        names = [name for name in resource.attributes if self._wanted(kind, name)]
        if names:
            body["attributes"] = {name: row.attributes.get(name) for name in names}
        relations = [
            relation
            for relation in resource.relations.values()
            if relation.shown and self._wanted(kind, relation.name)
        ]
        if relations:
            body["relationships"] = {each.name: self._relationship(kind, row, each) for each in relations}
        return body

    def identifier(self, kind: str, row_id: str) -> dict[str, Any]:
        """Type, id and link."""
        body: dict[str, Any] = {"type": kind, "id": row_id}
        if self.hateoas and self.data.resources[kind].has_links:
            body["links"] = {"self": self.url(kind, row_id)}
        return body

    def included(self, kind: str, rows: Sequence[Row], tree: Tree) -> list[dict[str, Any]]:
        """What `include` adds: children before the record that owns them, each record only once."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in rows:
            self._collect(kind, row, tree, found)
        primary = {(kind, row.id) for row in rows}
        return [each for key, each in found.items() if key not in primary]

    def _wanted(self, kind: str, name: str) -> bool:
        return kind not in self.fields or name in self.fields[kind]

    def _shown(self, kind: str, row: Row, relation: Relation) -> list[str]:
        return self.data.related(kind, row, relation.name)[: relation.limit]

    def _relationship(self, kind: str, row: Row, relation: Relation) -> dict[str, Any]:
        body: dict[str, Any] = {}
        ids = self._shown(kind, row, relation)
        if self.hateoas and relation.has_links:
            own = self.url(kind, row.id, "relationships", relation.name)
            body["links"] = {"self": own, "related": self.url(kind, row.id, relation.name)}
            if len(ids) < len(self.data.related(kind, row, relation.name)):
                # The only sign of a cut list; it drops the page size, so it is not the true continuation.
                body["links"]["next"] = f"{own}?{encoded([('page[number]', '2')])}"
        members = [{"type": relation.target, "id": row_id} for row_id in ids]
        body["data"] = members if relation.many else (members[0] if members else None)
        return body

    def _collect(self, kind: str, row: Row, tree: Tree, found: dict[tuple[str, str], dict[str, Any]]) -> None:
        for relation in self.data.resources[kind].relations.values():
            if relation.name not in tree or not relation.shown or not self._wanted(kind, relation.name):
                continue
            for row_id in self._shown(kind, row, relation):
                target = self.data.row(relation.target, row_id)
                if target is None or not self.data.resources[relation.target].stored:
                    continue
                self._collect(relation.target, target, tree[relation.name], found)
                key = (relation.target, row_id)
                found.setdefault(key, self.resource(relation.target, target))


def plain(data: OroData, kind: str, row: Row) -> dict[str, Any]:
    """The other shape of the API, for clients that do not ask for JSON:API: ids as numbers, no types.

    Addresses stand in their order whole.
    """
    resource = data.resources[kind]
    body: dict[str, Any] = {"id": _plain_id(row.id)}
    body |= {name: row.attributes.get(name) for name in resource.attributes}
    for relation in resource.relations.values():
        if not relation.shown:
            continue
        ids = [_plain_id(row_id) for row_id in data.related(kind, row, relation.name)]
        body[relation.name] = ids if relation.many else (ids[0] if ids else None)
        address = data.row(relation.target, str(body[relation.name]))
        if relation.target == "orderaddresses" and address is not None:
            body[relation.name] = plain(data, relation.target, address)
    return body


def _plain_id(row_id: str) -> int | str:
    return int(row_id) if row_id.isdigit() else row_id


def page_links(address: str, pairs: Sequence[tuple[str, str]], query: Query, *, more: bool) -> dict[str, str]:
    """first, prev and next of a list, with every other parameter kept; there is no last."""
    links = {}
    if query.page > 1:
        links["first"] = _page_link(address, pairs, 1)
        links["prev"] = _page_link(address, pairs, query.page - 1)
    if more:
        links["next"] = _page_link(address, pairs, query.page + 1)
    return links


def _page_link(address: str, pairs: Sequence[tuple[str, str]], number: int) -> str:
    # Parameters come sorted; a page number that was not in the request follows the page size.
    named = any(key == "page[number]" for key, _ in pairs)
    kept = [pair for pair in pairs if pair[0] != "page[number]"]
    if number > 1:
        kept.append(("page[number]", str(number)))

    def place(pair: tuple[str, str]) -> tuple[str, bool, str]:
        return pair[0].partition("[")[0], pair[0] == "page[number]" and not named, pair[0]

    return f"{address}?{encoded(sorted(kept, key=place))}" if kept else address


def encoded(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string the way OroCommerce writes it; `filter[a.b]` becomes `filter[a][b]`."""
    spelled = ((key.replace(".", "]["), value) for key, value in pairs)
    return "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in spelled)
