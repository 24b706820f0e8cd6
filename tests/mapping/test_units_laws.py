"""Laws of units over random catalogues: no each is made or lost, and every conversion has its inverse."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.mapping import Pick, Uoms, fulfilment_line
from orogxo.mapping.units import UnitBook
from orogxo.model import Product, ProductUnit, Quantity

SIZES = st.integers(min_value=1, max_value=500)
AMOUNTS = st.fractions(min_value=Fraction(1, 100), max_value=10_000, max_denominator=1000)
DECIMALS = st.decimals(min_value="0.001", max_value="500", places=3)


@st.composite
def catalogues(draw):
    """A declared SKU of packs in packs, in random order, with the factors that it must come to."""
    base = draw(st.sampled_from(["each", "kg", "lb"]))
    factors, table = {base: Fraction(1)}, {}
    for index in range(draw(st.integers(1, 5))):
        inner = draw(st.sampled_from(sorted(factors)))
        size = draw(SIZES | DECIMALS)
        table[f"pack{index}"] = f"{size} {inner}"
        factors[f"pack{index}"] = Fraction(size) * factors[inner]
    shuffled = draw(st.permutations(sorted(table)))
    return {"base": base, **{unit: table[unit] for unit in shuffled}}, factors


@settings(max_examples=150)
@given(catalogues(), AMOUNTS)
def test_every_unit_holds_what_its_packs_hold_and_converts_back(catalogue, amount):
    table, factors = catalogue
    book = UnitBook.from_mapping({"skus": {"A": table}})
    assert {unit: book.factor("A", unit) for unit in book.units("A")} == factors
    for unit, factor in factors.items():
        sold = Quantity(amount, unit)
        base = book.to_base("A", sold)
        assert base == Quantity(amount * factor, table["base"])
        assert book.convert("A", base, unit) == sold
        for other in factors:
            assert book.to_base("A", book.convert("A", sold, other)) == base


@st.composite
def products(draw):
    """An OroCommerce product, packs in packs with the primary unit anywhere, and the eaches in each unit.

    Sizes below the primary unit are such that the reciprocal is a finite decimal: OroCommerce stores no other
    exactly.
    """
    below = draw(st.lists(st.sampled_from([2, 4, 5, 8, 10, 20, 25]), max_size=2))
    above = draw(st.lists(SIZES, max_size=3))
    eaches = [1]
    for size in (*below, *above):
        eaches.append(eaches[-1] * size)
    primary = eaches[len(below)]
    rates = [Decimal(count) / primary for count in eaches]
    listed = [ProductUnit(f"u{index}", rate) for index, rate in enumerate(rates)]
    units = (listed[len(below)], *listed[: len(below)], *listed[len(below) + 1 :])
    return Product("1", "A", units), {unit.code: count for unit, count in zip(listed, eaches, strict=True)}


@settings(max_examples=150)
@given(products(), st.integers(1, 10_000), st.data())
def test_eaches_instructed_are_eaches_ordered_and_the_way_back_is_the_order(catalogue, count, data):
    product, eaches = catalogue
    book = UnitBook.from_oro([product])
    assert set(book.units("A")) == set(eaches)
    unit = data.draw(st.sampled_from(sorted(eaches)))
    sold = Quantity(count, unit)
    line = fulfilment_line(Pick("1", "1", "A", sold, "lines[1]"), book, Uoms({book.base("A"): "EA"}))
    assert line.quantity.amount == count * eaches[unit]
    assert book.convert("A", line.quantity, unit) == sold == line.sold
