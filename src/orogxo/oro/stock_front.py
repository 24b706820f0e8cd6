"""OroCommerce's stock as the stock flow sees it: the rows that buyers see, how they bind, and writes to them.

Rows and products are read by SKU with sparse fields, everything of a request in one page, so that nothing
slips between two pages. A returned SKU counts only where it is one that was asked for, letter by letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import TypeAlias, TypeVar

from attrs import evolve

from orogxo.errors import DecodeError, Invalid, NotFound, NotLoaded, PermissionDenied
from orogxo.model.stock import InventoryLevel, LevelChange, SellingTerms
from orogxo.oro.batch_result import BatchPolicy, Item
from orogxo.oro.client import OroClient
from orogxo.oro.keyset import walk
from orogxo.oro.kits import Kits
from orogxo.oro.query import ALL, Fields, Filter, Names, Query, query
from orogxo.oro.resources import OroInventoryLevel, OroProduct
from orogxo.oro.selling_terms import IN_STOCK, OUT_OF_STOCK, ShopDeclared, read_terms
from orogxo.oro.skus import CommaSkus, sku_chunks, sku_of
from orogxo.oro.stock_writes import level_item, reported, sendable, status_item
from orogxo.ports import Clock
from orogxo.ports.stock import LevelError, WriteReport

LEVELS_A_PAGE = 1000
PRODUCT_UNKNOWN = "PRODUCT_UNKNOWN"
STATUS_NOT_OURS = "STATUS_NOT_OURS"

T = TypeVar("T")
Take: TypeAlias = Callable[[Sequence[OroInventoryLevel]], Sequence[OroInventoryLevel]]

_LEVEL_INCLUDE = ("product", "productUnitPrecision")
_LEVEL_FIELDS = {
    "inventorylevels": "quantity,product,productUnitPrecision",
    "products": "sku",
    "productunitprecisions": "unit",
}
_TERM_INCLUDE = (
    "manageInventory",
    "decrementQuantity",
    "backOrder",
    "inventoryThreshold",
    "kitItems",
    "kitItems.kitItemProducts",
    "kitItems.kitItemProducts.product",
)
_TERM_FIELDS = {"products": "sku,status,productType,inventory_status"}
_STATUS_FIELDS = {"products": "inventory_status"}


class OroStockFront:
    """`ports.stock.StockFront` over an `OroClient`, whose clock `clock` is.

    `declared`: what the system configuration says of all products, since the API does not show it. `policy`:
    sizes and patience of batches. Kits, and products whose SKU has a comma, are looked for again once what is
    known of them is `keep_for` seconds old. All methods raise ApiError.
    """

    def __init__(
        self,
        client: OroClient,
        clock: Clock,
        *,
        declared: ShopDeclared | None = None,
        policy: BatchPolicy | None = None,
        keep_for: float = 900.0,
    ) -> None:
        self._client, self._clock = client, clock
        self._declared = declared or ShopDeclared()
        self._policy = policy
        self._comma_skus = CommaSkus(client, clock, keep_for)
        self._kits = Kits(client, clock, keep_for)

    # Rows ---------------------------------------------------------------------------------------------------

    def levels(self, skus: Collection[str]) -> Mapping[str, Sequence[InventoryLevel]]:
        """The rows of these SKUs, each as it was at `read_at` or later; a SKU without rows is absent.

        A row's unit is "" where OroCommerce names none. Raises DecodeError for a quantity that is no number.
        """
        wanted = frozenset(skus)
        found: dict[str, list[InventoryLevel]] = {}
        for filters in self._level_filters(wanted):
            for level in self._levels(_levels_query(filters, ALL)):
                if level.sku in wanted:
                    found.setdefault(level.sku, []).append(level)
        return found

    def levels_after(self, level_id: str, limit: int) -> Sequence[InventoryLevel]:
        """Up to `limit` rows with a greater id, in id order; fewer only where the list ends.

        Rows of products that this API user may not view name no SKU: they are left out.
        """
        found: list[InventoryLevel] = []
        steps = walk(_levels_query({"id[gt]": level_id}, min(limit, LEVELS_A_PAGE)))
        while steps.query is not None and len(found) < limit:
            found += (level for level in self._levels(steps.query, steps.take) if level.sku)
        return found[:limit]

    def _level_filters(self, skus: frozenset[str]) -> Iterator[Filter]:
        # With ext_id a product's id is its SKU, and `sku` is no member of it (recordings extid_*).
        by_sku = "product.id" if self._client.ext_id else "product.sku"
        by_number = "product.dbId" if self._client.ext_id else "product"
        yield from ({by_sku: chunk} for chunk in sku_chunks(skus))
        numbers = self._comma_skus.numbers(skus).values()
        yield from ({by_number: chunk} for chunk in sku_chunks(numbers))

    def _levels(self, asked: Query, take: Take = list) -> list[InventoryLevel]:
        read_at = self._clock.now()
        page = take(self._client.inventory_levels.ask(asked).items)
        read: list[InventoryLevel] = []
        problems: list[str] = []
        for one in page:
            try:
                read.append(_level(one, read_at, ext_id=self._client.ext_id))
            except (DecodeError, NotLoaded) as error:
                problems.append(error.message)
        if problems:
            told = f"{len(problems)} inventory levels cannot be read: {'; '.join(problems)}"
            raise DecodeError(told, paths=("/data",), system="oro")
        return read

    # Terms --------------------------------------------------------------------------------------------------

    def terms(self, skus: Collection[str]) -> Mapping[str, SellingTerms]:
        """How these SKUs are sold; an unknown SKU is absent.

        Where settings and kit items are not offered or refused, what they would tell is None. So it is for a
        SKU that two products share, which then counts as enabled.
        """
        wanted = frozenset(skus)
        found: dict[str, SellingTerms] = {}
        for product in self._products(wanted):
            sku = sku_of(product, ext_id=self._client.ext_id) or ""
            if sku in wanted:
                terms = read_terms(sku, product, self._declared, ext_id=self._client.ext_id)
                found[sku] = SellingTerms(sku, is_kit=True, kit=None) if sku in found else terms
        return found

    def kits_of(self, skus: Collection[str]) -> Mapping[str, Collection[str]]:
        """By SKU of an enabled kit, those of `skus` that are components of it.

        A kit that does not show what it is made of may contain any: it comes with all of them.
        """
        return self._kits.of(skus)

    def _products(self, skus: frozenset[str]) -> Iterator[OroProduct]:
        if self._client.ext_id:
            yield from self._by_id(skus, _TERM_INCLUDE, _TERM_FIELDS)
            return
        for chunk in sku_chunks(skus):
            yield from self._asked({"sku": chunk}, _TERM_INCLUDE, _TERM_FIELDS)
        yield from self._by_id(self._comma_skus.numbers(skus).values(), _TERM_INCLUDE, _TERM_FIELDS)

    def _by_id(self, ids: Collection[str], include: Names, fields: Fields) -> Iterator[OroProduct]:
        for chunk in sku_chunks(ids):
            yield from self._asked({"id": chunk}, include, fields)
        for product_id in sorted(one for one in ids if "," in one):
            with suppress(NotFound):
                yield _offered(partial(self._client.products.get, product_id, fields=fields), include)

    def _asked(self, filters: Filter, include: Names, fields: Fields) -> Sequence[OroProduct]:
        def ask(include: Names) -> Sequence[OroProduct]:
            asked = query("products", filter=filters, include=include, fields=fields, page_size=ALL)
            return self._client.products.ask(asked).items

        return _offered(ask, include)

    # Writes -------------------------------------------------------------------------------------------------

    def write(self, changes: Sequence[LevelChange]) -> WriteReport:
        """Write absolute quantities in batches and wait for the outcome. Rows not in `errors` are written.

        Of several changes of a row the last one counts. What OroCommerce cannot hold is not sent
        (`orogxo.oro.stock_writes`). `requests` are the batches that OroCommerce took.
        """
        good, refused = sendable(changes)
        items = [level_item(change) for change in good]
        return reported(items, self._client.inventory_levels.update_many(items, policy=self._policy), refused)

    def show_in_stock(self, product_ids: Mapping[str, bool]) -> WriteReport:
        """Set `inventory_status` of products (by id) to in stock or out of stock; errors by product id.

        What a product shows is read first: one that is right already is not sent, and any other status
        (discontinued) was set by people and stays: STATUS_NOT_OURS. PRODUCT_UNKNOWN: it cannot be read.
        """
        shown = {one.id: one for one in self._by_id(product_ids.keys(), (), _STATUS_FIELDS)}
        items: list[Item] = []
        refused: list[LevelError] = []
        for product_id, in_stock in product_ids.items():
            wanted = IN_STOCK if in_stock else OUT_OF_STOCK
            status = _status(shown.get(product_id))
            if isinstance(status, LevelError):
                refused.append(evolve(status, level_id=product_id))
            elif status != wanted:
                items.append(status_item(product_id, wanted))
        return reported(items, self._client.products.update_many(items, policy=self._policy), refused)


def _levels_query(filters: Filter, page_size: int) -> Query:
    return query(
        "inventorylevels",
        filter=filters,
        include=_LEVEL_INCLUDE,
        fields=_LEVEL_FIELDS,
        page_size=page_size,
    )


def _level(found: OroInventoryLevel, read_at: dt.datetime, *, ext_id: bool) -> InventoryLevel:
    """The row, its SKU "" where the API user may not view the product. Raises DecodeError, NotLoaded."""
    product, precision = found.product, found.product_unit_precision
    unit = precision.unit if precision else None
    if found.quantity is None:
        raise DecodeError(f"quantity of inventorylevels {found.id} is null", system="oro")
    return InventoryLevel(
        found.id,
        (sku_of(product, ext_id=ext_id) if product else None) or "",
        unit.id if unit else "",
        Fraction(found.quantity),
        read_at,
    )


def _offered(ask: Callable[..., T], include: Names) -> T:
    """What `ask` reads with these includes; without them where the installation refuses them."""
    try:
        return ask(include=include)
    except (Invalid, NotFound, PermissionDenied):
        if not include:
            raise
        return ask(include=())


def _status(product: OroProduct | None) -> str | LevelError:
    if product is None:
        return LevelError("", PRODUCT_UNKNOWN, "OroCommerce shows no product of this id")
    status = product.inventory_status
    if status is None or status.id not in (IN_STOCK, OUT_OF_STOCK):
        told = f"inventory_status is {status.id if status else None}, which people have set: it was left"
        return LevelError("", STATUS_NOT_OURS, told)
    return status.id
