"""The twin refuses what real OroCommerce refused, with the same status, the same body, word for word."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from orogxo.messages import Request
from orogxo.sandbox import Twin
from support.twins import JSON_API, Talk, recorded

ALL = ("5.1", "6.1", "7.0")
EVERYWHERE = (
    "order_get_404",
    "order_get_bad_id",
    "order_get_bigint_id",
    "orders_list_filter_unknown",
    "orders_list_sort_unknown",
    "orders_list_page_size_text",
    "orders_list_filter_createdAt_bad",
    "orders_list_filter_createdAt_plus_unencoded",
    "orders_filter_lineItems_product_sku",
    "inventorylevels_filter_unit_code",
    "accept_with_params_406",
    "tracking_post_no_attrs",
    "tracking_post_missing_order_404",
    "tracking_post_long_number",
    "tracking_upsert_unsupported",
    "tracking_filter_number_unsupported",
    "order_patch_no_changes",
    "order_patch_duplicate_identifier",
    "order_patch_404",
)
ONE_VERSION = (
    ("5.1", "orders_list_filter_updatedAt_gte"),
    ("5.1", "orders_list_sort_updatedAt"),
    ("5.1", "orderinternalstatuses_list"),
    ("5.1", "ordershippingstatuses_list"),
    ("5.1", "orderstatuses_list"),
    ("5.1", "order_get_relationships_lineItems_totalCount_500"),
    ("5.1", "order_patch_internalStatus_attribute"),
    ("5.1", "order_patch_shippingStatus_relationship"),
    ("6.1", "orders_list_filter_createdAt_micro"),
    ("6.1", "s61_orders_updatedAt_millis"),
    ("6.1", "s61_orders_list_accept_xml"),
    ("6.1", "s61_orders_filter_status_disabled"),
    ("6.1", "s61_order_patch_shippingStatus_unknown"),
    ("6.1", "tracking_post_51form_400"),
    ("7.0", "tracking_post_old_order_relationship_400"),
    ("7.0", "trackings_filter_order_old_400"),
    ("7.0", "orderlineitems_filter_order_old_400"),
)
CASES = [(version, name) for name in EVERYWHERE for version in ALL] + list(ONE_VERSION)


def shop(version: str) -> Talk:
    twin = Twin(oro_version=version)
    for number in range(12):
        twin.place_order(lines=[("WIDGET-001", 1, "item")], identifier="ORD-0001" if number == 0 else None)
    return Talk(twin)


@pytest.mark.parametrize(("version", "name"), CASES)
def test_an_error_is_answered_as_recorded(version, name):
    exchange = recorded(version, name)
    sent, expected = exchange["request"], exchange["response"]
    assert expected["status"] >= 400
    headers = {key: value for key, value in sent["headers"].items() if key != "Authorization"}
    path = quote(sent["path"].removeprefix("/admin/api"), safe="/?&=[],:.+%-")
    reply = shop(version).oro(sent["method"], path, sent["body"], **headers)
    assert (reply.status, json.loads(reply.body)) == (expected["status"], expected["body"])
    assert reply.header("Content-Type") == expected["headers"]["Content-Type"]


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("name", ["error_401_no_token", "error_401_bad_token"])
def test_a_401_has_no_body_and_its_versions_header(version, name):
    expected = recorded(version, name)["response"]
    headers = {} if name.endswith("no_token") else {"Authorization": "Bearer garbage"}
    twin = Twin(oro_version=version)
    reply = twin.oro.send(Request("GET", "http://x/admin/api/orders", {"Accept": JSON_API, **headers}))
    assert (reply.status, reply.body) == (401, b"")
    assert reply.header("WWW-Authenticate") == expected["headers"].get("WWW-Authenticate")


def test_a_lower_case_bearer_is_refused():
    """Contract: orocommerce-observed, 5.1.8, Authentication."""
    talk = shop("5.1")
    talk.read("/orders")
    assert talk.oro("GET", "/orders", Authorization="bearer oro-token-1").status == 401


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("patch_content_type_charset_415", b"{}"),
        ("patch_empty_body", None),
        ("patch_malformed_json", b'{"data": {'),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_recorded(version, name, body):
    exchange = recorded(version, name)
    content_type = exchange["request"]["headers"]["Content-Type"]
    reply = shop(version).oro("PATCH", "/orders/1", body, Content_Type=content_type)
    assert (reply.status, json.loads(reply.body)) == (
        exchange["response"]["status"],
        exchange["response"]["body"],
    )


@pytest.mark.parametrize("version", ALL)
def test_a_forbidden_method_is_405_without_a_body(version):
    reply = shop(version).oro("PUT", "/orders/1", {})
    assert (reply.status, reply.body) == (405, b"")
    assert reply.header("Allow").startswith("OPTIONS, GET, PATCH")


@pytest.mark.parametrize("version", ALL)
def test_a_hidden_type_is_403_as_recorded(version):
    talk = shop(version)
    talk.twin.hide("orders")
    reply = talk.oro("GET", "/orders")
    expected = recorded(version, "limited_403_orders_list")["response"]
    assert (reply.status, json.loads(reply.body)) == (403, expected["body"])


TOKENS = ("oauth_token_ok", "oauth_token_ok_form", "oauth_token_bad_secret", "oauth_token_bad_grant")


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("name", [*TOKENS, "oauth_token_missing_secret", "oauth_token_admin_prefix"])
def test_the_token_endpoint_answers_as_recorded(version, name):
    exchange = recorded(version, name)
    sent, expected = exchange["request"], exchange["response"]
    body = sent["body"] if isinstance(sent["body"], str) else json.dumps(sent["body"])
    twin = Twin(oro_version=version)
    reply = twin.oro.send(Request("POST", f"http://x{sent['path']}", sent["headers"], body.encode()))
    answer = json.loads(reply.body)
    if expected["status"] == 200:
        answer["access_token"] = "TOKEN"
    assert (reply.status, answer) == (expected["status"], expected["body"])
    assert reply.header("Content-Type") == expected["headers"]["Content-Type"]


def test_basic_credentials_are_good_at_both_ends():
    twin = Twin()
    headers = {"Authorization": "Basic bWU6c2VjcmV0", "Content-Type": "application/x-www-form-urlencoded"}
    for sender, path in ((twin.oro, "/oauth2-token"), (twin.gxo, "/oauth/token")):
        reply = sender.send(Request("POST", f"http://x{path}", headers, b"grant_type=client_credentials"))
        assert json.loads(reply.body)["expires_in"] == 3600
