"""An edit in OroCommerce after the send: told, and where the company wants it, asked of the warehouse."""

from __future__ import annotations

import pytest
from attrs import evolve

from orogxo.errors import Conflict, Invalid, OrogxoError, ReplyLost
from orogxo.model import Quantity, State
from orogxo.orchestrator import Policy
from support.links import Bench
from support.orders import a_line, a_shipment, an_order

SENDING = Policy(suborders="parents", send_changes=True)
TWO_CASES = (a_line(quantity=Quantity(2, "case")),)


def sent(policy: Policy = SENDING) -> Bench:
    bench = Bench(policy=policy)
    bench.site.known = evolve(bench.site.known, change=True)
    bench.shop.put(an_order())
    bench.run()
    return bench


def changes(bench: Bench) -> list[str]:
    return [call for call in bench.site.calls if "change" in call]


def test_a_change_that_is_taken_replaces_request_and_books() -> None:
    bench = sent()
    bench.shop.edit("17", lines=TWO_CASES, po_number="PO-2")
    bench.run(minutes=1)
    assert changes(bench) == ["change 17 over 1"]
    fulfilment = bench.fulfilment()
    assert (fulfilment.lines[0].ordered, fulfilment.po_number) == (24, "PO-2")
    assert bench.open() == []
    bench.site.feed = [a_shipment(24)]
    bench.run(minutes=1)
    assert bench.fulfilment().state is State.CLOSED
    assert bench.open() == [] or bench.codes() == ["REFERENCE_LOST"]


@pytest.mark.parametrize(
    "error", [Conflict("late", status=409, problems=("it is picked",)), Invalid("no", status=422)]
)
def test_a_change_that_is_refused_is_told_and_not_asked_twice(error: OrogxoError) -> None:
    bench = sent()
    bench.site.failures["change"] = [error]
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    assert bench.codes() == ["CHANGE_REFUSED", "ORDER_CHANGED_AFTER_SUBMIT"]
    bench.shop.edit("17", currency="EUR")
    bench.run(minutes=20)
    assert len(changes(bench)) == 1
    assert bench.fulfilment().lines[0].ordered == 12
    bench.shop.edit("17", lines=an_order().lines)
    bench.run(minutes=1)
    assert bench.open() == [], "undone"


def test_a_change_whose_answer_was_lost_is_asked_again_with_the_same_content() -> None:
    bench = sent()
    bench.site.failures["change"] = [ReplyLost("?")]
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    assert bench.codes() == ["ORDER_CHANGED_AFTER_SUBMIT"]
    bench.run(minutes=5)
    assert changes(bench) == ["change 17 over 1"] * 2
    assert bench.open() == []


def test_a_second_change_replaces_the_first_question() -> None:
    bench = sent()
    bench.site.failures["change"] = [ReplyLost("?")]
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    bench.shop.edit("17", lines=(a_line(quantity=Quantity(3, "case")),))
    bench.run(minutes=5)
    assert bench.fulfilment().lines[0].ordered == 36
    assert bench.open() == []


def test_unless_the_company_wants_it_a_change_is_only_told() -> None:
    bench = sent(Policy(suborders="parents"))
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    assert changes(bench) == []
    assert bench.codes() == ["ORDER_CHANGED_AFTER_SUBMIT"]


def test_a_site_that_takes_no_changes_is_an_honest_refusal() -> None:
    bench = sent()
    bench.site.known = evolve(bench.site.known, change=False)
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    assert changes(bench) == []
    assert "CHANGE_REFUSED" in bench.codes()


def test_a_change_that_the_rules_would_hold_is_not_sent() -> None:
    bench = sent()
    bench.shop.edit("17", po_number="")
    bench.run(minutes=1)
    assert changes(bench) == []
    assert bench.codes() == ["ORDER_CHANGED_AFTER_SUBMIT"]


def test_a_change_that_comes_after_picking_began_is_not_asked() -> None:
    bench = sent()
    bench.site.state = "picking"
    bench.run(minutes=31)
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    assert changes(bench) == []


