"""A snapshot page by page: in constant memory, one row's mistake hides no other, pages of one instant."""

from __future__ import annotations

import datetime as dt
import gc
import weakref
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import DecodeError, MappingError, NotFound, ServerError
from orogxo.gxo import stock_flows, stock_reading
from orogxo.gxo.codes import Codes
from orogxo.gxo.site import SiteProfile
from orogxo.http import Reply, Request
from orogxo.model import Quantity, StockRow
from orogxo.ports.stock import BadFigure, SnapshotPage
from support.exchanges import Answer
from support.gateway import URL, page, problem, reply, site, stock_page, stock_row

MIDNIGHT = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
LATEST = f"{URL}/v1/inventory/snapshots/latest?client_id=ACME"
BROKEN = SnapshotPage("SNAP-1", MIDNIGHT, (), last=True, complete=False)


def pages(*answers: Answer, **options: Any) -> list[SnapshotPage]:
    client, _ = site(*answers)
    return [*client.stock_pages(**options)]


def skus(found: list[SnapshotPage]) -> list[str]:
    return [row.sku for each in found for row in each.rows]


def read(*rows: object, codes: Codes | None = None) -> tuple[list[StockRow], list[BadFigure]]:
    return stock_reading.RowReader(codes or Codes()).read(rows)


def test_every_page_is_read_in_order_and_only_the_last_says_complete() -> None:
    client, sender = site(
        reply(200, stock_page(stock_row("A"), cursor="p/2")),
        reply(200, stock_page(stock_row("B"), cursor="p/3")),
        reply(200, stock_page(stock_row("C"), stock_row("D"))),
    )
    found = [*client.stock_pages()]
    assert skus(found) == ["A", "B", "C", "D"]
    assert [(each.last, each.complete) for each in found] == [(False, False), (False, False), (True, True)]
    assert {(each.id, each.as_of) for each in found} == {("SNAP-1", MIDNIGHT)}
    assert [sent.url for sent in sender.sent] == [
        LATEST, f"{LATEST}&page_cursor=p%2F2", f"{LATEST}&page_cursor=p%2F3",
    ]  # fmt: skip


def test_a_page_is_asked_for_when_it_is_wanted_and_not_kept() -> None:
    client, sender = site(*(reply(200, stock_page(stock_row(), cursor=f"p{n}")) for n in range(50)))
    walk = client.stock_pages()
    assert sender.sent == []
    kept: list[weakref.ref[StockRow]] = []
    for number in range(1, 6):
        (row,) = next(walk).rows
        kept.append(weakref.ref(row))
        del row
        assert len(sender.sent) == number
    gc.collect()
    assert [ref() for ref in kept[:-1]] == [None] * 4


def test_the_snapshot_that_is_known_is_not_read_again() -> None:
    client, sender = site(reply(200, stock_page(stock_row("A"), cursor="p2")))
    assert [*client.stock_pages(known="SNAP-1")] == []
    assert len(sender.sent) == 1
    assert skus(pages(reply(200, stock_page(stock_row("A"))), known="SNAP-0")) == ["A"]


def test_an_older_snapshot_by_its_id() -> None:
    client, sender = site(reply(200, stock_page(stock_row(), snapshot_id="S/7")))
    assert [each.id for each in client.stock_pages(snapshot_id="S/7")] == ["S/7"]
    assert sender.sent[0].url == f"{URL}/v1/inventory/snapshots/S%2F7?client_id=ACME"
    with pytest.raises(DecodeError, match="expected snapshot 'S-6', not 'SNAP-1'"):
        pages(reply(200, stock_page(stock_row())), snapshot_id="S-6")
    with pytest.raises(MappingError):
        pages(snapshot_id="..")


@pytest.mark.parametrize(
    "second",
    [
        reply(200, stock_page(stock_row("B"), snapshot_id="SNAP-2", sequence=8)),
        reply(200, stock_page(stock_row("B"), as_of="2026-11-03T00:00:01Z")),
        reply(200, stock_page(stock_row("B"), sequence=9)),
        reply(200, stock_page(stock_row("B"), sequence=6)),
        problem(404, "not_found"),
    ],
)
def test_a_page_that_is_missing_or_of_another_snapshot_ends_it_incomplete(second: Reply) -> None:
    found = pages(reply(200, stock_page(stock_row("A"), cursor="p2")), second)
    assert skus(found) == ["A"]
    assert found[-1] == BROKEN


