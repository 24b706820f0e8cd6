"""The orders of the demo: the same ones for the same seed, about one in seven of them faulty."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from orogxo.sandbox import Twin

FAULTY: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("PO_MISSING", {"po_number": ""}),
    ("PO_MISSING", {"po_number": None}),
    ("PO_MISSING", {"po_number": "   "}),
    ("PO_PLACEHOLDER", {"po_number": "N/A"}),
    ("SKU_UNKNOWN", {"lines": [("DELETED-1", 2, "item")]}),
    ("SKU_UNKNOWN", {"lines": [("NOITEM-1", 1, "item")]}),
    ("UNIT_UNMAPPED", {"lines": [("WIDGET-002", 1, "pallet")]}),
    ("UNIT_AMBIGUOUS", {"lines": [("ODD-333", 3, "third")]}),
    ("UNIT_AMBIGUOUS", {"lines": [("NULL-1", 1, "case")]}),
    ("FRACTIONAL_EACH", {"lines": [("WIDGET-001", "0.3", "case")]}),
    ("SHIP_METHOD_UNMAPPED", {"shipping_method": "ups_9"}),
    ("ORGANISATION_MISSING", {"customer": None}),
    ("ORGANISATION_UNMAPPED", {"customer": "Northwind Group"}),
    ("ADDRESS_INCOMPLETE", {"ship_to": {"city": "", "street": ""}}),
    ("FREE_FORM_LINE", {"free_form": [("Custom engraved plate", 4, "item")]}),
    ("NO_SHIPPABLE_LINE", {"lines": []}),
)
"""What is wrong with each faulty order, and the code that must hold it."""

GOODS: tuple[tuple[str, int | str, str], ...] = (
    ("WIDGET-001", 1, "case"),
    ("WIDGET-001", 7, "item"),
    ("WIDGET-001", 1, "pallet"),
    ("WIDGET-002", 2, "case"),
    ("GADGET-100", 3, "case"),
    ("GADGET-100", 15, "item"),
    ("SHEET-7", "1.25", "kg"),
    ("BOLT-M8-50", 250, "item"),
)


@frozen
class Expected:
    """What was placed: the code that must hold each faulty order, and which are corrected half way."""

    placed: tuple[str, ...]
    held: Mapping[str, str]
    corrected: tuple[str, ...]

    @property
    def still_held(self) -> dict[str, str]:
        """What is held in the end."""
        return {order: code for order, code in self.held.items() if order not in self.corrected}

    @property
    def goal(self) -> int:
        """How many orders must ship."""
        return len(self.placed) - len(self.still_held)


def place_orders(twin: Twin, count: int, seed: int) -> Expected:
    """Place `count` orders; about one in seven is faulty, in each way at least once."""
    dice = random.Random(seed)  # noqa: S311  # variety, not secrecy
    faulty = sorted(dice.sample(range(count), max(len(FAULTY), count // 7)))
    held: dict[str, str] = {}
    placed = []
    for number in range(count):
        order: dict[str, Any] = {
            "po_number": f"PO-{number:04d}" if number % 10 else f"PO, {number:04d}",
            "customer": dice.choice(("Northwind Retail GmbH", "Solo Shop Ltd")),
            "lines": dice.sample(GOODS, k=dice.randint(1, 4)),
            "shipping_method": "ups_3",
            "shipping_method_type": "03",
        }
        if number % 9 == 0:
            order["kits"] = [("KIT-1", dice.randint(1, 3))]
        code = ""
        if number in faulty:
            code, wrong = FAULTY[faulty.index(number) % len(FAULTY)]
            order = {name: value for name, value in order.items() if name != "kits"} | dict(wrong)
        order_id = twin.place_order(**order)
        placed.append(order_id)
        if code:
            held[order_id] = code
    corrected = tuple(order_id for order_id, code in held.items() if code.startswith("PO_"))[:3]
    return Expected(tuple(placed), held, corrected)
