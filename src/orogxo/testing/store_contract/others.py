"""Exceptions, cursors, the inbox and pauses."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import Owner, Pause
from orogxo.ports import Store
from orogxo.testing.store_contract.base import MINUTE, NOW, Stop, StoreTests, item, stop_after

MICROSECOND = dt.timedelta(microseconds=1)


class ExceptionContract(StoreTests):
    """`orogxo.ports.ExceptionRows`."""

    def test_unknown_exception_is_none(self, store: Store) -> None:
        """An empty store has nothing for people to do."""
        with store.transaction() as tx:
            assert tx.exception("e1") is None
            assert not tx.exceptions()
            assert not tx.exceptions(subject="7", include_closed=True)

    def test_put_replaces_by_id(self, store: Store) -> None:
        """The same problem found twice is one item, in its latest form."""
        changed = item(owner=Owner.OPS, subject="8", evidence=("a", "b"), assigned_to="ops")
        with store.transaction() as tx:
            tx.put_exception(item())
            tx.put_exception(changed)
            assert tx.exception("e1") == changed
            assert list(tx.exceptions()) == [changed]
            assert not tx.exceptions(subject="7")

    def test_oldest_first_then_by_id(self, store: Store) -> None:
        """By age, not by order of arrival."""
        old = item("z", opened_at=NOW - MINUTE)
        with store.transaction() as tx:
            for one in (item("b"), item("a"), old):
                tx.put_exception(one)
            assert [one.id for one in tx.exceptions()] == ["z", "a", "b"]

    def test_closed_items_only_on_request(self, store: Store) -> None:
        """Closing takes an item off the list and keeps it; opening it again brings it back."""
        closed = evolve(item("e1"), closed_at=NOW + MINUTE, closed_by="re-check")
        with store.transaction() as tx:
            tx.put_exception(item("e1"))
            tx.put_exception(closed)
            tx.put_exception(item("e2"))
            assert [one.id for one in tx.exceptions()] == ["e2"]
            assert list(tx.exceptions(include_closed=True)) == [closed, item("e2")]
            tx.put_exception(item("e1"))
            assert [one.id for one in tx.exceptions()] == ["e1", "e2"]

    def test_of_one_subject(self, store: Store) -> None:
        """With and without the closed ones."""
        with store.transaction() as tx:
            tx.put_exception(item("e1", closed_at=NOW, closed_by="ann"))
            tx.put_exception(item("e2"))
            tx.put_exception(item("e3", subject="flow:release"))
            assert [one.id for one in tx.exceptions(subject="7")] == ["e2"]
            assert [one.id for one in tx.exceptions(subject="7", include_closed=True)] == ["e1", "e2"]
            assert [one.id for one in tx.exceptions(subject="flow:release")] == ["e3"]

    @pytest.mark.parametrize("name", ["id", "subject"])
    def test_exception_key_that_is_no_text_is_refused(self, store: Store, name: str) -> None:
        """Half a character cannot name a row; in the evidence it may stand."""
        with store.transaction() as tx:
            with pytest.raises(StoreError):
                tx.put_exception(item(**{name: "\ud800"}))
            assert not tx.exceptions(include_closed=True)
            tx.put_exception(item(evidence=("\ud800",)))
            assert tx.exceptions()[0].evidence == ("\ud800",)


class CursorContract(StoreTests):
    """`orogxo.ports.CursorRows`."""

    def test_cursor(self, store: Store) -> None:
        """Empty at first, then whatever was set last, each name on its own."""
        with store.transaction() as tx:
            assert tx.cursor("orders") == ""
            tx.set_cursor("orders", "41")
            tx.set_cursor("orders", "42")
            tx.set_cursor("shipments", "'; --\u00e9")
            assert (tx.cursor("orders"), tx.cursor("shipments")) == ("42", "'; --\u00e9")
            tx.set_cursor("orders", "")
            assert tx.cursor("orders") == ""

    def test_first_sight_is_true_once(self, store: Store) -> None:
        """Also in a later transaction, and for every key on its own."""
        with store.transaction() as tx:
            assert tx.first_sight("945:1", now=NOW)
            assert not tx.first_sight("945:1", now=NOW)
        with store.transaction() as tx:
            assert not tx.first_sight("945:1", now=NOW + dt.timedelta(days=4000))
            assert tx.first_sight("945:2", now=NOW)

    def test_rolled_back_sight_was_none(self, store: Store) -> None:
        """A message whose handling failed is new again."""
        with pytest.raises(Stop), store.transaction() as tx:
            stop_after(tx.first_sight("945:1", now=NOW))
        with store.transaction() as tx:
            assert tx.first_sight("945:1", now=NOW)

    def test_pause_until(self, store: Store) -> None:
        """In force before `until`, over at that instant; the other backend goes on."""
        pause = Pause("gxo", NOW + MINUTE, "503 Service Unavailable")
        with store.transaction() as tx:
            assert tx.paused("gxo", now=NOW) is None
            tx.pause(pause)
            assert tx.paused("gxo", now=NOW + MINUTE - MICROSECOND) == pause
            assert tx.paused("gxo", now=NOW + MINUTE) is None
            assert tx.paused("oro", now=NOW) is None

    def test_later_pause_replaces_earlier(self, store: Store) -> None:
        """Even by a shorter one: that is how a person lifts it."""
        with store.transaction() as tx:
            tx.pause(Pause("gxo", NOW + 60 * MINUTE, "maintenance"))
            tx.pause(Pause("gxo", NOW + MINUTE, "429"))
            assert tx.paused("gxo", now=NOW) == Pause("gxo", NOW + MINUTE, "429")
            assert tx.paused("gxo", now=NOW + 2 * MINUTE) is None