def keyed_only(*, taken: bool) -> Bench:
    """A site that cannot be asked, but treats a repeated order as the same; a reply to it was lost."""
    bench = Bench()
    bench.site.known = evolve(bench.site.known, lookup=False)
    bench.site.lose_after_effect = taken
    bench.site.failures["submit"] = [ReplyLost("?")]
    bench.shop.put(an_order())
    bench.run()
    bench.site.lose_after_effect = False
    return bench


def test_edited_while_nobody_can_tell_what_goes_is_the_order_as_it_is_now() -> None:
    """Found by the soak, seeds 444 and 1256: the old content went once more, to a site that had nothing."""
    bench = keyed_only(taken=False)
    bench.shop.edit("17", lines=TWO_CASES, po_number="PO-2")
    bench.run(minutes=5)
    bench.run(minutes=5)
    (request,) = bench.site.effects
    assert (request.po_number, request.lines[0].quantity.amount) == ("PO-2", 24)
    assert bench.fulfilment().state is State.ACCEPTED
    assert bench.fulfilment().lines[0].ordered == 24
    assert bench.open() == []


def test_edited_twice_while_nobody_can_tell_the_last_one_goes() -> None:
    bench = keyed_only(taken=False)
    bench.shop.edit("17", po_number="PO-2")
    bench.site.failures["submit"] = [ReplyLost("?")]
    bench.run(minutes=5)
    bench.shop.edit("17", po_number="PO-3")
    bench.run(minutes=5)
    bench.run(minutes=5)
    assert [request.po_number for request in bench.site.effects] == ["PO-3"]
    assert bench.fulfilment().po_number == "PO-3"


def test_edited_while_nobody_can_tell_and_the_first_one_is_being_picked() -> None:
    bench = keyed_only(taken=True)
    bench.shop.edit("17", lines=TWO_CASES)
    bench.site.failures["submit"] = [Conflict("being picked", status=409, code="ORDER_NOT_EDITABLE")]
    bench.run(minutes=5)
    assert bench.fulfilment().state is State.ACCEPTED
    assert bench.fulfilment().lines[0].ordered == 12
    assert "CHANGE_REFUSED" in bench.codes()


@pytest.mark.parametrize("changes", [{"po_number": ""}, {"status": "pending"}])
def test_held_while_nobody_can_tell_nothing_goes_and_a_person_is_asked(changes: dict[str, str]) -> None:
    bench = keyed_only(taken=False)
    bench.shop.edit("17", **changes)
    bench.run(minutes=5)
    bench.run(minutes=5)
    assert bench.site.effects == []
    assert bench.fulfilment().state is State.IN_DOUBT
    (item,) = [item for item in bench.open() if item.code == "SUBMIT_IN_DOUBT"]
    bench.desk.answer(item.id, at_warehouse=False, by="Amanda", reason="asked the site")
    bench.shop.edit("17", po_number="PO-2", status="open")
    bench.run(minutes=5)
    assert [request.po_number for request in bench.site.effects] == ["PO-2"]


def test_an_order_refused_while_a_change_was_asked_for_goes_as_it_is_read_then() -> None:
    """Else the old question would be sent in its place: two cases where three are wanted."""
    bench = sent()
    bench.site.failures["change"] = [ReplyLost("?"), ReplyLost("?"), ReplyLost("?")]
    bench.shop.edit("17", lines=TWO_CASES)
    bench.run(minutes=1)
    bench.site.state = "rejected"
    bench.run(hours=2)
    assert bench.fulfilment().state is State.REJECTED
    bench.site.state = "accepted"
    bench.site.effects.clear()
    bench.shop.edit("17", lines=(a_line(quantity=Quantity(3, "case")),))
    bench.run(minutes=20)
    assert [request.lines[0].quantity.amount for request in bench.site.effects] == [36]
    assert bench.fulfilment().lines[0].ordered == 36
