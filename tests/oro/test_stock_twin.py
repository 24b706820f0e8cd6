"""The stock front against the simulated OroCommerce of three versions, with buyers and failures around it."""

from fractions import Fraction

import pytest

from orogxo.http import RetryPolicy
from orogxo.model import Quantity
from orogxo.model.stock import LevelChange
from orogxo.oro import BatchPolicy, OroStockFront, ShopDeclared
from orogxo.sandbox import Fault, Twin
from support.shop import client

VERSIONS = ("5.1", "6.1", "7.0")
DECLARED = ShopDeclared(manage=True, decrement=True, back_order=False, threshold=Fraction(0))


def front(twin, declared=DECLARED, **options):
    oro = client(
        twin.oro, clock=twin.clock, retry=RetryPolicy(attempts=3), ext_id=options.pop("ext_id", False)
    )
    return OroStockFront(oro, twin.clock, declared=declared, **options)


def changes(found, figures):
    """What makes these rows show other figures, by unit."""
    return [
        LevelChange(row.id, row.sku, row.unit, row.quantity, Fraction(figures[row.unit]), "") for row in found
    ]


def quantities(found):
    return {row.unit: row.quantity for row in found}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_written_is_what_is_read_back(version):
    twin = Twin(oro_version=version)
    stock = front(twin)
    found = stock.levels(["WIDGET-001", "WIDGET-002", "NONE-1"])
    assert {sku: quantities(rows) for sku, rows in found.items()} == {
        "WIDGET-001": {"item": 0, "case": 0, "pallet": 0},
        "WIDGET-002": {"item": 0, "case": 0},
    }
    report = stock.write(changes(found["WIDGET-001"], {"item": 100, "case": "2.5", "pallet": 0}))
    assert (report.sent, report.requests, report.errors) == (3, 1, ())
    assert quantities(stock.levels(["WIDGET-001"])["WIDGET-001"]) == {
        "item": 100,
        "case": Fraction(5, 2),
        "pallet": 0,
    }
    assert twin.checkout(lines=[("WIDGET-001", 40, "item")])
    assert quantities(stock.levels(["WIDGET-001"])["WIDGET-001"])["item"] == 60


@pytest.mark.parametrize("version", VERSIONS)
def test_the_case_of_a_sku_is_part_of_it(version):
    """The sku filter looks at case (observed, 5.1.8)."""
    twin = Twin(oro_version=version)
    twin.add_product("widget-001", units=(("item", 1),))
    assert [row.sku for row in front(twin).levels(["widget-001"])["widget-001"]] == ["widget-001"]
    assert set(front(twin).terms(["Widget-001", "widget-001"])) == {"widget-001"}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_sweep_sees_every_row_once(version):
    twin = Twin(oro_version=version)
    stock, seen, last = front(twin), [], "0"
    while page := stock.levels_after(last, 4):
        seen += [(row.sku, row.unit) for row in page]
        last = page[-1].id
    assert sorted(seen) == sorted(twin.levels())


@pytest.mark.parametrize("version", VERSIONS)
def test_terms_as_the_shop_has_them(version):
    twin = Twin(oro_version=version)
    twin.set_terms("WIDGET-001", manage=False, decrement=True, back_order=True, threshold=3)
    twin.set_terms("WIDGET-002", manage="category", decrement="systemConfig")
    twin.set_product("SHEET-7", status="disabled", inventory_status="discontinued")
    found = front(twin).terms(["WIDGET-001", "WIDGET-002", "SHEET-7", "NONE-1"])
    assert set(found) == {"WIDGET-001", "WIDGET-002", "SHEET-7"}
    one, two, sheet = found["WIDGET-001"], found["WIDGET-002"], found["SHEET-7"]
    assert (one.manage, one.decrement, one.back_order, one.threshold) == (False, True, True, 3)
    assert (two.manage, two.decrement, two.back_order, two.threshold) == (None, True, False, 0)
    assert (one.enabled, one.is_kit, one.kit, one.in_stock) == (True, False, {}, True)
    assert (sheet.enabled, sheet.in_stock) == (False, None)
    undeclared = front(twin, None).terms(["WIDGET-002"])["WIDGET-002"]
    assert (undeclared.decrement, undeclared.threshold) == (None, None)


