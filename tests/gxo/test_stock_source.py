"""The gateway as the stock flow's source: figures, movements with the SKU of what is bad, news of orders."""

from __future__ import annotations

import datetime as dt

from orogxo.gxo import GxoClient
from orogxo.gxo.stock_source import GxoStockSource
from orogxo.model import OrderNews
from orogxo.ports.stock import NewsPage, StockSource
from orogxo.sandbox import Twin
from support.exchanges import Answer
from support.gateway import reply, shipment, shipments_page, site, stock_page, stock_row
from support.gateway_goods import event, feed, movement
from support.twins import Talk, faithful


def source(*answers: Answer) -> StockSource:
    return GxoStockSource(site(*answers)[0])


def news(*events: object) -> NewsPage:
    return source(reply(200, feed(*events))).news("c")


def changed(state: object, ref: str = "orders/1042", **more: object) -> dict[str, object]:
    told = event(id=f"E-{state}", type="order.changed", resource=ref, data={"state": state})
    return {**told, "occurred_at": "2026-11-03T08:00:00+01:00", **more}


def test_a_snapshot_is_that_of_the_client() -> None:
    assert [page.id for page in source(reply(200, stock_page(stock_row()))).snapshot()] == ["SNAP-1"]
    assert [*source(reply(200, stock_page(stock_row()))).snapshot(known="SNAP-1")] == []


def test_a_movement_that_cannot_be_read_names_its_sku() -> None:
    good = movement()
    page = source(
        reply(
            200,
            feed(
                good,
                {**movement(movement_id="M-2"), "qty": "x"},
                {**movement(movement_id="M-3"), "sku": ""},
                {**movement(movement_id="M-4"), "from_status": "hold", "to_status": "hold"},
                "gone",
            ),
        )
    ).movements("c")
    assert [move.id for move in page.movements] == [good["movement_id"]]
    assert [bad.sku for bad in page.bad] == [good["sku"], "", good["sku"], ""]
    assert page.bad[0].problem.startswith("movement M-2 cannot be read: ")
    assert page.bad[2].problem.endswith("is no movement")
    assert (page.cursor, page.more) == ("c-1", False)


def test_news_are_the_states_of_orders_at_the_site_s_own_time() -> None:
    told = news(
        changed("accepted"),
        changed("allocated", "orders/A-1.b_2"),
        changed("mezzanine", seq=None),
        event(id="E-7", type="shipment.changed", resource="shipments/S-1"),
        event(id="E-8", type="weather.changed", resource="orders/1042"),
    )
    seven = dt.datetime(2026, 11, 3, 7, tzinfo=dt.UTC)
    assert told.news == [
        OrderNews("E-accepted", "1042", "accepted", seven, 1),
        OrderNews("E-allocated", "A-1.b_2", "allocated", seven, 1),
        OrderNews("E-mezzanine", "1042", "mezzanine", seven),
    ]
    assert (told.cursor, told.more, told.unreadable) == ("c-1", False, [])


def test_an_order_event_without_a_state_only_says_that_it_changed() -> None:
    told = news(changed("x", data={}), changed("y", data=None))
    assert (told.news, told.unreadable) == ([], [])


def test_news_that_cannot_be_read_are_told() -> None:
    told = news(
        changed("accepted", "orders/10 42"),
        changed("accepted", "parcels/1042"),
        changed(17),
        changed(" "),
        {"id": "E-9"},
    )
    assert told.news == []
    assert [sentence.rpartition(" @ ")[2] for sentence in told.unreadable[1:]] == [
        "$.resource", "$.resource", "$.data.state", "$.data.state",
    ]  # fmt: skip
    assert all(sentence.startswith("event E-") for sentence in told.unreadable)


def test_a_shipment_says_when_its_version_was_booked() -> None:
    client, _ = site(
        reply(200, shipments_page(shipment(updated_at="2026-11-03T17:06:00+01:00"))),
        reply(200, shipments_page(shipment())),
    )
    (told,), (silent,) = client.shipments().shipments, client.shipments().shipments
    assert told.recorded_at == dt.datetime(2026, 11, 3, 16, 6, tzinfo=dt.UTC)
    assert (silent.recorded_at, silent.earliest) == (None, None)
    assert told == silent, "the same version told again is the same dispatch"


def test_at_the_twin_news_shipments_and_movements_share_one_clock() -> None:
    twin = Twin(gxo_figure="less_allocated")
    settings = {"depositor": "DEPOSITOR", "site": "SITE-1", "sender": twin.gxo, "clock": twin.clock}
    client = GxoClient("http://gxo.test", "id", "secret", **settings)
    books = GxoStockSource(client)
    order_id = twin.place_order(lines=[("WIDGET-001", 1, "case")])
    assert Talk(twin).put_order(faithful(twin, order_id)).status == 201
    times = {"accepted": twin.clock.now()}
    for state, step in (("allocated", twin.allocate), ("picking", twin.pick), ("shipped", twin.ship)):
        twin.clock.advance(dt.timedelta(minutes=7))
        times[state] = twin.clock.now()
        step(order_id)
    twin.clock.advance(dt.timedelta(hours=5))
    page = books.news("")
    assert {one.state: one.at for one in page.news if one.ref == order_id} == times
    assert {one.ref for one in page.news} == {order_id}
    (shipped,) = client.shipments().shipments
    assert (shipped.recorded_at, shipped.shipped_at) == (times["shipped"], times["shipped"])
    moves = books.movements("").movements
    assert [(move.reference, move.from_status, move.to_status, move.occurred_at) for move in moves] == [
        (order_id, "available", "allocated", times["allocated"]),
        (shipped.id.partition("/")[0], "allocated", "", times["shipped"]),
    ]
