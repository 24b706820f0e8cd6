"""One relation of one record: read, add, replace, remove (JSON:API, "Updating Relationships").

Writing a relation leaves the record's attributes alone; OroCommerce still recalculates an order's totals.
Removing a tracking from an order deletes the tracking (observed on 6.1.8).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from orogxo.http import AsyncShell, Flow, Shell
from orogxo.oro.api import Headers, document_of, reading
from orogxo.oro.endpoint import NOTHING, Endpoint
from orogxo.oro.jsonapi import Identifier, Link, Linked, Resource, class_of, linkage, typed
from orogxo.oro.query import ALL, Query

Pointed: TypeAlias = Identifier | tuple[Identifier, ...] | None
"""Where a relation points to."""


def read(endpoint: Endpoint[Any], record_id: str, relation: str, headers: Headers) -> Flow[Pointed]:
    """The whole relation. Raises NotFound."""
    path = _path(endpoint, record_id, relation)
    request = endpoint.api.get(path, Query("", page_size=ALL), headers=headers)
    found = document_of(request, (yield from reading(request)))
    named = tuple(Identifier(one.type, one.id, one.meta) for one in found.primary)
    return named if found.many else named[0] if named else None


def records(
    endpoint: Endpoint[Any], record_id: str, relation: str, headers: Headers
) -> Flow[tuple[Resource, ...]]:
    """The records that the relation points to. Raises NotFound."""
    path = (endpoint.wire_type, str(record_id), relation)
    request = endpoint.api.get(path, Query("", page_size=ALL), headers=headers)
    found = document_of(request, (yield from reading(request)))
    return tuple(typed(one, class_of(one.type), found.pool) for one in found.primary)


def write(
    endpoint: Endpoint[Any], method: str, record_id: str, relation: str, to: Linked, *, headers: Headers
) -> Flow[None]:
    """Set (PATCH), extend (POST) or reduce (DELETE) the relation, sent once."""
    path = _path(endpoint, record_id, relation)
    yield endpoint.api.write(method, path, {"data": linkage(to)}, headers=headers)


def _path(endpoint: Endpoint[Any], record_id: str, relation: str) -> tuple[str, ...]:
    return endpoint.wire_type, str(record_id), "relationships", relation


class Relationships:
    """`oro.orders.relationships`."""

    def __init__(self, shell: Shell, endpoint: Endpoint[Any]) -> None:
        self._shell, self._endpoint = shell, endpoint

    def get(self, record_id: str, relation: str, *, headers: Headers = NOTHING) -> Pointed:
        """Where the relation points to: one, None, or all of many. Raises NotFound."""
        return self._shell.run(read(self._endpoint, record_id, relation, headers))

    def records(self, record_id: str, relation: str, *, headers: Headers = NOTHING) -> tuple[Resource, ...]:
        """The records that the relation points to, in their typed classes. Raises NotFound."""
        return self._shell.run(records(self._endpoint, record_id, relation, headers))

    def add(self, record_id: str, relation: str, to: Iterable[Link], *, headers: Headers = NOTHING) -> None:
        """Add to a to-many relation, sent once."""
        self._shell.run(write(self._endpoint, "POST", record_id, relation, tuple(to), headers=headers))

    def replace(self, record_id: str, relation: str, to: Linked, *, headers: Headers = NOTHING) -> None:
        """Set a relation whole, sent once. OroCommerce deletes lines and trackings that are left out."""
        self._shell.run(write(self._endpoint, "PATCH", record_id, relation, to, headers=headers))

    def remove(
        self, record_id: str, relation: str, to: Iterable[Link], *, headers: Headers = NOTHING
    ) -> None:
        """Take from a to-many relation, sent once."""
        self._shell.run(write(self._endpoint, "DELETE", record_id, relation, tuple(to), headers=headers))


class AsyncRelationships:
    """`Relationships` for asyncio."""

    def __init__(self, shell: AsyncShell, endpoint: Endpoint[Any]) -> None:
        self._shell, self._endpoint = shell, endpoint

    async def get(self, record_id: str, relation: str, *, headers: Headers = NOTHING) -> Pointed:
        """Where the relation points to: one, None, or all of many. Raises NotFound."""
        return await self._shell.run(read(self._endpoint, record_id, relation, headers))

    async def records(
        self, record_id: str, relation: str, *, headers: Headers = NOTHING
    ) -> tuple[Resource, ...]:
        """The records that the relation points to, in their typed classes. Raises NotFound."""
        return await self._shell.run(records(self._endpoint, record_id, relation, headers))

    async def add(
        self, record_id: str, relation: str, to: Iterable[Link], *, headers: Headers = NOTHING
    ) -> None:
        """Add to a to-many relation, sent once."""
        await self._shell.run(write(self._endpoint, "POST", record_id, relation, tuple(to), headers=headers))

    async def replace(self, record_id: str, relation: str, to: Linked, *, headers: Headers = NOTHING) -> None:
        """Set a relation whole, sent once. OroCommerce deletes lines and trackings that are left out."""
        await self._shell.run(write(self._endpoint, "PATCH", record_id, relation, to, headers=headers))

    async def remove(
        self, record_id: str, relation: str, to: Iterable[Link], *, headers: Headers = NOTHING
    ) -> None:
        """Take from a to-many relation, sent once."""
        await self._shell.run(
            write(self._endpoint, "DELETE", record_id, relation, tuple(to), headers=headers)
        )
