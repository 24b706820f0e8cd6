"""May this order go to the warehouse, and as what? All violations at once, or one complete request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import TypeVar

from attrs import field, frozen

from orogxo.errors import MappingError
from orogxo.mapping.addresses import Addresses
from orogxo.mapping.carriers import Carriers
from orogxo.mapping.lines import Uoms, sendable_ref
from orogxo.mapping.organisations import Organisations
from orogxo.mapping.purchase_orders import PurchaseOrders
from orogxo.mapping.units import UnitBook
from orogxo.model.fulfilment import FulfilmentLine, FulfilmentRequest
from orogxo.model.orders import Order
from orogxo.rules.line_checks import LineChecks
from orogxo.rules.registry import rule
from orogxo.rules.violations import Violation, violated

T = TypeVar("T")


@frozen
class Tables:
    """Everything that says how an order becomes a request.

    `unknown_skus`: SKUs that the warehouse's item master was asked about and does not have.
    `reference_prefix` stands before the order id in the reference that the warehouse knows the order by.
    """

    units: UnitBook
    carriers: Carriers
    organisations: Organisations = field(factory=Organisations)
    purchase_orders: PurchaseOrders = field(factory=PurchaseOrders)
    uoms: Uoms = field(factory=Uoms)
    addresses: Addresses = field(factory=Addresses)
    unknown_skus: frozenset[str] = frozenset()
    reference_prefix: str = ""


@frozen
class Prepared:
    """The outcome: a request exactly when there is no violation.

    `captured` holds every line whose quantity could be resolved, as it was when the line was first seen.
    `unclear`: the SKUs of which nobody knows how much the order takes (a unit without a rate, another rate
    than first seen); "" for a kit whose components cannot be known.
    """

    request: FulfilmentRequest | None
    violations: tuple[Violation, ...]
    captured: tuple[FulfilmentLine, ...]
    unclear: tuple[str, ...] = ()


def prepare(
    order: Order,
    tables: Tables,
    *,
    waivers: Collection[str] = (),
    captured: tuple[FulfilmentLine, ...] = (),
) -> Prepared:
    """Check `order` and map it. `waivers`: codes that a person let pass (only waivable ones count).
    `captured`: what an earlier call returned; a pack size that changed since is UNIT_RATE_CHANGED."""
    granted = frozenset(code for code in waivers if rule(code).waivable)
    found: list[Violation] = []
    ref = _attempt(found, lambda: sendable_ref(f"{tables.reference_prefix}{order.id}", "id"))
    po_number = _po_number(found, order, tables.purchase_orders, granted)
    customer = _attempt(found, lambda: tables.organisations.resolve(order.customer))
    carrier = _attempt(
        found, lambda: tables.carriers.resolve(order.shipping_method, order.shipping_method_type)
    )
    found += tables.addresses.problems(order.ship_to)
    checks = LineChecks(tables.units, tables.uoms, tables.unknown_skus, granted, captured)
    lines = checks.run(order.lines)
    found += checks.found
    if (
        found
        or ref is None
        or po_number is None
        or customer is None
        or carrier is None
        or order.ship_to is None
    ):
        return Prepared(None, tuple(found), checks.captured, tuple(dict.fromkeys(checks.unclear)))
    request = FulfilmentRequest(
        ref=ref,
        order_id=order.id,
        identifier=order.identifier,
        po_number=po_number,
        customer=customer,
        ship_to=order.ship_to,
        carrier=carrier,
        lines=lines,
        ship_not_after=_deadline(order),
        notes=_notes(order),
    )
    return Prepared(request, (), checks.captured)


def _attempt(found: list[Violation], step: Callable[[], T]) -> T | None:
    try:
        return step()
    except MappingError as error:
        found.append(violated(error))
        return None


def _po_number(
    found: list[Violation], order: Order, policy: PurchaseOrders, granted: frozenset[str]
) -> str | None:
    try:
        return policy.sendable(order.po_number)
    except MappingError as error:
        if error.code not in granted:
            found.append(violated(error))
            return None
    if not policy.waived_value:
        told = "the missing PO number was waived, but no value for waived orders is configured"
        found.append(Violation("PO_WAIVER_WITHOUT_VALUE", "po_number", told))
    return policy.waived_value


def _deadline(order: Order) -> dt.date | None:
    dates = [line.ship_by for line in order.lines if line.ship_by is not None]
    if order.ship_until is not None:
        dates.append(order.ship_until)
    return min(dates, default=None)


def _notes(order: Order) -> str:
    remarks = [order.customer_notes.strip()]
    remarks += [f"{line.sku}: {line.comment.strip()}" for line in order.lines if line.comment.strip()]
    return "\n".join(remark for remark in remarks if remark)
