"""Completes relations that OroCommerce has cut: no order may lose its 101st line.

A to-many relation lists at most 100 identifiers before 6.1.8 and 1000 since (an installation may configure
another limit), and `included` is cut with it. Without links the reply gives no other sign than the count, so
every relation with a full hundred is read again, whole, from where it is by itself: its sub-resource when it
is included, else its relationship endpoint (recordings order_get_big130*, order_get_relationships*).
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from orogxo.errors import DecodeError
from orogxo.messages import Flow
from orogxo.oro.api import Api, Headers, document_of, reading
from orogxo.oro.jsonapi import Document, Identifier, Key, Relationship, Resource
from orogxo.oro.query import ALL, Query, Tree


def is_cut(relation: Relationship) -> bool:
    """Whether there may be more than `relation` lists."""
    count = len(relation.data) if isinstance(relation.data, tuple) else 0
    return relation.more or (count > 0 and count % 100 == 0)


def cut_relations(document: Document) -> list[str]:
    """All relations of the document that may be cut, as `orders/33/lineItems`."""
    return [
        f"{found.type}/{found.id}/{name}"
        for found in document.pool.values()
        for name, relation in found.relationships.items()
        if is_cut(relation)
    ]


def complete(api: Api, query: Query, document: Document, headers: Headers) -> Flow[Document]:
    """`document` with every relation whole, as deep as the query includes."""
    work = _Completion(api, query, document, headers)
    yield from work.visit((found.key for found in document.primary), query.tree())
    primary = tuple(work.pool[found.key] for found in document.primary)
    return evolve(document, primary=primary, pool=work.pool)


class _Completion:
    def __init__(self, api: Api, query: Query, document: Document, headers: Headers) -> None:
        self.api, self.query = api, query
        # A count of a sub-resource, asked for by the caller's own X-Include, is a 500 in 5.1.
        self.headers = {name: value for name, value in headers.items() if name.lower() != "x-include"}
        self.pool: dict[Key, Resource] = dict(document.pool)
        self.whole: dict[Key, dict[str, Relationship]] = {}

    def visit(self, keys: Iterable[Key], tree: Tree) -> Flow[None]:
        """Complete these resources, then what the tree includes below them."""
        for key in [key for key in keys if key in self.pool]:
            for name, relation in self.pool[key].relationships.items():
                if is_cut(relation) and name not in self.whole.get(key, {}):
                    yield from self.read(key, name, tree.get(name))
            for name, branch in tree.items():
                yield from self.visit(self.linked(key, name), branch)

    def read(self, key: Key, name: str, branch: Tree | None) -> Flow[None]:
        """Read one relation whole: with its resources when it is included (`branch`), else identifiers."""
        if branch is None:
            path = (*key, "relationships", name)
            request = self.api.get(path, Query("", page_size=ALL), headers=self.headers)
        else:
            request = self.api.get((*key, name), self.narrowed(branch), headers=self.headers)
        reply = yield from reading(request)
        found = document_of(request, reply)
        if not found.many:
            raise DecodeError(
                f"{name} of {' '.join(key)} came as one, not as many", paths=("/data",), system="oro"
            )
        if branch is not None:
            for one in found.pool.values():
                self.add(one)
        relation = Relationship(tuple(Identifier(one.type, one.id, one.meta) for one in found.primary))
        self.whole.setdefault(key, {})[name] = relation
        self.add(self.pool[key])

    def add(self, found: Resource) -> None:
        """Put into the pool what a later reply tells; what it leaves out or cuts is kept."""
        known = self.pool.get(found.key, found)
        whole = self.whole.get(found.key, {})
        self.pool[found.key] = evolve(
            found,
            attributes={**known.attributes, **found.attributes},
            relationships={**known.relationships, **found.relationships, **whole},
        )

    def narrowed(self, branch: Tree) -> Query:
        """The same includes and fieldsets, seen from one relation on, in one page."""
        return Query("", include=tuple(_paths(branch)), fields=self.query.fields, page_size=ALL)

    def linked(self, key: Key, name: str) -> list[Key]:
        relation = self.pool[key].relationships.get(name)
        data = relation.data if relation else None
        return [one.key for one in ((data,) if isinstance(data, Identifier) else data or ())]


def _paths(tree: Tree) -> list[str]:
    return [
        path for name, branch in tree.items() for path in (name, *(f"{name}.{sub}" for sub in _paths(branch)))
    ]
