"""The resources of one OroCommerce version, read from the table in oro_tables."""

from __future__ import annotations

from functools import cache

from attrs import frozen

from orogxo.sandbox.oro_tables import SPECS, Spec

VERSIONS = ("5.1", "6.1", "7.0")


@frozen
class Relation:
    """A relationship of a resource. `limit`: how many members a to-many shows in its owner, None for all.

    `shown` False: it has an address of its own and is not part of the record.
    """

    name: str
    target: str
    many: bool
    has_links: bool
    limit: int | None
    shown: bool = True


@frozen
class Resource:
    """One resource type of one version.

    `filters` are attributes that can be filtered by, besides id and all relations; `sorts` likewise.
    `ignores_case`: attributes whose filter does; `listed`: whether the type has endpoints of its own.
    `stored` False: its records are never included, and listed whole, in their own order.
    """

    type: str
    attributes: tuple[str, ...]
    relations: dict[str, Relation]
    filters: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()
    ignores_case: frozenset[str] = frozenset()
    methods: tuple[str, ...] = ("GET",)
    numeric_id: bool = True
    listed: bool = True
    has_links: bool = True
    stored: bool = True

    def allowed(self, depth: int) -> list[str]:
        """The methods of the collection (depth 1) or of one record (depth 2), in the order of `Allow`."""
        if depth == 2:
            return [method for method in ("GET", "PATCH", "DELETE") if method in self.methods]
        names = {"BATCH": "PATCH"}
        mine = [method for method in ("GET", "BATCH", "POST", "DELETE") if method in self.methods]
        return [names.get(method, method) for method in mine]


@cache
def resources(version: str, *, statuses: bool) -> dict[str, Resource]:
    """All resource types of `version`, those that are only pointed at included. `statuses`: see `@status`.

    Raises ValueError for a version that was never recorded.
    """
    if version not in VERSIONS:
        raise ValueError(f"the twin knows OroCommerce {', '.join(VERSIONS)}, not {version}")
    reader = _Reader(int(version[0]), statuses)
    found = {name: reader.resource(name, spec) for name, spec in SPECS.items() if reader.exists(spec.only)}
    pointed_at = {relation.target for resource in found.values() for relation in resource.relations.values()}
    for name in sorted(pointed_at - found.keys()):
        found[name] = Resource(name, (), {}, listed=False, numeric_id=False)
    return found


def exists(suffix: str, major: int, *, statuses: bool) -> bool:
    """Whether a name with this suffix of the table is there in a version."""
    if suffix == "status":
        return statuses
    if suffix == "5":
        return major == 5
    return not suffix or major >= int(suffix)


@frozen
class _Reader:
    """Reads the little language of the table for one version."""

    major: int
    statuses: bool

    def exists(self, suffix: str) -> bool:
        return exists(suffix, self.major, statuses=self.statuses)

    def words(self, text: str) -> tuple[str, ...]:
        pairs = (word.partition("@") for word in text.split())
        return tuple(name for name, _, suffix in pairs if self.exists(suffix))

    def relation(self, word: str, unlimited: frozenset[str]) -> Relation:
        name, _, target = word.partition(":")
        limit = 100 if self.major == 5 else None if name in unlimited else 1000
        return Relation(
            name, target.rstrip("*!~"), "*" in target, "!" not in target, limit, shown="~" not in target
        )

    def resource(self, name: str, spec: Spec) -> Resource:
        relations = [self.relation(word, spec.unlimited) for word in self.words(spec.relations)]
        return Resource(
            name,
            self.words(spec.attributes),
            {relation.name: relation for relation in relations},
            filters=frozenset(self.words(spec.filters)),
            sorts=frozenset(self.words(spec.sorts)),
            ignores_case=frozenset(spec.ignores_case.split()),
            methods=tuple(spec.methods.split()),
            numeric_id=spec.numeric_id,
            has_links=spec.has_links,
            stored=spec.stored,
        )
