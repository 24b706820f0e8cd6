"""Writes of stock: exact figures, an error for every row that is not known to be written, nothing else."""

import json
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orogxo.errors import PermissionDenied
from orogxo.model.stock import LevelChange
from orogxo.oro import BatchPolicy, OroStockFront
from orogxo.oro.stock_writes import level_item, sendable
from orogxo.ports.stock import LevelError, WriteReport
from support.batches import JOB, accepted, finished, no_errors, operation, rows
from support.exchanges import ManualClock
from support.shop import VERSIONS, Shop, asked, client, entry, path, recorded, replay, reply

FORBIDDEN = reply({"errors": [{"status": "403", "title": "access denied exception"}]}, 403)


def stock(shop, **options):
    clock = ManualClock()
    return OroStockFront(client(shop, clock=clock), clock, **options)


def change(level_id, after, before=0):
    return LevelChange(str(level_id), "A", "item", Fraction(before), Fraction(after), "told")


def sent(shop):
    """What was patched, as JSON."""
    return [json.loads(one.body)["data"] for one in shop.sent if one.method == "PATCH"]


def written(count):
    return [accepted(), finished(count, count), no_errors()]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_batch_with_three_bad_rows(version):
    """Recordings batch_inventory_three_bad*: "success", although three of five were refused."""
    base = "batch_inventory_three_bad"
    shop = replay(version, base, f"{base}_poll1", f"{base}_final", f"{base}_errors")
    report = stock(shop).write([change(at, at * 10) for at in range(1, 6)])
    assert (report.sent, report.requests) == (5, 1)
    assert [(one.level_id, one.code, one.open) for one in report.errors] == [
        (level, "REFUSED", False) for level in "234"
    ]
    assert "should not be blank" in report.errors[0].message


def test_quantities_go_out_as_exact_texts_and_nothing_goes_with_them():
    shop = Shop(*written(3))
    report = stock(shop).write([change(1, 12), change(2, Fraction(1, 8)), change(3, 10**9)])
    assert report == WriteReport(3, 1)
    assert sent(shop) == [
        [
            {
                "type": "inventorylevels",
                "id": one,
                "attributes": {"quantity": text},
                "meta": {"update": True},
            }
            for one, text in (("1", "12"), ("2", "0.125"), ("3", "1000000000"))
        ]
    ]


def test_nothing_to_write_sends_nothing():
    assert stock(Shop()).write([]) == WriteReport(0, 0)


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (Fraction(-1, 2), "LEVEL_NEGATIVE"),
        (Fraction(1, 3), "LEVEL_NOT_EXACT"),
        (Fraction(1, 10**11), "LEVEL_NOT_EXACT"),
        (10**10, "LEVEL_TOO_GREAT"),
    ],
)
def test_what_oro_cannot_hold_is_not_sent_and_said(after, code):
    """Precision 20, scale 10 (contract, section 7.3); inventorylevel_patch_negative: it would be taken."""
    shop = Shop(*written(1))
    report = stock(shop).write([change(1, after), change(2, 5)])
    assert [(one.level_id, one.code, one.open) for one in report.errors] == [("1", code, False)]
    assert "level 1 of A (item) was not written" in report.errors[0].message
    assert [[one["id"] for one in data] for data in sent(shop)] == [["2"]]


@given(
    st.fractions(min_value=-5, max_value=10**11) | st.integers(0, 10**12).map(lambda at: Fraction(at, 10**10))
)
def test_what_is_sent_is_the_figure_itself_or_it_is_refused(after):
    good, refused = sendable([change(1, after)])
    assert [one.level_id for one in [*good, *refused]] == ["1"]
    assert bool(good) == (0 <= after < 10**10 and (after * 10**10).denominator == 1)
    for one in good:
        text = level_item(one)["quantity"]
        assert Fraction(text) == after
        assert re.fullmatch(r"\d{1,10}(\.\d{1,10})?", text)


def test_of_two_changes_of_a_row_the_last_one_counts():
    shop = Shop(*written(2))
    report = stock(shop).write([change(1, 5), change(2, 6), change(1, 7)])
    assert report == WriteReport(2, 1)
    assert [(one["id"], one["attributes"]["quantity"]) for one in sent(shop)[0]] == [("1", "7"), ("2", "6")]


