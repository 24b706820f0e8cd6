"""How products are sold: what the API tells of settings, what must be declared, what stays unknown."""

import json
from fractions import Fraction

import pytest

from orogxo.errors import Invalid
from orogxo.model.stock import SellingTerms
from orogxo.oro import OroStockFront, ShopDeclared
from support.exchanges import ManualClock
from support.shop import VERSIONS, Shop, asked, client, entry, path, recorded, reply

DECLARED = ShopDeclared(manage=True, decrement=True, back_order=False, threshold=Fraction(2))
NAMES = ("manageInventory", "decrementQuantity", "backOrder", "inventoryThreshold")
FACTS = ("manage", "decrement", "back_order", "threshold")


def stock(shop, declared=DECLARED, **options):
    clock = options.pop("clock", None) or ManualClock()
    return OroStockFront(
        client(shop, ext_id=options.pop("ext_id", False)), clock, declared=declared, **options
    )


def product(sku="A", record_id="1", links=None, kind="simple", status="enabled", stocked="in_stock"):
    relations = {"inventory_status": stocked and ("prodinventorystatuses", stocked), "kitItems": []}
    relations |= dict.fromkeys(NAMES) | (links or {})
    return entry("products", record_id, relations, sku=sku, status=status, productType=kind)


def value(record_id, fallback=None, scalar=None):
    return entry(
        "entityfieldfallbackvalues", record_id, fallback=fallback, scalarValue=scalar, arrayValue=None
    )


def setting(name, fallback=None, scalar=None):
    """A product with one setting of its own, as a document."""
    one = product(links={name: ("entityfieldfallbackvalues", "5")})
    return reply({"data": [one], "included": [value("5", fallback, scalar)]})


def terms(answer, declared=DECLARED, sku="A", **options):
    return stock(Shop(answer), declared, **options).terms([sku])[sku]


def facts(found):
    return tuple(getattr(found, name) for name in FACTS)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_recorded_product(version):
    """Recording product_get: no settings of its own in 5.1; since 6.1 it names them.

    The recording did not include them, so that of a value that is named nothing is known.
    """
    found = stock(Shop(recorded_page(version))).terms(["WIDGET-001"])["WIDGET-001"]
    known = (True, True, False, 2) if version == "oro-5.1.8" else (None,) * 4
    assert facts(found) == known
    assert (found.enabled, found.is_kit, found.kit, found.in_stock) == (True, False, {}, True)
    assert found.product_id == "1"


def recorded_page(version):
    body = json.loads(recorded(version, "product_get").body)
    return reply({"data": [body["data"]]})


def test_the_request_is_sparse_and_includes_settings_and_kit_items():
    shop = Shop(reply({"data": []}))
    assert stock(shop).terms(["A"]) == {}
    query = asked(shop.sent[0])
    assert path(shop.sent[0]) == "/admin/api/products"
    assert query["filter[sku]"] == "A"
    assert query["include"].split(",") == [
        *NAMES,
        "kitItems",
        "kitItems.kitItemProducts",
        "kitItems.kitItemProducts.product",
    ]
    assert set(query["fields[products]"].split(",")) == {
        *("sku", "status", "productType", "inventory_status", "kitItems"),
        *NAMES,
    }
    assert query["page[size]"] == "-1"
    assert not [name for name in query if name.startswith("fields[") and name != "fields[products]"]


@pytest.mark.parametrize(
    ("scalar", "known"),
    [("1", True), (1, True), (True, True), ("0", False), (0, False), (False, False)]
    + [(odd, None) for odd in (None, "", "yes", 2, "01", [], {}, 1.5)],
)
@pytest.mark.parametrize("at", range(3))
def test_a_flag_of_the_product_itself(scalar, known, at):
    found = facts(terms(setting(NAMES[at], scalar=scalar)))
    assert found[at] is known
    assert [one for place, one in enumerate(found) if place != at] == [
        one for place, one in enumerate((True, True, False, 2)) if place != at
    ]


@pytest.mark.parametrize(
    ("scalar", "known"),
    [("5", 5), (31, 31), ("0.25", Fraction(1, 4)), (0.5, Fraction(1, 2)), ("0", 0)]
    + [(odd, None) for odd in (None, "", "-1", -1, "many", True, [], "1e3", 1e300)],
)
def test_a_threshold_of_the_product_itself(scalar, known):
    assert terms(setting("inventoryThreshold", scalar=scalar)).threshold == known


@pytest.mark.parametrize("at", range(4))
def test_what_falls_back_to_the_system_configuration_is_what_was_declared(at):
    answer = setting(NAMES[at], "systemConfig", "9")
    assert facts(terms(answer)) == (True, True, False, 2)
    assert facts(terms(answer, None)) == (None,) * 4, "nobody declared it"


