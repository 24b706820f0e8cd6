"""Reads shipments from a flat file: one row a line, the last row `END` and how many rows there were."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from orogxo.errors import MappingError
from orogxo.gxo.site import SiteProfile
from orogxo.gxo.site_tables import FlatFiles
from orogxo.model import Package, Quantity, Shipment, ShipmentLine

MOST_ROWS = 50_000
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_VERSION = re.compile(r"[0-9]{1,9}")
Row = Mapping[str, str]


class UnfinishedError(Exception):
    """The file cannot be taken for whole; the site may still be writing it."""


class _RowError(Exception):
    """A row cannot be read; the text says why."""


@frozen
class _Key:
    shipment_ref: str
    ref: str


def read_shipments(
    text: str, name: str, profile: SiteProfile, flat: FlatFiles
) -> tuple[list[Shipment], list[str]]:
    """The shipments in a file, and a sentence for each one that cannot be read: it hides no other.

    Raises UnfinishedError for a file whose last row is not `END` with the right number of rows.
    """
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=flat.delimiter, strict=True))
    except csv.Error as error:
        raise UnfinishedError(f"{name} is not CSV to its end: {error}") from None
    body = [row for row in rows if row]
    if not body or len(body[-1]) < 2 or body[-1][:2] != ["END", str(len(body) - 2)] or len(body) > MOST_ROWS:
        raise UnfinishedError(f"{name} does not end with END and the number of its rows: it is not whole")
    head = body[0]
    if lost := sorted(set(flat.shipment_columns) - set(head)):
        return [], [f"{name} lacks the columns {', '.join(lost)}: none of it was read"]
    fields = [flat.shipment_columns.get(column, "") for column in head]
    groups: dict[_Key, list[Row]] = {}
    problems: list[str] = []
    for number, row in enumerate(body[1:-1], start=2):
        if len(row) != len(head):
            problems.append(f"{name} row {number} has {len(row)} cells instead of {len(head)}")
            continue
        told = {field: cell.strip() for field, cell in zip(fields, row, strict=True) if field}
        groups.setdefault(_Key(told["shipment_ref"], told["ref"]), []).append(told)
    if problems:
        # The row may be of any shipment, and one without it would be short.
        return [], [*problems, f"{name} was not read: any of its shipments may lack such a row"]
    return _all(groups, name, profile, flat)


def _all(
    groups: Mapping[_Key, Sequence[Row]], name: str, profile: SiteProfile, flat: FlatFiles
) -> tuple[list[Shipment], list[str]]:
    found: list[Shipment] = []
    problems: list[str] = []
    for key, rows in groups.items():
        try:
            found.append(_shipment(key, rows, profile, flat))
        except (_RowError, MappingError) as error:
            problems.append(
                f"{name}: shipment {key.shipment_ref!r} of order {key.ref!r} is unreadable: {error}"
            )
    return found, problems


def _shipment(key: _Key, rows: Sequence[Row], profile: SiteProfile, flat: FlatFiles) -> Shipment:
    if not key.shipment_ref or not key.ref:
        raise _RowError("its number or its order is missing")
    tracking = tuple(dict.fromkeys(row["tracking"] for row in rows if row.get("tracking")))
    day, version = _same(rows, "shipped_on"), _same(rows, "version") or "1"
    if not _VERSION.fullmatch(version):
        raise _RowError(f"version {version[:20]!r} is no number")
    moments = _moments(day, profile) if day else (None, None)
    return Shipment(
        id=f"{key.shipment_ref}/{key.ref}",
        order_ref=key.ref,
        lines=tuple(_line(row, profile) for row in rows),
        packages=(Package(key.shipment_ref, tracking),) if tracking else (),
        version=int(version),
        shipped_at=moments[1],
        earliest=moments[0],
        # Any other word means that more may come: an order that stays open is seen, a closed one is not.
        final=_same(rows, "final") == flat.yes,
    )


def _line(row: Row, profile: SiteProfile) -> ShipmentLine:
    uom = profile.codes.uom(row["unit"])
    if uom is None:
        raise _RowError(f"unit {row['unit'][:20]!r} is not agreed with the site")
    if not row["line_ref"] or not row["sku"]:
        raise _RowError("a row names no line or no SKU")
    short, reason = row.get("short", ""), row.get("reason", "")
    return ShipmentLine(
        line_ref=row["line_ref"],
        sku=row["sku"],
        shipped=_quantity(row["shipped"], uom),
        short=_quantity(short, uom) if short else None,
        reason=profile.codes.reason(reason),
        raw_reason=reason,
    )


def _quantity(text: str, uom: str) -> Quantity:
    if not _NUMBER.fullmatch(text):
        raise _RowError(f"quantity {text[:20]!r} is no plain number")
    return Quantity(text, uom)


def _same(rows: Iterable[Row], name: str) -> str:
    words = {row.get(name, "") for row in rows}
    if len(words) > 1:
        raise _RowError(f"its rows disagree about {name}: {', '.join(sorted(words))[:100]}")
    return words.pop()


def _moments(day: str, profile: SiteProfile) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last moment of a day at the site."""
    try:
        date = dt.date.fromisoformat(day)
        before, last = profile.end_of(date - dt.timedelta(days=1)), profile.end_of(date)
    except (ValueError, OverflowError):
        raise _RowError(f"date {day[:20]!r} is not YYYY-MM-DD") from None
    return before + dt.timedelta(microseconds=1), last
