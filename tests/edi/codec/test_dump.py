"""Writing: exactly what was built, byte-stable; all that would be read differently is refused at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from edi.codec.examples import ISA, document
from orogxo.gxo.edi import envelope, x12

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def built(*segments: x12.Segment, **options: object) -> x12.Interchange:
    """A 945 with these segments in an envelope that is right."""
    advice = envelope.transaction("945", segments, control=1)
    asked = {"sender": "GXOUK", "receiver": "ACME", "control": 17, "now": NOW} | options
    return envelope.wrap([advice], **asked)  # type: ignore[arg-type]  # a test's options


def problems(*interchanges: x12.Interchange) -> list[tuple[str, int, int | None]]:
    """What writing these refuses."""
    with pytest.raises(x12.X12Error) as refused:
        x12.dump(interchanges)
    assert refused.value.code == "X12_UNWRITABLE"
    return [(finding.code, finding.segment, finding.element) for finding in refused.value.findings]


def test_what_was_built_is_written_exactly() -> None:
    w06 = x12.Segment("W06", ("F", "SO-1001", "20261102", "SHP-1"))
    assert x12.dump([built(w06)]) == document().encode()
    assert x12.dump([built(w06)]) == x12.dump([built(w06)])


def test_nothing_is_written_as_nothing() -> None:
    assert x12.dump([]) == b""


def test_empty_elements_at_the_end_are_left_out() -> None:
    data = x12.dump([built(x12.Segment("W06", ("F", "", "20261102", "", "")), x12.Segment("LS", ("",)))])
    assert b"\nW06*F**20261102~\nLS~\n" in data


def test_every_problem_is_told_at_once() -> None:
    first = built(
        x12.Segment("NTE", ("DEL", "ring * twice")),
        x12.Segment("NTE", ("DEL", "leave at ~7")),
        x12.Segment("NTE", ("DEL", "line\nend")),
        x12.Segment("nte", ("DEL", "\x07")),
        x12.Segment("", ("DEL",)),
    )
    second = built(x12.Segment("N1", ("ST", "50 \x1f 50")), control=18)
    assert problems(first, second) == [
        ("X12_DELIMITER_IN_DATA", 3, 2),
        ("X12_DELIMITER_IN_DATA", 4, 2),
        ("X12_CONTROL_CHARACTER", 5, 2),
        ("X12_SEGMENT_ID", 6, None),
        ("X12_CONTROL_CHARACTER", 6, 2),
        ("X12_SEGMENT_ID", 7, None),
        ("X12_CONTROL_CHARACTER", 14, 2),
    ]


@pytest.mark.parametrize("name", ["ISA", "GS", "ST", "SE", "GE", "IEA"])
def test_an_envelope_segment_inside_a_transaction_is_refused(name: str) -> None:
    assert problems(built(x12.Segment("W06", ("F",)), x12.Segment(name, ("1", "0001")))) == [
        ("X12_STRAY_SEGMENT", 4, None)
    ]


def test_counts_and_control_numbers_of_what_was_built_must_be_right() -> None:
    good = built(x12.Segment("W06", ("F",)))
    group = good.groups[0]
    advice = evolve(group.transactions[0], se=x12.Segment("SE", ("9", "0002")))
    wrong = evolve(good, groups=(evolve(group, transactions=(advice,), ge=None),), iea=None)
    codes = {code for code, _, _ in problems(wrong)}
    assert codes == {"X12_SE_COUNT", "X12_SE_CONTROL", "X12_GE_MISSING", "X12_IEA_MISSING"}


def test_a_built_header_must_have_its_widths() -> None:
    good = built(x12.Segment("W06", ("F",)))
    elements = good.isa.elements
    narrow = evolve(good, isa=x12.Segment("ISA", (*elements[:5], "GXOUK", *elements[6:])))
    assert problems(narrow) == [("X12_ISA_WIDTH", 0, 6)]
    long = evolve(good, isa=x12.Segment("ISA", (*elements, "X")))
    assert problems(long) == [("X12_SEPARATORS", 0, None), ("X12_ISA_ELEMENTS", 0, None)]


@pytest.mark.parametrize(
    "separators",
    [
        x12.Separators(element="*", component="*"),
        x12.Separators(segment="*"),
        x12.Separators(component="~"),
        x12.Separators(element="A"),
        x12.Separators(segment="7"),
        x12.Separators(suffix=" "),
        x12.Separators(segment="\n", suffix="\n"),
    ],
)
def test_separators_that_nobody_could_read_are_refused(separators: x12.Separators) -> None:
    codes = {code for code, _, _ in problems(built(x12.Segment("W06", ("F",)), separators=separators))}
    assert "X12_SEPARATORS" in codes


def test_a_character_that_the_encoding_lacks_is_refused() -> None:
    latin = evolve(built(x12.Segment("N1", ("ST", "Łódź"))), encoding="latin-1")
    assert problems(latin) == [("X12_NOT_ENCODABLE", 3, None)]


def test_what_was_read_may_be_changed_and_is_checked_then() -> None:
    (read,), _ = x12.parse(document().encode())
    (group,) = read.groups
    (advice,) = group.transactions
    changed = evolve(advice, segments=(x12.Segment("W06", ("F", "SO*1")), x12.Segment("-", ("a tab\t",))))
    interchange = evolve(read, groups=(evolve(group, transactions=(changed,)),))
    assert problems(interchange) == [("X12_DELIMITER_IN_DATA", 3, 2)]


def test_what_was_read_can_be_written_with_other_separators() -> None:
    (read,), _ = x12.parse(document().encode())
    piped = evolve(read, separators=x12.Separators("|", ">", None, "~", ""))
    assert x12.dump([piped]) == document(suffix="").replace("*", "|").encode()


def test_a_wrong_count_that_was_read_is_written_as_it_came() -> None:
    data = document().replace("SE*3", "SE*9").encode()
    assert x12.dump(x12.parse(data)[0]) == data


def test_an_error_tells_the_first_hundred_problems_and_counts_the_rest() -> None:
    with pytest.raises(x12.X12Error, match="and 20 more") as refused:
        x12.dump([built(*[x12.Segment("NTE", ("DEL", "a*b"))] * 120)])
    assert len(refused.value.findings) == 120


def test_the_header_of_the_examples_is_the_standard_one() -> None:
    assert len(ISA + "~") == 106
