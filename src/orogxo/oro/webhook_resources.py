"""Webhook registrations (contract, section 9.2): one record is one topic, one URL, one format.

They exist from 6.1.10 and 7.0.2 on, and a stock installation lists no topics: an administrator makes entities
webhook-accessible first (recording webhooktopics_list_fresh_install).
"""

from __future__ import annotations

from orogxo.oro.fields import Flag, Instant, Text, ToOne
from orogxo.oro.jsonapi import Resource


class OroWebhookTopic(Resource, wire="webhooktopics"):
    """What can be subscribed to; its `id` is the topic, `order.updated`."""

    label = Text("label")


class OroWebhookFormat(Resource, wire="webhookformats"):
    """`default` (the whole record) or `thin` (its type and id)."""

    label = Text("label")


class OroWebhook(Resource, wire="webhooks"):
    """A subscription; its `id` is a UUID.

    `secret` is written at creation only: it can be neither read nor changed afterwards.
    """

    notification_url = Text("notificationUrl")
    enabled = Flag("enabled")
    verify_ssl = Flag("verifySsl")
    system = Flag("system")
    created_at = Instant("createdAt")
    updated_at = Instant("updatedAt")
    topic = ToOne[OroWebhookTopic]("topic", "webhooktopics")
    format = ToOne[OroWebhookFormat]("format", "webhookformats")
    owner = ToOne[Resource]("owner", "users", default=False)
    organization = ToOne[Resource]("organization", "organizations", default=False)
