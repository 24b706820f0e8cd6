"""Stock snapshots: all pages of one snapshot, or a figure that says it is not complete."""

from __future__ import annotations

import datetime as dt

import pytest

from orogxo.errors import DecodeError, NotFound, ServerError
from orogxo.http import Reply
from orogxo.model import Quantity, StockRow, StockSnapshot
from support.exchanges import Answer
from support.gateway import URL, page, problem, reply, site, stock_page, stock_row

MIDNIGHT = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
ROW = StockRow("WIDGET-001", "available", Quantity(40, "EA"), "RDC-1", "")


def snapshot(*answers: Answer) -> StockSnapshot:
    client, _ = site(*answers)
    return client.stock_snapshot()


def test_one_page() -> None:
    client, sender = site(reply(200, stock_page(stock_row())))
    assert client.stock_snapshot() == StockSnapshot("SNAP-1", MIDNIGHT, complete=True, rows=(ROW,))
    assert [sent.url for sent in sender.sent] == [f"{URL}/v1/inventory/snapshots/latest?client_id=ACME"]


def test_every_page_is_read_in_order() -> None:
    client, sender = site(
        reply(200, stock_page(stock_row("A"), cursor="p/2", complete=False)),
        reply(200, stock_page(stock_row("B"), cursor="p/3", complete=False)),
        reply(200, stock_page(stock_row("C"), stock_row("D"))),
    )
    found = client.stock_snapshot()
    assert (found.complete, [row.sku for row in found.rows]) == (True, ["A", "B", "C", "D"])
    latest = f"{URL}/v1/inventory/snapshots/latest?client_id=ACME&page_cursor="
    assert [sent.url for sent in sender.sent[1:]] == [latest + "p%2F2", latest + "p%2F3"]


def test_figures_and_statuses_as_the_site_has_them() -> None:
    rows = (
        stock_row(value="0.125", lot="L-1", status="hold"),
        stock_row(status="mezzanine", site_id=None),
        stock_row(value=0),
    )
    assert snapshot(reply(200, stock_page(*rows))).rows == (
        StockRow("WIDGET-001", "hold", Quantity("0.125", "EA"), "RDC-1", "L-1"),
        StockRow("WIDGET-001", "unmapped:mezzanine", Quantity(40, "EA")),
        StockRow("WIDGET-001", "available", Quantity(0, "EA"), "RDC-1"),
    )


@pytest.mark.parametrize(
    "second",
    [
        reply(200, stock_page(stock_row("B"), snapshot_id="SNAP-2", sequence=8)),
        reply(200, stock_page(stock_row("B"), sequence=9)),
        reply(200, stock_page(stock_row("B"), sequence=6)),
        problem(404, "not_found"),
    ],
)
def test_a_page_that_is_missing_or_of_another_snapshot_makes_it_incomplete(second: Reply) -> None:
    found = snapshot(reply(200, stock_page(stock_row("A"), cursor="p2")), second)
    assert found == StockSnapshot(
        "SNAP-1", MIDNIGHT, complete=False, rows=(StockRow("A", "available", Quantity(40, "EA"), "RDC-1"),)
    )


@pytest.mark.parametrize("following", [7, 8, None])
def test_sites_number_snapshots_or_pages_or_neither(following: int | None) -> None:
    pages = (stock_page(stock_row("A"), cursor="p2"), stock_page(stock_row("B"), sequence=following))
    found = snapshot(*(reply(200, told) for told in pages))
    assert (found.complete, len(found.rows)) == (True, 2)


@pytest.mark.parametrize("changes", [{"complete": False}, {"complete": None}])
def test_a_site_that_says_incomplete_is_believed(changes: dict[str, object]) -> None:
    told = stock_page(stock_row())
    del told["complete"]
    assert not snapshot(reply(200, {**told, **{k: v for k, v in changes.items() if v is not None}})).complete


def test_pages_that_would_never_end_are_an_error() -> None:
    client, sender = site(
        *(reply(200, stock_page(stock_row(), cursor=cursor)) for cursor in ("p2", "p3", "p2", "p3"))
    )
    with pytest.raises(DecodeError, match="'p2' of snapshot 'SNAP-1' came twice"):
        client.stock_snapshot()
    assert len(sender.sent) == 3


def test_no_snapshot_at_all_is_an_error() -> None:
    with pytest.raises(NotFound):
        snapshot(problem(404, "not_found"))


@pytest.mark.parametrize("second", [page(404), problem(404, "no_such_tenant")])
def test_a_404_of_something_in_front_is_no_missing_page(second: Reply) -> None:
    with pytest.raises(NotFound):
        snapshot(reply(200, stock_page(stock_row(), cursor="p2")), second)


def test_a_failure_half_way_is_an_error() -> None:
    with pytest.raises(ServerError):
        snapshot(reply(200, stock_page(stock_row(), cursor="p2")), *[problem(500, "internal_error")] * 4)


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (stock_page(stock_row(), stock_row(value="-1")), "$.rows[1].qty"),
        (stock_page(stock_row(sku="")), "$.rows[0].sku"),
        (stock_page(stock_row(), as_of="2026-11-03"), "$.as_of"),
        (stock_page(stock_row(), complete="yes"), "$.complete"),
        (stock_page(stock_row(), cursor=5), "$.page_cursor"),
    ],
)
def test_one_unreadable_figure_makes_all_totals_worthless(told: object, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        snapshot(reply(200, told))
    assert [problem.rpartition(" @ ")[2] for problem in caught.value.paths] == [path]
