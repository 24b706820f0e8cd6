"""Stock: snapshots of the warehouse's figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import Quantity, StockRow
from orogxo.ports import Store
from orogxo.testing.store_contract.base import NOW, Stop, StoreTests, stop_after
from orogxo.testing.store_contract.stock_base import due, mark, movement, row, settle, snapshot

WRONG: Any = 1.5


def broken(*rows: StockRow) -> Iterator[StockRow]:
    """A feed that fails after these."""
    yield from rows
    raise Stop


class SnapshotContract(StoreTests):
    """`orogxo.ports.stock.FigureRows`: snapshots."""

    def test_store_without_snapshot(self, store: Store) -> None:
        """Knows no figure, and that it has none."""
        with store.transaction() as tx:
            assert tx.snapshots() == (None, None)
            assert not tx.figures(["WIDGET"])
            assert not tx.figures_before(["WIDGET"])
            assert tx.staged("S-1") == 0

    def test_figures_are_read_back_equal(self, store: Store) -> None:
        """Every field, exactly: fractions, negative ones, no and some expiry, text of any script."""
        rows = [
            row(amount="11/12"),
            row(amount="-0.25", lot="L1", expiry=dt.date(2027, 1, 31), site="ATL1"),
            row(status="hold", lot="\u00e9\x00'", quantity=Quantity(10**30, "\u6ce8")),
        ]
        snapshot(store, 1, *rows, row("GADGET"))
        with store.transaction() as tx:
            figures = tx.figures(["WIDGET", "GADGET", "WIDGET", "unknown"])
            assert tx.snapshots() == (mark(1, 4), None)
        assert figures.keys() == {"WIDGET", "GADGET"}
        assert set(figures["WIDGET"]) == set(rows)
        assert list(figures["GADGET"]) == [row("GADGET")]

    def test_more_skus_than_one_statement_takes(self, store: Store) -> None:
        """A thousand and more, asked for at once."""
        rows = [row(f"SKU-{number}", number) for number in range(2500)]
        assert snapshot(store, 1, *rows) == 2500
        with store.transaction() as tx:
            figures = tx.figures({one.sku for one in rows})
        assert figures == {one.sku: (one,) for one in rows}

    def test_row_met_twice_adds_up(self, store: Store) -> None:
        """On one page or on two, exactly; another lot or unit is another row."""
        with store.transaction() as tx:
            tx.stage("S-1", [row(amount="1/3"), row(amount="1/3"), row(lot="L1")])
        with store.transaction() as tx:
            tx.stage("S-1", [row(amount="1/3"), row(quantity=Quantity(2, "CS"))])
            assert tx.staged("S-1") == 5
            tx.take_over(mark(1, 5), now=NOW)
            figures = tx.figures(["WIDGET"])["WIDGET"]
        amounts = {(one.lot, one.quantity.unit): one.quantity.amount for one in figures}
        assert amounts == {("", "EA"): 1, ("L1", "EA"): 10, ("", "CS"): 2}

    def test_repeated_page_is_ignored(self, store: Store) -> None:
        """A worker that died and began again counts nothing twice; another snapshot has pages of its own."""
        with store.transaction() as tx:
            tx.stage("S-1", [row()], page="1")
            tx.stage("S-1", [row()], page="1")
            tx.stage("S-1", [row("GADGET")], page="2")
            assert tx.staged("S-1") == 2
            tx.stage("S-2", [row()], page="1")
            assert (tx.staged("S-1"), tx.staged("S-2")) == (0, 1)
            tx.drop_stage()
            tx.stage("S-2", [row()], page="1")
            assert tx.staged("S-2") == 1

    def test_dropped_stage_leaves_no_trace(self, store: Store) -> None:
        """Neither its rows nor its count come back with the same snapshot."""
        with store.transaction() as tx:
            tx.stage("S-1", [row(), row("GADGET")])
            tx.drop_stage()
            assert tx.staged("S-1") == 0
        snapshot(store, 1, row(amount=3))
        with store.transaction() as tx:
            assert tx.figures(["WIDGET", "GADGET"]) == {"WIDGET": (row(amount=3),)}

    @pytest.mark.parametrize(
        "fields",
        [
            {"quantity": Quantity(1, WRONG)},
            {"sku": WRONG},
            {"expiry": NOW},
            {"lot": None},
            {"quantity": None},
        ],
    )
    def test_page_that_cannot_be_kept_whole_is_not_kept(self, store: Store, fields: dict[str, Any]) -> None:
        """Whether a row is not exact or the feed breaks: the pages before stay, this one can be repeated."""
        bad = evolve(row("BAD"), **fields)
        with store.transaction() as tx:
            tx.stage("S-1", [row()], page="1")
            with pytest.raises(StoreError) as caught:
                tx.stage("S-1", [row("GADGET"), bad], page="2")
            with pytest.raises(Stop):
                tx.stage("S-1", broken(*[row("GADGET")] * 1500), page="2")
            assert tx.staged("S-1") == 1
            tx.stage("S-1", [row("GADGET")], page="2")
            tx.take_over(mark(1, 2), now=NOW)
            assert tx.figures(["GADGET"])["GADGET"] == (row("GADGET"),)
        assert caught.value.code == "UNSTORABLE"

    def test_only_what_differs_falls_due(self, store: Store) -> None:
        """New, other, gone; not what is the same in another order or written in another way."""
        old = [row("SAME", "0.50"), row("SAME", lot="L1"), row("OTHER"), row("GONE"), row("LESS", lot="L1")]
        snapshot(store, 1, *old, row("LESS"))
        settle(store)
        new = [row("SAME", lot="L1"), row("SAME", "1/2"), row("OTHER", 11), row("LESS"), row("NEW")]
        assert snapshot(store, 2, *new) == 4
        with store.transaction() as tx:
            assert due(tx) == ["GONE", "LESS", "NEW", "OTHER"]
            assert tx.snapshots() == (mark(2, 5), mark(1, 6))
            skus = ["SAME", "OTHER", "GONE", "LESS", "NEW"]
            assert tx.figures(skus).keys() == {"SAME", "OTHER", "LESS", "NEW"}
            before = tx.figures_before(skus)
            assert {sku: len(rows) for sku, rows in before.items()} == {
                "OTHER": 1, "GONE": 1, "LESS": 2, "NEW": 0,
            }  # fmt: skip
            assert before["OTHER"] == (row("OTHER"),)

    def test_figures_before_are_those_of_the_last_change_only(self, store: Store) -> None:
        """With the next snapshot the rows before the one before are gone."""
        for number in (1, 2, 3):
            snapshot(store, number, row(amount=number), row("STILL", min(number, 2)))
        with store.transaction() as tx:
            assert tx.figures_before(["WIDGET", "STILL"]) == {"WIDGET": (row(amount=2),)}

    def test_old_snapshot_is_refused(self, store: Store) -> None:
        """Figures never go back in time; one of the same instant may replace."""
        snapshot(store, 2, row())
        with store.transaction() as tx:
            tx.stage("S-1", [row(amount=99)])
            with pytest.raises(StoreError, match="S-1") as caught:
                tx.take_over(mark(1, 1), now=NOW)
            assert tx.figures(["WIDGET"])["WIDGET"] == (row(),)
            assert tx.snapshots() == (mark(2, 1), None)
            tx.stage("again", [row(amount=3)])
            assert tx.take_over(evolve(mark(2, 1), id="again"), now=NOW) == 1
        assert caught.value.code == "SNAPSHOT_OLD"

    @pytest.mark.parametrize(("name", "rows"), [("S-2", 1), ("S-2", 3), ("S-2", 0), ("S-3", 2), ("S-3", 0)])
    def test_part_of_a_snapshot_is_refused(self, store: Store, name: str, rows: int) -> None:
        """What was not staged would be taken for gone: nothing changes, nothing falls due."""
        snapshot(store, 1, row(), row("GADGET"))
        settle(store)
        with store.transaction() as tx:
            tx.stage("S-2", [row(), row("GADGET")])
            with pytest.raises(StoreError, match=name) as caught:
                tx.take_over(evolve(mark(2, rows), id=name), now=NOW)
            assert caught.value.code == "SNAPSHOT_NOT_STAGED"
            assert tx.snapshots() == (mark(1, 2), None)
            assert not due(tx)
            assert tx.staged("S-2") == 2

    def test_nothing_staged_is_no_empty_snapshot(self, store: Store) -> None:
        """An empty snapshot is staged too, without rows; only then all is gone."""
        snapshot(store, 1, row())
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="nothing is staged"):
                tx.take_over(mark(2, 0), now=NOW)
            tx.stage("S-2", [])
            assert tx.take_over(mark(2, 0), now=NOW) == 1
            assert not tx.figures(["WIDGET"])

    def test_two_workers_in_each_others_way(self, store: Store) -> None:
        """A second snapshot begun between two pages: the first worker's remaining pages are not a whole."""
        snapshot(store, 1, row(), row("GADGET"))
        with store.transaction() as mine:
            mine.stage("S-2", [row(amount=1)], page="1")
        with store.transaction() as theirs:
            theirs.stage("S-3", [row(amount=2)], page="1")
        with store.transaction() as mine:
            mine.stage("S-2", [row("GADGET")], page="2")
            with pytest.raises(StoreError, match="another worker"):
                mine.take_over(mark(2, 2), now=NOW)
            assert mine.figures(["WIDGET"])["WIDGET"] == (row(),)

    def test_snapshot_is_taken_over_once(self, store: Store) -> None:
        """A slower worker with the same one neither adds to it nor makes a part of it the newest."""
        snapshot(store, 1, row(), row("GADGET"))
        settle(store)
        with store.transaction() as tx:
            tx.stage("S-1", [row("GADGET")], page="2")
            assert tx.staged("S-1") == 0
            assert tx.take_over(mark(1, 2), now=NOW) == 0
            assert tx.figures(["WIDGET"])["WIDGET"] == (row(),)
            assert not due(tx)

    def test_rolled_back_takeover_was_none(self, store: Store) -> None:
        """Figures, marks, stage, due SKUs, movements and doubts are as before."""
        snapshot(store, 1, row(), row("GONE"))
        settle(store)
        with store.transaction() as tx:
            tx.stage("S-2", [row(amount=Fraction(1, 3))], page="1")
        with pytest.raises(Stop), store.transaction() as tx:
            stop_after(tx.take_over(mark(2, 1), now=NOW))
        with store.transaction() as tx:
            assert tx.snapshots() == (mark(1, 2), None)
            assert tx.figures(["WIDGET", "GONE"]) == {"WIDGET": (row(),), "GONE": (row("GONE"),)}
            assert not due(tx)
            tx.stage("S-2", [row()], page="1")
            assert tx.take_over(mark(2, 1), now=NOW) == 2

    def test_stock_survives_a_restart(self, store: Store) -> None:
        """A snapshot that was half read goes on; figures, movements and what is due are there."""
        snapshot(store, 1, row())
        with store.transaction() as tx:
            tx.stage("S-2", [row(amount=3)], page="1")
            tx.add_movements([movement()], now=NOW)
        again = self.reopen(store)
        if again is None:
            pytest.skip("this store does not outlive its process")
        try:
            with again.transaction() as tx:
                tx.stage("S-2", [row(amount=3)], page="1")
                tx.stage("S-2", [row("GADGET")], page="2")
                assert tx.take_over(mark(2, 2), now=NOW) == 2
                assert tx.figures_before(["WIDGET"])["WIDGET"] == (row(),)
                assert due(tx) == ["GADGET", "WIDGET"]
        finally:
            again.close()
