"""Leases: who holds a command, until when, and that two workers never hold the same one."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from orogxo.errors import LeaseLost, StoreError
from orogxo.model import Command
from orogxo.ports import Store, Transaction
from orogxo.testing.store_contract.base import MINUTE, NOW, StoreTests, command
from orogxo.testing.store_contract.commands import claim, enqueue

OUTCOMES = ["complete", "postpone", "abandon"]


def settle(tx: Transaction, outcome: str, claimed: Command) -> None:
    """End a claim in one of three ways."""
    if outcome == "complete":
        tx.complete(claimed, now=NOW)
    elif outcome == "postpone":
        tx.postpone(claimed, until=NOW + MINUTE, note="later")
    else:
        tx.abandon(claimed, now=NOW, note="never")


class LeaseContract(StoreTests):
    """`orogxo.ports.CommandRows`, as several workers see it."""

    @pytest.fixture
    def hasty_switching(self) -> Iterator[None]:
        """Threads take turns after every few steps, so that a missing lock shows."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(before)

    def test_leased_command_is_not_claimed_again(self, store: Store) -> None:
        """Not by anybody, not even by its owner, up to the last microsecond of the lease."""
        enqueue(store, command())
        claim(store)
        almost = NOW + 10 * MINUTE - dt.timedelta(microseconds=1)
        assert claim(store, owner="w2", now=almost) == claim(store, owner="w1", now=almost) == []

    def test_expired_lease_is_claimed_by_another(self, store: Store) -> None:
        """Its worker died, perhaps after sending: the higher attempt says so."""
        enqueue(store, command())
        claim(store)
        [second] = claim(store, owner="w2", now=NOW + 10 * MINUTE)
        assert (second.lease_owner, second.attempts) == ("w2", 2)

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_expired_lease_that_nobody_took_still_counts(self, store: Store, outcome: str) -> None:
        """A slow worker may record what it did, as long as nobody else began."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            settle(tx, outcome, got)
            stored = tx.command(got.key)
        assert stored is not None
        assert stored.lease_until is None

    @pytest.mark.parametrize("outcome", OUTCOMES)
    @pytest.mark.parametrize("owner", ["w1", "w2"])
    def test_lost_lease(self, store: Store, outcome: str, owner: str) -> None:
        """Once claimed again, even under the same name, the first claim settles nothing."""
        enqueue(store, command())
        [first] = claim(store, owner="w1")
        [second] = claim(store, owner=owner, now=NOW + 10 * MINUTE)
        with store.transaction() as tx:
            with pytest.raises(LeaseLost, match="submit:7"):
                settle(tx, outcome, first)
            assert tx.command(first.key) == second
            settle(tx, outcome, second)

    @pytest.mark.parametrize("outcome", OUTCOMES)
    @pytest.mark.parametrize("before", OUTCOMES)
    def test_claim_is_settled_once(self, store: Store, before: str, outcome: str) -> None:
        """Finished or given back is over: a second outcome is refused and changes nothing."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            settle(tx, before, got)
            settled = tx.command(got.key)
            with pytest.raises(LeaseLost):
                settle(tx, outcome, got)
            assert tx.command(got.key) == settled

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_unclaimed_command_cannot_be_settled(self, store: Store, outcome: str) -> None:
        """Neither fresh nor with a claim that somebody made up."""
        enqueue(store, command())
        with store.transaction() as tx:
            for made_up in (command(), evolve(command(), lease_owner="w1", attempts=1)):
                with pytest.raises(LeaseLost):
                    settle(tx, outcome, made_up)
            assert tx.command("submit:7") == command()

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_claim_of_another_worker_cannot_be_settled(self, store: Store, outcome: str) -> None:
        """Neither under another name nor under another number."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            for other in (evolve(got, lease_owner="w2"), evolve(got, attempts=2)):
                with pytest.raises(LeaseLost):
                    settle(tx, outcome, other)
            assert tx.command(got.key) == got

    def test_claim_that_would_hold_nothing_is_refused(self, store: Store) -> None:
        """No owner, or a lease without length: two workers would hold the same command."""
        with store.transaction() as tx:
            for owner, lease in (("", MINUTE), ("w1", dt.timedelta(0)), ("w1", -MINUTE)):
                with pytest.raises(ValueError, match="owner"):
                    tx.claim("submit", now=NOW, lease=lease, owner=owner, limit=1)

    @pytest.mark.usefixtures("hasty_switching")
    def test_two_threads_never_get_the_same_command(self, store: Store) -> None:
        """They start together and claim one by one until nothing is left."""
        wanted = [f"k{number:02}" for number in range(40)]
        enqueue(store, *(command(key) for key in wanted))
        together = threading.Barrier(2)

        def work(owner: str) -> list[str]:
            together.wait()
            taken: list[str] = []
            while got := claim(store, owner=owner, limit=1):
                taken.append(got[0].key)
            return taken

        with ThreadPoolExecutor(2) as pool:
            taken = [key for worker in pool.map(work, ["w1", "w2"]) for key in worker]
        assert Counter(taken) == Counter(wanted)

    @pytest.mark.usefixtures("hasty_switching")
    def test_two_threads_never_overwrite_each_other(self, store: Store) -> None:
        """Reading and writing in one transaction adds up: no update is lost."""
        together = threading.Barrier(2)

        def work(_: int) -> None:
            together.wait()
            for _round in range(20):
                with store.transaction() as tx:
                    tx.set_cursor("count", str(int(tx.cursor("count") or 0) + 1))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))
        with store.transaction() as tx:
            assert tx.cursor("count") == "40"

    def test_second_transaction_in_one_thread_is_refused(self, store: Store) -> None:
        """It would wait for itself. The first goes on and commits."""
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="inside a transaction"), store.transaction():
                pass
            tx.set_cursor("feed", "1")
        with store.transaction() as tx:
            assert tx.cursor("feed") == "1"
