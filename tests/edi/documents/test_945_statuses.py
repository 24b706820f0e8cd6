"""What W1201 says of a line: the status decides, never the figures alone (contract x12, section 5.1)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.gxo.edi.documents import Known, Quarantined, read_945
from orogxo.gxo.edi.profile import X12Profile
from orogxo.model import Quantity
from support.x12_documents import SITE, a_document, codes

HEAD = "W06*F*17*20261105*SHP-9\nW27*U*UPSN"


def read(*w12: str, head: str = HEAD, profile=SITE):
    """Each W12 is of line 101."""
    body = "\n".join(f"{line}\nN9*LI*101" for line in w12)
    (value,), findings = read_945(a_document("945", f"{head}\n{body}"), profile, Known())
    return value, findings


def w12(status: str, ordered: object, shipped: object, difference: object = "", reason: str = "") -> str:
    return f"W12*{status}*{ordered}*{shipped}*{difference}*EA**VN*WIDGET-001{'*' * 11}{reason}"


def fate(line) -> dict[str, Fraction]:
    figures = {"backordered": line.backordered, "short": line.short, "cancelled": line.cancelled}
    return {name: figure.amount for name, figure in figures.items() if figure is not None}


@pytest.mark.parametrize(
    ("status", "shipped", "expected"),
    [
        ("CC", 10, {}),
        ("CL", 10, {}),
        ("CP", 7, {"short": 3}),
        ("BP", 7, {"backordered": 3}),
        ("BO", 0, {"backordered": 10}),
        ("BK", 0, {"backordered": 10}),
        ("BM", 0, {"backordered": 10}),
        ("CU", 0, {"cancelled": 10}),
        ("IC", 4, {"cancelled": 6}),
        ("DE", 0, {"cancelled": 10}),
        ("DS", 0, {}),
        ("PH", 0, {}),
        ("CS", 10, {}),
    ],
)
def test_each_status_says_what_becomes_of_the_rest(status, shipped, expected):
    value, findings = read(w12(status, 10, shipped))
    assert findings == ()
    assert fate(value.lines[0]) == expected
    assert value.lines[0].shipped == Quantity(shipped, "EA")


def test_the_same_figures_close_the_line_or_keep_it_open_by_status_alone():
    """CP: no back-order follows. BP: one does."""
    (closed, _), (waiting, _) = read(w12("CP", 10, 7)), read(w12("BP", 10, 7))
    assert (fate(closed.lines[0]), fate(waiting.lines[0])) == ({"short": 3}, {"backordered": 3})


def test_a_site_whose_pr_means_no_backorder_says_so_in_its_profile():
    site = evolve(SITE, outcomes={**SITE.outcomes, "PR": "short_closed"})
    assert fate(read(w12("PR", 10, 7), profile=site)[0].lines[0]) == {"short": 3}
    with pytest.raises(ConfigError, match=r"x12\.outcomes: perhaps"):
        evolve(SITE, outcomes={"PR": "perhaps"})


def test_an_unknown_status_is_kept_told_and_closes_nothing():
    value, findings = read(w12("SH", 10, 7))
    assert (value.lines[0].reason, value.lines[0].raw_reason) == ("unmapped:SH", "SH")
    assert fate(value.lines[0]) == {}
    assert [(one.code, one.severity) for one in findings] == [("CODE_UNMAPPED", "error")]


def test_no_status_closes_nothing_and_is_told():
    value, findings = read(w12("", 10, 7))
    assert fate(value.lines[0]) == {}
    assert codes(findings) == {"STATUS_MISSING"}


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (w12("CC", 10, 9), "STATUS_CONTRADICTED"),
        (w12("CP", 10, 10), "STATUS_CONTRADICTED"),
        (w12("BP", 10, 10), "STATUS_CONTRADICTED"),
        (w12("CM", 10, 12), "OVER_SHIPPED"),
        (w12("CC", 10, 12), "OVER_SHIPPED"),
        (w12("CP", "", 7), "REST_UNKNOWN"),
    ],
)
def test_status_and_figures_that_contradict_are_told_as_errors(line, finding):
    value, findings = read(line)
    assert [(one.code, one.severity) for one in findings] == [(finding, "error")]
    assert value.lines[0].shipped.unit == "EA"


def test_a_complete_line_needs_no_ordered_quantity():
    value, findings = read(w12("CC", "", 7))
    assert (value.lines[0].ordered, fate(value.lines[0]), findings) == (None, {}, ())


@pytest.mark.parametrize("status", ["CP", "BP", "CU"])
def test_a_rest_is_never_negative(status):
    value, findings = read(w12(status, 10, 12))
    assert list(fate(value.lines[0]).values()) == [0]
    assert codes(findings) == {"OVER_SHIPPED"}


@pytest.mark.parametrize("difference", ["", "0", "3"])
def test_the_difference_is_always_recomputed(difference):
    value, findings = read(w12("CP", 10, 7, difference))
    assert (fate(value.lines[0]), findings) == ({"short": 3}, ())


def test_a_wrong_difference_is_told_and_not_used():
    value, findings = read(w12("CP", 10, 7, 9))
    assert fate(value.lines[0]) == {"short": 3}
    assert codes(findings) == {"DIFFERENCE_WRONG"}


def test_a_difference_is_used_only_where_the_ordered_quantity_is_missing():
    value, findings = read(w12("BP", "", 7, 3))
    assert (fate(value.lines[0]), findings) == ({"backordered": 3}, ())
    assert value.lines[0].ordered == Quantity(10, "EA")


@pytest.mark.parametrize("status", ["CU", "BO", "DS", "PH"])
def test_nothing_shipped_may_be_left_empty_where_nothing_can_be(status):
    value, _ = read(w12(status, 10, ""))
    assert value.lines[0].shipped == Quantity(0, "EA")


@pytest.mark.parametrize(
    ("status", "code", "reason", "raw"),
    [
        ("CP", "01", "out_of_stock", "01"),
        ("BP", "07", "inventory_discrepancy", "07"),
        ("CP", "XX", "unmapped:XX", "XX"),
        ("CP", "", "", "CP"),
        ("DS", "", "out_of_stock", "DS"),
        ("CS", "", "substituted", "CS"),
        ("PH", "", "on_hold", "PH"),
        ("CC", "", "", ""),
    ],
)
def test_a_reason_is_kept_in_our_word_and_in_the_sites(status, code, reason, raw):
    line = read(w12(status, 10, 10, reason=code))[0].lines[0]
    assert (line.reason, line.raw_reason) == (reason, raw)


class TestPartsOfOneLine:
    """One order line in several W12, one a lot."""

    def test_shipped_adds_up_and_the_rest_is_counted_once(self):
        value, findings = read(w12("CC", 100, 60), w12("CP", 100, 30))
        (line,) = value.lines
        assert (line.shipped, line.ordered) == (Quantity(90, "EA"), Quantity(100, "EA"))
        assert (fate(line), findings) == ({"short": 10}, ())

    def test_a_site_may_divide_the_ordered_quantity_among_the_parts(self):
        divides = evolve(SITE, ordered_of_parts="part")
        value, findings = read(w12("CC", 72, 72), w12("CC", 72, 72), profile=divides)
        assert value.lines[0].ordered == Quantity(144, "EA")
        assert (fate(value.lines[0]), findings) == ({}, ())

    def test_parts_that_cannot_be_put_together_are_kept_back(self):
        for parts in (
            (w12("CP", 100, 60), w12("BP", 100, 30)),
            (w12("CC", 100, 60), w12("CC", 40, 40)),
            (w12("CC", 100, 60), w12("CC", 100, 40).replace("WIDGET-001", "WIDGET-002")),
            (w12("CC", 100, 60), w12("CC", 100, 40).replace("*EA*", "*CA*")),
        ):
            value, _ = read(*parts)
            assert isinstance(value, Quarantined)
            assert codes(value.reasons) == {"LINE_CONTRADICTED"}

    def test_a_part_without_an_ordered_quantity_leaves_the_rest_open(self):
        value, findings = read(w12("CP", 100, 60), w12("CP", "", 30))
        assert (value.lines[0].ordered, fate(value.lines[0])) == (None, {})
        assert codes(findings) == {"REST_UNKNOWN"}


class TestFinal:
    """Only the header status W2708 can say that nothing more comes."""

    def test_lines_alone_never_close_an_order(self):
        assert read(w12("CC", 10, 10))[0].final is False

    @pytest.mark.parametrize(("status", "final"), [("CC", True), ("CP", True), ("CU", True), ("BP", False)])
    def test_w2708(self, status, final):
        value, _ = read(w12("CC", 10, 10), head=f"{HEAD}******{status}")
        assert value.final is final

    def test_a_closing_header_over_a_waiting_line_closes_nothing(self):
        value, findings = read(w12("BP", 10, 7), head=f"{HEAD}******CC")
        assert value.final is False
        assert codes(findings) == {"STATUS_CONTRADICTED"}

    def test_an_unknown_header_status_is_told(self):
        value, findings = read(w12("CC", 10, 10), head=f"{HEAD}******Q1")
        assert value.final is False
        assert codes(findings) == {"CODE_UNMAPPED"}


def test_the_default_profile_reads_without_any_agreement():
    value, findings = read(w12("CC", 10, 10), profile=X12Profile())
    assert (value.order_ref, findings) == ("17", ())
