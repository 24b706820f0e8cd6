"""Whatever is done to both stores, nobody can tell them apart."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orogxo.errors import OrogxoError
from orogxo.model import (
    Command,
    ExceptionItem,
    Fulfilment,
    JournalEntry,
    Owner,
    Package,
    Pause,
    Shipment,
    State,
    Tracking,
)
from orogxo.ports import Store, Transaction
from orogxo.storage import MemoryStore, SQLiteStore

START = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

Act = Callable[[Transaction], object]

ids = st.sampled_from(["1", "10", "9", "O'Brien", "\u00e9"])
names = st.sampled_from(["", "PO 1", 'a "b", c', "1Z", "\ud800", "\\ud800", "9"])
ages = st.integers(0, 3).map(lambda minutes: START + minutes * MINUTE)
outcomes = st.sampled_from(["complete", "postpone", "abandon"])


class Undo(Exception):
    """Thrown to roll back."""


class BothStores(RuleBasedStateMachine):
    """The same acts on both stores: the same results, the same errors, the same rows."""

    def __init__(self) -> None:
        super().__init__()
        self.stores: Sequence[Store] = (MemoryStore(), SQLiteStore(":memory:"))
        self.now = START
        self.acts: list[Act] = []
        self.claims: list[Command] = []

    def teardown(self) -> None:
        for store in self.stores:
            store.close()

    def both(self, act: Act) -> Any:
        self.acts.append(act)
        mine, theirs = (self.run_one(store, act) for store in self.stores)
        assert mine == theirs
        return mine

    def run_one(self, store: Store, act: Act) -> object:
        try:
            with store.transaction() as tx:
                return act(tx)
        except OrogxoError as error:
            return type(error), error.code, error.message

    # what may happen

    @rule(
        order_id=ids,
        state=st.sampled_from([State.NEW, State.READY, State.HELD]),
        po_number=names,
        shown=names,
        packed=names,
        stale=st.sampled_from([0, 0, 0, -1, 1]),
    )
    def save(self, order_id: str, state: State, po_number: str, shown: str, packed: str, stale: int) -> None:
        def act(tx: Transaction) -> Fulfilment:
            known = tx.fulfilment(order_id)
            return tx.save(
                Fulfilment(
                    order_id,
                    f"ORD-{order_id}",
                    state,
                    (known.version if known else 0) + stale,
                    po_number=po_number,
                    shipments=(Shipment("S", "R", (), (Package("P", (packed,)),)),),
                    trackings=(Tracking("UPS", shown),),
                )
            )

        self.both(act)

    @rule(
        key=ids, order_id=ids, kind=st.sampled_from(["submit", "track"]), created=ages, due=st.none() | ages
    )
    def enqueue(
        self, key: str, order_id: str, kind: str, created: dt.datetime, due: dt.datetime | None
    ) -> None:
        self.both(lambda tx: tx.enqueue(Command(key, kind, order_id, created, not_before=due)))

    @rule(
        kind=st.sampled_from(["submit", "track"]),
        owner=st.sampled_from(["w1", "w2"]),
        limit=st.integers(0, 3),
    )
    def claim(self, kind: str, owner: str, limit: int) -> None:
        now = self.now
        self.claims += self.both(lambda tx: tx.claim(kind, now=now, lease=MINUTE, owner=owner, limit=limit))

    @precondition(lambda self: self.claims)
    @rule(outcome=outcomes, data=st.data())
    def settle(self, outcome: str, data: st.DataObject) -> None:
        claim, now = data.draw(st.sampled_from(self.claims)), self.now
        if outcome == "postpone":
            self.both(lambda tx: tx.postpone(claim, until=now + MINUTE, note="later"))
        else:
            self.both(lambda tx: getattr(tx, outcome)(claim, now=now, note=outcome))

    @rule(subject=ids, text=names)
    def record(self, subject: str, text: str) -> None:
        entry = JournalEntry(self.now, subject, "read", text, {"text": text})
        self.both(lambda tx: tx.record(entry))

    @rule(exception_id=ids, subject=ids, opened=ages, closed=st.none() | ages)
    def put_exception(
        self, exception_id: str, subject: str, opened: dt.datetime, closed: dt.datetime | None
    ) -> None:
        item = ExceptionItem(exception_id, "PO_MISSING", subject, "", Owner.OPS, "", "it", opened)
        self.both(lambda tx: tx.put_exception(evolve(item, closed_at=closed)))

    @rule(name=ids, value=ids)
    def set_cursor(self, name: str, value: str) -> None:
        self.both(lambda tx: tx.set_cursor(name, value))

    @rule(key=ids)
    def first_sight(self, key: str) -> None:
        now = self.now
        self.both(lambda tx: tx.first_sight(key, now=now))

    @rule(backend=st.sampled_from(["oro", "gxo"]), until=ages)
    def pause(self, backend: str, until: dt.datetime) -> None:
        self.both(lambda tx: tx.pause(Pause(backend, until, "503")))

    @rule(seconds=st.sampled_from([1, 60, 61]))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @precondition(lambda self: self.acts)
    @rule(data=st.data())
    def undone(self, data: st.DataObject) -> None:
        """Earlier acts once more, in one transaction that fails at its end."""
        again = data.draw(st.lists(st.sampled_from(self.acts), min_size=1, max_size=5))
        before = [self.observe(store) for store in self.stores]
        for store in self.stores:
            with pytest.raises(Undo), store.transaction() as tx:
                self.replay(tx, again)
        assert [self.observe(store) for store in self.stores] == before

    def replay(self, tx: Transaction, acts: Sequence[Act]) -> None:
        for act in acts:
            with contextlib.suppress(OrogxoError):
                act(tx)
        raise Undo

    # what can be seen

    @invariant()
    def agree(self) -> None:
        mine, theirs = (self.observe(store) for store in self.stores)
        assert mine == theirs

    def observe(self, store: Store) -> dict[str, Any]:
        keys = ["1", "10", "9", "O'Brien", "\u00e9"]
        with store.transaction() as tx:
            return {
                "pages": [tx.in_state(list(State), after=key, limit=2) for key in ["", *keys]],
                "held": tx.in_state([State.HELD]),
                "found": [
                    tx.find(name) for name in ["", "PO 1", 'a "b", c', "1Z", "\ud800", "\\ud800", *keys]
                ],
                "counts": tx.counts(),
                "commands": [tx.command(key) for key in keys],
                "pending": [tx.pending(key) for key in keys],
                "journal": [tx.journal(key) for key in keys],
                "exceptions": [tx.exceptions(), tx.exceptions(include_closed=True)],
                "of subject": [tx.exceptions(subject=key, include_closed=True) for key in keys],
                "cursors": [tx.cursor(key) for key in keys],
                "paused": [tx.paused(backend, now=self.now) for backend in ("oro", "gxo")],
            }


TestBothStores = BothStores.TestCase
TestBothStores.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
