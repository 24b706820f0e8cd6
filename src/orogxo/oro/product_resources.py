"""What hangs on a product: the settings that it inherits, and the parts of a kit.

No member is asked for by default: an installation may lack these types, and naming one that it lacks in a
fieldset would be refused. They are small, and come whole where a read includes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orogxo.oro.fields import Anything, Flag, Number, Text, ToMany, ToOne, Whole
from orogxo.oro.jsonapi import Resource
from orogxo.oro.reference import OroProductUnit

if TYPE_CHECKING:
    from orogxo.oro.resources import OroProduct


class OroFallbackValue(Resource, wire="entityfieldfallbackvalues"):
    """A setting of a product: its own (`fallback` null), or the one of `systemConfig`, `category`, ...

    `scalar_value` is any JSON: flags come as 1, "1" or true. Recording product_get names them, and none was
    recorded itself (contract, section 7.1).
    """

    fallback = Text("fallback", default=False)
    scalar_value = Anything("scalarValue", default=False)
    array_value = Anything("arrayValue", default=False)


class OroProductKitItemProduct(Resource, wire="productkititemproducts"):
    """One of the products from which a buyer chooses for a kit item."""

    sort_order = Whole("sortOrder", default=False)
    product: ToOne[OroProduct] = ToOne("product", "products", default=False)


class OroProductKitItem(Resource, wire="productkititems"):
    """A place in a kit that one of several products fills; quantities are for one kit, null: no bound.

    Recording s61_kit_item_get includes one.
    """

    sort_order = Whole("sortOrder", default=False)
    optional = Flag("optional", default=False)
    minimum_quantity = Number("minimumQuantity", default=False)
    maximum_quantity = Number("maximumQuantity", default=False)
    product_kit: ToOne[OroProduct] = ToOne("productKit", "products", default=False)
    product_unit = ToOne[OroProductUnit]("productUnit", "productunits", default=False)
    kit_item_products = ToMany[OroProductKitItemProduct](
        "kitItemProducts", "productkititemproducts", default=False
    )
