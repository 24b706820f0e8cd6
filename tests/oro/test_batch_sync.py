"""`update_many(mode="sync")`: all or nothing in one reply, where the installation offers it."""

import json

import pytest
from attrs import evolve

from orogxo.errors import ReplyLost
from orogxo.http import Reply
from orogxo.oro import BatchPolicy
from support.batches import accepted, finished, levels, no_errors, rows
from support.shop import JSON_API, MODERN, Shop, client, entry, recorded, replay, reply


def push(shop, items, known=MODERN, **options):
    oro = client(shop, capabilities=known)
    return oro, oro.inventory_levels.update_many(items, mode="sync", **options)


@pytest.mark.parametrize("version", ["oro-6.1.8", "oro-7.0.3"])
def test_it_is_done_at_once(version):
    """Recordings batch_inventory_sync."""
    shop = replay(version, "batch_inventory_sync")
    oro, result = push(shop, levels((1, 701), (2, 702)))
    assert (result.ok, result.written, result.read) == (True, 2, 2)
    assert shop.sent[0].header("X-Mode") == "sync"
    assert oro.capabilities().sync_batch is True


def test_51_ignores_the_header_and_the_work_is_waited_for():
    """Recordings 5.1.8/batch_inventory_sync*."""
    base = "batch_inventory_sync"
    shop = replay("oro-5.1.8", base, f"{base}_poll1", f"{base}_poll2", f"{base}_final", f"{base}_errors")
    shop.answers = [shop.answers[0], shop.answers[-2], shop.answers[-1]]
    oro, result = push(shop, levels((1, 701), (2, 702)))
    assert result.ok
    assert oro.capabilities().sync_batch is None


def test_after_the_first_202_the_rest_goes_without_the_header():
    shop = Shop(*[accepted(), finished(1, 1), no_errors()] * 3)
    _, result = push(shop, levels((1, 1), (2, 2), (3, 3)), policy=BatchPolicy(chunk=1))
    assert [one.header("X-Mode") for one in shop.sent if one.method == "PATCH"] == ["sync", None, None]
    assert (result.sent, result.written) == (3, 3)


def test_where_it_is_known_not_to_be_offered_it_is_not_asked_for():
    shop = Shop(accepted(), finished(150, 150), no_errors())
    items = levels(*((at, at) for at in range(150)))
    _, result = push(shop, items, known=evolve(MODERN, sync_batch=False))
    assert result.ok
    assert shop.sent[0].header("X-Mode") is None


def test_never_more_than_a_hundred_items_or_fifty_included():
    """Recordings sync_inventory_101_items*: over the limit it fails, and the reason is lost."""

    def done(request):
        data = json.loads(request.body)["data"]
        return reply({"data": [entry("inventorylevels", one["id"]) for one in data]})

    shop = Shop(*[done] * 3)
    _, result = push(shop, levels(*((at, at) for at in range(250))))
    assert [len(json.loads(one.body)["data"]) for one in shop.sent] == [100, 100, 50]
    assert result.written == 250
    parts = [{"type": "x", "id": f"t{at}", "attributes": {}} for at in range(30)]
    items = [{"id": str(at), "quantity": 1, "included": parts} for at in range(3)]
    shop = Shop(*[done] * 3)
    push(shop, items)
    assert [len(json.loads(one.body)["included"]) for one in shop.sent] == [30, 30, 30]


@pytest.mark.parametrize(
    ("name", "bad"), [("sync_inventory_one_invalid", "2"), ("sync_inventory_one_missing", "2")]
)
def test_one_bad_item_and_nothing_is_written(name, bad):
    """Recordings sync_inventory_one_invalid, sync_inventory_one_missing."""
    _, result = push(replay("oro-7.0.3", name), levels((1, 1), (2, 2), (3, 3)))
    assert (result.written, result.ok) == (0, False)
    told = {error.key: error.code for error in result.errors}
    assert told == {"1": "NOT_WRITTEN", bad: "REFUSED", "3": "NOT_WRITTEN"}


def test_every_bad_item_of_a_mixed_refusal_is_named():
    """Recording sync_orders_mixed."""
    shop = replay("oro-7.0.3", "sync_orders_mixed")
    items = [{"id": one, "customerNotes": "n"} for one in ("13", "777777", "14")]
    result = client(shop).orders.update_many(items, mode="sync")
    assert [(error.key, error.code) for error in result.errors] == [
        ("13", "NOT_WRITTEN"),
        ("777777", "REFUSED"),
        ("14", "REFUSED"),
    ]


def test_an_empty_list_for_an_answer_is_an_upload_that_was_not_read():
    """Recording sync_inventory_empty: 200 and [], as for malformed JSON."""
    _, result = push(replay("oro-7.0.3", "sync_inventory_empty"), levels((1, 1)))
    assert [error.code for error in result.errors] == ["NOT_READ"]
    assert (result.read, result.written) == (0, 0)


def test_an_answer_that_leaves_one_out_says_so():
    shop = Shop(reply({"data": [entry("inventorylevels", "1")]}))
    _, result = push(shop, levels((1, 1), (2, 2)))
    assert [(error.key, error.code) for error in result.errors] == [("2", "NOT_READ")]


def test_over_the_limit_of_an_installation_the_operation_is_gone():
    """Recordings sync_inventory_101_items, sync_inventory_101_items_op: 202 "failed", then 404."""
    over = recorded("oro-7.0.3", "sync_inventory_101_items")
    gone = recorded("oro-7.0.3", "sync_inventory_101_items_op")
    shop = Shop(over, gone, *[rows((1, "0"))] * 20)
    _, result = push(shop, levels((1, 1)))
    assert [error.code for error in result.errors] == ["OUTCOME_UNKNOWN"]


@pytest.mark.parametrize(
    "lost", [ReplyLost("gone"), Reply(200, {"Content-Type": JSON_API}, b'{"data":[{"ty')]
)
def test_a_lost_or_cut_reply_is_looked_up(lost):
    shop = Shop(lost, rows((1, "1")))
    _, result = push(shop, levels((1, 1)))
    assert result.ok


def test_what_a_batch_has_shown_is_told_with_the_other_capabilities():
    done = reply({"data": [entry("inventorylevels", "1")]})
    shop = Shop(done, *[reply({"data": []})] * 7, done)
    oro = client(shop, capabilities=None)
    oro.inventory_levels.update_many(levels((1, 1)), mode="sync")
    assert oro.capabilities().sync_batch is True
    assert oro.inventory_levels.update_many(levels((1, 1)), mode="sync").ok


@pytest.mark.parametrize("status", [200, 201, 204])
def test_an_answer_that_is_none_of_the_known_ones_is_looked_up(status):
    shop = Shop(Reply(status, {}, b""), rows((1, "1")))
    result = client(shop).inventory_levels.update_many(levels((1, 1)))
    assert result.ok
    assert result.operations[0].status == "unknown"


def test_a_pointer_to_nothing_that_was_sent_blames_nobody():
    errors = [
        {"status": "400", "title": "t", "detail": "d", "source": {"pointer": f"/data/{at}"}} for at in (9, 0)
    ]
    shop = Shop(reply({"errors": errors}, 400))
    _, result = push(shop, levels((1, 1), (2, 2)))
    assert {error.key: error.code for error in result.errors} == {"1": "REFUSED", "2": "NOT_WRITTEN"}
