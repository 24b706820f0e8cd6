"""Units that a person declares: what is understood, and that every mistake is told at once."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import MappingError
from orogxo.mapping.units import UnitBook
from orogxo.model import Quantity

WIDGET = '[skus."WIDGET-001"]\nbase = "each"\ncase = 12\npallet = "40 case"\n'


def problems_of(text: str) -> list[str]:
    with pytest.raises(MappingError) as caught:
        UnitBook.from_text(text)
    assert caught.value.code == "UNITS_INVALID"
    return [line.removeprefix("- ") for line in caught.value.message.splitlines()[1:]]


def refusal_of(book: UnitBook, sku: str, unit: str) -> MappingError:
    with pytest.raises(MappingError) as caught:
        book.factor(sku, unit)
    return caught.value


def test_one_case_of_twelve_is_twelve_eaches_and_back():
    book = UnitBook.from_text(WIDGET)
    assert book.to_base("WIDGET-001", Quantity("1", "case")) == Quantity(12, "each")
    assert book.convert("WIDGET-001", Quantity(12, "each"), "case") == Quantity(1, "case")
    assert book.convert("WIDGET-001", Quantity("11", "each"), "case") == Quantity("11/12", "case")
    assert book.convert("WIDGET-001", Quantity(1, "pallet"), "case") == Quantity(40, "case")


def test_a_book_answers_for_a_sku():
    book = UnitBook.from_text(WIDGET)
    assert book.skus == ("WIDGET-001",)
    assert book.base("WIDGET-001") == "each"
    assert book.units("WIDGET-001") == ("each", "case", "pallet")
    assert book.factor("WIDGET-001", "pallet") == 480
    assert book.precision("WIDGET-001") is None
    assert (book.notes, repr(book)) == ((), "UnitBook(_skus=<1 SKUs>)")


def test_a_file_is_read_as_utf_8_with_or_without_its_mark(tmp_path):
    file = tmp_path / "units.toml"
    file.write_bytes(b"\xef\xbb\xbf" + WIDGET.encode())
    assert UnitBook.from_toml(file) == UnitBook.from_toml(str(file)) == UnitBook.from_text(WIDGET)
    file.write_bytes(b'[skus.A]\nbase = "\xff"')
    with pytest.raises(MappingError, match=r"units.toml: not UTF-8"):
        UnitBook.from_toml(file)
    with pytest.raises(FileNotFoundError):
        UnitBook.from_toml(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("value", "factor"),
    [
        ("12", Fraction(12)),
        ("0.25", Fraction(1, 4)),
        ("11.999999", Fraction(11999999, 1000000)),
        ('"1/3"', Fraction(1, 3)),
        ('"0.1"', Fraction(1, 10)),
        ('"2.5 box"', Fraction(25, 2)),
        ('"1 each"', Fraction(1)),
    ],
)
def test_a_declared_number_is_taken_exactly_as_written(value, factor):
    book = UnitBook.from_text(f'[skus.A]\nbase = "each"\nbox = 5\nbundle = {value}\n')
    assert book.factor("A", "bundle") == factor


def test_packs_of_packs_stand_in_any_order():
    book = UnitBook.from_text(
        '[skus.A]\nbase="each"\ntruck="26 pallet"\npallet="40 case"\ncase="2 box"\nbox=6'
    )
    assert book.factor("A", "truck") == 26 * 40 * 2 * 6


def test_saying_that_the_base_is_one_is_allowed():
    assert UnitBook.from_text('[skus.A]\nbase = "each"\neach = 1\n').units("A") == ("each",)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("case = 12", "A.base: name the smallest unit"),
        ("base = 3", "A.base: name the smallest unit"),
        ('base = "two words"', "A.base: name the smallest unit"),
        ('base = "each"\ncase = 0', "A.case: must be above zero"),
        ('base = "each"\ncase = -12', "A.case: must be above zero"),
        ('base = "each"\ncase = nan', "A.case: 'NaN' is not an exact number"),
        ('base = "each"\ncase = inf', "A.case: 'Infinity' is not an exact number"),
        ('base = "each"\ncase = "dozen"', "A.case: 'dozen' is not an exact number"),
        ('base = "each"\ncase = ""', "A.case: '' is not an exact number"),
        ('base = "each"\ncase = "1 2 3"', "A.case: '1 2 3' is not an exact number"),
        ('base = "each"\ncase = true', 'A.case: must be a number or text such as "40 case"'),
        ('base = "each"\ncase = [12]', 'A.case: must be a number or text such as "40 case"'),
        (f'base = "each"\ncase = 1{"0" * 41}', "A.case: must be above zero and of a sensible size"),
        ('base = "each"\n"big case" = 12', "A.'big case': a unit is one word"),
        ('base = "each"\neach = 2', "A.each: conflicting definitions: it is the base"),
        ('base = "each"\ncase = "2 drum"', "A.case: refers to 'drum', which is not declared here"),
        ('base = "each"\ncase = "2 kg"', "A.case: refers to 'kg', which is not declared here"),
        ('base = "each"\ncase = "2 base"', "A.case: refers to 'base', which is not declared here"),
        ('base = "each"\ncase = "2 case"', "A.case: goes round in a circle: case -> case"),
        ('base = "each"\nz = "2 y"\ny = "3 z"', "A.y: goes round in a circle: y -> z -> y"),
        (
            'base = "g"\nkg = 900',
            "A: conflicting definitions: one g is stated to be 1/900 kg, but it is 0.001",
        ),
        ('base = "g"\nprecision = -1', "A.precision: must be a whole number from 0 to 12"),
        ('base = "g"\nprecision = 13', "A.precision: must be a whole number from 0 to 12"),
        ('base = "g"\nprecision = true', "A.precision: must be a whole number from 0 to 12"),
        ('base = "g"\nprecision = "3"', "A.precision: must be a whole number from 0 to 12"),
    ],
)
def test_each_mistake_is_named_with_its_place(body, problem):
    problems = problems_of(f"[skus.A]\n{body}\n")
    assert len(problems) == 1
    assert problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("skus = 3", "skus: must be tables"),
        ("[skus]\nA = 3", "A: must be a table"),
        ("[units]", "units: unknown setting"),
        ("[skus.A", "not TOML"),
        ("a = " + "[" * 5000, "not TOML"),
        ("a = " + "9" * 5000, "not TOML"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(text, problem):
    assert problems_of(text)[0].startswith(problem)


def test_a_tower_of_packs_that_no_warehouse_could_hold_is_refused():
    tower = "".join(f'u{n} = "1000000 u{n - 1}"\n' for n in range(1, 40))
    assert problems_of(f'[skus.A]\nbase = "u0"\n{tower}') == [
        "A.u7: holds more or less of the base than goods can"
    ]


def test_all_problems_of_all_skus_are_told_at_once():
    text = '[skus.A]\nbase="each"\ncase=0\npallet="2 drum"\n[skus.B]\ncase=1\n[skus.C]\nbase="each"\ncase=2\n'
    assert [problem.split(":")[0] for problem in problems_of(text)] == ["A.case", "A.pallet", "B.base"]


def test_what_rests_on_a_mistake_is_not_blamed_for_it():
    circle = '[skus.A]\nbase="each"\na="2 b"\nb="2 a"\nc="2 a"\nd="2 e"\ne=0'
    assert [problem.split(":")[0] for problem in problems_of(circle)] == ["A.e", "A.a"]


def test_circles_are_told_in_a_fixed_order():
    circles = '[skus.A]\nbase="each"\nz="2 y"\ny="2 z"\nb="2 a"\na="2 b"\nm="2 m"\n'
    assert [problem.split(":")[0] for problem in problems_of(circles)] == ["A.a", "A.m", "A.y"]


def test_the_skus_of_a_book_are_sorted():
    assert UnitBook.from_text('[skus.B]\nbase="each"\n[skus.A]\nbase="each"').skus == ("A", "B")


def test_the_cure_is_written_in_the_base_that_the_sku_has():
    hint = refusal_of(UnitBook.from_text('[skus.A]\nbase = "roll"'), "A", "box").hint
    assert '[skus."A"] base = "roll", box = <how many roll one holds>' in hint
    assert '[skus."B"] base = "each", box = ' in refusal_of(UnitBook(), "B", "box").hint


def test_a_sku_or_unit_that_nobody_declared_is_refused_with_what_would_settle_it():
    book = UnitBook.from_text(WIDGET)
    sku, unit = refusal_of(book, "WIDGET-9", "case"), refusal_of(book, "WIDGET-001", "drum")
    assert (sku.code, sku.context["sku"]) == ("SKU_UNMAPPED", "WIDGET-9")
    assert (unit.code, unit.value) == ("UNIT_UNMAPPED", "drum")
    assert unit.context["known units"] == "case, each, pallet"
    assert "drum = <how many each one holds>" in unit.hint
    for ask in (book.base, book.precision, book.units):
        with pytest.raises(MappingError, match="SKU_UNMAPPED"):
            ask("WIDGET-9")


def test_a_counted_base_is_whole_and_a_weighed_one_has_decimals():
    book = UnitBook.from_text(
        '[skus.A]\nbase="each"\n[skus.B]\nbase="kg"\n[skus.D]\nbase="kg"\nprecision=12\n[skus.C]\nbase="kg"\nprecision=3'
    )
    assert book.whole_enough("A", Quantity(12, "each"))
    assert not book.whole_enough("A", Quantity("0.5", "each"))
    assert book.whole_enough("B", Quantity("5.44310844", "kg"))
    assert not book.whole_enough("B", Quantity("1/3", "kg"))
    assert not book.whole_enough("B", Quantity("0.0000000000001", "kg"))
    assert book.whole_enough("C", Quantity("2.125", "kg"))
    assert book.precision("D") == 12
    assert not book.whole_enough("C", Quantity("2.1251", "kg"))
    with pytest.raises(MappingError, match="UNIT_MISMATCH"):
        book.whole_enough("A", Quantity(1, "case"))


def outcome(step):
    """The value of `step`, or the code of the MappingError that it raised; anything else fails the test."""
    try:
        return step(), None
    except MappingError as error:
        return None, error.code


VALUES = st.one_of(
    st.text(max_size=8), st.integers(), st.booleans(), st.none(), st.decimals(), st.lists(st.integers()),
    st.sampled_from(["each", "2 each", "3 kg", "1/3", "2 a", "4 b", "kg"]),
)  # fmt: skip
TABLES = st.dictionaries(
    st.sampled_from(["base", "precision", "a", "b", "kg", "", "x y"]) | st.text(max_size=4), VALUES
)


@settings(max_examples=150)
@given(st.dictionaries(st.text(max_size=3), TABLES | VALUES, max_size=3))
def test_any_declaration_is_a_book_in_which_every_unit_resolves_or_a_mapping_error(skus):
    book, code = outcome(lambda: UnitBook.from_mapping({"skus": skus}))
    assert code in (None, "UNITS_INVALID")
    if book is not None:
        named = [(sku, unit) for sku, table in skus.items() for unit in table]
        assert all(book.factor(sku, unit) > 0 for sku, unit in named if unit not in ("base", "precision"))


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_a_book_or_a_mapping_error(text):
    assert outcome(lambda: UnitBook.from_text(text))[1] in (None, "UNITS_INVALID")


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_question_is_answered_or_refused_with_a_known_code(sku, unit, number):
    book = UnitBook.from_text(WIDGET)
    for name in (sku, "WIDGET-001"):
        with pytest.raises(MappingError) as caught:
            book.to_base(name, Quantity(number, unit))
        assert caught.value.code in {"SKU_UNMAPPED", "UNIT_UNMAPPED", "QUANTITY_UNREADABLE"}
