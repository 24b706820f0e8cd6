"""The physical side: what we ask a warehouse, what it did, and our durable record of both."""

from __future__ import annotations

import datetime as dt
import enum
from fractions import Fraction

from attrs import field, frozen

from orogxo.model.exceptions import Waiver
from orogxo.model.orders import Order, Tracking
from orogxo.model.parties import Address, Organisation
from orogxo.model.quantities import Quantity


class State(enum.Enum):
    """Where a fulfilment stands; the moves between states are in `orchestrator.states`."""

    NEW = "new"
    HELD = "held"
    READY = "ready"
    SUBMITTING = "submitting"
    IN_DOUBT = "in_doubt"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PICKING = "picking"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


@frozen
class CarrierService:
    """How goods travel, in the warehouse's words: carrier code, service code, SCAC where one is known."""

    carrier: str
    service: str
    scac: str = ""


@frozen
class FulfilmentLine:
    """One line of a request. `quantity` is in the SKU's base unit; `sold` is what the customer bought.

    `ref` is unique within the order and made of `[A-Za-z0-9._-]`; `uom` is the UN/ECE Rec 20 code of the
    base unit, as the warehouse reads it.
    """

    ref: str
    order_line_id: str
    sku: str
    quantity: Quantity
    uom: str
    sold: Quantity


@frozen
class FulfilmentRequest:
    """What the warehouse is asked to ship. `ref` is the natural key: the same for every revision."""

    ref: str
    order_id: str
    identifier: str
    po_number: str
    customer: Organisation
    ship_to: Address
    carrier: CarrierService
    lines: tuple[FulfilmentLine, ...]
    ship_not_after: dt.date | None = None
    notes: str = ""


@frozen
class Acknowledgement:
    """What the warehouse says about an order: its own state word, version, and the values it echoes."""

    ref: str
    state: str
    version: int = 1
    po_number: str | None = None
    reason: str = ""


class Answer(enum.Enum):
    """The warehouse's answer to a request to cancel or change: there is no fourth."""

    DONE = "done"
    REFUSED = "refused"
    PENDING = "pending"


@frozen
class CancelAnswer:
    """What the warehouse says to a cancellation; on PENDING it is still deciding, and may yet ship."""

    answer: Answer
    reason: str = ""
    state: str = ""


@frozen
class PackageLine:
    """Goods inside one package, in the warehouse's unit."""

    line_ref: str
    sku: str
    quantity: Quantity
    lot: str = ""
    serials: tuple[str, ...] = ()
    expiry: dt.date | None = None


@frozen
class Package:
    """A parcel or pallet with its SSCC-18 and tracking numbers (there may be several)."""

    ref: str
    tracking: tuple[str, ...] = ()
    sscc: str = ""
    lines: tuple[PackageLine, ...] = ()


@frozen
class ShipmentLine:
    """What one shipment says of one order line; `shipped` is this shipment's own quantity.

    `backordered` stays open, `short` and `cancelled` never ship. Reasons: canonical word and the site's own.
    """

    line_ref: str
    sku: str
    shipped: Quantity
    ordered: Quantity | None = None
    backordered: Quantity | None = None
    short: Quantity | None = None
    cancelled: Quantity | None = None
    reason: str = ""
    raw_reason: str = ""


@frozen
class Shipment:
    """A dispatch confirmed by the warehouse; `version` rises with each correction, `final`: no more comes.

    `shipped_at` is when the goods left; a document that gives only a day gives the last moment of that day at
    the site, and the first one as `earliest`. `recorded_at` is when the warehouse booked this version, by its
    own clock: a stock figure taken after it knows this version; None where it does not say. The same version
    told again is the same dispatch, whatever these two say.
    """

    id: str
    order_ref: str
    lines: tuple[ShipmentLine, ...]
    packages: tuple[Package, ...] = ()
    version: int = 1
    shipped_at: dt.datetime | None = None
    carrier: str = ""
    service: str = ""
    po_number: str | None = None
    final: bool = False
    recorded_at: dt.datetime | None = field(default=None, eq=False)
    earliest: dt.datetime | None = field(default=None, eq=False)


@frozen
class Substitute:
    """Goods that the warehouse sent in place of others, in its own unit."""

    sku: str
    quantity: Quantity


@frozen
class LineLedger:
    """The book of one line, in base units: `ordered = shipped - over + short + cancelled + open`.

    `unit` is the base unit, `uom` the warehouse's code for it; `sold` is what the customer bought. What came
    in place of it stands in `substitutes`, apart: it is no part of the sum, the line itself is short by it.
    """

    ref: str
    order_line_id: str
    sku: str
    unit: str
    uom: str
    sold: Quantity
    ordered: Fraction
    shipped: Fraction = Fraction(0)
    short: Fraction = Fraction(0)
    cancelled: Fraction = Fraction(0)
    substitutes: tuple[Substitute, ...] = ()

    @property
    def over(self) -> Fraction:
        """Base units shipped beyond what was ordered and not given up."""
        return max(Fraction(0), self.shipped + self.short + self.cancelled - self.ordered)

    @property
    def open(self) -> Fraction:
        """Base units still to come; never negative."""
        return max(Fraction(0), self.ordered - self.shipped - self.short - self.cancelled)

    @property
    def shipped_as_sold(self) -> Quantity:
        """What was shipped in the unit that the customer bought: 11 of 12 eaches are 11/12 case."""
        return Quantity(self.sold.amount * self.shipped / self.ordered, self.sold.unit)


@frozen
class Fulfilment:
    """The durable record of one OroCommerce order on its way through the warehouse.

    `version` counts saves (optimistic locking), `revision` the contents that were made ready to send.
    `order` is the order as it was when it was last made ready; `request` is what was (or will be) sent from
    it; `captured` the lines with the unit rates of the day they were first read; `unclear` the SKUs of which
    nobody knows how much it takes while it is not sent ("": any SKU, for an order that cannot be read);
    `lines` the books; `holds` the codes of open exceptions that block it; `shipments` the latest version of
    each; `trackings` what OroCommerce is known to show. `at_warehouse`: the warehouse is known to have (had)
    it. `cancel` is how far a cancellation came: PENDING while it is wanted or being asked for, REFUSED or
    DONE once answered; `change` the same for `proposed`, the request as `proposed_order` would have it.
    `changed_at` is OroCommerce's own `updatedAt` of the last read.
    """

    order_id: str
    identifier: str
    state: State = State.NEW
    version: int = 0
    revision: int = 0
    po_number: str = ""
    customer: Organisation | None = None
    order: Order | None = None
    request: FulfilmentRequest | None = None
    captured: tuple[FulfilmentLine, ...] = ()
    unclear: tuple[str, ...] = ()
    lines: tuple[LineLedger, ...] = ()
    holds: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    trackings: tuple[Tracking, ...] = ()
    warehouse_state: str = ""
    warehouse_version: int = 0
    at_warehouse: bool = False
    cancel: Answer | None = None
    change: Answer | None = None
    proposed: FulfilmentRequest | None = None
    proposed_order: Order | None = None
    seen_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None

    @property
    def final_shipment(self) -> bool:
        """Whether the warehouse said that no more shipments will come."""
        return any(shipment.final for shipment in self.shipments)
