"""Cuts a stream of items into requests: checked, merged where two name one record, never held as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import Factory, define, frozen

from orogxo.oro.batch_result import MALFORMED, BatchError, BatchNote, Item
from orogxo.oro.encoding import to_json
from orogxo.oro.jsonapi import Links, Resource, linkage

MOST_INCLUDED_SYNC = 50
_PARTS = frozenset({"id", "relationships", "included"})


@frozen
class Row:
    """One record to write: what the caller gave (`item` at `index`), and what of it is sent."""

    item: Item
    index: int
    key: str
    id: str
    attributes: Mapping[str, Any]
    relationships: Links
    included: Sequence[Mapping[str, Any]]

    def error(self, code: str, detail: str, **more: Any) -> BatchError:
        """An error that names this row's item."""
        return BatchError(code, detail, self.item, self.index, self.key, **more)

    def merged(self, later: Row) -> Row:
        """Both in one; what `later` says wins."""
        return Row(
            later.item,
            later.index,
            later.key,
            self.id,
            {**self.attributes, **later.attributes},
            {**self.relationships, **later.relationships},
            [*self.included, *later.included],
        )


@define
class Chunk:
    """The rows of one request, by record id; `start` is the index of its first item."""

    start: int
    by_id: dict[str, Row] = Factory(dict)
    notes: list[BatchNote] = Factory(list)
    malformed: list[BatchError] = Factory(list)
    included: int = 0

    @property
    def rows(self) -> list[Row]:
        """In the order of the request: an error's pointer counts along it."""
        return list(self.by_id.values())

    def add(self, row: Row) -> None:
        """Take a row in; one that names the same record is merged with it."""
        known = self.by_id.get(row.id)
        if known:
            self.notes.append(BatchNote(row.key, known.index, row.index))
        self.by_id[row.id] = known.merged(row) if known else row
        self.included += len(row.included)

    def owners(self) -> list[Row]:
        """The row that each record under `included` came with."""
        return [row for row in self.rows for _ in row.included]


def chunks(items: Iterable[Any], key: str, limits: Limits) -> Iterator[Chunk]:
    """The chunks, made as they are asked for; `limits` may change meanwhile."""
    chunk: Chunk | None = None
    for index, item in enumerate(items):
        try:
            row = _row(item, index, key)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            chunk = chunk or Chunk(index)
            name = str(item.get(key, "")) if isinstance(item, Mapping) else ""
            chunk.malformed.append(BatchError(MALFORMED, str(error), item, index, name))
        else:
            if chunk and limits.full(chunk, row):
                yield chunk
                chunk = None
            chunk = chunk or Chunk(index)
            chunk.add(row)
    if chunk:
        yield chunk


@define
class Limits:
    """How much goes into one request; `included` None: any number."""

    rows: int
    included: int | None = None

    def full(self, chunk: Chunk, row: Row) -> bool:
        """Whether `row` must go into the next chunk."""
        if row.id in chunk.by_id:
            return self._many(chunk, row)
        # Malformed items count too, or a stream of them alone would be held as a whole.
        return len(chunk.by_id) + len(chunk.malformed) >= self.rows or self._many(chunk, row)

    def _many(self, chunk: Chunk, row: Row) -> bool:
        return self.included is not None and chunk.included + len(row.included) > self.included


def _row(item: Any, index: int, key: str) -> Row:
    if not isinstance(item, Mapping):
        raise TypeError(f"an item is a mapping with an id, not {type(item).__name__}")
    record_id = item.get("id")
    if isinstance(record_id, bool) or not isinstance(record_id, str | int) or record_id == "":
        raise ValueError(f"an item needs the id of the record that it changes, not {record_id!r}")
    if key not in item:
        raise ValueError(f"the item has no {key}, which is to name it")
    own = {*_PARTS, key} if key != "id" else _PARTS
    attributes = {name: value for name, value in item.items() if name not in own}
    relationships: Links = dict(item.get("relationships") or {})
    included = [
        one.to_dict() if isinstance(one, Resource) else dict(one) for one in item.get("included") or ()
    ]
    if not (attributes or relationships):
        raise ValueError("the item changes nothing")
    # Written once here, so that one bad value is this item's error and not the whole request's.
    to_json([attributes, included, {name: linkage(to) for name, to in relationships.items()}])
    return Row(item, index, str(item[key]), str(record_id), attributes, relationships, included)
