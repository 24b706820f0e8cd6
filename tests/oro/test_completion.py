"""Relations that the server cuts at a full hundred are read whole: no line is lost (recordings *_big130*)."""

import json

import pytest

from orogxo.errors import DecodeError
from support.shop import Shop, asked, client, entry, path, recorded, replay, reply


def body(version, name):
    return json.loads(recorded(version, name).body)


def whole_lines_of_518():
    """The reply to `/orders/33/lineItems?page[size]=-1` of 5.1.8, which was not recorded.

    Built from recorded parts: the 100 lines that order_get_big130 includes, and for the other 30 the ids of
    order_get_relationships_lineItems_big130_pagesize100_page2 with the attributes of line 100 and the
    quantity that follows (the order was made with quantities 1 to 130).
    """
    lines = sorted(body("oro-5.1.8", "order_get_big130")["included"], key=lambda line: int(line["id"]))
    rest = body("oro-5.1.8", "order_get_relationships_lineItems_big130_pagesize100_page2")["data"]
    assert (len(lines), len(rest), lines[-1]["attributes"]["quantity"]) == (100, 30, 100)
    for number, identifier in enumerate(rest, 101):
        line = json.loads(json.dumps(lines[-1])) | {"id": identifier["id"]}
        line["attributes"]["quantity"] = number
        lines.append(line)
    return reply({"data": lines})


@pytest.mark.parametrize("name", ["order_get_big130", "order_get_big130_noHateoas"])
def test_an_order_of_130_lines_is_read_whole_from_518(name):
    shop = Shop(recorded("oro-5.1.8", name), whole_lines_of_518())
    order = client(shop).orders.get("33", include=["lineItems", "lineItems.product"])
    assert [int(line.quantity) for line in order.line_items] == list(range(1, 131))
    assert path(shop.sent[1]) == "/admin/api/orders/33/lineItems"
    wanted = asked(shop.sent[1])
    assert (wanted["page[size]"], wanted["include"]) == ("-1", "product")
    assert "quantity" in wanted["fields[orderlineitems]"]
    assert shop.sent[1].headers["X-Include"] == "noHateoas", "totalCount on a sub-resource is a 500 in 5.1"
    shop.done()


def test_lists_and_walks_complete_too():
    for read in (
        lambda oro: oro.orders.list(include="lineItems").items,
        lambda oro: list(oro.orders.iter(include="lineItems")),
    ):
        shop = Shop(recorded("oro-5.1.8", "orders_list_big130"), whole_lines_of_518())
        (order,) = read(client(shop))
        assert len(order.line_items) == 130
        assert all(line.loaded for line in order.line_items)


@pytest.mark.parametrize(("version", "order_id"), [("oro-6.1.8", "33"), ("oro-7.0.3", "35")])
def test_newer_versions_give_all_lines_at_once(version, order_id):
    shop = replay(version, "order_get_big130")
    order = client(shop).orders.get(order_id, include="lineItems")
    assert sum(int(line.quantity) for line in order.line_items) == sum(range(1, 131))
    shop.done()


def test_a_relation_that_is_not_included_is_completed_by_its_identifiers():
    """Recordings s61_customer_get_1005_children (cut at 1000), s61_customer_children_relationship_all."""
    first = recorded("oro-6.1.8", "s61_customer_get_1005_children")
    customer = json.loads(first.body)["data"]
    shown = len(customer["relationships"]["children"]["data"])
    shop = Shop(first, recorded("oro-6.1.8", "s61_customer_children_relationship_all"))
    found = client(shop).customers.get(customer["id"], fields="all")
    assert (shown, len(found.children)) == (1000, 1005)
    assert path(shop.sent[1]) == f"/admin/api/customers/{customer['id']}/relationships/children"
    assert asked(shop.sent[1]) == {"page[size]": "-1"}


def lines(count, **links):
    return [entry("orderlineitems", str(at), links, quantity=1) for at in range(1, count + 1)]


def named(kind, count):
    return [(kind, str(at)) for at in range(1, count + 1)]


