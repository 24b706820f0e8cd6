"""Error replies, as recorded, become the one error that says what happened and who can do what."""

import pickle

import pytest

from orogxo.errors import (
    AuthenticationError,
    Conflict,
    DecodeError,
    Disposition,
    Invalid,
    NotFound,
    PermissionDenied,
    ServerError,
    StatusError,
    Unavailable,
)
from orogxo.http import Reply, Request
from orogxo.oro.errors import classify
from support.shop import SHOP, VERSIONS, Shop, client, recorded, reply

GET = Request("GET", f"{SHOP}/admin/api/orders/7")
PATCH = Request("PATCH", f"{SHOP}/admin/api/orders/7", body=b"{}")


def refusal(answer: Reply) -> StatusError:
    """What a caller of `oro.orders.get` is told."""
    # A 401 is answered with a new token once.
    with pytest.raises(StatusError) as caught:
        client(Shop(answer, answer)).orders.get("7")
    return caught.value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("error_401_bad_token", AuthenticationError, "AUTHENTICATION"),
        ("error_401_no_token", AuthenticationError, "AUTHENTICATION"),
        ("error_401_expired_token", AuthenticationError, "AUTHENTICATION"),
        ("error_404_web_api_disabled", NotFound, "WEB_API_OFF"),
        ("order_get_404", NotFound, "NOT_FOUND"),
        ("order_get_bad_id", Invalid, "INVALID"),
        ("limited_403_orders_list", PermissionDenied, "PERMISSION_DENIED"),
        ("limited_order_get", PermissionDenied, "PERMISSION_DENIED"),
        ("error_503_maintenance_nginx", Unavailable, "UNAVAILABLE"),
        ("error_415_maintenance_app_level", Unavailable, "UNAVAILABLE"),
        ("accept_with_params_406", Invalid, "INVALID"),
        ("patch_content_type_charset_415", Invalid, "INVALID"),
        ("patch_malformed_json", Invalid, "INVALID"),
        ("orders_list_filter_unknown", Invalid, "FILTER_UNSUPPORTED"),
        ("orders_list_sort_unknown", Invalid, "SORT_UNSUPPORTED"),
        ("tracking_post_missing_order_404", Invalid, "INVALID"),
        ("tracking_post_long_number", ServerError, "SERVER_ERROR"),
    ],
)
def test_recorded_refusals(version, name, kind, code):
    error = refusal(recorded(version, name))
    assert (type(error), error.code, error.system) == (kind, code, "oro")
    assert error.operation == "GET /admin/api/orders/7"
    assert "TOKEN" not in str(error)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


@pytest.mark.parametrize("version", VERSIONS)
def test_a_web_api_that_is_off_is_said_so(version):
    """Recording error_404_web_api_disabled: a 404 without detail, on every address."""
    error = refusal(recorded(version, "error_404_web_api_disabled"))
    assert "web API switched on" in error.message
    assert "System Configuration > Integrations" in error.message
    assert error.disposition is Disposition.FATAL


@pytest.mark.parametrize("version", VERSIONS)
def test_a_missing_order_is_no_missing_api(version):
    error = refusal(recorded(version, "order_get_404"))
    assert error.problems == (
        "not found http exception: An entity with the requested identifier does not exist.",
    )
    assert error.disposition is Disposition.REVIEW


def test_a_resource_that_is_not_exposed():
    """Recording 5.1.8/orderinternalstatuses_list."""
    assert refusal(recorded("oro-5.1.8", "orderinternalstatuses_list")).code == "RESOURCE_NOT_EXPOSED"


@pytest.mark.parametrize("version", VERSIONS)
def test_all_problems_come_with_their_places(version):
    error = refusal(recorded(version, "tracking_post_no_attrs"))
    assert "not blank constraint: This value should not be blank. (/data/attributes/method)" in error.problems
    assert "not blank constraint: This value should not be blank. (/data/attributes/number)" in error.problems


@pytest.mark.parametrize("version", VERSIONS)
def test_a_bare_list_of_errors_is_read(version):
    """406 and 415 come as a list without a document."""
    (problem,) = refusal(recorded(version, "accept_with_params_406")).problems
    assert problem.startswith('not acceptable http exception: The "Accept" request header')


EDIT = {
    "status": "403",
    "title": "access denied exception",
    "detail": 'No access by "EDIT" permission to the entity.',
}


@pytest.mark.parametrize(
    ("where", "detail", "code"),
    [
        ("/orders/7", 'No access by "EDIT" permission to the entity.', "ORDER_NOT_EDITABLE"),
        (
            "/orders/7/relationships/shippingStatus",
            'No access by "EDIT" permission to the parent entity.',
            "ORDER_NOT_EDITABLE",
        ),
        ("/orders/7", "No access to this type of entities.", "PERMISSION_DENIED"),
        ("/orders/7", 'No access by "VIEW" permission to the entity.', "PERMISSION_DENIED"),
        ("/customers/7", 'No access by "EDIT" permission to the entity.', "PERMISSION_DENIED"),
    ],
)
def test_a_closed_order_is_told_from_a_missing_permission(where, detail, code):
    """Contract, section 4.5: an order that is closed or cancelled refuses edits (6.1 on)."""
    answer = reply({"errors": [EDIT | {"detail": detail}]}, 403)
    error = classify(Request("PATCH", f"{SHOP}/admin/api{where}"), answer)
    assert (type(error), error.code) == (PermissionDenied, code)
    assert detail in error.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b'{"errors": 5}',
        b'{"errors": [5, null]}',
        b'{"errors": [{"title": 5}]}',
        b"\xff",
    ],
)
def test_an_unreadable_explanation_does_not_hide_the_status(body):
    error = classify(PATCH, Reply(409, {"Content-Type": "application/vnd.api+json"}, body))
    assert (type(error), error.status, error.problems) == (Conflict, 409, ())


def test_explanations_are_bounded():
    many = [{"title": "t" * 5000, "source": {"pointer": f"/data/{at}"}} for at in range(5000)]
    error = classify(PATCH, reply({"errors": many}, 400))
    assert len(error.problems) == 100
    assert max(map(len, error.problems)) <= 500


@pytest.mark.parametrize("status", [405, 404, 502, 414])
def test_pages_in_front_of_the_api_are_never_parsed(status):
    """nginx answers maintenance with 405, a long URL with 414, a dead backend with 502, all as HTML."""
    page = Reply(status, {"Content-Type": "text/html"}, b"<html>{</html>")
    expected = {405: Unavailable, 404: NotFound, 502: ServerError, 414: Invalid}
    error = refusal(page)
    assert type(error) is expected[status]
    assert error.code != "WEB_API_OFF"
    assert "html>" not in str(error)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Reply(200, {"Content-Type": "application/vnd.api+json"}, b'{"data": {"type": "or'), "cut off"),
        (Reply(200, {"Content-Type": "application/vnd.api+json"}, b""), "reply"),
        (Reply(200, {"Content-Type": "text/html"}, b"<html></html>"), "page"),
        (Reply(302, {"Location": "https://elsewhere.example.com/"}, b""), "redirect"),
    ],
)
def test_a_reply_that_cannot_be_read_names_the_operation(answer, told):
    with pytest.raises((DecodeError, Unavailable), match=told) as caught:
        client(Shop(answer)).orders.get("7")
    assert "GET /admin/api/orders/7" in str(caught.value)
