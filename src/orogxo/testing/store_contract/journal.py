"""The journal: append-only, numbered and chained per subject."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import StoreError
from orogxo.model import JournalEntry
from orogxo.ports import Store
from orogxo.storage.chain import seal, verify
from orogxo.testing.store_contract.base import Stop, StoreTests, entry, stop_after


def record(store: Store, *entries: JournalEntry) -> list[JournalEntry]:
    """Record `entries` in one transaction."""
    with store.transaction() as tx:
        return [tx.record(one) for one in entries]


class JournalContract(StoreTests):
    """`orogxo.ports.JournalRows`."""

    def test_unknown_subject_has_no_story(self, store: Store) -> None:
        """An empty store tells nothing."""
        with store.transaction() as tx:
            assert not tx.journal("7")

    def test_entries_come_back_as_recorded(self, store: Store) -> None:
        """In the order of recording, with what the store filled in."""
        sealed = record(store, entry("one"), entry("two")) + record(store, entry("three"))
        with store.transaction() as tx:
            assert list(tx.journal("7")) == sealed
        assert [one.seq for one in sealed] == [1, 2, 3]

    def test_each_entry_seals_the_one_before(self, store: Store) -> None:
        """The first follows nothing; the whole verifies."""
        first, second = record(store, entry("one"), entry("two"))
        assert (first.previous, second.previous) == ("", first.digest)
        with store.transaction() as tx:
            assert verify(tx.journal("7"), head=second.digest) == ()

    def test_store_numbers_not_the_caller(self, store: Store) -> None:
        """`seq`, `previous` and `digest` of the argument are ignored."""
        forged = evolve(entry(), seq=9, previous="x", digest="y")
        assert record(store, forged) == [seal(entry(), None)]

    def test_subjects_do_not_mix(self, store: Store) -> None:
        """Each has its own numbers and its own chain."""
        record(store, entry("a", "7"), entry("b", "flow:release"), entry("c", "7"))
        with store.transaction() as tx:
            assert [(one.seq, one.text) for one in tx.journal("7")] == [(1, "a"), (2, "c")]
            assert [(one.seq, one.text) for one in tx.journal("flow:release")] == [(1, "b")]
            assert verify(tx.journal("7")) == verify(tx.journal("flow:release")) == ()

    def test_tenth_entry_follows_the_ninth(self, store: Store) -> None:
        """Numbers are numbers: 10 does not sort before 9."""
        record(store, *(entry(str(number)) for number in range(1, 13)))
        with store.transaction() as tx:
            assert [one.seq for one in tx.journal("7")] == list(range(1, 13))
            assert verify(tx.journal("7")) == ()

    def test_rolled_back_entry_never_was(self, store: Store) -> None:
        """The next one takes its number, and the chain holds."""
        record(store, entry("one"))
        with pytest.raises(Stop), store.transaction() as tx:
            stop_after(tx.record(entry("lost")))
        record(store, entry("two"))
        with store.transaction() as tx:
            assert [(one.seq, one.text) for one in tx.journal("7")] == [(1, "one"), (2, "two")]
            assert verify(tx.journal("7")) == ()

    def test_no_method_changes_an_entry(self, store: Store) -> None:
        """Recording an entry that came from the journal appends another."""
        [first] = record(store, entry("one"))
        [again] = record(store, first)
        with store.transaction() as tx:
            assert list(tx.journal("7")) == [first, again]
        assert again.seq == 2

    @pytest.mark.parametrize(
        "text", ["\u6ce8\u6587 \U0001f4e6", "'; DELETE FROM journal; --", "\x00", "\ud800"]
    )
    def test_any_text(self, store: Store, text: str) -> None:
        """What people and servers wrote is kept as it is."""
        [sealed] = record(store, evolve(entry(text), data={text: text}))
        with store.transaction() as tx:
            assert list(tx.journal("7")) == [sealed]
        assert sealed.text == text

    @pytest.mark.parametrize("wrong", [{"data": {"quantity": 0.5}}, {"text": None}, {"subject": "\ud800"}])
    def test_what_cannot_be_read_back_is_refused(self, store: Store, wrong: dict[str, Any]) -> None:
        """While writing, not years later; nothing is left behind."""
        with store.transaction() as tx:
            with pytest.raises(StoreError):
                tx.record(evolve(entry(), **wrong))
            assert not tx.journal("7")
