"""Order lines as picks: kits from the order itself, quantities in base units, codes of the warehouse."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.errors import MappingError
from orogxo.mapping import Pick, UnitBook, Uoms, fulfilment_line, picks
from orogxo.mapping.lines import sendable_ref
from orogxo.model import FulfilmentLine, KitComponent, OrderLine, Quantity

RECORDING = Path(__file__).parents[1] / "recordings/oro-6.1.8/order_get_kit.json"
UNITS = UnitBook.from_text(
    '[skus.WIDGET-001]\nbase="item"\ncase=12\n[skus.WIDGET-002]\nbase="item"\n[skus.SHEET-7]\nbase="kg"\nitem=4\n'
    '[skus.ODD]\nbase="barrel"\n'
)


def mapped(pick: Pick) -> FulfilmentLine:
    return fulfilment_line(pick, UNITS, Uoms())


def refused(**changes: object) -> MappingError:
    pick = Pick("1", "1", "WIDGET-001", Quantity(1, "case"), "lines[1]")
    with pytest.raises(MappingError) as caught:
        mapped(evolve(pick, **changes))
    return caught.value


def recorded_kit_line() -> OrderLine:
    rows = json.loads(RECORDING.read_text("utf-8"), parse_float=Decimal)["response"]["body"]["included"]
    facts = {row["type"]: row for row in rows}
    line = facts["orderlineitems"]
    parts = [
        KitComponent(
            row["id"],
            row["attributes"]["productSku"],
            Quantity(row["attributes"]["quantity"], row["attributes"]["productUnitCode"]),
        )
        for row in rows
        if row["type"] == "orderproductkititemlineitems"
    ]
    sold = Quantity(line["attributes"]["quantity"], line["attributes"]["productUnitCode"])
    return OrderLine(line["id"], line["attributes"]["productSku"], sold, components=tuple(parts), is_kit=True)


def test_one_case_of_twelve_is_picked_as_twelve_eaches():
    (pick,) = picks(OrderLine("101", "WIDGET-001", Quantity(1, "case"), product_id="1"))
    assert mapped(pick) == FulfilmentLine(
        "101", "101", "WIDGET-001", Quantity(12, "item"), "EA", Quantity(1, "case")
    )


def test_the_recorded_kit_is_picked_as_its_components_and_never_as_itself():
    """Two kits of one and two parts, as in oro-6.1.8/order_get_kit."""
    line = recorded_kit_line()
    lines = [mapped(pick) for pick in picks(line)]
    assert [(one.ref, one.sku, one.quantity) for one in lines] == [
        (f"{line.id}.1", "WIDGET-001", Quantity(2, "item")),
        (f"{line.id}.2", "WIDGET-002", Quantity(4, "item")),
    ]
    assert {one.order_line_id for one in lines} == {line.id}


def test_a_kit_without_components_has_nothing_to_pick():
    assert picks(OrderLine("1", "KIT-1", Quantity(1, "item"), is_kit=True)) == ()


def test_one_sku_in_two_units_stays_two_lines():
    lines = [OrderLine(id_, "WIDGET-001", Quantity(1, unit)) for id_, unit in (("1", "case"), ("2", "item"))]
    found = [mapped(pick) for line in lines for pick in picks(line)]
    assert [(line.ref, line.quantity.amount) for line in found] == [("1", 12), ("2", 1)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sku": "WIDGET-9"}, "SKU_UNMAPPED"),
        ({"sold": Quantity(1, "drum")}, "UNIT_UNMAPPED"),
        ({"sold": Quantity("0.5", "item")}, "FRACTIONAL_EACH"),
        ({"sold": Quantity("1/7", "case")}, "FRACTIONAL_EACH"),
        ({"sku": "SHEET-7", "sold": Quantity("1/3", "kg")}, "FRACTIONAL_EACH"),
        ({"sku": "ODD", "sold": Quantity(1, "barrel")}, "UOM_UNMAPPED"),
        ({"ref": "1/2"}, "REFERENCE_UNSENDABLE"),
    ],
)
def test_what_cannot_be_picked_exactly_is_refused(changes, code):
    assert refused(**changes).code == code


def test_part_of_a_case_that_is_whole_eaches_can_be_picked():
    assert mapped(Pick("1", "1", "WIDGET-001", Quantity("0.25", "case"), "x")).quantity == Quantity(3, "item")


def test_weights_keep_their_decimals():
    line = mapped(Pick("1", "1", "SHEET-7", Quantity("2.125", "kg"), "x"))
    assert (line.quantity, line.uom) == (Quantity("2.125", "kg"), "KGM")


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("each", "EA"),
        ("item", "EA"),
        ("piece", "EA"),
        ("set", "SET"),
        ("kg", "KGM"),
        ("g", "GRM"),
        ("lb", "LBR"),
        ("m", "MTR"),
        ("l", "LTR"),
    ],
)
def test_usual_base_units_have_their_rec_20_code(unit, code):
    assert Uoms().code(unit) == code


@pytest.mark.parametrize("codes", [{}, {"each": ""}])
def test_a_base_unit_without_code_is_refused(codes):
    with pytest.raises(MappingError, match="UOM_UNMAPPED"):
        Uoms(codes).code("each")


@pytest.mark.parametrize("ref", ["", "a b", "é", "1\n", "a/b", "x" * 65, "\u0661"])
def test_references_are_plain_characters(ref):
    assert sendable_ref("SHOP-1_7.x" + "y" * 54, "id")
    with pytest.raises(MappingError, match="REFERENCE_UNSENDABLE"):
        sendable_ref(ref, "id")
