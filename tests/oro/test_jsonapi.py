"""JSON:API documents: what is absent, null and empty stays apart; what is malformed is named, all of it."""

import pickle

import pytest

from orogxo.errors import DecodeError, NotLoaded
from orogxo.oro import OroCustomer, OroOrder, OroOrderLine, Resource
from orogxo.oro.jsonapi import read_document
from support.shop import entry, only

ORDER = entry(
    "orders",
    "7",
    {"customer": ("customers", "2"), "parent": None, "subOrders": [], "lineItems": [("orderlineitems", "1")]},
    poNumber=None,
    identifier="ORD-7",
    erp_code="X",
)


def test_absent_null_and_empty_stay_apart():
    order = only({"data": ORDER})
    assert isinstance(order, OroOrder)
    assert order.po_number is None
    assert order.parent is None
    assert order.sub_orders == ()
    for field in ("currency", "shipping_address", "shipping_trackings"):
        with pytest.raises(NotLoaded, match="not in this reply"):
            getattr(order, field)


def test_unknown_attributes_are_kept():
    assert only({"data": ORDER}).attribute("erp_code") == "X"


def test_included_is_resolved_by_type_and_id():
    document = {
        "data": ORDER,
        # Same id, other type; and a customer whose parent is included too.
        "included": [
            entry("products", "2", sku="W"),
            entry("customers", "2", {"parent": ("customers", "1")}, name="Retail"),
            entry("customers", "1", {"parent": None}, name="Group"),
        ],
    }
    order = only(document)
    assert isinstance(order.customer, OroCustomer)
    assert (order.customer.name, order.customer.parent.name, order.customer.parent.parent) == (
        "Retail",
        "Group",
        None,
    )


def test_a_resource_that_is_only_named_has_its_id_and_nothing_else():
    order = only({"data": ORDER})
    (line,) = order.line_items
    assert isinstance(line, OroOrderLine)
    assert (line.id, line.loaded) == ("1", False)
    with pytest.raises(NotLoaded, match="include the relation") as caught:
        line.quantity  # noqa: B018 - reading is the test
    assert caught.value.context == {"resource": "orderlineitems 1", "field": "quantity"}


def test_primary_resources_can_point_to_each_other():
    document = read_document(
        {"data": [entry("orders", "1", {"parent": None}), entry("orders", "2", {"parent": ("orders", "1")})]}
    )
    first, second = document.resources(OroOrder, "orders")
    assert second.parent.loaded
    assert second.parent == first


def test_an_unknown_type_is_a_plain_resource():
    found = only({"data": entry("extendrmas", "1", {"order": ("orders", "7")}, state="approved")})
    assert type(found) is Resource
    assert found.attribute("state") == "approved"
    assert isinstance(found.related("order"), OroOrder)


def test_php_writes_an_empty_map_as_an_empty_list():
    data = {"type": "orders", "id": "1", "attributes": [], "relationships": [], "meta": []}
    document = read_document({"data": data, "meta": []})
    (order,) = document.resources(OroOrder, "orders")
    assert (order.attributes, order.relationships, order.meta) == ({}, {}, {})


def test_a_relation_of_which_only_links_are_told_is_absent():
    data = entry("orders", "1") | {"relationships": {"customer": {"links": {"self": "x"}}, "parent": []}}
    with pytest.raises(NotLoaded):
        only({"data": data}).customer  # noqa: B018 - reading is the test


def test_no_data_is_no_resource():
    assert read_document({"data": None}).primary == ()
    assert read_document({"data": []}).primary == ()


def test_every_malformed_place_is_named():
    document = {
        "data": [
            {"type": "orders"},
            "text",
            {"type": "orders", "id": 5, "attributes": "x", "relationships": {"customer": {"data": "2"}}},
            {
                "type": "orders",
                "id": "6",
                "relationships": {"lineItems": {"data": [{"type": "orderlineitems"}]}},
            },
        ],
        "included": [{"id": "1"}],
    }
    with pytest.raises(DecodeError) as caught:
        read_document(document)
    assert sorted(caught.value.paths) == [
        "/data/0/id: missing",
        "/data/1: not an object",
        "/data/2/attributes: not an object",
        "/data/2/id: not a text",
        "/data/2/relationships/customer/data: not an object",
        "/data/3/relationships/lineItems/data/0/id: missing",
        "/included/0/type: missing",
    ]


@pytest.mark.parametrize("payload", [None, [], "x", {"errors": []}, {"meta": {}}])
def test_what_is_no_document_is_refused(payload):
    with pytest.raises(DecodeError):
        read_document(payload)


def test_included_must_be_a_list():
    with pytest.raises(DecodeError, match="/included: not a list"):
        read_document({"data": None, "included": {"a": 1}})


def test_another_type_than_asked_for_is_refused():
    document = read_document({"data": [entry("orders", "1"), entry("customers", "1")]})
    with pytest.raises(DecodeError) as caught:
        document.resources(OroOrder, "orders")
    assert caught.value.paths == ("/data/1/type",)
    with pytest.raises(DecodeError, match="expected one"):
        document.resource(OroOrder, "orders")


def test_resources_are_values():
    first, second = only({"data": ORDER}), only({"data": ORDER})
    assert first == second
    assert hash(first) == hash(second)
    assert pickle.loads(pickle.dumps(first)).identifier == "ORD-7"
    with pytest.raises(AttributeError):
        first.id = "8"


@pytest.mark.parametrize("bad", [{"type": 5, "id": "1"}, {"type": "x", "id": ""}, {"type": "x"}, "x", 7])
def test_a_malformed_linkage_is_found_in_to_one_and_in_to_many(bad):
    for data, where in ((bad, "data"), ([{"type": "x", "id": "1"}, bad], "data/1")):
        told = {"data": {"type": "orders", "id": "1", "relationships": {"customer": {"data": data}}}}
        with pytest.raises(DecodeError) as caught:
            read_document(told)
        assert any(f"/data/relationships/customer/{where}" in one for one in caught.value.paths)


def test_links_and_meta_of_a_relation_are_read_the_longer_way():
    link = {"type": "x", "id": "1", "meta": {"sortOrder": 2}}
    relation = {"data": [link], "links": {"next": "https://x"}}
    found = read_document({"data": {"type": "orders", "id": "1", "relationships": {"documents": relation}}})
    read = found.primary[0].relationships["documents"]
    assert (read.more, read.data[0].meta) == (True, {"sortOrder": 2})
