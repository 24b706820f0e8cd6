"""What a type checker sees of the asynchronous client; each comment is the revealed type."""

from typing import reveal_type

from orogxo.oro import AsyncOroClient


async def talk(oro: AsyncOroClient) -> None:
    """Every call is awaited; what comes back is what the synchronous client gives."""
    order = await oro.orders.get("1")
    reveal_type(order)  # orogxo.oro.resources.OroOrder

    page = await oro.products.list()
    reveal_type(page)  # orogxo.oro.async_collection.AsyncPage[orogxo.oro.resources.OroProduct]
    following = await page.next()
    assert following
    reveal_type(following.items)  # typing.Sequence[orogxo.oro.resources.OroProduct]

    async for customer in oro.customers.iter():
        reveal_type(customer)  # orogxo.oro.resources.OroCustomer

    raw = await oro.orders.with_raw.list()
    reveal_type(raw)  # orogxo.oro.endpoint.RawReply[tuple[orogxo.oro.resources.OroOrder, ...]]
    reveal_type(await oro.resource("extendrmas").get("1"))  # orogxo.oro.jsonapi.Resource

    result = await oro.inventory_levels.update_many([])
    reveal_type(result)  # orogxo.oro.batch_result.BatchResult
    reveal_type(await oro.orders.update("1"))  # orogxo.oro.resources.OroOrder
    reveal_type(await oro.orders.set_status("1", None))  # orogxo.oro.orders.Changed
    reveal_type(await oro.capabilities())  # orogxo.oro.capabilities.Capabilities