@pytest.mark.parametrize("following", [7, 8, None])
def test_sites_number_snapshots_or_pages_or_neither(following: int | None) -> None:
    told = (stock_page(stock_row("A"), cursor="p2"), stock_page(stock_row("B"), sequence=following))
    found = pages(*(reply(200, each) for each in told))
    assert (found[-1].complete, skus(found)) == (True, ["A", "B"])


def test_a_site_that_says_incomplete_or_nothing_is_believed() -> None:
    assert not pages(reply(200, stock_page(stock_row(), complete=False)))[-1].complete
    silent = stock_page(stock_row())
    del silent["complete"]
    assert not pages(reply(200, silent))[-1].complete


def test_pages_that_would_never_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [reply(200, stock_page(stock_row(), cursor=cursor)) for cursor in ("p2", "p3", "p2", "p3")]
    with pytest.raises(DecodeError, match="'p2' came twice"):
        pages(*told)
    monkeypatch.setattr(stock_flows, "MOST_PAGES", 5)
    endless = (reply(200, stock_page(stock_row(), cursor=f"p{number}")) for number in range(9))
    with pytest.raises(DecodeError, match="more than 5 pages"):
        pages(*endless)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([problem(404, "not_found")], NotFound),
        ([reply(200, stock_page(stock_row(), cursor="p2")), page(404)], NotFound),
        (
            [reply(200, stock_page(stock_row(), cursor="p2")), *[problem(500, "internal_error")] * 4],
            ServerError,
        ),
        ([page(200)], DecodeError),
    ],
)
def test_a_failure_is_no_missing_page(answers: list[Reply], error: type[Exception]) -> None:
    with pytest.raises(error):
        pages(*answers)


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (stock_page(stock_row(), as_of="2026-11-03"), "$.as_of"),
        (stock_page(stock_row(), complete="yes"), "$.complete"),
        (stock_page(stock_row(), cursor=5), "$.page_cursor"),
        (stock_page(stock_row(), rows={}), "$.rows"),
        (stock_page(stock_row(), rows=None, snapshot_id=""), "$.rows"),
        ([], "$"),
    ],
)
def test_a_page_that_is_none_is_an_error(told: object, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        pages(reply(200, told))
    assert path in [problem.rpartition(" @ ")[2] for problem in caught.value.paths]


# Rows -----------------------------------------------------------------------------------------------------


def test_figures_and_statuses_as_the_site_has_them() -> None:
    rows = [
        stock_row(value="0.125", lot="L-1", status="hold", expiry="2027-01-31"),
        stock_row(status="mezzanine", site_id=None),
        stock_row(value=0),
        stock_row(value="-3"),
    ]
    good = [
        StockRow("WIDGET-001", "hold", Quantity("0.125", "EA"), "RDC-1", "L-1", dt.date(2027, 1, 31)),
        StockRow("WIDGET-001", "unmapped:mezzanine", Quantity(40, "EA")),
        StockRow("WIDGET-001", "available", Quantity(0, "EA"), "RDC-1"),
        StockRow("WIDGET-001", "available", Quantity(-3, "EA"), "RDC-1"),
    ]
    assert read(*rows) == (good, [])
    assert read(*rows, *rows) == (good * 2, [])


def test_codes_of_the_site_are_read() -> None:
    codes = Codes(units={"EA": "ST"}, statuses={"F": "available"})
    rows, bad = read(
        *(stock_row(status=status, qty={"value": value, "uom": uom})
          for status, value, uom in (("F", "4", "ST"), ("X", "1.5", "KG"))),
        codes=codes,
    )  # fmt: skip
    assert bad == []
    assert [(row.status, row.quantity) for row in rows] == [
        ("available", Quantity(4, "EA")),
        ("unmapped:X", Quantity("1.5", "unmapped:KG")),
    ]
    profile = SiteProfile.shipped("reference")
    client, _ = site(reply(200, stock_page(stock_row())), profile=profile)
    assert [each.last for each in client.stock_pages()] == [True]


BAD_ROWS: list[tuple[object, str, str]] = [
    (stock_row(value="many"), "WIDGET-001", "qty"),
    (stock_row(value=None), "WIDGET-001", "qty"),
    (stock_row(value=True), "WIDGET-001", "qty"),
    (stock_row(value="1" * 41), "WIDGET-001", "qty"),
    (stock_row(value="١٢"), "WIDGET-001", "qty"),
    (stock_row(qty={"value": "1", "uom": " "}), "WIDGET-001", "qty"),
    (stock_row(qty={"value": "1", "uom": 5}), "WIDGET-001", "qty"),
    (stock_row(qty={"value": ["1"], "uom": "EA"}), "WIDGET-001", "qty"),
    (stock_row(qty="12"), "WIDGET-001", "qty"),
    (stock_row(status=""), "WIDGET-001", "status"),
    (stock_row(status=["available"]), "WIDGET-001", "status"),
    (stock_row(lot=7), "WIDGET-001", "lot"),
    (stock_row(lot=False), "WIDGET-001", "lot"),
    (stock_row(site_id=0), "WIDGET-001", "site_id"),
    (stock_row(site_id=False), "WIDGET-001", "site_id"),
    (stock_row(expiry="31.01.2027"), "WIDGET-001", "expiry"),
    (stock_row(expiry=0), "WIDGET-001", "expiry"),
    (stock_row(sku=""), "", "sku"),
    (stock_row(sku="  "), "", "sku"),
    ({**stock_row(), "sku": 17}, "", "sku"),
    ({"qty": {"value": "1", "uom": "EA"}}, "", "sku"),
    ("WIDGET-001", "", "$"),
    (None, "", "$"),
]


@pytest.mark.parametrize(("row", "sku", "named"), BAD_ROWS)
def test_a_row_that_cannot_be_read_is_told_of_its_sku_and_hides_no_other(
    row: object, sku: str, named: str
) -> None:
    """The good rows around it first fill the memory that a look-alike key might find."""
    usual = [stock_row("A", value=value) for value in ("1", "12", 1, "1.0")]
    found, (bad,) = read(*usual, row, stock_row("Z", value="1"))
    assert [each.sku for each in found] == ["A", "A", "A", "A", "Z"]
    assert bad.sku == sku
    assert bad.problem.startswith("rows[4] cannot be read: ")
    assert named in bad.problem


def test_a_bad_row_comes_with_its_page() -> None:
    found = pages(
        reply(200, stock_page(stock_row("A", value="?"), stock_row("B"), cursor="p2")),
        reply(200, stock_page(stock_row("C"))),
    )
    assert [[bad.sku for bad in each.bad] for each in found] == [["A"], []]
    assert (skus(found), found[-1].complete) == (["B", "C"], True)


def test_what_is_remembered_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_reading, "MOST_KEPT", 10)
    reader = stock_reading.RowReader(Codes())
    rows, _ = reader.read([stock_row(value=str(number)) for number in range(100)])
    assert [row.quantity.amount for row in rows] == list(range(100))
    assert len(reader._quantities) <= 10


