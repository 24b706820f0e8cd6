"""Capabilities: "not offered" is an answer, a failure an error, and neither passes for the other."""

import pytest
from attrs import evolve

from orogxo.errors import ConfigError, Invalid, NotFound, PermissionDenied, ServerError
from orogxo.http import Reply
from orogxo.oro import Capabilities
from support.shop import MODERN, OLD, Shop, asked, client, entry, path, recorded, reply

EMPTY = reply({"data": []})


def no_filter(name):
    error = {
        "status": "400",
        "title": "filter constraint",
        "detail": "The filter is not supported.",
        "source": {"parameter": f"filter[{name}]"},
    }
    return reply({"errors": [error]}, 400)


def status_row(relation, kind, code):
    return reply({"data": [entry("orders", "1", {relation: code and (kind, code)})]})


NOT_EXPOSED = recorded("oro-5.1.8", "orderinternalstatuses_list")
NO_MORE = [no_filter("status"), no_filter("externalId"), NOT_EXPOSED]
"""To what is asked last: external statuses, external ids, webhooks."""


def probe(*answers):
    shop = Shop(*answers, *NO_MORE)
    return client(shop, capabilities=None).capabilities()


def test_518_offers_nothing_of_it():
    """Recordings 5.1.8: orders_list_filter_updatedAt_gte; the same refusal for every unknown filter."""
    refused = recorded("oro-5.1.8", "orders_list_filter_updatedAt_and_sort")
    assert (
        probe(refused, no_filter("internalStatus"), no_filter("shippingStatus"), no_filter("orders")) == OLD
    )


def test_518_with_a_status_exposed_by_configuration():
    """Recordings 5.1.8/with-status-exposed: the version alone tells nothing."""
    found = probe(
        recorded("oro-5.1.8", "with-status-exposed/orders_list_filter_updatedAt_gt"),
        recorded("oro-5.1.8", "with-status-exposed/orders_list_filter_internalStatus"),
        no_filter("shippingStatus"),
        no_filter("orders"),
    )
    assert found == Capabilities(
        updated_at_filter=True, order_status=True, shipping_status=False, trackings_many_orders=False
    )


def test_703_offers_all_of_it():
    shop = Shop(
        EMPTY,
        recorded("oro-7.0.3", "orders_filter_internalStatus_open"),
        recorded("oro-7.0.3", "orders_filter_shippingStatus_not_shipped"),
        recorded("oro-7.0.3", "tracking_list_by_order"),
        recorded("oro-7.0.3", "orders_filter_externalId"),
        recorded("oro-7.0.3", "orders_filter_externalId"),
        recorded("oro-7.0.3", "webhooktopics_list_fresh_install"),
    )
    oro = client(shop, capabilities=None)
    assert oro.capabilities() == evolve(MODERN, external_status=True, external_id=True, webhooks=True)
    assert [path(request).rpartition("/")[2] for request in shop.sent] == [
        *["orders"] * 3,
        "ordershippingtrackings",
        *["orders"] * 2,
        "webhooktopics",
    ]
    assert [asked(request).get("filter[status]", "") for request in shop.sent[4:6]] == ["open", ""]
    assert {asked(request)["page[size]"] for request in shop.sent} == {"1"}
    assert asked(shop.sent[0])["sort"] == "updatedAt,id"
    assert asked(shop.sent[1])["filter[internalStatus]"] == "open"


def test_it_is_asked_once_and_shared_by_copies():
    shop = Shop(*[EMPTY] * 7)
    oro = client(shop, capabilities=None)
    assert oro.with_options(timeout=1.0).capabilities() is oro.capabilities()
    assert len(shop.sent) == 7


def test_what_is_told_is_not_asked():
    shop = Shop()
    assert client(shop, capabilities=OLD).capabilities() is OLD
    assert not shop.sent


def test_updated_at_that_can_be_filtered_but_not_sorted_is_of_no_use():
    error = {"title": "sort constraint", "detail": 'Sorting by "updatedAt" field is not supported.'}
    assert not probe(reply({"errors": [error]}, 400), EMPTY, EMPTY, EMPTY).updated_at_filter


@pytest.mark.parametrize("relation", ["internalStatus", "shippingStatus"])
def test_a_status_that_this_user_cannot_see_is_not_offered(relation):
    """A related record without permission reads as null (contract, section 2.5)."""
    hidden = status_row(relation, "x", None)
    absent = reply({"data": [entry("orders", "1")]})
    for shown in (hidden, absent):
        answers = (
            [EMPTY, shown, EMPTY, EMPTY] if relation == "internalStatus" else [EMPTY, EMPTY, shown, EMPTY]
        )
        found = probe(*answers)
        assert (found.order_status, found.shipping_status) == (
            relation != "internalStatus",
            relation == "internalStatus",
        )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("limited_403_orders_list", PermissionDenied),
        ("error_404_web_api_disabled", NotFound),
        ("order_get_bad_id", Invalid),
        ("tracking_post_long_number", ServerError),
    ],
)
@pytest.mark.parametrize("position", range(6))
def test_a_failure_is_never_taken_for_absence(name, kind, position):
    answers = [EMPTY] * position + [recorded("oro-6.1.8", name)]
    shop = Shop(*answers)
    oro = client(shop, capabilities=None)
    with pytest.raises(kind):
        oro.capabilities()
    # Nothing half-known is kept: the next call asks from the beginning.
    shop.answers = [EMPTY] * 4 + NO_MORE
    assert oro.capabilities() == MODERN


def test_a_status_that_cannot_be_filtered_is_not_there():
    found = probe(EMPTY, no_filter("internalStatus"), no_filter("shippingStatus"), EMPTY)
    assert (found.order_status, found.shipping_status) == (False, False)


def test_a_user_who_may_not_see_webhook_topics_has_no_webhooks():
    answers = [EMPTY] * 6 + [recorded("oro-7.0.3", "webhooks_list_limited")]
    assert not client(Shop(*answers), capabilities=None).capabilities().webhooks


def test_a_404_page_of_a_proxy_is_not_absence():
    with pytest.raises(NotFound):
        probe(Reply(404, {"Content-Type": "text/html"}, b"<html></html>"))


def test_an_unexposed_resource_is_absence():
    found = probe(EMPTY, EMPTY, EMPTY, recorded("oro-5.1.8", "orderinternalstatuses_list"))
    assert not found.trackings_many_orders


def test_capabilities_are_kept_as_plain_data():
    told = evolve(MODERN, sync_batch=True, webhooks=True)
    assert Capabilities.from_dict(told.to_dict()) == told
    earlier = dict.fromkeys(list(MODERN.to_dict())[:4], True)
    assert Capabilities.from_dict(earlier) == MODERN
    assert Capabilities.from_dict(MODERN.to_dict()) == MODERN
    assert Capabilities.from_dict(OLD.to_dict() | {"of_a_later_version": 1}) == OLD
    with pytest.raises(ConfigError, match="order_status, trackings_many_orders"):
        Capabilities.from_dict({"updated_at_filter": True, "order_status": "yes", "shipping_status": False})
