"""997 and 999: whether a file's syntax was understood, and nothing more (contract x12, 2.2 to 2.5)."""

from __future__ import annotations

import pytest
from attrs import evolve

from orogxo.gxo.edi import x12
from orogxo.gxo.edi.documents import (
    ElementError,
    GroupReceipt,
    Quarantined,
    SegmentError,
    SetReceipt,
    acknowledge,
    read_997,
    read_999,
    write_997,
    write_999,
)
from orogxo.gxo.edi.envelope import wrap
from support.x12_documents import IN_5010, NOW, SITE, a_document, codes, text_of

BAD = SegmentError(
    "N9", 7, "8", "LX", (ElementError(1, "1", reference="128"), ElementError(2, "5", copy="X"))
)
RECEIPT = GroupReceipt(
    "OW", "42", "P", 2, 2, 1,
    (SetReceipt("940", "0001", "A"), SetReceipt("940", "0002", "R", ("5",), (BAD,))),
)  # fmt: skip


def test_a_997_in_full():
    assert text_of(write_997(RECEIPT, SITE, control=1)).splitlines() == [
        "ST*997*0001",
        "AK1*OW*42",
        "AK2*940*0001",
        "AK5*A",
        "AK2*940*0002",
        "AK3*N9*7*LX*8",
        "AK4*1*128*1",
        "AK4*2**5*X",
        "AK5*R*5",
        "AK9*P*2*2*1",
        "SE*11*0001",
    ]


def test_5010_names_the_version_and_the_component():
    component = evolve(BAD, elements=(ElementError(1, "7", component=2, repetition=3),))
    one = SetReceipt("940", "0002", "R", ("5",), (component,), "GUIDE")
    receipt = GroupReceipt("OW", "42", "R", 1, 1, 0, (one,), ("5",), "005010")
    rows = text_of(write_999(receipt, IN_5010, control=1)).splitlines()
    assert rows[1:-1] == [
        "AK1*OW*42*005010", "AK2*940*0002*GUIDE", "IK3*N9*7*LX*8", "IK4*1>2>3**7", "IK5*R*5", "AK9*R*1*1*0*5",
    ]  # fmt: skip


def test_what_neither_can_say_is_refused():
    many = evolve(RECEIPT, errors=("1", "2", "3", "4", "5", "6"))
    with pytest.raises(x12.X12Error) as caught:
        write_999(many, SITE, control=1)
    assert codes(caught.value.findings) == {"RELEASE_TOO_OLD", "SEGMENTS_TOO_MANY"}
    context = SetReceipt("940", "0001", "R", (), (evolve(BAD, context=(("A",),)),))
    with pytest.raises(x12.X12Error, match="CONTEXT_REFUSED"):
        write_997(evolve(RECEIPT, sets=(context,)), SITE, control=1)


TEXT = """
AK1*OW*42
AK2*940*0001
AK5*A
AK2*940*0002
AK3*N9*7*LX*8
AK4*1*128*1
AK4*2**5*X
AK5*R*5
AK9*P*2*2*1
"""


def read(text: str, code: str = "997"):
    reader = read_997 if code == "997" else read_999
    (value,), findings = reader(a_document(code, text))
    return value, findings


def test_a_997_is_read_in_full():
    assert read(TEXT) == (RECEIPT, ())


def test_an_acceptance_is_one_of_syntax():
    accepted = {verdict: SetReceipt("940", "0001", verdict).accepted for verdict in "AEPRMWX"}
    assert accepted == {"A": True, "E": True, "P": False, "R": False, "M": False, "W": False, "X": False}


def test_a_group_may_be_judged_without_its_sets():
    value, findings = read("AK1*OW*42\nAK9*A*3*3*3")
    assert (value, findings) == (GroupReceipt("OW", "42", "A", 3, 3, 3), ())


def test_a_count_that_the_sets_contradict_is_told():
    _, findings = read(TEXT.replace("AK9*P*2*2*1", "AK9*P*2*2*2"))
    assert [(one.code, one.severity) for one in findings] == [("TOTAL_DIFFERS", "error")]


