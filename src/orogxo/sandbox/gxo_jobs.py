"""Orders as the site has them and the jobs that people on the floor do for them; who is told of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from attrs import define, field

from orogxo.sandbox.clock import stamp


@define
class JobLine:
    """A line of a job: `ordered` and `shipped` in `uom`; one uom is `size` base units."""

    line_ref: str
    sku: str
    uom: str
    ordered: Decimal
    size: Fraction
    shipped: Decimal = Decimal()
    closed: bool = False

    @property
    def open(self) -> Decimal:
        """What is still to be shipped."""
        return Decimal() if self.closed else max(self.ordered - self.shipped, Decimal())

    @property
    def eaches(self) -> Fraction:
        """Base units that were or will be picked for it."""
        picked = self.shipped if self.closed else max(self.ordered, self.shipped)
        return Fraction(picked) * self.size


@define
class Job:
    """Work that people on the floor will really do, whoever asked for it and however often."""

    lines: dict[str, JobLine]
    accepted_at: dt.datetime
    state: str = "accepted"


@define
class Entry:
    """An order as the site has it under our reference; with two jobs it is really done twice."""

    ref: str
    body: dict[str, Any]
    updated_at: dt.datetime
    state: str = "accepted"
    version: int = 1
    reason: str | None = None
    times_received: int = 1
    allocated: bool = False
    jobs: list[Job] = field(factory=list)

    def document(self) -> dict[str, Any]:
        """What the gateway answers about it."""
        added = {"state": self.state, "version": self.version, "updated_at": stamp(self.updated_at)}
        return {**self.body, **added, "reason": self.reason}


class Watcher(Protocol):
    """Whoever keeps books of what the floor does, at the moment when it is done."""

    def changed(self, entry: Entry) -> None:
        """An order is in another state or version, or there is other work for it."""
        ...

    def left(self, entry: Entry, shipment: Mapping[str, Any]) -> None:
        """Goods left, or a shipment was corrected."""
        ...

    def suffices(self, entry: Entry) -> bool:
        """Whether the goods that an order still wants are in the building, and free for it."""
        ...
