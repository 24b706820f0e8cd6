"""Reads rows back and says which of them show what was to be written: the answer to a lost reply."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from orogxo.http import Flow
from orogxo.oro.batch_chunks import Row
from orogxo.oro.endpoint import NOTHING, Endpoint
from orogxo.oro.fields import DecimalText, members
from orogxo.oro.jsonapi import Resource, linkage
from orogxo.oro.query import ALL, query

IDS_A_REQUEST = 250


def shown(endpoint: Endpoint[Any], rows: Sequence[Row]) -> Flow[set[str]]:
    """The ids of those rows whose records have the values now. Raises ApiError."""
    by_id = {row.id: row for row in rows}
    # A numeric id is all that can be filtered for safely: one wrong id would refuse the whole read.
    numeric = [one for one in by_id if one.isascii() and one.isdigit()]
    names = sorted({name for row in rows for name in (*row.attributes, *row.relationships)})
    exact = {one.name for one in members(endpoint.cls) if isinstance(one, DecimalText)}
    found: set[str] = set()
    for start in range(0, len(numeric), IDS_A_REQUEST):
        ids = numeric[start : start + IDS_A_REQUEST]
        asked = query(
            endpoint.wire_type, filter={"id": ids}, fields={endpoint.wire_type: names}, page_size=ALL
        )
        page = yield from endpoint.page(asked, NOTHING)
        found |= {one.id for one in page.items if one.id in by_id and _shows(one, by_id[one.id], exact)}
    return found


def _shows(found: Resource, row: Row, exact: set[str]) -> bool:
    new = {(one.get("type"), one.get("id")) for one in row.included}
    for name, value in row.attributes.items():
        if name not in found.attributes or not _same(value, found.attributes[name], number=name in exact):
            return False
    for name, to in row.relationships.items():
        wanted = linkage(to)
        many = wanted if isinstance(wanted, list) else [wanted]
        # A record that is made along with it gets its id from OroCommerce: nothing to compare.
        if any(one and (one["type"], one["id"]) in new for one in many):
            continue
        if name not in found.relationships or linkage(found.relationships[name].data) != wanted:
            return False
    return True


def _same(sent: Any, read: Any, *, number: bool) -> bool:
    if sent is None or read is None or isinstance(sent, bool) or isinstance(read, bool):
        return sent is read
    if number or (isinstance(sent, int | float | Decimal) and isinstance(read, int | float | Decimal)):
        try:
            return Decimal(str(sent)) == Decimal(str(read))
        except InvalidOperation:
            return False
    if isinstance(sent, str) and isinstance(read, str):
        # OroCommerce trims texts.
        return sent.strip() == read.strip()
    return bool(sent == read)
