"""What the stock flow needs: the warehouse's figures, OroCommerce's rows, and bulk rows in the store.

A store handles figures as sets: nothing here is called once per SKU.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from attrs import frozen

from orogxo.model.fulfilment import Fulfilment
from orogxo.model.inventory import StockMovement, StockRow
from orogxo.model.stock import (
    Claim,
    DueSku,
    InventoryLevel,
    LevelChange,
    OrderNews,
    SellingTerms,
    SnapshotMark,
    StockDoubt,
)

# The warehouse's books ------------------------------------------------------------------------------------


@frozen
class BadFigure:
    """Something about `sku` that cannot be read, as a sentence; sku "" where not even that is known."""

    sku: str
    problem: str


@frozen
class SnapshotPage:
    """One page of all stock at one instant (`as_of`, the warehouse's clock).

    `last`: it is the last one. Only then `complete` counts: whether the warehouse says that nothing is
    missing. A snapshot whose pages do not follow each other ends with a page that is last and not complete.
    """

    id: str
    as_of: dt.datetime
    rows: Sequence[StockRow]
    last: bool
    complete: bool = False
    bad: Sequence[BadFigure] = ()


@frozen
class MovementPage:
    """Some movements and the cursor to store once they are recorded; `more`: ask again at once."""

    movements: Sequence[StockMovement]
    cursor: str
    more: bool
    bad: Sequence[BadFigure] = ()


@frozen
class NewsPage:
    """Some news of orders, as `MovementPage`; `unreadable` are sentences."""

    news: Sequence[OrderNews]
    cursor: str
    more: bool
    unreadable: Sequence[str] = ()


class StockSource(Protocol):
    """The warehouse's books of stock. All times are its own clock's."""

    def snapshot(self, *, known: str = "") -> Iterator[SnapshotPage]:
        """The newest snapshot, page by page, in constant memory; nothing where its id is `known`."""
        ...

    def movements(self, cursor: str) -> MovementPage:
        """Movements after `cursor` ("" for the beginning)."""
        ...

    def news(self, cursor: str) -> NewsPage:
        """What became of our orders, after `cursor`; a site that tells nothing gives empty pages."""
        ...


# OroCommerce's rows ---------------------------------------------------------------------------------------


@frozen
class LevelError:
    """A row that was not written, or of which that is not known (`open`: it may still be written later)."""

    level_id: str
    code: str
    message: str
    open: bool = False


@frozen
class WriteReport:
    """What became of a write: how many rows were sent, in how many requests, and every row in error."""

    sent: int
    requests: int
    errors: Sequence[LevelError] = ()


class StockFront(Protocol):
    """The rows that buyers see."""

    def levels(self, skus: Collection[str]) -> Mapping[str, Sequence[InventoryLevel]]:
        """The rows of these SKUs as they are now; a SKU without rows is absent."""
        ...

    def levels_after(self, level_id: str, limit: int) -> Sequence[InventoryLevel]:
        """Up to `limit` rows with a greater id, in id order ("0" for the first): the rolling sweep."""
        ...

    def terms(self, skus: Collection[str]) -> Mapping[str, SellingTerms]:
        """How these SKUs are sold; an unknown SKU is absent."""
        ...

    def kits_of(self, skus: Collection[str]) -> Mapping[str, Collection[str]]:
        """By kit SKU, those of `skus` that are components of it. Kits share the pools of their components."""
        ...

    def write(self, changes: Sequence[LevelChange]) -> WriteReport:
        """Write absolute quantities in batches and wait for the outcome. Rows not in `errors` are written."""
        ...

    def show_in_stock(self, product_ids: Mapping[str, bool]) -> WriteReport:
        """Set `inventory_status` of products (by id) to in stock or out of stock; errors by product id."""
        ...


# The store ------------------------------------------------------------------------------------------------


class FigureRows(Protocol):
    """The warehouse's figures: the newest complete snapshot, the one before, and movements since then."""

    def stage(self, snapshot_id: str, rows: Iterable[StockRow], *, page: str = "") -> None:
        """Keep rows of a snapshot that is still being read; those of any other such snapshot are dropped.

        A row met twice (same SKU, site, lot, expiry, status and unit) adds up. `page` names these rows: a
        page that this snapshot has already, or one of the newest snapshot, is ignored, so that a worker that
        died and began again counts nothing twice. Without `page` only `drop_stage` at the beginning of each
        reading protects from that. Streams, and keeps all of `rows` or, where one cannot be stored, none.
        """
        ...

    def staged(self, snapshot_id: str) -> int:
        """How many rows of that snapshot were staged so far; one met twice counts twice."""
        ...

    def drop_stage(self) -> None:
        """Forget a snapshot that was not read to its end."""
        ...

    def take_over(self, mark: SnapshotMark, *, now: dt.datetime) -> int:
        """Let the staged snapshot become the newest one; SKUs that it changes fall due. How many they are.

        One set-based comparison. The rows before, of the SKUs that changed, stay readable (`figures_before`)
        until the next snapshot. Movements that no figure needs any more (before the snapshot before this one)
        go; doubts that were raised before `mark.as_of` go. A SKU also falls due when one of its doubts goes,
        or when one of its movements stops counting (or may do so, where only its day is known) because it
        began at or before `mark.as_of`. Taking over the newest snapshot once more changes nothing.

        `mark.rows` is how many rows the caller read of it. Raises StoreError, and changes nothing: when
        `mark.as_of` is before the newest one's (SNAPSHOT_OLD); when `mark.rows` is not what is `staged` of
        `mark.id`, since another worker came between (SNAPSHOT_NOT_STAGED): a part would zero the rest.
        """
        ...

    def snapshots(self) -> tuple[SnapshotMark | None, SnapshotMark | None]:
        """The newest snapshot and the one before."""
        ...

    def figures(self, skus: Collection[str]) -> Mapping[str, Sequence[StockRow]]:
        """The newest snapshot's rows of these SKUs; a SKU that it does not have is absent."""
        ...

    def figures_before(self, skus: Collection[str]) -> Mapping[str, Sequence[StockRow]]:
        """The rows of the snapshot before, for those of `skus` that changed with the newest one.

        Empty for a SKU that the snapshot before did not have; a SKU that did not change is absent.
        """
        ...

    def add_movements(self, movements: Sequence[StockMovement], *, now: dt.datetime) -> int:
        """Keep those whose id (and site) is new; their SKUs fall due. How many were new.

        One from before the snapshot before is never new: no figure needs it.
        """
        ...

    def movements(self, skus: Collection[str]) -> Mapping[str, Sequence[StockMovement]]:
        """All movements kept of these SKUs, in the order of their times and ids."""
        ...

    def moved_skus(self, since: dt.datetime, after: str, limit: int) -> Sequence[str]:
        """SKUs with a movement at or after `since`, in order, after `after`."""
        ...

    def put_doubts(self, doubts: Sequence[StockDoubt]) -> None:
        """Keep doubts, one per (sku, code); the newest counts. Their SKUs fall due at their time.

        A doubt about any SKU ("") makes nothing due by itself.
        """
        ...

    def doubts(self, skus: Collection[str]) -> Sequence[StockDoubt]:
        """Doubts about these SKUs, and about any SKU ("")."""
        ...


class ClaimRows(Protocol):
    """What orders take from the pools, and what the warehouse said of those orders."""

    def fulfilments_changed(self, after: int, limit: int) -> Sequence[tuple[int, Fulfilment]]:
        """Fulfilments saved after the save numbered `after`, each with the number of its last save, in order.

        Every save of a fulfilment gets the next number of the store.
        """
        ...

    def put_claims(self, claims: Mapping[str, Sequence[Claim]], *, now: dt.datetime) -> None:
        """Replace all claims of these orders. SKUs whose claims differ from before fall due."""
        ...

    def claims(self, skus: Collection[str]) -> Mapping[str, Sequence[Claim]]:
        """The claims on these SKUs."""
        ...

    def unclear_claims(self) -> Sequence[Claim]:
        """Claims on a SKU that nobody knows (sku "")."""
        ...

    def drop_claims(self, known_since: dt.datetime) -> int:
        """Forget claims whose `known_since` is before that instant: every figure knows them. How many.

        The news of an order goes with its last claim. News without any claim may have come before it, and
        goes when it is a week older than that instant.
        """
        ...

    def put_news(self, news: Sequence[OrderNews], *, now: dt.datetime) -> int:
        """Keep those whose id is new, all states of an order (it may be accepted, rejected, accepted again).

        What the order claims falls due. How many were new.
        """
        ...

    def news(self, refs: Collection[str]) -> Mapping[str, Sequence[OrderNews]]:
        """By reference: all news kept, in the order of their times and ids."""
        ...


class LevelRows(Protocol):
    """What OroCommerce's rows showed when last read or written, and which SKUs must be looked at."""

    def put_levels(self, levels: Iterable[InventoryLevel]) -> None:
        """Keep rows as read, by id; of two readings of a row the later counts. Streams, all or none."""
        ...

    def levels(self, skus: Collection[str]) -> Mapping[str, Sequence[InventoryLevel]]:
        """The rows kept of these SKUs."""
        ...

    def count_levels(self) -> int:
        """How many rows are kept."""
        ...

    def fall_due(self, skus: Iterable[str], *, now: dt.datetime, why: str) -> None:
        """Note that the rows of these SKUs must be looked at. One that is due already keeps its `since`.

        `why` and `seq` become the newest. "" is no SKU and never falls due. Streams.
        """
        ...

    def due(self, after: str, limit: int) -> Sequence[DueSku]:
        """SKUs that are due, in order, after `after`."""
        ...

    def count_due(self) -> tuple[int, dt.datetime | None]:
        """How many SKUs are due, and since when the one that waits longest."""
        ...

    def settle(self, due: Sequence[DueSku]) -> None:
        """They are looked at, unless they fell due again since `seq`."""
        ...


class DemandRows(Protocol):
    """How much was ordered of each SKU, by window of time: what the advice on schedules is made from."""

    def add_demand(self, window: dt.datetime, amounts: Mapping[str, Fraction]) -> None:
        """Set what was ordered of each SKU in the window that begins at `window` (replaces).

        SKUs that are not in `amounts` keep theirs; an amount of 0 takes the window away.
        """
        ...

    def demand(
        self, skus: Collection[str], since: dt.datetime
    ) -> Mapping[str, Mapping[dt.datetime, Fraction]]:
        """By SKU and window, from `since` on; a window in which nothing was ordered is absent."""
        ...

    def mark_censored(self, window: dt.datetime, skus: Collection[str]) -> None:
        """In that window a buyer could not have ordered all that he wanted of these SKUs."""
        ...

    def censored(self, skus: Collection[str], since: dt.datetime) -> Mapping[str, Collection[dt.datetime]]:
        """The windows, by SKU, whose demand is only a lower bound."""
        ...

    def forget_demand(self, before: dt.datetime) -> None:
        """Forget all windows that began before that instant, and what was said of them."""
        ...


class StockRows(FigureRows, ClaimRows, LevelRows, DemandRows, Protocol):
    """All of them."""
