"""What a type checker sees of the synchronous client; each comment is the revealed type."""

from typing import reveal_type

from orogxo.errors import ApiError, StatusError
from orogxo.oro import OroClient, OroCustomer

oro = OroClient("https://shop.example.com", "id", "secret")

order = oro.orders.get("1")
reveal_type(order)  # orogxo.oro.resources.OroOrder
reveal_type(order.po_number)  # str | None
reveal_type(order.total_value)  # decimal.Decimal | None
reveal_type(order.updated_at)  # datetime.datetime | None
reveal_type(order.external)  # bool | None
reveal_type(order.customer)  # orogxo.oro.resources.OroCustomer | None
reveal_type(order.line_items)  # tuple[orogxo.oro.resources.OroOrderLine, ...]
reveal_type(order.line_items[0].quantity)  # decimal.Decimal | None
reveal_type(order.discounts)  # tuple[orogxo.oro.reference.OroOrderDiscount, ...]

page = oro.products.list()
reveal_type(page)  # orogxo.oro.collection.Page[orogxo.oro.resources.OroProduct]
reveal_type(page.items)  # typing.Sequence[orogxo.oro.resources.OroProduct]
reveal_type(page.total)  # int | None
reveal_type(page.next())  # orogxo.oro.collection.Page[orogxo.oro.resources.OroProduct] | None

reveal_type(oro.customers.iter())  # typing.Iterator[orogxo.oro.resources.OroCustomer]
for customer in oro.customers.iter():
    reveal_type(customer.tax_code)  # orogxo.oro.reference.OroCustomerTaxCode | None

reveal_type(oro.orders.with_raw.get("1"))  # orogxo.oro.endpoint.RawReply[orogxo.oro.resources.OroOrder]
reveal_type(oro.orders.with_raw.get("1").parse())  # orogxo.oro.resources.OroOrder
reveal_type(oro.resource("extendrmas"))  # orogxo.oro.collection.Collection[orogxo.oro.jsonapi.Resource]
reveal_type(oro.resource("customers", OroCustomer).get("1"))  # orogxo.oro.resources.OroCustomer

reveal_type(oro.orders.create())  # orogxo.oro.resources.OroOrder
reveal_type(oro.orders.update("1"))  # orogxo.oro.resources.OroOrder
reveal_type(oro.orders.upsert(by="identifier"))  # orogxo.oro.resources.OroOrder
reveal_type(oro.orders.set_shipping_status("1", "shipped"))  # orogxo.oro.orders.Changed

result = oro.inventory_levels.update_many([{"id": "7", "quantity": "120"}])
reveal_type(result)  # orogxo.oro.batch_result.BatchResult
reveal_type(result.errors)  # tuple[orogxo.oro.batch_result.BatchError, ...]
reveal_type(result.errors[0].item)  # typing.Mapping[str, Any] | None
reveal_type(result.written)  # int

reveal_type(oro.capabilities())  # orogxo.oro.capabilities.Capabilities
reveal_type(oro.webhooks.get("1").topic)  # orogxo.oro.webhook_resources.OroWebhookTopic | None

try:
    oro.orders.get("1")
except StatusError as error:
    reveal_type(error.status)  # int
    reveal_type(error.problems)  # tuple[str, ...]
except ApiError as error:
    reveal_type(error.disposition)  # orogxo.errors.Disposition
