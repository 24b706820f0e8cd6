"""Wrapping transactions: what the envelope says, and that a wrong request makes no envelope at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from orogxo.gxo.edi import envelope, x12
from orogxo.gxo.edi.envelope import Party

NOW = datetime(2026, 3, 9, 23, 5, tzinfo=UTC)


def order(control: int = 1, code: str = "940") -> x12.Transaction:
    return envelope.transaction(code, [x12.Segment("W05", ("N", f"SO-{control}"))], control=control)


def test_a_transaction_counts_itself() -> None:
    made = order(control=27)
    assert made.st == x12.Segment("ST", ("940", "0027"))
    assert made.se == x12.Segment("SE", ("3", "0027"))
    assert made.size == 3


def test_the_guide_of_5010_stands_in_st03() -> None:
    made = envelope.transaction("999", [], control=1, variant="005010X231")
    assert made.st.elements == ("999", "0001", "005010X231")


def test_the_whole_envelope_of_4010() -> None:
    made = envelope.wrap(
        [order(1), order(2)],
        sender=Party("5012345678900", "UL", "ACMEWMS"),
        receiver="GXOUK",
        control=41,
        group_control=7,
        now=NOW,
        usage="T",
        acknowledge=True,
    )
    assert x12.dump([made]).decode() == (
        "ISA*00*          *00*          *UL*5012345678900  *ZZ*GXOUK          "
        "*260309*2305*U*00401*000000041*1*T*>~\n"
        "GS*OW*ACMEWMS*GXOUK*20260309*2305*7*X*004010~\n"
        "ST*940*0001~\nW05*N*SO-1~\nSE*3*0001~\n"
        "ST*940*0002~\nW05*N*SO-2~\nSE*3*0002~\n"
        "GE*2*7~\nIEA*1*000000041~\n"
    )


@pytest.mark.parametrize(
    ("version", "isa12", "repetition"),
    [("004010", "00401", None), ("004020", "00402", "^"), ("005010", "00501", "^"), ("005040", "00504", "^")],
)
def test_isa11_and_isa12_follow_the_release(version: str, isa12: str, repetition: str | None) -> None:
    made = envelope.wrap([order()], sender="ACME", receiver="GXOUK", control=1, now=NOW, version=version)
    assert (made.version, made.separators.repetition) == (isa12, repetition)
    assert made.isa.element(11) == (repetition or "U")
    (read,), findings = x12.parse(x12.dump([made]))
    assert findings == ()
    assert read == made


def test_neighbours_of_one_kind_share_a_group() -> None:
    sent = [order(1), order(2), order(3, "943"), order(4)]
    made = envelope.wrap(sent, sender="ACME", receiver="GXOUK", control=5, now=NOW)
    assert [(group.functional_id, group.control, len(group.transactions)) for group in made.groups] == [
        ("OW", "5", 2),
        ("AR", "6", 1),
        ("OW", "7", 1),
    ]
    assert x12.parse(x12.dump([made]))[1] == ()


def test_the_time_is_that_of_the_zone_given() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    made = envelope.wrap([order()], sender="ACME", receiver="GXOUK", control=1, now=there)
    assert (made.isa.element(9), made.isa.element(10)) == ("260310", "0105")


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(x12.X12Error) as refused:
        envelope.wrap(
            [order(1_000_000_000), order(1, "850")],
            sender=Party("", "ZZZ", "A"),
            receiver="A CODE TOO LONG FOR ISA",
            control=0,
            group_control=1_000_000_000,
            now=datetime(2026, 3, 9),  # noqa: DTZ001 (that it has no zone is the mistake)
            version="4010",
            usage="X",
        )
    assert refused.value.code == "X12_ENVELOPE"
    assert [finding.message for finding in refused.value.findings] == [
        "control number '1000000000' has not 4 to 9 digits",
        "there is no functional group for document '850'",
        "party id '' is not 1 to 15 plain ASCII characters",
        "qualifier 'ZZZ' of party '' has not 2 characters",
        "application code 'A' of party '' has not 2 to 15 characters",
        "party id 'A CODE TOO LONG FOR ISA' is not 1 to 15 plain ASCII characters",
        "control number 0 is not from 1 to 999999999",
        "control number 1000000000 is not from 1 to 999999999",
        "`now` has no time zone",
        "version '4010' is no release such as 004010",
        "usage 'X' is neither P (production) nor T (test)",
    ]


def test_nothing_to_send_makes_no_envelope() -> None:
    with pytest.raises(x12.X12Error, match="there is nothing to send"):
        envelope.wrap([], sender="ACME", receiver="GXOUK", control=1, now=NOW)


def test_one_control_number_twice_makes_no_envelope() -> None:
    with pytest.raises(x12.X12Error, match="X12_CONTROL_REPEATED"):
        envelope.wrap([order(1), order(1)], sender="ACME", receiver="GXOUK", control=1, now=NOW)


def test_a_transaction_that_counts_wrong_makes_no_envelope() -> None:
    wrong = x12.Transaction(x12.Segment("ST", ("940", "0001")), (), x12.Segment("SE", ("9", "0001")))
    with pytest.raises(x12.X12Error, match="X12_SE_COUNT"):
        envelope.wrap([wrong], sender="ACME", receiver="GXOUK", control=1, now=NOW)
