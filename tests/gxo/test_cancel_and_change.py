"""Cancelling and changing an order that the site has (contract gateway-v1, "Cancel", "Idempotency")."""

from __future__ import annotations

import json

import pytest

from orogxo.errors import Conflict, DecodeError
from orogxo.gxo.wire import encode_order
from orogxo.model import Answer
from support.gateway import REQUEST, order_resource, problem, reply, site

BODY = json.loads(encode_order(REQUEST, depositor="ACME", site="RDC-1"))


def held(**changes: object) -> dict[str, object]:
    """The order as the site has it, word for word what was asked, but for `changes`."""
    return {**BODY, "state": "accepted", "version": 3, "updated_at": "2026-11-02T08:00:00Z", **changes}


@pytest.mark.parametrize(
    ("word", "answer"),
    [("cancelled", Answer.DONE), ("refused", Answer.REFUSED), ("pending", Answer.PENDING)],
)
def test_a_cancellation_has_three_answers(word: str, answer: Answer) -> None:
    client, sender = site(
        reply(200, {"client_order_ref": "1042", "answer": word, "reason": "why", "state": "x"})
    )
    told = client.cancel("1042")
    assert (told.answer, told.reason, told.state) == (answer, "why", "x")
    request = sender.sent[-1]
    assert (request.method, request.url.partition("?")[0][-24:]) == (
        "POST",
        "/acme/v1/orders/1042/cancel"[-24:],
    )
    assert request.header("Idempotency-Key") == "cancel-1042"


@pytest.mark.parametrize("answer", [{"answer": "maybe"}, {"client_order_ref": "7"}, {"answer": None}])
def test_any_other_answer_is_no_answer(answer: dict[str, object]) -> None:
    client, _ = site(reply(200, {"client_order_ref": "1042", "answer": "cancelled", **answer}))
    with pytest.raises(DecodeError):
        client.cancel("1042")


def test_a_change_goes_over_the_version_that_we_know() -> None:
    client, sender = site(reply(200, held(version=4)))
    assert client.change(REQUEST, 3).version == 4
    assert sender.sent[-1].header("If-Match") == '"3"'


@pytest.mark.parametrize(("status", "code"), [(409, "order_not_editable"), (412, "version_conflict")])
def test_a_conflict_is_success_where_the_site_has_the_change_already(status: int, code: str) -> None:
    """The reply to an earlier attempt was lost."""
    client, _ = site(problem(status, code), reply(200, held()))
    assert client.change(REQUEST, 1).version == 3


def test_a_conflict_is_a_refusal_where_the_site_has_something_else() -> None:
    client, sender = site(problem(409, "order_not_editable"), reply(200, order_resource(po_number="OTHER")))
    with pytest.raises(Conflict, match="ORDER_NOT_EDITABLE"):
        client.change(REQUEST, 1)
    assert [request.method for request in sender.sent[-2:]] == ["PUT", "GET"]


def test_another_version_with_other_content_is_asked_over_once_more() -> None:
    client, sender = site(
        problem(412, "version_conflict"), reply(200, held(po_number="OTHER")), reply(200, held(version=4))
    )
    assert client.change(REQUEST, 1).version == 4
    assert sender.sent[-1].header("If-Match") == '"3"'
