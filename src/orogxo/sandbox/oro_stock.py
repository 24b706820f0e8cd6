"""Stock inside the twin's OroCommerce: level rows, the settings that say how they bind, and checkouts.

A checkout reads the rows, and writes what it has read less what it has sold, without any lock: whatever was
written to a row in between is lost, as in the real shop (contract, section 7.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen

from orogxo.sandbox.oro_data import OroData, Row
from orogxo.sandbox.oro_forms import plain

SETTINGS: Mapping[str, str] = {
    "manage": "manageInventory",
    "decrement": "decrementQuantity",
    "back_order": "backOrder",
    "threshold": "inventoryThreshold",
}
USUAL: Mapping[str, Any] = {"manage": True, "decrement": True, "back_order": False, "threshold": 0}
FALLBACKS = frozenset({"systemConfig", "category"})


@frozen
class Sale:
    """What a checkout takes from one row; `read` is what the row showed when the checkout looked."""

    product: Row
    level: Row
    read: Decimal
    sold: Decimal


class ShopStock:
    """`system` and `category` are the settings that products take from there; `category` may lack any."""

    def __init__(self, data: OroData) -> None:
        self._data = data
        self.system: dict[str, Any] = dict(USUAL)
        self.category: dict[str, Any] = {}

    # Rows ---------------------------------------------------------------------------------------------------

    def product(self, sku: str) -> Row:
        """The product of a SKU. Raises KeyError when there is none."""
        for row in self._data.table("products").values():
            if row.attributes["sku"] == sku:
                return row
        raise KeyError(f"OroCommerce has no product {sku}")

    def rows(self) -> dict[tuple[str, str], Row]:
        """Every level row by (SKU, unit code)."""
        products, precisions = self._data.table("products"), self._data.table("productunitprecisions")
        return {
            (
                str(products[row.relations["product"]].attributes["sku"]),
                str(precisions[row.relations["productUnitPrecision"]].relations["unit"]),
            ): row
            for row in self._data.table("inventorylevels").values()
        }

    def set_quantity(self, level: Row, quantity: Decimal) -> None:
        """Let a row show `quantity`."""
        self._data.change("inventorylevels", level).attributes["quantity"] = plain(quantity)

    # Settings -----------------------------------------------------------------------------------------------

    def set_own(self, sku: str, name: str, value: Any) -> None:
        """A product's own setting, a fallback ("systemConfig", "category"), or None: it has none."""
        product = self._data.change("products", self.product(sku))
        if value is None:
            product.relations[SETTINGS[name]] = None
            return
        inherits = value in FALLBACKS
        scalar = None if inherits else str(int(value)) if isinstance(value, bool) else str(value)
        members = {"fallback": value if inherits else None, "scalarValue": scalar, "arrayValue": None}
        product.relations[SETTINGS[name]] = self._data.insert("entityfieldfallbackvalues", members, {}).id

    def setting(self, product: Row, name: str) -> Decimal:
        """What counts for a product; of a flag, 1 or 0."""
        own = self._data.row("entityfieldfallbackvalues", product.relations.get(SETTINGS[name]))
        fallback = own.attributes["fallback"] if own else "systemConfig"
        if own and fallback is None:
            return Decimal(own.attributes["scalarValue"])
        inherited = {**self.system, **(self.category if fallback == "category" else {})}
        return Decimal(str(int(value) if isinstance(value := inherited[name], bool) else value))

    # Checkouts ----------------------------------------------------------------------------------------------

    def sales(self, lines: list[tuple[str, Decimal, str]]) -> list[Sale] | None:
        """What (SKU, quantity, unit) lines take from which rows; None where one of them is refused.

        Lines of one row add up. A product without managed stock is sold without looking at a row.
        """
        rows, sales = self.rows(), dict[str, Sale]()
        for sku, quantity, unit in lines:
            product = self.product(sku)
            if product.attributes["status"] != "enabled":
                return None
            if not self.setting(product, "manage"):
                continue
            level = rows.get((sku, unit))
            if level is None:
                return None
            read = Decimal(level.attributes["quantity"])
            before = sales[level.id].sold if level.id in sales else Decimal()
            sale = Sale(product, level, read, before + quantity)
            if not (self.setting(product, "back_order") or self._enough(sale)):
                return None
            sales[level.id] = sale
        return list(sales.values())

    def _enough(self, sale: Sale) -> bool:
        return sale.read - self.setting(sale.product, "threshold") >= sale.sold

    def take(self, sales: list[Sale]) -> None:
        """Lower the rows of the units sold, of those products that are decremented; no other row moves."""
        for sale in sales:
            if not self.setting(sale.product, "decrement"):
                continue
            left = sale.read - sale.sold
            self.set_quantity(sale.level, left)
            if left <= self.setting(sale.product, "threshold"):
                product = self._data.change("products", sale.product)
                product.relations["inventory_status"] = "out_of_stock"


class Checkout:
    """A buyer's checkout that has looked at the rows and has not written yet.

    `allowed` False: it was refused. `finish` places the order and lowers the rows.
    """

    def __init__(self, sales: list[Sale] | None, finish: Callable[[list[Sale]], str]) -> None:
        self._sales, self._finish = sales, finish
        self._done = False

    @property
    def allowed(self) -> bool:
        """Whether the rows allowed it when it looked at them."""
        return self._sales is not None

    def finish(self) -> str | None:
        """The id of the order, None for a refused one. Raises RuntimeError the second time."""
        if self._done:
            raise RuntimeError("this checkout is finished already")
        self._done = True
        return None if self._sales is None else self._finish(self._sales)
