"""`update_many` on recorded exchanges: what every answer of the batch API means for every item."""

import json
import tracemalloc
from decimal import Decimal

import pytest

from orogxo.errors import PermissionDenied, ReplyLost
from orogxo.http import Reply
from orogxo.oro import BatchNote, BatchPolicy
from support.batches import JOB, accepted, finished, levels, no_errors, rows
from support.exchanges import ManualClock, a_token
from support.shop import VERSIONS, Shop, asked, client, entry, path, recorded, replay, reply


def push(shop, items, **options):
    oro = client(shop, clock=options.pop("clock", ManualClock()))
    return oro.inventory_levels.update_many(items, **options)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_batch_with_three_bad_items(version):
    """Recordings batch_inventory_three_bad*: "success", although three of five were refused."""
    base = "batch_inventory_three_bad"
    shop = replay(version, base, f"{base}_poll1", f"{base}_final", f"{base}_errors")
    clock = ManualClock()
    items = levels(*((at, at * 10) for at in range(1, 6)))
    result = push(shop, items, clock=clock)
    assert (result.sent, result.read, result.written, result.ok) == (5, 5, 2, False)
    assert [error.item for error in result.errors] == items[1:4]
    assert [(error.index, error.key, error.code) for error in result.errors] == [
        (1, "2", "REFUSED"),
        (2, "3", "REFUSED"),
        (3, "4", "REFUSED"),
    ]
    assert [error.pointer for error in result.errors] == ["/data/1/attributes/quantity", "/data/2", "/data/3"]
    assert "should not be blank" in str(result.errors[0])
    assert clock.slept[:2] == [0.5, 1.0]


def test_every_item_says_that_it_is_an_update_and_numbers_stay_exact():
    """Without `meta.update` an item is taken for a new record and refused (batch_inventory_no_meta)."""
    shop = Shop(accepted(), finished(2, 2), no_errors())
    result = push(shop, [{"id": "7", "quantity": Decimal("120.50")}, {"id": 8, "quantity": None}])
    assert result.ok
    sent = shop.sent[0]
    assert (sent.method, path(sent)) == ("PATCH", "/admin/api/inventorylevels")
    assert sent.header("X-Mode") is None
    assert b'"quantity":120.50' in sent.body
    assert [one["meta"] for one in json.loads(sent.body)["data"]] == [{"update": True}] * 2
    assert json.loads(sent.body)["data"][1]["attributes"] == {"quantity": None}


def test_a_cut_upload_is_an_error_although_oro_calls_it_a_success():
    """Recordings batch_inventory_malformed*: status success, readCount 0."""
    base = "batch_inventory_malformed"
    shop = replay("oro-7.0.3", base, f"{base}_final", f"{base}_errors")
    result = push(shop, levels((1, 1), (2, 2)))
    assert (result.read, result.written) == (0, 0)
    assert [error.code for error in result.errors] == ["NOT_READ"] * 2
    assert "read 0 of 2" in result.errors[0].detail


def test_an_upload_cut_in_the_middle_reports_what_was_not_read():
    shop = Shop(accepted(), finished(2, 2), no_errors())
    result = push(shop, levels((1, 1), (2, 2), (3, 3)))
    assert (result.read, result.written, [error.key for error in result.errors]) == (2, 2, ["3"])


def test_a_failed_operation_wrote_nothing_and_says_why():
    """Recordings batch_inventory_not_array*."""
    base = "batch_inventory_not_array"
    result = push(replay("oro-6.1.8", base, f"{base}_final", f"{base}_errors"), levels((1, 1)))
    assert result.written == 0
    loose, own = result.errors
    assert (loose.item, own.item) == (None, {"id": "1", "quantity": 1})
    assert "Failed to parse" in loose.detail


def test_counts_that_do_not_add_up_are_settled_by_the_rows():
    shop = Shop(accepted(), finished(3, 2), no_errors(), rows((1, "5"), (2, "6.0"), (3, "0")))
    result = push(shop, levels((1, 5), (2, 6), (3, 7)))
    assert [(error.key, error.code) for error in result.errors] == [("3", "NOT_WRITTEN")]
    assert result.written == 2
    assert asked(shop.sent[-1])["filter[id]"] == "1,2,3"


def test_pages_of_errors_are_read_to_the_end_and_count_over_the_request():
    """Recording asyncoperation_errors_default_page: pointers count over the whole request."""

    def page(positions):
        told = [
            entry("asyncoperationerrors", f"9-1-{at}", status=404, title="t", detail="d")
            | {
                "attributes": {
                    "status": 404,
                    "title": "t",
                    "detail": "d",
                    "source": {"pointer": f"/data/{at}"},
                }
            }
            for at in positions
        ]
        return reply({"data": told})

    shop = Shop(accepted(), finished(900, 300, 600), page(range(500)), page(range(500, 600)))
    result = push(shop, levels(*((at, at) for at in range(900))))
    assert [error.index for error in result.errors] == list(range(600))
    assert [asked(one).get("page[number]") for one in shop.sent[2:]] == ["1", "2"]


