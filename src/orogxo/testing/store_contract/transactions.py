"""Transactions: all or nothing, also across a restart, and no use after the end."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import Claim, CommandState, InventoryLevel, OrderNews, Pause, State, StockDoubt
from orogxo.ports import Store, Transaction
from orogxo.testing.store_contract.base import (
    MINUTE,
    NOW,
    Stop,
    StoreTests,
    command,
    entry,
    fulfilment,
    full_fulfilment,
    item,
    stop_after,
)
from orogxo.testing.store_contract.stock_base import HOUR, mark, movement, row


def write_everything(tx: Transaction, round_: int) -> Transaction:
    """Change every kind of row, and add to each; `round_` makes the difference."""
    state = State.READY if round_ == 1 else State.SUBMITTING
    saved = tx.fulfilment("7") or full_fulfilment(lines=2)
    tx.save(evolve(saved, state=state, po_number=f"PO {round_}"))
    tx.save(fulfilment(f"new in {round_}"))
    tx.enqueue(command(f"k{round_}"))
    for claimed in tx.claim("submit", now=NOW, lease=MINUTE, owner="w1", limit=1):
        tx.complete(claimed, now=NOW)
    tx.enqueue(command(f"open in {round_}"))
    tx.record(entry(f"round {round_}"))
    tx.put_exception(item(message=f"round {round_}"))
    tx.put_exception(item(f"new in {round_}"))
    tx.set_cursor("orders", str(round_))
    tx.first_sight(f"945:{round_}", now=NOW)
    tx.pause(Pause("gxo", NOW + round_ * MINUTE, f"round {round_}"))
    return write_stock(tx, round_)


def write_stock(tx: Transaction, round_: int) -> Transaction:
    """The same for stock, which leaves nothing of round 1 as it was but its age."""
    moment, amount = NOW + round_ * MINUTE, Fraction(round_, 3)
    tx.put_doubts([StockDoubt("WIDGET", f"OF {number}", "", NOW + number * HOUR) for number in (1, round_)])
    tx.add_movements([movement(f"m{number}", at=NOW + number * HOUR) for number in (0, round_)], now=moment)
    tx.stage(f"S-{round_}", [row(amount=round_), row(f"SKU {round_}")])
    tx.take_over(mark(round_, 2), now=moment)
    tx.stage("next", [row(amount=round_)], page=f"{round_}")
    tx.put_claims({"7": [Claim("7", "L1", "WIDGET", amount, "ORD-7")]}, now=moment)
    tx.put_news([OrderNews(f"n{round_}", "ORD-7", "accepted", moment)], now=moment)
    tx.put_levels([InventoryLevel(name, "WIDGET", "each", amount, moment) for name in ("1", f"new {round_}")])
    tx.add_demand(NOW, {"WIDGET": amount})
    tx.mark_censored(moment, ["WIDGET"])
    tx.fall_due(["GADGET"], now=moment, why=f"round {round_}")
    tx.settle([one for one in tx.due("", 9) if one.sku == "WIDGET"])
    return tx


def everything(store: Store) -> dict[str, Any]:
    """All that can be seen of the rows that `write_everything` writes."""
    with store.transaction() as tx:
        return {
            "fulfilments": list(tx.in_state(list(State))),
            "counts": dict(tx.counts()),
            "found": [list(tx.find(text)) for text in ("PO 1", "PO 2", "1Z-PACKED")],
            "commands": [tx.command(key) for key in ("k1", "k2", "open in 1", "open in 2")],
            "pending": list(tx.pending("7")),
            "journal": list(tx.journal("7")),
            "exceptions": list(tx.exceptions(include_closed=True)),
            "cursor": tx.cursor("orders"),
            "paused": tx.paused("gxo", now=NOW),
            "stock": [
                tx.snapshots(),
                [tx.staged(name) for name in ("S-1", "S-2", "next")],
                [
                    read(["WIDGET", "SKU 1", "SKU 2"])
                    for read in (tx.figures, tx.figures_before, tx.movements)
                ],
                list(tx.doubts(["WIDGET"])),
                list(tx.fulfilments_changed(0, 9)),
                [tx.claims(["WIDGET"]), tx.news(["ORD-7"]), tx.levels(["WIDGET"])],
                list(tx.due("", 9)),
                [tx.demand(["WIDGET"], NOW), tx.censored(["WIDGET"], NOW)],
            ],
        }


class TransactionContract(StoreTests):
    """`orogxo.ports.Store`."""

    def test_commit_keeps_everything(self, store: Store) -> None:
        """After a normal exit the next transaction sees it all."""
        with store.transaction() as tx:
            write_everything(tx, 1)
        seen = everything(store)
        assert all(seen["stock"])
        assert seen["counts"] == {State.READY: 1, State.NEW: 1}
        assert seen["commands"][0].state is CommandState.DONE
        assert [len(seen[name]) for name in ("pending", "journal", "exceptions")] == [1, 1, 2]
        assert seen["cursor"] == "1"

    @pytest.mark.parametrize("error", [Stop, KeyboardInterrupt])
    def test_rollback_restores_everything(self, store: Store, error: type[BaseException]) -> None:
        """Rows that were there are as before, rows that were not are gone; the exception comes through."""
        with store.transaction() as tx:
            write_everything(tx, 1)
        before = everything(store)
        with pytest.raises(error), store.transaction() as tx:
            stop_after(write_everything(tx, 2), error=error)
        assert everything(store) == before
        with store.transaction() as tx:
            assert tx.first_sight("945:2", now=NOW)
            write_everything(tx, 2)
        assert everything(store)["cursor"] == "2"

    def test_rollback_of_the_very_first_transaction(self, store: Store) -> None:
        """Leaves a store as empty as it was."""
        empty = everything(store)
        with pytest.raises(Stop), store.transaction() as tx:
            stop_after(write_everything(tx, 1))
        assert everything(store) == empty

    def test_reading_inside_sees_own_writes(self, store: Store) -> None:
        """Before the commit already."""
        with store.transaction() as tx:
            saved = tx.save(fulfilment())
            assert tx.fulfilment("7") == saved
            assert list(tx.find("ORD-7")) == [saved]
            assert tx.counts() == {State.NEW: 1}

    def test_transaction_ends_with_its_block(self, store: Store) -> None:
        """A handle that was kept is refused, after a commit and after a rollback."""
        with store.transaction() as kept:
            pass
        with pytest.raises(Stop), store.transaction() as dropped:
            stop_after()
        for tx in (kept, dropped):
            with pytest.raises(StoreError, match="has ended"):
                tx.set_cursor("orders", "1")
            with pytest.raises(StoreError, match="has ended"):
                tx.fulfilment("7")

    def test_store_goes_on_after_a_rollback(self, store: Store) -> None:
        """One failed transaction does not spoil the next."""
        for _ in range(3):
            with pytest.raises(Stop), store.transaction():
                stop_after()
        with store.transaction() as tx:
            assert tx.save(fulfilment()).version == 1

    def test_closed_store_refuses_use(self, store: Store) -> None:
        """Closing twice is harmless."""
        store.close()
        store.close()
        with pytest.raises(StoreError, match="closed"), store.transaction():
            pass

    def test_closing_inside_a_transaction_is_refused(self, store: Store) -> None:
        """It would lose the transaction without a word."""
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="inside a transaction"):
                store.close()
            tx.set_cursor("orders", "1")
        with store.transaction() as tx:
            assert tx.cursor("orders") == "1"

    def test_everything_survives_a_restart(self, store: Store) -> None:
        """Reopened, the store shows the same rows and goes on from there."""
        with store.transaction() as tx:
            write_everything(tx, 1)
        before = everything(store)
        again = self.reopen(store)
        if again is None:
            pytest.skip("this store does not outlive its process")
        try:
            assert everything(again) == before
            with again.transaction() as tx:
                assert not tx.first_sight("945:1", now=NOW)
                write_everything(tx, 2)
            assert [one.seq for one in everything(again)["journal"]] == [1, 2]
        finally:
            again.close()
