"""Reading by SKU: in requests of a bounded length, and those SKUs that no filter can name.

OroCommerce splits filter values at commas. A product whose SKU has one (imports can make it; its form cannot,
recording product_create_bad_sku_400) is found by walking all products once, by id, for SKUs with a comma.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Generic, TypeVar
from urllib.parse import quote

from orogxo.errors import NotFound
from orogxo.oro.client import OroClient
from orogxo.oro.resources import OroProduct
from orogxo.ports import Clock

T = TypeVar("T")

SKU_CHARACTERS = 1500
"""Of a URL; nginx refuses one somewhere between 6 and 11 kB."""

WALK_PAGE = 1000


def sku_chunks(skus: Collection[str]) -> Iterator[list[str]]:
    """The SKUs that a filter can name, in lists that fit into a URL; also for other values of a filter."""
    chunk: list[str] = []
    size = 0
    for sku in sorted({sku for sku in skus if sku and "," not in sku}):
        length = len(quote(sku, safe="")) + 1
        if chunk and size + length > SKU_CHARACTERS:
            yield chunk
            chunk, size = [], 0
        chunk.append(sku)
        size += length
    if chunk:
        yield chunk


class Kept(Generic[T]):
    """A value that is read when first asked for, and again once it is `seconds` old."""

    def __init__(self, read: Callable[[], T], clock: Clock, seconds: float) -> None:
        self._read, self._clock, self._seconds = read, clock, seconds
        self._found: tuple[float, T] | None = None

    def __call__(self) -> T:
        """The value. Raises what `read` raises; the value before is then gone."""
        # Two threads may read at once: both learn the same.
        found, now = self._found, self._clock.monotonic()
        if found is None or now - found[0] >= self._seconds:
            self._found = None
            found = self._found = (now, self._read())
        return found[1]


class CommaSkus:
    """The products whose SKUs have a comma: the number of each, which a filter can name."""

    def __init__(self, client: OroClient, clock: Clock, seconds: float) -> None:
        self._client = client
        self._all = Kept(self._walk, clock, seconds)

    def numbers(self, skus: Collection[str]) -> dict[str, str]:
        """By SKU, its product's number (the `dbId` of an ext_id client); only those with a comma."""
        wanted = sorted({sku for sku in skus if "," in sku})
        if not wanted:
            return {}
        if self._client.ext_id:
            # There a product can be read by its SKU, and a walk by id cannot be done page by page.
            found = {sku: self._db_id(sku) for sku in wanted}
            return {sku: number for sku, number in found.items() if number is not None}
        known = self._all()
        return {sku: known[sku] for sku in wanted if sku in known}

    def _walk(self) -> dict[str, str]:
        walked = self._client.products.iter(fields={"products": "sku"}, page_size=WALK_PAGE)
        return {one.sku: one.id for one in walked if one.sku and "," in one.sku}

    def _db_id(self, sku: str) -> str | None:
        try:
            number = self._client.products.get(sku, fields={"products": "dbId"}).db_id
        except NotFound:
            return None
        return None if number is None else str(number)


def sku_of(product: OroProduct, *, ext_id: bool) -> str | None:
    """The SKU of a product, None for null. Raises NotLoaded, DecodeError."""
    return product.id if ext_id else product.sku