def test_no_consumer_is_said_and_nothing_more_is_sent():
    """Recording asyncoperation_stuck_new_no_consumer."""
    stuck = recorded("oro-7.0.3", "asyncoperation_stuck_new_no_consumer")
    told = json.loads(stuck.body)["data"]["id"]
    shop = Shop(accepted(told), *[stuck] * 50)
    clock = ManualClock()
    policy = BatchPolicy(chunk=2, unclaimed=30)
    result = push(shop, levels((1, 1), (2, 2), (3, 3)), policy=policy, clock=clock)
    assert (result.sent, result.written, result.stopped_at) == (2, 0, 2)
    assert {error.code for error in result.open} == {"NO_CONSUMER"}
    assert "no consumer is running" in result.errors[0].detail
    assert 30 <= sum(clock.slept) < 60
    assert [one.method for one in shop.sent].count("PATCH") == 1
    assert result.operations[0].id == told


def test_an_operation_that_never_ends_is_given_up_and_what_it_wrote_is_seen():
    policy = BatchPolicy(deadline=0)
    shop = Shop(accepted(), finished(status="running"), rows((1, "1"), (2, "0")))
    result = push(shop, levels((1, 1), (2, 2)), policy=policy)
    assert [(error.key, error.code) for error in result.errors] == [("2", "UNFINISHED")]
    assert (result.written, result.stopped_at) == (1, 2)


@pytest.mark.parametrize(
    "lost", [ReplyLost("the line broke"), recorded("oro-6.1.8", "tracking_post_long_number")]
)
def test_after_a_lost_reply_the_rows_are_read_and_nothing_is_sent_again(lost):
    shop = Shop(lost, rows((1, "1"), (2, "0")), rows((2, "2.000")))
    result = push(shop, levels((1, 1), (2, 2)))
    assert (result.ok, result.written) == (True, 2)
    assert [one.method for one in shop.sent] == ["PATCH", "GET", "GET"]
    assert asked(shop.sent[2])["filter[id]"] == "2"


def test_rows_that_never_show_it_are_unknown_and_others_go_on():
    policy = BatchPolicy(chunk=2, settle=3)
    shop = Shop(
        ReplyLost("gone"),
        *[rows((1, "1"), (2, "0")), rows((2, "0")), rows((2, "0"))],
        *[accepted(), finished(1, 1), no_errors()],
    )
    result = push(shop, levels((1, 1), (2, 2), (3, 3)), policy=policy)
    assert [(error.key, error.code) for error in result.errors] == [("2", "OUTCOME_UNKNOWN")]
    assert (result.sent, result.written, result.stopped_at) == (3, 2, None)


def test_where_no_row_shows_anything_nothing_follows():
    policy = BatchPolicy(chunk=1, settle=1)
    shop = Shop(ReplyLost("gone"), *[rows((1, "0"))] * 2)
    result = push(shop, levels((1, 1), (2, 2)), policy=policy)
    assert (result.stopped_at, result.written, len(result.open)) == (1, 0, 1)


def test_an_operation_that_cannot_be_watched_is_settled_by_the_rows():
    """Recording asyncoperation_limited_403: the role may not view operations."""
    shop = Shop(accepted(), recorded("oro-7.0.3", "asyncoperation_limited_403"), rows((1, "1")))
    result = push(shop, levels((1, 1)))
    assert result.ok
    assert result.operations[0].status == "unknown"


def test_rows_that_cannot_be_read_leave_it_open():
    shop = Shop(ReplyLost("gone"), recorded("oro-6.1.8", "limited_403_orders_list"))
    result = push(shop, levels((1, 1)))
    assert isinstance(result.failure, PermissionDenied)
    assert [error.code for error in result.errors] == ["OUTCOME_UNKNOWN"]
    assert not result.ok


def test_a_cut_answer_still_names_the_operation_in_a_header():
    cut = Reply(202, {"Content-Type": "application/json", "Content-Location": f"{JOB}"}, b'{"data":')
    named = Reply(202, {"Content-Location": f"https://x/admin/api/{JOB}/9"}, b'{"data":')
    assert push(Shop(named, finished(1, 1), no_errors()), levels((1, 1))).operations[0].id == "9"
    assert push(Shop(cut, rows((1, "1"))), levels((1, 1))).operations[0].id is None


def test_a_refused_upload_is_raised_or_told_where_something_was_sent_before():
    refused = recorded("oro-7.0.3", "sync_inventory_limited_403")
    with pytest.raises(PermissionDenied):
        push(Shop(refused), levels((1, 1)))
    shop = Shop(accepted(), finished(1, 1), no_errors(), refused)
    result = push(shop, levels((1, 1), (2, 2)), policy=BatchPolicy(chunk=1))
    assert (result.written, result.stopped_at) == (1, 1)
    assert isinstance(result.failure, PermissionDenied)


