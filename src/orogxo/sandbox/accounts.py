"""What each OroCommerce order asks for, line by line, by the twin's own arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.world import World

_REFERENCE = re.compile(r"[A-Za-z]*[-_.]?(\d+)")


@frozen
class Wanted:
    """A line to ship. `line_ref`: the order line's id, with `.` and the kit item's id for a component.

    `eaches` is in base units of `sku`; None when no one can know it (no quantity, no rate, no such product).
    """

    order_id: str
    line_ref: str
    sku: str | None
    eaches: Fraction | None


def order_id_of(ref: str) -> str | None:
    """The OroCommerce order that a warehouse reference names; an alphabetic prefix does not matter."""
    match = _REFERENCE.fullmatch(ref)
    return match[1] if match else None


def wanted(data: OroData, world: World, order: Row) -> Iterator[Wanted]:
    """The lines of an order; a kit is its components."""
    for line_id in order.relations["lineItems"]:
        line = data.table("orderlineitems")[line_id]
        parts = line.relations.get("kitItemLineItems") or []
        if not parts:
            yield Wanted(order.id, line_id, line.attributes["productSku"], _eaches(world, line))
        for part_id in parts:
            part = data.table("orderproductkititemlineitems")[part_id]
            one, kits = _eaches(world, part), line.attributes["quantity"]
            total = None if one is None or kits is None else one * Fraction(kits)
            yield Wanted(order.id, f"{line_id}.{part_id}", part.attributes["productSku"], total)


def _eaches(world: World, line: Row) -> Fraction | None:
    product = world.products.get(str(line.attributes["productSku"]))
    if product is None or line.attributes.get("freeFormProduct"):
        return None
    return product.eaches(line.attributes["quantity"], line.attributes["productUnitCode"])
