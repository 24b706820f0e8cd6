"""Bodies have the members that the recordings have: no more, no fewer, per version."""

from __future__ import annotations

import json

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk, recorded

ALL = ("5.1", "6.1", "7.0")


def shape(resource):
    """Everything about a resource object but its values."""
    relations = resource.get("relationships", {})
    return {
        "members": sorted(resource),
        "attributes": sorted(resource.get("attributes", {})),
        "relations": {
            name: (sorted(body), sorted(body.get("links", {})), isinstance(body["data"], list))
            for name, body in relations.items()
        },
    }


def shapes(document):
    data = document["data"] if isinstance(document["data"], list) else [document["data"]]
    return {resource["type"]: shape(resource) for resource in [*data, *document.get("included", [])]}


def talk_with_orders(version, count=1, **details):
    twin = Twin(oro_version=version)
    for _ in range(count):
        twin.place_order(**({"lines": [("WIDGET-001", 3, "case"), ("WIDGET-002", 10, "item")]} | details))
    return Talk(twin)


@pytest.mark.parametrize("version", ALL)
def test_an_order_with_everything_around_it(version):
    exchange = recorded(version, "order_get_full")
    document = talk_with_orders(version).read(exchange["request"]["path"].removeprefix("/admin/api"))
    ours, theirs = shapes(document), shapes(exchange["response"]["body"])
    assert ours.keys() == theirs.keys()
    for kind, expected in theirs.items():
        assert ours[kind] == expected, kind
    assert list(document) == list(exchange["response"]["body"])


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    "name",
    [
        "order_get_customer_subresource",
        "order_get_lineItems_subresource",
        "order_get_lineItems_subresource_page2",
        "order_get_relationships_lineItems",
        "orders_list_include_unknown",
        "orders_filter_nested_customer_name",
    ],
)
def test_other_ways_to_read_an_order(version, name):
    exchange = recorded(version, name)
    talk = talk_with_orders(version, count=2, lines=[("WIDGET-001", 3, "case")] * 3)
    path = exchange["request"]["path"].removeprefix("/admin/api").replace(" ", "%20")
    document = talk.read(path)
    theirs = exchange["response"]["body"]
    assert document["links"].keys() == theirs["links"].keys()
    assert document.keys() == theirs.keys()
    for kind, expected in shapes(theirs).items():
        assert shapes(document)[kind] == expected, kind


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("name", ["products_list_filter_sku", "productunitprecisions_list", "customers_list"])
def test_the_catalogue(version, name):
    exchange = recorded(version, name)
    document = talk_with_orders(version).read(exchange["request"]["path"].removeprefix("/admin/api"))
    ours, theirs = shapes(document), shapes(exchange["response"]["body"])
    for kind in ours.keys() & theirs.keys() - {"customergroups"}:
        assert ours[kind] == theirs[kind], kind
    assert document["data"][0]["id"] == exchange["response"]["body"]["data"][0]["id"]


@pytest.mark.parametrize("version", ALL)
def test_the_unit_rates_of_the_recordings(version):
    """Products 1 to 5 have the ids, units, rates and precisions of the recorded installation."""
    document = talk_with_orders(version).read("/productunitprecisions?page[size]=-1")
    theirs = recorded(version, "productunitprecisions_list")["response"]["body"]
    ours = {row["id"]: (row["attributes"], row["relationships"]["unit"]["data"]) for row in document["data"]}
    for row in theirs["data"]:
        assert ours[row["id"]] == (row["attributes"], row["relationships"]["unit"]["data"])


@pytest.mark.parametrize("version", ALL)
def test_a_free_form_line_has_a_name_and_no_product(version):
    exchange = recorded(version, "order_get_freeform")
    talk = talk_with_orders(version, lines=[], free_form=[("Custom engraved plate", 4, "item")])
    line = talk.read("/orders/1?include=lineItems")["included"][0]
    theirs = next(row for row in exchange["response"]["body"]["included"] if row["type"] == "orderlineitems")
    assert shape(line) == shape(theirs)
    for name in ("productSku", "productName", "freeFormProduct", "quantity", "productUnitCode"):
        assert line["attributes"][name] == theirs["attributes"][name]
    assert line["relationships"]["product"]["data"] is None


