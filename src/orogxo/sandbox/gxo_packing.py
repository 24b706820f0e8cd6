"""Cartons: what of a shipment lies in which package, with a valid SSCC on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orogxo.sandbox.wire import plain_number

_COMPANY = "0614141"


def pack(
    shipment_ref: str, lines: Sequence[Mapping[str, Any]], numbers: Sequence[str], serial: int
) -> list[dict[str, Any]]:
    """Spread what was shipped over as many packages as there are tracking numbers, none of them empty."""
    cartons = max(1, len(numbers))
    contents: list[list[dict[str, Any]]] = [[] for _ in range(cartons)]
    for line in lines:
        quantity = Decimal(line["shipped"]["value"])
        for carton, part in zip(contents, _parts(quantity, cartons), strict=True):
            if part:
                carton.append(_content(line, part))
    filled = [carton for carton in contents if carton]
    packages = [
        {
            "package_ref": f"{shipment_ref}-{number}",
            "type": "carton",
            "sscc": sscc(serial + number),
            "tracking": list(numbers[number - 1 : number]),
            "lines": carton,
        }
        for number, carton in enumerate(filled, start=1)
    ]
    if packages:
        # A parcel too small to split still travels under all its numbers.
        packages[-1]["tracking"] = list(numbers[len(packages) - 1 :])
    return packages


def _parts(quantity: Decimal, cartons: int) -> list[Decimal]:
    if quantity != quantity.to_integral_value():
        return [quantity, *[Decimal()] * (cartons - 1)]
    share, rest = divmod(int(quantity), cartons)
    return [Decimal(share + (number < rest)) for number in range(cartons)]


def _content(line: Mapping[str, Any], quantity: Decimal) -> dict[str, Any]:
    return {
        "order_line_ref": line["order_line_ref"],
        "sku": line["sku"],
        "qty": {"value": plain_number(quantity), "uom": line["shipped"]["uom"]},
        "lot": None,
        "serials": [],
        "expiry": None,
    }


def sscc(serial: int) -> str:
    """An 18-digit SSCC: extension digit 0, company prefix, serial reference, check digit (GS1, modulo 10)."""
    digits = f"0{_COMPANY}{serial:09d}"
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return digits + str(-weighted % 10)
