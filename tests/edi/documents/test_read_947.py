"""Reads 947 Inventory Adjustment Advices: signs, transfers and reasons (contract x12, section 5.3)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import ConfigError
from orogxo.gxo.edi.codes import ADJUSTMENTS, Adjustment
from orogxo.gxo.edi.documents import Known, Quarantined, read_947
from orogxo.model import Quantity, StockMovement
from support.x12_documents import SITE, a_document, codes

HEAD = "W15*20261105*ADJ-7\nN1*WH*Leeds*92*GXO-LEEDS"
BY_REASON = evolve(SITE, sign_rule="reason")
IN_PAIRS = evolve(SITE, transfer_style="pair")
BY_REFERENCE = evolve(
    SITE, transfer_style="references", transfer_statuses={"FGI": "available", "BSTK": "hold"}
)


def w19(code: str, amount: object, sku: str = "WIDGET-001", lot: str = "") -> str:
    return f"W19*{code}*{amount}*EA**VN*{sku}***{lot}"


def read(*lines: str, profile=SITE, head: str = HEAD):
    known = Known(skus={"WIDGET-001", "GADGET-100"})
    return read_947(a_document("947", "\n".join((head, *lines))), profile, known)


def change(*lines: str, status: str = "available", profile=SITE) -> Fraction:
    values, _ = read(*lines, profile=profile)
    assert not [value for value in values if isinstance(value, Quarantined)], values
    return sum((value.change(status) for value in values), Fraction(0))


def kept_back(*lines: str, profile=SITE, head: str = HEAD) -> set[str]:
    (value,), _ = read(*lines, profile=profile, head=head)
    assert isinstance(value, Quarantined)
    return codes(value.reasons)


def test_a_loss_in_full():
    values, findings = read(w19("07", -3, lot="LOT-A"), "N9*LT*LOT-A**20270101")
    assert findings == ()
    assert values == (
        StockMovement(
            id="ADJ-7/1",
            occurred_at=dt.datetime(2026, 11, 5, 23, 59, 59, tzinfo=dt.UTC),
            sku="WIDGET-001",
            quantity=Quantity(3, "EA"),
            from_status="available",
            to_status="",
            reason="destroyed",
            raw_reason="07",
            lot="LOT-A",
            expiry=dt.date(2027, 1, 1),
            site="GXO-LEEDS",
            reference="ADJ-7",
            earliest=dt.datetime(2026, 11, 5, tzinfo=dt.UTC),
        ),
    )


class TestSigns:
    """A sign is never applied twice, and where sign and reason contradict nobody guesses."""

    @pytest.mark.parametrize("profile", [SITE, BY_REASON])
    def test_a_book_decrease_of_minus_13_is_13_less_under_either_rule(self, profile):
        assert change(w19("06", -13), profile=profile) == -13

    def test_by_reason_a_bare_number_gets_its_direction_from_the_reason(self):
        assert change(w19("06", 13), profile=BY_REASON) == -13
        assert change(w19("56", 13), profile=BY_REASON) == 13
        assert change(w19("AU", 13), profile=BY_REASON) == -13

    def test_by_quantity_the_sign_counts(self):
        assert change(w19("AA", -5)) == -5
        assert change(w19("AA", 5)) == 5
        assert change(w19("AA", "+5")) == 5
        assert change(w19("56", 5)) == 5

    @pytest.mark.parametrize(
        ("line", "profile"),
        [(w19("06", 13), SITE), (w19("56", -13), SITE), (w19("56", -13), BY_REASON), (w19("05", -1), SITE)],
    )
    def test_contradictions_are_kept_back(self, line, profile):
        assert kept_back(line, profile=profile) == {"SIGN_CONTRADICTED"}

    def test_by_reason_a_reason_without_direction_needs_a_sign(self):
        assert kept_back(w19("AA", 5), profile=BY_REASON) == {"DIRECTION_UNKNOWN"}
        assert change(w19("AA", -5), profile=BY_REASON) == -5

    @given(st.sampled_from(sorted(ADJUSTMENTS)), st.integers(-99, 99), st.sampled_from([SITE, BY_REASON]))
    def test_the_amount_never_changes_and_a_direction_is_never_reversed(self, code, amount, profile):
        (value,), _ = read(w19(code, amount), profile=profile)
        if isinstance(value, Quarantined):
            return
        assert value.quantity == Quantity(abs(amount), "EA")
        direction = ADJUSTMENTS[code].direction
        if direction and amount:
            assert value.change("available") == direction * abs(amount)
        elif not ADJUSTMENTS[code].is_transfer:
            assert value.change("available") == amount


class TestTransfers:
    """A change of status leaves the total alone; each site tells it in its own way."""

    def test_one_unsigned_line(self):
        (hold, release), findings = read(w19("05", 133), w19("55", 20))
        assert (hold.from_status, hold.to_status, hold.reason) == ("available", "hold", "hold")
        assert (release.from_status, release.to_status, release.reason) == ("hold", "available", "release")
        assert (hold.change("hold"), hold.change("available"), findings) == (133, -133, ())

    def test_a_pair_is_one_movement(self):
        lines = (w19("05", -4, lot="A"), w19("05", -4, lot="B"), w19("05", 4, lot="B"), w19("05", 4, lot="A"))
        values, _ = read(*lines, profile=IN_PAIRS)
        assert [(value.id, value.lot) for value in values] == [("ADJ-7/1", "A"), ("ADJ-7/2", "B")]
        assert change(*lines, profile=IN_PAIRS) == -8
        assert change(*lines, profile=IN_PAIRS, status="hold") == 8

    @pytest.mark.parametrize(
        "lines",
        [
            (w19("05", -4),),
            (w19("05", -4), w19("05", 3)),
            (w19("05", -4), w19("55", 4)),
            (w19("05", -4), w19("05", 4, "GADGET-100")),
            (w19("05", -4, lot="A"), w19("05", 4, lot="B")),
            (w19("05", 0), w19("05", 0)),
        ],
    )
    def test_half_a_pair_is_kept_back(self, lines):
        assert kept_back(*lines, profile=IN_PAIRS) == {"TRANSFER_UNPAIRED"}

    def test_two_references_name_the_statuses(self):
        lines = (w19("AH", 1), "N9*M1*FGI*From", "N9*M1*BSTK*To")
        (value,), findings = read(*lines, profile=BY_REFERENCE)
        assert (value.from_status, value.to_status, findings) == ("available", "hold", ())
        assert change(*lines, profile=BY_REFERENCE) == -1

    @pytest.mark.parametrize(
        "lines",
        [
            (w19("AH", 1), "N9*M1*FGI"),
            (w19("AH", 1), "N9*M1*FGI", "N9*M1*FGI"),
            (w19("AH", 1), "N9*M1*FGI", "N9*M1*MOON"),
            (w19("AH", -1), "N9*M1*FGI", "N9*M1*BSTK"),
            (w19("05", 1),),
        ],
    )
    def test_references_that_name_no_two_statuses_are_kept_back(self, lines):
        assert kept_back(*lines, profile=BY_REFERENCE) == {"TRANSFER_UNCLEAR"}

    @pytest.mark.parametrize("profile", [SITE, IN_PAIRS])
    def test_a_transfer_by_reference_is_never_taken_for_a_gain(self, profile):
        """Code AH with +1 and two N9*M1, at a site whose profile knows of no such style."""
        assert "TRANSFER_UNCLEAR" in kept_back(w19("AH", 1), "N9*M1*FGI", "N9*M1*BSTK", profile=profile)

    def test_a_references_site_still_adjusts(self):
        assert change(w19("AA", -2), profile=BY_REFERENCE) == -2


def test_an_unknown_reason_is_kept_and_told():
    (value,), findings = read(w19("Q9", -2))
    assert (value.reason, value.raw_reason) == ("unmapped:Q9", "Q9")
    assert [(one.code, one.severity) for one in findings] == [("CODE_UNMAPPED", "error")]


def test_a_site_names_the_status_that_counts_change():
    assert change(w19("AA", 5), profile=evolve(SITE, adjusted_status="returns"), status="returns") == 5
    with pytest.raises(ConfigError, match="adjusted_status"):
        evolve(SITE, adjusted_status="")


def test_a_site_may_move_damaged_goods_instead_of_losing_them():
    damaged = Adjustment("damage", from_status="available", to_status="damaged")
    own = evolve(SITE, adjustments={**ADJUSTMENTS, "AU": damaged})
    assert change(w19("AU", 2), profile=own, status="damaged") == 2


@pytest.mark.parametrize("ways", [("hold", "hold", 0), ("available", "hold", 1)])
def test_a_move_from_a_status_to_itself_or_with_a_direction_is_a_mistake(ways):
    with pytest.raises(ConfigError, match=r"x12\.adjustments"):
        Adjustment("hold", from_status=ways[0], to_status=ways[1], direction=ways[2])


@pytest.mark.parametrize(
    ("lines", "head", "reasons"),
    [
        ((), HEAD, {"SEGMENT_MISSING"}),
        ((w19("06", -1),), HEAD.replace("W15", "W16"), {"SEGMENT_MISSING"}),
        ((w19("06", -1),), HEAD.replace("ADJ-7", ""), {"VALUE_MISSING"}),
        ((w19("06", -1),), HEAD.replace("20261105", "0"), {"DATE_MISSING"}),
        ((w19("06", ""),), HEAD, {"QUANTITY_MISSING"}),
        ((w19("06", "-one"),), HEAD, {"QUANTITY_UNREADABLE"}),
        ((w19("06", -1).replace("*EA*", "*QQ*"),), HEAD, {"UNIT_UNKNOWN"}),
        ((w19("06", -1, "OTHER"),), HEAD, {"SKU_UNKNOWN"}),
        ((w19("06", -1, ""),), HEAD, {"SKU_MISSING"}),
    ],
)
def test_what_cannot_be_understood_keeps_the_document_back(lines, head, reasons):
    assert kept_back(*lines, head=head) == reasons


def test_one_bad_line_keeps_the_good_ones_back_too():
    values, _ = read(w19("06", -1), w19("06", 2))
    assert len(values) == 1
    assert isinstance(values[0], Quarantined)


def test_another_document_is_kept_back():
    (value,), findings = read_947(a_document("946", HEAD), SITE)
    assert (codes(value.reasons), codes(findings)) == ({"WRONG_DOCUMENT"}, {"WRONG_DOCUMENT"})
