"""A query too long for a URL travels in a body, says the same, and stays a read for the retry rules."""

import json

import pytest

from orogxo.errors import Disposition, ReplyLost
from orogxo.http import RetryPolicy
from orogxo.oro import query
from orogxo.oro.api import LONGEST_URL
from orogxo.sandbox import Twin
from support.shop import Shop, asked, client, path, reply

EMPTY = reply({"data": []})
MANY = [f"PO {at:05} / ü" for at in range(400)]


def long_list(shop, **options):
    return client(shop).orders.list(filter={"identifier": MANY}, **options)


def test_it_is_a_post_that_says_it_is_a_get():
    """Contract, section 1.4."""
    shop = Shop(EMPTY)
    long_list(shop, include=["lineItems"], fields={"orders": "identifier"}, sort=["-createdAt", "id"])
    (request,) = shop.sent
    assert (request.method, path(request)) == ("POST", "/admin/api/orders")
    assert request.header("X-HTTP-Method-Override") == "GET"
    assert request.header("Content-Type") == "application/vnd.api+json"
    assert request.header("X-Include") == "totalCount;noHateoas"
    assert len(request.url) < 200
    body = json.loads(request.body)
    assert body["filter"]["identifier"] == ",".join(MANY)
    assert body["page"] == {"number": "1", "size": "50"}
    assert (body["sort"], body["include"]) == ("-createdAt,id", "lineItems")
    assert body["fields"]["orders"] == "identifier,lineItems"


def test_every_value_in_the_body_is_a_text():
    """A number there is refused by the server's own parser."""
    shop = Shop(EMPTY)
    client(shop).orders.list(filter={"identifier": MANY, "id[gt]": 7, "external": True})
    body = json.loads(shop.sent[0].body)
    assert body["filter"]["id"] == {"gt": "7"}
    assert body["filter"]["external"] == "true"


def test_a_second_operator_on_a_field_stays_in_the_url():
    """Older versions read one operator a field from a body."""
    shop = Shop(EMPTY)
    client(shop).orders.list(filter={"identifier": MANY, "id[gte]": 7, "id[lte]": 9})
    assert json.loads(shop.sent[0].body)["filter"]["id"] == {"gte": "7"}
    assert asked(shop.sent[0]) == {"filter[id][lte]": "9"}


def test_short_ones_stay_in_the_url_and_no_url_reaches_four_kilobytes():
    methods = {}
    for count in range(1, 400, 7):
        shop = Shop(EMPTY)
        client(shop).orders.list(filter={"identifier": MANY[:count]})
        (request,) = shop.sent
        methods.setdefault(request.method, []).append(count)
        assert len(request.url) <= LONGEST_URL < 4_096
    assert max(methods["GET"]) < min(methods["POST"])


def test_a_lost_reply_is_asked_for_again_like_any_read():
    shop = Shop(ReplyLost("gone"), EMPTY)
    oro = client(shop, retry=RetryPolicy(attempts=2, jitter=0))
    assert not oro.orders.list(filter={"identifier": MANY}).items
    shop = Shop(ReplyLost("gone"))
    with pytest.raises(ReplyLost) as caught:
        long_list(shop)
    assert caught.value.disposition is Disposition.RETRY, "there is nothing to look up after a read"


def test_the_next_page_is_asked_for_in_the_same_way():
    shop = Shop(reply({"data": [{"type": "orders", "id": "1"}]}), EMPTY)
    page = long_list(shop, page_size=1)
    page.next()
    assert json.loads(shop.sent[1].body)["page"] == {"number": "2", "size": "1"}


@pytest.mark.parametrize("version", ["5.1", "6.1", "7.0"])
def test_the_twin_answers_both_forms_alike(version):
    twin = Twin(seed=7, oro_version=version)
    ids = [twin.place_order(lines=[("WIDGET-001", at + 1, "case")]) for at in range(30)]
    orders = client(twin.oro, clock=twin.clock).orders
    wanted = {"id": [*ids[::2], *(str(at) for at in range(100_000, 101_000))]}
    long = orders.list(filter={**wanted, "id[gt]": ids[4]}, sort="-id", page_size=5)
    short = orders.list(filter={"id": ids[::2], "id[gt]": ids[4]}, sort="-id", page_size=5)
    assert [one.id for one in long.items] == [one.id for one in short.items]
    assert long.total == short.total
    assert [one.id for one in long.next().items] == [one.id for one in short.next().items]


@pytest.mark.parametrize(
    ("asked_for", "encoded"),
    [
        ({"id[neq]": 5}, "filter%5Bid%5D%5Bneq%5D=5"),
        ({"createdAt": "2026-01-01..2026-01-31"}, "filter%5BcreatedAt%5D=2026-01-01..2026-01-31"),
        ({"poNumber[exists]": False}, "filter%5BpoNumber%5D%5Bexists%5D=false"),
        ({"product.sku": ["A", "B"]}, "filter%5Bproduct.sku%5D=A,B"),
        ({"customer.name[starts_with]": "N&M"}, "filter%5Bcustomer.name%5D%5Bstarts_with%5D=N%26M"),
        ({"internalStatus[neq_or_null]": "closed"}, "filter%5BinternalStatus%5D%5Bneq_or_null%5D=closed"),
    ],
)
def test_operators_ranges_lists_and_paths(asked_for, encoded):
    """Contract, section 2.4."""
    assert query("orders", filter=asked_for).encode().startswith(encoded)
