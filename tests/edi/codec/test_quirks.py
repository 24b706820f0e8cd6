"""What real files do: each quirk is read, reported with its place, and written segment for segment."""

from __future__ import annotations

import pytest

from edi.codec.examples import (
    BODY,
    COLLAPSED_ISA,
    GE,
    GS,
    IEA,
    ISA,
    SE,
    ST,
    TA1,
    W06,
    document,
    numbered,
    without,
)  # fmt: skip
from orogxo.gxo.edi import x12

Place = tuple[str, int, int | None]

LAYOUT: dict[str, tuple[str, list[Place]]] = {
    "byte order mark": ("\ufeff" + document(), [("X12_BOM", 0, None)]),
    "blank lines first": ("\n \n" + document(), [("X12_BLANK_LINES", 0, None)]),
    "mail text first": ("Subject: 945\n\n" + document(), [("X12_LEADING_JUNK", 0, None)]),
    "a signature last": (document() + "--\nGXO Leeds", [("X12_TRAILING_JUNK", 7, None)]),
    "an end mark last": (document() + "*** END ***~\n", [("X12_TRAILING_JUNK", 7, None)]),
    "end-of-file character": (document() + "\x1a", [("X12_TRAILING_JUNK", 0, None)]),
    "blank lines last": (document() + "\n\n", [("X12_BLANK_LINES", 7, None)]),
    "a blank line last": (document(terminator="\n", suffix="") + "\n", [("X12_BLANK_LINES", 7, None)]),
    "blank lines between": (document().replace("~\n", "~\n\n"), [("X12_BLANK_LINES", 1, None)]),
    "indented": (document().replace("\nST", "\n ST").replace("\nSE", "\n\tSE"), [("X12_INDENTED", 2, None)]),
    "blanks after a terminator": (document().replace("~\nST", "~  \nST"), [("X12_INDENTED", 2, None)]),
    "mixed line ends": (document().replace("~\nST", "~\r\nST"), [("X12_LINE_ENDS", 2, None)]),
    "mixed line ends for terminators": (
        document(terminator="\n", suffix="").replace("\nST", "\r\nST"),
        [("X12_LINE_ENDS", 0, None)],
    ),
    "a terminator too many": (document().replace("~\nST", "~~\nST"), [("X12_EMPTY_SEGMENT", 2, None)]),
    "a terminator too few": (document()[:-2], [("X12_TERMINATOR_MISSING", 6, None)]),
    "no line end at the end": (
        document(terminator="\n", suffix="")[:-1],
        [("X12_TERMINATOR_MISSING", 6, None)],
    ),
    "a wrapped value": (document().replace("SHP-1", "SH\nP-1"), [("X12_NEWLINE_IN_DATA", 3, 4)]),
    "a line end too early": (document().replace("SHP-1", "SHP-1\r\n"), [("X12_NEWLINE_IN_DATA", 3, 4)]),
}  # fmt: skip

HEADER: dict[str, tuple[str, list[Place]]] = {
    "collapsed blanks": (
        document(isa=COLLAPSED_ISA),
        [("X12_ISA_WIDTH", 0, 2), ("X12_ISA_WIDTH", 0, 4), ("X12_ISA_WIDTH", 0, 6), ("X12_ISA_WIDTH", 0, 8)],
    ),
    "a short sender": (document(isa=ISA.replace("GXOUK   ", "GXOUK")), [("X12_ISA_WIDTH", 0, 6)]),
    "a long receiver": (document(isa=ISA.replace("ACME ", "ACME LIMITED UK ")), [("X12_ISA_WIDTH", 0, 8)]),
    "ISA16 empty": (document(isa=ISA[:-1]), [("X12_ISA16", 0, 16)]),
    "ISA16 empty, no line ends": (document(isa=ISA[:-1], suffix=""), [("X12_ISA16", 0, 16)]),
    "ISA16 empty, CR LF": (document(isa=ISA[:-1], suffix="\r\n"), [("X12_ISA16", 0, 16)]),
    "ISA16 empty, lines": (document(isa=ISA[:-1], terminator="\n", suffix=""), [("X12_ISA16", 0, 16)]),
    "ISA16 a blank": (document(isa=ISA[:-1] + " "), [("X12_ISA16", 0, 16)]),
    "ISA16 a letter": (document(isa=ISA[:-1] + "X"), [("X12_ISA16", 0, 16)]),
    "ISA16 and its separator missing": (document(isa=ISA[:-2]), [("X12_ISA16", 0, 16)]),
    "ISA16 and its separator missing, lines": (
        document(isa=ISA[:-2], terminator="\n", suffix=""),
        [("X12_ISA16", 0, 16)],
    ),
    "only ISA has a terminator": (
        document(isa=ISA + "~", terminator="\n", suffix=""),
        [("X12_ISA16", 0, 16)],
    ),
    "only ISA has no terminator": (document().replace(">~", ">"), [("X12_TERMINATOR_MISSING", 0, None)]),
    "a repetition separator too early": (document(isa=ISA.replace("*U*", "*^*")), [("X12_ISA11", 0, 11)]),
    "no repetition separator later": (document(isa=ISA.replace("00401", "00503")), [("X12_ISA11", 0, 11)]),
    "a release that is none": (document(isa=ISA.replace("00401", "4010 ")), [("X12_ISA12", 0, 12)]),
}  # fmt: skip

