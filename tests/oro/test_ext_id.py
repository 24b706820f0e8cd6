"""`ext_id=True`: products are named by their SKU, in every request of a client or in none."""

import pytest

from orogxo.oro import OroClient
from support.shop import SHOP, Shop, asked, client, path, recorded, reply

EMPTY = reply({"data": []})
HEADER = "X-Integration-Type"


def test_every_request_asks_for_it_or_none_does():
    for mode, expected in ((True, "ext_id"), (False, None)):
        shop = Shop(
            EMPTY,
            EMPTY,
            reply({"data": {"type": "orders", "id": "1"}}),
            recorded("oro-7.0.3", "order_delete"),
        )
        oro = client(shop, ext_id=mode)
        oro.orders.list()
        oro.orders.list(filter={"identifier": [f"{at:020}" for at in range(400)]})
        oro.orders.update("1", attributes={"poNumber": "P"})
        oro.orders.delete("1")
        assert {one.header(HEADER) for one in shop.sent} == {expected}


def test_it_cannot_be_mixed_in_by_a_call():
    with pytest.raises(ValueError, match=HEADER):
        client(Shop()).orders.list(headers={HEADER: "ext_id"})


def test_a_product_has_its_sku_for_an_id_and_its_number_in_db_id():
    """Recordings extid_product_get_by_number_404, extid_products_list."""
    oro = client(Shop(recorded("oro-7.0.3", "extid_products_filter_id")), ext_id=True)
    found = oro.products.list(filter={"id": ["WIDGET-001", "GADGET-100"]}, fields=["dbId"])
    assert {one.id: one.db_id for one in found.items} == {"GADGET-100": 3, "WIDGET-001": 1}


def test_a_filter_that_would_silently_find_nothing_is_written_as_the_one_that_works():
    """Recordings extid_inventorylevels_filter_product, extid_inventorylevels_filter_product_sku."""
    for mode, name in ((True, "filter[product.id]"), (False, "filter[product]")):
        shop = Shop(EMPTY, EMPTY)
        oro = client(shop, ext_id=mode)
        oro.inventory_levels.list(filter={"product": "WIDGET-001"})
        oro.order_line_items.list(filter={"product": "WIDGET-001"})
        assert asked(shop.sent[0])[name] == "WIDGET-001"
        assert asked(shop.sent[1])["filter[product]"] == "WIDGET-001"


def test_a_sku_names_the_product_in_a_path():
    """Recording extid_product_patch."""
    shop = Shop(recorded("oro-7.0.3", "extid_product_patch"))
    oro = OroClient(SHOP, "i", "s", sender=shop, ext_id=True)
    found = oro.products.update("WIDGET-002", attributes={"newArrival": True})
    assert path(shop.sent[0]).endswith("/products/WIDGET-002")
    assert (found.id, found.db_id, found.new_arrival) == ("WIDGET-002", 2, True)
