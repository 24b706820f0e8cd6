"""Every error reply of a gateway: its class, its code, its sentences, and what may be done next."""

from __future__ import annotations

import pickle

import pytest

from orogxo import errors
from orogxo.errors import Disposition, StatusError
from orogxo.gxo.errors import MEANINGS, classify
from orogxo.http import Reply, Request
from support.gateway import REQUEST, page, problem, reply, site

PUT = Request("PUT", "https://gateway.example/v1/orders/1042?client_id=ACME", body=b"{}")
GET = Request("GET", "https://gateway.example/v1/orders/1042?client_id=ACME")

CODES = [
    ("invalid_request", 400, errors.Invalid, Disposition.REVIEW),
    ("validation_failed", 422, errors.Invalid, Disposition.REVIEW),
    ("unknown_sku", 422, errors.Invalid, Disposition.REVIEW),
    ("unknown_sku", 404, errors.Invalid, Disposition.REVIEW),
    ("unknown_uom", 422, errors.Invalid, Disposition.REVIEW),
    ("unknown_carrier", 409, errors.Invalid, Disposition.REVIEW),
    ("invalid_address", 400, errors.Invalid, Disposition.REVIEW),
    ("duplicate_order", 409, errors.Conflict, Disposition.REVIEW),
    ("idempotency_conflict", 409, errors.Conflict, Disposition.REVIEW),
    ("version_conflict", 412, errors.Conflict, Disposition.REVIEW),
    ("order_not_editable", 409, errors.Conflict, Disposition.REVIEW),
    ("not_cancellable", 422, errors.Conflict, Disposition.REVIEW),
    ("insufficient_stock", 422, errors.Conflict, Disposition.REVIEW),
    ("site_closed", 409, errors.Conflict, Disposition.REVIEW),
    ("unauthorised", 401, errors.AuthenticationError, Disposition.FATAL),
    ("forbidden_operation", 403, errors.PermissionDenied, Disposition.REVIEW),
    ("forbidden_operation", 405, errors.PermissionDenied, Disposition.REVIEW),
    ("not_found", 404, errors.NotFound, Disposition.REVIEW),
    ("rate_limited", 429, errors.RateLimited, Disposition.WAIT),
    ("site_unavailable", 503, errors.Unavailable, Disposition.WAIT),
    ("upstream_timeout", 504, errors.ServerError, Disposition.RECONCILE),
    ("upstream_timeout", 409, errors.ServerError, Disposition.RECONCILE),
    ("upstream_timeout", 503, errors.Unavailable, Disposition.RECONCILE),
]


def test_every_code_of_the_contract_is_tested() -> None:
    """Contract gateway-v1, "Errors"; cutoff_passed is a warning and no error."""
    assert {code for code, *_ in CODES} == set(MEANINGS)


@pytest.mark.parametrize(("code", "status", "kind", "disposition"), CODES)
def test_a_code_says_what_happened_to_a_write(
    code: str, status: int, kind: type[StatusError], disposition: Disposition
) -> None:
    error = classify(PUT, problem(status, code, detail="because", trace_id="t-1"))
    assert type(error) is kind
    assert (error.code, error.status, error.disposition) == (code.upper(), status, disposition)
    assert error.problems == ("because",)
    assert error.context == {"trace_id": "t-1"}
    assert (error.system, error.operation) == ("gxo", "PUT /v1/orders/1042")
    assert "because" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_inside_the_gateway_leaves_a_write_open_and_a_read_simple(status: int) -> None:
    assert classify(PUT, problem(status, "validation_failed")).disposition is Disposition.RECONCILE
    assert classify(GET, problem(status, "upstream_timeout")).disposition is Disposition.RETRY
    assert type(classify(PUT, problem(status, "not_found"))) is errors.ServerError


@pytest.mark.parametrize(
    "answer", [problem(500, "internal_error"), problem(504, "upstream_timeout"), page(502), Reply(503)]
)
def test_submit_is_sent_once_where_the_outcome_is_open(answer: Reply) -> None:
    client, sender = site(answer)
    with pytest.raises(StatusError) as caught:
        client.submit(REQUEST)
    assert caught.value.disposition is Disposition.RECONCILE
    assert len(sender.sent) == 1


def test_each_problem_is_a_sentence_with_its_pointer() -> None:
    """RFC 9457 with the member `errors` of gateway-v1."""
    told = [
        {"pointer": "/lines/0/sku", "code": "unknown_sku", "message": "the item master has no WIDGET-9"},
        {"pointer": "/lines/1/qty/uom", "code": "unknown_uom"},
        {"message": "call us"},
        {"pointer": "/po_number"},
        "plain words",
        {"odd": 1},
    ]
    error = classify(PUT, problem(422, "validation_failed", detail="several", errors=told))
    assert error.problems == (
        "/lines/0/sku: the item master has no WIDGET-9 (unknown_sku)",
        "/lines/1/qty/uom: unknown_uom",
        "call us",
        "/po_number",
        '"plain words"',
        '{"odd": 1}',
    )


def test_a_flood_of_problems_is_bounded_and_hides_secrets() -> None:
    told = [{"message": "x" * 9000 + str(number)} for number in range(150)]
    error = classify(PUT, problem(422, "validation_failed", errors=told))
    assert len(error.problems) == 101
    assert error.problems[-1] == "and 50 more"
    assert max(map(len, error.problems)) == 500
    leaking = classify(PUT, problem(422, "validation_failed", detail="sent client_secret=hush-1"))
    assert leaking.problems == ("sent client_secret=***",)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(409, {"Content-Type": "text/plain"}, b"conflict"),
        Reply(409, {"Content-Type": "application/json"}, b'{"code": "unknown_'),
        reply(409, ["unknown_sku"]),
        reply(409, {"code": 7, "errors": [], "detail": 1, "trace_id": 5}),
        reply(409, {"code": "rm -rf /", "title": None}),
        Reply(409),
    ],
)
def test_without_a_problem_document_only_the_status_speaks(answer: Reply) -> None:
    error = classify(PUT, answer)
    assert type(error) is errors.Conflict
    assert (error.code, error.problems, error.context) == ("CONFLICT", (), {})


def test_a_code_from_the_future_is_kept() -> None:
    error = classify(PUT, problem(422, "pallet_too_tall", title="Too tall"))
    assert (type(error), error.code, error.problems) == (errors.Invalid, "PALLET_TOO_TALL", ("Too tall",))


def test_rate_limits_are_waited_for_and_then_told() -> None:
    limited = problem(429, "rate_limited")
    limited = Reply(429, {**limited.headers, "Retry-After": "7"}, limited.body)
    client, sender = site(*[limited] * 4)
    with pytest.raises(errors.RateLimited) as caught:
        client.submit(REQUEST)
    assert (caught.value.code, caught.value.retry_after, caught.value.attempts) == ("RATE_LIMITED", 7, 4)
    assert len(sender.sent) == 4
