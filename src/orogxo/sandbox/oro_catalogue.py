"""How the catalogue of the world becomes rows of the twin's OroCommerce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from orogxo.sandbox.clock import stamp
from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.world import Customer, Product, World

OLD_STATUSES = ("open", "cancelled", "shipped", "closed", "archived")
NEW_STATUSES = ("open", "cancelled", "closed", "pending", "processing")
_UNIT_LABELS = {
    "each": ("each", "ea", "each", "ea"),
    "item": ("item", "item", "items", "items"),
    "kg": ("kilogram", "kg", "kilograms", "kgs"),
    "piece": ("piece", "pc", "pieces", "pcs"),
    "set": ("set", "set", "sets", "sets"),
    "case": ("case", "ca", "cases", "ca"),
    "pallet": ("pallet", "pa", "pallets", "pa"),
}
_COUNTRIES = {"US": ("USA", "United States"), "DE": ("DEU", "Germany"), "GB": ("GBR", "United Kingdom")}
_REGIONS = {"US-NY": ("NY", "New York"), "US-CA": ("CA", "California"), "DE-BE": ("BE", "Berlin")}


def populate(data: OroData, world: World, now: dt.datetime) -> None:
    """Fill `data` with the catalogue."""
    when = stamp(now)
    for code in _UNIT_LABELS:
        add_unit(data, code)
    statuses = OLD_STATUSES if data.old else NEW_STATUSES
    _add_enum(data, "orderinternalstatuses", statuses)
    _add_enum(data, "ordershippingstatuses", ("not_shipped", "shipped", "partially_shipped"))
    _add_enum(data, "prodinventorystatuses", ("in_stock", "out_of_stock", "discontinued"))
    for customer in world.customers.values():
        add_customer(data, customer, when)
    for product in world.products.values():
        add_product(data, product, world, when)


def _add_enum(data: OroData, kind: str, codes: Iterable[str]) -> None:
    rows = {}
    for priority, code in enumerate(codes, start=1):
        name = code.replace("_", " ").title()
        rows[code] = {"name": name, "priority": priority, "default": code in {"in_stock", "not_shipped"}}
    for code in sorted(rows):
        data.insert(kind, rows[code], {}, row_id=code)


def add_unit(data: OroData, code: str) -> None:
    """Make sure that a product unit exists."""
    if data.row("productunits", code) is None:
        label, short, plural, short_plural = _UNIT_LABELS.get(code, (code, code, f"{code}s", code))
        labels = {
            "label": label,
            "shortLabel": short,
            "pluralLabel": plural,
            "shortPluralLabel": short_plural,
        }
        data.insert("productunits", {"defaultPrecision": 3 if code == "kg" else 0, **labels}, {}, row_id=code)


def add_country(data: OroData, country: str | None, region: str | None) -> None:
    """Make sure that a country and a region exist."""
    if country and data.row("countries", country) is None:
        iso3, name = _COUNTRIES.get(country, (f"{country}X", country))
        data.insert("countries", {"iso3Code": iso3, "name": name, "deleted": False}, {}, row_id=country)
    if region and data.row("regions", region) is None:
        code, name = _REGIONS.get(region, (region.partition("-")[2], region))
        relations = {"country": country}
        data.insert("regions", {"code": code, "name": name, "deleted": False}, relations, row_id=region)
        home = data.row("countries", country)
        if home is not None:
            home.relations.setdefault("regions", []).append(region)


def add_customer(data: OroData, customer: Customer, when: str) -> None:
    """A customer with one user."""
    times = {"createdAt": when, "updatedAt": when}
    group = "1" if customer.parent or customer.name == "Northwind Group" else None
    shared = {"owner": "1", "organization": "1"}
    user = data.insert(
        "customerusers",
        {
            "confirmed": True,
            "email": f"user{customer.id}@example.org",
            "firstName": "Amanda",
            "lastName": "Cole",
            "enabled": True,
            "loginCount": 0,
            "isGuest": False,
            "cookies_accepted": False,
            **times,
        },
        {"customer": customer.id, "userRoles": ["2"], "auth_status": "active", **shared},
    )
    relations = {
        "parent": customer.parent,
        "group": group,
        "users": [user.id],
        "account": customer.id,
        **shared,
    }
    data.insert("customers", {"name": customer.name, **times}, relations, row_id=customer.id)
    parent = data.row("customers", customer.parent)
    if parent is not None:
        parent.relations.setdefault("children", []).append(customer.id)


def _add_kit_item(data: OroData, of: Mapping[str, str], component: Product, order: int, when: str) -> str:
    """A kit item that offers one product."""
    quantities = {"optional": False, "minimumQuantity": 1, "maximumQuantity": 10}
    item = data.insert(
        "productkititems", {"sortOrder": order, **quantities, "createdAt": when, "updatedAt": when}, of
    )
    points = {"kitItem": item.id, "product": component.id}
    item.relations["kitItemProducts"] = [data.insert("productkititemproducts", {"sortOrder": 1}, points).id]
    return item.id


def add_product(data: OroData, product: Product, world: World, when: str) -> None:
    """A product with its unit precisions, stock rows, name and, for a kit, its kit items."""
    times = {"createdAt": when, "updatedAt": when}
    precisions = []
    for unit in product.units:
        add_unit(data, unit.code)
        attributes = {"precision": unit.precision, "conversionRate": unit.rate, "sell": True}
        points = {"product": product.id, "unit": unit.code}
        row = data.insert("productunitprecisions", attributes, points)
        precisions.append(row.id)
        stock = {"product": product.id, "productUnitPrecision": row.id, "organization": "1"}
        data.insert("inventorylevels", {"quantity": "0"}, stock)
    name = data.insert("productnames", {"string": product.name, "fallback": None}, {"product": product.id})
    kit_items = [
        _add_kit_item(data, {"productKit": product.id, "productUnit": unit}, world.products[sku], order, when)
        for order, (sku, _, unit) in enumerate(product.kit, start=1)
    ]
    main = {"sku": product.sku, "status": "enabled", "variantFields": [], "featured": False}
    kind = {"productType": "kit" if product.kit else "simple", "newArrival": False}
    relations = {
        "unitPrecisions": precisions,
        "primaryUnitPrecision": precisions[0],
        "names": [name.id],
        "kitItems": kit_items,
        "attributeFamily": "1",
        "owner": "1",
        "organization": "1",
        "inventory_status": "in_stock",
    }
    data.insert("products", {**main, **kind, **times}, relations, row_id=product.id)
