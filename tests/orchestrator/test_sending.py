"""Every way a submit can end: one order at the warehouse, or none and a person who knows."""

from __future__ import annotations

import datetime as dt

import pytest

from orogxo.errors import (
    AuthenticationError,
    Conflict,
    DecodeError,
    Disposition,
    Invalid,
    MappingError,
    NotSent,
    OrogxoError,
    PermissionDenied,
    RateLimited,
    ReplyLost,
    ServerError,
    Unavailable,
)
from orogxo.model import State
from orogxo.ports import WarehouseFacts
from support.links import Bench
from support.orders import an_order


def test_a_clean_order_is_sent_once_however_often_it_runs() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    reports = [bench.run(), bench.run(minutes=1), bench.run(minutes=1)]
    assert [report.count("submitted") for report in reports] == [1, 0, 0]
    assert len(bench.site.effects) == 1
    assert bench.fulfilment().state is State.ACCEPTED
    assert all(report.ok for report in reports)


def test_many_orders_are_overlapped_and_all_recorded() -> None:
    bench = Bench(workers=4)
    bench.shop.put(*(an_order(id=str(number), identifier=f"ORD-{number}") for number in range(1, 121)))
    assert bench.run().count("submitted") == 120
    assert sorted(int(request.ref) for request in bench.site.effects) == list(range(1, 121))


@pytest.mark.parametrize("facts", [WarehouseFacts(), WarehouseFacts(natural_key=False)])
@pytest.mark.parametrize(
    "error",
    [
        ReplyLost("timeout"),
        ServerError("500", disposition=Disposition.RECONCILE),
        DecodeError("truncated", disposition=Disposition.RECONCILE),
        DecodeError("truncated"),
    ],
)
def test_a_reply_lost_after_the_effect_is_found_by_look_up(facts: WarehouseFacts, error: OrogxoError) -> None:
    bench = Bench()
    bench.site.known = facts
    bench.site.lose_after_effect = True
    bench.site.failures["submit"] = [error]
    bench.shop.put(an_order())
    report = bench.run()
    assert report.count("looked_up") == 1
    assert bench.site.calls == ["submit 17", "find 17"]
    assert bench.fulfilment().state is State.ACCEPTED
    assert any("found by look-up" in line for line in bench.story())


def test_a_request_lost_before_the_effect_is_sent_again_only_after_the_quarantine_and_a_second_look() -> None:
    bench = Bench()
    bench.site.failures["submit"] = [ReplyLost("timeout")]
    bench.shop.put(an_order())
    assert not bench.run().ok
    assert bench.fulfilment().state is State.SUBMITTING
    bench.run(minutes=2)
    assert bench.site.calls == ["submit 17", "find 17"], "the first request may still be under way"
    bench.run(minutes=2)
    assert bench.site.calls == ["submit 17", "find 17", "find 17", "submit 17"]
    assert len(bench.site.effects) == 1
    assert bench.fulfilment().revision == 2


def test_where_the_site_cannot_be_asked_but_honours_the_key_it_is_sent_again_after_the_quarantine() -> None:
    bench = Bench()
    bench.site.known = WarehouseFacts(natural_key=True, lookup=False)
    bench.site.failures["submit"] = [ReplyLost("timeout")]
    bench.shop.put(an_order())
    bench.run()
    bench.run(minutes=4)
    assert bench.site.calls == ["submit 17", "submit 17"]
    assert bench.fulfilment().state is State.ACCEPTED


@pytest.mark.parametrize("taken", [True, False])
def test_where_nobody_can_tell_the_order_stops_in_doubt_and_a_person_answers(taken: bool) -> None:
    bench = Bench()
    bench.site.known = WarehouseFacts(natural_key=False, lookup=False)
    bench.site.lose_after_effect = taken
    bench.site.failures["submit"] = [ReplyLost("timeout")]
    bench.shop.put(an_order())
    bench.run()
    bench.run(hours=2)
    assert bench.fulfilment().state is State.IN_DOUBT
    assert bench.site.calls == ["submit 17"], "nothing is sent again on a guess"
    (item,) = bench.open()
    assert (item.code, item.blocks) == ("SUBMIT_IN_DOUBT", True)
    bench.desk.answer(item.id, at_warehouse=taken, by="Amanda", reason="looked at the portal")
    bench.run(minutes=1)
    assert len(bench.site.effects) == 1
    assert bench.fulfilment().state is State.ACCEPTED
    assert bench.open() == []


