"""A cancellation in OroCommerce after the send has three honest answers: done, late, not yet (R50, B12)."""

from __future__ import annotations

import pytest
from attrs import evolve

from orogxo.errors import Conflict, NotFound, NotSent, OrogxoError, ReplyLost, Unavailable
from orogxo.model import Answer, CancelAnswer, State
from support.links import Bench
from support.orders import a_shipment, an_order


def sent(state: str = "accepted") -> Bench:
    bench = Bench()
    bench.site.known = evolve(bench.site.known, cancel=True)
    bench.site.state = state
    bench.shop.put(an_order())
    bench.run()
    return bench


def cancelled(bench: Bench, *answers: CancelAnswer) -> None:
    bench.site.cancel_answers = list(answers)
    bench.shop.edit("17", status="cancelled")
    bench.run(minutes=1)


def test_done_gives_up_the_rest_and_the_contest_is_over() -> None:
    bench = sent()
    cancelled(bench)
    fulfilment = bench.fulfilment()
    assert (fulfilment.state, fulfilment.cancel) == (State.CANCELLED, Answer.DONE)
    assert (fulfilment.lines[0].cancelled, fulfilment.lines[0].open) == (12, 0)
    assert bench.open() == []
    assert [call for call in bench.site.calls if "cancel" in call] == ["cancel 17"]
    bench.shop.edit("17", customer_notes="thanks")
    bench.run(minutes=1)
    assert bench.open() == []


def test_done_after_a_part_was_shipped_cancels_the_rest_only() -> None:
    bench = sent()
    bench.site.feed = [a_shipment(5)]
    bench.run(minutes=1)
    cancelled(bench)
    line = bench.fulfilment().lines[0]
    assert (line.shipped, line.cancelled, line.open) == (5, 7, 0)
    assert bench.fulfilment().state is State.CLOSED


@pytest.mark.parametrize(
    "refusal", [CancelAnswer(Answer.REFUSED, "it is picked", "picking"), Conflict("late", status=409)]
)
def test_too_late_is_told_once_and_the_order_goes_on(refusal: CancelAnswer | OrogxoError) -> None:
    bench = sent()
    if isinstance(refusal, OrogxoError):
        bench.site.failures["cancel"] = [refusal]
        cancelled(bench)
    else:
        cancelled(bench, refusal)
    assert bench.codes() == ["CANCEL_REFUSED"]
    assert bench.fulfilment().state in (State.ACCEPTED, State.PICKING)
    (item,) = bench.open()
    bench.desk.acknowledge(item.id, by="Amanda", reason="return arranged")
    bench.shop.edit("17", customer_notes="please")
    bench.run(minutes=20)
    assert bench.open() == []
    assert [call for call in bench.site.calls if "cancel" in call] == ["cancel 17"]
    bench.site.feed = [a_shipment()]
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.CLOSED


def test_not_yet_stays_contested_until_it_is_answered() -> None:
    bench = sent()
    cancelled(bench, CancelAnswer(Answer.PENDING, "asking the floor", "cancel_requested"))
    assert bench.fulfilment().state is State.CANCELLING
    assert bench.codes() == ["ORDER_CANCELLED_AFTER_SUBMIT"]
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.CANCELLING, "it is asked again only after a while"
    bench.run(minutes=10)
    assert bench.fulfilment().state is State.CANCELLED
    assert bench.open() == []


def test_goods_that_leave_while_the_cancellation_is_undecided_are_booked() -> None:
    bench = sent()
    cancelled(bench, CancelAnswer(Answer.PENDING))
    bench.site.feed = [a_shipment(5)]
    bench.run(minutes=1)
    assert (bench.fulfilment().state, bench.fulfilment().lines[0].shipped) == (State.CANCELLING, 5)
    bench.site.feed.append(a_shipment(7, id="S-2"))
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.CLOSED
    bench.shop.edit("17", customer_notes="x")
    bench.run(minutes=1)
    assert bench.codes() == ["CANCEL_REFUSED"], (
        "OroCommerce says cancelled and the goods left: a person knows"
    )


def test_goods_that_leave_after_a_confirmed_cancellation_are_booked_and_cried_out() -> None:
    bench = sent()
    cancelled(bench)
    bench.site.feed = [a_shipment(12)]
    bench.run(minutes=1)
    line = bench.fulfilment().lines[0]
    assert (line.shipped, line.cancelled, line.over) == (12, 0, 0)
    assert "SHIPPED_AFTER_CANCEL" in bench.codes()


@pytest.mark.parametrize("error", [ReplyLost("?"), NotSent("refused"), Unavailable(status=503)])
def test_an_answer_that_was_lost_is_simply_asked_for_again(error: OrogxoError) -> None:
    bench = sent()
    bench.site.failures["cancel"] = [error]
    cancelled(bench)
    assert bench.fulfilment().state is State.CANCELLING
    bench.run(minutes=20)
    assert bench.fulfilment().state is State.CANCELLED


def test_a_cancellation_while_the_submit_is_in_the_air_is_asked_as_soon_as_the_order_is_found() -> None:
    bench = Bench()
    bench.site.known = evolve(bench.site.known, cancel=True)
    bench.site.lose_after_effect = True
    bench.site.failures = {"submit": [ReplyLost("?")], "find": [NotSent("refused")]}
    bench.shop.put(an_order())
    bench.run()
    assert bench.fulfilment().state is State.SUBMITTING
    bench.shop.edit("17", status="cancelled")
    bench.run(minutes=1)
    assert bench.codes() == ["ORDER_CANCELLED_AFTER_SUBMIT"]
    bench.run(minutes=5)
    assert bench.fulfilment().state is State.CANCELLED
    assert bench.site.calls[-2:] == ["find 17", "cancel 17"]


