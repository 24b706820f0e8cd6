"""Reads 846 Inventory Advices: one snapshot or none at all (contract x12, sections 2.2 and 2.3)."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.gxo.edi.documents import Known, Quarantined, read_846
from orogxo.model import Quantity, StockRow, StockSnapshot
from support.x12_documents import SITE, a_document, codes

TEXT = """
BIA*00*SI*SNAP-7*20260701*0630
N1*WH*Leeds*92*GXO-LEEDS
LIN**VN*WIDGET-001*LT*LOT-A
QTY*33*120*EA
QTY*QH*7*EA
LIN**UP*000100022220*VN*GADGET-100
QTY*33*0.5
UIT*KG
N1*WH*York*92*GXO-YORK
CTT*2
"""

NOTHING = Known()


def read(text: str = TEXT, profile=SITE, known: Known = NOTHING):
    (value,), findings = read_846(a_document("846", text), profile, known)
    return value, findings


def test_a_snapshot_in_full():
    assert read() == (
        StockSnapshot(
            "SNAP-7",
            dt.datetime(2026, 7, 1, 5, 30, tzinfo=dt.UTC),
            complete=True,
            rows=(
                StockRow("WIDGET-001", "available", Quantity(120, "EA"), "GXO-LEEDS", "LOT-A"),
                StockRow("WIDGET-001", "hold", Quantity(7, "EA"), "GXO-LEEDS", "LOT-A"),
                StockRow("GADGET-100", "available", Quantity("0.5", "KGM"), "GXO-YORK"),
            ),
        ),
        (),
    )


def test_without_a_time_the_figures_may_be_as_old_as_the_first_moment_of_the_day():
    assert read(TEXT.replace("*0630", ""))[0].as_of == dt.datetime(2026, 6, 30, 23, 0, tzinfo=dt.UTC)
    assert read(TEXT.replace("*0630", "*06301599"))[0].as_of == dt.datetime(
        2026, 7, 1, 5, 30, 15, tzinfo=dt.UTC
    )


def test_each_site_has_its_own_table_of_qualifiers():
    own = evolve(SITE, stock_statuses={"33": "on_hand", "QH": "quarantine"})
    assert [row.status for row in read(profile=own)[0].rows] == ["on_hand", "quarantine", "on_hand"]


def test_an_unknown_qualifier_is_kept_and_told():
    value, findings = read(TEXT.replace("QTY*QH", "QTY*63"))
    assert value.rows[1].status == "unmapped:63"
    assert [(one.code, one.severity) for one in findings] == [("CODE_UNMAPPED", "error")]


def test_a_count_that_differs_makes_the_snapshot_incomplete():
    value, findings = read(TEXT.replace("CTT*2", "CTT*3"))
    assert value.complete is False
    assert codes(findings) == {"TOTAL_DIFFERS"}
    assert read(TEXT.replace("CTT*2", ""))[0].complete is True


def test_a_sku_without_a_figure_is_told():
    value, findings = read(TEXT.replace("QTY*33*0.5\nUIT*KG", ""))
    assert (len(value.rows), codes(findings)) == (2, {"QUANTITY_ABSENT"})


def test_the_unit_of_a_bare_figure_is_agreed_or_refused():
    bare = TEXT.replace("*7*EA", "*7")
    assert codes(read(bare)[0].reasons) == {"UNIT_UNKNOWN"}
    agreed = evolve(SITE, default_uom="EA")
    assert read(bare, agreed)[0].rows[1].quantity == Quantity(7, "EA")


def test_a_negative_figure_is_read_as_it_is():
    assert read(TEXT.replace("*7*EA", "*-7*EA"))[0].rows[1].quantity == Quantity(-7, "EA")


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("BIA*00", "BIX*00", {"SEGMENT_MISSING"}),
        ("BIA*00", "BIA*13", {"NOT_ORIGINAL"}),
        ("SNAP-7", "", {"VALUE_MISSING"}),
        ("20260701", "2026-07-01", {"DATE_MISSING"}),
        ("QTY*33*120", "QTY*33*", {"QUANTITY_MISSING"}),
        ("QTY*33*120", "QTY*33*12O", {"QUANTITY_UNREADABLE"}),
        ("VN*GADGET-100", "ZZ*GADGET-100", {"SKU_MISSING"}),
        ("VN*GADGET-100", "VN*OTHER", {"SKU_UNKNOWN"}),
        ("QTY*QH*7", "QTY*33*7", {"ROW_REPEATED"}),
    ],
)
def test_one_bad_figure_makes_every_total_wrong(old, new, reasons):
    known = Known(skus={"WIDGET-001", "GADGET-100"})
    value, _ = read(TEXT.replace(old, new), known=known)
    assert isinstance(value, Quarantined)
    assert codes(value.reasons) == reasons
    assert value.reference in ("SNAP-7", "")
