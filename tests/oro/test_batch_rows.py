"""Reading rows back: when a record shows what was to be written, and when it does not."""

import pytest

from orogxo.errors import ReplyLost
from orogxo.oro import BatchPolicy
from support.shop import Shop, asked, client, entry, reply

ONCE = BatchPolicy(settle=0.1)
STATUS = ("ordershippingstatuses", "shipped")
NEW = ("ordershippingtrackings", "t1")


def settled(item, found):
    """Whether the item counts as written after a lost reply."""
    shop = Shop(ReplyLost("gone"), reply({"data": [found]}))
    return client(shop).orders.update_many([{"id": "1", **item}], policy=ONCE).ok


@pytest.mark.parametrize(
    ("sent", "read", "same"),
    [
        ("a", "a", True),
        (" a ", "a", True),
        ("a", "b", False),
        ("007", "7", False),
        (None, None, True),
        (None, "", False),
        ("", None, False),
        (True, True, True),
        (True, 1, False),
        (1, 1.0, True),
        (1, 2, False),
        ([1], [1], True),
        ("1", 1, False),
    ],
)
def test_attributes(sent, read, same):
    assert settled({"poNumber": sent}, entry("orders", "1", poNumber=read)) is same


@pytest.mark.parametrize(
    ("sent", "read", "same"), [("12.50", "12.5", True), ("12", "12.0001", False), ("twelve", "12", False)]
)
def test_amounts_that_oro_writes_as_texts_are_compared_as_numbers(sent, read, same):
    item, found = {"overriddenShippingCostAmount": sent}, {"overriddenShippingCostAmount": read}
    assert settled(item, entry("orders", "1", **found)) is same


def test_an_attribute_that_is_not_shown_proves_nothing():
    assert not settled({"poNumber": "P"}, entry("orders", "1"))


@pytest.mark.parametrize(
    ("sent", "read", "same"),
    [
        ({"shippingStatus": STATUS}, {"shippingStatus": STATUS}, True),
        ({"shippingStatus": STATUS}, {"shippingStatus": None}, False),
        ({"shippingStatus": STATUS}, {}, False),
        ({"shippingStatus": None}, {"shippingStatus": None}, True),
    ],
)
def test_relations(sent, read, same):
    assert settled({"relationships": sent}, entry("orders", "1", read)) is same


def test_a_record_made_along_with_it_cannot_be_compared_and_the_rest_decides():
    parts = [{"type": NEW[0], "id": NEW[1], "attributes": {"number": "1Z"}}]
    item = {"poNumber": "P", "relationships": {"shippingTrackings": [NEW]}, "included": parts}
    assert settled(item, entry("orders", "1", poNumber="P"))
    assert not settled(item, entry("orders", "1", poNumber="Q"))


def test_only_ids_that_can_be_filtered_are_asked_for_in_parts():
    shop = Shop(ReplyLost("gone"), *[reply({"data": []})] * 2)
    items = [{"id": str(at), "quantity": 1} for at in range(300)] + [{"id": "x,y", "quantity": 1}]
    result = client(shop).inventory_levels.update_many(items, policy=ONCE)
    assert [len(asked(one)["filter[id]"].split(",")) for one in shop.sent[1:]] == [250, 50]
    assert len(result.open) == 301