def test_a_link_to_a_further_page_tells_too():
    order = entry("orders", "1", {"lineItems": named("orderlineitems", 3)})
    order["relationships"]["lineItems"]["links"] = {"next": "https://shop.example.com/next"}
    shop = Shop(reply({"data": order, "included": lines(3)}), reply({"data": lines(5)}))
    assert len(client(shop).orders.get("1", include="lineItems").line_items) == 5


@pytest.mark.parametrize("count", [0, 99, 101, 130])
def test_a_count_that_is_no_full_hundred_is_whole(count):
    order = entry("orders", "1", {"lineItems": named("orderlineitems", count)})
    shop = Shop(reply({"data": order, "included": lines(count)}))
    assert len(client(shop).orders.get("1", include="lineItems").line_items) == count
    shop.done()


def test_nested_relations_are_completed_below_completed_ones():
    """150 lines, the last of which is a kit of 120 components: both relations are cut at 100."""
    kit = {"kitItemLineItems": named("orderproductkititemlineitems", 100)}
    cut = entry("orders", "1", {"lineItems": named("orderlineitems", 100)})
    components = [entry("orderproductkititemlineitems", str(at), quantity=2) for at in range(1, 121)]
    all_lines = [*lines(149, kitItemLineItems=[]), entry("orderlineitems", "150", kit, quantity=1)]
    shop = Shop(
        reply({"data": cut, "included": lines(100, kitItemLineItems=[])}),
        reply({"data": all_lines, "included": components[:100]}),
        reply({"data": components}),
    )
    order = client(shop).orders.get("1", include=["lineItems.kitItemLineItems"])
    assert len(order.line_items) == 150
    assert [item.quantity for item in order.line_items[-1].kit_item_line_items] == [2] * 120
    assert path(shop.sent[2]) == "/admin/api/orderlineitems/150/kitItemLineItems"
    shop.done()


def test_what_is_completed_once_is_neither_read_again_nor_cut_again():
    """Two orders of one customer on a page; the second's lines bring the customer back, cut as before."""
    users = {"users": named("customerusers", 100)}
    customer = entry("customers", "9", users, name="Retail")
    orders = [
        entry("orders", "1", {"customer": ("customers", "9"), "lineItems": []}),
        entry("orders", "2", {"customer": ("customers", "9"), "lineItems": named("orderlineitems", 100)}),
    ]
    shop = Shop(
        reply({"data": orders, "included": [customer, *lines(100)]}),
        reply({"data": [entry("customerusers", str(at)) for at in range(1, 112)]}),
        reply({"data": lines(101), "included": [customer]}),
    )
    page = client(shop).orders.list(include=["customer", "lineItems"])
    assert [len(order.customer.users) for order in page.items] == [111, 111]
    assert len(page.items[1].line_items) == 101
    shop.done()


def test_the_later_reply_wins_where_both_tell():
    """A line that changed between the two requests: the list of lines and their content fit together."""
    cut = entry("orders", "1", {"lineItems": named("orderlineitems", 100)})
    fresh = [entry("orderlineitems", str(at), quantity=5) for at in range(2, 103)]
    shop = Shop(reply({"data": cut, "included": lines(100)}), reply({"data": fresh}))
    order = client(shop).orders.get("1", include="lineItems")
    assert [int(line.quantity) for line in order.line_items] == [5] * 101


def test_a_completion_that_is_no_list_is_refused():
    cut = entry("orders", "1", {"lineItems": named("orderlineitems", 100)})
    shop = Shop(reply({"data": cut, "included": lines(100)}), reply({"data": entry("orderlineitems", "1")}))
    with pytest.raises(DecodeError, match="lineItems of orders 1"):
        client(shop).orders.get("1", include="lineItems")


def test_own_headers_go_with_the_completion():
    shop = Shop(recorded("oro-5.1.8", "order_get_big130"), whole_lines_of_518())
    own = {"X-Localization-ID": "2", "X-Include": "totalCount"}
    client(shop).orders.get("33", include="lineItems", headers=own)
    assert [request.headers["X-Localization-ID"] for request in shop.sent] == ["2", "2"]
    assert shop.sent[1].headers["X-Include"] == "noHateoas", "a count of a sub-resource is a 500 in 5.1"
