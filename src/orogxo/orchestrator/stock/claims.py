"""What an order takes from the pools: one claim for each of its lines, held and waiting orders included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from orogxo.errors import MappingError
from orogxo.mapping import apply
from orogxo.model import (
    Answer,
    Claim,
    Fulfilment,
    Left,
    LineLedger,
    Quantity,
    Shipment,
    ShipmentLine,
    State,
)
from orogxo.orchestrator.after_send import was_sent

ToBase = Callable[[str, Quantity], Fraction]
"""(SKU, quantity in a unit of the warehouse) to base units; raises MappingError."""

ENDED = frozenset({State.SHIPPED, State.CLOSED, State.CANCELLED})
NONE = Fraction(0)


def claims_of(fulfilment: Fulfilment, to_base: ToBase) -> tuple[Claim, ...]:
    """All claims of an order; none for one that takes nothing (any more).

    What the warehouse has (or may have) counts by the books, anything else by the lines as last read. A
    cancelled order counts until the warehouse has confirmed the cancellation, and so much of it as left all
    the same. Of an order that was changed after it was sent, the greater amount of each line counts. Goods
    that left in place of others, or on no line of ours, are claims on their own SKU.
    """
    lines = _lines(fulfilment)
    claims = [*_on_lines(fulfilment, lines), *_strange(fulfilment, lines, to_base)]
    if fulfilment.state is not State.CANCELLED:
        claims += _changed(fulfilment, lines)
        claims += _unclear(fulfilment)
    return tuple(claims)


def _lines(fulfilment: Fulfilment) -> Sequence[LineLedger]:
    """The books; for what was not sent, those that it would have, people's own shipments included."""
    if was_sent(fulfilment):
        return fulfilment.lines
    if fulfilment.state is State.CANCELLED:
        return ()
    refs = [line.ref for line in fulfilment.captured]
    opened = [
        LineLedger(
            # Two lines of one reference hold the order, and both take goods.
            ref=line.ref if refs.index(line.ref) == place else f"{line.ref}#{place}",
            order_line_id=line.order_line_id,
            sku=line.sku,
            unit=line.quantity.unit,
            uom=line.uom,
            sold=line.sold,
            ordered=line.quantity.amount,
        )
        for place, line in enumerate(fulfilment.captured)
    ]
    return apply(opened, fulfilment.shipments)[0]


def _on_lines(fulfilment: Fulfilment, lines: Sequence[LineLedger]) -> Iterator[Claim]:
    ref = fulfilment.request.ref if fulfilment.request and fulfilment.lines else ""
    for line in lines:
        amount = line.shipped + line.open
        if amount:
            yield Claim(
                order_id=fulfilment.order_id,
                line=line.ref,
                sku=line.sku,
                amount=amount,
                ref=ref,
                left=tuple(_left(line, fulfilment.shipments)),
                over=min(line.over, line.shipped),
                backordered=_backordered(line, fulfilment.shipments),
                given_up=max(NONE, line.ordered - amount),
                # Each revision may have had other amounts, and refused goods go back at an unknown instant.
                unproven=fulfilment.revision > 1 or not was_sent(fulfilment),
                closed=not line.open,
            )


def _changed(fulfilment: Fulfilment, lines: Sequence[LineLedger]) -> Iterator[Claim]:
    """What a change adds that the warehouse was asked for, or would not take: it was sold all the same."""
    over = fulfilment.cancel is Answer.DONE or (
        fulfilment.change is Answer.REFUSED and fulfilment.state in ENDED
    )
    if fulfilment.proposed is None or over:
        return
    ordered = {(line.ref, line.sku): line.ordered for line in lines}
    for line in fulfilment.proposed.lines:
        more = line.quantity.amount - ordered.get((line.ref, line.sku), NONE)
        if more > 0:
            yield Claim(fulfilment.order_id, f"{line.ref}:changed", line.sku, more)


def _unclear(fulfilment: Fulfilment) -> Iterator[Claim]:
    for sku in fulfilment.unclear:
        yield Claim(fulfilment.order_id, f"unclear:{sku}", sku, NONE, unclear=True)


def _left(line: LineLedger, shipments: Sequence[Shipment]) -> Iterator[Left]:
    booked: set[str] = set()
    for shipment in shipments:
        gone = sum((told.shipped.amount for told in shipment.lines if _booked(line, told)), NONE)
        if gone and shipment.id not in booked:
            yield _leaving(shipment, gone, shipments)
        booked.add(shipment.id)


def _booked(line: LineLedger, told: ShipmentLine) -> bool:
    """Whether `mapping.apply` books it: as it was asked for, and nothing negative."""
    figures = [one for one in (told.shipped, told.short, told.cancelled) if one is not None]
    as_asked = (told.line_ref, told.sku) == (line.ref, line.sku)
    return as_asked and all(one.unit == line.uom and one.amount >= 0 for one in figures)


def _leaving(shipment: Shipment, amount: Fraction, shipments: Sequence[Shipment]) -> Left:
    # A shipment of several orders is one of ours for each, named "shipment/order"; movements name the first.
    ref = shipment.id.partition("/")[0]
    at = shipment.recorded_at or (shipment.shipped_at if shipment.version == 1 else None)
    # Two texts under one version contradict each other, and prove nothing.
    alone = sum(one.id == shipment.id for one in shipments) == 1
    return Left(ref, amount, at if alone else None)


def _backordered(line: LineLedger, shipments: Sequence[Shipment]) -> Fraction:
    told = [
        row.backordered.amount
        for shipment in shipments
        for row in shipment.lines
        if row.backordered is not None and _booked(line, row)
    ]
    if any(shipment.version > 1 for shipment in shipments):
        # What a correction took back is open again, and nobody says whether goods are set aside for it.
        told.append(line.open)
    return max(told, default=NONE)


def _strange(fulfilment: Fulfilment, lines: Sequence[LineLedger], to_base: ToBase) -> Iterator[Claim]:
    """Goods that left on no line that asked for them: other SKUs, other units, unknown lines."""
    told_of = [(shipment, told) for shipment in fulfilment.shipments for told in shipment.lines]
    for place, (shipment, told) in enumerate(told_of):
        if told.shipped.amount <= 0 or any(_booked(line, told) for line in lines):
            continue
        name = f"{told.line_ref}:{shipment.id}:{place}"
        try:
            amount = to_base(told.sku, told.shipped)
        except MappingError:
            yield Claim(fulfilment.order_id, name, told.sku, NONE, unclear=True)
            continue
        left = (_leaving(shipment, amount, fulfilment.shipments),)
        yield Claim(fulfilment.order_id, name, told.sku, amount, left=left, over=amount, closed=True)
