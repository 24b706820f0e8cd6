"""Laws of the way back: books balance and do not depend on the order, number or repetition of messages."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.mapping import apply, merge
from orogxo.model import LineLedger, Quantity, Shipment, ShipmentLine

AMOUNTS = st.integers(0, 15).map(lambda count: Quantity(count, "EA"))
MAYBE = st.none() | AMOUNTS
ODD = st.sampled_from([Quantity(1, "CS"), Quantity(-2, "EA")])
LINES = st.builds(
    ShipmentLine, st.sampled_from(["1", "2", "9"]), st.sampled_from(["A", "B"]), AMOUNTS | ODD,
    short=MAYBE, cancelled=MAYBE, backordered=MAYBE,
)  # fmt: skip
SHIPMENTS = st.builds(
    Shipment, st.sampled_from(["S1", "S2", "S3"]), st.just("17"), st.lists(LINES, max_size=3).map(tuple),
    version=st.integers(1, 3), final=st.booleans(),
)  # fmt: skip
OPENING = tuple(
    LineLedger(ref, ref, sku, "each", "EA", Quantity(1, "case"), Quantity(12, "each").amount)
    for ref, sku in (("1", "A"), ("2", "B"))
)


def merged(shipments: list[Shipment]) -> tuple[Shipment, ...]:
    kept: tuple[Shipment, ...] = ()
    for shipment in shipments:
        kept = merge(kept, shipment)
    return kept


@settings(max_examples=200)
@given(st.lists(SHIPMENTS, max_size=6), st.data())
def test_order_repetition_and_lateness_change_nothing(shipments, data):
    shuffled = data.draw(st.permutations(shipments + shipments[:2]))
    assert merged(shuffled) == merged(shipments)
    assert apply(OPENING, shuffled) == apply(OPENING, shipments) == apply(OPENING, merged(shipments))


@settings(max_examples=200)
@given(st.lists(SHIPMENTS, max_size=6))
def test_the_books_balance_and_hold_exactly_what_fits(shipments):
    kept = merged(shipments)
    lines, problems = apply(OPENING, kept)
    refused = {problem.path for problem in problems}
    first = {shipment.id: shipment for shipment in reversed(kept)}
    for line in lines:
        assert line.ordered == line.shipped - line.over + line.short + line.cancelled + line.open
        fitting = [
            told.shipped.amount
            for shipment in first.values()
            for told in shipment.lines
            if (told.line_ref, told.sku) == (line.ref, line.sku)
            and all(figure is None or (figure.unit == "EA" and figure.amount >= 0)
                    for figure in (told.shipped, told.short, told.cancelled))
        ]  # fmt: skip
        assert line.shipped == sum(fitting)
        if line.over:
            assert f"lines[{line.ref}]" in refused


@settings(max_examples=100)
@given(st.lists(SHIPMENTS, min_size=1, max_size=5), AMOUNTS)
def test_a_higher_version_replaces_every_lower_one(shipments, amount):
    told = ShipmentLine("1", "A", amount)
    corrected = [evolve(shipment, version=9, lines=(told,), final=False) for shipment in shipments]
    (line, _), _ = apply(OPENING, [*corrected, *shipments])
    assert line.shipped == amount.amount * len({shipment.id for shipment in shipments})