ROWS = st.fixed_dictionaries(
    {"sku": st.sampled_from(["A", "B", "", 3])},
    optional={
        "status": st.sampled_from(["available", "hold", "odd", "", 1]),
        "qty": st.sampled_from([{"value": v, "uom": u} for v in ("1", "-1", "01", "1.50", "x", 1, True, None)
                                for u in ("EA", "", None)] + [None, "1", []]),
        "site_id": st.sampled_from([None, "", "S", 0, 1]),
        "lot": st.sampled_from([None, "", "L", 0]),
        "expiry": st.sampled_from([None, "2027-01-31", "2027-13-01", 0]),
        "more": st.sampled_from([1, {}]),
    },
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(ROWS, max_size=8))
def test_the_short_way_reads_what_the_long_way_reads(rows: list[dict[str, Any]]) -> None:
    reader = stock_reading.RowReader(Codes())
    found, bad = reader.read(rows)
    slow = [read(row) for row in rows]
    assert found == [row for good, _ in slow for row in good]
    assert [each.sku for each in bad] == [each.sku for _, worse in slow for each in worse]
    for row in found:
        assert type(row.quantity.amount) is Fraction


def test_the_same_page_as_the_whole_snapshot_gives() -> None:
    def answer(_: Request) -> Reply:
        return reply(200, stock_page(stock_row("A"), stock_row("B", value="2.5", lot="L")))

    client, _ = site(answer, answer)
    (only,) = client.stock_pages()
    assert tuple(only.rows) == client.stock_snapshot().rows