def test_a_cancellation_while_a_request_that_never_arrived_is_in_quarantine_sends_nothing_more() -> None:
    bench = Bench()
    bench.site.failures["submit"] = [ReplyLost("?")]
    bench.shop.put(an_order())
    bench.run()
    bench.shop.edit("17", status="cancelled")
    bench.run(minutes=5)
    assert bench.site.effects == []
    assert bench.fulfilment().state is State.CANCELLED
    assert bench.open() == []


def test_reopened_before_it_was_asked_is_forgotten_and_after_it_was_done_is_told() -> None:
    bench = Bench()
    bench.site.known = evolve(bench.site.known, cancel=True)
    bench.site.failures = {"submit": [ReplyLost("?")], "find": [NotSent("refused")]}
    bench.shop.put(an_order())
    bench.run()
    bench.shop.edit("17", status="cancelled")
    bench.run(seconds=30)
    bench.shop.edit("17", status="open")
    bench.run(seconds=30)
    assert bench.open() == []
    bench.run(minutes=5)
    assert bench.fulfilment().state is State.ACCEPTED
    cancelled(bench)
    bench.shop.edit("17", status="open")
    bench.run(minutes=1)
    assert bench.codes() == ["ORDER_REOPENED"]
    assert len(bench.site.effects) == 1, "what was stopped is not sent again by itself"
    bench.shop.edit("17", status="cancelled")
    bench.run(minutes=1)
    assert bench.open() == []


def test_reopened_after_a_refusal_there_is_nothing_left_to_settle() -> None:
    bench = sent()
    cancelled(bench, CancelAnswer(Answer.REFUSED, "picked"))
    bench.shop.edit("17", status="open")
    bench.run(minutes=1)
    assert bench.open() == []


def test_a_warehouse_that_drops_an_accepted_order_is_noticed_by_looking() -> None:
    bench = sent()
    bench.site.state = "rejected"
    bench.run(minutes=10)
    assert bench.fulfilment().state is State.ACCEPTED, "it is not asked after all the time"
    bench.run(minutes=30)
    assert bench.fulfilment().state is State.REJECTED
    assert bench.codes() == ["SUBMIT_REJECTED"]
    bench.site.state = "accepted"
    (item,) = bench.open()
    bench.desk.recheck(item.id)
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.ACCEPTED


def test_progress_is_noticed_by_looking_and_never_goes_back() -> None:
    bench = sent()
    for word, state in (("picking", State.PICKING), ("accepted", State.PICKING), ("packed", State.PICKING)):
        bench.site.state = word
        bench.run(minutes=31)
        assert bench.fulfilment().state is state


def test_an_order_that_the_warehouse_forgot_is_trouble_not_silence() -> None:
    bench = sent()
    bench.site.effects.clear()
    report = bench.run(minutes=31)
    assert "no longer knows order ORD-0017" in report.problems[0]


def test_where_the_site_cannot_be_asked_an_order_is_left_in_peace() -> None:
    bench = sent()
    bench.site.known = evolve(bench.site.known, lookup=False)
    assert bench.run(minutes=31).ok
    assert bench.fulfilment().state is State.ACCEPTED


def keyed_only() -> Bench:
    """A site that cannot be asked, but treats a repeated order as the same; a reply to it was lost."""
    bench = Bench()
    bench.site.known = evolve(bench.site.known, lookup=False, cancel=True)
    bench.site.lose_after_effect = True
    bench.site.failures["submit"] = [ReplyLost("?")]
    bench.shop.put(an_order())
    bench.run()
    return bench


@pytest.mark.parametrize("taken", [True, False])
def test_cancelled_while_nobody_can_tell_the_warehouse_is_asked_to_stop_not_sent_the_order_again(
    taken: bool,
) -> None:
    """Found by the soak, seed 1684: it was dropped as never sent, and the warehouse shipped it."""
    bench = keyed_only()
    bench.shop.edit("17", status="cancelled")
    if not taken:
        bench.site.effects.clear()
        bench.site.failures["cancel"] = [NotFound("no such order", status=404)]
    bench.run(minutes=5)
    bench.run(minutes=5)
    assert bench.site.calls == ["submit 17", "cancel 17"]
    assert bench.fulfilment().state is State.CANCELLED
    assert bench.open() == []


def test_shipped_while_nobody_could_tell_is_booked_and_nothing_is_sent_again() -> None:
    """Found by the soak: the dispatch was read while the order was ready to be sent once more."""
    bench = keyed_only()
    bench.shop.failures["orders"] = [None, OrogxoError("oro is down")]
    bench.site.feed = [a_shipment(5)]
    bench.clock.advance(minutes=5)
    bench.run("release")
    bench.run("feedback")
    assert bench.fulfilment().lines[0].shipped == 5
    assert bench.fulfilment().state is State.PARTLY_SHIPPED
    bench.run(minutes=20)
    assert bench.codes() == []
    bench.site.feed.append(a_shipment(7, id="S-2"))
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.CLOSED


def test_a_conflict_on_the_second_sending_says_that_the_first_one_is_there() -> None:
    bench = keyed_only()
    bench.site.failures["submit"] = [Conflict("being picked", status=409, code="ORDER_NOT_EDITABLE")]
    bench.run(minutes=5)
    assert bench.fulfilment().state is State.ACCEPTED
    assert bench.codes() == []


def test_a_cancellation_of_an_order_that_the_warehouse_had_and_forgot_is_trouble() -> None:
    bench = sent()
    bench.site.failures["cancel"] = [NotFound("no such order", status=404)]
    cancelled(bench)
    assert bench.fulfilment().state is State.CANCELLING
    assert bench.codes() == ["ORDER_CANCELLED_AFTER_SUBMIT"]
