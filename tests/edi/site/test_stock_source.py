"""Stock of a site that trades X12 files: 846, 947, 944 and 180 wait in the store until they are read."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

from orogxo.errors import ConfigError
from orogxo.gxo.edi import stock_source as module
from orogxo.gxo.edi import x12
from orogxo.gxo.edi.envelope import wrap
from orogxo.gxo.edi.site import Site
from orogxo.gxo.edi.stock_source import X12StockSource
from orogxo.model import Quantity
from orogxo.ports.stock import MovementPage, StockSource
from support.files import SITE, CrashingDrop, FilesWorld
from support.interruptions import Crash, Points
from support.x12_documents import a_document

KEPT = evolve(SITE, kept=("846", "947", "944", "180"))
DAY = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
FIGURES = """
    BIA*00*MB*INV-{number}*20261105*{time}
    N1*WH*GXO*92*GXO-LEEDS
    LIN**VN*WIDGET-001*LT*L1
    QTY*33*{eaches}*EA
    QTY*QH*2*EA
    LIN**VN*STRANGER-9
    QTY*33*-4*EA
    CTT*2
"""
ADJUSTED = """
    W15*20261105*ADJ-{number}
    N1*WH*GXO*92*GXO-LEEDS
    W19*AA*-{eaches}*EA**VN*WIDGET-001
    W19*AA*1*EA**VN*STRANGER-9
