"""Stock rows as the stock flow reads them: by SKU, letter by letter, and as a sweep over all of them."""

import json
from fractions import Fraction

import pytest

from orogxo.errors import DecodeError
from orogxo.model.stock import InventoryLevel
from orogxo.oro import OroStockFront
from orogxo.ports.stock import StockFront
from support.exchanges import NOON, ManualClock
from support.shop import VERSIONS, Shop, asked, client, entry, path, recorded, replay, reply


def stock(shop, clock=None, **options):
    oro = client(shop, ext_id=options.pop("ext_id", False))
    return OroStockFront(oro, clock or ManualClock(), **options)


def page(*rows, products=(("1", "A"),), units=(("1", "item"),)):
    """Levels (id, quantity, product id, precision id) with what they point at; a None points at nothing."""
    data = []
    for level_id, quantity, product, precision in rows:
        links = {
            "product": product and ("products", product),
            "productUnitPrecision": precision and ("productunitprecisions", precision),
        }
        data.append(entry("inventorylevels", level_id, links, quantity=quantity))
    included = [entry("products", one, sku=sku) for one, sku in products]
    for one, unit in units:
        included.append(entry("productunitprecisions", one, {"unit": unit and ("productunits", unit)}))
    return reply({"data": data, "included": included})


def shown(found):
    return {sku: [(row.id, row.unit, str(row.quantity)) for row in rows] for sku, rows in found.items()}


def test_it_is_a_stock_front():
    port: StockFront = stock(Shop())
    assert port.levels([]) == {}
    assert port.terms([]) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_recorded_rows_by_sku_and_unit(version):
    """Recording inventorylevels_list_all, which answers with more products than are asked for."""
    found = stock(replay(version, "inventorylevels_list_all")).levels(["WIDGET-001", "SHEET-7", "NONE-1"])
    assert [row.unit for row in found["WIDGET-001"]] == ["item", "case", "pallet"]
    assert [row.unit for row in found["SHEET-7"]] == ["item", "kg"]
    assert set(found) == {"WIDGET-001", "SHEET-7"}
    if version == "oro-7.0.3":
        assert [row.quantity for row in found["WIDGET-001"]] == [742, 1097, 1098]


def test_a_negative_quantity_is_read_as_it_is():
    """Recording inventorylevel_patch_negative: negative and fractional quantities are accepted."""
    text = recorded("oro-6.1.8", "inventorylevel_patch_negative").body
    assert b'"quantity": "-5"' in text
    (row,) = stock(Shop(page(("2", "-5", "1", "1")))).levels(["A"])["A"]
    assert row == InventoryLevel("2", "A", "item", Fraction(-5), NOON)
    (row,) = stock(Shop(page(("2", "0.3333333333", "1", "1")))).levels(["A"])["A"]
    assert row.quantity == Fraction(3333333333, 10**10)


def test_the_request_is_sparse_and_asks_for_everything_at_once():
    """Form of the filter: recording inventorylevels_filter_product_sku_unit."""
    shop = Shop(page())
    stock(shop).levels(["B", "A"])
    query = asked(shop.sent[0])
    assert path(shop.sent[0]) == "/admin/api/inventorylevels"
    assert query == {
        "filter[product.sku]": "A,B",
        "include": "product,productUnitPrecision",
        "fields[inventorylevels]": "quantity,product,productUnitPrecision",
        "fields[products]": "sku",
        "fields[productunitprecisions]": "unit",
        "page[size]": "-1",
    }
    assert shop.sent[0].header("X-Include") == "noHateoas"


def test_many_skus_travel_in_several_requests():
    shop = Shop(page(), page())
    stock(shop).levels([f"SKU-{at:010}" for at in range(150)])
    sent = [asked(one)["filter[product.sku]"].split(",") for one in shop.sent]
    assert sum(map(len, sent)) == 150
    assert all(len(one.url) < 2_500 for one in shop.sent)


def test_a_row_counts_only_for_the_sku_that_was_asked_for():
    """A database that ignores case answers with its own spelling; the sku filter itself does not (5.1.8)."""
    rows = (("1", "5", "1", "1"), ("2", "7", "2", "1"))
    found = stock(Shop(page(*rows, products=(("1", "A"), ("2", "a"))))).levels(["A"])
    assert shown(found) == {"A": [("1", "item", "5")]}


def test_read_at_is_the_moment_before_the_request():
    clock = ManualClock()

    def slow(request):
        clock.seconds += 9
        return page(("1", "5", "1", "1"))

    (row,) = stock(Shop(slow), clock).levels(["A"])["A"]
    assert row.read_at == NOON


def test_all_rows_that_cannot_be_read_are_named_at_once():
    rows = (("1", "lots", "1", "1"), ("2", None, "1", "1"), ("3", "5", "1", "1"))
    with pytest.raises(DecodeError) as caught:
        stock(Shop(page(*rows))).levels(["A"])
    assert "2 inventory levels cannot be read" in str(caught.value)
    assert "quantity of inventorylevels 1 is 'lots'" in str(caught.value)
    assert "inventorylevels 2" in str(caught.value)