@pytest.mark.parametrize(("fallback", "overrides", "known"), [
    ("category", True, None), ("category", False, True), ("parentCategory", False, None), ("x", False, None),
])  # fmt: skip
def test_what_falls_back_elsewhere_is_unknown_unless_categories_never_set_it(fallback, overrides, known):
    declared = ShopDeclared(manage=True, categories_override=overrides)
    assert terms(setting("manageInventory", fallback, "1"), declared).manage is known


def test_a_setting_that_is_not_shown_is_unknown_whatever_is_declared():
    named = product(links={"manageInventory": ("entityfieldfallbackvalues", "5")})
    assert terms(reply({"data": [named]})).manage is None, "named, and not included"
    broken = value("5") | {"attributes": {"fallback": 3}}
    assert terms(reply({"data": [named], "included": [broken]})).manage is None
    absent = product()
    del absent["relationships"]["backOrder"]
    assert facts(terms(reply({"data": [absent]}))) == (True, True, None, 2)


@pytest.mark.parametrize(("status", "known"), [
    ("in_stock", True), ("out_of_stock", False), ("discontinued", None), ("seasonal", None), (None, None),
])  # fmt: skip
def test_the_inventory_status(status, known):
    assert terms(reply({"data": [product(stocked=status)]})).in_stock is known


def test_where_settings_are_refused_the_rest_is_read_and_they_are_unknown():
    """An unknown member may be refused or left out (contract, section 2.5); neither breaks the read."""
    bare = product()
    bare["relationships"] = {
        "inventory_status": {"data": {"type": "prodinventorystatuses", "id": "in_stock"}}
    }
    kit = {**bare, "id": "2", "attributes": {**bare["attributes"], "sku": "K", "productType": "kit"}}
    refused = reply({"errors": [{"status": "403", "title": "access denied exception"}]}, 403)
    shop = Shop(refused, reply({"data": [bare, kit]}))
    found = stock(shop).terms(["A", "K"])
    assert facts(found["A"]) == (None,) * 4
    assert (found["A"].enabled, found["A"].in_stock, found["A"].kit) == (True, True, {})
    assert (found["K"].is_kit, found["K"].kit) == (True, None)
    assert "include" not in asked(shop.sent[1])
    bad = reply({"errors": [{"status": "400", "title": "filter constraint"}]}, 400)
    with pytest.raises(Invalid):
        stock(Shop(bad, bad)).terms(["A"])


def test_a_sku_of_two_products_is_sold_on_unknown_terms():
    """SKUs are unique within an organization only (contract, section 7.1)."""
    both = [product(), product(record_id="2"), product("B", "3")]
    found = stock(Shop(reply({"data": both}))).terms(["A"])
    assert found == {"A": SellingTerms("A", is_kit=True, kit=None)}


def test_a_product_of_no_known_type_or_status():
    odd = product(kind=None, status=None)
    found = terms(reply({"data": [odd]}))
    assert (found.enabled, found.is_kit, found.kit) == (False, True, None)
    assert terms(reply({"data": [product(kind="configurable")]})).kit == {}
    nameless = product(sku=None)
    assert stock(Shop(reply({"data": [nameless]}))).terms(["A"]) == {}


# ext_id, and SKUs that no filter can name -------------------------------------------------------------------


def test_an_ext_id_client_asks_for_products_by_their_skus():
    """Recordings extid_products_filter_id, extid_product_patch: `sku` is absent, the id is the SKU."""
    one = product(sku="A", record_id="A")
    del one["attributes"]["sku"]
    comma = product(sku="A,B", record_id="A,B")
    gone = recorded("oro-6.1.8", "order_get_404")
    shop = Shop(reply({"data": [one]}), reply({"data": comma}), gone, gone)
    found = stock(shop, ext_id=True).terms(["A", "A,B", "X,Y"])
    assert set(found) == {"A", "A,B"}
    assert found["A"].product_id == "A"
    assert asked(shop.sent[0])["filter[id]"] == "A"
    assert path(shop.sent[1]) == "/admin/api/products/A%2CB"


def test_a_sku_with_a_comma_is_asked_for_by_the_number_of_its_product():
    walked = reply({"data": [entry("products", "7", sku="A,B")]})
    shop = Shop(walked, reply({"data": [product("A,B", "7")]}))
    assert stock(shop).terms(["A,B"])["A,B"].product_id == "7"
    assert asked(shop.sent[1])["filter[id]"] == "7"
