"""Shadow mode: what people shipped, held against what orogxo would have asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from orogxo.mapping.shipments import deviations
from orogxo.model.fulfilment import FulfilmentRequest, Shipment
from orogxo.model.quantities import plain


def unlike(request: FulfilmentRequest, shipments: Iterable[Shipment]) -> tuple[str, ...]:
    """Where `shipments` (one version of each) differ from `request`: a sentence a SKU, carrier, PO number.

    People number lines their own way, so goods are compared by SKU and unit, not by line. Empty: people did
    the same.
    """
    told = tuple(shipments)
    asked: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    left: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for line in request.lines:
        asked[line.sku, line.uom] += line.quantity.amount
    for shipped in (line for shipment in told for line in shipment.lines):
        left[shipped.sku, shipped.shipped.unit] += shipped.shipped.amount
    goods = [
        f"{sku}: people shipped {plain(left[sku, uom])} {uom}, "
        f"orogxo would have asked for {plain(asked[sku, uom])}"
        for sku, uom in dict.fromkeys((*asked, *left))
        if asked[sku, uom] != left[sku, uom]
    ]
    return (*goods, *(found.message for shipment in told for found in deviations(request, shipment)))