def test_a_worker_that_dies_at_a_site_nobody_can_ask_leaves_the_order_in_doubt() -> None:
    bench = Bench()
    bench.site.known = WarehouseFacts(natural_key=False, lookup=False)
    bench.shop.put(an_order())
    bench.site.failures["submit"] = [KeyboardInterrupt()]  # type: ignore[list-item]  # the worker dies
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    bench.run(minutes=5)
    assert bench.site.calls == ["submit 17"], "the lease of the dead worker still runs"
    bench.run(minutes=6)
    assert bench.fulfilment().state is State.IN_DOUBT


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (NotSent("connection refused"), False),
        (RateLimited(status=429, retry_after=30), True),
        (Unavailable(status=503), True),
        (AuthenticationError(status=401), True),
        (PermissionDenied(status=403), True),
    ],
)
def test_what_was_provably_not_processed_is_simply_sent_later(error: OrogxoError, pauses: bool) -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.failures["submit"] = [error]
    report = bench.run()
    assert report.problems == (f"release: {error}",)
    assert bench.fulfilment().state is State.READY
    assert (bench.engine.paused("gxo") is not None) is pauses
    bench.run(minutes=2)
    assert bench.site.calls == ["submit 17", "submit 17"]
    assert len(bench.site.effects) == 1
    assert bench.engine.paused("gxo") is None


def test_a_pause_lasts_as_long_as_the_warehouse_asked_for() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.failures["submit"] = [RateLimited(status=429, retry_after=600)]
    bench.run()
    pause = bench.engine.paused("gxo")
    assert pause is not None
    assert pause.until == bench.clock.now() + dt.timedelta(seconds=600)
    bench.run(minutes=9)
    assert bench.site.calls == ["submit 17"]


@pytest.mark.parametrize(
    "error",
    [
        Invalid("no", status=422, code="UNKNOWN_SKU", problems=("/lines/0/sku: unknown",)),
        MappingError("no finite decimal", code="QUANTITY_UNSENDABLE"),
    ],
)
def test_a_refusal_holds_the_order_with_the_warehouses_own_words_until_it_changes(error: OrogxoError) -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.failures["submit"] = [error]
    assert bench.run().count("refused") == 1
    assert bench.fulfilment().state is State.REJECTED
    (item,) = bench.open()
    assert item.code == "SUBMIT_REJECTED"
    assert error.code in item.evidence
    bench.run(minutes=30)
    assert bench.site.calls == ["submit 17"], "the same request is not sent into the same refusal"
    bench.shop.edit("17", po_number="PO-2")
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.ACCEPTED
    assert bench.open() == []


def test_a_refused_order_goes_again_unchanged_when_a_person_asks_for_a_re_check() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.failures["submit"] = [Invalid("no", status=422, code="UNKNOWN_SKU")]
    bench.run()
    (item,) = bench.open()
    assert not bench.desk.recheck(item.id).is_open
    bench.run(minutes=1)
    assert len(bench.site.effects) == 1


@pytest.mark.parametrize("there", [True, False])
def test_a_conflict_is_looked_up(there: bool) -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.lose_after_effect = there
    bench.site.failures["submit"] = [Conflict("exists", status=409, code="DUPLICATE_ORDER")]
    bench.run()
    assert bench.fulfilment().state is (State.ACCEPTED if there else State.REJECTED)


def test_a_look_up_that_fails_settles_nothing() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.lose_after_effect = True
    bench.site.failures = {
        "submit": [ReplyLost("timeout")],
        "find": [ReplyLost("timeout"), NotSent("refused"), Unavailable(status=503)],
    }
    bench.run()
    for _ in range(2):
        bench.run(minutes=4)
        assert bench.fulfilment().state is State.SUBMITTING
    bench.run(minutes=4)
    assert bench.fulfilment().state is State.ACCEPTED
    assert len(bench.site.effects) == 1


