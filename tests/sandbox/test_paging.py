"""Paging, links, counts and the silent truncation of to-many relations, version by version."""

from __future__ import annotations

import json

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk, recorded

ALL = ("5.1", "6.1", "7.0")
HOST = "https://shop.example.com"


def shop(version, orders=3):
    twin = Twin(oro_version=version)
    for _ in range(orders):
        twin.place_order(
            lines=[("WIDGET-001", 1, "item"), ("WIDGET-002", 1, "item"), ("WIDGET-001", 1, "case")]
        )
    return Talk(twin)


def big_order(version, lines):
    twin = Twin(oro_version=version)
    twin.place_order(lines=[("WIDGET-001", number, "item") for number in range(1, lines + 1)])
    return Talk(twin)


@pytest.mark.parametrize("version", ALL)
def test_the_links_of_a_middle_page_are_as_recorded(version):
    exchange = recorded(version, "orders_list_page2")
    document = shop(version, orders=32).read(exchange["request"]["path"].removeprefix("/admin/api"))
    theirs = exchange["response"]["body"]["links"]
    host = theirs["self"].partition("/admin")[0]
    assert document["links"] == {name: link.replace(host, HOST) for name, link in theirs.items()}
    assert [order["id"] for order in document["data"]] == ["6", "7", "8", "9", "10"]


@pytest.mark.parametrize("version", ALL)
def test_the_default_page_is_ten_and_minus_one_is_everything(version):
    talk = shop(version, orders=12)
    assert len(talk.read("/orders")["data"]) == 10
    assert len(talk.read("/orders?page[size]=-1")["data"]) == 12
    beyond = talk.read("/orders?page[number]=9")
    assert beyond["data"] == []
    assert "next" not in beyond["links"]


@pytest.mark.parametrize("version", ALL)
def test_page_size_zero_gives_nothing_and_a_next_link(version):
    exchange = recorded(version, "orders_list_page_size_zero")
    document = shop(version).read("/orders?page[size]=0")
    assert document["data"] == exchange["response"]["body"]["data"]
    assert document["links"].keys() == exchange["response"]["body"]["links"].keys()


@pytest.mark.parametrize("version", ALL)
def test_x_include_keys_are_separated_by_semicolons(version):
    """Recordings: orders_list_noHateoas, orders_list_x_include_comma."""
    talk = shop(version)
    reply = talk.oro("GET", "/orders?page[size]=1", X_Include="totalCount;noHateoas")
    assert reply.header("X-Include-Total-Count") == "3"
    document = json.loads(reply.body)
    assert b"links" not in reply.body
    assert list(document) == ["data"]
    comma = talk.oro("GET", "/orders?page[size]=1", X_Include="totalCount,noHateoas")
    assert comma.header("X-Include-Total-Count") is None
    assert b"links" in comma.body


@pytest.mark.parametrize("version", ALL)
def test_sub_resources_page_by_ten_and_relationships_have_no_next_link(version):
    talk = big_order(version, 12)
    assert len(talk.read("/orders/1/lineItems")["data"]) == 10
    assert "next" in talk.read("/orders/1/lineItems")["links"]
    theirs = recorded(version, "order_get_relationships_lineItems_paged")["response"]["body"]
    ours = talk.read("/orders/1/relationships/lineItems?page[size]=2")
    assert ours["links"].keys() == theirs["links"].keys()
    assert [sorted(member) for member in ours["data"]] == [sorted(member) for member in theirs["data"]]


@pytest.mark.parametrize("version", ALL)
def test_a_single_sub_resource_and_a_missing_one(version):
    talk = shop(version)
    assert talk.read("/orders/1/customer")["data"]["attributes"]["name"] == "Northwind Retail GmbH"
    assert talk.read("/orders/1/parent")["data"] is None
    assert talk.read("/orders/1/relationships/customer")["data"]["id"] == "2"
    bare = talk.read("/orders/1/relationships/customer", X_Include="noHateoas")
    assert bare == {"data": {"type": "customers", "id": "2"}}
    assert talk.oro("GET", "/orders/1/nonsense").status == 404
    assert talk.oro("GET", "/orders/99/lineItems").status == 404


@pytest.mark.parametrize("version", ["6.1", "7.0"])
def test_counts_on_sub_resources_work_from_6_1_on(version):
    reply = big_order(version, 12).oro("GET", "/orders/1/lineItems", X_Include="totalCount")
    assert reply.header("X-Include-Total-Count") == "12"


def test_5_1_cuts_130_lines_to_100_and_only_a_link_tells():
    """Recording: oro-5.1.8/order_get_big130."""
    theirs = recorded("5.1", "order_get_big130")["response"]["body"]
    talk = big_order("5.1", 130)
    document = talk.read("/orders/1?include=lineItems")
    lines = document["data"]["relationships"]["lineItems"]
    assert len(lines["data"]) == len(theirs["data"]["relationships"]["lineItems"]["data"]) == 100
    assert len(document["included"]) == len(theirs["included"]) == 100
    assert lines["links"]["next"] == f"{HOST}/admin/api/orders/1/relationships/lineItems?page%5Bnumber%5D=2"
    quiet = talk.oro("GET", "/orders/1?include=lineItems", X_Include="noHateoas")
    assert b"next" not in quiet.body
    assert len(talk.read("/orderlineitems?filter[order]=1&page[size]=-1")["data"]) == 130


@pytest.mark.parametrize("version", ["6.1", "7.0"])
def test_later_versions_show_all_lines(version):
    """Recording: order_get_big130."""
    theirs = recorded(version, "order_get_big130")["response"]["body"]
    document = big_order(version, 130).read("/orders/1?include=lineItems")
    assert len(document["included"]) == len(theirs["included"]) == 130


def test_later_versions_cut_other_relations_at_a_thousand():
    """Contract: orocommerce-observed, 6.1.8, Limits."""
    talk = big_order("6.1", 1001)
    for number in range(1001):
        talk.twin.add_tracking("1", "UPS", str(number))
    relations = talk.read("/orders/1")["data"]["relationships"]
    assert len(relations["lineItems"]["data"]) == 1001
    assert len(relations["shippingTrackings"]["data"]) == 1000
    assert "next" in relations["shippingTrackings"]["links"]
