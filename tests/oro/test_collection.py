"""The verbs: what they send, what they give back, and what they never let a caller do."""

import json
from decimal import Decimal

import pytest

from orogxo.errors import ConfigError, DecodeError, NotFound, ReplyLost, ServerError
from orogxo.http import Reply, RetryPolicy
from orogxo.oro import OroOrder, Resource, Text
from support.shop import OLD, SHOP, VERSIONS, Shop, asked, client, entry, path, recorded, replay, reply

ONE = reply({"data": entry("orders", "7", poNumber="P")})


def test_what_every_read_sends():
    shop = Shop(ONE)
    client(shop).orders.get("7")
    (request,) = shop.sent
    assert request.method == "GET"
    assert request.url.startswith(f"{SHOP}/admin/api/orders/7?fields%5Borders%5D=identifier,poNumber,")
    assert dict(request.headers) == {
        "Accept": "application/vnd.api+json",
        "X-Include": "noHateoas",
        "Authorization": "Bearer token-1",
    }
    assert request.body is None


def test_a_list_asks_for_the_total_with_a_semicolon():
    """Recording orders_list_x_include_comma: a comma is ignored."""
    shop = Shop(reply({"data": []}), reply({"data": []}))
    oro = client(shop)
    oro.orders.list()
    assert shop.sent[0].headers["X-Include"] == "totalCount;noHateoas"
    oro.orders.list(total=False)
    assert shop.sent[1].headers["X-Include"] == "noHateoas"


def test_own_headers_are_added_and_may_replace_ours():
    shop = Shop(ONE)
    client(shop).orders.get("7", headers={"X-Trace": "abc", "x-include": "totalCount"})
    sent = dict(shop.sent[0].headers)
    assert (sent["X-Trace"], sent["x-include"]) == ("abc", "totalCount")
    assert "X-Include" not in sent


@pytest.mark.parametrize("name", ["Authorization", "authorization", "Cookie", "Host", "Content-Length"])
def test_credentials_cannot_be_given_per_call(name):
    shop = Shop()
    oro = client(shop)
    for call in (
        lambda headers: oro.orders.get("7", headers=headers),
        lambda headers: oro.orders.list(headers=headers),
        lambda headers: list(oro.orders.iter(headers=headers)),
        lambda headers: oro.orders.create(headers=headers),
        lambda headers: oro.orders.with_raw.get("7", headers=headers),
    ):
        with pytest.raises(ValueError, match="the client itself sets"):
            call({name: "x"})
    assert not shop.sent


@pytest.mark.parametrize(
    ("record_id", "sent"), [("a/b?c#d", "a%2Fb%3Fc%23d"), ("ü 1", "%C3%BC%201"), (7, "7")]
)
def test_ids_are_one_segment_of_the_path(record_id, sent):
    shop = Shop(reply({"data": entry("orders", str(record_id))}))
    client(shop).orders.get(record_id)
    assert path(shop.sent[0]) == f"/admin/api/orders/{sent}"


@pytest.mark.parametrize("record_id", ["", ".", ".."])
def test_an_id_that_would_leave_its_place_is_refused(record_id):
    with pytest.raises(ValueError, match="no id"):
        client(Shop()).orders.get(record_id)


def test_another_record_than_asked_for_is_refused():
    with pytest.raises(DecodeError, match="asked for orders 8, got 7"):
        client(Shop(ONE)).orders.get("8")


@pytest.mark.parametrize("version", VERSIONS)
def test_pages_follow_each_other(version):
    """Recordings orders_list_page1, orders_list_page2: five each of 32 (33, 35)."""
    shop = replay(version, "orders_list_page1", "orders_list_page2")
    page = client(shop).orders.list(page_size=5, sort="id")
    following = page.next()
    assert page.total == following.total > 10
    assert [len(page.items), len(following.items)] == [5, 5]
    assert {order.id for order in page.items}.isdisjoint(order.id for order in following.items)
    assert [asked(request)["page[number]"] for request in shop.sent] == ["1", "2"]


@pytest.mark.parametrize(
    ("count", "total", "more"),
    [(2, None, True), (1, None, False), (2, "2", False), (2, "3", True), (2, "x", True)],
)
def test_the_last_page_has_no_next(count, total, more):
    headers = {} if total is None else {"X-Include-Total-Count": total}
    answer = reply({"data": [entry("orders", str(at)) for at in range(count)]}, **headers)
    page = client(Shop(answer, reply({"data": []}))).orders.list(page_size=2)
    assert page.total == (int(total) if total in ("2", "3") else None)
    assert (page.next() is not None) is more


def test_everything_in_one_page_has_no_next():
    page = client(Shop(reply({"data": [entry("orders", "1")]}))).orders.list(page_size=-1)
    assert page.next() is None


def test_raw_replies():
    shop = Shop(recorded("oro-6.1.8", "order_get_full"), recorded("oro-6.1.8", "orders_list_page2"))
    raw = client(shop).orders.with_raw.get("1", include="customer")
    assert (raw.status, raw.headers["Content-Type"]) == (200, "application/vnd.api+json")
    assert json.loads(raw.body)["data"]["id"] == "1"
    assert raw.parse().customer.name == "Northwind Retail GmbH"
    listed = client(shop).orders.with_raw.list(page_size=5)
    assert [type(order) for order in listed.parse()] == [OroOrder] * 5


def test_a_raw_reply_never_passes_a_cut_relation_as_whole():
    raw = client(replay("oro-5.1.8", "order_get_big130_noHateoas")).orders.with_raw.get("33")
    with pytest.raises(DecodeError) as caught:
        raw.parse()
    assert (caught.value.code, caught.value.paths) == ("CUT", ("orders/33/lineItems",))


