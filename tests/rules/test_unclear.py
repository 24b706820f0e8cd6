"""`Prepared.unclear`: SKUs of which nobody can say how much an order takes, so that no stock is raised."""

from __future__ import annotations

import pytest
from attrs import evolve

from orogxo.mapping import UnitBook, Uoms
from orogxo.model import KitComponent, OrderLine, Quantity
from orogxo.rules import Prepared, Tables
from support.orders import TABLES, a_line, an_order, prepared


def looked_at(*lines: OrderLine, tables: Tables = TABLES, **changes: object) -> Prepared:
    return prepared(an_order(lines=lines, **changes), tables)


def kit(*skus: str, **changes: object) -> OrderLine:
    parts = tuple(KitComponent(str(n), sku, Quantity(2, "each")) for n, sku in enumerate(skus))
    return a_line(
        **{"sku": "KIT-1", "quantity": Quantity(3, "set"), "components": parts, "is_kit": True} | changes
    )


DRUM = a_line(id="7", quantity=Quantity(1, "drum"))
STRANGER = a_line(id="8", sku="NEW-1")


def test_an_order_that_may_go_is_clear():
    for outcome in (looked_at(a_line()), looked_at(kit("WIDGET-001"))):
        assert outcome.request is not None
        assert outcome.unclear == ()


def test_a_line_whose_quantity_cannot_be_resolved_makes_its_sku_unclear_and_the_others_count():
    outcome = looked_at(a_line(), DRUM, STRANGER)
    assert outcome.unclear == ("WIDGET-001", "NEW-1")
    assert [line.ref for line in outcome.captured] == ["101"]


def test_a_sku_is_named_once_however_many_lines_are_unclear():
    assert looked_at(STRANGER, DRUM, evolve(STRANGER, id="9")).unclear == ("NEW-1", "WIDGET-001")


@pytest.mark.parametrize(
    "changes",
    [
        {"po_number": None},
        {"shipping_method": "teleport"},
        {"customer": None},
    ],
)
def test_an_order_held_for_another_reason_is_clear(changes):
    outcome = looked_at(a_line(), **changes)
    assert (outcome.request, outcome.unclear) == (None, ())
    assert outcome.captured[0].quantity == Quantity(12, "each")


def test_a_component_without_a_unit_makes_itself_unclear_not_the_kit():
    assert looked_at(kit("WIDGET-001", "NEW-1")).unclear == ("NEW-1",)


def test_a_kit_without_components_may_take_anything():
    outcome = looked_at(a_line(), kit())
    assert (outcome.unclear, [line.sku for line in outcome.captured]) == (("",), ["WIDGET-001"])


def test_nothing_is_unclear_of_a_line_that_takes_nothing():
    engraving = a_line(id="7", free_form=True, product_id=None, sku="", name="Engraving")
    assert looked_at(engraving, a_line(id="8", quantity=Quantity(0, "case"))).unclear == ()


def test_a_unit_without_a_code_or_a_part_of_an_each_is_unclear():
    assert looked_at(a_line(), tables=evolve(TABLES, uoms=Uoms({"kg": "KGM"}))).unclear == ("WIDGET-001",)
    assert looked_at(a_line(quantity=Quantity("0.3", "case"))).unclear == ("WIDGET-001",)


def test_a_changed_pack_size_leaves_the_first_amount_and_makes_the_sku_unclear():
    """Twelve or ten: a person says which, and until then no stock is raised."""
    seen = looked_at(a_line()).captured
    ten = evolve(TABLES, units=UnitBook.from_text('[skus."WIDGET-001"]\nbase = "each"\ncase = 10\n'))
    changed = prepared(an_order(), ten, captured=seen)
    assert (changed.captured, changed.unclear) == (seen, ("WIDGET-001",))
    waived = prepared(an_order(), ten, captured=seen, waivers=["UNIT_RATE_CHANGED"])
    assert (waived.request is not None, waived.unclear) == (True, ())
    held = prepared(an_order(po_number=None), ten, captured=seen, waivers=["UNIT_RATE_CHANGED"])
    assert held.unclear == ("WIDGET-001",), "ten will be sent, and twelve still stands in the claim"


def test_a_unit_that_is_lost_after_the_first_look_leaves_the_amount_known():
    seen = looked_at(a_line()).captured
    lost = evolve(TABLES, units=UnitBook.from_text('[skus."WIDGET-001"]\nbase = "each"\n'))
    outcome = prepared(an_order(), lost, captured=seen)
    assert (outcome.request, outcome.captured, outcome.unclear) == (None, seen, ())
