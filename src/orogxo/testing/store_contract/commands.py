"""The outbox: unique keys, order, due times, outcomes."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import LeaseLost, StoreError
from orogxo.model import Command, CommandState
from orogxo.ports import Store
from orogxo.testing.store_contract.base import MINUTE, NOW, StoreTests, command


def enqueue(store: Store, *commands: Command) -> list[bool]:
    """Enqueue `commands` in one transaction."""
    with store.transaction() as tx:
        return [tx.enqueue(one) for one in commands]


def claim(
    store: Store, *, kind: str = "submit", now: dt.datetime = NOW, owner: str = "w1", limit: int = 10
) -> list[Command]:
    """Claim in one transaction, for ten minutes."""
    with store.transaction() as tx:
        return list(tx.claim(kind, now=now, lease=10 * MINUTE, owner=owner, limit=limit))


def keys(commands: list[Command]) -> list[str]:
    """Their keys, in order."""
    return [one.key for one in commands]


class CommandContract(StoreTests):
    """`orogxo.ports.CommandRows`, as one worker sees it."""

    def test_same_key_is_enqueued_once(self, store: Store) -> None:
        """The same business fact is one command: the first stays, whatever the second says."""
        assert enqueue(store, command(), command(payload={"other": "1"})) == [True, False]
        with store.transaction() as tx:
            assert tx.command("submit:7") == command()

    def test_key_stays_taken_when_the_command_is_finished(self, store: Store) -> None:
        """What was done once is never done again."""
        enqueue(store, command("a"), command("b"))
        first, second = claim(store)
        with store.transaction() as tx:
            tx.complete(first, now=NOW)
            tx.abandon(second, now=NOW, note="refused")
        assert enqueue(store, command("a"), command("b")) == [False, False]
        assert claim(store, now=NOW + dt.timedelta(days=365)) == []

    def test_unknown_command_is_none(self, store: Store) -> None:
        """An empty store knows no command."""
        with store.transaction() as tx:
            assert tx.command("submit:7") is None
            assert not tx.pending("7")

    def test_claim_returns_what_it_stores(self, store: Store) -> None:
        """Owner, end of the lease and the number of the attempt are set, in the answer and in the row."""
        enqueue(store, command())
        [got] = claim(store)
        assert got == command(attempts=1, lease_owner="w1", lease_until=NOW + 10 * MINUTE)
        with store.transaction() as tx:
            assert tx.command("submit:7") == got

    def test_oldest_first_then_by_key(self, store: Store) -> None:
        """Age decides, not the order of enqueueing; the key breaks ties."""
        late, early = command("late", created_at=NOW), command("z-early", created_at=NOW - MINUTE)
        enqueue(store, command("b"), late, command("a"), early)
        assert keys(claim(store, limit=3)) == ["z-early", "a", "b"]
        assert keys(claim(store)) == ["late"]

    def test_age_is_compared_across_time_zones(self, store: Store) -> None:
        """09:30+02:00 is before 08:00Z, though its text sorts after."""
        there = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
        enqueue(store, command("utc"), command("offset", created_at=there))
        assert keys(claim(store)) == ["offset", "utc"]

    def test_only_its_kind(self, store: Store) -> None:
        """A worker for one kind gets no other."""
        enqueue(store, command("a"), command("b", kind="track"))
        assert keys(claim(store, kind="track")) == ["b"]
        assert claim(store, kind="unknown") == []

    @pytest.mark.parametrize("limit", [0, -1])
    def test_limit_of_nothing(self, store: Store, limit: int) -> None:
        """Nothing is claimed and nothing is counted as an attempt."""
        enqueue(store, command("a"), command("b"))
        assert claim(store, limit=limit) == []
        assert [one.attempts for one in claim(store)] == [1, 1]

    def test_not_before(self, store: Store) -> None:
        """Due from that very microsecond on."""
        enqueue(store, command(not_before=NOW))
        assert claim(store, now=NOW - dt.timedelta(microseconds=1)) == []
        assert len(claim(store, now=NOW)) == 1

    def test_complete(self, store: Store) -> None:
        """The outcome is recorded, the lease is over, the rest stays."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            tx.complete(got, now=NOW + MINUTE, note="accepted")
            assert tx.command(got.key) == command(
                state=CommandState.DONE, attempts=1, note="accepted", finished_at=NOW + MINUTE
            )

    def test_abandon(self, store: Store) -> None:
        """It will never be claimed again, and says why."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            tx.abandon(got, now=NOW + MINUTE, note="order gone")
            assert tx.command(got.key) == command(
                state=CommandState.ABANDONED, attempts=1, note="order gone", finished_at=NOW + MINUTE
            )

    def test_postpone(self, store: Store) -> None:
        """It is free again, but not before `until`; the attempt stays counted."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            tx.postpone(got, until=NOW + MINUTE, note="503")
            assert tx.command(got.key) == command(attempts=1, note="503", not_before=NOW + MINUTE)
        assert claim(store, now=NOW) == []
        assert claim(store, now=NOW + MINUTE)[0].attempts == 2

    def test_pending_of_one_order(self, store: Store) -> None:
        """Unfinished commands of that order, leased and postponed ones too, oldest first."""
        rows = [command("done"), command("leased", created_at=NOW - MINUTE)]
        enqueue(store, *rows, command("later", not_before=NOW + MINUTE), command("other", order_id="8"))
        with store.transaction() as tx:
            done = tx.claim("submit", now=NOW, lease=MINUTE, owner="w1", limit=2)[1]
            tx.complete(done, now=NOW)
            assert [one.key for one in tx.pending("7")] == ["leased", "later"]

    def test_row_decides_not_the_caller(self, store: Store) -> None:
        """An outcome keeps what is stored; a caller's altered copy changes nothing else."""
        enqueue(store, command())
        [got] = claim(store)
        with store.transaction() as tx:
            tx.complete(evolve(got, payload={"forged": "1"}, order_id="8"), now=NOW)
            stored = tx.command(got.key)
        assert stored is not None
        assert (stored.payload, stored.order_id) == ({"ref": "ORD-7"}, "7")

    def test_payload_is_not_shared_with_the_caller(self, store: Store) -> None:
        """Changing a dict afterwards changes no row."""
        payload = {"ref": "ORD-7"}
        enqueue(store, command(payload=payload))
        payload["ref"] = "ORD-8"
        [got] = claim(store)
        assert isinstance(got.payload, dict)
        got.payload["ref"] = "ORD-9"
        with store.transaction() as tx:
            assert tx.pending("7")[0].payload == {"ref": "ORD-7"}

    @pytest.mark.parametrize("name", ["key", "kind", "order_id"])
    def test_command_key_that_is_no_text_is_refused(self, store: Store, name: str) -> None:
        """Half a character cannot name a row; nothing is left behind."""
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="no valid Unicode"):
                tx.enqueue(command(**{name: "\ud800"}))
            assert not tx.pending("7")

    def test_instant_without_a_zone_is_refused(self, store: Store) -> None:
        """Nobody knows when 08:00 is."""
        naive = NOW.replace(tzinfo=None)
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="no time zone"):
                tx.enqueue(command(created_at=naive))
            with pytest.raises(StoreError, match="no time zone"):
                tx.claim("submit", now=naive, lease=MINUTE, owner="w1", limit=1)

    def test_outcome_of_an_unknown_command(self, store: Store) -> None:
        """A command that was never enqueued is nobody's."""
        with store.transaction() as tx, pytest.raises(LeaseLost):
            tx.complete(command(lease_owner="w1", attempts=1), now=NOW)
