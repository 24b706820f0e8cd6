"""Stock: what moved since a snapshot, and what is in doubt."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import Quantity, StockDoubt
from orogxo.ports import Store
from orogxo.testing.store_contract.base import MINUTE, NOW, StoreTests
from orogxo.testing.store_contract.stock_base import HOUR, due, mark, movement, row, settle, snapshot


class MovementContract(StoreTests):
    """`orogxo.ports.stock.FigureRows`: movements and doubts."""

    def test_movements_are_read_back_in_order(self, store: Store) -> None:
        """Of time, then of id; every field exactly; a SKU without any is absent."""
        late = movement("a", at=NOW + MINUTE, earliest=NOW - HOUR, lot="L1", expiry=dt.date(2027, 1, 31))
        told = [late, movement("c"), movement("b"), movement("d", "GADGET", quantity=Quantity("1/3", "EA"))]
        with store.transaction() as tx:
            assert tx.add_movements(told, now=NOW) == 4
            found = tx.movements(["WIDGET", "GADGET", "unknown"])
        assert found == {"WIDGET": (movement("b"), movement("c"), late), "GADGET": (told[3],)}

    def test_repeated_movement_counts_once(self, store: Store) -> None:
        """In one call or later, with other content too: the first stays, and nothing falls due for it."""
        with store.transaction() as tx:
            assert tx.add_movements([movement(), movement(quantity=Quantity(9, "EA"))], now=NOW) == 1
            assert due(tx) == ["WIDGET"]
            tx.settle(tx.due("", 9))
            assert tx.add_movements([movement(quantity=Quantity(9, "EA"))], now=NOW) == 0
            assert tx.movements(["WIDGET"]) == {"WIDGET": (movement(),)}
            assert not due(tx)
            assert tx.add_movements([], now=NOW) == 0

    def test_id_is_unique_for_its_site(self, store: Store) -> None:
        """Two sites may number alike."""
        with store.transaction() as tx:
            assert (
                tx.add_movements([movement(site="A"), movement(site="B"), movement(site="A")], now=NOW) == 2
            )
            assert tx.add_movements([movement(site="B"), movement(site="C")], now=NOW) == 1
            assert [one.site for one in tx.movements(["WIDGET"])["WIDGET"]] == ["A", "B", "C"]

    def test_moved_skus_page_by_page(self, store: Store) -> None:
        """Each once, in order; `since` is included, `after` is not."""
        told = [movement(f"{at}", sku, NOW + at * MINUTE) for at, sku in enumerate(["B", "C", "A", "C", "D"])]
        with store.transaction() as tx:
            tx.add_movements(told, now=NOW)
            assert list(tx.moved_skus(NOW + MINUTE, "", 9)) == ["A", "C", "D"]
            assert list(tx.moved_skus(NOW + MINUTE, "A", 1)) == ["C"]
            assert list(tx.moved_skus(NOW + 3 * MINUTE, "C", 9)) == ["D"]
            assert not tx.moved_skus(NOW, "", 0)

    def test_movements_stay_for_two_snapshots(self, store: Store) -> None:
        """Those before the snapshot before are needed by no figure, and do not come back."""
        with store.transaction() as tx:
            told = [movement(f"{at}", at=NOW + at * HOUR) for at in range(4)]
            tx.add_movements(told, now=NOW)
        snapshot(store, 1, row())
        with store.transaction() as tx:
            assert len(tx.movements(["WIDGET"])["WIDGET"]) == 4
        snapshot(store, 2, row())
        with store.transaction() as tx:
            assert tx.add_movements(told[:2], now=NOW) == 0
            assert tx.movements(["WIDGET"]) == {"WIDGET": tuple(told[1:])}
            assert tx.add_movements([movement("new", at=NOW + HOUR)], now=NOW) == 1

    def test_movement_that_stops_counting_makes_due(self, store: Store) -> None:
        """Its SKU has the same rows and another figure; so may one of which only the day is known."""
        snapshot(store, 1, row("IN"), row("DAY"), row("LATER"), row("NONE"))
        with store.transaction() as tx:
            tx.add_movements(
                [
                    movement("1", "IN", NOW + 2 * HOUR),
                    movement("2", "DAY", NOW + 9 * HOUR, earliest=NOW),
                    movement("3", "LATER", NOW + 2 * HOUR + MINUTE),
                ],
                now=NOW,
            )
        settle(store)
        assert snapshot(store, 2, row("IN"), row("DAY"), row("LATER"), row("NONE")) == 2
        with store.transaction() as tx:
            assert due(tx) == ["DAY", "IN"]
            assert not tx.figures_before(["IN", "DAY"])

    def test_newest_doubt_counts(self, store: Store) -> None:
        """One per SKU and code, in whatever order they come; those about any SKU are always shown."""
        old, new = (
            StockDoubt("WIDGET", "DRIFT", "old", NOW),
            StockDoubt("WIDGET", "DRIFT", "new", NOW + MINUTE),
        )
        any_, other = StockDoubt("", "FEED", "gap", NOW), StockDoubt("WIDGET", "LATE", "", NOW - HOUR)
        with store.transaction() as tx:
            tx.put_doubts([new, old, any_, other])
            tx.put_doubts([old])
            assert list(tx.doubts(["WIDGET", "GADGET"])) == [any_, new, other]
            assert list(tx.doubts([])) == [any_]
            assert [(one.sku, one.since) for one in tx.due("", 9)] == [("WIDGET", NOW + MINUTE)]

    def test_last_of_two_doubts_of_one_instant_counts(self, store: Store) -> None:
        """In one call and in two."""
        first, second, third = (StockDoubt("WIDGET", "DRIFT", text, NOW) for text in ("c", "b", "a"))
        with store.transaction() as tx:
            tx.put_doubts([first, second])
            assert list(tx.doubts(["WIDGET"])) == [second]
            tx.put_doubts([third])
            assert list(tx.doubts(["WIDGET"])) == [third]

    def test_snapshot_heals_doubts(self, store: Store) -> None:
        """Those from before it, and their SKUs are looked at again; those of its own instant stay."""
        stays = [StockDoubt(sku, "DRIFT", "", NOW + HOUR) for sku in ("OTHER", "WIDGET")]
        with store.transaction() as tx:
            tx.put_doubts([StockDoubt(sku, "LATE", "", NOW) for sku in ("WIDGET", "GADGET", "")] + stays)
        settle(store)
        assert snapshot(store, 1) == 2
        with store.transaction() as tx:
            assert list(tx.doubts(["WIDGET", "GADGET", "OTHER"])) == stays
            assert due(tx) == ["GADGET", "WIDGET"]

    def test_what_names_no_row_is_refused(self, store: Store) -> None:
        """Half a character as a SKU, an instant without a zone: nothing of the call is kept."""
        naive = NOW.replace(tzinfo=None)
        with store.transaction() as tx:
            for act in (
                lambda: tx.stage("S-1", [row("\ud800")]),
                lambda: tx.add_movements([movement(), movement("2", "\ud800")], now=NOW),
                lambda: tx.add_movements([movement()], now=naive),
                lambda: tx.put_doubts([StockDoubt("\ud800", "LATE", "", NOW)]),
                lambda: tx.take_over(evolve(mark(1, 0), as_of=naive), now=NOW),
            ):
                with pytest.raises(StoreError) as caught:
                    act()
                assert caught.value.code == "UNSTORABLE"
            assert not due(tx)
            assert not tx.movements(["WIDGET"])
            assert tx.staged("S-1") == 0
