"""What buyers and merchants do about stock in the twin's OroCommerce, also while others are at work there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from orogxo.sandbox.clock import TwinClock
from orogxo.sandbox.network import Exchange, Network
from orogxo.sandbox.oro_data import OroData
from orogxo.sandbox.oro_orders import exact
from orogxo.sandbox.oro_site import OroSite
from orogxo.sandbox.oro_stock import SETTINGS, Checkout, Sale, ShopStock


class Buyers:
    """The part of `Twin` that concerns OroCommerce's own stock."""

    clock: TwinClock
    network: Network
    place_order: Callable[..., str]
    _data: OroData
    _oro: OroSite
    _shop_stock: ShopStock
    _lock: AbstractContextManager[Any]

    # Rows ---------------------------------------------------------------------------------------------------

    def levels(self) -> dict[tuple[str, str], Decimal]:
        """What every row shows, by (SKU, unit code)."""
        with self._lock:
            return {key: Decimal(row.attributes["quantity"]) for key, row in self._shop_stock.rows().items()}

    def level(self, sku: str, unit: str) -> Decimal:
        """What one row shows. Raises KeyError when there is none."""
        return self.levels()[sku, unit]

    def set_level(self, sku: str, unit: str, quantity: object) -> None:
        """A person types another quantity into a row. Raises KeyError when there is none."""
        with self._lock, self._data.transaction():
            self._shop_stock.set_quantity(self._shop_stock.rows()[sku, unit], exact(quantity) or Decimal())

    # Settings -----------------------------------------------------------------------------------------------

    def set_terms(self, sku: str, **settings: Any) -> None:
        """How a product is sold: `manage`, `decrement`, `back_order` (bool), `threshold` (a quantity).

        A value is the product's own; "systemConfig" or "category" takes it from there; None: it has none,
        which counts as the system's.
        """
        with self._lock, self._data.transaction():
            for name, value in _checked(settings).items():
                self._shop_stock.set_own(sku, name, value)

    def set_shop_terms(self, **settings: Any) -> None:
        """The system configuration, which the API does not show: the names of `set_terms`.

        In the beginning stock is managed and decremented, no back orders, no threshold.
        """
        with self._lock:
            self._shop_stock.system |= _checked(settings)

    def set_category_terms(self, **settings: Any) -> None:
        """The settings of the one category: they count for products that take them from there."""
        with self._lock:
            self._shop_stock.category |= _checked(settings)

    def set_product(
        self, sku: str, *, status: str | None = None, inventory_status: str | None = None
    ) -> None:
        """`status`: enabled, disabled. `inventory_status`: in_stock, out_of_stock, discontinued."""
        with self._lock, self._data.transaction():
            product = self._data.change("products", self._shop_stock.product(sku))
            product.attributes["status"] = status or product.attributes["status"]
            product.relations["inventory_status"] = inventory_status or product.relations["inventory_status"]

    def inventory_status(self, sku: str) -> str | None:
        """What the product shows."""
        with self._lock:
            status: str | None = self._shop_stock.product(sku).relations["inventory_status"]
            return status

    def set_kit_item(
        self,
        kit: str,
        number: int,
        *,
        minimum: Any = 1,
        maximum: Any = 10,
        optional: bool = False,
        offers: Sequence[str] = (),
    ) -> None:
        """Change a kit item, counted from 1. `maximum` None: no bound. `offers`: the SKUs to choose from."""
        with self._lock, self._data.transaction():
            row_id = self._shop_stock.product(kit).relations["kitItems"][number - 1]
            item = self._data.change("productkititems", self._data.table("productkititems")[row_id])
            item.attributes |= {"optional": optional}
            item.attributes |= {"minimumQuantity": exact(minimum), "maximumQuantity": exact(maximum)}
            if offers:
                products = [self._shop_stock.product(sku).id for sku in offers]
                item.relations["kitItemProducts"] = [
                    self._data.insert(
                        "productkititemproducts",
                        {"sortOrder": order},
                        {"kitItem": row_id, "product": product},
                    ).id
                    for order, product in enumerate(products, start=1)
                ]

    # Checkouts ----------------------------------------------------------------------------------------------

    def checkout(self, **order: Any) -> str | None:
        """A buyer orders at the shop, with the keywords of `place_order`; the order's id, None if refused.

        A line is refused where the row of its unit, less the threshold, shows less (and stock is managed, and
        nothing may be back-ordered). It lowers that row only; a kit lowers its own. A row that falls to its
        threshold turns the product's `inventory_status` to out_of_stock, and nothing turns it back.
        """
        with self._lock:
            return self.begin_checkout(**order).finish()

    def begin_checkout(self, **order: Any) -> Checkout:
        """The same, up to where it has read the rows: `finish()` writes what it read less what it sold."""
        kits = [(sku, amount, "item") for sku, amount in order.get("kits", ())]
        wanted = [
            (sku, exact(amount) or Decimal(), unit) for sku, amount, unit in [*order.get("lines", ()), *kits]
        ]

        def finish(sales: list[Sale]) -> str:
            with self._lock, self._data.transaction():
                self._shop_stock.take(sales)
                return self.place_order(**order)

        with self._lock:
            return Checkout(self._shop_stock.sales(wanted), finish)

    # While others work --------------------------------------------------------------------------------------

    def between(self, hook: Callable[[Exchange], object]) -> Callable[[], None]:
        """Call `hook` after each request that either end has seen, before its reply arrives; returns an end.

        The hook may do what people do, and send requests of its own: those call no hook.
        """
        self.network.hooks.append(hook)
        return lambda: self.network.hooks.remove(hook)

    def at_request(self, number: int, action: Callable[[], object], *, system: str = "oro") -> None:
        """Do `action` once, after the `number`-th request to `system` from now (token requests count too)."""
        left = number

        def count(exchange: Exchange) -> None:
            nonlocal left
            if exchange.system == system:
                left -= 1
                if left == 0:
                    end()
                    action()

        end = self.between(count)

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Do `action` when the clock has moved on by `seconds`, in its place among what the queue does."""
        when = self.clock.now() + dt.timedelta(seconds=seconds)
        with self._lock:
            self._oro.consumer.people(when, action)

    def set_batch_pace(self, *, item: float = 0.0, pickup: float = 0.5) -> None:
        """Seconds until the queue takes up a batch, and from one item of an asynchronous batch to the next.

        With a pace the items of each hundred are saved one after another, in an order that the seed draws.
        """
        self._oro.batch.pace = dt.timedelta(seconds=item)
        self._oro.batch.pickup = dt.timedelta(seconds=pickup)


def _checked(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = settings.keys() - SETTINGS.keys()
    if unknown:
        raise TypeError(f"a product is sold by {', '.join(SETTINGS)}, not {', '.join(sorted(unknown))}")
    return settings
