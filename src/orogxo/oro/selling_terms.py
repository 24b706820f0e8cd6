"""How a product is sold, read from its settings and its kit items; what cannot be read is None.

Settings inherit: a product has a value of its own, or takes the one of its category or of the system
configuration. The API shows only which; the system configuration's own values must be declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from attrs import frozen

from orogxo.errors import DecodeError, MappingError, NotLoaded
from orogxo.model.quantities import Quantity, exact
from orogxo.model.stock import SellingTerms
from orogxo.oro.product_resources import OroFallbackValue, OroProductKitItem
from orogxo.oro.reading import ENABLED, KIT
from orogxo.oro.resources import OroProduct
from orogxo.oro.skus import sku_of

T = TypeVar("T")

SYSTEM, CATEGORY = "systemConfig", "category"
IN_STOCK, OUT_OF_STOCK = "in_stock", "out_of_stock"
_STATUSES = {IN_STOCK: True, OUT_OF_STOCK: False}
_FLAGS = {"1": True, "0": False}
_AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]{1,10})?")


@frozen
class ShopDeclared:
    """What the system configuration of OroCommerce says for all products; None: nobody declared it.

    Members are those of `SellingTerms`. They count where a product has no setting of its own (null, as on
    5.1, recording product_get) or takes the system's. `categories_override` False: no category sets any of
    them, so that a product that takes its category's gets the system's too.
    """

    manage: bool | None = None
    decrement: bool | None = None
    back_order: bool | None = None
    threshold: Fraction | None = None
    categories_override: bool = True


def read_terms(sku: str, found: OroProduct, declared: ShopDeclared, *, ext_id: bool = False) -> SellingTerms:
    """The terms of one product. Never raises: each fact that is wrong, missing or hidden is None.

    A product whose type cannot be read is a kit of unknown composition. `in_stock` is None for any status
    but in_stock and out_of_stock: it is not the connector's then (`discontinued`).
    """
    inherited = {SYSTEM} if declared.categories_override else {SYSTEM, CATEGORY}
    kind = _fact(lambda: found.product_type)
    status = _fact(lambda: found.inventory_status)
    is_kit = kind in (KIT, None)
    return SellingTerms(
        sku,
        enabled=_fact(lambda: found.status) == ENABLED,
        manage=_setting(lambda: found.manage_inventory, _flag, declared.manage, inherited),
        decrement=_setting(lambda: found.decrement_quantity, _flag, declared.decrement, inherited),
        back_order=_setting(lambda: found.back_order, _flag, declared.back_order, inherited),
        threshold=_setting(lambda: found.inventory_threshold, _amount, declared.threshold, inherited),
        is_kit=is_kit,
        kit=_fact(lambda: read_kit(found.kit_items, ext_id=ext_id)) if is_kit else {},
        in_stock=_STATUSES.get(status.id) if status else None,
        product_id=found.id,
    )


def read_kit(items: Iterable[OroProductKitItem], *, ext_id: bool = False) -> Mapping[str, Quantity] | None:
    """The most of each component that one kit may take; None where that is unbounded or cannot be known.

    The buyer chooses one product for each kit item, so a SKU counts with the maximum of every kit item that
    offers it. Raises NotLoaded, DecodeError, MappingError for what is wrong or was not included.
    """
    most: dict[str, Quantity] = {}
    for item in items:
        maximum, unit = item.maximum_quantity, item.product_unit
        if maximum is None or maximum < 0 or unit is None:
            return None
        for sku in component_skus(item, ext_id=ext_id):
            known = most.get(sku, Quantity(0, unit.id))
            if known.unit != unit.id:
                return None
            most[sku] = Quantity(known.amount + exact(maximum), unit.id)
    return most or None


def component_skus(item: OroProductKitItem, *, ext_id: bool = False) -> frozenset[str]:
    """The SKUs that a kit item offers. Raises NotLoaded, DecodeError where one, or all, are not shown."""
    products = [one.product for one in item.kit_item_products]
    skus = [sku_of(product, ext_id=ext_id) if product is not None else None for product in products]
    if not skus or not all(skus):
        raise DecodeError(
            f"kit item {item.id} does not show which products it offers",
            paths=(f"/productkititems/{item.id}/relationships/kitItemProducts",),
            system="oro",
        )
    return frozenset(filter(None, skus))


def _setting(
    read: Callable[[], OroFallbackValue | None],
    parse: Callable[[object], T | None],
    declared: T | None,
    inherited: set[str],
) -> T | None:
    try:
        value = read()
        if value is None:
            return declared
        if value.fallback is None:
            return parse(value.scalar_value)
    except (DecodeError, NotLoaded):
        return None
    return declared if value.fallback in inherited else None


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value)) if isinstance(value, int | str) else None


def _amount(value: object) -> Fraction | None:
    text = str(value)
    written = isinstance(value, int | Decimal | str) and _AMOUNT.fullmatch(text)
    return Fraction(text) if written else None


def _fact(read: Callable[[], T | None]) -> T | None:
    try:
        return read()
    except (DecodeError, MappingError, NotLoaded):
        return None
