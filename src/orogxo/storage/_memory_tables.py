"""All rows of `MemoryStore`, and a log that undoes a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import define, field

from orogxo.model import State
from orogxo.storage import semantics
from orogxo.storage._stock_rows import ClaimRow, MovementRow

_ABSENT = object()


@define
class StockTables:
    """Rows of stock. Values are never changed in place, only replaced: so they can be put back."""

    stage: dict[str, int] = field(factory=dict)
    stage_pages: dict[str, str] = field(factory=dict)
    staged: dict[tuple[str, ...], str] = field(factory=dict)
    figures: dict[str, tuple[tuple[str, ...], ...]] = field(factory=dict)
    figures_before: dict[str, tuple[tuple[str, ...], ...]] = field(factory=dict)
    snapshots: dict[str, tuple[Any, ...]] = field(factory=dict)
    movements: dict[str, Mapping[tuple[str, str], MovementRow]] = field(factory=dict)
    moved: dict[tuple[str, str], str] = field(factory=dict)
    doubts: dict[tuple[str, str], tuple[str, ...]] = field(factory=dict)
    saves: dict[str, int] = field(factory=dict)
    claims: dict[str, tuple[ClaimRow, ...]] = field(factory=dict)
    claimed: dict[str, frozenset[str]] = field(factory=dict)
    news: dict[str, tuple[Any, ...]] = field(factory=dict)
    levels: dict[str, tuple[str, ...]] = field(factory=dict)
    level_ids: dict[str, frozenset[str]] = field(factory=dict)
    due: dict[str, tuple[str, str, int]] = field(factory=dict)
    counts: dict[str, int] = field(factory=dict)
    demand: dict[str, Mapping[str, str]] = field(factory=dict)
    censored: dict[str, frozenset[str]] = field(factory=dict)


@define
class Tables:
    """All rows. Values are JSON text or scalars; `standing` and `waiting` spare decoding the rest."""

    fulfilments: dict[str, str] = field(factory=dict)
    standing: dict[str, tuple[int, State]] = field(factory=dict)
    commands: dict[str, str] = field(factory=dict)
    waiting: dict[str, tuple[str, str, str, str]] = field(factory=dict)
    journal: dict[tuple[str, int], str] = field(factory=dict)
    heads: dict[str, int] = field(factory=dict)
    exceptions: dict[str, str] = field(factory=dict)
    cursors: dict[str, str] = field(factory=dict)
    seen: dict[str, str] = field(factory=dict)
    pauses: dict[str, str] = field(factory=dict)
    stock: StockTables = field(factory=StockTables)


class MemoryRows:
    """One transaction on `Tables`."""

    def __init__(self, tables: Tables) -> None:
        self._open: Tables | None = tables
        self._log: list[tuple[dict[Any, Any], Any, Any]] = []

    def undo(self, mark: int = 0) -> None:
        """Put back every value that this transaction replaced since its log was `mark` long, latest first."""
        while len(self._log) > mark:
            table, key, before = self._log.pop()
            if before is _ABSENT:
                table.pop(key, None)
            else:
                table[key] = before

    def end(self) -> None:
        """Refuse any further use."""
        self._open = None

    @property
    def _tables(self) -> Tables:
        if self._open is None:
            raise semantics.ended()
        return self._open

    @property
    def _stock(self) -> StockTables:
        return self._tables.stock

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        self._log.append((table, key, table.get(key, _ABSENT)))
        table[key] = value

    def _drop(self, table: dict[Any, Any], key: Any) -> None:
        self._log.append((table, key, table.pop(key, _ABSENT)))

    def _clear(self, table: dict[Any, Any]) -> None:
        for key in list(table):
            self._drop(table, key)

    def _next(self, count: str) -> int:
        """The next number of that count."""
        number = self._stock.counts.get(count, 0) + 1
        self._put(self._stock.counts, count, number)
        return number

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """What is written inside stays only if nothing raises, although the transaction goes on."""
        mark = len(self._log)
        try:
            yield
        except BaseException:
            self.undo(mark)
            raise