def test_the_order_is_read_again_just_before_it_is_sent() -> None:
    """R19: a status that left the authorised set between reading and sending stops the order."""
    bench = Bench()
    bench.shop.put(an_order())
    bench.site.failures["submit"] = [NotSent("refused")]
    bench.run()
    bench.shop.edit("17", status="cancelled")
    bench.run(minutes=5)
    assert bench.site.effects == []
    assert bench.fulfilment().state is State.CANCELLED
    assert bench.run(minutes=5).count("submitted") == 0


def test_a_cancellation_inside_the_same_run_is_seen() -> None:
    bench = Bench()
    bench.shop.put(an_order())
    bench.run("feedback")
    original = bench.shop.orders

    def cancelled_meanwhile(order_ids: list[str]) -> object:
        bench.shop.edit("17", status="cancelled")
        return original(order_ids)

    bench.shop.orders = cancelled_meanwhile  # type: ignore[method-assign]  # someone cancels at this very moment
    bench.run()
    assert bench.site.calls == []
    assert bench.fulfilment().state is State.CANCELLED


def test_the_warehouses_echo_of_another_po_is_reported_at_once() -> None:
    bench = Bench()
    bench.site.echo = "PO-OTHER"
    bench.shop.put(an_order())
    bench.run()
    (item,) = bench.open()
    assert (item.code, item.blocks) == ("REFERENCE_LOST", False)


def test_two_workers_share_the_work_and_double_nothing() -> None:
    bench = Bench()
    bench.shop.put(*(an_order(id=str(number)) for number in range(1, 11)))
    with bench.store.transaction() as rows:
        rows.set_cursor("orders:id", "")
    original = bench.site.submit

    def submit_while_another_worker_runs(request: object) -> object:
        bench.site.submit = original  # type: ignore[method-assign]
        bench.run()
        return original(request)  # type: ignore[arg-type]

    bench.site.submit = submit_while_another_worker_runs  # type: ignore[method-assign, assignment]
    bench.run()
    assert sorted(int(request.ref) for request in bench.site.effects) == list(range(1, 11))


def test_a_state_word_that_nobody_knows_is_reported_not_guessed() -> None:
    bench = Bench()
    bench.site.state = "unmapped:teleported"
    bench.shop.put(an_order())
    bench.run()
    (item,) = bench.open()
    assert (item.code, item.blocks) == ("WAREHOUSE_STATE_UNKNOWN", False)
    assert "teleported" in item.message
    assert bench.fulfilment().state is State.ACCEPTED


@pytest.mark.parametrize(
    ("error", "calls"), [(RateLimited(status=429, retry_after=30), 1), (NotSent("connection refused"), 5)]
)
def test_an_end_in_trouble_is_left_alone_in_the_middle_of_a_batch(error: OrogxoError, calls: int) -> None:
    """At once where it says so; after five refused connections in a row where it cannot say anything."""
    bench = Bench()
    bench.shop.put(*(an_order(id=str(number)) for number in range(1, 21)))
    bench.site.failures["submit"] = [error] * 20
    bench.run()
    assert len(bench.site.calls) == calls
    assert bench.engine.paused("gxo") is not None
    bench.site.failures.clear()
    bench.run(minutes=2)
    assert len(bench.site.effects) == 20


def test_doubts_wait_too_while_the_warehouse_is_left_alone() -> None:
    bench = Bench()
    bench.shop.put(an_order(id="1"), an_order(id="2"))
    bench.site.failures = {"submit": [ReplyLost("?")] * 2, "find": [NotSent("refused")] * 2}
    bench.run()
    bench.site.failures = {"find": [Unavailable(status=503, retry_after=60)]}
    calls = len(bench.site.calls)
    bench.run(minutes=4)
    assert len(bench.site.calls) == calls + 1
    bench.run(minutes=4)
    assert len(bench.site.effects) == 2
