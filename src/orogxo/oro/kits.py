"""Which kits there are and what they are made of: read whole, since a component does not name its kits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orogxo.errors import DecodeError, Invalid, NotFound, NotLoaded, PermissionDenied
from orogxo.oro.client import OroClient
from orogxo.oro.product_resources import OroProductKitItem
from orogxo.oro.reading import ENABLED, KIT
from orogxo.oro.resources import OroProduct
from orogxo.oro.selling_terms import component_skus
from orogxo.oro.skus import WALK_PAGE, Kept, sku_of
from orogxo.ports import Clock

_ITEM_FIELDS = {"products": "sku,status"}
_PRODUCT_FIELDS = {"products": "sku,status,productType"}


class Kits:
    """The enabled kits of one installation, read again every `seconds`.

    A list of all kit items is short; where an installation does not offer it, all products are walked for
    those of type kit, whose components are then unknown.
    """

    def __init__(self, client: OroClient, clock: Clock, seconds: float) -> None:
        self._client = client
        self._all = Kept(self._read, clock, seconds)

    def of(self, skus: Collection[str]) -> Mapping[str, Collection[str]]:
        """By kit SKU, those of `skus` that are components; all of them where its components are unknown.

        Raises ApiError.
        """
        wanted = frozenset(skus)
        found = {
            kit: wanted - {kit} if parts is None else wanted & parts for kit, parts in self._all().items()
        }
        return {kit: parts for kit, parts in found.items() if parts}

    def _read(self) -> Mapping[str, frozenset[str] | None]:
        kits: dict[str, frozenset[str] | None] = {}
        try:
            items = self._client.resource("productkititems", OroProductKitItem).iter(
                include=("productKit", "kitItemProducts.product"), fields=_ITEM_FIELDS, page_size=WALK_PAGE
            )
            for item in items:
                kit = self._kit(item)
                if kit:
                    kits[kit] = _joined(kits.get(kit, frozenset()), self._parts(item))
        except (Invalid, NotFound, PermissionDenied):
            return self._walked()
        return kits

    def _kit(self, item: OroProductKitItem) -> str:
        """The SKU of the kit that it belongs to, "" where that is not for sale."""
        try:
            product = item.product_kit
            sku = sku_of(product, ext_id=self._client.ext_id) if product else None
            if product and sku:
                return sku if product.status == ENABLED else ""
        except NotLoaded:
            pass
        raise DecodeError(
            f"kit item {item.id} does not show the kit that it belongs to",
            paths=(f"/productkititems/{item.id}/relationships/productKit",),
            system="oro",
        )

    def _parts(self, item: OroProductKitItem) -> frozenset[str] | None:
        try:
            return component_skus(item, ext_id=self._client.ext_id)
        except (DecodeError, NotLoaded):
            return None

    def _walked(self) -> Mapping[str, frozenset[str] | None]:
        walked = self._client.products.iter(fields=_PRODUCT_FIELDS, page_size=WALK_PAGE)
        return dict.fromkeys(filter(None, map(self._kit_sku, walked)))

    def _kit_sku(self, product: OroProduct) -> str:
        for_sale = product.product_type == KIT and product.status == ENABLED
        return (sku_of(product, ext_id=self._client.ext_id) or "") if for_sale else ""


def _joined(known: frozenset[str] | None, more: frozenset[str] | None) -> frozenset[str] | None:
    return None if known is None or more is None else known | more
