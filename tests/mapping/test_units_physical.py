"""Physical units: exact by physics, and only for names that are surely physical."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import permutations

import pytest

from orogxo.errors import MappingError
from orogxo.mapping.units import PHYSICAL, UnitBook
from orogxo.model import Quantity


def book_of(base: str, **units: object) -> UnitBook:
    return UnitBook.from_mapping({"skus": {"A": {"base": base, **units}}})


@pytest.mark.parametrize(
    ("base", "quantity", "expected"),
    [
        ("kg", Quantity(12, "lb"), "5.44310844"),
        ("kg", Quantity(1, "oz"), "0.028349523125"),
        ("kg", Quantity(1, "t"), "1000"),
        ("g", Quantity(1, "mg"), "0.001"),
        ("m", Quantity(1, "ft"), "0.3048"),
        ("cm", Quantity(1, "in"), "2.54"),
        ("mm", Quantity(1, "yd"), "914.4"),
        ("m", Quantity("0.5", "km"), "500"),
        ("l", Quantity(1, "gal"), "3.785411784"),
        ("ml", Quantity(1, "m3"), "1000000"),
        ("m2", Quantity("2.5", "m2"), "2.5"),
    ],
)
def test_the_international_definitions_hold_exactly(base, quantity, expected):
    assert book_of(base).to_base("A", quantity) == Quantity(expected, base)


def test_every_pair_of_one_dimension_converts_there_and_back_exactly():
    for (unit, (dimension, _)), (other, (same, _)) in permutations(PHYSICAL.items(), 2):
        if dimension == same:
            book = book_of(other)
            there = book.to_base("A", Quantity("7/3", unit))
            assert book.convert("A", there, unit) == Quantity("7/3", unit)
            assert isinstance(there.amount, Fraction)


@pytest.mark.parametrize(
    "unit", ["bag", "count", "drum", "barrel", "dozen", "case", "KG", "kilogram", "pound", "s"]
)
def test_other_names_that_pint_knows_are_pack_sizes_here(unit):
    with pytest.raises(MappingError, match="UNIT_UNMAPPED"):
        book_of("kg").factor("A", unit)


def test_dimensions_never_mix():
    with pytest.raises(MappingError, match="UNIT_UNMAPPED"):
        book_of("kg").factor("A", "l")


def test_a_pack_of_a_weight():
    book = book_of("kg", bag="2.5 kg", sack="50 lb", pallet="40 bag")
    assert book.factor("A", "sack") == Fraction("22.6796185")
    assert book.factor("A", "pallet") == 100
    assert book_of("g", bag="2.5 kg").factor("A", "bag") == 2500
    assert book_of("g", kg=1000, bag="2.5 kg").factor("A", "bag") == 2500


def test_a_counted_sku_with_a_weight_understands_other_weights():
    assert book_of("each", kg=4).to_base("A", Quantity(500, "g")) == Quantity(2, "each")


def test_pint_is_loaded_only_when_a_physical_unit_needs_it():
    script = (
        "import sys, orogxo.mapping, orogxo.rules\n"
        "from orogxo.mapping import UnitBook\n"
        "book = UnitBook.from_text('[skus.A]\\nbase = \"kg\"\\nbag = 25\\n')\n"
        "assert book.factor('A', 'bag') == 25 and 'pint' not in sys.modules\n"
        "assert book.factor('A', 'g') * 1000 == 1 and 'pint' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
