"""OroCommerce's back-office API, typed: whole relations, writes, batches, webhooks; sync and async.

`OroClient` and `AsyncOroClient` are the doors; the orchestrator works with `OroStorefront` and
`OroStockFront`.
"""

from orogxo.oro.async_collection import AsyncCollection, AsyncPage
from orogxo.oro.batch_result import (
    BatchError,
    BatchNote,
    BatchOperation,
    BatchPolicy,
    BatchResult,
)
from orogxo.oro.capabilities import Capabilities
from orogxo.oro.client import AsyncOroClient, OroClient
from orogxo.oro.collection import Collection, Page
from orogxo.oro.endpoint import RawReply
from orogxo.oro.fields import (
    Anything,
    Date,
    DecimalText,
    Flag,
    Instant,
    Money,
    Number,
    Text,
    ToMany,
    ToOne,
    Whole,
)
from orogxo.oro.jsonapi import Identifier, Resource
from orogxo.oro.operations import OroAsyncOperation, OroAsyncOperationError
from orogxo.oro.orders import Changed
from orogxo.oro.product_resources import OroFallbackValue, OroProductKitItem, OroProductKitItemProduct
from orogxo.oro.query import Query, query
from orogxo.oro.reading import read_order, read_product
from orogxo.oro.reference import (
    OroCountry,
    OroCustomerGroup,
    OroCustomerTaxCode,
    OroOrderDiscount,
    OroOrderSubtotal,
    OroOrganization,
    OroProductUnit,
    OroRegion,
)
from orogxo.oro.resources import (
    OroAddress,
    OroCustomer,
    OroCustomerUser,
    OroEnumOption,
    OroInventoryLevel,
    OroKitItemLine,
    OroOrder,
    OroOrderLine,
    OroProduct,
    OroProductUnitPrecision,
    OroTracking,
)
from orogxo.oro.selling_terms import ShopDeclared
from orogxo.oro.stock_front import OroStockFront
from orogxo.oro.storefront import OroStorefront
from orogxo.oro.webhook_resources import OroWebhook, OroWebhookFormat, OroWebhookTopic

__all__ = [
    # clients
    "OroClient", "AsyncOroClient", "OroStorefront", "OroStockFront", "ShopDeclared", "Capabilities",
    # collections
    "Collection", "AsyncCollection", "Page", "AsyncPage", "RawReply", "Query", "query",
    "Changed",
    # many at once
    "BatchPolicy", "BatchResult", "BatchError", "BatchNote", "BatchOperation",
    # resources
    "Resource", "Identifier", "OroAddress", "OroCustomer", "OroCustomerUser", "OroEnumOption",
    "OroInventoryLevel", "OroKitItemLine", "OroOrder", "OroOrderLine", "OroProduct",
    "OroProductUnitPrecision", "OroTracking", "OroCountry", "OroCustomerGroup", "OroCustomerTaxCode",
    "OroOrderDiscount", "OroOrderSubtotal", "OroOrganization", "OroProductUnit", "OroRegion",
    "OroFallbackValue", "OroProductKitItem", "OroProductKitItemProduct",
    "OroAsyncOperation", "OroAsyncOperationError", "OroWebhook", "OroWebhookFormat", "OroWebhookTopic",
    # fields, for resources of one's own
    "Anything", "Date", "DecimalText", "Flag", "Instant", "Money", "Number", "Text", "ToMany", "ToOne",
    "Whole",
    # reading into the model
    "read_order", "read_product",
]  # fmt: skip
