"""Guards of the product, removed one at a time: a checker that cannot see a planted defect proves nothing.

The product has no switch for any of this. Each defect replaces one attribute from outside for as long as a
`planted` block lasts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias

from attrs import evolve

from orogxo.config import Config
from orogxo.gxo import GxoWarehouse
from orogxo.mapping import shipments
from orogxo.model import Acknowledgement, Command, Fulfilment, Order, Shipment, UnreadableOrder
from orogxo.orchestrator import before_send
from orogxo.orchestrator.decide import decide
from orogxo.orchestrator.engine import Engine
from orogxo.orchestrator.events import Acknowledged, Event, SendBegun
from orogxo.orchestrator.policy import Policy
from orogxo.oro import OroStorefront
from orogxo.ports import Transaction
from orogxo.storage import semantics
from orogxo.storage._memory_rows import MemoryTransaction
from orogxo.storage._sqlite_rows import SQLiteTransaction

Change: TypeAlias = tuple[Any, str, Any]
"""What carries the attribute, its name, and what stands there instead."""

Happen: TypeAlias = Callable[[Engine, Transaction, str, Event], Fulfilment | None]


def _no_look_up() -> Iterable[Change]:
    """A lost reply is not looked up: the order is simply sent again."""
    yield GxoWarehouse, "find", lambda _self, _ref: None


def _no_unique_key() -> Iterable[Change]:
    """The outbox takes the same command again and again."""
    for rows in (MemoryTransaction, SQLiteTransaction):
        yield rows, "enqueue", _always(rows.enqueue)


def _always(enqueue: Callable[[Any, Command], bool]) -> Callable[[Any, Command], bool]:
    def enqueued(rows: Any, command: Command) -> bool:
        while not enqueue(rows, command):
            command = evolve(command, key=f"{command.key}+")
        return True

    return enqueued


def _no_overlap() -> Iterable[Change]:
    """Each read begins where the last one ended, and what happened in that very second counts as read."""
    policy, changed = Config.policy, OroStorefront.orders_changed_since

    def without(config: Config) -> Policy:
        return evolve(policy(config), overlap=dt.timedelta(), overlap_ids=0)

    def after(storefront: OroStorefront, instant: dt.datetime) -> Iterator[Order | UnreadableOrder]:
        return changed(storefront, instant + dt.timedelta(seconds=1))

    yield Config, "policy", without
    yield OroStorefront, "orders_changed_since", after


def _stale_shipments() -> Iterable[Change]:
    """Versions of shipments are ignored: whatever arrives last is believed."""

    def last(told: Iterable[Shipment]) -> tuple[Shipment, ...]:
        return tuple({shipment.id: shipment for shipment in told}.values())

    yield shipments, "_latest", last


def _stale_readings() -> Iterable[Change]:
    """An order is believed as it was read, even when it was read anew since."""
    yield before_send, "_stale", lambda _fulfilment, _order: False


def _outcome_before_effect() -> Iterable[Change]:
    """The order counts as acknowledged before it is sent."""
    happen: Happen = Engine.happen

    def early(engine: Engine, rows: Transaction, order_id: str, event: Event) -> Fulfilment | None:
        fulfilment = happen(engine, rows, order_id, event)
        if not isinstance(event, SendBegun) or fulfilment is None or fulfilment.request is None:
            return fulfilment
        return happen(
            engine, rows, order_id, Acknowledged(Acknowledgement(fulfilment.request.ref, "accepted"))
        )

    yield Engine, "happen", early


def _effect_before_intent() -> Iterable[Change]:
    """Nothing is written before the request leaves: intent and outcome are recorded together, afterwards."""
    happen: Happen = Engine.happen
    begun: set[tuple[int, str]] = set()

    def late(engine: Engine, rows: Transaction, order_id: str, event: Event) -> Fulfilment | None:
        key = (id(engine), order_id)
        if isinstance(event, SendBegun):
            begun.add(key)
            return decide(rows.fulfilment(order_id), event, engine.now(), engine.policy).fulfilment
        if key in begun:
            begun.remove(key)
            happen(engine, rows, order_id, SendBegun())
        return happen(engine, rows, order_id, event)

    yield Engine, "happen", late


def _no_lease() -> Iterable[Change]:
    """A command that one worker holds may be taken by another."""
    due_at = semantics.due_at
    yield semantics, "due_at", lambda command: due_at(evolve(command, lease_until=None))


DEFECTS: Mapping[str, Callable[[], Iterable[Change]]] = {
    "no-look-up": _no_look_up,
    "no-unique-key": _no_unique_key,
    "no-overlap": _no_overlap,
    "stale-shipments": _stale_shipments,
    "stale-readings": _stale_readings,
    "outcome-before-effect": _outcome_before_effect,
    "effect-before-intent": _effect_before_intent,
    "no-lease": _no_lease,
}
"""What can be planted, by name; the docstring of each says what is missing then."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Take one guard away inside this block; "" takes none. Raises KeyError for an unknown name."""
    with ExitStack() as undo:
        for owner, attribute, instead in DEFECTS[name]() if name else ():
            undo.callback(setattr, owner, attribute, getattr(owner, attribute))
            setattr(owner, attribute, instead)
        yield
