"""Kits: the most that one takes of each component, and which kits a component is part of."""

import pytest

from orogxo.errors import DecodeError
from orogxo.model import Quantity
from orogxo.oro import OroStockFront
from support.exchanges import ManualClock
from support.shop import Shop, asked, client, entry, path, recorded, reply


def stock(shop, clock=None, **options):
    return OroStockFront(client(shop), clock or ManualClock(), **options)


def product(sku="A", kind="simple", record_id="9", status="enabled", links=None):
    return entry("products", record_id, links, sku=sku, status=status, productType=kind)


PARTS = {"1": "A", "2": "B", "3": "C", "5": None}


def kit_item(record_id, maximum, offers, unit="item", kit="9"):
    """A kit item and what it offers, as resource objects."""
    parts = [f"{record_id}{one}" for one in offers]
    links = {
        "productUnit": unit and ("productunits", unit),
        "productKit": kit and ("products", kit),
        "kitItemProducts": [("productkititemproducts", part) for part in parts],
    }
    item = entry(
        "productkititems", record_id, links, optional=True, minimumQuantity=0, maximumQuantity=maximum
    )
    shown = [
        entry("productkititemproducts", part, {"product": ("products", one)}, sortOrder=1)
        for part, one in zip(parts, offers, strict=True)
    ]
    return item, shown


def kit_of(*items, components=PARTS):
    links = {"kitItems": [("productkititems", item["id"]) for item, _ in items]}
    included = [one for item, shown in items for one in (item, *shown)]
    included += [entry("products", one, sku=sku) for one, sku in components.items()]
    links["inventory_status"] = ("prodinventorystatuses", "in_stock")
    return reply({"data": [product("K", "kit", links=links)], "included": included})


def terms(*items):
    return stock(Shop(kit_of(*items))).terms(["K"])["K"]


def test_the_most_that_one_kit_takes_of_each_component():
    """A buyer may choose the same product for every kit item that offers it: the maxima add up."""
    found = terms(kit_item("1", 10, "12"), kit_item("2", 2.5, "23"), kit_item("3", 1, "2"))
    assert found.is_kit
    assert found.kit == {
        "A": Quantity(10, "item"),
        "B": Quantity("13.5", "item"),
        "C": Quantity("2.5", "item"),
    }


@pytest.mark.parametrize(
    "items",
    [
        [kit_item("1", None, "1")],
        [kit_item("1", 5, "1"), kit_item("2", None, "2")],
        [kit_item("1", -1, "1")],
        [kit_item("1", "ten", "1")],
        [kit_item("1", 1e200, "1")],
        [kit_item("1", 5, "1", unit=None)],
        [kit_item("1", 5, "1", unit="item"), kit_item("2", 5, "1", unit="case")],
        [kit_item("1", 5, "")],
        [kit_item("1", 5, "4")],
        [kit_item("1", 5, "15")],
        [],
    ],
)
def test_a_kit_without_a_readable_bound_is_of_unknown_composition(items):
    """`maximumQuantity` null means no bound; product 4 is not part of the reply, product 5 has no SKU."""
    found = terms(*items)
    assert (found.is_kit, found.kit) == (True, None)


def test_one_product_in_two_units_cannot_be_added_up_and_twice_in_one_item_counts_once():
    found = terms(kit_item("1", 5, "11"))
    assert found.kit == {"A": Quantity(5, "item")}


def items_page(*items, kits=(("9", "K", "enabled"),), components=PARTS):
    included = [one for _, shown in items for one in shown]
    included += [entry("products", one, sku=sku, status="enabled") for one, sku in components.items()]
    included += [entry("products", one, sku=sku, status=status) for one, sku, status in kits]
    return reply({"data": [item for item, _ in items], "included": included})


def test_kits_by_their_components_read_once_for_a_time():
    kits = (("8", "L", "enabled"), ("9", "K", "enabled"), ("7", "OFF", "disabled"))
    answer = items_page(
        kit_item("1", 5, "1"), kit_item("2", 5, "2"), kit_item("3", 5, "23", kit="8"),
        kit_item("4", 5, "1", kit="7"), kits=kits,
    )  # fmt: skip
    clock = ManualClock()
    shop = Shop(answer, answer)
    front = stock(shop, clock=clock, keep_for=60.0)
    assert front.kits_of(["A", "B"]) == {"K": {"A", "B"}, "L": {"B"}}
    assert front.kits_of(["C"]) == {"L": {"C"}}
    assert front.kits_of(["Z"]) == {}
    assert len(shop.sent) == 1
    query = asked(shop.sent[0])
    assert path(shop.sent[0]) == "/admin/api/productkititems"
    assert query["include"] == "productKit,kitItemProducts.product"
    assert (query["fields[products]"], query["sort"], query["page[size]"]) == ("sku,status", "id", "1000")
    clock.seconds += 60
    front.kits_of(["A"])
    shop.done()


def test_a_kit_that_hides_a_component_may_contain_any():
    answer = items_page(kit_item("1", 5, "1"), kit_item("2", 5, "4"), kit_item("3", 5, "2"))
    assert stock(Shop(answer)).kits_of(["Y", "Z", "K"]) == {"K": {"Y", "Z"}}


@pytest.mark.parametrize("name", ["extid_unknown_value", "order_get_404"])
def test_without_a_list_of_kit_items_every_kit_may_contain_any(name):
    version = "oro-7.0.3" if name.startswith("extid") else "oro-6.1.8"
    refused = recorded(version, name)
    walked = reply(
        {"data": [product(record_id="1"), product("K", "kit", "2"), product("OFF", "kit", "3", "disabled")]}
    )
    shop = Shop(refused, walked)
    assert stock(shop).kits_of(["A"]) == {"K": {"A"}}
    assert asked(shop.sent[1])["fields[products]"] == "sku,status,productType"


@pytest.mark.parametrize("kit", [None, "5", "6"])
def test_a_kit_item_of_no_kit_stops_the_reading(kit):
    with pytest.raises(DecodeError, match="kit item 1 does not show the kit"):
        stock(Shop(items_page(kit_item("1", 5, "1", kit=kit)))).kits_of(["A"])
