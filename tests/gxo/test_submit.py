"""Submitting: one PUT under the natural key, and no guess about an answer that is lost or strange."""

from __future__ import annotations

import pytest

from orogxo.errors import DecodeError, Disposition, Invalid, NotSent, ReplyLost
from orogxo.gxo.errors import classify
from orogxo.gxo.flows import Flows
from orogxo.gxo.gateway import Gateway
from orogxo.gxo.wire import encode_order
from orogxo.http import Reply
from orogxo.model import Acknowledgement
from support.exchanges import Answer, play
from support.gateway import REQUEST, order_resource, page, problem, reply, site

ACCEPTED = Acknowledgement("1042", "accepted", 1, "PO-2026-0001", "")


def unusable(*answers: Answer) -> DecodeError:
    client, sender = site(*answers)
    with pytest.raises(DecodeError) as caught:
        client.submit(REQUEST)
    assert len(sender.sent) == 1
    error = caught.value
    assert error.disposition is Disposition.RECONCILE
    assert error.context == {"order": "1042", "ref": "1042"}
    assert error.operation == "PUT /acme/v1/orders/1042"
    return error


def test_the_order_is_put_under_its_reference() -> None:
    played = play(
        Flows(Gateway("https://gw.example/", "A&B", "RDC-1")).submit(REQUEST),
        reply(201, order_resource(client_id="A&B")),
    )
    assert played.value == ACCEPTED
    (sent,) = played.requests
    assert (sent.method, sent.url) == ("PUT", "https://gw.example/v1/orders/1042?client_id=A%26B")
    assert sent.body == encode_order(REQUEST, depositor="A&B", site="RDC-1")
    assert sent.header("Content-Type") == "application/json"
    assert not sent.repeatable


@pytest.mark.parametrize("status", [200, 201])
def test_created_and_unchanged_are_the_same_good_news(status: int) -> None:
    client, _ = site(reply(status, order_resource()))
    assert client.submit(REQUEST) == ACCEPTED


def test_what_the_site_says_is_kept() -> None:
    told = order_resource(state="rejected", version=3, reason="address", po_number=None)
    client, _ = site(reply(200, told), reply(200, order_resource(state="teleported")))
    assert client.submit(REQUEST) == Acknowledgement("1042", "rejected", 3, None, "address")
    assert client.submit(REQUEST).state == "unmapped:teleported"


def test_a_lost_reply_is_never_answered_by_a_second_put() -> None:
    client, sender = site(ReplyLost("gone"), reply(200, order_resource()))
    with pytest.raises(ReplyLost) as caught:
        client.submit(REQUEST)
    assert caught.value.disposition is Disposition.RECONCILE
    assert len(sender.sent) == 1


def test_what_never_left_is_sent_again() -> None:
    client, sender = site(NotSent("refused"), reply(201, order_resource()))
    assert client.submit(REQUEST) == ACCEPTED
    assert len(sender.sent) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Reply(201, {"Content-Type": "application/json"}, b'{"client_order_ref": "10'),
        Reply(201, {"Content-Type": "application/json"}, b""),
        Reply(200, {"Content-Type": "application/json"}, b"\xff\xfe{}"),
        page(200),
        reply(200, []),
        reply(200, "accepted"),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_open_question(answer: Reply) -> None:
    assert unusable(answer).code == "DECODE"


@pytest.mark.parametrize("status", [202, 204, 301, 303, 307])
def test_an_answer_that_the_contract_does_not_know_is_an_open_question(status: int) -> None:
    assert unusable(reply(status, order_resource())).code == "UNEXPECTED_STATUS"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"client_order_ref": "1043"}, "expected order '1042', not '1043' @ $.client_order_ref"),
        ({"client_order_ref": ""}, "expected filled text, not '' @ $.client_order_ref"),
        ({"client_id": "OTHER"}, "expected depositor 'ACME', not 'OTHER' @ $.client_id"),
        ({"state": None}, "expected filled text, not None @ $.state"),
        ({"version": True}, "expected a whole number, not negative, not True @ $.version"),
        ({"version": "1"}, "expected a whole number, not negative, not '1' @ $.version"),
        ({"version": 2**63}, f"expected a whole number, not negative, not {2**63} @ $.version"),
        ({"po_number": 7}, "expected text, not 7 @ $.po_number"),
    ],
)
def test_an_answer_about_something_else_is_an_open_question(changes: dict[str, object], path: str) -> None:
    assert unusable(reply(200, order_resource(**changes))).paths == (path,)


def test_all_that_is_wrong_is_told_at_once() -> None:
    error = unusable(reply(200, {"version": -1}))
    assert error.paths == (
        "required field missing @ $.client_order_ref",
        "required field missing @ $.state",
        "expected a whole number, not negative, not -1 @ $.version",
    )
    assert all(path in error.message for path in error.paths)


def test_a_refusal_is_a_refusal() -> None:
    client, _ = site(problem(422, "unknown_sku", detail="no WIDGET-001"))
    with pytest.raises(Invalid) as caught:
        client.submit(REQUEST)
    assert (caught.value.code, caught.value.disposition) == ("UNKNOWN_SKU", Disposition.REVIEW)


def test_the_flow_needs_no_shell() -> None:
    flow = Flows(Gateway("https://gw.example", "ACME", "RDC-1")).submit(REQUEST)
    sent = next(flow)
    with pytest.raises(Invalid):
        flow.throw(classify(sent, problem(422, "unknown_carrier")))
