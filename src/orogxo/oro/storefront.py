"""OroCommerce as the orchestrator sees it: orders and products as model values, trackings.

One set of includes and sparse fields serves all reads; statuses are asked for only where they are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from orogxo.errors import DecodeError, NotFound, NotLoaded, ServerError
from orogxo.model import Order, OrderHeadline, Product, Tracking, UnreadableOrder
from orogxo.oro.client import OroClient
from orogxo.oro.keyset import walk
from orogxo.oro.query import ALL, Filter, Query, query
from orogxo.oro.reading import ENABLED, KIT, read_order, read_product
from orogxo.oro.resources import OroOrder, OroProduct
from orogxo.oro.skus import sku_chunks
from orogxo.ports import StorefrontFacts

IDS_A_REQUEST = 50
CENSUS_PAGE = 500
_INCLUDE = (
    "lineItems",
    "lineItems.product",
    "lineItems.kitItemLineItems",
    "customer",
    "customer.parent",
    "shippingAddress",
)
_ORDER = (
    "identifier,poNumber,customerNotes,shipUntil,currency,totalValue,shippingMethod,shippingMethodType,"
    "createdAt,updatedAt,customer,shippingAddress,lineItems,parent,subOrders"
)
_FIELDS = {
    "orderlineitems": (
        "productSku,productName,freeFormProduct,quantity,productUnitCode,value,shipBy,comment,product,"
        "kitItemLineItems"
    ),
    "orderproductkititemlineitems": "productSku,quantity,productUnitCode,product",
    "products": "sku,productType",
    "customers": "name,parent",
    "orderaddresses": (
        "namePrefix,firstName,middleName,lastName,nameSuffix,organization,street,street2,city,postalCode,"
        "customRegion,phone,country,region"
    ),
}
_PRODUCT_FIELDS = {
    "products": "sku,status,productType,primaryUnitPrecision,unitPrecisions",
    "productunitprecisions": "precision,conversionRate,sell,unit",
}
_PATIENCE = 3

Take = Callable[[Sequence[OroOrder]], Sequence[OroOrder]]


class OroStorefront:
    """`ports.Storefront` over an `OroClient`; `page_size` orders a request.

    An order that cannot be read becomes an `UnreadableOrder` and hides no other: where a whole page fails
    (malformed, or a server error), its orders are read one by one. All methods raise ApiError.
    """

    def __init__(self, client: OroClient, page_size: int = 50) -> None:
        self._client = client
        self._page_size = page_size

    def facts(self) -> StorefrontFacts:
        """What this installation shows; probed once."""
        known = self._client.capabilities()
        return StorefrontFacts(order_status=known.order_status, updated_at_filter=known.updated_at_filter)

    def orders_after(self, order_id: str) -> Iterator[Order | UnreadableOrder]:
        """Orders with a greater id, in id order."""
        return self._walked(self._asked({"id[gt]": order_id}, sort="id"))

    def orders_changed_since(self, instant: dt.datetime) -> Iterator[Order | UnreadableOrder]:
        """Orders whose `updatedAt` is at or after `instant`; one that changes meanwhile may come twice."""
        return self._walked(self._asked({"updatedAt[gte]": instant}, sort="updatedAt"))

    def orders(self, order_ids: Sequence[str]) -> Mapping[str, Order | UnreadableOrder]:
        """These orders as they are now; an id that no longer exists is absent."""
        wanted = list(dict.fromkeys(order_ids))
        found: dict[str, Order | UnreadableOrder] = {}
        for start in range(0, len(wanted), IDS_A_REQUEST):
            asked = self._asked({"id": wanted[start : start + IDS_A_REQUEST]}, page_size=ALL)
            found |= {order.id: order for order in self._read(asked, take=lambda page: page)}
        return found

    def census(self) -> Iterator[OrderHeadline]:
        """Every order as a headline, in id order, large pages of two or three fields."""
        shown = self._client.capabilities().order_status
        fields = {"orders": "updatedAt,internalStatus" if shown else "updatedAt"}
        for one in self._client.orders.iter(fields=fields, sort="id", page_size=CENSUS_PAGE):
            status = one.internal_status if shown else None
            yield OrderHeadline(one.id, status.id if status else None, one.updated_at)

    def products(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Products with their selling units by SKU; an unknown SKU is absent.

        So is a SKU that contains a comma: OroCommerce cannot filter for it. A product whose units cannot be
        read, or that shares its SKU with another, comes without units, so that nothing is computed with it.
        """
        found: dict[str, Product] = {}
        for chunk in sku_chunks(skus):
            asked = query(
                "products",
                filter={"sku": chunk},
                include=["unitPrecisions"],
                fields=_PRODUCT_FIELDS,
                page_size=ALL,
            )
            for one in self._client.products.ask(asked).items:
                product = _product(one)
                twice = product.sku in found
                found[product.sku] = _without_units(one) if twice else product
        return found

    def trackings(self, order_id: str) -> Sequence[Tracking]:
        """All trackings that the order shows."""
        shown = self._client.order_shipping_trackings.of_order(order_id)
        return [Tracking(method=one.method or "", number=one.number or "") for one in shown]

    def add_tracking(self, order_id: str, tracking: Tracking) -> None:
        """Add one tracking row. Not idempotent: look before you add."""
        self._client.order_shipping_trackings.add(order_id, method=tracking.method, number=tracking.number)

    def _asked(self, filters: Filter, *, sort: str = "", page_size: int | None = None) -> Query:
        return query(
            "orders",
            filter=filters,
            include=_INCLUDE,
            fields=self._fields(),
            sort=sort,
            page_size=page_size or self._page_size,
        )

    def _fields(self) -> Mapping[str, str]:
        known = self._client.capabilities()
        order = _ORDER
        if known.order_status:
            order += ",internalStatus"
        if known.shipping_status:
            order += ",shippingStatus"
        return {"orders": order, **_FIELDS}

    def _walked(self, asked: Query) -> Iterator[Order | UnreadableOrder]:
        steps = walk(asked)
        while steps.query is not None:
            yield from self._read(steps.query, take=steps.take)

    def _read(self, asked: Query, *, take: Take) -> Iterator[Order | UnreadableOrder]:
        try:
            page = self._client.orders.ask(asked).items
        except (DecodeError, NotFound, ServerError):
            # Not found: an order that vanished while its lines were completed.
            slim = asked.where(include=(), fields={"orders": ("identifier", "updatedAt")})
            yield from self._one_by_one(take(self._client.orders.ask(slim).items))
        else:
            yield from (read_order(order) for order in take(page))

    def _one_by_one(self, named: Sequence[OroOrder]) -> Iterator[Order | UnreadableOrder]:
        failures = 0
        for one in named:
            try:
                found = self._client.orders.get(one.id, include=_INCLUDE, fields=self._fields())
            except NotFound:
                continue
            except DecodeError as error:
                yield UnreadableOrder(one.id, error.paths or (error.message,), one.identifier or one.id)
            except ServerError as error:
                failures += 1
                if failures == _PATIENCE:
                    # So many in a row: it is the shop that fails, not the order.
                    raise
                yield UnreadableOrder(one.id, (error.message,), one.identifier or one.id)
                continue
            else:
                yield read_order(found)
            failures = 0


def _product(found: OroProduct) -> Product:
    try:
        return read_product(found)
    except (DecodeError, NotLoaded):
        return _without_units(found)


def _without_units(found: OroProduct) -> Product:
    return Product(
        found.id,
        found.sku or "",
        (),
        is_kit=found.product_type == KIT,
        enabled=found.status == ENABLED,
    )
