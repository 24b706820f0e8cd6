"""What holds an order, who owns it, and what lets it go."""

from __future__ import annotations

import datetime as dt
import enum

from attrs import frozen


class Owner(enum.Enum):
    """The team that can settle an exception."""

    OPS = "ops"
    FINANCE = "finance"
    CUSTOMER_SERVICE = "customer service"
    SALES = "sales"
    IT = "it"


@frozen
class Waiver:
    """A person's decision to let an order go in spite of one rule; evidence, not a switch."""

    code: str
    by: str
    reason: str
    at: dt.datetime


@frozen
class ExceptionItem:
    """One thing that a person has to settle.

    `id` is stable for (subject, code, path), so the same problem found twice is one item. `subject` is an
    OroCommerce order id, or `flow:NAME` for trouble with a flow itself. `fixed_by` says where the cure lies:
    "orocommerce", "mapping", "item master", "warehouse" or "it". `blocks`: the order waits for it.
    Closed only by a re-check that passes, by a waiver, or, where it blocks nothing, by a person who has read
    it (`acknowledged`): `closed_at`, `closed_by`.
    """

    id: str
    code: str
    subject: str
    message: str
    owner: Owner
    hint: str
    fixed_by: str
    opened_at: dt.datetime
    identifier: str = ""
    path: str = ""
    evidence: tuple[str, ...] = ()
    waivable: bool = False
    blocks: bool = True
    assigned_to: str = ""
    closed_at: dt.datetime | None = None
    closed_by: str = ""
    acknowledged: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.closed_at is None
