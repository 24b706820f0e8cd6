"""Stock pushed to the simulated OroCommerce: 3,000 levels, with all that may go wrong on the way."""

import json

import pytest
from attrs import evolve

from orogxo.http import RetryPolicy
from orogxo.oro import BatchPolicy
from orogxo.sandbox import Fault, Faults, Twin
from support.shop import client

VERSIONS = ("5.1", "6.1", "7.0")
LEVELS = 3_000
PATH = r"/admin/api/inventorylevels"


def shop(version, faults=(), sender=None):
    """A twin with 3,000 levels, a client on it, and the items of a push, 40 of them bad."""
    twin = Twin(seed=7, oro_version=version, faults=Faults(list(faults)))
    for at in range(LEVELS):
        twin.add_product(f"SKU-{at:05}", units=(("item", 1),))
    oro = client(sender(twin.oro) if sender else twin.oro, clock=twin.clock, retry=RetryPolicy(attempts=3))
    found = oro.inventory_levels.list(page_size=-1, fields=["quantity"]).items[-LEVELS:]
    items = [{"sku": f"S{at}", "id": level.id, "quantity": str(at + 1)} for at, level in enumerate(found)]
    for at in range(0, LEVELS, LEVELS // 40):
        # An id that is not there, and a text that is no number.
        items[at] |= {"id": f"9{at:08}"} if at % 2 else {"quantity": "lots"}
    bad = [item["sku"] for at, item in enumerate(items) if at % (LEVELS // 40) == 0]
    assert len(bad) == 40
    return twin, oro, items, bad


def quantities(oro):
    found = oro.inventory_levels.list(page_size=-1, fields=["quantity"]).items
    return {level.id: str(level.quantity) for level in found}


def check_written(oro, items, bad):
    now = quantities(oro)
    good = [item for item in items if item["sku"] not in bad]
    assert {item["id"]: now[item["id"]] for item in good} == {item["id"]: item["quantity"] for item in good}


@pytest.mark.parametrize("version", VERSIONS)
def test_exactly_the_forty_bad_items_are_named_and_the_rest_is_written(version):
    _, oro, items, bad = shop(version)
    result = oro.inventory_levels.update_many((item for item in items), key="sku")
    assert [error.key for error in result.errors] == bad
    assert {error.code for error in result.errors} == {"REFUSED"}
    assert (result.sent, result.read, result.written) == (3_000, 3_000, 2_960)
    assert [error.item for error in result.errors] == [item for item in items if item["sku"] in bad]
    check_written(oro, items, bad)


@pytest.mark.parametrize("version", VERSIONS)
def test_with_the_consumer_off_nothing_is_written_and_it_is_said(version):
    twin, oro, items, _ = shop(version)
    before = quantities(oro)
    twin.site.consumer.on = False
    result = oro.inventory_levels.update_many(items, key="sku")
    assert (result.sent, result.written, result.stopped_at) == (1_000, 0, 1_000)
    assert {error.code for error in result.errors} == {"NO_CONSUMER"}
    assert [error.key for error in result.errors] == [item["sku"] for item in items[:1_000]]
    assert quantities(oro) == before


class Truncating:
    """Cuts the first batch's body on its way, in the middle of an item."""

    def __init__(self, sender):
        self.sender, self.cut = sender, False

    def send(self, request, /):
        if request.method == "PATCH" and not self.cut:
            self.cut = True
            request = evolve(request, body=request.body[: len(request.body) // 2])
        return self.sender.send(request)


class Counting:
    """Counts the batches that leave."""

    def __init__(self, sender, known):
        self.sender, self.patches = sender, 0
        known.append(self)

    def send(self, request, /):
        self.patches += request.method == "PATCH"
        return self.sender.send(request)


def test_a_truncated_upload_is_an_error_of_every_item_in_it():
    _, oro, items, bad = shop("6.1", sender=Truncating)
    result = oro.inventory_levels.update_many(items, key="sku")
    first = [item["sku"] for item in items[:1_000]]
    assert [error.key for error in result.errors] == [*first, *(one for one in bad if one not in first)]
    assert {error.code for error in result.errors[:1_000]} == {"NOT_READ"}
    assert result.written == 3_000 - len(result.errors)
    check_written(oro, items[1_000:], bad)


def test_of_two_items_for_one_row_the_later_one_wins():
    _, oro, items, bad = shop("7.0")
    items = [item for item in items if item["sku"] not in bad][:50]
    again = {**items[0], "sku": "AGAIN", "quantity": "777"}
    result = oro.inventory_levels.update_many([*items, again], key="sku")
    assert (result.ok, result.sent) == (True, 50)
    assert [(note.replaced, note.index) for note in result.notes] == [(0, 50)]
    assert quantities(oro)[items[0]["id"]] == "777"


@pytest.mark.parametrize("action", ["lose_reply", "truncate", "status_500_after"])
def test_a_reply_lost_after_the_202_is_settled_by_the_rows_without_a_second_send(action):
    fault = Fault(action=action, system="oro", method="PATCH", path=PATH, nth=2)
    counted = []
    _, oro, items, bad = shop("6.1", faults=[fault], sender=lambda sender: Counting(sender, counted))
    result = oro.inventory_levels.update_many(items, key="sku")
    assert [error.key for error in result.errors] == bad
    assert result.written == 2_960
    check_written(oro, items, bad)
    assert counted[0].patches == 3


def test_a_request_that_was_lost_on_its_way_is_not_sent_again_and_left_open():
    fault = Fault(action="lose_request", system="oro", method="PATCH", path=PATH, nth=2)
    _, oro, items, bad = shop("6.1", faults=[fault])
    before = quantities(oro)
    result = oro.inventory_levels.update_many(items, key="sku")
    assert {error.code for error in result.open} == {"OUTCOME_UNKNOWN"}
    assert result.stopped_at == 2_000
    check_written(oro, items[:1_000], bad)
    now = quantities(oro)
    assert all(now[item["id"]] == before[item["id"]] for item in items[1_000:] if item["id"] in now)


@pytest.mark.parametrize("version", VERSIONS)
def test_at_once_where_it_is_offered_and_in_the_background_where_not(version):
    _, oro, items, bad = shop(version)
    good = [item for item in items if item["sku"] not in bad][:250]
    result = oro.inventory_levels.update_many(good, key="sku", mode="sync", policy=BatchPolicy(chunk=200))
    assert (result.ok, result.written) == (True, 250)
    assert {one.id is None for one in result.operations} == {version != "5.1"}
    check_written(oro, good, bad)
    assert json.dumps(oro.capabilities().to_dict())