def test_two_items_for_one_record_are_one_and_the_last_value_wins():
    """Recording batch_inventory_duplicate_id: OroCommerce would apply both, in no fixed order."""
    shop = Shop(accepted(), finished(2, 2), no_errors())
    result = push(shop, levels((7, 1), (8, 2), (7, 3)))
    data = json.loads(shop.sent[0].body)["data"]
    assert [(one["id"], one["attributes"]["quantity"]) for one in data] == [("7", 3), ("8", 2)]
    assert result.notes == (BatchNote("7", replaced=0, index=2),)
    assert (result.sent, result.ok) == (2, True)


@pytest.mark.parametrize(
    "item",
    [
        {"quantity": 1},
        {"id": "", "quantity": 1},
        {"id": True, "quantity": 1},
        {"id": "7"},
        {"id": "7", "quantity": object()},
        {"id": "7", "quantity": float("nan")},
        {"id": "7", "relationships": {"product": 5}},
        "7",
    ],
)
def test_a_malformed_item_is_never_sent_and_stops_no_other(item):
    shop = Shop(accepted(), finished(1, 1), no_errors())
    result = push(shop, [item, {"id": "8", "quantity": 1}])
    assert [(error.code, error.index) for error in result.errors] == [("MALFORMED", 0)]
    assert result.errors[0].item is item
    assert (result.sent, result.written) == (1, 1)


def test_items_may_be_named_by_the_callers_own_key():
    error = entry("asyncoperationerrors", "9-1-1", status=400, title="t", detail="d")
    error["attributes"]["source"] = {"pointer": "/data/1/attributes/quantity"}
    shop = Shop(accepted(), finished(2, 1, 1), reply({"data": [error]}))
    items = [{"sku": "A", "id": "1", "quantity": 1}, {"sku": "B", "id": "2", "quantity": 2}]
    result = push(shop, items, key="sku")
    assert [one.key for one in result.errors] == ["B"]
    assert b"sku" not in shop.sent[0].body
    assert push(Shop(), [{"id": "1", "quantity": 1}], key="sku").errors[0].code == "MALFORMED"


def test_relations_and_included_records_travel_along():
    """Recording batch_orders_update_trackings: an error in an included record names the item it came with."""
    error = entry("asyncoperationerrors", "9-1-1", status=400, title="t", detail="d")
    error["attributes"]["source"] = {"pointer": "/included/1/attributes/number"}
    shop = Shop(accepted(), finished(2, 1, 1), reply({"data": [error]}))
    items = [
        {
            "id": str(at),
            "relationships": {"shippingTrackings": [("ordershippingtrackings", f"t{at}")]},
            "included": [{"type": "ordershippingtrackings", "id": f"t{at}", "attributes": {"number": "1Z"}}],
        }
        for at in (10, 11)
    ]
    result = client(shop).orders.update_many(items)
    assert [one.key for one in result.errors] == ["11"]
    assert len(json.loads(shop.sent[0].body)["included"]) == 2


def test_a_generator_is_read_no_further_than_needed():
    taken = []

    def endless():
        for at in range(10**9):
            taken.append(at)
            yield {"id": str(at), "quantity": 1}

    shop = Shop(ReplyLost("gone"), *[rows()] * 20)
    result = push(shop, endless(), policy=BatchPolicy(chunk=10, settle=1))
    assert (result.stopped_at, len(taken)) == (10, 21)


def test_nothing_to_do_sends_nothing():
    assert push(Shop(), []).ok


def test_a_mode_or_a_policy_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="async or sync"):
        push(Shop(), [], mode="later")
    with pytest.raises(ValueError, match="chunk"):
        BatchPolicy(chunk=0)


def test_a_server_error_is_looked_up_and_not_raised():
    shop = Shop(Reply(500, {}, b""), rows((1, "1")))
    assert push(shop, levels((1, 1))).ok


def test_a_generator_goes_through_in_constant_memory():
    """Each request holds a thousand items; what is behind is let go."""

    class Endless:
        count = 0

        def send(self, request, /):
            if path(request) == "/oauth2-token":
                return a_token()
            if request.method == "PATCH":
                self.count = len(json.loads(request.body)["data"])
                return accepted()
            return (
                no_errors()
                if request.url.split("?")[0].endswith("errors")
                else finished(self.count, self.count)
            )

    def items(count):
        return ({"id": str(at), "quantity": "1"} for at in range(count))

    levels = client(Endless()).inventory_levels
    assert levels.update_many(items(1_000)).ok
    peaks = []
    for count in (2_000, 20_000):
        tracemalloc.start()
        result = levels.update_many(items(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (result.ok, result.written) == (True, count)
    assert peaks[1] < peaks[0] * 1.2
