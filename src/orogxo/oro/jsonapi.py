"""JSON:API documents (jsonapi.org, version 1.0) as frozen values, as OroCommerce writes them.

What a reply does not contain, what it contains as null and what it contains as an empty list stay apart:
a relation that is absent here has no entry in `relationships`, a null one has `data` None, an empty one `()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeAlias, TypeVar, Union

from attrs import field, frozen

from orogxo.errors import DecodeError, NotLoaded

Key: TypeAlias = tuple[str, str]
R = TypeVar("R", bound="Resource")

Link: TypeAlias = Union["Resource", "Identifier", tuple[str, str], None]
"""What a relation is set to: a resource, an identifier, its (type, id), or None."""

Linked: TypeAlias = Link | Sequence[Link]
"""A list is a to-many relation."""

Links: TypeAlias = Mapping[str, Linked]
"""Relations by name."""

_CLASSES: dict[str, type[Resource]] = {}


@frozen
class Identifier:
    """Names a resource: its type and id. `meta` is what the relation says about it (a sort order)."""

    type: str
    id: str
    meta: Mapping[str, Any] = field(factory=dict, eq=False, repr=False)

    @property
    def key(self) -> Key:
        """(type, id): what makes a resource one."""
        return self.type, self.id


@frozen
class Relationship:
    """Where a relation points to; `more` says that the server linked to a further page of it."""

    data: Identifier | tuple[Identifier, ...] | None
    more: bool = False


@frozen
class Resource:
    """One resource. Typed classes add named fields; every attribute of the reply is kept in `attributes`.

    `loaded` False: a relation names it, but this reply does not contain it. Its `id` may be used, its fields
    raise NotLoaded.
    """

    wire_types: ClassVar[tuple[str, ...]] = ()

    type: str
    id: str
    attributes: Mapping[str, Any] = field(factory=dict, hash=False)
    relationships: Mapping[str, Relationship] = field(factory=dict, hash=False)
    meta: Mapping[str, Any] = field(factory=dict, hash=False, repr=False)
    loaded: bool = True
    _pool: Mapping[Key, Resource] = field(factory=dict, eq=False, repr=False)

    def __init_subclass__(cls, *, wire: str | tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if wire:
            cls.wire_types = (wire,) if isinstance(wire, str) else wire
            _CLASSES.update(dict.fromkeys(cls.wire_types, cls))

    @property
    def key(self) -> Key:
        """(type, id): what makes a resource one."""
        return self.type, self.id

    def to_dict(self) -> dict[str, Any]:
        """The resource as a JSON:API object, for a write: what is absent, null and empty stays so."""
        entry: dict[str, Any] = {"type": self.type, "id": self.id, "attributes": dict(self.attributes)}
        relations = {name: {"data": linkage(one.data)} for name, one in self.relationships.items()}
        entry |= {"relationships": relations} if relations else {}
        return entry | ({"meta": dict(self.meta)} if self.meta else {})

    def attribute(self, name: str) -> Any:
        """The attribute as in the reply. Raises NotLoaded where the reply does not contain it."""
        if name not in self.attributes:
            raise self._not_loaded(name, f"fields={{{self.type!r}: [{name!r}, ...]}}")
        return self.attributes[name]

    def related(self, name: str) -> Resource | tuple[Resource, ...] | None:
        """What the relation points to. Raises NotLoaded where the reply does not contain the relation."""
        relation = self.relationships.get(name)
        if relation is None:
            raise self._not_loaded(name, f"fields={{{self.type!r}: [{name!r}, ...]}}")
        data = relation.data
        if isinstance(data, tuple):
            return tuple(map(self._resolve, data))
        return None if data is None else self._resolve(data)

    def _resolve(self, identifier: Identifier) -> Resource:
        found = self._pool.get((identifier.type, identifier.id))
        found = found or Resource(identifier.type, identifier.id, loaded=False)
        return typed(found, class_of(identifier.type), self._pool)

    def _not_loaded(self, name: str, ask: str) -> NotLoaded:
        why = f"ask for it with {ask}" if self.loaded else f"include the relation that names {self.type}"
        message = f"{name} of {self.type} {self.id} is not in this reply: {why}"
        return NotLoaded(message, context={"resource": f"{self.type} {self.id}", "field": name})


def linkage(to: Linked) -> Any:
    """What a relation is set to, as JSON:API writes it."""
    match to:
        case None:
            return None
        case Resource():
            return {"type": to.type, "id": to.id}
        case Identifier():
            named = {"type": to.type, "id": to.id}
            return named | ({"meta": dict(to.meta)} if to.meta else {})
        case (str(wire_type), str(record_id)):
            return {"type": wire_type, "id": record_id}
        case _:
            return [linkage(one) for one in to]


def class_of(wire_type: str) -> type[Resource]:
    """The typed class of a resource type, or `Resource` itself."""
    return _CLASSES.get(wire_type, Resource)


def typed(found: Resource, cls: type[R], pool: Mapping[Key, Resource]) -> R:
    """The same resource as `cls`, its relations resolved from `pool`."""
    if type(found) is cls and found._pool is pool:
        return found
    return cls(
        found.type,
        found.id,
        found.attributes,
        found.relationships,
        found.meta,
        loaded=found.loaded,
        pool=pool,
    )


@frozen
class Document:
    """A reply: its primary resources in their order, and all resources that it contains by (type, id)."""

    primary: tuple[Resource, ...]
    many: bool
    pool: Mapping[Key, Resource] = field(factory=dict, repr=False)
    meta: Mapping[str, Any] = field(factory=dict)

    def resources(self, cls: type[R], wire_type: str) -> tuple[R, ...]:
        """The primary resources as `cls`. Raises DecodeError when one is of another type."""
        wrong = [
            f"/data/{at}/type" for at, found in enumerate(self.primary) if wire_type not in ("", found.type)
        ]
        if wrong:
            raise malformed(wrong, f"these are not {wire_type}")
        return tuple(typed(found, cls, self.pool) for found in self.primary)

    def resource(self, cls: type[R], wire_type: str) -> R:
        """The one primary resource as `cls`. Raises DecodeError when there is not exactly one."""
        if self.many or not self.primary:
            raise malformed(["/data"], f"expected one of {wire_type}")
        return self.resources(cls, wire_type)[0]


def malformed(problems: list[str], why: str = "the reply is not a JSON:API document") -> DecodeError:
    """The error for a document that cannot be read; `problems` are pointers, each with what is wrong."""
    shown = "; ".join(problems[:5]) + ("; ..." if len(problems) > 5 else "")
    return DecodeError(f"{why}: {shown}", paths=problems, system="oro")


def read_document(payload: object) -> Document:
    """Read decoded JSON as a document. Raises DecodeError that lists every malformed place."""
    reader = _Reader()
    document = reader.document(payload)
    if reader.problems:
        raise malformed(reader.problems)
    return document


class _Reader:
    """Reads all there is and collects every problem."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.pool: dict[Key, Resource] = {}

    def document(self, payload: object) -> Document:
        if not isinstance(payload, dict) or "data" not in payload:
            self.problems.append("/data: missing")
            return Document((), many=False)
        data, included = payload["data"], payload.get("included")
        many = isinstance(data, list)
        entries = data if isinstance(data, list) else [] if data is None else [data]
        if not isinstance(included, list | None):
            self.problems.append("/included: not a list")
            included = None
        quick, pool = self.quick, self.pool
        primary = [
            quick(entry) or self.resource(entry, f"/data/{at}" if many else "/data")
            for at, entry in enumerate(entries)
        ]
        for at, entry in enumerate(included or ()):
            found = quick(entry) or self.resource(entry, f"/included/{at}")
            pool[found.type, found.id] = found
        pool.update((found.key, found) for found in primary)
        return Document(tuple(primary), many, pool, self.map(payload.get("meta"), "/meta"))

    def quick(self, entry: object) -> Resource | None:
        """The resource, where it is written as it always is; None leaves it to the explaining way."""
        if type(entry) is not dict:
            return None
        kind, record_id = entry.get("type"), entry.get("id")
        attributes, relations = entry.get("attributes", {}), entry.get("relationships", {})
        meta = entry.get("meta", {})
        if not (type(kind) is str and type(record_id) is str and kind and record_id):
            return None
        if not (type(attributes) is dict and type(relations) is dict and type(meta) is dict):
            return None
        linked = {}
        for name, value in relations.items():
            relation = _quick_relation(value)
            if relation is None:
                return None
            linked[name] = relation
        cls = _CLASSES.get(kind, Resource)
        return cls(kind, record_id, attributes, linked, meta, pool=self.pool)

    def resource(self, entry: object, path: str) -> Resource:
        if not isinstance(entry, dict):
            self.problems.append(f"{path}: not an object")
            return Resource("", "")
        attributes = self.map(entry.get("attributes"), f"{path}/attributes")
        relations = self.map(entry.get("relationships"), f"{path}/relationships")
        wire_type = self.text(entry, "type", path)
        return class_of(wire_type)(
            wire_type,
            self.text(entry, "id", path),
            attributes,
            dict(self.relations(relations, f"{path}/relationships")),
            self.map(entry.get("meta"), f"{path}/meta"),
            pool=self.pool,
        )

    def relations(self, relations: Mapping[str, Any], path: str) -> list[tuple[str, Relationship]]:
        found = []
        for name, value in relations.items():
            relation = self.map(value, f"{path}/{name}")
            if "data" in relation:
                links = self.map(relation.get("links"), f"{path}/{name}/links")
                data = self.linkage(relation["data"], f"{path}/{name}/data")
                found.append((name, Relationship(data, more=bool(links.get("next")))))
        return found

    def linkage(self, data: object, path: str) -> Identifier | tuple[Identifier, ...] | None:
        if data is None:
            return None
        if isinstance(data, list):
            return tuple(self.identifier(entry, f"{path}/{at}") for at, entry in enumerate(data))
        return self.identifier(data, path)

    def identifier(self, entry: object, path: str) -> Identifier:
        if not isinstance(entry, dict):
            self.problems.append(f"{path}: not an object")
            return Identifier("", "")
        meta = self.map(entry.get("meta"), f"{path}/meta")
        return Identifier(self.text(entry, "type", path), self.text(entry, "id", path), meta)

    def text(self, entry: Mapping[str, object], name: str, path: str) -> str:
        value = entry.get(name)
        if isinstance(value, str) and value:
            return value
        self.problems.append(f"{path}/{name}: " + ("missing" if value is None else "not a text"))
        return ""

    def map(self, value: object, path: str) -> Mapping[str, Any]:
        # PHP writes an empty map as an empty list.
        if value is None or value == []:
            return {}
        if isinstance(value, dict):
            return value
        self.problems.append(f"{path}: not an object")
        return {}


def _quick_relation(value: object) -> Relationship | None:
    """The relation, where it is a plain one; None where it must be looked at closely."""
    if type(value) is not dict or "data" not in value or "links" in value:
        return None
    data = value["data"]
    if data is None:
        return Relationship(None)
    if type(data) is dict:
        one = _quick_identifier(data)
        return Relationship(one) if one else None
    if type(data) is not list:
        return None
    found = tuple(map(_quick_identifier, data))
    return None if None in found else Relationship(found)  # type: ignore[arg-type]  # no None left


def _quick_identifier(entry: object) -> Identifier | None:
    if type(entry) is not dict or len(entry) != 2:
        return None
    kind, record_id = entry.get("type"), entry.get("id")
    if type(kind) is str and type(record_id) is str and kind and record_id:
        return Identifier(kind, record_id)
    return None
