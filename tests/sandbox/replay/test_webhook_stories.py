"""The recorded webhook stories: the same events, of the same form, signed and repeated in the same way."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from itertools import pairwise

import pytest

from support.replay_compare import shape
from support.replay_webhooks import SECRET, STORIES, body_of, events, played, recorded_events, story

SECRETS = {"retry_utf8_secret": "schlüssel-ß", "retry_no_secret_no_signature": None}
WITH_STATE = [name for name in STORIES if "state_afterwards" in story(name)]


@pytest.mark.parametrize("name", STORIES)
def test_the_same_events_reach_the_same_hooks(name):
    twin, told = played(name)
    # Hooks of one event are told in no fixed order (contract: orocommerce-observed, 7.0.3).
    assert sorted(events(twin.webhook_deliveries)) == sorted(recorded_events(told))


@pytest.mark.parametrize("name", STORIES)
def test_the_messages_have_the_recorded_form(name):
    twin, told = played(name)
    ours = dict(zip(events(twin.webhook_deliveries), bodies(twin), strict=True))
    for event, delivery in zip(recorded_events(told), told["deliveries"], strict=True):
        theirs = body_of(delivery)
        assert members(ours[event]) == members(theirs), event
        assert (b"\\/" in ours[event]) == (b"\\/" in theirs)


def bodies(twin):
    return [delivery.request.body for delivery in twin.webhook_deliveries]


def members(body):
    """What there is in a message, but for values that were null in one of the two worlds."""
    told = json.loads(body)
    data = told["eventData"]["data"]
    parts_included = told["eventData"].get("included", [])
    included = {each["type"]: sorted(each.get("attributes", {})) for each in parts_included}
    parts = {part: sorted(data[part]) for part in ("attributes", "relationships") if part in data}
    return list(told), list(data), parts, included, shape(told["timestamp"]), shape(told["messageId"])


@pytest.mark.parametrize("name", STORIES)
def test_headers_and_signatures(name):
    """The same headers; all signatures, recorded and ours, are those of the secret over the raw bytes."""
    twin, told = played(name)
    secret = SECRETS.get(name, SECRET)
    for delivery in told["deliveries"]:
        headers = dict(delivery["request"]["headers"])
        assert headers.get("Webhook-Signature") == signature(secret, body_of(delivery))
    theirs = [told_headers(delivery["request"]["headers"]) for delivery in told["deliveries"]]
    ours = [told_headers(delivery.request.headers.items()) for delivery in twin.webhook_deliveries]
    assert sorted(ours) == sorted(theirs)
    for delivery in twin.webhook_deliveries:
        sent = delivery.request.header("Webhook-Signature")
        assert sent == signature(secret, delivery.request.body)
        assert delivery.request.header("Webhook-Id") == json.loads(delivery.request.body)["messageId"]


def told_headers(headers):
    kept = dict(headers)
    names = [name for name in kept if name not in {"Host", "Accept-Encoding", "Content-Length"}]
    return sorted(names), kept["Webhook-Topic"], kept.get("Authorization", "")


def signature(secret, body):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() if secret else None


@pytest.mark.parametrize("name", WITH_STATE)
def test_retries_come_every_ten_seconds_and_gone_deletes_the_hook(name):
    """`Retry-After` makes no difference (contract: orocommerce-observed, 7.0.3)."""
    twin, told = played(name)
    hooks = twin.site.data.table("webhooks")
    assert bool(hooks) is told["state_afterwards"]["webhook_still_exists"] or "refused" in name
    attempts = [delivery for delivery in twin.webhook_deliveries if len(told["deliveries"]) > 1]
    for earlier, later in pairwise(attempts):
        assert later.at - earlier.at == dt.timedelta(seconds=10)
        assert later.request.body == earlier.request.body
    for gap in told["state_afterwards"]["gaps_s"]:
        assert gap == pytest.approx(10, abs=1.2)


def test_a_message_repeated_after_a_crash_is_the_same_byte_for_byte():
    twin, _ = played("duplicate_after_consumer_crash")
    first, second = twin.webhook_deliveries
    assert (first.request.body, first.request.headers) == (second.request.body, second.request.headers)


def test_one_slow_receiver_holds_up_everything_behind_it():
    twin, told = played("retry_timeout_no_answer")
    slow, *behind = twin.webhook_deliveries
    assert slow.status is None
    assert all(each.at - slow.at >= dt.timedelta(seconds=30) for each in behind)
    assert told["seconds_after_trigger"][1][1] > 30