def test_a_row_of_no_unit_is_no_row_of_another():
    rows = (("1", "5", "1", None), ("2", "6", "1", "1"))
    found = stock(Shop(page(*rows, units=(("1", None),)))).levels(["A"])
    assert shown(found) == {"A": [("1", "", "5"), ("2", "", "6")]}


# The sweep --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_the_sweep_reads_rows_in_the_order_of_their_ids(version):
    """Recording inventorylevels_list_all."""
    shop = replay(version, "inventorylevels_list_all")
    found = stock(shop).levels_after("0", 50)
    assert [row.id for row in found] == [str(at) for at in range(1, len(found) + 1)]
    query = asked(shop.sent[0])
    assert (query["filter[id][gt]"], query["sort"], query["page[size]"]) == ("0", "id", "50")
    assert query["fields[products]"] == "sku"


def test_a_page_has_at_most_a_thousand_rows():
    rows = [(str(at), "1", "1", "1") for at in range(1, 1001)]
    shop = Shop(page(*rows), page(("1001", "1", "1", "1"), ("1002", "1", "1", "1")))
    found = stock(shop).levels_after("0", 1001)
    assert [row.id for row in (found[0], found[-1])] == ["1", "1001"]
    assert [asked(one)["filter[id][gt]"] for one in shop.sent] == ["0", "1000"]
    assert {asked(one)["page[size]"] for one in shop.sent} == {"1000"}


def test_rows_that_nobody_may_see_do_not_end_the_sweep():
    """A relation reads null where its type is hidden from the API user (contract, section 10)."""
    shop = Shop(page(("1", "1", None, "1"), ("2", "1", None, "1")), page(("3", "1", "1", "1")))
    assert [row.id for row in stock(shop).levels_after("0", 2)] == ["3"]
    assert asked(shop.sent[1])["filter[id][gt]"] == "2"
    assert not stock(Shop(page())).levels_after("99", 2)


def test_a_list_out_of_order_is_refused():
    with pytest.raises(DecodeError, match="not in order of id"):
        stock(Shop(page(("2", "1", "1", "1"), ("1", "1", "1", "1")))).levels_after("0", 5)


# SKUs that no filter can name -------------------------------------------------------------------------------


def products(*named):
    return reply({"data": [entry("products", one, sku=sku) for one, sku in named]})


def test_a_sku_with_a_comma_is_read_by_the_number_of_its_product():
    clock = ManualClock()
    walked = products(("1", "A"), ("7", "A,B"), ("9", None))
    rows = page(("4", "5", "7", "1"), products=(("7", "A,B"),))
    shop = Shop(walked, rows, rows, walked, rows)
    front = stock(shop, clock, keep_for=60.0)
    assert shown(front.levels(["A,B", "X,Y"])) == {"A,B": [("4", "item", "5")]}
    walk, read = map(asked, shop.sent)
    assert (walk["fields[products]"], walk["sort"], walk["page[size]"]) == ("sku", "id", "1000")
    assert read["filter[product]"] == "7"
    front.levels(["A,B"])
    assert [path(one).rpartition("/")[2] for one in shop.sent] == ["products", *["inventorylevels"] * 2]
    clock.seconds += 60
    front.levels(["A,B"])
    assert path(shop.sent[3]).endswith("/products"), "what is known of them has become old"
    shop.done()


def test_an_ext_id_client_names_products_by_their_skus():
    """Recordings extid_inventorylevels_filter_product_sku, extid_inventorylevels_filter_product."""
    body = json.loads(recorded("oro-7.0.3", "extid_inventorylevels_filter_product_sku").body)
    units = {"1": "item", "2": "case", "3": "pallet"}
    # The recorded request did not include them; the product is known by its id alone.
    body["included"] = [
        entry("productunitprecisions", one, {"unit": ("productunits", unit)}) for one, unit in units.items()
    ]
    shop = Shop(reply(body))
    found = stock(shop, ext_id=True).levels(["WIDGET-001"])
    assert [row.quantity for row in found["WIDGET-001"]] == [742, 1097, 1098]
    assert [row.unit for row in found["WIDGET-001"]] == ["item", "case", "pallet"]
    assert asked(shop.sent[0])["filter[product.id]"] == "WIDGET-001"
    assert shop.sent[0].header("X-Integration-Type") == "ext_id"


def test_an_ext_id_client_reads_a_sku_with_a_comma_by_its_number():
    """Recording extid_inventorylevels_filter_product_dbIdField."""
    one, gone = reply({"data": entry("products", "A,B", dbId=7)}), recorded("oro-6.1.8", "order_get_404")
    shop = Shop(one, gone, page(("4", "5", "A,B", "1"), products=(("A,B", None),)))
    found = stock(shop, ext_id=True).levels(["A,B", "X,Y"])
    assert shown(found) == {"A,B": [("4", "item", "5")]}
    assert path(shop.sent[0]) == "/admin/api/products/A%2CB"
    assert asked(shop.sent[2])["filter[product.dbId]"] == "7"


def test_a_product_without_a_number_is_read_no_further():
    shop = Shop(reply({"data": entry("products", "A,B", dbId=None)}))
    assert stock(shop, ext_id=True).levels(["A,B"]) == {}
