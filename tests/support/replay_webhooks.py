"""The recorded webhook stories of 7.0.3: what was done, who answered how, and what the twin then delivers."""

from __future__ import annotations

import base64
import json
import re
from bisect import bisect_left
from typing import Any
from urllib.parse import urlsplit

from orogxo.errors import NotSent, ReplyLost
from orogxo.messages import Reply, Request
from orogxo.sandbox import Twin
from orogxo.sandbox.oro_webhooks import Delivery
from support.replay import issue_token
from support.replay_compare import ORIGIN
from support.replay_state import Recording, recordings, twin_at
from support.twins import JSON_API, RECORDINGS

FOLDER = RECORDINGS / "oro-7.0.3" / "webhooks"
LISTENER = "http://127.0.0.1:8171"
SECRET = "whsec-local-7f3c9e"
LEFT_ASIDE = {
    "entity_deleted_never_delivered": "No delivery: a message in the queue and the consumer's log, as prose.",
}
STORIES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem not in LEFT_ASIDE)
PRODUCT = ("PATCH", "/products/2", {"type": "products", "id": "2", "attributes": {"featured": True}})
NOTES = ("PATCH", "/orders/33", {"type": "orders", "id": "33", "attributes": {"customerNotes": "rapid"}})
_TRIGGERS: dict[str, list[tuple[str, str, Any]]] = {
    "duplicate_after_consumer_crash": [PRODUCT],
    "order_updated_5_rapid": [NOTES] * 5,
    "order_updated_no_change": [NOTES],
    "order_updated_with_relations_includes": [NOTES],
    "owner_without_order_access": [NOTES],
    "retry_timeout_no_answer": [PRODUCT, NOTES],
    "order_validate_only": [("PATCH", "/orders/9", {**NOTES[2], "id": "9", "meta": {"validate": True}})],
}
_BATCHES = {
    "orders_batch_async": ({}, ["33", "1"]),
    "orders_sync_batch_rolled_back": ({"X-Mode": "sync"}, ["33", "777777"]),
}
INCLUDES = "lineItems,lineItems.product,shippingAddress,customer"


def story(name: str) -> dict[str, Any]:
    """One recorded story."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def body_of(delivery: dict[str, Any]) -> bytes:
    """The bytes that were delivered."""
    return base64.b64decode(delivery["request"]["body_base64"])


def recorded_events(told: dict[str, Any]) -> list[tuple[str, ...]]:
    """(path, topic, type, id) of every delivery."""
    return [_event(each["request"]["path"], body_of(each)) for each in told["deliveries"]]


def events(deliveries: list[Delivery]) -> list[tuple[str, ...]]:
    """The same of what the twin delivered."""
    return [_event(each.request.url.removeprefix(LISTENER), each.request.body or b"") for each in deliveries]


def _event(path: str, body: bytes) -> tuple[str, ...]:
    told = json.loads(body)
    data = told["eventData"]["data"]
    return path, told["topic"], data["type"], data["id"], "thin" if len(data) == 2 else "whole"


# Playing --------------------------------------------------------------------------------------------------


def played(name: str) -> tuple[Twin, dict[str, Any]]:
    """The twin after the story's trigger and two minutes of its time; and the story."""
    told = story(name)
    twin = twin_at(_near(told))
    twin.allow_webhooks()
    _complete(twin, told)
    _make_hooks(twin, name, told)
    if "includes" in name:
        twin.site.webhooks.includes["orders"] = INCLUDES
    twin.webhook_receiver = _Listener(told).answer
    for method, path, headers, body in _requests(name, told):
        content = None if body is None else json.dumps(body).encode()
        kept = {"Accept": JSON_API, "Authorization": f"Bearer {issue_token(twin)}", **headers}
        twin.oro.send(Request(method, f"{ORIGIN}/admin/api{path}", kept, content))
    if "crash" in name:
        twin.clock.sleep(1)
        twin.crash_consumer()
    attempts = [delivery["epoch"] for delivery in told["deliveries"]]
    unfinished = told.get("state_afterwards", {}).get("mq_rows_left") == "1"  # it was left before its end
    twin.clock.sleep(max(attempts) - min(attempts) + 5 if unfinished else 120)
    return twin, told


def _complete(twin: Twin, told: dict[str, Any]) -> None:
    """Records that only the deliveries show are there; those that the story creates are not yet."""
    last: dict[str, int] = {}
    for delivery in told["deliveries"]:
        event = json.loads(body_of(delivery))
        data = event["eventData"]["data"]
        kind, row_id = data["type"], data["id"]
        if event["topic"].endswith(".created"):
            twin._data.table(kind).pop(row_id, None)
            last[kind] = min(last.get(kind, 10**9), int(row_id) - 1)
        elif "attributes" in data and twin._data.row(kind, row_id) is None:
            twin._data.insert(kind, data["attributes"], _related(data), row_id)
        elif kind == "orders" and "relationships" in data:
            twin._data.table(kind)[row_id].relations |= _related(data)
    twin._data.next_ids(last)


def _related(data: dict[str, Any]) -> dict[str, Any]:
    links = {name: link["data"] for name, link in data["relationships"].items()}
    return {
        name: [each["id"] for each in link] if isinstance(link, list) else link and link["id"]
        for name, link in links.items()
    }


