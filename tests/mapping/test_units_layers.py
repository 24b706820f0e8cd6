"""Declarations over OroCommerce's rates: the person rules, differences show, nothing untied is guessed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from orogxo.errors import MappingError
from orogxo.mapping.units import UnitBook
from orogxo.model import Product, ProductUnit


def shop(**rates: str) -> UnitBook:
    units = tuple(ProductUnit(code, Decimal(rate), precision=2) for code, rate in rates.items())
    return UnitBook.from_oro(
        [Product("1", "A", units), Product("2", "B", (ProductUnit("item", Decimal(1)),))]
    )


def declared(body: str) -> UnitBook:
    return UnitBook.from_text(f"[skus.A]\n{body}\n")


def factors(book: UnitBook) -> dict[str, Fraction]:
    return {unit: book.factor("A", unit) for unit in book.units("A")}


def doubt(book: UnitBook, unit: str) -> str:
    with pytest.raises(MappingError) as caught:
        book.factor("A", unit)
    assert caught.value.code == "UNIT_AMBIGUOUS"
    return caught.value.message


def test_one_more_unit_joins_the_shops_own():
    book = declared('base = "item"\nlayer = 60').declared_over(shop(item="1", case="12"))
    assert factors(book) == {"item": 1, "case": 12, "layer": 60}
    assert book.notes == ()
    assert book.factor("B", "item") == 1


def test_a_sku_that_the_shop_does_not_have_stands_alone():
    book = UnitBook.from_text('[skus.C]\nbase = "each"').declared_over(shop(item="1"))
    assert book.skus == ("A", "B", "C")


def test_the_declaration_wins_and_the_difference_shows():
    book = declared('base = "item"\ncase = 10').declared_over(shop(item="1", case="12"))
    assert book.factor("A", "case") == 10
    assert book.notes == ("A: one case is 10 item as declared, which overrules 12 item",)


def test_a_doubtful_rate_is_settled_by_a_declaration_visibly():
    book = declared('base = "item"\ncase = 12').declared_over(shop(item="1", case="11.999999", box="0.3"))
    assert book.factor("A", "case") == 12
    assert "settles a doubt: its rate 11.999999" in book.notes[0]
    assert "0.3" in doubt(book, "box")


def test_where_the_two_differ_what_only_the_shop_names_is_in_doubt():
    book = declared('base = "item"\ncase = 10').declared_over(shop(item="1", case="12", pallet="480"))
    assert "no agreed unit ties it" in doubt(book, "pallet")


def test_a_base_of_another_name_is_tied_by_equal_numbers():
    book = declared('base = "each"\ncase = 12\npallet = "40 case"').declared_over(
        shop(item="1", case="12", pallet="480", box="6")
    )
    assert factors(book) == {"each": 1, "item": 1, "box": 6, "case": 12, "pallet": 480}


@pytest.mark.parametrize("case", [24, 10])
def test_a_base_of_another_name_is_not_tied_by_other_numbers(case):
    book = declared(f'base = "each"\ncase = {case}').declared_over(shop(item="1", case="12"))
    assert "no agreed unit ties it" in doubt(book, "item")


def test_without_any_shared_unit_nothing_is_tied():
    book = declared('base = "each"').declared_over(shop(item="1", case="12"))
    assert book.units("A") == ("each",)
    assert {doubt(book, unit).split(":")[1] for unit in ("item", "case")} == {
        " no agreed unit ties it to the declared base 'each'"
    }


def test_physics_ties_the_two_when_names_do_not():
    book = declared('base = "g"').declared_over(shop(kg="1", bag="25"))
    assert book.factor("A", "bag") == 25_000


def test_differences_are_told_from_the_first_shared_unit_where_the_base_is_not_shared():
    book = declared('base = "each"\ncase = 12\npallet = "50 case"').declared_over(
        shop(item="1", case="12", pallet="480")
    )
    assert book.notes == ("A: one pallet is 600 each as declared, which overrules 480 each",)
    assert "no agreed unit" in doubt(book, "item")


def test_precision_is_the_declared_one_else_the_shops_for_that_base():
    assert declared('base = "item"').declared_over(shop(item="1")).precision("A") == 2
    assert declared('base = "item"\nprecision = 0').declared_over(shop(item="1")).precision("A") == 0
    assert declared('base = "each"').declared_over(shop(item="1")).precision("A") is None


def test_a_product_that_cannot_be_used_stays_in_doubt_where_nobody_declared():
    book = declared('base = "item"').declared_over(shop(item="12", case="12"))
    assert book.factor("A", "item") == 1
    assert "must have rate 1" in doubt(book, "case")


def test_books_may_lie_three_deep_and_keep_all_notes():
    inline, file = declared('base = "item"\ncase = 6'), declared('base = "item"\ncase = 10')
    book = inline.declared_over(file.declared_over(shop(item="1", case="12")))
    assert book.factor("A", "case") == 6
    assert [note.split("which")[1] for note in book.notes] == [" overrules 12 item", " overrules 10 item"]
