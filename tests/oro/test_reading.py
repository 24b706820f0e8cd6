"""Reading into the model: all problems at once, nothing guessed, nothing half."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import DecodeError, NotLoaded
from orogxo.model import Order, Organisation, ProductUnit, Quantity, UnreadableOrder
from orogxo.oro import read_order, read_product
from support.shop import entry, only

ADDRESS_TEXTS = ("namePrefix", "firstName", "middleName", "lastName", "nameSuffix", "organization", "street",
                 "street2", "city", "postalCode", "customRegion", "phone")  # fmt: skip


def order_entry(links=None, **changes):
    attributes = {
        "identifier": "ORD-7",
        "poNumber": "P",
        "customerNotes": None,
        "shipUntil": None,
        "currency": "USD",
        "totalValue": "1.0000",
        "shippingMethod": None,
        "shippingMethodType": None,
        "createdAt": None,
        "updatedAt": "2026-11-23T09:00:00Z",
    }
    relations = {
        "customer": ("customers", "2"),
        "shippingAddress": ("orderaddresses", "5"),
        "lineItems": [("orderlineitems", "1")],
        "parent": None,
        "subOrders": [],
    }
    return entry("orders", "7", relations | (links or {}), **attributes | changes)


def line_entry(line_id="1", links=None, **changes):
    attributes = {
        "productSku": "W-1",
        "productName": "Widget",
        "freeFormProduct": None,
        "quantity": 3,
        "productUnitCode": "case",
        "value": "9.5000",
        "shipBy": None,
        "comment": None,
    }
    relations = {"product": ("products", "1"), "kitItemLineItems": []}
    return entry("orderlineitems", line_id, relations | (links or {}), **attributes | changes)


PRODUCT = entry("products", "1", sku="W-1", productType="simple")
CUSTOMER = entry("customers", "2", {"parent": None}, name="Retail")
ADDRESS = entry(
    "orderaddresses",
    "5",
    {"country": ("countries", "DE"), "region": None},
    **(dict.fromkeys(ADDRESS_TEXTS) | {"lastName": "Öz", "street": "Weg 1", "customRegion": "Bayern"}),
)


def read(order=None, *, lines=None, others=(PRODUCT, CUSTOMER, ADDRESS)):
    included = [*(lines if lines is not None else [line_entry()]), *others]
    return read_order(only({"data": order or order_entry(), "included": included}))


def problems(*args, **kwargs):
    found = read(*args, **kwargs)
    assert isinstance(found, UnreadableOrder), "it should not be readable"
    assert (found.id, found.identifier) == ("7", "ORD-7")
    return found.problems


def test_a_small_order():
    order = read()
    assert order.lines[0].quantity == Quantity(3, "case")
    assert order.customer == Organisation("2", "Retail")
    assert (order.ship_to.name, order.ship_to.region, order.ship_to.country) == ("Öz", "Bayern", "DE")
    assert (order.customer_notes, order.created_at) == ("", None)


def test_a_customer_that_is_null_is_readable():
    """Null means none, or none that this API user may see (contract, section 2.5)."""
    assert read(order_entry({"customer": None})).customer is None


def test_an_order_just_created_goes_by_its_id():
    assert read(order_entry(identifier=None)).identifier == "7"


def test_organisations_go_up_as_far_as_they_are_told():
    def customers(*parents):
        return [
            entry("customers", str(at), {"parent": up and ("customers", up)}, name=f"C{at}")
            for at, up in enumerate(parents, 2)
        ]

    told = read(others=(PRODUCT, ADDRESS, *customers("3", "4", "5")))
    assert told.customer == Organisation("2", "C2", Organisation("3", "C3", Organisation("4", "C4"))), (
        "the fifth is only named"
    )
    circle = read(others=(PRODUCT, ADDRESS, *customers("3", "2")))
    assert circle.customer == Organisation("2", "C2", Organisation("3", "C3"))
    (problem,) = problems(others=(PRODUCT, ADDRESS, *customers("3")))
    assert problem.startswith("customer.parent 3: it is named")
    sparse = entry("customers", "3", name="C3")
    assert read(others=(PRODUCT, ADDRESS, *customers("3"), sparse)).customer.parent == Organisation("3", "C3")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quantity": None}, "line item 1: quantity is null"),
        ({"quantity": -2}, "line item 1: quantity is -2, which is nothing to ship"),
        ({"quantity": 0}, "line item 1: quantity is 0, which is nothing to ship"),
        ({"quantity": "3"}, "quantity of orderlineitems 1 is '3', expected a number"),
        ({"quantity": True}, "quantity of orderlineitems 1 is True, expected a number"),
        ({"quantity": Decimal("1E+300")}, "line item 1: quantity '1E+300' is not an exact number"),
        ({"productUnitCode": None}, "line item 1: productUnitCode is missing, so nobody knows 3 of what"),
        ({"productUnitCode": ""}, "line item 1: productUnitCode is missing, so nobody knows 3 of what"),
        ({"productUnitCode": 5}, "productUnitCode of orderlineitems 1 is 5, expected a text"),
        ({"value": 9.5}, "value of orderlineitems 1 is 9.5, expected an amount"),
        ({"shipBy": "soon"}, "shipBy of orderlineitems 1 is 'soon', expected a date"),
    ],
)
def test_a_line_that_cannot_be_shipped_as_written(changes, told):
    assert any(problem.startswith(told) for problem in problems(lines=[line_entry(**changes)]))


def test_a_quantity_is_exact():
    for written in ("0.1", "11.999", "1500", "0.30000000000000004"):
        line = read(lines=[line_entry(quantity=Decimal(written))]).lines[0]
        assert line.quantity == Quantity(written, "case")


def test_all_problems_come_at_once():
    order = order_entry(
        {"lineItems": [("orderlineitems", "1"), ("orderlineitems", "2"), ("orderlineitems", "3")]},
        poNumber=["a"],
        totalValue="much",
        updatedAt="never",
    )
    kit = {"kitItemLineItems": [("orderproductkititemlineitems", "8"), ("orderproductkititemlineitems", "9")]}
    item = entry("orderproductkititemlineitems", "8", {"product": None}, productSku="C", quantity=None,
                 productUnitCode="item")  # fmt: skip
    found = problems(
        order, lines=[line_entry("1", quantity=None), line_entry("2", kit)], others=(PRODUCT, item)
    )
    fields = [
        "poNumber",
        "customer 2: it is named",
        "line item 1: quantity",
        "kit item 8: quantity",
        "kit item 9: it is named",
        "line item 3: it is named",
        "shippingAddress 5: it is named",
        "totalValue",
        "updatedAt",
    ]
    matches = zip(fields, found, strict=True)
    assert [problem for field, problem in matches if not problem.startswith(field)] == []


def test_what_was_not_asked_for_is_not_taken_for_absent():
    """Without `parent` and `subOrders` the same goods could be sent for a main order and its part."""
    order = order_entry()
    for name in ("parent", "subOrders", "customer"):
        del order["relationships"][name]
    told = problems(order)
    assert [problem.split(" of ")[0] for problem in told] == ["parent", "customer", "subOrders"]


def test_only_statuses_may_be_missing():
    assert (read().status, read().shipping_status) == (None, None)
    shown = order_entry(
        {"internalStatus": ("orderinternalstatuses", "on_hold"), "shippingStatus": None},
    )
    assert (read(shown).status, read(shown).shipping_status) == ("on_hold", None)
    (problem,) = problems(order_entry({"internalStatus": ("users", "1")}))
    assert problem.startswith("internalStatus of orders 7 is 'users'")


def test_kits_by_components_or_by_product_type():
    bolts = {"productSku": "C", "quantity": 2, "productUnitCode": "item"}
    item = entry("orderproductkititemlineitems", "8", {"product": ("products", "9")}, **bolts)
    with_item = line_entry("1", {"kitItemLineItems": [("orderproductkititemlineitems", "8")]})
    assert read(lines=[with_item], others=(PRODUCT, CUSTOMER, ADDRESS, item)).lines[0].is_kit
    kit = entry("products", "1", sku="K", productType="kit")
    assert read(others=(kit, CUSTOMER, ADDRESS)).lines[0].is_kit
    assert not read().lines[0].is_kit
    (problem,) = problems(others=(CUSTOMER, ADDRESS))
    assert problem.startswith("productType of products 1"), "named but not contained: it might be a kit"


def test_the_sku_as_sold_comes_before_the_products_own():
    renamed = entry("products", "1", sku="W-1-NEW", productType="simple")
    assert read(others=(renamed, CUSTOMER, ADDRESS)).lines[0].sku == "W-1"
    assert read(lines=[line_entry(productSku=None)]).lines[0].sku == "W-1"
    gone = read(lines=[line_entry("1", {"product": None}, productSku=None)]).lines[0]
    assert (gone.sku, gone.product_id, gone.free_form) == ("", None, False)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(line_entry()["attributes"])), JSON)
def test_whatever_a_line_says_is_read_or_reported(name, value):
    found = read(lines=[line_entry(**{name: value})])
    if isinstance(found, Order):
        line = found.lines[0]
        assert line.quantity.amount > 0
        assert line.quantity.unit
    else:
        assert all(found.problems)


def precision(record_id, unit, rate, **changes):
    links = {"unit": unit and ("productunits", unit), "product": ("products", "3")}
    return entry(
        "productunitprecisions",
        record_id,
        links,
        **{"precision": 0, "conversionRate": rate, "sell": True} | changes,
    )


def product(*precisions, primary="6", **changes):
    links = {
        "primaryUnitPrecision": primary and ("productunitprecisions", primary),
        "unitPrecisions": [("productunitprecisions", one["id"]) for one in precisions],
    }
    attributes = {"sku": "GADGET-100", "status": "enabled", "productType": "simple"} | changes
    return only({"data": entry("products", "3", links, **attributes), "included": list(precisions)})


ITEM, CASE = precision("5", "item", Decimal("0.10")), precision("6", "case", 1)


def test_the_primary_unit_is_first_and_rates_are_as_written():
    found = read_product(product(ITEM, CASE, precision("7", "pallet", None, sell=False, precision=None)))
    assert found.units == (
        ProductUnit("case", Decimal(1)),
        ProductUnit("item", Decimal("0.10")),
        ProductUnit("pallet", None, sell=False),
    )
    assert str(found.units[1].rate) == "0.10"


@pytest.mark.parametrize(
    ("status", "kind", "enabled", "is_kit"),
    [
        ("enabled", "kit", True, True),
        ("disabled", "simple", False, False),
        ("retired", "bundle", False, False),
    ],
)
def test_unknown_words_are_neither_enabled_nor_a_kit(status, kind, enabled, is_kit):
    found = read_product(product(CASE, status=status, productType=kind))
    assert (found.enabled, found.is_kit) == (enabled, is_kit)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: product(CASE, sku=None), "product 3 has no sku"),
        (lambda: product(CASE, primary=None), "has no primaryUnitPrecision"),
        (lambda: product(ITEM), "has no primaryUnitPrecision"),
        (
            lambda: product(CASE, precision("7", None, 1)),
            "unit precision 7 of product GADGET-100 names no unit",
        ),
        (lambda: product(precision("6", "case", "1")), "conversionRate of productunitprecisions 6 is '1'"),
    ],
)
def test_a_product_whose_units_are_not_whole(wrong, told):
    with pytest.raises(DecodeError, match=told):
        read_product(wrong())


def test_units_must_have_been_asked_for():
    with pytest.raises(NotLoaded):
        read_product(only({"data": entry("products", "3", sku="X")}))