def test_errors_come_from_raw_calls_too():
    with pytest.raises(NotFound):
        client(replay("oro-6.1.8", "order_get_404")).orders.with_raw.get("999999")


def test_one_where_many_are_expected_and_the_reverse():
    with pytest.raises(DecodeError, match="expected a list"):
        client(Shop(ONE)).orders.list()
    with pytest.raises(DecodeError, match="expected one"):
        client(Shop(reply({"data": []}))).orders.get("7")
    with pytest.raises(DecodeError, match="expected one"):
        client(Shop(reply({"data": None}))).orders.get("7")


def test_any_resource_of_the_installation():
    rma = reply({"data": entry("extendrmas", "3", {"order": ("orders", "7")}, state="approved")})
    shop = Shop(rma)
    found = client(shop).resource("extendrmas").get("3")
    assert type(found) is Resource
    assert shop.sent[0].url == f"{SHOP}/admin/api/extendrmas/3"


def test_a_known_resource_by_name_is_typed_and_so_is_an_own_class():
    class OwnOrder(OroOrder):
        erp_code = Text("erp_code")

    answer = reply({"data": entry("orders", "7", erp_code="E", totalValue="1.5000")})
    oro = client(Shop(answer, answer))
    assert oro.resource("orders").get("7").total_value == Decimal("1.5")
    assert oro.resource("orders", OwnOrder).get("7").erp_code == "E"
    with pytest.raises(ValueError, match="names no resource type"):
        oro.resource("", Resource)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tracking_is_created_as_recorded(version):
    """Recording tracking_post: to-one `order` in 5.1, to-many `orders` since 6.1."""
    told = json.loads((recorded(version, "tracking_post")).body)["data"]
    shop = replay(version, "tracking_post")
    oro = client(shop, capabilities=OLD) if version == "oro-5.1.8" else client(shop)
    found = oro.order_shipping_trackings.add("1", method="UPS", number="1Z999AA10123456784")
    (request,) = shop.sent
    assert (request.method, path(request)) == ("POST", "/admin/api/ordershippingtrackings")
    assert request.headers["Content-Type"] == "application/vnd.api+json"
    assert json.loads(request.body) == recorded_request(version, "tracking_post")
    assert (found.id, found.method, found.number) == (told["id"], "UPS", "1Z999AA10123456784")


def recorded_request(version, name):
    from support.exchanges import RECORDINGS

    return json.loads((RECORDINGS / version / f"{name}.json").read_text())["request"]["body"]


@pytest.mark.parametrize("version", VERSIONS)
def test_trackings_of_an_order(version):
    """Recording order_get_shippingTrackings, the sub-resource that every version has."""
    recorded_ids = [
        one["id"] for one in json.loads(recorded(version, "order_get_shippingTrackings").body)["data"]
    ]
    shop = replay(version, "order_get_shippingTrackings")
    found = client(shop).order_shipping_trackings.of_order("1")
    assert [one.id for one in found] == recorded_ids
    assert path(shop.sent[0]) == "/admin/api/orders/1/shippingTrackings"
    assert asked(shop.sent[0])["page[size]"] == "-1"


def test_a_write_is_sent_once_whatever_happens():
    for failure in (ReplyLost("no reply"), Reply(500, {"Content-Type": "application/vnd.api+json"}, b"")):
        shop = Shop(failure)
        oro = client(shop, retry=RetryPolicy(attempts=4))
        with pytest.raises((ReplyLost, ServerError)):
            oro.order_shipping_trackings.add("1", method="UPS", number="1Z")
        assert len(shop.sent) == 1


def test_a_read_is_asked_again():
    shop = Shop(ReplyLost("no reply"), ONE)
    assert client(shop, retry=RetryPolicy(attempts=2)).orders.get("7").po_number == "P"


def test_links_and_flags_of_a_new_record():
    shop = Shop(reply({"data": entry("orders", "7")}, 201))
    client(shop).orders.create(
        attributes={"poNumber": "P"},
        relationships={
            "customer": ("customers", "2"),
            "parent": None,
            "lineItems": [OroOrder("orderlineitems", "l1"), ("orderlineitems", "l2")],
        },
        meta={"validate": True},
    )
    assert json.loads(shop.sent[0].body)["data"] == {
        "type": "orders",
        "attributes": {"poNumber": "P"},
        "relationships": {
            "customer": {"data": {"type": "customers", "id": "2"}},
            "parent": {"data": None},
            "lineItems": {
                "data": [{"type": "orderlineitems", "id": "l1"}, {"type": "orderlineitems", "id": "l2"}]
            },
        },
        "meta": {"validate": True},
    }


def test_an_upsert_that_comes_back_as_a_redirect_is_read_and_not_followed():
    """Recording 5.1.8/order_upsert_identifier_update: 302 with a body and a Location."""
    answer = recorded("oro-5.1.8", "order_upsert_identifier_update")
    assert answer.status == 302
    shop = Shop(answer)
    found = client(shop).orders.create(attributes={"identifier": "ORD-0001"}, meta={"upsert": ["identifier"]})
    assert found.identifier == json.loads(answer.body)["data"]["attributes"]["identifier"]
    assert len(shop.sent) == 1


def test_content_type_is_ours():
    with pytest.raises(ValueError, match="Content-Type"):
        client(Shop()).orders.create(headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "url",
    ["shop.example.com", "ftp://x", "https://", "https://u:geheim@x.com", "https://x/?a=b", "https://[x"],
)
def test_a_base_url_must_be_plain(url):
    from orogxo.oro import OroClient

    with pytest.raises(ConfigError) as caught:
        OroClient(url, "id", "secret", sender=Shop())
    assert "geheim" not in str(caught.value)