CONTENT: dict[str, tuple[str, list[Place]]] = {
    "a tab in a value": (document().replace("SHP-1", "SHP\t1"), [("X12_TAB_IN_DATA", 3, 4)]),
    "not a segment": (
        document(GS, ST, W06, "--- page 2 ---", "SE*4*0001", GE, IEA),
        [("X12_SEGMENT_ID", 4, None)],
    ),
    "a file before it that lost its ISA": (
        document(isa="").removeprefix("~\n") + numbered(document(), 18),
        [("X12_ISA_MISSING", 0, None)],
    ),
    "a wrong functional id": (document().replace("GS*SW", "GS*IN"), [("X12_GS01", 1, 1)]),
}  # fmt: skip

ENVELOPE: dict[str, tuple[str, list[Place]]] = {
    "GS missing": (without("GS", "GE"), [("X12_GS_MISSING", 1, None)]),
    "GS missing, GE not": (without("GS"), [("X12_GS_MISSING", 1, None), ("X12_GE_CONTROL", 4, 2)]),
    "SE missing": (without("SE"), [("X12_SE_MISSING", 2, None)]),
    "GE missing": (without("GE"), [("X12_GE_MISSING", 1, None)]),
    "IEA missing": (without("IEA"), [("X12_IEA_MISSING", 0, None)]),
    "everything after ST missing": (
        document(GS, ST),
        [("X12_IEA_MISSING", 0, None), ("X12_GE_MISSING", 1, None), ("X12_SE_MISSING", 2, None)],
    ),
    "IEA missing, another file": (without("IEA") + numbered(document(), 18), [("X12_IEA_MISSING", 0, None)]),
    "ST missing": (without("ST", "SE"), [("X12_STRAY_SEGMENT", 2, None), ("X12_GE_COUNT", 3, 1)]),
    "a wrong segment count": (document().replace(SE, "SE*7*0001"), [("X12_SE_COUNT", 4, 1)]),
    "a count that is no number": (document().replace(SE, "SE*three*0001"), [("X12_SE_COUNT", 4, 1)]),
    "a wrong transaction count": (document().replace(GE, "GE*2*17"), [("X12_GE_COUNT", 5, 1)]),
    "a wrong group count": (document().replace(IEA, "IEA*2*000000017"), [("X12_IEA_COUNT", 6, 1)]),
    "another transaction's trailer": (document().replace(SE, "SE*3*0002"), [("X12_SE_CONTROL", 4, 2)]),
    "another group's trailer": (document().replace(GE, "GE*1*18"), [("X12_GE_CONTROL", 5, 2)]),
    "another file's trailer": (document().replace(IEA, "IEA*1*000000018"), [("X12_IEA_CONTROL", 6, 2)]),
    "a control number without zeros": (document().replace(IEA, "IEA*1*17"), [("X12_CONTROL_FORMAT", 6, 2)]),
    "a segment after SE": (document(GS, ST, W06, SE, "N9*LI*1", GE, IEA), [("X12_STRAY_SEGMENT", 5, None)]),
    "a segment after GE": (document(*BODY[:-1], "N9*LI*1", IEA), [("X12_STRAY_SEGMENT", 6, None)]),
    "a segment after IEA": (document(*BODY, "N9*LI*1"), [("X12_STRAY_SEGMENT", 7, None)]),
    "a second SE": (document(GS, ST, W06, SE, SE, GE, IEA), [("X12_STRAY_SEGMENT", 5, None)]),
    "a second GE": (document(*BODY[:-1], GE, IEA), [("X12_STRAY_SEGMENT", 6, None)]),
    "a second IEA": (document(*BODY, IEA), [("X12_STRAY_SEGMENT", 7, None)]),
    "TA1 and another before GS": (document(TA1, "N9*LI*1", *BODY), [("X12_STRAY_SEGMENT", 1, None)]),
    "one transaction twice": (
        document(GS, ST, W06, SE, ST, W06, SE, "GE*2*17", IEA),
        [("X12_CONTROL_REPEATED", 5, 2)],
    ),
    "one group twice": (
        document(*BODY[:-1], *BODY[:-1], "IEA*2*000000017"),
        [("X12_CONTROL_REPEATED", 6, 6)],
    ),
    "one interchange twice": (document() + document(), [("X12_CONTROL_REPEATED", 7, 13)]),
}  # fmt: skip

