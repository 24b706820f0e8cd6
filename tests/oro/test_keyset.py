"""Walking a list that moves: nothing skipped, nothing twice, and never without an end."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orogxo.errors import DecodeError
from support.shop import MovingList, Row, client, entry, recorded, replay, reply


def second(number):
    return f"2026-11-23T09:{number // 60:02d}:{number % 60:02d}Z"


def walked(moving, **asked):
    return [int(order.id) for order in client(moving).orders.iter(**asked)]


def test_120_orders_while_new_ones_appear_between_pages():
    """With page numbers, an order inserted or deleted before the cursor shifts all later pages."""

    def meanwhile(moving, page):
        if page <= 5:
            moving.rows += [Row(1000 + page), Row(-page)]
            moving.rows.remove(Row(page))

    moving = MovingList([Row(number) for number in range(1, 121)], meanwhile)
    found = walked(moving, filter={"id[gt]": "0"}, page_size=25)
    assert len(found) == len(set(found))
    assert set(range(26, 121)) | set(range(1, 26)) <= set(found)
    assert {1001, 1002, 1003, 1004} <= set(found), "what is added behind the cursor is met"
    assert all("page[number]" not in wanted for wanted in moving.sent)


@pytest.mark.parametrize("version", ["oro-6.1.8"])
def test_the_first_request_is_the_recorded_one(version):
    """Recording orders_list_filter_id_gt: `filter[id][gt]` with `sort=id`."""
    shop = replay(version, "orders_list_empty")
    assert list(client(shop).orders.iter(filter={"id[gt]": "30"}, page_size=5)) == []
    assert "filter%5Bid%5D%5Bgt%5D=30" in shop.sent[0].url
    assert "sort=id" in shop.sent[0].url


def test_a_short_page_is_the_end():
    moving = MovingList([Row(1), Row(2), Row(3)])
    assert walked(moving, page_size=2) == [1, 2, 3]
    assert len(moving.sent) == 2
    assert walked(MovingList([]), page_size=2) == []


def test_everything_in_one_page():
    moving = MovingList([Row(number) for number in range(30)])
    assert walked(moving, page_size=-1) == list(range(30))
    assert len(moving.sent) == 1


def test_by_time_what_changes_meanwhile_comes_again_at_its_new_place():
    def meanwhile(moving, page):
        if page == 1:
            moving.rows = [Row(row.id, second(50)) if row.id == 1 else row for row in moving.rows]

    moving = MovingList([Row(number, second(number)) for number in range(1, 8)], meanwhile)
    assert walked(moving, sort="updatedAt", page_size=3) == [1, 2, 3, 4, 5, 6, 7, 1]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=40), st.integers(1, 7))
def test_by_time_everything_comes_once_however_many_share_a_second(seconds, page_size):
    rows = [Row(number, second(at)) for number, at in enumerate(seconds, 1)]
    moving = MovingList(rows)
    found = walked(moving, sort="updatedAt", page_size=page_size)
    assert sorted(found) == [row.id for row in rows]
    in_time = [rows[number - 1].updated_at for number in found]
    assert in_time == sorted(in_time)
    # Each second costs at most one extra page on the way in and out of it.
    assert len(moving.sent) <= len(rows) + 2 * len(set(seconds)) + 2


def test_a_full_page_of_one_second_is_walked_by_id():
    moving = MovingList([Row(number, second(5)) for number in range(1, 8)] + [Row(9, second(9))])
    assert walked(moving, filter={"updatedAt[gte]": second(1)}, sort="updatedAt,id", page_size=3) == [
        1, 2, 3, 4, 5, 6, 7, 9,
    ]  # fmt: skip
    within = moving.sent[1]
    assert within["filter[updatedAt][gte]"] == within["filter[updatedAt][lte]"] == second(5)
    assert moving.sent[-1]["filter[updatedAt][gt]"] == second(5)


def test_within_a_second_new_smaller_ids_do_not_bring_doubles():
    def meanwhile(moving, page):
        if page == 1:
            moving.rows += [Row(number, second(2)) for number in (11, 12, 13)]

    rows = [Row(20, second(1)), Row(21, second(2)), Row(22, second(2))]
    found = walked(MovingList(rows, meanwhile), sort="updatedAt", page_size=3)
    assert sorted(found) == [11, 12, 13, 20, 21, 22]


def test_the_time_is_asked_for_even_in_own_fieldsets():
    moving = MovingList([])
    assert walked(moving, sort="updatedAt", fields=["identifier"]) == []
    assert moving.sent[0]["fields[orders]"] == "identifier,updatedAt"
    assert walked(moving, sort="updatedAt", fields="all") == []
    assert not [name for name in moving.sent[1] if name.startswith("fields")]


@pytest.mark.parametrize("sort", ["-id", "poNumber", "id,updatedAt", "-updatedAt", "updatedAt,poNumber"])
def test_no_other_order_can_be_walked(sort):
    with pytest.raises(ValueError, match="iter goes by"):
        next(client(MovingList([])).orders.iter(sort=sort))


@pytest.mark.parametrize("ids", [["2", "1"], ["1", "1"], ["0", "2"]])
def test_a_list_out_of_order_is_refused_rather_than_read_with_gaps(ids):
    pages = [reply({"data": [entry("orders", "0"), entry("orders", "1")]})] if ids == ["0", "2"] else []
    shop = replay("oro-6.1.8")
    shop.answers = [*pages, reply({"data": [entry("orders", one) for one in ids]})]
    with pytest.raises(DecodeError, match="not in order of id"):
        list(client(shop).orders.iter(page_size=2))


def test_times_out_of_order_or_missing_are_refused():
    for times, told in (([second(2), second(1)], "not in order of updatedAt"), ([None], "expected a date")):
        shop = replay("oro-6.1.8")
        shop.answers = [
            reply({"data": [entry("orders", str(at), updatedAt=time) for at, time in enumerate(times)]})
        ]
        with pytest.raises(DecodeError, match=told):
            list(client(shop).orders.iter(sort="updatedAt"))


def test_ids_that_are_no_numbers_are_read_in_one_go():
    """Units and webhooks have codes and UUIDs for ids, which no filter compares."""
    units = [entry("productunits", code) for code in ("case", "each", "pallet")]
    shop = replay("oro-6.1.8")
    shop.answers = [reply({"data": units[:2]}), reply({"data": units})]
    found = [unit.id for unit in client(shop).resource("productunits").iter(page_size=2)]
    assert found == ["case", "each", "pallet"]
    assert "page%5Bsize%5D=-1" in shop.sent[1].url


def test_the_recorded_page_by_time_is_in_order():
    """Recordings s61_orders_updatedAt_gt and with-status-exposed/orders_list_filter_updatedAt_gte_sort."""
    for version, name in (
        ("oro-6.1.8", "s61_orders_updatedAt_gt"),
        ("oro-5.1.8", "with-status-exposed/orders_list_filter_updatedAt_gte_sort"),
    ):
        shop = replay(version, name)
        found = list(client(shop).orders.iter(sort="updatedAt", page_size=100))
        assert [order.updated_at for order in found] == sorted(order.updated_at for order in found)
        assert len(found) == len(json.loads(recorded(version, name).body)["data"])
