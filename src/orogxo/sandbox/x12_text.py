"""The twin's own X12: rows of text, 940 into the gateway's order, the gateway's shipment into a 945."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

Rows: TypeAlias = list[list[str]]
"""Segments as lists of text: id, then elements, so that index 1 is element 01."""

_UOMS = {"EA": "EA", "PC": "H87", "KG": "KGM", "CA": "CS", "PL": "PX", "SE": "SET"}
_X12_UOMS = {uom: code for code, uom in _UOMS.items()} | {"C62": "EA"}


def rows_of(text: str) -> Rows:
    """Split by the separators that the ISA shows at their fixed places."""
    element, terminator = text[3], text[105]
    return [segment.strip().split(element) for segment in text.split(terminator) if segment.strip()]


def envelope(
    kind: tuple[str, str],
    body: Rows,
    ends: tuple[str, str],
    control: int,
    now: dt.datetime,
    *,
    too_many: bool = False,
) -> Rows:
    """ISA to IEA around one document of `kind` (ST01, GS01); `too_many`: SE01 is one too high."""
    code, functional_id = kind
    day, time = f"{now:%Y%m%d}", f"{now:%H%M}"
    parties = [part for end in ends for part in ("ZZ", end.ljust(15))]
    isa = ["ISA", "00", " " * 10, "00", " " * 10, *parties, day[2:], time, "U", "00401"]
    count = str(len(body) + 2 + too_many)
    return [
        [*isa, f"{control:09}", "0", "P", ">"],
        ["GS", functional_id, *ends, day, time, str(control), "X", "004010"],
        ["ST", code, "0001"],
        *body,
        ["SE", count, "0001"],
        ["GE", "1", str(control)],
        ["IEA", "1", f"{control:09}"],
    ]


def order_of(document: Rows) -> tuple[str, dict[str, Any]]:
    """W0501, and the order as the gateway would have got it."""
    heading, lines = _split(document)
    w05 = next(row for row in heading if row[0] == "W05")
    named = {row[1]: _at(row, 2) for row in heading if row[0] == "N9"}
    w66 = next((row for row in heading if row[0] == "W66"), [])
    carrier, _, service = _at(w66, 5).partition("/")
    body = {
        "client_id": "x12",
        "site_id": "x12",
        "type": "sale",
        "client_order_ref": w05[2],
        "po_number": _at(w05, 3) or named.get("PO", ""),
        "customer_org": _customer(heading),
        "ship_to": _ship_to(heading),
        "carrier": {"code": carrier, "service_code": service, "scac": _at(w66, 10)},
        "lines": [_line(line) for line in lines],
    }
    return w05[1], body


def _split(document: Rows) -> tuple[Rows, list[Rows]]:
    heading: Rows = []
    lines: list[Rows] = []
    for row in document:
        if row[0] == "LX":
            lines.append([])
        elif row[0] != "W76":
            (lines[-1] if lines else heading).append(row)
    return heading, lines


def _at(row: list[str], element: int) -> str:
    return row[element] if len(row) > element else ""


def _line(rows: Rows) -> dict[str, Any]:
    w01 = next(row for row in rows if row[0] == "W01")
    ref = next(row[2] for row in rows if row[:2] == ["N9", "LI"])
    uom = _UOMS.get(w01[2], w01[2])
    return {"line_ref": ref, "sku": _at(w01, 5), "qty": {"value": w01[1], "uom": uom}}


def _parties(heading: Rows) -> Iterator[Rows]:
    party: Rows = []
    for row in [*heading, ["N1"]]:
        if row[0] == "N1":
            if party:
                yield party
            party = [row]
        elif party and row[0] in {"N2", "N3", "N4", "PER"}:
            party.append(row)


def _customer(heading: Rows) -> dict[str, Any] | None:
    """The family: N1*BY first, its parents after it; too short an id stands in N9*11 by its place."""
    short = {_at(row, 3): _at(row, 2) for row in heading if row[:2] == ["N9", "11"]}
    family = [party[0] for party in _parties(heading) if party[0][1] in {"BY", "ZZ"}]
    found: dict[str, Any] | None = None
    for place, row in reversed(list(enumerate(family, start=1))):
        found = {"id": _at(row, 4) or short.get(str(place), ""), "name": _at(row, 2), "parent": found}
    return found


def _ship_to(heading: Rows) -> dict[str, str]:
    party = next((party for party in _parties(heading) if party[0][1] == "ST"), [["N1"]])
    streets = next((row for row in party if row[0] == "N3"), [])
    place = next((row for row in party if row[0] == "N4"), [])
    return {
        "name": _at(party[0], 2),
        "street": _at(streets, 1),
        "street2": _at(streets, 2),
        "city": _at(place, 1),
        "region": _at(place, 2),
        "postal_code": _at(place, 3),
        "country": _at(place, 4),
    }


def shipment_rows(shipment: Mapping[str, Any]) -> Rows:
    """A shipment of the floor as the body of a 945; goods in a package stand under its LX."""
    day = shipment["shipped_at"][:10].replace("-", "")
    ref, carrier = shipment["order_refs"][0], shipment["carrier"] or ""
    closes = "CC" if shipment["final"] else "BP"
    rows: Rows = [
        ["W06", "F", ref, day, shipment["shipment_ref"], "", shipment["po_number"] or ""],
        ["N1", "WH", "GXO", "92", "GXO-LEEDS"],
        ["W27", "M", "", f"{carrier}/{shipment['service'] or ''}", "", "", "", "", closes],
    ]
    lines = {line["order_line_ref"]: line for line in shipment["lines"]}
    number = 0
    for package in shipment["packages"]:
        number += 1
        rows += [["LX", str(number)], ["MAN", "GM", f"00{package['sscc']}"]]
        rows += [["N9", "2I", tracking] for tracking in package["tracking"]]
        for content in package["lines"]:
            rows += _goods(lines[content["order_line_ref"]], content["qty"])
    packed = {content["order_line_ref"] for package in shipment["packages"] for content in package["lines"]}
    for line in shipment["lines"]:
        if line["order_line_ref"] not in packed:
            number += 1
            rows += [["LX", str(number)], *_goods(line, line["shipped"])]
    total = sum(Decimal(row[3]) for row in rows if row[0] == "W12")
    return [*rows, ["W03", f"{total:f}"]]


def _goods(line: Mapping[str, Any], shipped: Mapping[str, str]) -> Rows:
    status, open_ = "CC", Decimal(line["shipped"]["value"])
    for name, code in (("backordered", "BP"), ("short", "CP"), ("cancelled", "CU")):
        if line.get(name):
            status = code
            open_ += Decimal(line[name]["value"])
    uom = _X12_UOMS.get(shipped["uom"], shipped["uom"])
    w12 = ["W12", status, f"{open_:f}", shipped["value"], "", uom, "", "VN", line["sku"]]
    return [w12, ["N9", "LI", line["order_line_ref"]]]