QUIRKS = LAYOUT | HEADER | CONTENT | ENVELOPE
CLEAN = list(x12.parse(document())[0][0])


@pytest.mark.parametrize(("text", "expected"), QUIRKS.values(), ids=QUIRKS)
def test_it_is_reported_with_its_place(text: str, expected: list[Place]) -> None:
    _, findings = x12.parse(text.encode())
    assert [(finding.code, finding.segment, finding.element) for finding in findings] == expected


@pytest.mark.parametrize("text", [text for text, _ in QUIRKS.values()], ids=QUIRKS)
def test_it_is_written_segment_for_segment(text: str) -> None:
    interchanges, _ = x12.parse(text.encode())
    again, _ = x12.parse(x12.dump(interchanges))
    assert again == interchanges
    assert [list(each) for each in again] == [list(each) for each in interchanges]


@pytest.mark.parametrize("text", [text for text, _ in LAYOUT.values()], ids=LAYOUT)
def test_a_layout_changes_no_value(text: str) -> None:
    (interchange,), _ = x12.parse(text.encode())
    assert list(interchange) == CLEAN


@pytest.mark.parametrize("text", [text for text, _ in HEADER.values()], ids=HEADER)
def test_a_poor_header_changes_nothing_after_it(text: str) -> None:
    (interchange,), _ = x12.parse(text.encode())
    assert list(interchange)[1:] == CLEAN[1:]
    assert (interchange.sender, interchange.control) == ("GXOUK", "000000017")


@pytest.mark.parametrize("text", [text for text, _ in ENVELOPE.values()], ids=ENVELOPE)
def test_no_segment_is_lost(text: str) -> None:
    interchanges, _ = x12.parse(text.encode())
    read = ["*".join((segment.id, *segment.elements)) for each in interchanges for segment in each]
    assert read == text.split("~\n")[:-1]


def test_latin_1_is_read_and_written_as_such() -> None:
    data = document().replace("SHP-1", "Café").encode("latin-1")
    (interchange,), (finding,) = x12.parse(data)
    assert (finding.code, finding.segment, finding.element) == ("X12_NOT_UTF8", 3, 4)
    assert next(interchange.transactions).segments[0].element(4) == "Café"
    assert x12.dump([interchange]) == data


def test_each_interchange_of_a_file_has_its_own_encoding() -> None:
    latin = document().replace("SHP-1", "Café").encode("latin-1")
    utf8 = numbered(document().replace("SHP-1", "Café"), 18).encode()
    interchanges, findings = x12.parse(latin + utf8)
    assert [(finding.code, finding.interchange) for finding in findings] == [("X12_NOT_UTF8", 0)]
    assert [next(each.transactions).segments[0].element(4) for each in interchanges] == ["Café", "Café"]
    assert x12.dump(interchanges) == latin + utf8


def test_lines_wrapped_at_80_columns() -> None:
    text = document(suffix="")
    wrapped = "\r\n".join(text[start : start + 80] for start in range(0, len(text), 80))
    (interchange,), findings = x12.parse(wrapped.encode())
    assert list(interchange) == CLEAN
    assert {finding.code for finding in findings} == {"X12_NEWLINE_IN_DATA"}


def test_a_damaged_second_header_is_told_and_not_read_as_an_interchange() -> None:
    text = document() + document().replace("*00*", "*", 1)
    (interchange,), findings = x12.parse(text.encode())
    assert [(finding.code, finding.segment) for finding in findings] == [("X12_STRAY_SEGMENT", 7)]
    assert [segment.id for segment in interchange.stray] == ["ISA", "GS", "ST", "W06", "SE", "GE", "IEA"]
    with pytest.raises(x12.X12Error, match="ISA stands where none belongs"):
        x12.dump([interchange])


def test_many_findings_are_cut_off_and_counted() -> None:
    text = document().replace("SHP-1", "*".join(["A\tB"] * 20))
    _, findings = x12.parse(text.encode(), limits=x12.Limits(findings=5))
    assert [finding.code for finding in findings] == ["X12_TAB_IN_DATA"] * 5 + ["X12_MORE_FINDINGS"]
    assert "15 more findings" in findings[-1].message


def test_a_finding_says_where_and_how_bad() -> None:
    (finding,) = x12.parse(document().replace("SE*3", "SE*7").encode())[1]
    assert str(finding) == "X12_SE_COUNT: SE01 says '7', 3 were counted (interchange 0, segment 4, element 1)"
    assert finding.severity == "error"
    assert x12.parse("\ufeff" + document())[1][0].severity == "warning"
