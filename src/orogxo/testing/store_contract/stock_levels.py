"""Stock: OroCommerce's rows as last read, which SKUs are due, and how much was ordered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import DueSku, InventoryLevel
from orogxo.ports import Store, Transaction
from orogxo.testing.store_contract.base import MINUTE, NOW, Stop, StoreTests
from orogxo.testing.store_contract.stock_base import due

HOUR = 60 * MINUTE


def level(level_id: str = "1", sku: str = "WIDGET", amount: Any = 10, **fields: Any) -> InventoryLevel:
    """A row as just read."""
    return evolve(InventoryLevel(level_id, sku, "each", Fraction(amount), NOW), **fields)


def broken(*levels: InventoryLevel) -> Iterator[InventoryLevel]:
    """A reading that fails after these."""
    yield from levels
    raise Stop


class LevelContract(StoreTests):
    """`orogxo.ports.stock.LevelRows`."""

    def test_levels_are_read_back_by_sku(self, store: Store) -> None:
        """Exactly, in the order of their ids as text; more than one statement takes."""
        rows = [level("9", amount="11/12"), level("10", amount="-0.5", unit="\u00e9"), level("1", "GADGET")]
        with store.transaction() as tx:
            tx.put_levels(iter(rows))
            tx.put_levels([level(f"x{number}", f"SKU-{number}") for number in range(1500)])
            assert tx.levels(["WIDGET", "GADGET", "unknown"]) == {
                "WIDGET": (rows[1], rows[0]),
                "GADGET": (rows[2],),
            }
            assert len(tx.levels([f"SKU-{number}" for number in range(1500)])) == 1500
            assert tx.count_levels() == 1503

    def test_later_reading_counts(self, store: Store) -> None:
        """Whichever is put last; of two of one instant the last; a row may change its SKU."""
        new = level(amount=3, read_at=NOW + MINUTE)
        with store.transaction() as tx:
            tx.put_levels([new, level(amount=9)])
            tx.put_levels([level()])
            assert tx.levels(["WIDGET"]) == {"WIDGET": (new,)}
            moved = evolve(new, sku="GADGET", quantity=Fraction(4))
            tx.put_levels([moved])
            assert tx.levels(["WIDGET", "GADGET"]) == {"GADGET": (moved,)}
            assert tx.count_levels() == 1

    def test_levels_are_put_all_or_none(self, store: Store) -> None:
        """A reading that breaks, or a row that is not exact, leaves the rows as they were."""
        wrong: Any = 1.5
        with store.transaction() as tx:
            tx.put_levels([level()])
            with pytest.raises(Stop):
                tx.put_levels(broken(*[level(amount=99)] * 1500))
            with pytest.raises(StoreError, match="float"):
                tx.put_levels([level("2"), level("3", quantity=wrong)])
            assert tx.levels(["WIDGET"]) == {"WIDGET": (level(),)}

    def test_sku_that_is_due_keeps_its_age(self, store: Store) -> None:
        """The reason and the number become the newest."""
        with store.transaction() as tx:
            assert tx.count_due() == (0, None)
            tx.fall_due(iter(["B", "A", "B", ""]), now=NOW, why="first")
            tx.fall_due(["B"], now=NOW + MINUTE, why="second")
            [a, b] = tx.due("", 9)
            assert (a, b) == (DueSku("A", NOW, "first", a.seq), DueSku("B", NOW, "second", b.seq))
            assert b.seq > a.seq
            assert tx.count_due() == (2, NOW)

    def test_due_page_by_page(self, store: Store) -> None:
        """In the order of SKUs as text, `after` left out."""
        with store.transaction() as tx:
            tx.fall_due([f"SKU-{number:04}" for number in range(2500)], now=NOW, why="")
            assert [one.sku for one in tx.due("SKU-0001", 2)] == ["SKU-0002", "SKU-0003"]
            assert not tx.due("SKU-2499", 9)
            assert not tx.due("", 0)
            assert tx.count_due() == (2500, NOW)

    def test_settled_unless_due_again(self, store: Store) -> None:
        """What fell due while it was looked at stays, with the age it had; a number never comes twice."""
        with store.transaction() as tx:
            tx.fall_due(["A", "B"], now=NOW, why="first")
            seen = tx.due("", 9)
            tx.fall_due(["B"], now=NOW + MINUTE, why="second")
            tx.settle(seen)
            [again] = tx.due("", 9)
            assert (again.sku, again.since) == ("B", NOW)
            tx.settle([again])
            assert tx.count_due() == (0, None)
            tx.fall_due(["A", "B"], now=NOW + HOUR, why="third")
            tx.settle([*seen, again])
            assert due(tx) == ["A", "B"]
            tx.settle([])

    def test_falling_due_is_all_or_nothing(self, store: Store) -> None:
        """With its transaction, and within one call."""

        def fail(tx: Transaction) -> None:
            tx.fall_due(["A"], now=NOW, why="")
            raise Stop

        with pytest.raises(Stop), store.transaction() as tx:
            fail(tx)
        with store.transaction() as tx:
            with pytest.raises(StoreError):
                tx.fall_due([*[f"{number}" for number in range(1500)], "\ud800"], now=NOW, why="")
            assert tx.count_due() == (0, None)


class DemandContract(StoreTests):
    """`orogxo.ports.stock.DemandRows`."""

    def test_demand_by_sku_and_window(self, store: Store) -> None:
        """Set, not added; exact; `since` is included; SKUs that are not named keep theirs."""
        with store.transaction() as tx:
            tx.add_demand(NOW, {"A": Fraction(1, 3), "B": Fraction(2)})
            tx.add_demand(NOW, {"A": Fraction(4)})
            tx.add_demand(NOW + HOUR, {"A": Fraction(5)})
            assert tx.demand(["A", "B", "C"], NOW) == {
                "A": {NOW: Fraction(4), NOW + HOUR: Fraction(5)}, "B": {NOW: Fraction(2)}
            }  # fmt: skip
            assert tx.demand(["A", "B"], NOW + MINUTE) == {"A": {NOW + HOUR: Fraction(5)}}

    def test_nothing_ordered_is_absent(self, store: Store) -> None:
        """An amount of 0 takes that window of that SKU away, and no other."""
        with store.transaction() as tx:
            tx.add_demand(NOW, {"A": Fraction(1), "B": Fraction(0), "C": Fraction(1)})
            tx.add_demand(NOW + HOUR, {"A": Fraction(2)})
            tx.add_demand(NOW, {"A": Fraction(0)})
            assert tx.demand(["A", "B", "C"], NOW) == {
                "A": {NOW + HOUR: Fraction(2)},
                "C": {NOW: Fraction(1)},
            }

    def test_old_windows_are_forgotten(self, store: Store) -> None:
        """Those that began before the instant, with their marks; the others stay."""
        with store.transaction() as tx:
            for window in (NOW, NOW + HOUR):
                tx.add_demand(window, {"A": Fraction(1), "B": Fraction(2)})
                tx.mark_censored(window, ["A"])
            tx.forget_demand(NOW + HOUR)
            assert tx.demand(["A", "B"], NOW) == {
                "A": {NOW + HOUR: Fraction(1)}, "B": {NOW + HOUR: Fraction(2)}
            }  # fmt: skip
            assert {sku: list(found) for sku, found in tx.censored(["A"], NOW).items()} == {"A": [NOW + HOUR]}
            tx.forget_demand(NOW + 2 * HOUR)
            assert not tx.demand(["A", "B"], NOW)
            assert not tx.censored(["A"], NOW)

    def test_censored_windows(self, store: Store) -> None:
        """Marked once or twice, each SKU and window on its own, whether anything was ordered or not."""
        with store.transaction() as tx:
            tx.mark_censored(NOW, ["A", "B"])
            tx.mark_censored(NOW, ["A"])
            tx.mark_censored(NOW + HOUR, ["A"])
            found = tx.censored(["A", "B", "C"], NOW)
            assert {sku: list(windows) for sku, windows in found.items()} == {
                "A": [NOW, NOW + HOUR],
                "B": [NOW],
            }
            assert {sku: list(times) for sku, times in tx.censored(["A", "B"], NOW + MINUTE).items()} == {
                "A": [NOW + HOUR]
            }
            assert not tx.demand(["A", "B"], NOW)

    def test_demand_is_exact_and_in_no_zone_but_utc(self, store: Store) -> None:
        """A window of another zone is the same window; a float or a naive instant is refused."""
        wrong: Any = 1.5
        paris = NOW.astimezone(dt.timezone(dt.timedelta(hours=1)))
        with store.transaction() as tx:
            tx.add_demand(paris, {"A": Fraction(1)})
            tx.add_demand(NOW, {"A": Fraction(2)})
            assert tx.demand(["A"], paris) == {"A": {NOW: Fraction(2)}}
            with pytest.raises(StoreError):
                tx.add_demand(NOW, {"B": Fraction(1), "C": wrong})
            with pytest.raises(StoreError):
                tx.add_demand(NOW.replace(tzinfo=None), {"B": Fraction(1)})
            assert not tx.demand(["B", "C"], NOW)
