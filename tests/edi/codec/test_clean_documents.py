"""Documents without a fault: no findings, the right tree, and back again byte for byte."""

from __future__ import annotations

import pytest

from edi.codec.examples import ISA, LAYOUTS, TA1, document, numbered
from orogxo.gxo.edi import x12

RELEASES = [
    ("00401", "004010", "U"),
    ("00401", "004010UCS", "U"),
    ("00402", "004020", "^"),
    ("00403", "004030", "^"),
    ("00501", "005010", "^"),
    ("00503", "005030", "!"),
    ("00504", "005040", "\\"),
]


def read_clean(data: bytes) -> tuple[x12.Interchange, ...]:
    """The interchanges of a file that must have no findings and come back as it was."""
    interchanges, findings = x12.parse(data)
    assert findings == ()
    assert x12.dump(interchanges) == data
    return interchanges


@pytest.mark.parametrize(("terminator", "suffix"), LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_comes_back_byte_for_byte(terminator: str, suffix: str) -> None:
    (interchange,) = read_clean(document(terminator=terminator, suffix=suffix).encode())
    assert interchange.separators == x12.Separators("*", ">", None, terminator, suffix)


def test_the_tree_and_its_names() -> None:
    (interchange,) = read_clean(document().encode())
    (group,) = interchange.groups
    (transaction,) = group.transactions
    assert (interchange.sender, interchange.receiver) == ("GXOUK", "ACME")
    assert (interchange.version, interchange.control, interchange.usage) == ("00401", "000000017", "P")
    assert (group.functional_id, group.sender, group.receiver) == ("SW", "GXOUK", "ACME")
    assert (group.control, group.version) == ("17", "004010")
    assert (transaction.code, transaction.control, transaction.size, transaction.index) == (
        "945",
        "0001",
        3,
        2,
    )
    assert transaction.segments == (x12.Segment("W06", ("F", "SO-1001", "20261102", "SHP-1")),)
    assert transaction.se == x12.Segment("SE", ("3", "0001"))
    assert [segment.id for segment in interchange] == ["ISA", "GS", "ST", "W06", "SE", "GE", "IEA"]
    assert list(interchange.transactions) == [transaction]


def test_text_is_read_like_its_bytes() -> None:
    assert x12.parse(document()) == x12.parse(document().encode())


@pytest.mark.parametrize(("isa12", "gs08", "isa11"), RELEASES)
def test_the_repetition_separator_exists_from_00402_on(isa12: str, gs08: str, isa11: str) -> None:
    text = document(isa=ISA.replace("*U*00401*", f"*{isa11}*{isa12}*")).replace("004010", gs08)
    (interchange,) = read_clean(text.encode())
    assert interchange.separators.repetition == (None if isa11 == "U" else isa11)
    assert interchange.groups[0].version == gs08


@pytest.mark.parametrize(
    ("terminator", "suffix", "end"), [("~", "", "\n"), ("~", "\n", ""), ("~", "\r\n", "")]
)
def test_the_end_of_the_file_is_kept(terminator: str, suffix: str, end: str) -> None:
    text = document(terminator=terminator, suffix=suffix).removesuffix(suffix) + end
    (interchange,) = read_clean(text.encode())
    assert interchange.last_suffix == end


def test_several_interchanges_keep_their_own_separators() -> None:
    second = numbered(document(suffix=""), 18).replace("*", "|").replace(">", ":").replace("~", "'")
    first, other = read_clean((document() + second).encode())
    assert first.separators == x12.Separators("*", ">", None, "~", "\n")
    assert other.separators == x12.Separators("|", ":", None, "'", "")
    assert next(other.transactions).index == 9


def test_several_groups_and_transactions() -> None:
    text = document(
        "GS*SW*GXOUK*ACME*20261102*0930*17*X*004010",
        "ST*945*0001", "W06*F*SO-1", "SE*3*0001",
        "ST*945*0002", "W06*F*SO-2", "W03*1", "SE*4*0002",
        "GE*2*17",
        "GS*RE*GXOUK*ACME*20261102*0930*18*X*004010",
        "ST*944*0001", "SE*2*0001",
        "GE*1*18",
        "IEA*2*000000017",
    )  # fmt: skip
    (interchange,) = read_clean(text.encode())
    assert [[t.code for t in group.transactions] for group in interchange.groups] == [["945", "945"], ["944"]]
    assert [transaction.index for transaction in interchange.transactions] == [2, 5, 11]
    assert [transaction.size for transaction in interchange.transactions] == [3, 4, 2]


def test_an_interchange_acknowledgement_belongs_before_the_groups() -> None:
    (interchange,) = read_clean(document(TA1, "IEA*0*000000017").encode())
    assert [segment.id for segment in interchange.preamble] == ["TA1"]
    assert interchange.groups == ()


def test_empty_elements_at_the_end_of_a_segment_are_kept() -> None:
    (interchange,) = read_clean(document().replace("SHP-1", "SHP-1***").encode())
    assert next(interchange.transactions).segments[0].elements[-3:] == ("", "", "")


def test_characters_beyond_ascii() -> None:
    (interchange,) = read_clean(document().replace("SHP-1", "Café Zürich").encode())
    assert next(interchange.transactions).segments[0].element(4) == "Café Zürich"


def test_isa_as_a_value_is_data() -> None:
    (interchange,) = read_clean(document().replace("SHP-1", "ISA").replace("SO-1001", "ISA-7").encode())
    assert next(interchange.transactions).segments[0].elements == ("F", "ISA-7", "20261102", "ISA")
