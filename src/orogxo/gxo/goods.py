"""What is said besides orders and shipments: items, pages of feeds, returns, holds, events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.model import Exact, ReturnOutcome, Shipment, exact

T = TypeVar("T")

HOLD_KINDS = frozenset(
    {
        "credit",
        "payment",
        "fraud",
        "address",
        "stock",
        "compliance_export",
        "customer_request",
        "site_operator",
        "other",
    }
)
"""Contract gateway-v1, section 5.5: why an order may be held."""


@frozen
class FeedPage(Generic[T]):
    """Some rows of a feed and the cursor to store once they are recorded; `more`: ask again at once.

    `unreadable` has a sentence for each row that cannot be read; `unmapped` one for each word that orogxo
    does not know, which stands in its row as `unmapped:` and the site's own word.
    """

    items: tuple[T, ...]
    cursor: str
    more: bool
    unreadable: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()


@frozen
class Dispatch:
    """One shipment of the site: a Shipment for each order in it; `unreadable` says what was left out."""

    shipments: tuple[Shipment, ...]
    unreadable: tuple[str, ...] = ()


@frozen
class ItemUnit:
    """A unit of an item: UN/ECE Rec 20 `code`, and how many base units one holds (exact, above zero)."""

    code: str
    in_base: Exact
    gtin: str = ""

    def __attrs_post_init__(self) -> None:
        if exact(self.in_base) <= 0:
            raise MappingError(
                f"a {self.code} holds {self.in_base} base units",
                code="QUANTITY_NOT_POSITIVE",
                path="units",
                value=str(self.in_base),
                hint="say how many base units one holds; it is above zero",
            )


@frozen
class Item:
    """An entry of the item master; `sku` is its natural key. The unit that holds 1 is the base unit."""

    sku: str
    description: str
    units: tuple[ItemUnit, ...]
    gtins: tuple[str, ...] = ()
    lot_tracked: bool = False
    serial_tracked: bool = False
    expiry_tracked: bool = False


@frozen
class Hold:
    """A reason for which an order must not be worked on; an order may have several, each released alone.

    `kind` is one of HOLD_KINDS, `source` oro, site or operator; both may be `unmapped:`. It is in force
    while `released_at` is None.
    """

    id: str
    kind: str
    opened_at: dt.datetime
    note: str = ""
    source: str = ""
    released_at: dt.datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is in force."""
        return self.released_at is None


@frozen
class ReturnStatus:
    """Where a return stands at the warehouse, and what became of its goods so far; `ref` is the RMA number.

    `state`: authorised, in_transit, arrived, inspecting, completed, cancelled or not_arrived. `unmapped` as
    in `FeedPage`. Only outcomes of disposition `restock` raise available stock.
    """

    ref: str
    state: str
    version: int = 1
    outcomes: tuple[ReturnOutcome, ...] = ()
    reason: str = ""
    unmapped: tuple[str, ...] = ()


@frozen
class Event:
    """News of the warehouse. `resource` is a path such as `orders/1042`; the id is unique for the site.

    It says that something changed. What it is now is told by the resource itself: read it again.
    """

    id: str
    type: str
    occurred_at: dt.datetime
    resource: str
    version: int
    seq: int | None = None
    data: Mapping[str, Any] = field(factory=dict, repr=False, eq=False)

    @property
    def key(self) -> str:
        """What makes a webhook and a row of the feed the same news."""
        return self.id
