"""What became of a batch, item by item, and how patiently it is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import field, frozen, validators

from orogxo.errors import ApiError

Item: TypeAlias = Mapping[str, Any]

REFUSED = "REFUSED"
MALFORMED = "MALFORMED"
NOT_READ = "NOT_READ"
NOT_WRITTEN = "NOT_WRITTEN"
NO_CONSUMER = "NO_CONSUMER"
UNFINISHED = "UNFINISHED"
FAILED = "FAILED"
OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"

OPEN = frozenset({NO_CONSUMER, UNFINISHED, OUTCOME_UNKNOWN})
"""Codes of items that may still be written later: look at the rows before you send them again."""


@frozen
class BatchPolicy:
    """Sizes and patience; all times are seconds that are waited, not counting the requests themselves.

    `chunk` items travel in one request. An operation is looked at after `first` seconds, then ever more
    rarely up to every `cap`. One that stays "new" for `unclaimed` is taken for one that nobody works on; it
    is given up after `deadline`. After a lost reply, rows are read back for up to `settle`.
    """

    chunk: int = field(default=1000, validator=validators.in_(range(1, 100_001)))
    first: float = field(default=0.5, validator=validators.gt(0))
    cap: float = field(default=10.0, validator=validators.gt(0))
    unclaimed: float = field(default=60.0, validator=validators.ge(0))
    deadline: float = field(default=900.0, validator=validators.ge(0))
    settle: float = field(default=60.0, validator=validators.ge(0))


@frozen
class BatchError:
    """What is wrong with one item; `item` is the caller's own, `index` its place, counted from 0.

    `code`: REFUSED (its `status`, `title`, `detail`, `pointer` say why), MALFORMED (never sent),
    NOT_READ (the upload was cut), NOT_WRITTEN, FAILED (the whole operation), and those of `OPEN`:
    NO_CONSUMER, UNFINISHED, OUTCOME_UNKNOWN, which may still be written. `item` None: it names no item.
    """

    code: str
    detail: str
    item: Item | None = None
    index: int | None = None
    key: str = ""
    title: str = ""
    status: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        words = ": ".join(filter(None, (self.title, self.detail)))
        return f"{self.code} {self.key}: {words}" + (f" ({self.pointer})" if self.pointer else "")


@frozen
class BatchNote:
    """Two items named one record: the one at `replaced` was merged into the one at `index`, which wins."""

    key: str
    replaced: int
    index: int


@frozen
class BatchOperation:
    """One request of the batch: OroCommerce's operation (None: done at once), and what it counted."""

    id: str | None
    status: str
    sent: int
    read: int
    written: int


@frozen
class BatchResult:
    """What became of a batch.

    `sent` counts records sent, `read` those that OroCommerce says it has read, `written` those written or
    seen on their rows. `errors` has an entry for every item that was not, `notes` one for every item that
    another one replaced. `stopped_at` is the index of the first item that was not sent, since the state of an
    earlier request is open or `failure` forbids to go on; None: all were sent.
    """

    sent: int = 0
    read: int = 0
    written: int = 0
    errors: tuple[BatchError, ...] = ()
    notes: tuple[BatchNote, ...] = ()
    operations: tuple[BatchOperation, ...] = ()
    stopped_at: int | None = None
    failure: ApiError | None = None

    @property
    def ok(self) -> bool:
        """Whether every item was sent and written."""
        return not self.errors and self.stopped_at is None and self.failure is None

    @property
    def open(self) -> tuple[BatchError, ...]:
        """The items that may still be written later."""
        return tuple(one for one in self.errors if one.code in OPEN)
