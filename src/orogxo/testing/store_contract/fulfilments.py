"""Fulfilments: versions, states, and finding one by any of its names."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from orogxo.errors import StoreError, VersionConflict
from orogxo.model import Fulfilment, Package, Shipment, State, Tracking
from orogxo.ports import Store
from orogxo.testing.store_contract.base import StoreTests, fulfilment, full_fulfilment

TYPED_BY_PEOPLE = [
    'PO "4711", Line 2',
    "O'Brien; DROP TABLE fulfilments; --",
    "100%_",
    "\u6ce8\u6587\u66f8 \U0001f4e6",
    "caf\u00e9",
    "caf\u0065\u0301",
    "line\nbreak\ttab",
    "back\\slash",
    "nul\x00inside",
    "lone \ud800 surrogate",
]


def save(store: Store, *rows: Fulfilment) -> list[Fulfilment]:
    """Save `rows` in one transaction."""
    with store.transaction() as tx:
        return [tx.save(row) for row in rows]


class FulfilmentContract(StoreTests):
    """`orogxo.ports.FulfilmentRows`."""

    def test_unknown_order_has_no_fulfilment(self, store: Store) -> None:
        """An empty store knows nothing, and says so with None."""
        with store.transaction() as tx:
            assert tx.fulfilment("7") is None

    def test_saved_fulfilment_is_read_back_equal(self, store: Store) -> None:
        """Everything in it, exactly: rationals, dates, instants, nested and recursive values."""
        [saved] = save(store, full_fulfilment(lines=2))
        with store.transaction() as tx:
            assert tx.fulfilment("7") == saved
        assert saved == evolve(full_fulfilment(lines=2), version=1)

    def test_130_lines_survive(self, store: Store) -> None:
        """A long order is kept whole."""
        [saved] = save(store, full_fulfilment(lines=130))
        with store.transaction() as tx:
            read = tx.fulfilment("7")
        assert read == saved
        assert read is not None
        assert len(read.lines) == 130

    def test_large_payload_survives(self, store: Store) -> None:
        """Two million characters in one field."""
        [saved] = save(store, fulfilment(warehouse_state="\u00e4" * 2_000_000))
        with store.transaction() as tx:
            assert tx.fulfilment("7") == saved

    def test_version_counts_saves(self, store: Store) -> None:
        """Each save returns the version to save next."""
        [first] = save(store, fulfilment())
        [second] = save(store, first)
        assert (first.version, second.version) == (1, 2)

    @pytest.mark.parametrize("stale", [0, 1, 3])
    def test_wrong_version_is_refused_and_changes_nothing(self, store: Store, stale: int) -> None:
        """A worker that read an older (or impossible) version does not overwrite a newer one."""
        [first] = save(store, fulfilment())
        [second] = save(store, evolve(first, state=State.READY))
        with store.transaction() as tx, pytest.raises(VersionConflict, match="order 7"):
            tx.save(fulfilment(version=stale, state=State.CANCELLED))
        with store.transaction() as tx:
            assert tx.fulfilment("7") == second
            assert tx.counts() == {State.READY: 1}

    def test_version_of_a_row_that_does_not_exist_is_refused(self, store: Store) -> None:
        """What was deleted behind our back is a conflict, not a new row."""
        with store.transaction() as tx, pytest.raises(VersionConflict):
            tx.save(fulfilment(version=1))

    def test_in_state_pages_by_order_id_as_text(self, store: Store) -> None:
        """ "10" comes before "9"; `after` is exclusive; states that were not asked for are left out."""
        save(store, *(fulfilment(order_id, state=State.READY) for order_id in ["9", "10", "100"]))
        save(store, fulfilment("11", state=State.HELD), fulfilment("12", state=State.CLOSED))
        states = [State.READY, State.HELD]
        with store.transaction() as tx:
            first = [row.order_id for row in tx.in_state(states, limit=3)]
            rest = [row.order_id for row in tx.in_state(states, after=first[-1], limit=3)]
        assert (first, rest) == (["10", "100", "11"], ["9"])

    def test_in_state_with_odd_arguments(self, store: Store) -> None:
        """No states, none of them used, one of them twice, a limit of nothing or less."""
        save(store, fulfilment("7", state=State.READY), fulfilment("8", state=State.READY))
        with store.transaction() as tx:
            assert not tx.in_state([])
            assert not tx.in_state([State.HELD])
            assert [row.order_id for row in tx.in_state([State.READY, State.READY])] == ["7", "8"]
            assert not tx.in_state([State.READY], limit=0)
            assert not tx.in_state([State.READY], limit=-1)

    def test_state_change_moves_the_row(self, store: Store) -> None:
        """It leaves the old state in `in_state` and `counts`; states without rows are absent."""
        [first] = save(store, fulfilment(state=State.READY))
        save(store, evolve(first, state=State.SUBMITTING), fulfilment("8", state=State.SUBMITTING))
        with store.transaction() as tx:
            assert not tx.in_state([State.READY])
            assert tx.counts() == {State.SUBMITTING: 2}

    @pytest.mark.parametrize("name", ["7", "ORD-7", "PO 1", "1Z-SHOWN", "1Z-PACKED"])
    def test_found_by_each_of_its_names(self, store: Store, name: str) -> None:
        """Order id, identifier, PO number, tracking in OroCommerce, tracking on a package."""
        save(store, evolve(full_fulfilment(lines=1), po_number="PO 1"), fulfilment("8"))
        with store.transaction() as tx:
            assert [row.order_id for row in tx.find(name)] == ["7"]

    @pytest.mark.parametrize("name", ["", "po 1", "PO", "PO 1 ", "%", "ORD-_", "nothing"])
    def test_found_by_nothing_but_the_exact_name(self, store: Store, name: str) -> None:
        """No prefix, no pattern, no other case; the empty text is nobody's name."""
        save(store, fulfilment(po_number="PO 1"), fulfilment("8", po_number=""))
        with store.transaction() as tx:
            assert not tx.find(name)

    @pytest.mark.parametrize("text", TYPED_BY_PEOPLE)
    def test_text_typed_by_people_is_kept_and_found(self, store: Store, text: str) -> None:
        """Quotes, commas, SQL, other scripts, control characters: data, character by character."""
        [saved] = save(store, fulfilment(po_number=text))
        save(store, *(fulfilment(f"1{n}", po_number=t) for n, t in enumerate(TYPED_BY_PEOPLE) if t != text))
        with store.transaction() as tx:
            assert tx.fulfilment("7") == saved
            assert list(tx.find(text)) == [saved]

    def test_lone_surrogate_and_its_escape_are_two_names(self, store: Store) -> None:
        """Whatever a store does to index text that is no Unicode, `find` stays exact."""
        save(store, fulfilment("1", po_number="\ud800"), fulfilment("2", po_number="\\ud800"))
        with store.transaction() as tx:
            assert [row.order_id for row in tx.find("\ud800")] == ["1"]
            assert [row.order_id for row in tx.find("\\ud800")] == ["2"]

    def test_shared_name_finds_all_in_order(self, store: Store) -> None:
        """One PO number over several orders, and one order's PO number that is another's id."""
        save(store, *(fulfilment(order_id, po_number="PO 1") for order_id in ["9", "10"]))
        save(store, fulfilment("8", po_number="9"))
        with store.transaction() as tx:
            assert [row.order_id for row in tx.find("PO 1")] == ["10", "9"]
            assert [row.order_id for row in tx.find("9")] == ["8", "9"]

    def test_names_follow_changes(self, store: Store) -> None:
        """A tracking number or PO number that was taken away no longer finds the order."""
        box = Package("P1", ("BOX-1", "BOX-2"))
        shipment = Shipment("S1", "ORD-7", (), (box,))
        [first] = save(store, fulfilment(po_number="old", shipments=(shipment,)))
        corrected = evolve(shipment, packages=(evolve(box, tracking=("BOX-2", "BOX-3")),))
        save(
            store, evolve(first, po_number="new", shipments=(corrected,), trackings=(Tracking("UPS", "1Z"),))
        )
        with store.transaction() as tx:
            found = {name for name in ["old", "new", "BOX-1", "BOX-2", "BOX-3", "1Z"] if tx.find(name)}
        assert found == {"new", "BOX-2", "BOX-3", "1Z"}

    def test_float_is_refused(self, store: Store) -> None:
        """A quantity that is not exact never enters the store."""
        wrong: Any = 12.0
        book = evolve(full_fulfilment(lines=1).lines[0], ordered=wrong)
        with store.transaction() as tx:
            with pytest.raises(StoreError, match="float"):
                tx.save(fulfilment(lines=(book,)))
            assert tx.fulfilment("7") is None
