"""What the durable flows work with, and the short steps that they share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from attrs import field, frozen

from orogxo.errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    Disposition,
    Invalid,
    NotFound,
    NotSent,
    OrogxoError,
    PermissionDenied,
    ServerError,
    StatusError,
)
from orogxo.model import Command, Fulfilment, Order, Pause
from orogxo.orchestrator.events import Event
from orogxo.orchestrator.policy import Policy
from orogxo.orchestrator.recording import happen, raise_item, settle
from orogxo.orchestrator.stock.policy import StockEnds
from orogxo.ports import Clock, Store, Storefront, Transaction, Warehouse
from orogxo.rules import Tables, Violation

T = TypeVar("T")
U = TypeVar("U")

MOST_SUSPECTS = 8
"""So many failing alone, and none answered: the other side is down."""


@frozen
class Engine:
    """Both ends, the store, the mapping tables, the policy and the time.

    `host_authorised` answers for installations that show no order status. `worker` names this process in
    leases. `workers` is how many requests may be under way at once; everything is recorded by one thread.
    `stock`: both ends of the stock flow; None where this company's stock is not ours to keep.
    """

    storefront: Storefront
    warehouse: Warehouse
    store: Store
    tables: Tables
    policy: Policy
    clock: Clock
    worker: str
    host_authorised: Callable[[Order], bool] | None = None
    workers: int = field(default=1)
    stock: StockEnds | None = None

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC."""
        return self.clock.now()

    def happen(self, rows: Transaction, order_id: str, event: Event) -> Fulfilment | None:
        """Let `event` happen to that order, now, inside `rows`."""
        return happen(rows, order_id, event, now=self.now(), policy=self.policy)

    def paused(self, backend: str) -> Pause | None:
        """The pause in force for "oro" or "gxo"."""
        with self.store.transaction() as rows:
            return rows.paused(backend, now=self.now())

    def claim(self, kind: str) -> Sequence[Command]:
        """Lease a batch of the commands of `kind` that are due."""
        with self.store.transaction() as rows:
            return rows.claim(
                kind,
                now=self.now(),
                lease=self.policy.lease,
                owner=self.worker,
                limit=self.policy.batch,
            )

    def covered(self, command: Command) -> bool:
        """Whether the lease on `command` outlives a request made now; else another worker could act too."""
        now = self.now()
        return (command.lease_until or now) >= now + self.policy.quarantine

    def overlap(self, work: Callable[[T], U], items: Sequence[T]) -> list[U]:
        """`work` on every item, up to `workers` at once; results in order. `work` does HTTP only."""
        if self.workers == 1 or len(items) == 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            return list(pool.map(work, items))


def too_many(engine: Engine, code: str, waiting: int, most: int, what: str) -> bool:
    """Whether more waits than a company would do in one go, and nobody has said today that it is meant.

    The exception says the numbers; a person who acknowledges it lets the flow go on for that day.
    """
    subject, now = "flow:guard", engine.now()
    with engine.store.transaction() as rows:
        if waiting <= most:
            settle(rows, subject, {code}, (), now=now)
            return False
        message = f"{waiting} {what} wait at once, more than {most}: nothing is done until somebody agrees"
        item = raise_item(
            rows, subject, Violation(code, f"{now:%Y-%m-%d}", message, (f"most: {most}",)), now=now
        )
        return not item.acknowledged


def pause_for(engine: Engine, rows: Transaction, backend: str, error: OrogxoError) -> None:
    """Leave `backend` alone, in all workers: as long as it asked for, else as the policy says."""
    asked = error.retry_after if isinstance(error, StatusError) else None
    seconds = engine.policy.pause if asked is None else dt.timedelta(seconds=asked)
    rows.pause(Pause(backend=backend, until=engine.now() + seconds, reason=str(error)))


def not_processed(error: OrogxoError) -> bool:
    """Whether the other side provably did nothing: not reached, busy, or it refused who we are."""
    if isinstance(error, NotSent | AuthenticationError | PermissionDenied):
        return True
    return error.disposition in (Disposition.WAIT, Disposition.FATAL)


def isolate(engine: Engine, ask: Callable[[list[str]], T], skus: Sequence[str]) -> tuple[list[T], list[str]]:
    """Ask about `skus` together; where that fails, in halves, until the ones that always fail stand alone.

    Returns the answers and the poisonous ones. Where nothing is answered at all it is the other side that is
    in trouble, and its error is raised; only SKUs that failed in an earlier run of this hour are to blame.
    """
    answers: list[T] = []
    poison: list[str] = []
    halves = [list(skus)]
    error: ApiError | None = None
    while halves:
        half = halves.pop()
        try:
            answers.append(ask(half))
        except (DecodeError, Invalid, NotFound, ServerError) as trouble:
            error = trouble
            middle = len(half) // 2
            halves += [half[:middle], half[middle:]] if middle else []
            poison += [] if middle else half
            if not answers and len(poison) == MOST_SUSPECTS:
                raise
    if error is not None and not answers and not _failed_before(engine, poison):
        raise error
    return answers, poison


def _failed_before(engine: Engine, skus: Sequence[str]) -> bool:
    now = engine.now()
    with engine.store.transaction() as rows:
        new = [sku for sku in skus if rows.first_sight(f"failed:{now:%Y-%m-%dT%H}:{sku}", now=now)]
    return not new


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
