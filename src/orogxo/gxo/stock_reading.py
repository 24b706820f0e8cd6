"""Reads pages of figures: a million rows an hour must cost no more than reading their JSON does.

A row of the usual shape takes a short way; every other row is structured like all that a gateway sends, and
what is wrong with it is told in full. A row that cannot be read is told of its SKU and hides no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from attrs import frozen

from orogxo.errors import MappingError
from orogxo.gxo import goods_reading
from orogxo.gxo.codes import Codes
from orogxo.gxo.records import Filled, SignedQuantity, UnreadableError, structure
from orogxo.gxo.words import Words
from orogxo.model import Quantity, StockMovement, StockRow
from orogxo.ports.stock import BadFigure, MovementPage

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT = 50_000
"""Of quantities, statuses, sites and dates that were read before, so many are remembered."""

_LONG = 20
_QUANTITY = itemgetter("qty")


@frozen
class SnapshotHead:
    """A page of a snapshot but for its rows, which are counted by the million."""

    snapshot_id: Filled
    as_of: dt.datetime
    sequence: int | None = None
    complete: bool = False
    page_cursor: str | None = None


@frozen
class FigureRecord:
    """One figure of a snapshot. A negative one is passed on: whoever computes with it must see it."""

    sku: Filled
    status: Filled
    qty: SignedQuantity
    site_id: str | None = None
    lot: str | None = None
    expiry: dt.date | None = None


def census(page: Any) -> tuple[int, int] | None:
    """The objects and lists in a page whose rows have no other than `qty`, and all their members."""
    rows = page.get("rows") if isinstance(page, dict) else None
    if not isinstance(rows, list):
        return None
    try:
        quantities = [*map(_QUANTITY, rows)]
    except (KeyError, TypeError):
        return None
    if {*map(type, rows), *map(type, quantities)} - {dict}:
        return None
    return 2 + 2 * len(rows), len(page) + sum(map(len, rows)) + sum(map(len, quantities))


def head(page: Any) -> SnapshotHead:
    """A page without its rows. Raises UnreadableError with every problem."""
    if not isinstance(page, dict):
        raise UnreadableError([f"expected an object, not {type(page).__name__} @ $"])
    wrong = [] if isinstance(page.get("rows"), list) else ["expected a list of rows @ $.rows"]
    try:
        found = structure(SnapshotHead, {name: value for name, value in page.items() if name != "rows"})
    except UnreadableError as error:
        raise UnreadableError([*error.problems, *wrong]) from None
    if wrong:
        raise UnreadableError(wrong)
    return found


class _Kept(dict[K, V]):
    """What `make` makes of a key, kept for when it comes again; it raises for a key that is not usual.

    All usual keys are text or None: as a key, 1 is True as well.
    """

    def __init__(self, make: Callable[[Any], V]) -> None:
        self._make = make

    def __missing__(self, key: K) -> V:
        value = self._make(key)
        if len(self) >= MOST_KEPT:
            self.clear()
        self[key] = value
        return value


class RowReader:
    """Reads rows of a site with `codes`. What comes again is made once and shared, up to a limit."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._quantities: _Kept[tuple[str, str], Quantity] = _Kept(self._quantity)
        self._statuses: _Kept[str, str] = _Kept(lambda word: codes.status(structure(Filled, word)))
        self._sites: _Kept[str | None, str] = _Kept(lambda site: "" if site is None else structure(str, site))
        self._expiries: _Kept[str | None, dt.date | None] = _Kept(
            lambda day: None if day is None else structure(dt.date, day)
        )

    def read(self, rows: Sequence[Any]) -> tuple[list[StockRow], list[BadFigure]]:
        """All rows of a page that can be read, in their order, and what is wrong with the others."""
        quantities, statuses, sites, expiries = (
            self._quantities, self._statuses, self._sites, self._expiries,
        )  # fmt: skip
        found: list[StockRow] = []
        bad: list[BadFigure] = []
        for place, row in enumerate(rows):
            try:
                sku, quantity, lot = row["sku"], row["qty"], row.get("lot")
                quick = StockRow(
                    sku,
                    statuses[row["status"]],
                    quantities[quantity["value"], quantity["uom"]],
                    sites[row.get("site_id")],
                    lot or "",
                    expiries[row.get("expiry")],
                )
                usual = type(sku) is str and sku.strip() and (lot is None or type(lot) is str)
            except (KeyError, TypeError, AttributeError, UnreadableError):
                usual = False
            if usual:
                found.append(quick)
                continue
            try:
                found.append(self._slowly(row))
            except UnreadableError as error:
                bad.append(BadFigure(sku_of(row), f"rows[{place}] cannot be read: {error}"))
        return found, bad

    def _quantity(self, key: tuple[Any, Any]) -> Quantity:
        value, uom = key
        if type(value) is not str:
            raise TypeError(value)
        if value.isascii() and value.isdigit() and len(value) < _LONG and type(uom) is str and uom.strip():
            return self._codes.quantity(Quantity(int(value), uom))
        return self._codes.quantity(structure(SignedQuantity, {"value": value, "uom": uom}))

    def _slowly(self, row: Any) -> StockRow:
        """Read with every check. Raises UnreadableError."""
        told = structure(FigureRecord, row)
        status, quantity = self._codes.status(told.status), self._codes.quantity(told.qty)
        return StockRow(told.sku, status, quantity, told.site_id or "", told.lot or "", told.expiry)


def sku_of(row: Any) -> str:
    """The SKU of a row, "" where not even that can be read."""
    sku = row.get("sku") if isinstance(row, dict) else None
    return sku if isinstance(sku, str) and sku.strip() else ""


def movement_page(page: Any, *, asked: str, codes: Codes) -> MovementPage:
    """A page of the movement feed, as `goods_reading.feed_page` reads it, with the SKU of what is unreadable.

    Words that nobody knows stand in their movement as `unmapped:`. Raises UnreadableError.
    """
    bad: list[BadFigure] = []

    def row(item: Any, words: Words) -> StockMovement | None:
        try:
            return goods_reading.movement(item, words)
        except (UnreadableError, MappingError) as error:
            title = goods_reading.title(item, "movement", "movement_id")
            bad.append(BadFigure(sku_of(item), f"{title} cannot be read: {error}"))
            return None

    told = goods_reading.feed_page(
        page, asked=asked, name="movement", id_member="movement_id", row=row, codes=codes
    )
    moves = [move for move in told.items if move is not None]
    return MovementPage(moves, told.cursor, told.more, bad)
