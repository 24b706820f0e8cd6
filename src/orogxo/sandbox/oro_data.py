"""The rows of the twin's OroCommerce, and transactions over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import define, field, frozen

from orogxo.sandbox.oro_schema import resources


@define
class Row:
    """One record. A relation holds an id, a list of ids, or None."""

    id: str
    attributes: dict[str, Any] = field(factory=dict)
    relations: dict[str, Any] = field(factory=dict)

    def copy(self) -> Row:
        """The same members, apart from this row."""
        lists = {
            name: list(value) if isinstance(value, list) else value for name, value in self.relations.items()
        }
        return Row(self.id, dict(self.attributes), lists)


@frozen
class Change:
    """One change of one row. `before`: as it was, None for a new row. `quiet`: only what points at it."""

    kind: str
    row_id: str
    before: Row | None
    quiet: bool = False


class OroData:
    """All rows by type and id; `hidden` are types that the API user may not view.

    `status_management`: whether statuses come from outside, so that `status` of an order can be written.
    `derived` computes the rows of types that have no table. `on_commit` is told the changes of every
    finished transaction.
    """

    def __init__(self, version: str, *, status_exposed: bool | None) -> None:
        self.version = version
        self.old = version.startswith("5")
        self.statuses_readable = not self.old if status_exposed is None else status_exposed
        self.resources = resources(version, statuses=self.statuses_readable)
        self.hidden: set[str] = set()
        self.status_management = False
        self.derived: dict[str, Callable[[str], Row | None]] = {}
        self._tables: dict[str, dict[str, Row]] = {}
        self._last_id: dict[str, int] = {}
        self.on_commit: Callable[[list[Change]], None] | None = None
        self._journal: list[Change] | None = None

    def table(self, kind: str) -> dict[str, Row]:
        """The rows of one type by id, oldest first."""
        return self._tables.setdefault(kind, {})

    def row(self, kind: str, row_id: str | None) -> Row | None:
        """One row, or None."""
        derive = self.derived.get(kind)
        return derive(row_id or "") if derive is not None else self.table(kind).get(row_id or "")

    def insert(
        self,
        kind: str,
        attributes: Mapping[str, Any],
        relations: Mapping[str, Any],
        row_id: str | None = None,
    ) -> Row:
        """Add a row. Members it does not name are null or empty."""
        row_id = self.take_id(kind) if row_id is None else row_id
        if row_id.isdigit():
            self._last_id[kind] = max(self._last_id.get(kind, 0), int(row_id))
        row = Row(row_id, dict(attributes), dict(relations))
        self._note(Change(kind, row_id, None))
        self.table(kind)[row_id] = row
        return row

    def take_id(self, kind: str) -> str:
        """The next number of a type."""
        self._last_id[kind] = self._last_id.get(kind, 0) + 1
        return str(self._last_id[kind])

    def change(self, kind: str, row: Row, *, quiet: bool = False) -> Row:
        """`row`, which the caller is about to change."""
        self._note(Change(kind, row.id, row.copy(), quiet))
        return row

    def delete(self, kind: str, row_id: str) -> None:
        """Take a row away."""
        self._note(Change(kind, row_id, self.table(kind).pop(row_id)))

    def load(self, rows: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Hold exactly these rows: (type, id, attributes, relations)."""
        self._tables.clear()
        self._last_id.clear()
        for kind, row_id, attributes, relations in rows:
            self.insert(kind, attributes, relations, row_id)

    def next_ids(self, last: Mapping[str, int]) -> None:
        """The next new rows of these types follow these ids, as sequences do that were used before."""
        self._last_id |= last

    @contextmanager
    def transaction(self, *, trial: bool = False) -> Iterator[list[Change]]:
        """All that is changed inside, or nothing if it raises or is a `trial`; gives the changes so far."""
        outer, self._journal = self._journal, []
        journal = self._journal
        try:
            yield journal
        except BaseException:
            self._undo(journal)
            raise
        else:
            if trial:
                self._undo(journal)
            elif outer is not None:
                outer.extend(journal)
            elif self.on_commit is not None:
                self.on_commit(journal)
        finally:
            self._journal = outer

    def _note(self, change: Change) -> None:
        if self._journal is not None:
            self._journal.append(change)

    def _undo(self, journal: list[Change]) -> None:
        for change in reversed(journal):
            table = self.table(change.kind)
            if change.before is None:
                table.pop(change.row_id, None)
                continue
            row = table.get(change.row_id)
            if row is None:
                table[change.row_id] = change.before
            else:
                row.attributes, row.relations = change.before.attributes, change.before.relations

    def related(self, kind: str, row: Row, name: str) -> list[str]:
        """The ids that a relation points at: none where the API user may not view their type."""
        relation = self.resources[kind].relations.get(name)
        value = row.relations.get(name)
        if value is None or (relation is not None and relation.target in self.hidden):
            return []
        if kind == "orders" and name == "status" and not self.status_management:
            return []  # it may be set, and reads as nothing
        return list(value) if isinstance(value, list) else [value]

    def order_of(self, row: Row) -> list[str]:
        """The orders that a line or a tracking belongs to, in either version's form."""
        value = row.relations.get("orders") or row.relations.get("order") or []
        return list(value) if isinstance(value, list) else [value]

    def order_link(self, order_id: str) -> dict[str, Any]:
        """How a child points at its order: to-one in 5.1, to-many since."""
        return {"order": order_id} if self.old else {"orders": [order_id]}
