"""What orogxo needs from the outside, as small Protocols that a host may implement.

Seams for transport (`Sender`), time (`Clock`), storage (`Store`) and both ends (`Storefront`, `Warehouse`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from attrs import frozen

from orogxo.messages import Reply, Request
from orogxo.model.exceptions import ExceptionItem
from orogxo.model.fulfilment import (
    Acknowledgement,
    CancelAnswer,
    Fulfilment,
    FulfilmentRequest,
    Shipment,
    State,
)
from orogxo.model.orders import Order, OrderHeadline, Product, Tracking, UnreadableOrder
from orogxo.model.work import Command, JournalEntry, Pause
from orogxo.ports.stock import StockRows


class Sender(Protocol):
    """Sends one request. Raises NotSent or ReplyLost, nothing else; an error status is a Reply."""

    def send(self, request: Request, /) -> Reply:
        """Send `request`, return what came back."""
        ...


class AsyncSender(Protocol):
    """The asynchronous twin of `Sender`."""

    async def send(self, request: Request, /) -> Reply:
        """Send `request`, return what came back."""
        ...


class Clock(Protocol):
    """The time, and waiting. Injected everywhere, so that no test sleeps."""

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class AsyncClock(Protocol):
    """`Clock` for asynchronous code."""

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Limiter(Protocol):
    """Throttles calls to one backend."""

    def delay(self, backend: str) -> float:
        """Seconds to wait before the next request to `backend` ("oro" or "gxo"); 0 for none."""
        ...


class Observer(Protocol):
    """Told about every exchange, for logs, metrics and traces. It gets no bodies and no secrets."""

    def exchanged(self, operation: str, status: int | None, seconds: float, error: str) -> None:
        """`operation` reads like `GET /admin/api/orders/7`; `status` None: no reply, `error` says why."""
        ...


# The storefront: OroCommerce ------------------------------------------------------------------------------


@frozen
class StorefrontFacts:
    """What this OroCommerce installation can do, as probed, never guessed from a version."""

    order_status: bool
    updated_at_filter: bool


class Storefront(Protocol):
    """The commercial end. Every order comes back readable or as an `UnreadableOrder`: none is left out."""

    def facts(self) -> StorefrontFacts:
        """What can be read here."""
        ...

    def orders_after(self, order_id: str) -> Iterator[Order | UnreadableOrder]:
        """Orders with a greater id, in id order ("0" for all)."""
        ...

    def orders_changed_since(self, instant: dt.datetime) -> Iterator[Order | UnreadableOrder]:
        """Orders whose `updatedAt` is at or after `instant`; only where facts().updated_at_filter."""
        ...

    def orders(self, order_ids: Sequence[str]) -> Mapping[str, Order | UnreadableOrder]:
        """These orders as they are now; an id that no longer exists is absent."""
        ...

    def census(self) -> Iterator[OrderHeadline]:
        """Every order there is, in id order, as headlines: cheap enough to prove that none was missed."""
        ...

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Products with their selling units by SKU; an unknown SKU is absent."""
        ...

    def trackings(self, order_id: str) -> Sequence[Tracking]:
        """All trackings that the order shows."""
        ...

    def add_tracking(self, order_id: str, tracking: Tracking) -> None:
        """Add one tracking row. Not idempotent: look before you add."""
        ...


# The warehouse: GXO ---------------------------------------------------------------------------------------


@frozen
class WarehouseFacts:
    """What a site honours. `natural_key`: sending the same order again is a no-op; `lookup`: it can be asked
    whether it has an order; `item_master`: it can be asked whether it knows a SKU; `cancel` and `change`: an
    order that it has may be asked to be cancelled, or replaced while it is editable."""

    natural_key: bool = True
    lookup: bool = True
    item_master: bool = True
    cancel: bool = False
    change: bool = False


@frozen
class FeedTrouble:
    """Something wrong with the feed itself, not with a shipment in it: raised as exception `code`, one for
    each `path` (what it befell, such as a file or a control number). `message` is a whole sentence."""

    code: str
    path: str
    message: str
    evidence: tuple[str, ...] = ()


@frozen
class ShipmentPage:
    """Some shipments and the cursor to store once they are recorded; `more`: ask again at once.

    `unreadable`: a sentence for each shipment that cannot be used as it came (SHIPMENT_UNREADABLE);
    `troubles`: what is wrong with the feed, under codes of their own."""

    shipments: Sequence[Shipment]
    cursor: str
    more: bool
    unreadable: Sequence[str] = ()
    troubles: Sequence[FeedTrouble] = ()


