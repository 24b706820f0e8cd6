"""Buyers at the twin's shop: what rows, settings and kits allow, and checkouts that meet other writes."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from orogxo.sandbox import Twin
from support.twins import Talk

ALL = ("5.1", "6.1", "7.0")
SKU = "WIDGET-001"


def stocked(version="6.1", **rows):
    """A twin whose WIDGET-001 shows so much in each unit."""
    twin = Twin(oro_version=version)
    for unit, quantity in rows.items():
        twin.set_level(SKU, unit, quantity)
    return twin


def buy(twin, quantity, unit="item", sku=SKU, **more):
    return twin.checkout(lines=[(sku, quantity, unit)], **more)


def patch(talk, *pairs):
    items = [
        {"type": "inventorylevels", "id": one, "attributes": {"quantity": value}, "meta": {"update": True}}
        for one, value in pairs
    ]
    assert talk.oro("PATCH", "/inventorylevels", {"data": items}).status == 202


# What is allowed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ALL)
def test_a_sale_lowers_the_row_of_its_unit_and_no_other(version):
    twin = stocked(version, item=30, case=2)
    order_id = buy(twin, 12)
    assert Talk(twin).read(f"/orders/{order_id}")["data"]["attributes"]["poNumber"] == "PO-2026-0001"
    assert (twin.level(SKU, "item"), twin.level(SKU, "case")) == (18, 2)
    assert buy(twin, 2, "case") is not None
    assert (twin.level(SKU, "item"), twin.level(SKU, "case")) == (18, 0)


def test_more_than_the_row_shows_is_refused_whole():
    twin = stocked(item=5, case=9)
    assert twin.checkout(lines=[(SKU, 1, "case"), (SKU, 6, "item")]) is None
    assert twin.checkout(lines=[(SKU, 3, "item"), (SKU, 3, "item")]) is None, "both lines take from one row"
    assert (twin.level(SKU, "item"), twin.level(SKU, "case")) == (5, 9)
    assert not Talk(twin).read("/orders")["data"]
    assert buy(twin, 5) is not None


def test_a_unit_without_a_row_and_a_disabled_product_are_not_sold():
    twin = stocked(item=5)
    assert buy(twin, 1, "kg") is None
    twin.set_product(SKU, status="disabled")
    assert buy(twin, 1) is None
    with pytest.raises(KeyError, match="no product NONE"):
        buy(twin, 1, sku="NONE")


def test_the_threshold_is_never_sold_of_any_row():
    twin = stocked(item=10, case=10)
    twin.set_terms(SKU, threshold=4)
    assert (buy(twin, 7), buy(twin, 7, "case")) == (None, None)
    assert buy(twin, 6) is not None
    assert (twin.level(SKU, "item"), twin.level(SKU, "case")) == (4, 10)


def test_without_decrement_no_row_moves_and_each_row_still_binds():
    twin = stocked(item=5)
    twin.set_shop_terms(decrement=False)
    assert (buy(twin, 5) and buy(twin, 5), buy(twin, 6)) == ("2", None)
    assert twin.level(SKU, "item") == 5


def test_back_orders_go_below_nothing_and_unmanaged_stock_is_not_looked_at():
    twin = stocked(item=5)
    twin.set_terms(SKU, back_order=True)
    assert buy(twin, 8) is not None
    assert twin.level(SKU, "item") == -3
    twin.set_terms(SKU, manage=False)
    assert buy(twin, 8, "kg") is not None
    assert twin.level(SKU, "item") == -3


@pytest.mark.parametrize("version", ALL)
def test_the_inventory_status_flips_to_out_of_stock_and_nothing_flips_it_back(version):
    twin = stocked(version, item=5, case=5)
    twin.set_terms(SKU, threshold=1)
    buy(twin, 3)
    assert twin.inventory_status(SKU) == "in_stock"
    buy(twin, 1)
    assert twin.inventory_status(SKU) == "out_of_stock"
    twin.set_level(SKU, "item", 50)
    buy(twin, 1)
    shown = Talk(twin).read("/products?filter[sku]=WIDGET-001&include=inventory_status")["data"][0]
    assert shown["relationships"]["inventory_status"]["data"]["id"] == "out_of_stock"


def test_a_kit_lowers_its_own_row_only():
    twin = stocked(item=1)
    twin.set_level("KIT-1", "item", 3)
    order_id = twin.checkout(kits=[("KIT-1", 2)])
    assert order_id is not None
    assert (twin.level("KIT-1", "item"), twin.level(SKU, "item")) == (1, 1)
    assert twin.checkout(kits=[("KIT-1", 2)]) is None


def test_a_further_kit_of_ones_own():
    twin = stocked(item=1)
    twin.add_product("SET-9", units=(("item", 1),), kit=[(SKU, 2, "item"), ("SHEET-7", "0.5", "kg")])
    twin.set_level("SET-9", "item", 1)
    order_id = twin.checkout(kits=[("SET-9", 1)])
    included = Talk(twin).read(f"/orders/{order_id}?include=lineItems.kitItemLineItems")["included"]
    parts = [each["attributes"] for each in included if each["type"] == "orderproductkititemlineitems"]
    assert [(each["productSku"], each["quantity"], each["productUnitCode"]) for each in parts] == [
        (SKU, 2, "item"),
        ("SHEET-7", 0.5, "kg"),
    ]


# What the API shows of it -----------------------------------------------------------------------------------


def settings(talk, sku=SKU):
    """What each setting of a product points at."""
    names = "manageInventory,decrementQuantity,backOrder,inventoryThreshold"
    document = talk.read(f"/products?filter[sku]={sku}&include={names}&fields[products]=sku,{names}")
    included = {each["id"]: each["attributes"] for each in document.get("included", [])}
    relations = document["data"][0]["relationships"]
    return [each["data"] and included[each["data"]["id"]] for each in map(relations.get, names.split(","))]


@pytest.mark.parametrize("version", ALL)
def test_settings_are_shown_as_fallback_values(version):
    """Recording product_get: null in 5.1, `entityfieldfallbackvalues` since."""
    twin = Twin(oro_version=version)
    assert settings(Talk(twin)) == [None] * 4
    twin.set_terms(
        SKU, manage=True, decrement="systemConfig", back_order="category", threshold=Decimal("0.5")
    )
    assert [(each["fallback"], each["scalarValue"]) for each in settings(Talk(twin))] == [
        (None, "1"),
        ("systemConfig", None),
        ("category", None),
        (None, "0.5"),
    ]
    twin.set_terms(SKU, manage=None)
    assert settings(Talk(twin))[0] is None
    with pytest.raises(TypeError, match="not colour"):
        twin.set_terms(SKU, colour="red")


def test_a_fallback_takes_what_stands_there():
    twin = stocked(item=5)
    twin.set_terms(SKU, back_order="category", threshold="systemConfig")
    twin.set_shop_terms(threshold=5)
    assert buy(twin, 1) is None
    twin.set_category_terms(back_order=True)
    assert buy(twin, 1) is not None
    twin.set_terms(SKU, back_order="systemConfig")
    assert buy(twin, 1) is None


def test_kit_items_can_be_changed():
    twin = Twin()
    twin.set_kit_item("KIT-1", 2, minimum=0, maximum=None, optional=True, offers=[SKU, "SHEET-7"])
    document = Talk(twin).read("/productkititems?include=productKit,kitItemProducts.product&sort=id")
    first, second = document["data"]
    assert (first["attributes"]["minimumQuantity"], first["attributes"]["maximumQuantity"]) == (1, 10)
    assert (second["attributes"]["minimumQuantity"], second["attributes"]["maximumQuantity"]) == (0, None)
    assert second["attributes"]["optional"] is True
    shown = {(each["type"], each["id"]): each for each in document["included"]}
    parts = [
        shown["productkititemproducts", each["id"]]["relationships"]["product"]["data"]["id"]
        for each in second["relationships"]["kitItemProducts"]["data"]
    ]
    assert [shown["products", each]["attributes"]["sku"] for each in parts] == [SKU, "SHEET-7"]
    order_id = twin.place_order(kits=[("KIT-1", 1)])
    lines = Talk(twin).read(f"/orders/{order_id}?include=lineItems.kitItemLineItems")["included"]
    kit_lines = [each["attributes"] for each in lines if each["type"] == "orderproductkititemlineitems"]
    assert [each["maximumQuantity"] for each in kit_lines] == [10, None]


# While others work ------------------------------------------------------------------------------------------


def test_a_checkout_overwrites_what_was_written_since_it_read():
    """There is no lock (contract, section 7.3): the row becomes what was read less what was sold."""
    twin = stocked(item=100)
    checkout = twin.begin_checkout(lines=[(SKU, 10, "item")])
    assert checkout.allowed
    talk = Talk(twin)
    patch(talk, ("1", "40"))
    twin.clock.advance(dt.timedelta(seconds=2))
    assert twin.level(SKU, "item") == 40
    order_id = checkout.finish()
    assert (order_id, twin.level(SKU, "item")) == ("1", 90)
    with pytest.raises(RuntimeError, match="finished already"):
        checkout.finish()
    refused = twin.begin_checkout(lines=[(SKU, 91, "item")])
    assert (refused.allowed, refused.finish()) == (False, None)


def test_a_hook_runs_after_the_request_and_before_its_reply_arrives():
    twin = stocked(item=10)
    talk = Talk(twin)
    talk.read("/orders")
    seen = []

    def sell(exchange):
        seen.append((exchange.method, buy(twin, 1)))
        talk.read("/orders")

    end = twin.between(sell)
    shown = talk.read("/inventorylevels/1")["data"]["attributes"]["quantity"]
    assert (shown, twin.level(SKU, "item"), seen) == ("10", 9, [("GET", "1")])
    end()
    talk.read("/orders")
    assert len(seen) == 1


def test_something_happens_at_the_nth_request():
    twin = stocked(item=10)
    talk = Talk(twin)
    talk.read("/orders")
    twin.at_request(2, lambda: buy(twin, 1))
    levels = []
    for _ in range(3):
        levels.append(twin.level(SKU, "item"))
        talk.read("/orders")
        talk.gxo("GET", "/orders/none")
    assert levels == [10, 10, 9]


def test_people_act_at_a_planned_moment_while_the_queue_stands_still():
    twin = stocked(item=10)
    twin.consumer_off()
    twin.later(5, lambda: buy(twin, 1))
    twin.clock.advance(dt.timedelta(seconds=4))
    assert twin.level(SKU, "item") == 10
    twin.clock.advance(dt.timedelta(seconds=4))
    assert twin.level(SKU, "item") == 9


def run_slowly(seed, bad=()):
    """A batch of six rows, one each 10 s from the 20th second on, and what the rows show while it goes on."""
    twin = Twin(seed=seed)
    twin.set_batch_pace(item=10, pickup=19.5)
    talk = Talk(twin)
    patch(talk, *((str(at), "bad" if at in bad else "7") for at in range(1, 7)))
    order = []
    for _ in range(10):
        twin.clock.advance(dt.timedelta(seconds=10))
        order += [key for key, quantity in twin.levels().items() if quantity == 7 and key not in order]
    return talk, order


def test_rows_of_one_batch_are_written_one_after_another_in_an_order_of_the_seed():
    _, order = run_slowly(1)
    assert len(order) == 6
    assert order == run_slowly(1)[1], "the same seed, the same order"
    assert any(order != run_slowly(seed)[1] for seed in range(2, 6))
    talk, _ = run_slowly(1, bad={2, 5})
    errors = talk.read("/asyncoperations/1/errors")["data"]
    assert [each["attributes"]["source"]["pointer"][:7] for each in errors] == ["/data/1", "/data/4"]
    done = talk.read("/asyncoperations/1")["data"]["attributes"]
    assert (done["status"], done["summary"]["writeCount"], done["summary"]["errorCount"]) == ("success", 4, 2)


def test_a_checkout_falls_between_two_rows_of_one_batch_even_when_time_jumps():
    twin = stocked(item=100, case=100)
    twin.set_batch_pace(item=10)
    talk = Talk(twin)
    patch(talk, ("1", "50"), ("2", "50"))
    seen = []
    twin.later(16, lambda: seen.append((twin.level(SKU, "item"), twin.level(SKU, "case"))))
    twin.later(16, lambda: twin.checkout(lines=[(SKU, 10, "item"), (SKU, 10, "case")]))
    twin.clock.advance(dt.timedelta(seconds=60))
    assert sorted(seen[0]) == [50, 100], "one row is written, the other is not yet"
    # The sale of the row written last is lost, since a batch writes absolute figures.
    assert sorted((twin.level(SKU, "item"), twin.level(SKU, "case"))) == [40, 50]


def test_the_same_calls_give_the_same_bytes():
    def play():
        twin = stocked(item=100)
        twin.set_batch_pace(item=1)
        twin.later(2, lambda: buy(twin, 3))
        talk = Talk(twin)
        patch(talk, *((str(at), str(at)) for at in range(1, 12)))
        twin.clock.advance(dt.timedelta(seconds=30))
        return json.dumps([talk.read("/inventorylevels?page[size]=-1"), talk.read("/orders")])

    assert play() == play()
