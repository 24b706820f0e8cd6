"""Units as OroCommerce states them: clean rates are taken, doubtful ones never guessed.

The catalogue is the one recorded in oro-6.1.8/productunitprecisions_list.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from orogxo.errors import MappingError
from orogxo.mapping.units import UnitBook
from orogxo.model import Product, ProductUnit, Quantity

RECORDING = Path(__file__).parents[1] / "recordings/oro-6.1.8/productunitprecisions_list.json"


def recorded_products() -> list[Product]:
    body = json.loads(RECORDING.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)["response"][
        "body"
    ]
    skus = {row["id"]: row["attributes"]["sku"] for row in body["included"] if row["type"] == "products"}
    units: dict[str, list[ProductUnit]] = {id_: [] for id_ in skus}
    for row in body["data"]:
        facts, ties = row["attributes"], row["relationships"]
        unit = ProductUnit(ties["unit"]["data"]["id"], facts["conversionRate"], int(facts["precision"]))
        units[ties["product"]["data"]["id"]].append(unit)
    return [Product(id_, sku, tuple(units[id_])) for id_, sku in skus.items()]


def a_product(sku: str = "A", **rates: str | None) -> Product:
    units = (ProductUnit(code, None if rate is None else Decimal(rate)) for code, rate in rates.items())
    return Product("1", sku, tuple(units))


def code_of(book: UnitBook, sku: str, unit: str) -> str:
    with pytest.raises(MappingError) as caught:
        book.factor(sku, unit)
    return caught.value.code


@pytest.mark.parametrize(
    ("sku", "factors"),
    [
        ("WIDGET-001", {"item": 1, "case": 12, "pallet": 480}),
        ("WIDGET-002", {"item": 1, "case": 24}),
        ("GADGET-100", {"item": 1, "case": 10}),
        ("SHEET-7", {"kg": 1, "item": 4}),
        ("BOLT-M8-50", {"item": 1, "pallet": 1000}),
    ],
)
def test_the_recorded_catalogue_in_base_units(sku, factors):
    book = UnitBook.from_oro(recorded_products())
    assert {unit: book.factor(sku, unit) for unit in book.units(sku)} == factors
    assert book.base(sku) == next(iter(factors))


def test_the_recorded_sheet_is_weighed_to_the_gram_and_understands_pounds():
    book = UnitBook.from_oro(recorded_products())
    assert book.precision("SHEET-7") == 3
    assert book.to_base("SHEET-7", Quantity(12, "lb")) == Quantity("5.44310844", "kg")
    assert book.whole_enough("SHEET-7", Quantity("0.125", "kg"))
    assert not book.whole_enough("SHEET-7", Quantity("5.44310844", "kg"))


@pytest.mark.parametrize(
    "rate", [None, "0", "-12", "0.333333", "11.999999", "2.5", "NaN", "Infinity", "1e31"]
)
def test_an_unclean_rate_leaves_its_unit_in_doubt_and_no_other(rate):
    book = UnitBook.from_oro([a_product(item="1", case=rate, pallet="480")])
    assert code_of(book, "A", "case") == "UNIT_AMBIGUOUS"
    assert book.units("A") == ("item", "pallet")
    assert book.factor("A", "pallet") == 480


@pytest.mark.parametrize("rate", ["12", "12.0", "0.1", "0.25", "0.125", "1E+2", "0.001"])
def test_a_whole_number_or_one_part_of_one_is_clean(rate):
    book = UnitBook.from_oro([a_product(item="1", other=rate)])
    assert book.factor("A", "other") / book.factor("A", "item") == Fraction(rate)


def test_units_that_no_unit_divides_are_refused_until_declared():
    book = UnitBook.from_oro([a_product(case="1", inner="0.25", item="0.1")])
    for unit in ("case", "inner", "item"):
        assert code_of(book, "A", unit) == "UNIT_AMBIGUOUS"
    by_item = UnitBook.from_text('[skus.A]\nbase = "item"\n').declared_over(book)
    assert {unit: by_item.factor("A", unit) for unit in by_item.units("A")} == {
        "item": 1, "inner": Fraction(5, 2), "case": 10,
    }  # fmt: skip


@pytest.mark.parametrize("rate", ["12", None, "0"])
def test_a_primary_unit_that_is_not_one_makes_all_rates_meaningless(rate):
    book = UnitBook.from_oro([a_product(item=rate, case="12")])
    assert code_of(book, "A", "case") == code_of(book, "A", "item") == "UNIT_AMBIGUOUS"


def test_rates_that_defy_physics_are_refused():
    book = UnitBook.from_oro([a_product(kg="1", g="0.01", bag="25")])
    with pytest.raises(MappingError, match="one kg is stated to be 100 g, but it is 1000"):
        book.factor("A", "bag")


def test_an_unclean_pound_stays_in_doubt_although_physics_knows_it():
    book = UnitBook.from_oro([a_product(kg="1", lb="0.453592")])
    assert code_of(book, "A", "lb") == "UNIT_AMBIGUOUS"
    assert book.factor("A", "g") == Fraction(1, 1000)


def test_a_unit_listed_twice_must_agree_with_itself():
    item, case = ProductUnit("item", Decimal(1)), ProductUnit("case", Decimal(12))
    book = UnitBook.from_oro([Product("1", "A", (item, case, case))])
    assert book.factor("A", "case") == 12
    book = UnitBook.from_oro([Product("1", "A", (item, case, ProductUnit("case", Decimal(10))))])
    assert code_of(book, "A", "case") == "UNIT_AMBIGUOUS"


def test_two_products_of_one_sku_must_agree():
    same = [a_product(item="1", case="12"), a_product(item="1", case="12")]
    assert UnitBook.from_oro(same).factor("A", "case") == 12
    other = a_product(item="1", case="10")
    assert code_of(UnitBook.from_oro([*same, other, same[0]]), "A", "case") == "UNIT_AMBIGUOUS"


def test_a_product_without_units_is_unmapped():
    book = UnitBook.from_oro([Product("1", "A", ())])
    assert code_of(book, "A", "item") == "SKU_UNMAPPED"