def _near(told: dict[str, Any]) -> Recording:
    """The recording that follows the story; the world of a read is the one before the next change."""
    everything = list(recordings("7.0").values())
    deliveries = told["deliveries"]
    when = deliveries[0]["received_at"][:19] + "Z" if deliveries else "2026-11-23T09:38:00Z"
    place = bisect_left([each.exchange["recorded_at"] for each in everything], when)
    return everything[min(place, len(everything) - 1)]


def _make_hooks(twin: Twin, name: str, told: dict[str, Any]) -> None:
    twin._data.table("webhooks").clear()
    blind = 0
    for path, topic, _, _, form in dict.fromkeys(recorded_events(told)):
        secret = {"retry_utf8_secret": "schlüssel-ß", "retry_no_secret_no_signature": None}.get(name, SECRET)
        userinfo = "user:pw@" if "userinfo" in name else ""
        attributes = {
            "notificationUrl": LISTENER.replace("//", f"//{userinfo}") + path,
            "secret": secret,
            "enabled": True,
        }
        relations = {"topic": topic, "format": "thin" if form == "thin" else "default", "owner": "1"}
        row_id = f"hook-{path}-{topic}-{form}"
        if row_id not in twin._data.table("webhooks"):
            twin._data.insert("webhooks", attributes, relations, row_id)
    if name.startswith("owner_without"):
        blind = 1
        hidden = {"notificationUrl": f"{LISTENER}/hook/limited-owner", "enabled": True}
        relations = {"topic": "order.updated", "format": "default", "owner": "2"}
        twin._data.insert("webhooks", hidden, relations, "limited")
        twin.site.webhooks.blind.add("2")
    if not told["deliveries"] and not blind:
        hook = {"notificationUrl": f"{LISTENER}/hook/any", "enabled": True}
        for topic in [row_id for row_id in twin._data.table("webhooktopics") if "deleted" in row_id] or []:
            twin._data.insert("webhooks", hook, {"topic": topic, "format": "default", "owner": "1"}, topic)


def _requests(name: str, told: dict[str, Any]) -> list[tuple[str, str, dict[str, str], Any]]:
    """(method, path, headers, body) of what was done."""
    json_api = {"Content-Type": JSON_API}
    if name in _BATCHES:
        mode, ids = _BATCHES[name]
        items = [{**NOTES[2], "id": each, "meta": {"update": True}} for each in ids]
        return [("PATCH", "/orders", json_api | mode, {"data": items})]
    named = re.search(r"\((?:see )?(webhook_trigger_\w+)\.json\)", told["trigger"])
    if named is not None and named[1] in recordings("7.0"):
        sent = recordings("7.0")[named[1]].request
        return [(sent["method"], sent["path"].removeprefix("/admin/api"), json_api, sent["body"])]
    if "request_body" in told:
        method, path = told["trigger"].split(" ->")[0].split(" ")
        return [(method, path, json_api, told["request_body"])]
    if name == "order_created":
        order = next(each for each in told["deliveries"] if "order.created" in each["request"]["path"])
        return [("POST", "/orders", json_api, _order_like(json.loads(body_of(order))))]
    return [(method, path, json_api, {"data": data}) for method, path, data in _TRIGGERS.get(name, [PRODUCT])]


def _order_like(told: dict[str, Any]) -> dict[str, Any]:
    attributes = told["eventData"]["data"]["attributes"]
    lines = [("l0", "1", "case", 3, "119.88"), ("l1", "2", "item", 10, "4.5")]
    included = [
        {
            "type": "orderlineitems",
            "id": line,
            "attributes": {"quantity": quantity, "value": value, "currency": "USD"},
            "relationships": {
                "product": {"data": {"type": "products", "id": product}},
                "productUnit": {"data": {"type": "productunits", "id": unit}},
            },
        }
        for line, product, unit, quantity, value in lines
    ]
    links = [{"type": "orderlineitems", "id": line[0]} for line in lines]
    customer = {"data": {"type": "customers", "id": "2"}}
    data = {
        "type": "orders",
        "attributes": {"identifier": attributes["identifier"], "currency": "USD"},
        "relationships": {"customer": customer, "lineItems": {"data": links}},
    }
    return {"data": data, "included": included}


class _Listener:
    """Answers each path as the recorded listener did, attempt by attempt; afterwards 204."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._answers: dict[str, list[dict[str, Any]]] = {}
        for delivery in told["deliveries"]:
            self._answers.setdefault(delivery["request"]["path"], []).append(delivery["answered"])
        self._refused = "refused" in told["name"]

    def answer(self, request: Request) -> Reply:
        """The reply. Raises NotSent or ReplyLost where nobody answered."""
        if self._refused:
            raise NotSent("nobody listens")
        parts = urlsplit(request.url)
        waiting = self._answers.get(parts.path + (f"?{parts.query}" if parts.query else ""), [])
        answered = waiting.pop(0) if waiting else {"status": 204}
        if answered.get("slept_s", 0) >= 30:
            raise ReplyLost("no answer in time")
        retry = {"Retry-After": answered["retry_after"]} if "retry_after" in answered else {}
        return Reply(answered["status"], retry)
