"""Registering webhooks (recordings oro-7.0.3/webhook*): what OroCommerce takes and what it refuses."""

import json

import pytest

from orogxo.errors import Invalid, NotFound, NotLoaded, PermissionDenied
from support.shop import client, replay


def test_a_webhook_is_registered_with_topic_format_and_secret():
    shop = replay("oro-7.0.3", "webhook_create")
    hook = client(shop).webhooks.create(
        attributes={"notificationUrl": "https://x.example.com/hook", "secret": "s3cret"},
        relationships={"topic": ("webhooktopics", "order.created"), "format": ("webhookformats", "default")},
    )
    assert len(hook.id) == 36
    assert (hook.enabled, hook.verify_ssl, hook.topic.id, hook.format.id) == (
        True,
        True,
        "order.created",
        "default",
    )
    assert json.loads(shop.sent[0].body)["data"]["attributes"]["secret"] == "s3cret"
    with pytest.raises(NotLoaded):
        hook.attribute("secret")
    assert "s3cret" not in repr(shop.sent[0])


def test_they_are_listed_switched_off_and_deleted():
    oro = client(replay("oro-7.0.3", "webhooks_list_filter_topic", "webhook_patch_disable", "webhook_delete"))
    (hook,) = oro.webhooks.list(filter={"topic": ["order.created", "order.updated"]}).items
    assert hook.notification_url.startswith("http")
    changed = oro.webhooks.update(hook.id, attributes={"enabled": False})
    assert changed.enabled is False
    oro.webhooks.delete("4e0fef04-d2da-46ed-8d55-7314656a5104")


def test_topics_and_formats():
    oro = client(replay("oro-7.0.3", "webhooktopics_list_fresh_install", "webhookformats_list"))
    assert not oro.webhook_topics.list().items, "an administrator makes entities webhook-accessible first"
    assert [one.id for one in oro.webhook_formats.list().items] == ["default", "thin"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("webhook_create_unknown_topic", Invalid),
        ("webhook_create_entity_id_topic", Invalid),
        ("webhook_create_no_format", Invalid),
        ("webhook_create_limited_403", PermissionDenied),
        ("webhook_get_deleted_404", NotFound),
    ],
)
def test_what_is_refused_is_its_typed_error(name, kind):
    with pytest.raises(kind):
        client(replay("oro-7.0.3", name)).webhooks.create(attributes={"notificationUrl": "https://x"})
