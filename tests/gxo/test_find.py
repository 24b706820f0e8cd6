"""Looking an order up: "the site has none" is believed only when the gateway itself says so."""

from __future__ import annotations

import pytest

from orogxo.errors import DecodeError, Disposition, Invalid, NotFound, PermissionDenied, ReplyLost
from orogxo.http import Reply
from orogxo.model import Acknowledgement
from support.gateway import URL, order_resource, page, problem, reply, site


def test_an_order_that_is_there() -> None:
    client, sender = site(reply(200, order_resource(state="picking", version=2)))
    assert client.find("1042") == Acknowledgement("1042", "picking", 2, "PO-2026-0001", "")
    assert [(sent.method, sent.url) for sent in sender.sent] == [
        ("GET", f"{URL}/v1/orders/1042?client_id=ACME")
    ]


def test_an_order_that_the_gateway_does_not_have() -> None:
    client, _ = site(problem(404, "not_found", detail="no order 1042"))
    assert client.find("1042") is None


@pytest.mark.parametrize(
    "answer",
    [
        page(404),
        Reply(404),
        Reply(404, {"Content-Type": "text/plain"}, b'{"code": "not_found"}'),
        Reply(404, {"Content-Type": "application/problem+json"}, b'{"code": "not_fou'),
        reply(404, {"message": "no Route matched with those values"}),
        reply(404, ["not_found"]),
        problem(404, "NOT_FOUND"),
        problem(404, "no_such_tenant"),
        problem(404, "not_found", padding="x" * 5000),
    ],
)
def test_any_other_404_says_nothing_about_the_order(answer: Reply) -> None:
    client, _ = site(answer)
    with pytest.raises(NotFound, match="does not say that the warehouse has no such record") as caught:
        client.find("1042")
    assert (caught.value.code, caught.value.status) == ("NOT_THE_GATEWAY", 404)
    assert caught.value.operation == "GET /acme/v1/orders/1042"


def test_a_wrong_status_with_the_right_code_says_nothing_either() -> None:
    client, _ = site(problem(400, "not_found"))
    with pytest.raises(NotFound):
        client.find("1042")


def test_other_refusals_are_what_they_are() -> None:
    client, _ = site(problem(405, "forbidden_operation"), problem(404, "unknown_sku"))
    with pytest.raises(PermissionDenied):
        client.find("1042")
    with pytest.raises(Invalid):
        client.find("1042")


def test_a_lost_reply_to_a_question_is_asked_again() -> None:
    client, sender = site(ReplyLost("gone"), page(502), problem(404, "not_found"))
    assert client.find("1042") is None
    assert len(sender.sent) == 3


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, order_resource(client_order_ref="1043")),
        reply(200, {}),
        Reply(204),
        page(200),
        Reply(200, {"Content-Type": "application/json"}, b'{"client_order_ref": "1042", "state'),
    ],
)
def test_another_order_or_none_in_the_answer_is_an_error(answer: Reply) -> None:
    client, _ = site(answer)
    with pytest.raises(DecodeError) as caught:
        client.find("1042")
    assert caught.value.disposition is Disposition.REVIEW
