"""Both colours of client: equal names, arguments and behaviour."""

import asyncio
import inspect

import pytest

from orogxo.errors import NotFound
from orogxo.http import RetryPolicy
from orogxo.oro import AsyncCollection, AsyncOroClient, Collection, OroClient
from orogxo.oro.async_collection import AsyncPage, AsyncRawCollection
from orogxo.oro.collection import Page, RawCollection
from orogxo.oro.orders import AsyncOrderCollection, OrderCollection
from orogxo.oro.relationships import AsyncRelationships, Relationships
from orogxo.oro.trackings import AsyncTrackingCollection, TrackingCollection
from support.shop import OLD, SHOP, VERSIONS, AsyncShop, async_client, client, entry, path, recorded, reply

PAIRS = [
    (OroClient, AsyncOroClient),
    (Collection, AsyncCollection),
    (RawCollection, AsyncRawCollection),
    (TrackingCollection, AsyncTrackingCollection),
    (Relationships, AsyncRelationships),
    (OrderCollection, AsyncOrderCollection),
]
RENAMED = {"close": "aclose"}


def public(cls):
    return {name for name in dir(cls) if not name.startswith("_")}


@pytest.mark.parametrize(("sync", "other"), PAIRS)
def test_names_and_arguments_are_the_same(sync, other):
    assert {RENAMED.get(name, name) for name in public(sync)} == public(other)
    for name in public(sync):
        ours, theirs = getattr(sync, name), getattr(other, RENAMED.get(name, name))
        if not callable(ours):
            continue
        mine, yours = inspect.signature(ours).parameters, inspect.signature(theirs).parameters
        assert [(one.name, one.kind, one.default) for one in mine.values()] == [
            (one.name, one.kind, one.default) for one in yours.values()
        ], name
        assert inspect.getdoc(ours) == inspect.getdoc(theirs), name


def test_constructors_and_collections_are_the_same():
    names = [list(inspect.signature(cls).parameters) for cls in (OroClient, AsyncOroClient)]
    assert names[0] == names[1]
    sync, other = client(AsyncShop()), async_client(AsyncShop())
    collections = {name for name, value in vars(sync).items() if isinstance(value, Collection)}
    assert collections == {name for name, value in vars(other).items() if isinstance(value, AsyncCollection)}
    assert {field.name for field in Page.__attrs_attrs__} == {
        field.name for field in AsyncPage.__attrs_attrs__
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_async_client_reads_and_writes(version):
    names = [
        "order_get_full",
        "orders_list_page1",
        "orders_list_page2",
        "tracking_post",
        "order_get_shippingTrackings",
    ]
    shop = AsyncShop(*(recorded(version, name) for name in names))

    async def talk():
        async with async_client(shop, capabilities=OLD) as oro:
            order = await oro.orders.get("1", include=["customer"])
            page = await oro.orders.list(page_size=5)
            following = await page.next()
            tracking = await oro.order_shipping_trackings.add("1", method="UPS", number="1Z")
            shown = await oro.order_shipping_trackings.of_order("1")
            return order, page, following, tracking, shown

    order, page, following, tracking, shown = asyncio.run(talk())
    assert order.customer.name == "Northwind Retail GmbH"
    assert [len(page.items), len(following.items)] == [5, 5]
    assert tracking.method == "UPS"
    assert shown
    assert len(shop.tokens) == 1
    shop.done()


def test_the_async_client_walks_and_completes():
    pages = [
        reply({"data": [entry("orders", "1"), entry("orders", "2")]}),
        reply({"data": [entry("orders", "3")]}),
    ]
    shop = AsyncShop(*pages, recorded("oro-6.1.8", "order_get_full"), reply({"data": [entry("orders", "9")]}))

    async def talk():
        oro = async_client(shop)
        walked = [order.id async for order in oro.orders.iter(page_size=2)]
        raw = await oro.orders.with_raw.get("1")
        last = await oro.resource("orders").list(page_size=50, total=False)
        return walked, raw.parse(), await last.next()

    walked, order, nothing = asyncio.run(talk())
    assert walked == ["1", "2", "3"]
    assert order.po_number == "PO-2026-0001"
    assert nothing is None


def test_the_async_client_creates_and_closes_its_own_connections():
    shop = AsyncShop(reply({"data": entry("orders", "7")}, 201))

    async def talk():
        created = await async_client(shop).orders.create(attributes={"poNumber": "P"})
        async with AsyncOroClient(SHOP, "id", "secret") as own:
            connections = own._own_sender._client
            await own.with_options(timeout=1.0).aclose()
            assert not connections.is_closed
        return created, connections

    created, connections = asyncio.run(talk())
    assert created.id == "7"
    assert connections.is_closed


def test_many_tasks_share_one_token_and_errors_come_out():
    async def talk():
        shop = AsyncShop(*(recorded("oro-6.1.8", "order_get_404") for _ in range(5)))
        oro = async_client(shop)
        calls = (oro.orders.with_raw.list() if at == 0 else oro.orders.get("999999") for at in range(5))
        return shop, await asyncio.gather(*calls, return_exceptions=True)

    shop, outcomes = asyncio.run(talk())
    assert [type(outcome) for outcome in outcomes] == [NotFound] * 5
    assert len(shop.tokens) == 1


def test_the_async_client_probes_and_makes_copies():
    shop = AsyncShop(*(reply({"data": []}) for _ in range(7)))

    async def talk():
        oro = async_client(shop, capabilities=None)
        twin = oro.with_options(timeout=5.0, retry=RetryPolicy(attempts=2))
        return await twin.capabilities(), await oro.capabilities(), repr(oro)

    first, second, shown = asyncio.run(talk())
    assert first == second
    assert first.trackings_many_orders
    assert {request.timeout for request in shop.sent} == {5.0}
    assert len(shop.tokens) == 1
    assert shown == f"AsyncOroClient('{SHOP}/admin/api')"
    assert [path(request) for request in shop.sent[:1]] == ["/admin/api/orders"]