def test_an_operation_that_nobody_takes_up_leaves_its_rows_open_and_the_rest_unsent():
    """Recording asyncoperation_stuck_new_no_consumer."""
    stuck = recorded("oro-7.0.3", "asyncoperation_stuck_new_no_consumer")
    shop = Shop(accepted(json.loads(stuck.body)["data"]["id"]), *[stuck] * 50)
    report = stock(shop, policy=BatchPolicy(chunk=2)).write([change(at, 1) for at in range(1, 6)])
    assert (report.sent, report.requests) == (2, 1)
    assert [(one.level_id, one.code, one.open) for one in report.errors] == [
        ("1", "NO_CONSUMER", True),
        ("2", "NO_CONSUMER", True),
        ("3", "NOT_SENT", False),
        ("4", "NOT_SENT", False),
        ("5", "NOT_SENT", False),
    ]
    assert "what became of an earlier request is open" in report.errors[2].message


def test_a_later_request_that_is_refused_leaves_its_rows_unsent():
    shop = Shop(*written(1), FORBIDDEN)
    report = stock(shop, policy=BatchPolicy(chunk=1)).write([change(1, 1), change(2, 1)])
    assert (report.sent, report.requests) == (1, 1)
    assert [(one.level_id, one.code) for one in report.errors] == [("2", "NOT_SENT")]
    assert "2 was not written: OroCommerce" in report.errors[0].message


def test_the_first_request_that_is_refused_is_an_error():
    """Recording asyncoperation_limited_403: without the right to asynchronous operations."""
    with pytest.raises(PermissionDenied):
        stock(Shop(recorded("oro-6.1.8", "limited_403_inventorylevel_patch"))).write([change(1, 1)])


def test_an_error_that_names_no_row_is_kept():
    loose = entry("asyncoperationerrors", "9-1-1", status=500, title="oops", detail="", source=None)
    shop = Shop(accepted(), finished(1, 1, 1), reply({"data": [loose]}))
    report = stock(shop).write([change(1, 1)])
    assert report.errors == (LevelError("", "REFUSED", "REFUSED : oops"),)


# inventory_status -------------------------------------------------------------------------------------------


def statuses(**shown):
    found = [
        entry("products", one.lstrip("p"), {"inventory_status": code and ("prodinventorystatuses", code)})
        for one, code in shown.items()
    ]
    return reply({"data": found})


def test_a_status_is_written_where_it_differs():
    shop = Shop(statuses(p1="out_of_stock", p2="in_stock", p3="in_stock"), *written(2))
    report = stock(shop).show_in_stock({"1": True, "2": False, "3": True})
    assert report == WriteReport(2, 1)
    assert asked(shop.sent[0]) == {
        "filter[id]": "1,2,3",
        "fields[products]": "inventory_status",
        "page[size]": "-1",
    }
    assert path(shop.sent[1]) == "/admin/api/products"
    assert sent(shop)[0] == [
        {
            "type": "products",
            "id": one,
            "relationships": {"inventory_status": {"data": {"type": "prodinventorystatuses", "id": code}}},
            "meta": {"update": True},
        }
        for one, code in (("1", "in_stock"), ("2", "out_of_stock"))
    ]


@pytest.mark.parametrize("code", ["discontinued", "seasonal", None])
def test_a_status_that_people_have_set_stays(code):
    """Codes: recording prodinventorystatuses_list; an installation may add its own."""
    shop = Shop(statuses(p1=code))
    report = stock(shop).show_in_stock({"1": True, "2": False})
    assert [(one.level_id, one.code) for one in report.errors] == [
        ("1", "STATUS_NOT_OURS"),
        ("2", "PRODUCT_UNKNOWN"),
    ]
    assert (report.sent, report.requests) == (0, 0)
    assert str(code) in report.errors[0].message
    shop.done()


def test_a_status_that_may_not_be_read_is_not_written():
    shop = Shop(FORBIDDEN)
    with pytest.raises(PermissionDenied):
        stock(shop).show_in_stock({"1": True})
    shop.done()


def test_nothing_is_sent_for_no_products():
    assert stock(Shop()).show_in_stock({}) == WriteReport(0, 0)


def test_an_operation_still_running_at_the_deadline_is_open():
    running = reply({"data": operation("running")})
    shop = Shop(accepted(), running, rows((1, "0")))
    report = stock(shop, policy=BatchPolicy(deadline=0)).write([change(1, 5)])
    assert [(one.level_id, one.code, one.open) for one in report.errors] == [("1", "UNFINISHED", True)]
    assert path(shop.sent[1]).split("/")[-2] == JOB