"""


def new(folder: Path, site: Site = KEPT) -> FilesWorld:
    return FilesWorld.new(folder, site)


def arrives(world: FilesWorld, folder: Path, code: str, text: str, control: int) -> None:
    """A file of the site with that one document."""
    interchange = wrap(
        [a_document(code, text)],
        sender="GXOLEEDS",
        receiver="ACME",
        control=control,
        now=world.twin.clock.now(),
    )
    (folder / "inbox" / f"{code}-{control:03}.edi").write_bytes(x12.dump([interchange]))


def recorded(world: FilesWorld) -> list[str]:
    """All pages of the shipment feed, each recorded; what people are told."""
    told, cursor, more = [], "", True
    while more:
        page = world.warehouse().shipments(cursor)
        told += [trouble.code for trouble in page.troubles]
        cursor, more = page.cursor, page.more
    return told


def books(world: FilesWorld) -> X12StockSource:
    return X12StockSource(world.warehouse())


def drained(world: FilesWorld) -> list[MovementPage]:
    source: StockSource = books(world)
    pages, cursor, more = [], "", True
    while more:
        pages.append(source.movements(cursor))
        cursor, more = pages[-1].cursor, pages[-1].more
    return pages


# Snapshots ------------------------------------------------------------------------------------------------


def test_an_846_is_a_snapshot_once_its_file_is_recorded(tmp_path: Path) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "846", FIGURES.format(number=1, time="0600", eaches=40), 1)
    world.warehouse().shipments("")
    assert [*books(world).snapshot()] == []
    assert recorded(world) == []
    (page,) = books(world).snapshot()
    assert (page.id, page.as_of) == ("INV-1@2026-11-05T06:00:00Z", DAY + dt.timedelta(hours=6))
    assert [(row.sku, row.status, row.quantity, row.lot) for row in page.rows] == [
        ("WIDGET-001", "available", Quantity(40, "EA"), "L1"),
        ("WIDGET-001", "hold", Quantity(2, "EA"), "L1"),
        ("STRANGER-9", "available", Quantity(-4, "EA"), ""),
    ]
    assert (page.last, page.complete, page.bad) == (True, True, [])
    assert [*books(world).snapshot(known=page.id)] == []
    assert sorted(path.name for path in (tmp_path / "archive").iterdir()) == ["846-001.edi"]
    assert len(list((tmp_path / "outbox").iterdir())) == 1


def test_the_newest_by_its_own_moment_counts(tmp_path: Path) -> None:
    world = new(tmp_path)
    for control, time in ((1, "0600"), (2, "1800"), (3, "1200")):
        arrives(world, tmp_path, "846", FIGURES.format(number=control, time=time, eaches=9), control)
        recorded(world)
    (page,) = books(world).snapshot()
    assert page.id.startswith("INV-2@")


def test_rows_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_ROWS", 2)
    world = new(tmp_path)
    arrives(world, tmp_path, "846", FIGURES.format(number=1, time="0600", eaches=40), 1)
    recorded(world)
    found = [*books(world).snapshot()]
    assert [(len(page.rows), page.last, page.complete) for page in found] == [
        (2, False, False), (1, True, True),
    ]  # fmt: skip


def test_a_count_that_differs_is_not_complete(tmp_path: Path) -> None:
    world = new(tmp_path)
    text = FIGURES.format(number=1, time="0600", eaches=40).replace("CTT*2", "CTT*3")
    arrives(world, tmp_path, "846", text, 1)
    recorded(world)
    (page,) = books(world).snapshot()
    assert (page.last, page.complete) == (True, False)


def test_a_sku_that_comes_without_a_figure_is_in_doubt_and_not_zero(tmp_path: Path) -> None:
    world = new(tmp_path)
    text = FIGURES.format(number=1, time="0600", eaches=40).replace("    QTY*33*-4*EA\n", "")
    arrives(world, tmp_path, "846", text, 1)
    recorded(world)
    (page,) = books(world).snapshot()
    assert [bad.sku for bad in page.bad] == ["STRANGER-9"]
    assert "QUANTITY_ABSENT" in page.bad[0].problem


def test_a_snapshot_that_cannot_be_understood_ends_incomplete(tmp_path: Path) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "846", FIGURES.format(number=1, time="0600", eaches=40), 1)
    arrives(world, tmp_path, "846", FIGURES.format(number=2, time="1800", eaches="many"), 2)
    recorded(world)
    (good,) = books(world).snapshot()
    assert good.id.startswith("INV-1@"), "what was not read yet comes first"
    (broken,) = books(world).snapshot(known=good.id)
    assert (broken.rows, broken.last, broken.complete) == ((), True, False)
    assert [bad.sku for bad in broken.bad] == [""]
    assert "846-002.edi" in broken.bad[0].problem


def test_only_the_last_few_snapshots_are_kept(tmp_path: Path) -> None:
    world = new(tmp_path)
    for control in range(1, 7):
        arrives(world, tmp_path, "846", FIGURES.format(number=control, time="0600", eaches=control), control)
        recorded(world)
    (page,) = books(world).snapshot()
    assert page.id.startswith("INV-6@")
    with world.store.transaction() as rows:
        kept = [number for number in range(1, 7) if rows.cursor(f"x12:ACME:GXOLEEDS:shelf:846:{number}")]
    assert kept == [4, 5, 6]


# Movements ------------------------------------------------------------------------------------------------


def test_a_947_is_movements_of_a_day(tmp_path: Path) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=1, eaches=3), 1)
    recorded(world)
    first = books(world).movements("")
    assert [(move.id, move.sku, move.change("available")) for move in first.movements] == [
        ("ADJ-1/1", "WIDGET-001", Fraction(-3)),
        ("ADJ-1/2", "STRANGER-9", Fraction(1)),
    ]
    assert {(move.earliest, move.occurred_at) for move in first.movements} == {
        (DAY, DAY + dt.timedelta(days=1, seconds=-1))
    }
    assert books(world).movements("") == first, "nothing is forgotten before its cursor comes back"
    last = books(world).movements(first.cursor)
    assert (last.movements, last.cursor, last.more) == ([], first.cursor, False)
    assert books(world).movements("").movements == []


@pytest.mark.parametrize("cursor", ["", "17", "846:9", "947:x", "c-1"])
def test_a_cursor_of_another_source_begins_anew(tmp_path: Path, cursor: str) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=1, eaches=3), 1)
    recorded(world)
    assert len(books(world).movements(cursor).movements) == 2


def test_documents_come_in_pages_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENTS", 2)
    world = new(tmp_path)
    for control in range(1, 6):
        arrives(world, tmp_path, "947", ADJUSTED.format(number=control, eaches=control), control)
    recorded(world)
    pages = drained(world)
    assert [len(page.movements) for page in pages] == [4, 4, 2]
    assert [move.id for page in pages for move in page.movements][::2] == [f"ADJ-{n}/1" for n in range(1, 6)]


def test_a_947_that_cannot_be_understood_puts_its_skus_in_doubt(tmp_path: Path) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=1, eaches="x"), 1)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=2, eaches=1).replace("**VN*WIDGET-001", ""), 2)
    arrives(world, tmp_path, "947", "W15*20261105*ADJ-3", 3)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=4, eaches=1), 4)
    recorded(world)
    page = books(world).movements("")
    assert [bad.sku for bad in page.bad] == ["STRANGER-9", "WIDGET-001", "", "STRANGER-9", ""]
    assert "947-001.edi" in page.bad[0].problem
    assert [move.id for move in page.movements] == ["ADJ-4/1", "ADJ-4/2"]


def test_there_are_no_news_of_orders(tmp_path: Path) -> None:
    page = books(new(tmp_path)).news("c")
    assert (page.news, page.cursor, page.more, page.unreadable) == ((), "c", False, ())


# Receipts and returns -------------------------------------------------------------------------------------


def test_receipts_and_returns_wait_too(tmp_path: Path) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "944", "W17*F*20261105*RC-1*ASN-7\nW07*5*EA**VN*WIDGET-001\nW14*5", 1)
    arrives(world, tmp_path, "944", "W17*F**RC-2*ASN-8\nW07*5*EA**VN*WIDGET-001\nW14*5", 2)
    arrives(world, tmp_path, "180", "BGN*00*RET-1*20261105\nN9*RZ*RMA-3\nBLI*VN*WIDGET-001*1*EA\nRDR*KA", 3)
    recorded(world)
    source = books(world)
    receipts, returns = source.receipts(), source.returns()
    assert [receipt.ref for receipt in receipts.items] == ["RC-1"]
    assert ["DATE_MISSING" in told for told in receipts.unreadable] == [True]
    assert [told.rma_ref for told in returns.items] == ["RMA-3"]
    assert (source.receipts(receipts.cursor).items, source.returns(returns.cursor).items) == ((), ())


# Files ----------------------------------------------------------------------------------------------------


def test_the_same_file_again_is_kept_once(tmp_path: Path) -> None:
    world = new(tmp_path)
    for _ in range(2):
        arrives(world, tmp_path, "947", ADJUSTED.format(number=1, eaches=3), 1)
        recorded(world)
    assert sum(len(page.movements) for page in drained(world)) == 2


@pytest.mark.parametrize("place", range(1, 8))
def test_whenever_the_worker_dies_a_document_is_kept_once(tmp_path: Path, place: int) -> None:
    world = new(tmp_path)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=1, eaches=3), 1)
    drop, deaths = world.drop, Points(frozenset({place}))
    world.drop = CrashingDrop(drop, deaths)
    steps = 6  # before and after staging and publishing our 997, and archiving the file
    with pytest.raises(Crash) if place <= steps else nullcontext():
        recorded(world)
    assert deaths.passed == min(place, steps)
    world.drop = drop
    recorded(world)
    assert sum(len(page.movements) for page in drained(world)) == 2


def test_what_is_not_to_be_kept_is_told_or_set_aside(tmp_path: Path) -> None:
    world = new(tmp_path, evolve(SITE, set_aside=("846",)))
    arrives(world, tmp_path, "846", FIGURES.format(number=1, time="0600", eaches=40), 1)
    arrives(world, tmp_path, "947", ADJUSTED.format(number=1, eaches=3), 2)
    assert recorded(world) == ["FILE_UNREADABLE"]
    assert [*books(world).snapshot()] == []
    assert drained(world)[0].movements == []


def test_only_what_somebody_here_reads_can_be_kept() -> None:
    text = '[exchange]\nsender = "ACME"\nreceiver = "GXOLEEDS"\nkept = ["846", "888", "832"]\n'
    with pytest.raises(ConfigError, match=r"exchange\.kept: nothing here reads 832, 888"):
        Site.from_text(text)
    assert Site.from_text(text.replace(', "888", "832"', "")).kept == ("846",)