@pytest.mark.parametrize("version", VERSIONS)
def test_kits_and_what_one_takes_at_most(version):
    twin = Twin(oro_version=version)
    kit = front(twin).terms(["KIT-1"])["KIT-1"]
    assert (kit.is_kit, kit.kit) == (
        True,
        {"WIDGET-001": Quantity(10, "item"), "WIDGET-002": Quantity(10, "item")},
    )
    twin.set_kit_item("KIT-1", 2, maximum=5, offers=["WIDGET-001", "SHEET-7"])
    stock = front(twin)
    assert stock.terms(["KIT-1"])["KIT-1"].kit == {
        "WIDGET-001": Quantity(15, "item"),
        "SHEET-7": Quantity(5, "item"),
    }
    assert stock.kits_of(["WIDGET-001", "WIDGET-002", "SHEET-7"]) == {"KIT-1": {"WIDGET-001", "SHEET-7"}}
    twin.set_kit_item("KIT-1", 1, maximum=None)
    assert stock.terms(["KIT-1"])["KIT-1"].kit is None
    twin.set_product("KIT-1", status="disabled")
    assert front(twin).kits_of(["WIDGET-001"]) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_status_that_a_sale_has_flipped_is_written_back(version):
    twin = Twin(oro_version=version)
    stock = front(twin)
    twin.set_level("WIDGET-001", "item", 1)
    twin.checkout(lines=[("WIDGET-001", 1, "item")])
    twin.set_product("SHEET-7", inventory_status="discontinued")
    terms = stock.terms(["WIDGET-001", "SHEET-7"])
    assert terms["WIDGET-001"].in_stock is False
    report = stock.show_in_stock({one.product_id: True for one in terms.values()})
    assert [(one.level_id, one.code) for one in report.errors] == [
        (terms["SHEET-7"].product_id, "STATUS_NOT_OURS")
    ]
    assert (twin.inventory_status("WIDGET-001"), twin.inventory_status("SHEET-7")) == (
        "in_stock",
        "discontinued",
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sku_with_a_comma_is_read_and_written_like_any_other(version):
    twin = Twin(oro_version=version)
    twin.add_product("A,B", units=(("item", 1), ("case", 6)))
    stock = front(twin)
    rows = stock.levels(["A,B", "WIDGET-002"])
    assert {sku: len(found) for sku, found in rows.items()} == {"A,B": 2, "WIDGET-002": 2}
    assert not stock.write(changes(rows["A,B"], {"item": 7, "case": 1})).errors
    assert twin.level("A,B", "item") == 7
    assert stock.terms(["A,B"])["A,B"].manage is True


def test_a_client_whose_product_ids_are_skus_reads_and_writes_the_same():
    """`X-Integration-Type: ext_id` (recordings extid_*)."""
    twin = Twin(oro_version="7.0")
    twin.add_product("A,B", units=(("item", 1),))
    skus = ["WIDGET-001", "A,B", "KIT-1", "NONE-1"]
    plain, ext = front(twin), front(twin, ext_id=True)
    assert ext.levels(skus) == plain.levels(skus)
    assert [row.sku for row in ext.levels_after("0", 50)] == [row.sku for row in plain.levels_after("0", 50)]
    mine, theirs = ext.terms(skus), plain.terms(skus)
    assert set(mine) == set(theirs) == {"WIDGET-001", "A,B", "KIT-1"}
    assert mine["KIT-1"].kit == theirs["KIT-1"].kit
    assert mine["A,B"].product_id == "A,B"
    assert ext.kits_of(skus) == plain.kits_of(skus) == {"KIT-1": {"WIDGET-001"}}
    twin.set_product("WIDGET-001", inventory_status="out_of_stock")
    twin.set_product("A,B", inventory_status="out_of_stock")
    report = ext.show_in_stock({"WIDGET-001": True, "A,B": True})
    assert twin.inventory_status("WIDGET-001") == "in_stock"
    # A product is checked whole when it is saved, its SKU too (recording product_create_bad_sku_400).
    assert [(one.level_id, one.code) for one in report.errors] == [("A,B", "REFUSED")]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_api_user_may_not_view_is_unknown(version):
    """A relation reads null where its type is hidden from the API user (contract, section 10)."""
    twin = Twin(oro_version=version)
    twin.hide("productkititemproducts")
    stock = front(twin)
    assert stock.terms(["KIT-1"])["KIT-1"].kit is None
    assert stock.kits_of(["SHEET-7"]) == {"KIT-1": {"SHEET-7"}}
    twin.hide("products")
    assert stock.levels(["WIDGET-001"]) == {}
    assert not stock.levels_after("0", 5)


# With failures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_with_the_consumer_off_every_row_is_open_and_written_when_it_comes_back(version):
    twin = Twin(oro_version=version)
    stock = front(twin, policy=BatchPolicy(chunk=2))
    twin.consumer_off()
    rows = stock.levels(["WIDGET-001"])["WIDGET-001"]
    report = stock.write(changes(rows, {"item": 9, "case": 9, "pallet": 9}))
    assert [(one.code, one.open) for one in report.errors] == [
        ("NO_CONSUMER", True),
        ("NO_CONSUMER", True),
        ("NOT_SENT", False),
    ]
    assert set(twin.levels().values()) == {0}
    twin.consumer_on()
    twin.clock.sleep(5)
    assert [twin.level("WIDGET-001", unit) for unit in ("item", "case", "pallet")] == [9, 9, 0]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("action", ["lose_reply", "lose_request", "truncate", "html_502"])
def test_a_lost_answer_is_never_taken_for_a_write(version, action):
    """What the report leaves open or refuses may be there or not; what it does not name is there."""
    twin = Twin(oro_version=version)
    twin.faults.add(Fault(action=action, system="oro", method="PATCH", nth=1))
    stock = front(twin)
    rows = stock.levels(["WIDGET-001"])["WIDGET-001"]
    report = stock.write(changes(rows, {"item": 3, "case": 2, "pallet": 1}))
    missing = {one.level_id for one in report.errors}
    shown = {row.id: row.quantity for row in stock.levels(["WIDGET-001"])["WIDGET-001"]}
    wanted = dict(zip([row.id for row in rows], (3, 2, 1), strict=True))
    assert {one: shown[one] for one in wanted if one not in missing} == {
        one: wanted[one] for one in wanted if one not in missing
    }
    assert all(one.open for one in report.errors)
    assert bool(missing) == (action in {"lose_request", "html_502"})


def test_a_sale_in_the_middle_of_a_push_is_seen_by_the_next_read():
    twin = Twin()
    stock = front(twin)
    rows = [one for one in stock.levels(["WIDGET-001"])["WIDGET-001"] if one.unit != "pallet"]
    stock.write(changes(rows, {"item": 50, "case": 50}))
    twin.set_batch_pace(item=1)
    twin.later(2.5, lambda: twin.checkout(lines=[("WIDGET-001", 5, "item"), ("WIDGET-001", 5, "case")]))
    report = stock.write(changes(rows, {"item": 40, "case": 40}))
    assert not report.errors
    after = quantities(stock.levels(["WIDGET-001"])["WIDGET-001"])
    assert sorted(after.values()) == [0, 35, 40], "the sale of the row written last is overwritten"
