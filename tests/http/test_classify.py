"""Each status becomes the one error that says who can do what."""

from __future__ import annotations

import pytest

from orogxo import errors
from orogxo.errors import Disposition, StatusError
from orogxo.http import Reply, Request, is_page, status_error
from orogxo.http.classify import error_class
from support.exchanges import recorded

ASK = Request("get", "https://user:pass@shop.example.com/admin/api/orders/7?filter[poNumber]=PO-1")
HTML = {"Content-Type": "text/html; charset=UTF-8"}
VERSIONS = ["oro-5.1.8", "oro-6.1.8", "oro-7.0.3"]


@pytest.mark.parametrize(
    ("status", "kind", "code", "disposition"),
    [
        (400, errors.Invalid, "INVALID", Disposition.REVIEW),
        (401, errors.AuthenticationError, "AUTHENTICATION", Disposition.FATAL),
        (402, errors.Invalid, "INVALID", Disposition.REVIEW),
        (403, errors.PermissionDenied, "PERMISSION_DENIED", Disposition.REVIEW),
        (404, errors.NotFound, "NOT_FOUND", Disposition.REVIEW),
        (405, errors.Conflict, "METHOD_NOT_ALLOWED", Disposition.REVIEW),
        (406, errors.Invalid, "INVALID", Disposition.REVIEW),
        (408, errors.ServerError, "REQUEST_TIMEOUT", Disposition.RETRY),
        (409, errors.Conflict, "CONFLICT", Disposition.REVIEW),
        (412, errors.Conflict, "CONFLICT", Disposition.REVIEW),
        (413, errors.Invalid, "INVALID", Disposition.REVIEW),
        (414, errors.Invalid, "INVALID", Disposition.REVIEW),
        (415, errors.Invalid, "INVALID", Disposition.REVIEW),
        (422, errors.Invalid, "INVALID", Disposition.REVIEW),
        (429, errors.RateLimited, "RATE_LIMITED", Disposition.WAIT),
        (500, errors.ServerError, "SERVER_ERROR", Disposition.RETRY),
        (502, errors.ServerError, "SERVER_ERROR", Disposition.RETRY),
        (503, errors.Unavailable, "UNAVAILABLE", Disposition.WAIT),
        (504, errors.ServerError, "SERVER_ERROR", Disposition.RETRY),
        (599, errors.ServerError, "SERVER_ERROR", Disposition.RETRY),
    ],
)
def test_class_by_status(status: int, kind: type[StatusError], code: str, disposition: Disposition) -> None:
    error = status_error(ASK, Reply(status), system="oro", attempts=3)
    assert type(error) is kind
    assert (error.code, error.disposition, error.status) == (code, disposition, status)
    assert (error.system, error.operation, error.attempts) == ("oro", "GET /admin/api/orders/7", 3)
    assert error.message.startswith(f"OroCommerce answered {status}: ")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["error_503_maintenance_nginx", "error_415_maintenance_app_level"])
def test_recorded_maintenance_pages_are_unavailable(version: str, name: str) -> None:
    error = status_error(ASK, recorded(version, name), system="oro")
    assert type(error) is errors.Unavailable
    assert error.code == "UNAVAILABLE"
    assert "maintenance" in error.message


@pytest.mark.parametrize(
    ("version", "name"),
    [("oro-7.0.3", "error_405_maintenance_token_nginx"), ("oro-6.1.8", "s61_maintenance_app_patch")],
)
def test_recorded_maintenance_of_a_write_is_unavailable(version: str, name: str) -> None:
    assert error_class(recorded(version, name)) is errors.Unavailable


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_405_without_a_page_is_a_conflict(version: str) -> None:
    error = status_error(ASK, recorded(version, "inventorylevel_post_405"), system="oro")
    assert (type(error), error.code) == (errors.Conflict, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("status", [401, 403, 404, 413, 414])
def test_other_web_pages_keep_the_class_of_their_status(status: int) -> None:
    """nginx answers an overlong URL with a 414 page (orocommerce-observed, truncation and paging)."""
    assert error_class(Reply(status, HTML)) is error_class(Reply(status))


def test_a_status_that_is_no_error_has_no_special_class() -> None:
    assert type(status_error(ASK, Reply(302), system="gxo")) is StatusError


@pytest.mark.parametrize(
    ("kind", "page"), [("text/HTML; charset=x", True), ("application/xhtml+xml", True), ("", False)]
)
def test_is_page_goes_by_media_type(kind: str, page: bool) -> None:
    assert is_page(Reply(200, {"content-type": kind})) is page


def test_the_servers_words_and_the_callers_win() -> None:
    reply = Reply(400)
    told = status_error(ASK, reply, system="gxo", problems=["qty is negative", "no such SKU"])
    assert told.message == "the warehouse answered 400: qty is negative; no such SKU"
    assert told.problems == ("qty is negative", "no such SKU")
    own = status_error(ASK, reply, system="x", message="Is the web API switched on?", code="WEB_API_OFF")
    assert (own.message, own.code) == ("Is the web API switched on?", "WEB_API_OFF")
    assert status_error(ASK, reply, system="").message.startswith("the other side answered 400")


def test_the_copy_of_the_reply_is_capped_and_clean() -> None:
    reply = Reply(
        500,
        {"Set-Cookie": "sid=canary", "Content-Type": "application/json", "Retry-After": "9"},
        b'{"access_token": "canary", "rest": "' + b"x" * 10_000,
    )
    error = status_error(ASK, reply, system="oro")
    assert error.reply is not None
    assert set(error.reply.headers) == {"Content-Type", "Retry-After"}
    assert len(error.reply.body) <= 4096
    assert b"canary" not in error.reply.body
    assert error.retry_after == 9.0
