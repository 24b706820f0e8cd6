"""The storefront: what the orchestrator sees, and that one bad order never hides the others."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from orogxo.errors import DecodeError, NotFound, PermissionDenied, ServerError
from orogxo.http import Reply
from orogxo.model import Order, Product, ProductUnit, Tracking, UnreadableOrder
from orogxo.oro import OroStorefront
from orogxo.ports import Storefront, StorefrontFacts
from support.shop import MODERN, OLD, VERSIONS, Shop, asked, client, entry, path, recorded, replay, reply

BROKEN = Reply(
    500, {"Content-Type": "application/vnd.api+json"}, b'{"errors":[{"title":"driver exception"}]}'
)


def whole(order_id, links=None, **changes):
    attributes = dict.fromkeys(
        [
            "poNumber",
            "customerNotes",
            "shipUntil",
            "totalValue",
            "shippingMethod",
            "shippingMethodType",
            "createdAt",
        ]
    )
    attributes |= {"identifier": f"ORD-{order_id}", "currency": "USD", "updatedAt": "2026-11-23T09:00:00Z"}
    relations = {"customer": None, "shippingAddress": None, "parent": None, "subOrders": [], "lineItems": []}
    return entry("orders", str(order_id), relations | (links or {}), **attributes | changes)


def storefront(shop, capabilities=MODERN, **options):
    return OroStorefront(client(shop, capabilities=capabilities), **options)


def page(*entries):
    return reply({"data": list(entries)})


def ids(found):
    return [(type(one), one.id) for one in found]


def test_it_is_a_storefront():
    port: Storefront = storefront(Shop())
    assert port.facts() == StorefrontFacts(order_status=True, updated_at_filter=True)
    assert storefront(Shop(), OLD).facts() == StorefrontFacts(order_status=False, updated_at_filter=False)


def test_orders_after_an_id():
    shop = Shop(page(whole(8), whole(9)), page(whole(12)))
    assert ids(storefront(shop, page_size=2).orders_after("7")) == [(Order, "8"), (Order, "9"), (Order, "12")]
    first, second = map(asked, shop.sent)
    assert (first["filter[id][gt]"], second["filter[id][gt]"]) == ("7", "9")
    assert (first["sort"], first["page[size]"]) == ("id", "2")
    assert first["include"] == (
        "lineItems,lineItems.product,lineItems.kitItemLineItems,customer,customer.parent,shippingAddress"
    )


def test_statuses_are_asked_for_where_they_are_shown():
    for capabilities, shown in ((MODERN, True), (OLD, False)):
        shop = Shop(page())
        list(storefront(shop, capabilities).orders_after("0"))
        names = asked(shop.sent[0])["fields[orders]"].split(",")
        assert ("internalStatus" in names, "shippingStatus" in names) == (shown, shown)
        assert "fields[orderinternalstatuses]" not in asked(shop.sent[0])


def test_orders_changed_since_an_instant():
    shop = Shop(page(whole(8)))
    since = dt.datetime(2026, 11, 23, 9, 0, 0, 500_000, tzinfo=dt.UTC)
    assert ids(storefront(shop).orders_changed_since(since)) == [(Order, "8")]
    assert asked(shop.sent[0])["filter[updatedAt][gte]"] == "2026-11-23T09:00:00Z"
    assert asked(shop.sent[0])["sort"] == "updatedAt,id"


def test_orders_by_id_in_requests_of_fifty():
    wanted = [str(at) for at in range(1, 121)]
    shop = Shop(
        *(page(*(whole(at) for at in range(start, end))) for start, end in ((1, 51), (51, 101), (101, 120)))
    )
    found = storefront(shop, page_size=10).orders([*wanted, "3"])
    assert {asked(request)["page[size]"] for request in shop.sent} == {"-1"}
    assert [len(asked(request)["filter[id]"].split(",")) for request in shop.sent] == [50, 50, 20]
    assert list(found) == wanted[:-1], "the 120th no longer exists"
    assert storefront(Shop()).orders([]) == {}


def test_an_unreadable_order_does_not_hide_the_others():
    shop = Shop(page(whole(1), whole(2, totalValue=5), whole(3)))
    found = list(storefront(shop).orders_after("0"))
    assert ids(found) == [(Order, "1"), (UnreadableOrder, "2"), (Order, "3")]
    assert found[1].identifier == "ORD-2"
    assert found[1].problems[0].startswith("totalValue of orders 2 is 5")


SLIM = page(
    *(entry("orders", str(at), identifier=f"ORD-{at}", updatedAt="2026-11-23T09:00:00Z") for at in (1, 2, 3))
)
MALFORMED = reply({"data": [whole(1), whole(2) | {"relationships": {"lineItems": {"data": "x"}}}, whole(3)]})


@pytest.mark.parametrize(
    ("page_reply", "alone", "told"),
    [
        (
            MALFORMED,
            reply({"data": whole(2) | {"relationships": {"lineItems": {"data": "x"}}}}),
            "/data/relationships",
        ),
        (BROKEN, BROKEN, "OroCommerce answered 500"),
    ],
)
def test_a_page_that_fails_whole_is_read_one_by_one(page_reply, alone, told):
    shop = Shop(page_reply, SLIM, reply({"data": whole(1)}), alone, reply({"data": whole(3)}))
    front = storefront(shop)
    found = list(front.orders_after("0"))
    assert ids(found) == [(Order, "1"), (UnreadableOrder, "2"), (Order, "3")]
    assert (found[1].identifier, len(found[1].problems)) == ("ORD-2", 1)
    assert told in found[1].problems[0]
    slim = asked(shop.sent[1])
    assert (slim["fields[orders]"], "include" in slim) == ("identifier,updatedAt", False)
    assert asked(shop.sent[2])["include"] == asked(shop.sent[0])["include"]
    shop.done()


def test_the_walk_goes_on_behind_a_failed_page():
    shop = Shop(MALFORMED, SLIM, *(reply({"data": whole(at)}) for at in (1, 2, 3)), page(whole(4)))
    assert [one.id for one in storefront(shop, page_size=3).orders_after("0")] == ["1", "2", "3", "4"]
    assert asked(shop.sent[-1])["filter[id][gt]"] == "3"
    shop = Shop(
        MALFORMED,
        SLIM,
        reply({"data": whole(1)}),
        recorded("oro-6.1.8", "order_get_404"),
        reply({"data": whole(3)}),
    )
    assert list(storefront(shop).orders(["1", "2", "3"])) == ["1", "3"], "deleted in the meantime"


def test_a_shop_that_fails_is_no_pile_of_unreadable_orders():
    with pytest.raises(ServerError):
        list(storefront(Shop(BROKEN, BROKEN)).orders_after("0"))
    with pytest.raises(ServerError):
        storefront(Shop(BROKEN, SLIM, BROKEN, BROKEN, BROKEN)).orders(["1", "2", "3"])
    with pytest.raises(PermissionDenied):
        list(storefront(replay("oro-6.1.8", "limited_403_orders_list")).orders_after("0"))


def test_failures_count_only_in_a_row():
    five = page(*(entry("orders", str(at), identifier=None) for at in range(1, 6)))
    fine = [reply({"data": whole(at)}) for at in range(6)]
    shop = Shop(BROKEN, five, BROKEN, BROKEN, fine[3], BROKEN, BROKEN)
    found = storefront(shop).orders([str(at) for at in range(1, 6)])
    assert [type(found[str(at)]) for at in range(1, 6)] == [
        UnreadableOrder, UnreadableOrder, Order, UnreadableOrder, UnreadableOrder,
    ]  # fmt: skip
    assert found["1"].identifier == "1"


def units_of(product_id, sku, *rates, **changes):
    precisions = [
        entry("productunitprecisions", f"{product_id}{at}", {"unit": ("productunits", unit)}, precision=0,
              conversionRate=rate, sell=True)
        for at, (unit, rate) in enumerate(rates)
    ]  # fmt: skip
    links = {
        "primaryUnitPrecision": ("productunitprecisions", f"{product_id}0"),
        "unitPrecisions": [("productunitprecisions", one["id"]) for one in precisions],
    }
    attributes = {"sku": sku, "status": "enabled", "productType": "simple"} | changes
    return entry("products", product_id, links, **attributes), precisions


def products_reply(*products):
    return reply(
        {"data": [data for data, _ in products], "included": [one for _, some in products for one in some]}
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_products_by_sku(version):
    """Recording products_list_filter_sku."""
    shop = replay(version, "products_list_filter_sku")
    found = storefront(shop).products(["WIDGET-001", "WIDGET-001"])
    assert list(found) == ["WIDGET-001"]
    assert [unit.rate for unit in found["WIDGET-001"].units] == [Decimal(1), Decimal(12), Decimal(480)]
    wanted = asked(shop.sent[0])
    assert (wanted["filter[sku]"], wanted["page[size]"]) == ("WIDGET-001", "-1")
    assert wanted["include"] == "unitPrecisions"


def test_many_skus_go_in_urls_of_bounded_length():
    skus = [f"ÄRTIKEL-{at:04d}" for at in range(400)]
    calls = []

    def answer(request):
        calls.append(request)
        return products_reply(
            *(
                units_of(str(at), sku, ("item", 1))
                for at, sku in enumerate(asked(request)["filter[sku]"].split(","))
            )
        )

    shop = Shop(*[answer] * 20)
    assert sorted(storefront(shop).products(skus)) == sorted(skus)
    assert max(len(request.url) for request in calls) < 2000
    assert 4 <= len(calls) <= 8


def test_one_long_sku_is_asked_for_by_itself():
    long = "X" * 2000
    shop = Shop(products_reply(), products_reply(units_of("1", long, ("item", 1))))
    assert list(storefront(shop).products(["A", long])) == [long]


def test_a_sku_with_a_comma_cannot_be_looked_up_and_is_absent():
    """Recordings orders_filter_poNumber_comma_*: no way of writing it is understood."""
    shop = Shop(products_reply(units_of("1", "A", ("item", 1))))
    assert list(storefront(shop).products(["A", "B,C", ""])) == ["A"]
    assert asked(shop.sent[0])["filter[sku]"] == "A"
    assert storefront(Shop()).products(["B,C"]) == {}


def test_a_product_whose_units_cannot_be_read_has_none_and_hides_no_other():
    shop = Shop(
        products_reply(
            units_of("1", "A", ("item", "one")), units_of("2", "B", ("case", 12), productType="kit")
        )
    )
    assert storefront(shop).products(["A", "B"]) == {
        "A": Product("1", "A", ()),
        "B": Product("2", "B", (ProductUnit("case", Decimal(12)),), is_kit=True),
    }


def test_a_sku_of_two_products_has_no_units():
    """A SKU is unique per organisation only; which of the two is meant, nobody knows."""
    shop = Shop(products_reply(units_of("1", "A", ("item", 1)), units_of("2", "A", ("item", 6))))
    assert storefront(shop).products(["A"])["A"].units == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_trackings(version):
    """Recordings order_get_shippingTrackings, tracking_post."""
    told = json.loads(recorded(version, "order_get_shippingTrackings").body)["data"]
    shop = replay(version, "order_get_shippingTrackings", "tracking_post")
    front = storefront(shop, OLD if version == "oro-5.1.8" else MODERN)
    assert front.trackings("1") == [
        Tracking(one["attributes"]["method"], one["attributes"]["number"]) for one in told
    ]
    front.add_tracking("1", Tracking("UPS", "1Z999AA10123456784"))
    assert json.loads(shop.sent[1].body)["data"]["attributes"] == {
        "method": "UPS",
        "number": "1Z999AA10123456784",
    }
    assert path(shop.sent[1]) == "/admin/api/ordershippingtrackings"


def test_trackings_of_an_order_that_is_gone():
    with pytest.raises(NotFound):
        storefront(replay("oro-6.1.8", "order_get_404")).trackings("999999")


def test_an_order_deleted_while_it_is_completed_does_not_stop_the_others():
    cut = whole(1, {"lineItems": [("orderlineitems", str(at)) for at in range(100)]})
    gone = recorded("oro-6.1.8", "order_get_404")
    shop = Shop(page(cut, whole(2)), gone, SLIM, gone, reply({"data": whole(2)}), gone)
    assert ids(storefront(shop).orders_after("0")) == [(Order, "2")]
    shop.done()


def test_a_page_that_fails_in_both_ways_is_an_error():
    with pytest.raises(DecodeError):
        list(storefront(Shop(MALFORMED, reply({"data": "x"}))).orders_after("0"))