def test_a_999_keeps_its_context():
    text = "AK1*OW*42*005010\nAK2*940*1234\nIK3*N9*7**8\nCTX*CLM01>5\nIK4*1>2>3*67*7\nIK5*E*5\nAK9*E*1*1*1"
    value, findings = read(text, "999")
    error = SegmentError("N9", 7, "8", "", (ElementError(1, "7", 2, 3, "67"),), (("CLM01>5",),))
    assert value.sets == (SetReceipt("940", "1234", "E", ("5",), (error,)),)
    assert (value.version, findings) == ("005010", ())


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("AK1", "AKX", {"SEGMENT_MISSING"}),
        ("AK9", "AKX", {"SEGMENT_MISSING"}),
        ("AK5*A", "AKX*A", {"SEGMENT_MISSING"}),
        ("AK5*A", "AK5", {"VALUE_MISSING"}),
        ("OW*42", "OW", {"VALUE_MISSING"}),
        ("*2*2*1", "*2*2", {"QUANTITY_MISSING"}),
        ("*2*2*1", "*2*two*1", {"QUANTITY_UNREADABLE"}),
        ("*2*2*1", "*2*1.5*1", {"QUANTITY_UNREADABLE"}),
        ("AK4*1*", "AK4**", {"VALUE_MISSING"}),
    ],
)
def test_what_cannot_be_understood_is_kept_back(old, new, reasons):
    value, _ = read(TEXT.replace(old, new))
    assert isinstance(value, Quarantined)
    assert codes(value.reasons) == reasons


def a_group(damage: tuple[str, str] = ("", "")) -> tuple[x12.Group, tuple[x12.Finding, ...]]:
    """Two 945 as they come back from a file that was damaged on its way."""
    sets = [evolve(a_document("945", "W06*F*17\nW03*1"), se=None) for _ in range(2)]
    sent = []
    for number, one in enumerate(sets, start=1):
        st, se = x12.Segment("ST", ("945", f"000{number}")), x12.Segment("SE", ("4", f"000{number}"))
        sent.append(x12.Transaction(st, one.segments, se))
    data = x12.dump([wrap(sent, sender="GXOLEEDS", receiver="NORTHWIND", control=7, now=NOW)])
    text = data.decode()
    assert damage[0] in text
    ((interchange,), findings) = x12.parse(text.replace(*damage, 1))
    return interchange.groups[0], findings


def test_a_clean_group_is_accepted():
    assert acknowledge(*a_group()) == GroupReceipt(
        "SW",
        "7",
        "A",
        2,
        2,
        2,
        (SetReceipt("945", "0001", "A"), SetReceipt("945", "0002", "A")),
        (),
        "004010",
    )


@pytest.mark.parametrize(
    ("damage", "error"),
    [(("SE*4*0002", "SE*9*0002"), "4"), (("SE*4*0002", "SE*4*0099"), "3"), (("SE*4*0002~\n", ""), "2")],
)
def test_a_set_with_a_wrong_trailer_is_rejected_and_the_other_is_not(damage, error):
    receipt = acknowledge(*a_group(damage))
    assert [one.verdict for one in receipt.sets] == ["A", "R"]
    assert receipt.sets[1].errors == (error,)
    assert (receipt.verdict, receipt.received, receipt.accepted) == ("P", 2, 1)


def test_a_segment_that_cannot_be_one_is_pointed_at():
    receipt = acknowledge(*a_group(("W03*1", "w-3*1")))
    assert receipt.sets[0].segments[0].position == 3
    assert (receipt.sets[0].verdict, receipt.sets[0].errors) == ("R", ("5",))
    write_997(receipt, SITE, control=1)


@pytest.mark.parametrize(
    ("damage", "errors", "included"),
    [
        (("GE*2*7", "GE*3*7"), ("5",), 3),
        (("GE*2*7", "GE*2*8"), ("4",), 2),
        (("GE*2*7~\n", ""), ("3",), 2),
        (("GE*2*7", "GE*x*7"), ("5",), 2),
    ],
)
def test_a_wrong_group_trailer_is_an_error_of_the_group(damage, errors, included):
    receipt = acknowledge(*a_group(damage))
    assert (receipt.verdict, receipt.errors, receipt.included) == ("E", errors, included)


def test_nothing_good_is_rejected():
    group, findings = a_group(("SE*4*0001", "SE*5*0001"))
    alone = evolve(group, transactions=group.transactions[:1])
    assert acknowledge(alone, findings).verdict == "R"


def test_an_acknowledgement_is_never_acknowledged():
    sent = write_997(RECEIPT, SITE, control=1)
    group = wrap([sent], sender="A", receiver="B", control=1, now=NOW).groups[0]
    with pytest.raises(x12.X12Error) as caught:
        acknowledge(group, ())
    assert caught.value.code == "X12_NEVER_ACKNOWLEDGED"