class Warehouse(Protocol):
    """The physical end."""

    def facts(self) -> WarehouseFacts:
        """What this site can do."""
        ...

    def submit(self, request: FulfilmentRequest) -> Acknowledgement:
        """Ask for an order to be shipped. Raises ReplyLost when the outcome is unknown: then `find` first."""
        ...

    def find(self, ref: str) -> Acknowledgement | None:
        """The order known under our reference, or None when the site has none."""
        ...

    def cancel(self, ref: str) -> CancelAnswer:
        """Ask for an order to be cancelled; asking again does no harm. Only where facts().cancel."""
        ...

    def change(self, request: FulfilmentRequest, version: int) -> Acknowledgement:
        """Replace the order, if the site still has that `version` of it and works on nothing yet.

        Raises Conflict when it is too late. Sending the same content again is a no-op. Only where
        facts().change.
        """
        ...

    def shipments(self, cursor: str) -> ShipmentPage:
        """Shipments after `cursor` ("" for the beginning)."""
        ...

    def unknown_skus(self, skus: Collection[str]) -> frozenset[str]:
        """Those of `skus` that the item master does not know; only where facts().item_master."""
        ...


# The store ------------------------------------------------------------------------------------------------


class FulfilmentRows(Protocol):
    """Fulfilments, one per OroCommerce order."""

    def fulfilment(self, order_id: str) -> Fulfilment | None:
        """The fulfilment of that order."""
        ...

    def save(self, fulfilment: Fulfilment) -> Fulfilment:
        """Write it if nobody else did since it was read; returns it with `version` + 1.

        Raises VersionConflict when the stored version is not `fulfilment.version` (0: must not exist yet).
        """
        ...

    def in_state(
        self, states: Collection[State], *, after: str = "", limit: int = 100
    ) -> Sequence[Fulfilment]:
        """Fulfilments in those states, ordered by order id as text, after `after`."""
        ...

    def find(self, text: str) -> Sequence[Fulfilment]:
        """Fulfilments whose order id, identifier, PO number or tracking number is exactly `text`."""
        ...

    def counts(self) -> Mapping[State, int]:
        """How many fulfilments stand in each state (states with none are absent)."""
        ...


class CommandRows(Protocol):
    """The outbox: intended remote writes."""

    def enqueue(self, command: Command) -> bool:
        """Add it unless its key exists; says whether it was added."""
        ...

    def command(self, key: str) -> Command | None:
        """The command with that key."""
        ...

    def claim(
        self, kind: str, *, now: dt.datetime, lease: dt.timedelta, owner: str, limit: int
    ) -> Sequence[Command]:
        """Lease up to `limit` pending commands that are due and not leased, oldest first.

        A lease that ran out may be claimed again. `attempts` is one higher on return.
        """
        ...

    def complete(self, command: Command, *, now: dt.datetime, note: str = "") -> None:
        """Record that it is done. Raises LeaseLost unless this claim still holds it."""
        ...

    def postpone(self, command: Command, *, until: dt.datetime, note: str) -> None:
        """Give it back, not before `until`. Raises LeaseLost unless this claim still holds it."""
        ...

    def abandon(self, command: Command, *, now: dt.datetime, note: str) -> None:
        """Record that it will never be done. Raises LeaseLost unless this claim still holds it."""
        ...

    def pending(self, order_id: str) -> Sequence[Command]:
        """Commands of one order that are not finished, oldest first."""
        ...


class JournalRows(Protocol):
    """The story, append-only and hash-chained per subject."""

    def record(self, entry: JournalEntry) -> JournalEntry:
        """Append; returns the entry with `seq`, `previous` and `digest` filled."""
        ...

    def journal(self, subject: str) -> Sequence[JournalEntry]:
        """All entries of a subject, first to last."""
        ...


class ExceptionRows(Protocol):
    """What waits for people."""

    def put_exception(self, item: ExceptionItem) -> None:
        """Insert or replace by id."""
        ...

    def exception(self, exception_id: str) -> ExceptionItem | None:
        """The item with that id."""
        ...

    def exceptions(
        self, *, subject: str | None = None, include_closed: bool = False
    ) -> Sequence[ExceptionItem]:
        """Items by age, oldest first; of one subject if given."""
        ...


class CursorRows(Protocol):
    """How far each feed was read, what was seen, and which backend is left alone."""

    def cursor(self, name: str) -> str:
        """The stored cursor, "" if none."""
        ...

    def set_cursor(self, name: str, value: str) -> None:
        """Store a cursor."""
        ...

    def first_sight(self, key: str, *, now: dt.datetime) -> bool:
        """True the first time a message key is met, False ever after."""
        ...

    def pause(self, pause: Pause) -> None:
        """Pause a backend (replaces an earlier pause)."""
        ...

    def paused(self, backend: str, *, now: dt.datetime) -> Pause | None:
        """The pause in force, or None."""
        ...


class Transaction(FulfilmentRows, CommandRows, JournalRows, ExceptionRows, CursorRows, StockRows, Protocol):
    """All rows, changed together or not at all."""


class Store(Protocol):
    """Durable state. Any number of threads and processes may use one; each transaction is serial."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin; commits on a normal exit, rolls back on any exception."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
