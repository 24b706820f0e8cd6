"""The words of gateway-v1 that orogxo knows, and what becomes of a word that it does not know."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

UNMAPPED = "unmapped:"

ORDER_STATES = frozenset(
    {
        "submitted",
        "accepted",
        "rejected",
        "on_hold",
        "released",
        "allocated",
        "picking",
        "packed",
        "partially_shipped",
        "shipped",
        "closed",
        "cancel_requested",
        "cancelled",
    }
)
"""Contract gateway-v1, "Order states"."""

LINE_REASONS = frozenset(
    {
        "out_of_stock",
        "inventory_discrepancy",
        "on_hold",
        "capacity_cut",
        "substituted",
        "discontinued_or_withdrawn",
        "loading_error",
        "carrier_or_diversion",
        "order_discrepancy",
        "other",
    }
)
"""Contract gateway-v1, section 5.1: why a line was not shipped as ordered."""

STOCK_STATUSES = frozenset(
    {"available", "allocated", "hold", "quarantine", "damaged", "returns", "in_transit"}
)
"""Contract gateway-v1, resource Inventory."""

INBOUND_STATES = frozenset(
    {"planned", "arrived", "receiving", "partially_received", "received", "closed", "cancelled"}
)
"""Contract gateway-v1, "Inbound"."""

RETURN_STATES = frozenset(
    {"authorised", "in_transit", "arrived", "inspecting", "completed", "cancelled", "not_arrived"}
)
"""Contract gateway-v1, "Return"."""

DISPOSITIONS = frozenset({"restock", "quarantine", "repair", "return_to_vendor", "destroy", "donate"})
"""Contract gateway-v1, section 5.4: what is asked for, and what becomes of returned goods."""

CONDITIONS = frozenset(
    {
        "as_new",
        "opened",
        "damaged_customer",
        "damaged_carrier",
        "damaged_warehouse",
        "defective",
        "wrong_item",
        "missing",
    }
)
"""Contract gateway-v1, section 5.4: how goods were when somebody looked at them."""

MOVEMENT_REASONS = frozenset(
    {
        "receipt",
        "shipment",
        "count",
        "damage",
        "hold",
        "release",
        "return",
        "expiry",
        "transfer",
        "correction",
        "other",
    }
)
"""Why stock moved."""

HOLD_SOURCES = frozenset({"oro", "site", "operator"})
"""Contract gateway-v1, section 5.5: who holds an order."""

EVENT_TYPES = frozenset(
    {
        "order.changed",
        "shipment.changed",
        "inbound.changed",
        "receipt.created",
        "return.changed",
        "item.changed",
        "stock.moved",
    }
)
"""What an event may be about."""


def canonical(word: str, known: AbstractSet[str]) -> str:
    """`word` where it is one of `known` (or empty), else `unmapped:` and the word as the site wrote it."""
    return word if not word or word in known else UNMAPPED + word