@pytest.mark.parametrize("version", ALL)
def test_a_kit_comes_with_its_components(version):
    exchange = recorded(version, "order_get_kit")
    talk = talk_with_orders(version, lines=[], kits=[("KIT-1", 2)])
    document = talk.read("/orders/1?include=lineItems,lineItems.kitItemLineItems,lineItems.product")
    theirs = exchange["response"]["body"]
    assert shapes(document)["orderproductkititemlineitems"] == shapes(theirs)["orderproductkititemlineitems"]
    for name in ("productSku", "quantity", "productUnitCode", "sortOrder"):
        assert parts(document, name) == parts(theirs, name)


def parts(document, name):
    rows = [row for row in document["included"] if row["type"] == "orderproductkititemlineitems"]
    return [row["attributes"][name] for row in rows]


@pytest.mark.parametrize("version", ALL)
def test_values_are_written_as_oro_writes_them(version):
    """Money has four decimals as text, quantities are exact numbers, instants end in Z."""
    reply = talk_with_orders(version, lines=[("SHEET-7", "2.375", "kg")]).oro(
        "GET", "/orders/1?include=lineItems"
    )
    assert b'"quantity":2.375,' in reply.body
    document = json.loads(reply.body)
    assert document["data"]["attributes"]["totalValue"] == "23.7300"  # 2.375 x 9.99, in cents
    assert document["data"]["attributes"]["createdAt"] == "2026-11-02T08:00:00Z"


@pytest.mark.parametrize("version", ALL)
def test_a_client_that_does_not_ask_for_json_api_gets_the_plain_form(version):
    """Recording: order_get_accept_any."""
    theirs = recorded(version, "order_get_accept_any")["response"]
    reply = talk_with_orders(version).oro("GET", "/orders/1", Accept="*/*")
    assert reply.header("Content-Type") == theirs["headers"]["Content-Type"]
    ours = json.loads(reply.body)
    assert (ours["id"], ours["lineItems"]) == (1, [1, 2])
    assert theirs["body"].keys() - ours.keys() <= {"orderSubtotals"}


def test_status_exposed_makes_5_1_show_it():
    """Recordings: with-status-exposed/order_get_internalStatus, orders_list_filter_updatedAt_gte_sort."""
    twin = Twin(oro_version="5.1", status_exposed=True)
    twin.place_order(lines=[("WIDGET-001", 1, "item")], status="shipped")
    talk = Talk(twin)
    for name in ("order_get_internalStatus", "orderinternalstatuses_list"):
        exchange = recorded("5.1", f"with-status-exposed/{name}")
        document = talk.read(exchange["request"]["path"].removeprefix("/admin/api"))
        assert shapes(document) == shapes(exchange["response"]["body"])
    document = talk.read("/orders?filter[updatedAt][gte]=2026-01-01T00:00:00Z&sort=updatedAt,id")
    assert document["data"][0]["relationships"]["internalStatus"]["data"]["id"] == "shipped"


@pytest.mark.parametrize("version", ALL)
def test_tracking_answers_as_recorded(version):
    """Recordings: tracking_post, tracking_list_by_order: each version's own relation."""
    talk = talk_with_orders(version)
    exchange = recorded(version, "tracking_post")
    new_id = exchange["response"]["body"]["data"]["id"]
    for number in range(1, int(new_id)):
        talk.twin.add_tracking("1", "DHL", f"earlier-{number}")
    reply = talk.oro("POST", "/ordershippingtrackings", exchange["request"]["body"])
    assert reply.status == 201
    assert _without_host(json.loads(reply.body)) == _without_host(exchange["response"]["body"])
    assert reply.header("Location").endswith(f"/admin/api/ordershippingtrackings/{new_id}")
    listing = recorded(version, "tracking_list_by_order")
    document = talk.read(listing["request"]["path"].removeprefix("/admin/api"))
    assert shapes(document) == shapes(listing["response"]["body"])


def _without_host(document):
    text = json.dumps(document)
    for host in ("https://shop.example.com", *(f"http://127.0.0.1:{port}" for port in (8088, 8161, 8170))):
        text = text.replace(host, "")
    return json.loads(text)
