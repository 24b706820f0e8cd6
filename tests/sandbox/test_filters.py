"""Filters, sorting, sparse fields and includes, with the quirks that were recorded."""

from __future__ import annotations

import datetime as dt

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk, recorded

ALL = ("5.1", "6.1", "7.0")


@pytest.fixture(params=ALL)
def talk(request):
    twin = Twin(oro_version=request.param)
    item = [("WIDGET-001", 1, "item")]
    twin.place_order(po_number="PO-2026-0001", lines=item, identifier="ORD-0001")
    twin.clock.advance(dt.timedelta(minutes=1))
    twin.place_order(po_number=None, lines=item, customer="Solo Shop Ltd")
    twin.clock.advance(dt.timedelta(days=1))
    twin.place_order(po_number="  spaced  ", lines=item, status="closed")
    return Talk(twin)


def ids(talk, query):
    return [order["id"] for order in talk.read(f"/orders?{query}&fields[orders]=identifier")["data"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("filter[id][gt]=1", ["2", "3"]),
        ("filter[id]=3,1&sort=-id", ["3", "1"]),
        ("filter[id]=2..3", ["2", "3"]),
        ("filter[id][neq]=2", ["1", "3"]),
        ("filter[identifier]=ord-0001,3", ["1", "3"]),
        ("filter[poNumber]=po-2026-0001", ["1"]),
        ("filter[poNumber]=spaced", ["3"]),
        ("filter[poNumber]=%20spaced%20", []),
        ("filter[poNumber]=PO..5", []),
        ("filter[poNumber][neq_or_null]=spaced", ["1", "2"]),
        ("filter[createdAt]=2026-11-02", ["1", "2"]),
        ("filter[createdAt]=2026", ["1", "2", "3"]),
        ("filter[createdAt]=2026-11", ["1", "2", "3"]),
        ("filter[createdAt]=2026-11-02T08:00", ["1"]),
        ("filter[createdAt][lte]=2026-11-02T08:01:00", ["1", "2"]),
        ("filter[createdAt][gte]=2026-11-02T08:01:00Z", ["2", "3"]),
        ("filter[createdAt][gt]=2026-11-02T08:01:00Z", ["3"]),
        ("filter[createdAt][lt]=2026-11-02T08:01:00Z", ["1"]),
        ("filter[createdAt][gt]=2026-11-02T10:00:00%2B02:00", ["2", "3"]),
        ("filter[createdAt]=2026-11-02..2026-11-02", ["1", "2"]),
        ("filter[createdAt][gte]=2026-11-02T08:00:30.12Z", ["2", "3"]),
        ("filter[customer]=2", ["1", "3"]),
        ("filter[customer.name]=Solo%20Shop%20Ltd", ["2"]),
        ("filter[customer.parent]=1", ["1", "3"]),
        ("filter[customer.parent][exists]=no", ["2"]),
        ("filter[parent][exists]=no", ["1", "2", "3"]),
        ("filter[shippingTrackings][exists]=yes", []),
        ("sort=-createdAt", ["3", "2", "1"]),
        ("sort=customer,-id", ["3", "1", "2"]),
    ],
)
def test_what_a_filter_finds(talk, query, expected):
    assert ids(talk, query) == expected


def test_po_number_exists_no_finds_those_that_have_one(talk):
    """Recording: orders_list_filter_poNumber_exists_no, a bug of all versions."""
    assert ids(talk, "filter[poNumber][exists]=no") == ["1", "3"]


@pytest.mark.parametrize("version", ["6.1", "7.0"])
def test_status_and_watermark_filters_from_6_1_on(version):
    twin = Twin(oro_version=version)
    for status in ("open", "closed", "open"):
        twin.place_order(lines=[("WIDGET-001", 1, "item")], status=status)
    twin.clock.advance(dt.timedelta(minutes=5))
    twin.edit_order("1", po_number="PO-2")
    talk = Talk(twin)
    assert ids(talk, "filter[internalStatus]=open") == ["1", "3"]
    assert ids(talk, "filter[internalStatus]=open,closed") == ["1", "2", "3"]
    assert ids(talk, "filter[internalStatus]=teleported") == []
    assert ids(talk, "filter[updatedAt][gte]=2026-11-02T08:01:00Z") == ["1"]
    assert ids(talk, "sort=updatedAt,id") == ["2", "3", "1"]
    assert ids(talk, "filter[external]=no") == ["1", "2", "3"]


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "filter[id][contains]=1",
        "filter[shippingTrackings][exists]=maybe",
        "filter[external]=perhaps",
        "filter[id]=x",
        "page[number]=0",
        "fields[nonsense]=a",
        "filter[createdAt]=2026-13-01",
        "filter[poNumber][gt]=A",
    ],
)
def test_what_is_not_supported_is_a_400(talk, query):
    assert talk.oro("GET", f"/orders?{query}").status == 400


def test_filters_belong_to_lists_only(talk):
    assert talk.oro("GET", "/orders/1?filter[id]=1").status == 400


def test_sparse_fields_and_includes(talk):
    """Recording: orders_list_fields_sparse; an include must be among the fields of its owner."""
    query = recorded(talk.twin._data.version, "orders_list_fields_sparse")["request"]["path"].partition("?")[
        2
    ]
    document = talk.read(f"/orders?{query}")
    assert set(document["data"][0]["attributes"]) == {"poNumber", "updatedAt"}
    assert set(document["data"][0]["relationships"]) == {"lineItems"}
    assert set(document["included"][0]["attributes"]) == {"productSku", "quantity"}
    assert "included" not in talk.read("/orders?include=lineItems&fields[orders]=poNumber")
    assert "included" not in talk.read("/orders?include=nope")


def test_a_hidden_customer_reads_null_and_is_not_included(talk):
    talk.twin.hide("customers")
    document = talk.read("/orders/1?include=customer,customerUser.customer")
    assert document["data"]["relationships"]["customer"]["data"] is None
    assert [row["type"] for row in document["included"]] == ["customerusers"]
    talk.twin.show("customers")
    assert talk.read("/orders/1")["data"]["relationships"]["customer"]["data"]["id"] == "2"


def test_products_by_sku(talk):
    """The SKU filter is a list and minds the case (contract: orocommerce-observed, 5.1.8)."""
    rows = talk.read("/products?filter[sku]=WIDGET-001,KIT-1,widget-002&include=unitPrecisions.unit")
    assert [row["attributes"]["sku"] for row in rows["data"]] == ["WIDGET-001", "KIT-1"]
    assert {"type": "productunits", "id": "pallet"}.items() <= rows["included"][4].items()
    stock = talk.read(
        "/inventorylevels?filter[product.sku]=WIDGET-001&filter[productUnitPrecision.unit]=case"
    )
    assert [row["attributes"]["quantity"] for row in stock["data"]] == ["0"]
