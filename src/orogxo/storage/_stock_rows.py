"""The rows of stock as tuples of text, alike for every store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from orogxo.model import (
    Claim,
    DueSku,
    InventoryLevel,
    OrderNews,
    SnapshotMark,
    StockDoubt,
    StockMovement,
    StockRow,
)
from orogxo.storage import codec

T = TypeVar("T")


class MovementRow(NamedTuple):
    """`earliest` is `occurred_at` where the instant is known."""

    site: str
    id: str
    sku: str
    occurred_at: str
    earliest: str
    body: str


class ClaimRow(NamedTuple):
    """`known_since` None: no figure can be said to know all of it."""

    sku: str
    ref: str
    known_since: str | None
    body: str


# writing: each raises StoreError (UNSTORABLE) for what could not be read back


def figure_row(row: StockRow) -> tuple[str, ...]:
    """(sku, status, site, lot, expiry, unit, amount). Written out, since a snapshot has a million of them."""
    expiry, quantity = "" if row.expiry is None else _day(row.expiry), row.quantity
    try:
        amount = codec.rational(quantity.amount)
        texts = (row.sku, row.status, row.site, row.lot, expiry, quantity.unit, amount)
        whole = "".join(texts)
    except (TypeError, AttributeError) as error:
        raise codec.unstorable(f"a StockRow cannot be stored: {error}") from error
    if not whole.isascii():
        codec.key(whole)
    return texts


def _day(value: dt.date) -> str:
    # A datetime passes for a date, and would be read back as another value.
    if type(value) is not dt.date:
        raise codec.unstorable(f"a StockRow cannot be stored: {value!r} is no date")
    return value.isoformat()


def columns(value: object, *names: str) -> tuple[Any, ...]:
    """These fields of a flat record as stored, in order."""
    flat = codec.plain(value)
    return tuple(codec.key(flat[name]) if isinstance(flat[name], str) else flat[name] for name in names)


def level_row(level: InventoryLevel) -> tuple[str, ...]:
    """(id, sku, unit, quantity, read_at)."""
    return columns(level, "id", "sku", "unit", "quantity", "read_at")


def doubt_row(doubt: StockDoubt) -> tuple[str, ...]:
    """(sku, code, message, at). A message may carry what is no Unicode text: it becomes escapes."""
    flat = codec.plain(doubt)
    return (codec.key(flat["sku"]), codec.key(flat["code"]), codec.searchable(flat["message"]), flat["at"])


def news_row(news: OrderNews) -> tuple[Any, ...]:
    """(id, ref, state, at, seq)."""
    return columns(news, "id", "ref", "state", "at", "seq")


def mark_row(mark: SnapshotMark) -> tuple[Any, ...]:
    """(id, as_of, rows)."""
    return columns(mark, "id", "as_of", "rows")


def movement_row(movement: StockMovement) -> MovementRow:
    """What is searched, and the whole as JSON."""
    body, occurred = codec.encode(movement), codec.instant(movement.occurred_at)
    earliest = codec.instant(movement.earliest) if movement.earliest else occurred
    site, name, sku = map(codec.key, (movement.site, movement.id, movement.sku))
    return MovementRow(site, name, sku, occurred, min(earliest, occurred), body)


def movement_rows(movements: Sequence[StockMovement]) -> dict[tuple[str, str], MovementRow]:
    """By (site, id); of one that is told twice, the first."""
    return {(row.site, row.id): row for row in map(movement_row, reversed(movements))}


def news_rows(news: Sequence[OrderNews]) -> dict[str, tuple[Any, ...]]:
    """By id; of one that is told twice, the first."""
    return {row[0]: row for row in map(news_row, reversed(news))}


def claim_rows(claims: Mapping[str, Sequence[Claim]]) -> dict[str, tuple[ClaimRow, ...]]:
    """By order. Raises StoreError (UNSTORABLE) also for a claim of another order than the one it is under."""
    for order_id, mine in claims.items():
        strangers = {claim.order_id for claim in mine} - {codec.key(order_id)}
        if strangers:
            raise codec.unstorable(f"claims of {sorted(strangers)} cannot be stored for order {order_id}")
    return {order_id: tuple(map(_claim_row, mine)) for order_id, mine in claims.items()}


def _claim_row(claim: Claim) -> ClaimRow:
    body, known = codec.encode(claim), claim.known_since
    since = None if known is None else codec.instant(known)
    return ClaimRow(codec.key(claim.sku), codec.key(claim.ref), since, body)


def amounts(by_sku: Mapping[str, Fraction]) -> dict[str, str]:
    """Amounts as text."""
    try:
        return {codec.key(sku): codec.rational(amount) for sku, amount in by_sku.items()}
    except TypeError as error:
        raise codec.unstorable(f"an amount cannot be stored: {error}") from error


# reading: each raises StoreError (UNREADABLE_ROW)


def figure(row: Sequence[str]) -> StockRow:
    """What `figure_row` wrote."""
    sku, status, site, lot, expiry, unit, amount = row
    quantity = {"amount": amount, "unit": unit}
    tree = {"sku": sku, "status": status, "site": site, "lot": lot, "expiry": expiry or None}
    return codec.build(tree | {"quantity": quantity}, StockRow, sku)


def record(kind: type[T], names: Sequence[str], row: Sequence[object]) -> T:
    """A flat record of these columns."""
    return codec.build(dict(zip(names, row, strict=True)), kind, str(row[0]))


def level(row: Sequence[str]) -> InventoryLevel:
    """What `level_row` wrote."""
    return record(InventoryLevel, ("id", "sku", "unit", "quantity", "read_at"), row)


def doubt(row: Sequence[str]) -> StockDoubt:
    """What `doubt_row` wrote."""
    return record(StockDoubt, ("sku", "code", "message", "at"), row)


def order_news(row: Sequence[object]) -> OrderNews:
    """What `news_row` wrote."""
    return record(OrderNews, ("id", "ref", "state", "at", "seq"), row)


def mark(row: Sequence[object]) -> SnapshotMark:
    """What `mark_row` wrote."""
    return record(SnapshotMark, ("id", "as_of", "rows"), row)


def moment(text: str) -> dt.datetime:
    """An instant as `codec.instant` wrote it."""
    return codec.build(text, dt.datetime)


def window(row: Sequence[str]) -> tuple[dt.datetime, Fraction]:
    """A row (since, amount)."""
    since, amount = row
    return moment(since), codec.build(amount, Fraction)


def due_sku(row: Sequence[object]) -> DueSku:
    """A row (sku, since, why, seq)."""
    return record(DueSku, ("sku", "since", "why", "seq"), row)
